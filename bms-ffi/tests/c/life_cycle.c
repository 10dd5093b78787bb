/* From nothing to a drive, a fault, its record, its acknowledgement, and the end. */
#include "rig.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];

int TEST_MAIN(void)
{
  bms_config config;
  bms_pack *pack = NULL;
  bms_cell cell;
  bms_fault fault;
  bms_fault_info info;
  bms_record record;
  bms_event event;
  rig battery;
  uint8_t bleeding[CELLS];
  uint16_t numbers[BMS_MAX_FAULTS];
  size_t count = 99;
  uint32_t events = 0;
  uint32_t operations = 99;
  uint16_t hard = 99;

  CHECK(strlen(bms_version()) >= 5);
  CHECK_STATUS(bms_abi_check(BMS_ABI_VERSION), BMS_STATUS_OK);
  CHECK(bms_storage_size(CELLS, SENSORS) <= sizeof memory);
  CHECK(bms_snapshot_size(CELLS) == BMS_SNAPSHOT_SIZE(CELLS));
  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  config.limits.rest_current_a = 0.31f;
  CHECK_STATUS(bms_config_check(&config, NULL), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack), BMS_STATUS_OK);
  CHECK((void *)pack == (void *)memory);

  rig_start(&battery);
  CHECK_STATUS(rig_run(&battery, pack, 2000), BMS_STATUS_OK);
  CHECK(battery.outputs.mode == BMS_MODE_STANDBY);
  CHECK(battery.outputs.now_ms == 2000);
  CHECK(battery.outputs.fault_count == 0);
  CHECK(battery.outputs.soc > 0.3f && battery.outputs.soc < 0.6f);
  CHECK(battery.outputs.allowed_discharge_a == 0.0f);
  CHECK(battery.outputs.allowed_discharge_reason == BMS_LIMIT_REASON_CONTACTORS_OPEN);
  CHECK(battery.outputs.lowest_cell == 0);

  battery.commands.request = BMS_REQUEST_DRIVE;
  CHECK_STATUS(rig_run(&battery, pack, 6000), BMS_STATUS_OK);
  CHECK(battery.outputs.mode == BMS_MODE_DRIVE);
  CHECK(battery.outputs.contactors.main_positive == 1);
  CHECK(battery.outputs.contactors.precharge == 0);
  CHECK(battery.outputs.allowed_discharge_a > 20.0f);
  battery.wanted_a = 10.0f;
  CHECK_STATUS(rig_run(&battery, pack, 2000), BMS_STATUS_OK);
  CHECK(battery.outputs.current_direction == BMS_CURRENT_DIRECTION_DISCHARGING);
  CHECK(battery.outputs.current_a == 10.0f);

  cell.struct_size = sizeof cell;
  CHECK_STATUS(bms_cell_at(pack, 12, &cell), BMS_STATUS_OK);
  CHECK(cell.voltage_v > 3.6f && cell.voltage_v < 3.7f);
  CHECK(cell.soc > 0.3f && cell.soc < 0.6f && cell.soc_sigma > 0.0f);
  CHECK_STATUS(bms_bleeding(pack, bleeding, CELLS), BMS_STATUS_OK);

  /* A cell reads 2.0 V: under-voltage, the contactors open. */
  battery.cell_v[4] = 2.05f;
  CHECK_STATUS(rig_run(&battery, pack, 3000), BMS_STATUS_OK);
  CHECK(battery.outputs.mode == BMS_MODE_FAULT);
  CHECK(battery.outputs.reaction >= BMS_REACTION_OPEN);
  CHECK(battery.outputs.contactors.main_positive == 0);
  CHECK(battery.outputs.allowed_discharge_reason == BMS_LIMIT_REASON_FAULT);
  CHECK(battery.outputs.allowed_discharge_fault == 105);
  CHECK(battery.outputs.refusal == BMS_REFUSAL_FAULT);
  CHECK(battery.outputs.warn_driver == 1);
  CHECK_STATUS(bms_faults(pack, numbers, BMS_MAX_FAULTS, &count), BMS_STATUS_OK);
  CHECK(count == battery.outputs.fault_count && count >= 1);
  fault.struct_size = sizeof fault;
  CHECK_STATUS(bms_fault_state(pack, 105, &fault), BMS_STATUS_OK);
  CHECK(fault.is_present == 1 && fault.is_qualified == 1 && fault.has_record == 1);
  CHECK((fault.dtc_status & 0x09) == 0x09);
  record.struct_size = sizeof record;
  CHECK_STATUS(bms_fault_record(pack, 105, &record), BMS_STATUS_OK);
  CHECK(record.source == BMS_SOURCE_CELL && record.source_index == 4);
  CHECK(record.value < 2.1f && record.limit > 2.3f);
  info.struct_size = sizeof info;
  CHECK_STATUS(bms_fault_describe(105, &info), BMS_STATUS_OK);
  CHECK(strcmp(info.name, "cell under-voltage, maximum limit") == 0);
  CHECK(info.severity == BMS_SEVERITY_FATAL && info.latch == BMS_LATCH_UNTIL_ACKNOWLEDGED);
  CHECK(info.level == BMS_LEVEL_MAXIMUM && info.source == BMS_SOURCE_CELL);
  CHECK_STATUS(bms_events_written(pack, &events), BMS_STATUS_OK);
  CHECK(events >= 1);
  event.struct_size = sizeof event;
  CHECK_STATUS(bms_event_at(pack, 0, &event), BMS_STATUS_OK);
  CHECK(event.kind == BMS_EVENT_KIND_APPEARED && event.at_ms > 10000);

  /* Mended, but latched until it is acknowledged. */
  battery.cell_v[4] = 3.70f;
  battery.commands.request = BMS_REQUEST_STANDBY;
  CHECK_STATUS(rig_run(&battery, pack, 8000), BMS_STATUS_OK);
  CHECK_STATUS(bms_fault_state(pack, 105, &fault), BMS_STATUS_OK);
  CHECK(fault.is_present == 1 && fault.is_qualified == 0);
  battery.commands.acknowledge = 1;
  CHECK_STATUS(rig_run(&battery, pack, 100), BMS_STATUS_OK);
  battery.commands.acknowledge = 0;
  CHECK_STATUS(bms_fault_state(pack, 105, &fault), BMS_STATUS_OK);
  CHECK(fault.is_present == 0 && fault.has_record == 1);
  CHECK_STATUS(bms_clear_records(pack), BMS_STATUS_OK);
  CHECK_STATUS(bms_fault_record(pack, 105, &record), BMS_STATUS_NO_RECORD);
  CHECK_STATUS(bms_begin_operation_cycle(pack), BMS_STATUS_OK);
  CHECK_STATUS(bms_contactor_wear(pack, BMS_CONTACTOR_MAIN_POSITIVE, &operations, &hard), BMS_STATUS_OK);
  CHECK(operations == 1);

  CHECK_STATUS(bms_release(pack), BMS_STATUS_OK);
  CHECK_STATUS(rig_tick(&battery, pack), BMS_STATUS_NOT_INITIALISED);
  return 0;
}
