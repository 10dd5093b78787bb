/* Two packs of different size side by side know nothing of each other. */
#include "rig.h"

static uint64_t first[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t second[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t alone[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t large[BMS_STORAGE_WORDS(96, 24)];

static int same(const bms_outputs *a, const bms_outputs *b)
{
  return a->now_ms == b->now_ms && memcmp(&a->soc, &b->soc, sizeof a->soc) == 0 &&
         memcmp(&a->mean_soc_sigma, &b->mean_soc_sigma, sizeof a->soc) == 0 && a->mode == b->mode &&
         memcmp(&a->allowed_charge_a, &b->allowed_charge_a, sizeof a->soc) == 0 &&
         a->fault_count == b->fault_count;
}

int TEST_MAIN(void)
{
  bms_config config;
  bms_config of_large;
  bms_pack *packs[4] = {NULL, NULL, NULL, NULL};
  rig one;
  rig two;
  rig single;
  bms_inputs inputs;
  bms_commands commands;
  bms_outputs outputs;
  unsigned tick;

  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  CHECK_STATUS(bms_config_default(&of_large, sizeof of_large, BMS_PRESET_NMC_96S), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(first, sizeof first, &config, BMS_SOC_UNKNOWN, &packs[0]), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(second, sizeof second, &config, BMS_SOC_UNKNOWN, &packs[1]), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(alone, sizeof alone, &config, BMS_SOC_UNKNOWN, &packs[2]), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(large, sizeof large, &of_large, 0.7f, &packs[3]), BMS_STATUS_OK);
  /* What described them may go. */
  (void)memset(&config, 0, sizeof config);
  (void)memset(&of_large, 0, sizeof of_large);

  rig_start(&one);
  rig_start(&two);
  rig_start(&single);
  two.cell_v[6] = 4.3f;
  CHECK_STATUS(bms_inputs_default(&inputs, sizeof inputs), BMS_STATUS_OK);
  CHECK_STATUS(bms_commands_default(&commands, sizeof commands), BMS_STATUS_OK);
  outputs.struct_size = sizeof outputs;
  one.commands.request = BMS_REQUEST_DRIVE;
  single.commands.request = BMS_REQUEST_DRIVE;
  for (tick = 0; tick < 500; tick++) {
    CHECK_STATUS(rig_tick(&one, packs[0]), BMS_STATUS_OK);
    CHECK_STATUS(rig_tick(&two, packs[1]), BMS_STATUS_OK);
    CHECK_STATUS(bms_step(packs[3], &inputs, &commands, 0.01f, &outputs), BMS_STATUS_OK);
  }
  for (tick = 0; tick < 500; tick++) {
    CHECK_STATUS(rig_tick(&single, packs[2]), BMS_STATUS_OK);
  }
  CHECK(same(&one.outputs, &single.outputs));
  CHECK(!same(&two.outputs, &single.outputs));
  CHECK(one.outputs.fault_count == 0);
  CHECK(two.outputs.fault_count > 0);
  CHECK(outputs.fault_count > 0);
  CHECK(outputs.display_soc > 0.69f && outputs.display_soc < 0.71f);
  return 0;
}
