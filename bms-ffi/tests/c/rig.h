/* A simple 13-cell battery with contactors and a link, and a check that says where it failed. */
#ifndef RIG_H
#define RIG_H

#include <stdio.h>
#include <string.h>

#include "bms.h"

#define CELLS 13
#define SENSORS 4

/* One test program: `main` alone, a function of the test binary under cargo. */
#ifndef TEST_MAIN
#define TEST_MAIN main
#endif

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);  \
      return 1;                                                              \
    }                                                                        \
  } while (0)

#define CHECK_STATUS(call, expected)                                         \
  do {                                                                       \
    const bms_status found_ = (call);                                        \
    if (found_ != (expected)) {                                              \
      (void)fprintf(stderr, "%s:%d: %s: %d, %s\n", __FILE__, __LINE__,       \
                    #call, (int)found_, bms_status_text(found_));            \
      return 1;                                                              \
    }                                                                        \
  } while (0)

typedef struct rig {
  float cell_v[CELLS];
  float temperature_k[SENSORS];
  float link_v;
  float wanted_a;
  unsigned now_ms;
  bms_front_end front_end;
  bms_inputs inputs;
  bms_commands commands;
  bms_outputs outputs;
} rig;

/* A battery at rest. */
static inline void rig_start(rig *battery)
{
  int index;
  (void)memset(battery, 0, sizeof *battery);
  (void)bms_inputs_default(&battery->inputs, sizeof battery->inputs);
  (void)bms_commands_default(&battery->commands, sizeof battery->commands);
  battery->outputs.struct_size = sizeof battery->outputs;
  for (index = 0; index < CELLS; index++) {
    battery->cell_v[index] = 3.70f + 0.002f * (float)(index % 3);
  }
  for (index = 0; index < SENSORS; index++) {
    battery->temperature_k[index] = BMS_KELVIN(25.0f);
  }
  battery->commands.is_new = 1;
  battery->commands.charging_allowed = 1;
}

static inline bms_sample rig_sample(int is_new, float value)
{
  bms_sample sample;
  sample.value = value;
  sample.is_new = is_new ? 1 : 0;
  return sample;
}

/* One tick of 10 ms: the battery follows the contactors, everything is measured in its rhythm. */
static inline bms_status rig_tick(rig *battery, bms_pack *pack)
{
  const bms_contactors *closed = &battery->outputs.contactors;
  float pack_v = 0.0f;
  float current_a = 0.0f;
  float shown_v[CELLS];
  int index;
  for (index = 0; index < CELLS; index++) {
    pack_v += battery->cell_v[index];
  }
  if (closed->main_positive && closed->main_negative) {
    battery->link_v = pack_v;
    current_a = battery->wanted_a;
  } else if (closed->precharge && closed->main_negative) {
    int step;
    current_a = (pack_v - battery->link_v) / 33.0f;
    for (step = 0; step < 10; step++) {
      battery->link_v += (pack_v - battery->link_v) / 33.0f / 3e-3f * 1e-3f;
    }
  } else {
    battery->link_v *= 0.99f;
  }
  for (index = 0; index < CELLS; index++) {
    shown_v[index] = battery->cell_v[index] - 0.008f * current_a;
  }
  battery->now_ms += 10u;
  battery->inputs.current_a = rig_sample(1, current_a);
  battery->inputs.cell_count = CELLS;
  battery->inputs.cell_voltages_v = (battery->now_ms % 50u == 0u) ? shown_v : NULL;
  battery->inputs.front_ends = &battery->front_end;
  battery->inputs.front_end_count = 1;
  battery->inputs.temperature_count = SENSORS;
  battery->inputs.temperatures_k = (battery->now_ms % 500u == 0u) ? battery->temperature_k : NULL;
  battery->inputs.pack_voltage_v = rig_sample(battery->now_ms % 100u == 0u, pack_v);
  battery->inputs.link_voltage_v = rig_sample(battery->now_ms % 100u == 0u, battery->link_v);
  battery->inputs.supply_v = rig_sample(battery->now_ms % 100u == 0u, 12.0f);
  battery->inputs.bleed_temperature_k = rig_sample(battery->now_ms % 500u == 0u, BMS_KELVIN(25.0f));
  {
    const bms_status status =
        bms_step(pack, &battery->inputs, &battery->commands, 0.01f, &battery->outputs);
    battery->inputs.cell_voltages_v = NULL;
    return status;
  }
}

static inline bms_status rig_run(rig *battery, bms_pack *pack, unsigned milliseconds)
{
  unsigned passed;
  for (passed = 0; passed < milliseconds; passed += 10u) {
    const bms_status status = rig_tick(battery, pack);
    if (status != BMS_STATUS_OK) {
      return status;
    }
  }
  return BMS_STATUS_OK;
}

#endif
