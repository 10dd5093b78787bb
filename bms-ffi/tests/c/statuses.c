/* Every status has its number for ever, a text of its own, and the snapshots' are reached through edited bytes. */
#include "rig.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint8_t bytes[BMS_SNAPSHOT_SIZE(CELLS)];
static uint8_t edited[BMS_SNAPSHOT_SIZE(CELLS)];

static const struct {
  int32_t status;
  int32_t number;
} numbers[] = {
    {BMS_STATUS_OK, 0},
    {BMS_STATUS_NULL_POINTER, 100},
    {BMS_STATUS_MISALIGNED, 101},
    {BMS_STATUS_STRUCT_SIZE, 102},
    {BMS_STATUS_ABI_VERSION, 103},
    {BMS_STATUS_STORAGE_SIZE, 104},
    {BMS_STATUS_NOT_INITIALISED, 105},
    {BMS_STATUS_STORAGE_MOVED, 106},
    {BMS_STATUS_STORAGE_DAMAGED, 107},
    {BMS_STATUS_BUFFER_SIZE, 108},
    {BMS_STATUS_BOOLEAN, 200},
    {BMS_STATUS_ENUMERATION, 201},
    {BMS_STATUS_COUNT, 202},
    {BMS_STATUS_INDEX, 203},
    {BMS_STATUS_UNKNOWN_FAULT, 204},
    {BMS_STATUS_NO_RECORD, 205},
    {BMS_STATUS_CONFIG, 206},
    {BMS_STATUS_NO_FRAME, 207},
    {BMS_STATUS_NOT_DUE, 208},
    {BMS_STATUS_SNAPSHOT_RUNNING, 300},
    {BMS_STATUS_SNAPSHOT_TOO_SHORT, 301},
    {BMS_STATUS_SNAPSHOT_MAGIC, 302},
    {BMS_STATUS_SNAPSHOT_CRC, 303},
    {BMS_STATUS_SNAPSHOT_VERSION, 304},
    {BMS_STATUS_SNAPSHOT_OTHER_PACK, 305},
    {BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT, 306},
    {BMS_STATUS_SNAPSHOT_FIELD, 307},
};

/* CRC-32 of IEEE 802.3, bit by bit. */
static void seal(uint8_t *snapshot, size_t size)
{
  uint32_t crc = 0xFFFFFFFFu;
  size_t index;
  int bit;
  for (index = 0; index < size - 4; index++) {
    crc ^= snapshot[index];
    for (bit = 0; bit < 8; bit++) {
      crc = (crc >> 1) ^ ((crc & 1u) ? 0xEDB88320u : 0u);
    }
  }
  crc = ~crc;
  for (bit = 0; bit < 4; bit++) {
    snapshot[size - 4 + (size_t)bit] = (uint8_t)(crc >> (8 * bit));
  }
}

static int edit(bms_pack *pack, size_t offset, uint8_t value, bms_status expected)
{
  (void)memcpy(edited, bytes, sizeof edited);
  edited[offset] = value;
  seal(edited, sizeof edited);
  CHECK_STATUS(bms_restore(pack, edited, sizeof edited, 0.0f), expected);
  return 0;
}

int TEST_MAIN(void)
{
  const size_t count = sizeof numbers / sizeof numbers[0];
  const char *none = bms_status_text(-1);
  const size_t faults = 394 + 28 * CELLS;
  bms_config config;
  bms_pack *pack = NULL;
  size_t index;
  size_t other;
  for (index = 0; index < count; index++) {
    const char *text = bms_status_text(numbers[index].status);
    CHECK(numbers[index].status == numbers[index].number);
    CHECK(strlen(text) > 3 && strcmp(text, none) != 0);
    for (other = 0; other < index; other++) {
      CHECK(strcmp(text, bms_status_text(numbers[other].status)) != 0);
    }
  }
  CHECK(strcmp(bms_status_text(1), none) == 0);

  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, 0.5f, &pack), BMS_STATUS_OK);
  CHECK_STATUS(bms_snapshot(pack, 7, bytes, sizeof bytes, NULL), BMS_STATUS_OK);
  if (edit(pack, 4, 99, BMS_STATUS_SNAPSHOT_VERSION) != 0 ||
      edit(pack, 16, 14, BMS_STATUS_SNAPSHOT_OTHER_PACK) != 0 ||
      edit(pack, 20, (uint8_t)(bytes[20] ^ 1u), BMS_STATUS_SNAPSHOT_OTHER_PACK) != 0 ||
      edit(pack, 6, 1, BMS_STATUS_SNAPSHOT_FIELD) != 0 ||
      edit(pack, 95, 77, BMS_STATUS_SNAPSHOT_FIELD) != 0 ||
      edit(pack, faults + 2, 1, BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT) != 0) {
    return 1;
  }
  CHECK_STATUS(bms_restore(pack, bytes, sizeof bytes, 0.0f), BMS_STATUS_OK);
  return 0;
}
