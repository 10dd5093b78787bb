/* Everything that a caller can get wrong has a status, and nothing is written. */
#include "rig.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t elsewhere[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t before[BMS_STORAGE_WORDS(CELLS, SENSORS)];

static void *off_by_one(void *pointer)
{
  return (char *)pointer + 1;
}

static int configurations(void)
{
  bms_config config;
  bms_config good;
  bms_config_error error;
  bms_config_error untouched;
  bms_pack *pack = NULL;
  bms_fault_timing timing = {9999, 0, 0};

  CHECK_STATUS(bms_config_default(NULL, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_config_default(&good, sizeof good - 4, BMS_PRESET_NMC_13S), BMS_STATUS_STRUCT_SIZE);
  CHECK_STATUS(bms_config_default(&good, sizeof good, 0), BMS_STATUS_ENUMERATION);
  CHECK_STATUS(bms_config_default(&good, sizeof good, 77), BMS_STATUS_ENUMERATION);
  CHECK_STATUS(bms_config_default(&good, sizeof good, BMS_PRESET_NMC_13S), BMS_STATUS_OK);

  CHECK_STATUS(bms_config_check(NULL, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_init(memory, sizeof memory, NULL, 0.5f, &pack), BMS_STATUS_NULL_POINTER);
  config = good;
  config.struct_size = 0;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_STRUCT_SIZE);
  config.struct_size = sizeof config + 8;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_STRUCT_SIZE);
  config = good;
  config.abi_version = BMS_ABI_VERSION + 1;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_ABI_VERSION);
  CHECK_STATUS(bms_abi_check(BMS_ABI_VERSION + 1), BMS_STATUS_ABI_VERSION);
  config = good;
  config.fitted.heater = 2;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_BOOLEAN);
  config = good;
  config.cell.ocv_v.values = NULL;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_NULL_POINTER);
  config = good;
  config.cell.ocv_v.values = (const float *)off_by_one((void *)(uintptr_t)good.cell.ocv_v.values);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_MISALIGNED);
  config = good;
  config.cell.ocv_v.length = (size_t)-1;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_COUNT);
  config = good;
  config.layout.sensor_of_cell = NULL;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_NULL_POINTER);
  config = good;
  config.timings = &timing;
  config.timing_count = 1;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_UNKNOWN_FAULT);

  config = good;
  config.limits.rest_current_a = -1.0f;
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_CONFIG);
  CHECK_STATUS(bms_config_check(&config, NULL), BMS_STATUS_CONFIG);
  (void)memset(&error, 0x55, sizeof error);
  untouched = error;
  CHECK_STATUS(bms_config_check(&config, &error), BMS_STATUS_STRUCT_SIZE);
  CHECK(memcmp(&error, &untouched, sizeof error) == 0);
  error.struct_size = sizeof error;
  CHECK_STATUS(bms_config_check(&config, &error), BMS_STATUS_CONFIG);
  CHECK(strcmp(error.field, "limits.rest_current_a") == 0);
  CHECK(error.value == -1.0f && error.bound == 0.0f && error.expected == BMS_EXPECTED_ABOVE);
  config = good;
  config.layout.cells = 251;
  CHECK_STATUS(bms_config_check(&config, &error), BMS_STATUS_CONFIG);
  CHECK(strcmp(error.field, "layout.cells") == 0 && error.bound == 250.0f);
  config = good;
  config.limits.cell_over_voltage_v.maximum = 4.0f;
  CHECK_STATUS(bms_config_check(&config, &error), BMS_STATUS_CONFIG);
  CHECK(error.expected == BMS_EXPECTED_BELOW_OTHER);
  CHECK(strcmp(error.field, "limits.cell_over_voltage_v.recommended") == 0);
  CHECK(strcmp(error.other_field, "limits.cell_over_voltage_v.maximum") == 0);

  CHECK_STATUS(bms_init(memory, sizeof memory, &good, 0.5f, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_init(NULL, sizeof memory, &good, 0.5f, &pack), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_init(off_by_one(memory), sizeof memory - 8, &good, 0.5f, &pack), BMS_STATUS_MISALIGNED);
  CHECK_STATUS(bms_init(memory, bms_storage_size(CELLS, SENSORS) - 1, &good, 0.5f, &pack),
               BMS_STATUS_STORAGE_SIZE);
  CHECK_STATUS(bms_init(memory, 0, &good, 0.5f, &pack), BMS_STATUS_STORAGE_SIZE);
  CHECK(bms_storage_size(0, 1) == 0 && bms_storage_size(1, 0) == 0);
  CHECK(bms_storage_size(251, 1) == 0 && bms_storage_size(1, 129) == 0);
  CHECK(bms_snapshot_size(0) == 0 && bms_snapshot_size(251) == 0);
  CHECK(pack == NULL);
  CHECK(memory[0] == 0 && memory[sizeof memory / 8 - 1] == 0);
  return 0;
}

