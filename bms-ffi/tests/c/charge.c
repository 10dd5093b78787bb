/* A charge: what to ask a charger for, and why not more. */
#include "rig.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t of_charge[BMS_CHARGE_STORAGE_WORDS];
static uint64_t moved[BMS_CHARGE_STORAGE_WORDS];

/* The pack of the rig is a small one: less than what the preset's map says. */
static const float map_temperature_k[] = {263.15f, 298.15f, 318.15f};
static const float map_soc[] = {0.0f, 0.8f, 1.0f};
static const float map_a[] = {3.0f, 2.0f, 1.0f, 60.0f, 50.0f, 10.0f, 60.0f, 50.0f, 10.0f};
static const bms_stage stages[] = {{25.0f, 3.9f}, {12.0f, 4.15f}};

static void describe(bms_charging_config *config)
{
  (void)bms_charging_config_default(config, sizeof *config, BMS_CHARGING_PRESET_NMC_96S_CCS);
  config->map_a.temperature_k.values = map_temperature_k;
  config->map_a.temperature_k.length = 3;
  config->map_a.soc.values = map_soc;
  config->map_a.soc.length = 3;
  config->map_a.values.values = map_a;
  config->map_a.values.length = 9;
  config->plating_a = config->map_a;
  config->stages = stages;
  config->stage_count = 2;
  config->voltage_margin_v = 0.2f;
  config->finish_current_a = 1.0f;
}

static int refused(const bms_pack *pack, bms_charge **charge)
{
  bms_charging_config config;
  bms_charge_inputs inputs;
  bms_config_error error;
  error.struct_size = sizeof error;
  describe(&config);
  CHECK_STATUS(bms_charging_config_default(&config, sizeof config, 9), BMS_STATUS_ENUMERATION);
  CHECK_STATUS(bms_charging_config_default(NULL, sizeof config, 1), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_charge_inputs_default(&inputs, 2), BMS_STATUS_STRUCT_SIZE);
  CHECK_STATUS(bms_charge_begin(NULL, sizeof of_charge, pack, &config, NULL, charge), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge - 8, pack, &config, NULL, charge),
               BMS_STATUS_STORAGE_SIZE);
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, NULL, &config, NULL, charge), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, pack, NULL, NULL, charge), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, pack, &config, NULL, NULL), BMS_STATUS_NULL_POINTER);
  config.stage_count = BMS_MAX_STAGES + 1;
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, pack, &config, NULL, charge), BMS_STATUS_COUNT);
  describe(&config);
  config.constant_voltage_v = 4.4f;
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, pack, &config, &error, charge), BMS_STATUS_CONFIG);
  CHECK(strcmp(error.field, "constant_voltage_v") == 0);
  CHECK(error.expected == BMS_EXPECTED_AT_MOST_OTHER && error.value == 4.4f);
  CHECK(*charge == NULL && of_charge[0] == 0);
  return 0;
}

int TEST_MAIN(void)
{
  bms_config config;
  bms_charging_config charging;
  bms_pack *pack = NULL;
  bms_charge *charge = NULL;
  bms_charge_inputs inputs;
  bms_charge_request request;
  rig battery;
  unsigned tick;
  CHECK_STATUS(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_13S), BMS_STATUS_OK);
  CHECK_STATUS(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack), BMS_STATUS_OK);
  if (refused(pack, &charge) != 0) {
    return 1;
  }
  describe(&charging);
  CHECK_STATUS(bms_charge_begin(of_charge, sizeof of_charge, pack, &charging, NULL, &charge), BMS_STATUS_OK);
  (void)memset(&charging, 0, sizeof charging);
  CHECK_STATUS(bms_charge_inputs_default(&inputs, sizeof inputs), BMS_STATUS_OK);
  request.struct_size = 0;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_STRUCT_SIZE);
  request.struct_size = sizeof request;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_OK);
  CHECK(request.current_a == 0.0f && request.reason == BMS_REQUEST_REASON_UNKNOWN);
  (void)memcpy(moved, of_charge, sizeof moved);
  CHECK_STATUS(bms_charge_step((bms_charge *)(void *)moved, pack, &inputs, 0.01f, &request),
               BMS_STATUS_STORAGE_MOVED);
  CHECK_STATUS(bms_charge_step((bms_charge *)(void *)pack, pack, &inputs, 0.01f, &request),
               BMS_STATUS_NOT_INITIALISED);
  inputs.wanted = 2;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_BOOLEAN);
  inputs.wanted = 1;

  rig_start(&battery);
  CHECK_STATUS(rig_run(&battery, pack, 1000), BMS_STATUS_OK);
  battery.commands.request = BMS_REQUEST_CHARGE;
  inputs.charger.voltage_max_v = 500.0f;
  inputs.charger.current_max_a = 100.0f;
  inputs.charger.power_max_w = 50000.0f;
  for (tick = 0; tick < 1200; tick++) {
    inputs.charger.is_new = (tick % 10u == 0u) ? 1 : 0;
    CHECK_STATUS(rig_tick(&battery, pack), BMS_STATUS_OK);
    CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_OK);
    CHECK(request.current_a >= 0.0f && request.current_a <= battery.outputs.allowed_charge_a);
  }
  CHECK(battery.outputs.mode == BMS_MODE_CHARGE);
  CHECK(request.reason == BMS_REQUEST_REASON_STAGE && request.stage == 0 && request.current_a == 25.0f);
  CHECK(request.target_voltage_v > 54.3f && request.target_voltage_v < 54.4f);
  CHECK(request.maximum_voltage_v > request.target_voltage_v);

  inputs.schedule_current_a = 7.0f;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_OK);
  CHECK(request.reason == BMS_REQUEST_REASON_SCHEDULE && request.current_a == 7.0f);
  inputs.wanted = 0;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_OK);
  CHECK(request.reason == BMS_REQUEST_REASON_PAUSED && request.current_a == 0.0f);
  inputs.wanted = 1;
  inputs.target_soc = 0.2f;
  CHECK_STATUS(bms_charge_step(charge, pack, &inputs, 0.01f, &request), BMS_STATUS_OK);
  CHECK(request.completion == BMS_COMPLETION_STATE_OF_CHARGE);
  CHECK(request.reason == BMS_REQUEST_REASON_COMPLETE);
  return 0;
}
