/* What cppcheck's MISRA addon looks at: the header, and its macros with arguments used once. */
#include "bms.h"

extern uint64_t misra_memory[BMS_STORAGE_WORDS(96, 24)];
extern uint8_t misra_snapshot[BMS_SNAPSHOT_SIZE(96)];
extern uint64_t misra_charge[BMS_CHARGE_STORAGE_WORDS];
extern uint64_t misra_session[BMS_SESSION_STORAGE_WORDS];
extern uint64_t misra_gbt[BMS_GBT_STORAGE_WORDS];
extern const float misra_temperature_k;

uint64_t misra_memory[BMS_STORAGE_WORDS(96, 24)];
uint8_t misra_snapshot[BMS_SNAPSHOT_SIZE(96)];
uint64_t misra_charge[BMS_CHARGE_STORAGE_WORDS];
uint64_t misra_session[BMS_SESSION_STORAGE_WORDS];
uint64_t misra_gbt[BMS_GBT_STORAGE_WORDS];
const float misra_temperature_k = BMS_KELVIN(25.0f);