static int storage(bms_pack *pack, rig *battery)
{
  bms_pack *moved = (bms_pack *)(void *)elsewhere;
  CHECK_STATUS(rig_tick(battery, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(rig_tick(battery, (bms_pack *)off_by_one(pack)), BMS_STATUS_MISALIGNED);
  CHECK_STATUS(rig_tick(battery, moved), BMS_STATUS_NOT_INITIALISED);
  (void)memset(elsewhere, 0xFF, sizeof elsewhere);
  CHECK_STATUS(rig_tick(battery, moved), BMS_STATUS_NOT_INITIALISED);
  (void)memcpy(elsewhere, memory, sizeof memory);
  CHECK_STATUS(rig_tick(battery, moved), BMS_STATUS_STORAGE_MOVED);
  CHECK_STATUS(bms_release(moved), BMS_STATUS_STORAGE_MOVED);
  ((unsigned char *)elsewhere)[12] ^= 1u;
  CHECK_STATUS(rig_tick(battery, moved), BMS_STATUS_STORAGE_DAMAGED);
  (void)memcpy(elsewhere, memory, sizeof memory);
  CHECK(memcmp(elsewhere, memory, sizeof memory) == 0);
  return 0;
}

/* Memory too small for its configuration: the header of a pack with one sensor over a pack with four is no pack, whoever
   steps or restores it. */
static int too_small(const bms_config *good, rig *battery)
{
  static const uint8_t first_sensor[CELLS] = {0};
  unsigned char header[3 * sizeof(uint32_t) + 4 * sizeof(size_t)];
  unsigned char bytes[1] = {0};
  bms_config one_sensor = *good;
  bms_pack *pack = NULL;
  one_sensor.layout.temperature_sensors = 1;
  one_sensor.layout.sensor_of_cell = first_sensor;
  CHECK_STATUS(bms_init(elsewhere, sizeof elsewhere, &one_sensor, 0.5f, &pack), BMS_STATUS_OK);
  (void)memcpy(header, elsewhere, sizeof header);
  CHECK_STATUS(bms_init(elsewhere, bms_storage_size(CELLS, 1), good, 0.5f, &pack), BMS_STATUS_STORAGE_SIZE);
  CHECK_STATUS(bms_init(elsewhere, sizeof elsewhere, good, 0.5f, &pack), BMS_STATUS_OK);
  CHECK_STATUS(rig_tick(battery, pack), BMS_STATUS_OK);
  (void)memcpy(elsewhere, header, sizeof header);
  CHECK_STATUS(rig_tick(battery, pack), BMS_STATUS_STORAGE_DAMAGED);
  CHECK_STATUS(bms_restore(pack, bytes, sizeof bytes, 0.0f), BMS_STATUS_STORAGE_DAMAGED);
  CHECK_STATUS(bms_clear_records(pack), BMS_STATUS_STORAGE_DAMAGED);
  return 0;
}

#define REFUSED(expected)                                                                    \
  do {                                                                                       \
    CHECK_STATUS(bms_step(pack, &inputs, &commands, 0.01f, &outputs), expected);             \
    CHECK(outputs.soc == 123.0f);                                                            \
    inputs = good;                                                                           \
    commands = asked;                                                                        \
  } while (0)

static int inputs(bms_pack *pack, rig *battery)
{
  static const float cell_v[CELLS + 1] = {3.7f};
  uint8_t flags[CELLS] = {0};
  bms_front_end front_ends[2];
  bms_inputs inputs;
  bms_inputs good;
  bms_commands commands;
  bms_commands asked;
  bms_outputs outputs;
  (void)memset(front_ends, 0, sizeof front_ends);
  good = battery->inputs;
  asked = battery->commands;
  inputs = good;
  commands = asked;
  outputs = battery->outputs;
  outputs.soc = 123.0f;
  CHECK_STATUS(bms_inputs_default(NULL, sizeof inputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_inputs_default(&inputs, 3), BMS_STATUS_STRUCT_SIZE);
  CHECK_STATUS(bms_commands_default(NULL, sizeof commands), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_commands_default(&commands, 3), BMS_STATUS_STRUCT_SIZE);
  CHECK_STATUS(bms_step(pack, NULL, &commands, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_step(pack, &inputs, NULL, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_step(pack, &inputs, &commands, 0.01f, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_step(pack, (const bms_inputs *)off_by_one(&inputs), &commands, 0.01f, &outputs),
               BMS_STATUS_MISALIGNED);
  inputs.struct_size = 12;
  REFUSED(BMS_STATUS_STRUCT_SIZE);
  commands.struct_size = 0;
  REFUSED(BMS_STATUS_STRUCT_SIZE);
  outputs.struct_size = 0;
  REFUSED(BMS_STATUS_STRUCT_SIZE);
  outputs.struct_size = sizeof outputs;
  commands.acknowledge = 255;
  REFUSED(BMS_STATUS_BOOLEAN);
  commands.contactors.precharge = 2;
  REFUSED(BMS_STATUS_BOOLEAN);
  commands.request = 5;
  REFUSED(BMS_STATUS_ENUMERATION);
  inputs.crash = 2;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.current_a.is_new = 2;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.isolation.is_valid = 9;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.contactor_feedback.precharge.is_new = 1;
  inputs.contactor_feedback.precharge.value = 3;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.charger.phase = 6;
  REFUSED(BMS_STATUS_ENUMERATION);
  inputs.cell_voltages_v = cell_v;
  inputs.cell_count = CELLS + 1;
  REFUSED(BMS_STATUS_COUNT);
  inputs.cell_count = (size_t)-1;
  REFUSED(BMS_STATUS_COUNT);
  inputs.cell_voltages_v = (const float *)off_by_one((void *)(uintptr_t)cell_v);
  REFUSED(BMS_STATUS_MISALIGNED);
  inputs.cell_voltages_v = cell_v;
  inputs.cell_voltages_are_new = flags;
  flags[3] = 7;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.cell_open_wires = flags;
  REFUSED(BMS_STATUS_BOOLEAN);
  inputs.temperatures_k = cell_v;
  inputs.temperature_count = SENSORS + 1;
  REFUSED(BMS_STATUS_COUNT);
  inputs.front_ends = front_ends;
  inputs.front_end_count = 2;
  REFUSED(BMS_STATUS_COUNT);
  front_ends[0].timed_out = 4;
  inputs.front_ends = front_ends;
  inputs.front_end_count = 1;
  REFUSED(BMS_STATUS_BOOLEAN);
  CHECK_STATUS(bms_step(pack, &inputs, &commands, 0.01f, &outputs), BMS_STATUS_OK);
  CHECK(outputs.soc != 123.0f);
  CHECK(outputs.now_ms == battery->outputs.now_ms + 10);
  return 0;
}

static int questions(bms_pack *pack)
{
  bms_cell cell;
  bms_fault fault;
  bms_fault_info info;
  bms_record record;
  bms_event event;
  uint16_t number = 7;
  uint32_t often = 7;
  uint8_t bleeding[CELLS];
  size_t count = 7;
  (void)memset(&cell, 0x55, sizeof cell);
  CHECK_STATUS(bms_cell_at(pack, 0, &cell), BMS_STATUS_STRUCT_SIZE);
  cell.struct_size = sizeof cell;
  CHECK_STATUS(bms_cell_at(pack, CELLS, &cell), BMS_STATUS_INDEX);
  CHECK_STATUS(bms_cell_at(pack, (size_t)-1, &cell), BMS_STATUS_INDEX);
  CHECK_STATUS(bms_cell_at(NULL, 0, &cell), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_cell_at(pack, 0, NULL), BMS_STATUS_NULL_POINTER);
  CHECK(cell.is_bleeding == 0x55);
  CHECK_STATUS(bms_bleeding(pack, bleeding, CELLS + 1), BMS_STATUS_INDEX);
  CHECK_STATUS(bms_bleeding(pack, NULL, CELLS), BMS_STATUS_NULL_POINTER);
  fault.struct_size = sizeof fault;
  CHECK_STATUS(bms_fault_state(pack, 1, &fault), BMS_STATUS_UNKNOWN_FAULT);
  CHECK_STATUS(bms_fault_state(pack, 102, NULL), BMS_STATUS_NULL_POINTER);
  info.struct_size = sizeof info;
  CHECK_STATUS(bms_fault_describe(65535, &info), BMS_STATUS_UNKNOWN_FAULT);
  info.struct_size = 4;
  CHECK_STATUS(bms_fault_describe(102, &info), BMS_STATUS_STRUCT_SIZE);
  record.struct_size = sizeof record;
  CHECK_STATUS(bms_fault_record(pack, 102, &record), BMS_STATUS_NO_RECORD);
  CHECK_STATUS(bms_fault_record(pack, 1, &record), BMS_STATUS_UNKNOWN_FAULT);
  event.struct_size = sizeof event;
  CHECK_STATUS(bms_event_at(pack, 1000, &event), BMS_STATUS_INDEX);
  CHECK_STATUS(bms_events_written(pack, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_contactor_wear(pack, 3, &often, NULL), BMS_STATUS_ENUMERATION);
  CHECK(often == 7);
  CHECK_STATUS(bms_faults(pack, NULL, 0, &count), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_faults(pack, &number, 1, &count), BMS_STATUS_OK);
  CHECK(count == 0 && number == 7);
  return 0;
}

int TEST_MAIN(void)
{
  bms_config config;
  bms_pack *pack = NULL;
  rig battery;
  if (configurations() != 0) {
    return 1;
  }
  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack), BMS_STATUS_OK);
  rig_start(&battery);
  CHECK_STATUS(rig_run(&battery, pack, 1000), BMS_STATUS_OK);
  (void)memcpy(before, memory, sizeof memory);
  if (storage(pack, &battery) != 0 || questions(pack) != 0) {
    return 1;
  }
  CHECK(memcmp(before, memory, sizeof memory) == 0);
  if (inputs(pack, &battery) != 0) {
    return 1;
  }
  rig_start(&battery);
  return too_small(&config, &battery);
}
