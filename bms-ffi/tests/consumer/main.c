/* The least program: a pack, one step. */
#include <bms.h>
#include <stdio.h>

static uint64_t memory[BMS_STORAGE_WORDS(13, 4)];

int main(void)
{
  bms_config config;
  bms_inputs inputs;
  bms_commands commands;
  bms_outputs outputs;
  bms_pack *pack = NULL;
  bms_status status = bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S);
  if (status == BMS_STATUS_OK) {
    status = bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack);
  }
  if (status == BMS_STATUS_OK) {
    (void)bms_inputs_default(&inputs, sizeof inputs);
    (void)bms_commands_default(&commands, sizeof commands);
    outputs.struct_size = sizeof outputs;
    status = bms_step(pack, &inputs, &commands, 0.01f, &outputs);
  }
  (void)printf("bms %s: %s\n", bms_version(), bms_status_text(status));
  return (int)status;
}
