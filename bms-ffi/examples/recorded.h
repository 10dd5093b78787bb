/* What a recording is made of, and the sensors of a battery that it was taken from: 96 cells, equal to a millivolt. */
#ifndef RECORDED_H
#define RECORDED_H

#include <stdio.h>
#include <string.h>

#include "bms.h"

#define CELLS 96
#define SENSORS 24
#define FRONT_ENDS 8
#define TICK_MS 10u
#define ROW_MS 100u

/* A program of its own, or a function of the test binary under cargo. */
#ifndef TEST_MAIN
#define TEST_MAIN main
#endif

/* Limits of a station. */
typedef struct recorded_station {
  float voltage_max_v;
  float voltage_min_v;
  float current_max_a;
  float power_max_w;
} recorded_station;

/* A tenth of a second. */
typedef struct recorded_row {
  float cell_v;
  float current_a;         /* discharge positive */
  float inlet_v;           /* the link's voltage, too: nothing is between the two */
  uint8_t closed;          /* main positive 1, main negative 2, precharge 4 */
  float station_v;
  float station_a;
  uint8_t station_is_new;
  uint8_t station_status;  /* bms_station_status */
  uint8_t isolation;       /* bms_station_isolation */
  uint8_t stops;
  uint8_t answered;        /* bms_ask */
} recorded_row;

/* A frame of a station. */
typedef struct recorded_frame {
  uint32_t at_ms;
  uint32_t id;
  uint8_t length;
  uint8_t data[8];
} recorded_frame;

/* The inputs of a pack, and the lists that they point to. */
typedef struct recorded_battery {
  float cell_v[CELLS];
  float temperature_k[SENSORS];
  bms_front_end front_ends[FRONT_ENDS];
  bms_inputs inputs;
  bms_commands commands;
  bms_outputs outputs;
} recorded_battery;

/* Says where a call failed. */
#define MUST(call)                                                                           \
  do {                                                                                       \
    const bms_status status_ = (call);                                                       \
    if (status_ != BMS_STATUS_OK) {                                                          \
      (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, bms_status_text(status_));    \
      return 1;                                                                              \
    }                                                                                        \
  } while (0)

#define EXPECT(condition)                                                                    \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      (void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);          \
      return 1;                                                                              \
    }                                                                                        \
  } while (0)

static inline bms_sample recorded_sample(uint8_t is_new, float value)
{
  bms_sample sample;
  sample.value = value;
  sample.is_new = is_new;
  return sample;
}

static inline bms_flag recorded_flag(uint8_t is_new, uint8_t value)
{
  bms_flag flag;
  flag.value = value;
  flag.is_new = is_new;
  return flag;
}

static inline float recorded_pack_v(const recorded_row *row)
{
  return row->cell_v * (float)CELLS;
}

static inline void recorded_start(recorded_battery *battery)
{
  (void)memset(battery, 0, sizeof *battery);
  (void)bms_inputs_default(&battery->inputs, sizeof battery->inputs);
  (void)bms_commands_default(&battery->commands, sizeof battery->commands);
  battery->outputs.struct_size = sizeof battery->outputs;
  battery->commands.is_new = 1;
  battery->commands.pump_is_on = 1;
}

/* What the drivers have at this tick; `is_new` where the row begins. */
static inline void recorded_measure(recorded_battery *battery, const recorded_row *row, uint8_t is_new)
{
  bms_inputs *inputs = &battery->inputs;
  size_t index;
  for (index = 0; index < CELLS; index++) {
    battery->cell_v[index] = row->cell_v;
  }
  for (index = 0; index < SENSORS; index++) {
    battery->temperature_k[index] = BMS_KELVIN(25.0f);
  }
  inputs->cell_voltages_v = is_new ? battery->cell_v : NULL;
  inputs->cell_count = CELLS;
  inputs->temperatures_k = is_new ? battery->temperature_k : NULL;
  inputs->temperature_count = SENSORS;
  inputs->front_ends = battery->front_ends;
  inputs->front_end_count = FRONT_ENDS;
  inputs->current_a = recorded_sample(1, row->current_a);
  inputs->second_current_a = recorded_sample(1, row->current_a);
  inputs->pack_voltage_v = recorded_sample(is_new, recorded_pack_v(row));
  inputs->link_voltage_v = recorded_sample(is_new, row->inlet_v);
  inputs->isolation.resistance_ohm = 2e6f;
  inputs->isolation.is_valid = 1;
  inputs->isolation.is_new = is_new;
  inputs->interlock_is_closed = recorded_flag(1, 1);
  inputs->contactor_feedback.main_positive = recorded_flag(1, row->closed & 1u);
  inputs->contactor_feedback.main_negative = recorded_flag(1, (uint8_t)((row->closed >> 1) & 1u));
  inputs->contactor_feedback.precharge = recorded_flag(1, (uint8_t)((row->closed >> 2) & 1u));
  inputs->gas_alert = recorded_flag(is_new, 0);
  inputs->coolant.inlet_k = recorded_sample(is_new, BMS_KELVIN(25.0f));
  inputs->coolant.outlet_k = recorded_sample(is_new, BMS_KELVIN(25.0f));
  inputs->coolant.is_flowing = recorded_flag(is_new, 1);
  inputs->coolant.heater_is_on = recorded_flag(is_new, 0);
  inputs->bleed_temperature_k = recorded_sample(is_new, BMS_KELVIN(25.0f));
  inputs->supply_v = recorded_sample(is_new, 12.0f);
}

/* The plug is put in and locked after two seconds. */
static inline void recorded_plug(bms_charger *charger, uint32_t now_ms, uint8_t is_new)
{
  charger->plugged = (now_ms >= 2000u) ? 1 : 0;
  charger->locked = charger->plugged;
  charger->inlet_temperature_k = recorded_sample(is_new, BMS_KELVIN(25.0f));
}

#endif
