/* What is known survives a restart, in two places of which one is whole wherever the power is cut. */
#include "rig.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint8_t slots[2][BMS_SNAPSHOT_SIZE(CELLS)];
static uint8_t damaged[BMS_SNAPSHOT_SIZE(CELLS)];

static int start(bms_pack **pack)
{
  bms_config config;
  (void)memset(memory, 0xA5, sizeof memory);
  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, pack), BMS_STATUS_OK);
  return 0;
}

static int refused(bms_pack *pack)
{
  const size_t size = BMS_SNAPSHOT_SIZE(CELLS);
  CHECK_STATUS(bms_restore(NULL, slots[0], size, 0.0f), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_restore(pack, NULL, size, 0.0f), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_restore(pack, slots[0], 10, 0.0f), BMS_STATUS_SNAPSHOT_TOO_SHORT);
  CHECK_STATUS(bms_restore(pack, slots[0], 0, 0.0f), BMS_STATUS_SNAPSHOT_TOO_SHORT);
  (void)memset(damaged, 0xFF, size);
  CHECK_STATUS(bms_restore(pack, damaged, size, 0.0f), BMS_STATUS_SNAPSHOT_MAGIC);
  (void)memcpy(damaged, slots[0], size);
  damaged[200] ^= 1u;
  CHECK_STATUS(bms_restore(pack, damaged, size, 0.0f), BMS_STATUS_SNAPSHOT_CRC);
  return 0;
}

int TEST_MAIN(void)
{
  bms_pack *pack = NULL;
  bms_slots found;
  bms_record record;
  rig battery;
  size_t written = 0;
  float soc;
  if (start(&pack) != 0) {
    return 1;
  }
  (void)memset(slots, 0xFF, sizeof slots);
  (void)memset(&found, 0x55, sizeof found);
  CHECK_STATUS(bms_slots_look(slots[0], sizeof slots[0], slots[1], sizeof slots[1], &found), BMS_STATUS_STRUCT_SIZE);
  found.struct_size = sizeof found;
  CHECK_STATUS(bms_slots_look(slots[0], sizeof slots[0], slots[1], sizeof slots[1], NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_slots_look(NULL, 1, slots[1], sizeof slots[1], &found), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_slots_look(slots[0], sizeof slots[0], slots[1], sizeof slots[1], &found), BMS_STATUS_OK);
  CHECK(found.to_restore == BMS_SLOT_NONE && found.to_overwrite == BMS_SLOT_FIRST);

  rig_start(&battery);
  battery.cell_v[2] = 4.4f;
  CHECK_STATUS(rig_run(&battery, pack, 3000), BMS_STATUS_OK);
  battery.cell_v[2] = 3.70f;
  CHECK_STATUS(rig_run(&battery, pack, 7000), BMS_STATUS_OK);
  soc = battery.outputs.mean_soc;
  CHECK_STATUS(bms_snapshot(pack, 0, slots[0], sizeof slots[0] - 1, &written), BMS_STATUS_BUFFER_SIZE);
  CHECK(written == 0 && slots[0][0] == 0xFF);
  CHECK_STATUS(bms_snapshot(pack, 0, NULL, sizeof slots[0], &written), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_snapshot(pack, found.next_sequence, slots[0], sizeof slots[0], &written), BMS_STATUS_OK);
  CHECK(written == BMS_SNAPSHOT_SIZE(CELLS));
  CHECK_STATUS(bms_restore(pack, slots[0], written, 0.0f), BMS_STATUS_SNAPSHOT_RUNNING);

  CHECK_STATUS(bms_slots_look(slots[0], sizeof slots[0], slots[1], sizeof slots[1], &found), BMS_STATUS_OK);
  CHECK(found.newest == BMS_SLOT_FIRST && found.to_overwrite == BMS_SLOT_SECOND && found.next_sequence == 1);
  CHECK_STATUS(bms_snapshot(pack, found.next_sequence, slots[1], sizeof slots[1], NULL), BMS_STATUS_OK);
  slots[1][100] ^= 4u; /* the power was cut */
  CHECK_STATUS(bms_slots_look(slots[0], sizeof slots[0], slots[1], sizeof slots[1], &found), BMS_STATUS_OK);
  CHECK(found.to_restore == BMS_SLOT_FIRST && found.second_damage == BMS_STATUS_SNAPSHOT_CRC);

  if (start(&pack) != 0 || refused(pack) != 0) {
    return 1;
  }
  CHECK_STATUS(bms_restore(pack, slots[0], sizeof slots[0], 3600.0f), BMS_STATUS_OK);
  rig_start(&battery);
  record.struct_size = sizeof record;
  CHECK_STATUS(bms_fault_record(pack, 102, &record), BMS_STATUS_OK);
  CHECK(record.source == BMS_SOURCE_CELL && record.source_index == 2);
  CHECK_STATUS(rig_tick(&battery, pack), BMS_STATUS_OK);
  CHECK(battery.outputs.now_ms > 10000);
  CHECK(battery.outputs.mean_soc > soc - 0.01f && battery.outputs.mean_soc < soc + 0.01f);

  /* A damaged one is reported. */
  if (start(&pack) != 0) {
    return 1;
  }
  (void)memset(damaged, 0xFF, sizeof damaged);
  (void)memcpy(damaged, slots[1], sizeof damaged);
  CHECK_STATUS(bms_restore(pack, damaged, sizeof damaged, -1.0f), BMS_STATUS_SNAPSHOT_CRC);
  rig_start(&battery);
  CHECK_STATUS(rig_run(&battery, pack, 100), BMS_STATUS_OK);
  CHECK(battery.outputs.fault_count == 1);
  return 0;
}
