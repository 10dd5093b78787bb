/* Sessions, needs, messages, home and GB/T: life, and every way to call them wrongly. Whole charges are in ../../examples. */
#include "../../examples/recorded.h"

#define CHECK_STATUS(call, expected)                                                                        \
  do {                                                                                                      \
    const bms_status found_ = (call);                                                                       \
    if (found_ != (expected)) {                                                                             \
      (void)fprintf(stderr, "%s:%d: %s: %d, %s\n", __FILE__, __LINE__, #call, (int)found_,                  \
                    bms_status_text(found_));                                                               \
      return 1;                                                                                             \
    }                                                                                                       \
  } while (0)

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t of_charge[BMS_CHARGE_STORAGE_WORDS];
static uint64_t of_session[BMS_SESSION_STORAGE_WORDS];
static uint64_t of_gbt[BMS_GBT_STORAGE_WORDS];
static uint64_t moved[BMS_GBT_STORAGE_WORDS];
static recorded_battery battery;
static bms_session_inputs inputs;
static bms_session_outputs outputs;
static bms_needs needs;
static bms_pack *pack;
static bms_charge *charge;
static bms_session *session;
static bms_gbt *gbt;

/* A battery at rest, 3.7 V a cell. */
static const recorded_row at_rest = {3.7f, 0.0f, 0.0f, 0, 0.0f, 0.0f, 0, 0, 0, 0, 0};

static int pack_runs(unsigned ticks)
{
  unsigned tick;
  for (tick = 0; tick < ticks; tick++) {
    recorded_measure(&battery, &at_rest, (tick % 10u == 0u) ? 1 : 0);
    MUST(bms_step(pack, &battery.inputs, &battery.commands, 0.01f, &battery.outputs));
  }
  return 0;
}

static int begin_refuses(void)
{
  bms_session_config times;
  bms_config_error error;
  unsigned char *bytes = (unsigned char *)of_session;
  error.struct_size = sizeof error;
  CHECK_STATUS(bms_session_config_default(NULL, sizeof times, BMS_SESSION_PRESET_CCS), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_config_default(&times, 3, BMS_SESSION_PRESET_CCS), BMS_STATUS_STRUCT_SIZE);
  CHECK_STATUS(bms_session_config_default(&times, sizeof times, 9), BMS_STATUS_ENUMERATION);
  MUST(bms_session_config_default(&times, sizeof times, BMS_SESSION_PRESET_CCS));
  EXPECT(times.precharge_ms == 7000u && times.precharge_by == BMS_PRECHARGE_BY_CHARGER);
  CHECK_STATUS(bms_session_begin(NULL, sizeof of_session, &times, NULL, &session), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_begin(bytes + 1, sizeof of_session - 1, &times, NULL, &session), BMS_STATUS_MISALIGNED);
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session - 8, &times, NULL, &session),
               BMS_STATUS_STORAGE_SIZE);
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, NULL, NULL, &session), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, &times, NULL, NULL), BMS_STATUS_NULL_POINTER);
  times.precharge_by = 2;
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, &times, NULL, &session), BMS_STATUS_ENUMERATION);
  times.precharge_by = 1;
  times.accept_isolation_warning = 7;
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, &times, NULL, &session), BMS_STATUS_BOOLEAN);
  times.accept_isolation_warning = 1;
  times.follow_a_per_s = -1.0f;
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, &times, &error, &session), BMS_STATUS_CONFIG);
  EXPECT(strcmp(error.field, "follow_a_per_s") == 0 && error.value == -1.0f);
  times.struct_size = 0;
  CHECK_STATUS(bms_session_begin(of_session, sizeof of_session, &times, &error, &session), BMS_STATUS_STRUCT_SIZE);
  EXPECT(session == NULL && of_session[0] == 0);
  CHECK_STATUS(bms_session_step((bms_session *)(void *)of_session, charge, pack, &inputs, 0.01f, &outputs),
               BMS_STATUS_NOT_INITIALISED);
  MUST(bms_session_config_default(&times, sizeof times, BMS_SESSION_PRESET_GBT));
  MUST(bms_session_begin(of_session, sizeof of_session, &times, &error, &session));
  return 0;
}

/* A call that must be refused, and leave what is given out as it was. */
static int refused(bms_status expected)
{
  bms_session_outputs before;
  (void)memset(&outputs, 0x5A, sizeof outputs);
  outputs.struct_size = sizeof outputs;
  before = outputs;
  CHECK_STATUS(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs), expected);
  EXPECT(memcmp(&before, &outputs, sizeof outputs) == 0);
  return 0;
}

static int step_refuses(void)
{
  bms_session_inputs sound;
  MUST(bms_session_inputs_default(&inputs, sizeof inputs));
  EXPECT(inputs.wanted == 1 && inputs.charger.plugged == 0);
  sound = inputs;
  inputs.station_status = 7;
  if (refused(BMS_STATUS_ENUMERATION) != 0) { return 1; }
  inputs = sound;
  inputs.station_isolation = 5;
  if (refused(BMS_STATUS_ENUMERATION) != 0) { return 1; }
  inputs = sound;
  inputs.answered = 9;
  if (refused(BMS_STATUS_ENUMERATION) != 0) { return 1; }
  inputs = sound;
  inputs.charger.phase = 6;
  if (refused(BMS_STATUS_ENUMERATION) != 0) { return 1; }
  inputs = sound;
  inputs.station_stops = 2;
  if (refused(BMS_STATUS_BOOLEAN) != 0) { return 1; }
  inputs = sound;
  inputs.wanted = 255;
  if (refused(BMS_STATUS_BOOLEAN) != 0) { return 1; }
  inputs = sound;
  inputs.inlet_voltage_v.is_new = 3;
  if (refused(BMS_STATUS_BOOLEAN) != 0) { return 1; }
  inputs = sound;
  inputs.struct_size = 8;
  if (refused(BMS_STATUS_STRUCT_SIZE) != 0) { return 1; }
  inputs = sound;
  outputs.struct_size = 0;
  CHECK_STATUS(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs), BMS_STATUS_STRUCT_SIZE);
  outputs.struct_size = sizeof outputs;
  CHECK_STATUS(bms_session_step(NULL, charge, pack, &inputs, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_step(session, NULL, pack, &inputs, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_step(session, charge, NULL, &inputs, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_step(session, charge, pack, NULL, 0.01f, &outputs), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_step(session, charge, pack, &inputs, 0.01f, NULL), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_session_command(session, NULL), BMS_STATUS_NULL_POINTER);
  /* Foreign storage, a copy, and one that somebody wrote to. */
  CHECK_STATUS(bms_session_step((bms_session *)(void *)charge, charge, pack, &inputs, 0.01f, &outputs),
               BMS_STATUS_NOT_INITIALISED);
  CHECK_STATUS(bms_session_step(session, (bms_charge *)(void *)session, pack, &inputs, 0.01f, &outputs),
               BMS_STATUS_NOT_INITIALISED);
  (void)memcpy(moved, of_session, sizeof of_session);
  CHECK_STATUS(bms_session_step((bms_session *)(void *)moved, charge, pack, &inputs, 0.01f, &outputs),
               BMS_STATUS_STORAGE_MOVED);
  of_session[1] ^= 1u;
  CHECK_STATUS(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs), BMS_STATUS_STORAGE_DAMAGED);
  of_session[1] ^= 1u;
  return 0;
}

static int life(void)
{
  bms_commands commands = battery.commands;
  bms_forecast forecast;
  bms_goals goals;
  /* Before the pack knows anything. */
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  EXPECT(outputs.state == BMS_SESSION_STATE_IDLE && outputs.reason == BMS_REQUEST_REASON_UNKNOWN);
  needs.struct_size = sizeof needs;
  MUST(bms_charge_needs(charge, pack, 355.2f, NULL, &needs));
  EXPECT(needs.current_a == 0.0f && needs.is_ready == 0);
  forecast.struct_size = sizeof forecast;
  CHECK_STATUS(bms_goals_default(&goals, 5), BMS_STATUS_STRUCT_SIZE);
  MUST(bms_goals_default(&goals, sizeof goals));
  MUST(bms_charge_forecast(charge, pack, &goals, &forecast));
  EXPECT(forecast.reason == BMS_REQUEST_REASON_UNKNOWN && forecast.to_target.time_s > 1e30f);
  if (pack_runs(100) != 0) {
    return 1;
  }
  EXPECT(battery.outputs.mode == BMS_MODE_STANDBY);
  /* Without a plug there is no session, and commands stay as they are. */
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  commands = battery.commands;
  MUST(bms_session_command(session, &battery.commands));
  EXPECT(memcmp(&commands, &battery.commands, sizeof commands) == 0);
  /* With one it waits for the charger's limits. */
  inputs.charger.plugged = 1;
  inputs.charger.locked = 1;
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  EXPECT(outputs.state == BMS_SESSION_STATE_READY && outputs.ask == BMS_ASK_PARAMETERS && outputs.current_a == 0.0f);
  MUST(bms_session_command(session, &battery.commands));
  EXPECT(battery.commands.request == BMS_REQUEST_STANDBY && battery.commands.charging_allowed == 0);
  /* What the plug says ends it, and the driver is told. */
  inputs.charger.locked = 0;
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  EXPECT(outputs.state == BMS_SESSION_STATE_DONE && outputs.end == BMS_SESSION_END_UNLOCKED);
  EXPECT(outputs.error == BMS_EV_ERROR_CHARGER_CONNECTOR_LOCK_FAULT);
  EXPECT(strcmp(bms_session_end_text(outputs.end), "the plug is no longer locked") == 0);
  EXPECT(strcmp(bms_session_state_text(200), "no value of bms_session_state") == 0);
  EXPECT(strcmp(bms_ev_error_text(outputs.error), "FAILED_ChargerConnectorLockFault") == 0);
  inputs.charger.locked = 1;
  MUST(bms_charge_forecast(charge, pack, &goals, &forecast));
  CHECK_STATUS(bms_charge_forecast(charge, pack, NULL, &forecast), BMS_STATUS_NULL_POINTER);
  return 0;
}

static int messages(void)
{
  bms_charge_parameters parameters;
  bms_pre_charge pre_charge;
  bms_power_delivery delivery;
  bms_current_demand demand;
  bms_charge_parameters_20 parameters_20;
  bms_energies_20 energies;
  bms_charge_loop_20 charge_loop;
  bms_display_20 display;
  bms_station_needs station;
  bms_needs other;
  bms_give_back give_back;
  uint8_t error = 99;
  parameters.struct_size = sizeof parameters;
  pre_charge.struct_size = sizeof pre_charge;
  delivery.struct_size = sizeof delivery;
  demand.struct_size = sizeof demand;
  parameters_20.struct_size = sizeof parameters_20;
  energies.struct_size = sizeof energies;
  charge_loop.struct_size = sizeof charge_loop;
  display.struct_size = sizeof display;
  station.struct_size = sizeof station;
  EXPECT(bms_physical_down(25.5f).value == 25500 && bms_physical_down(25.5f).multiplier == -3);
  EXPECT(bms_physical_down(100.0f).value == 10000 && bms_physical_down(100.0f).multiplier == -2);
  EXPECT(bms_physical_down(40000.5f).value == 4000 && bms_physical_up(40000.5f).value == 4001);
  EXPECT(bms_physical_up(40000.5f).multiplier == 1);
  EXPECT(bms_rational_up(-0.0015f).value == -1 && bms_rational_up(-0.0015f).exponent == -3);
  MUST(bms_charge_needs(charge, pack, 355.2f, NULL, &needs));
  EXPECT(needs.present_voltage_v == 355.2f && needs.current_max_a > 100.0f && needs.voltage_max_v > 400.0f);
  EXPECT(needs.capacity_j > 1.5e8f && needs.has_discharge == 0);
  /* It is the session's error that the charger is told. */
  EXPECT(needs.error == BMS_EV_ERROR_CHARGER_CONNECTOR_LOCK_FAULT);
  MUST(bms_needs_charge_parameters(&needs, &parameters));
  EXPECT(parameters.full_soc_percent == 100 && parameters.bulk_soc_percent == 80 && parameters.has_departure == 0);
  EXPECT(parameters.status.error == BMS_EV_ERROR_CHARGER_CONNECTOR_LOCK_FAULT);
  MUST(bms_needs_pre_charge(&needs, &pre_charge));
  EXPECT(pre_charge.target_voltage_v.value == 3552 && pre_charge.target_voltage_v.multiplier == -1);
  EXPECT(pre_charge.target_current_a.value == 0);
  MUST(bms_needs_power_delivery(&needs, &delivery));
  MUST(bms_needs_current_demand(&needs, &demand));
  MUST(bms_needs_charge_parameters_20(&needs, &parameters_20));
  EXPECT(parameters_20.has_discharge == 0 && parameters_20.target_soc_percent == 80);
  MUST(bms_needs_energies_20(&needs, &energies));
  MUST(bms_needs_charge_loop_20(&needs, &charge_loop));
  MUST(bms_needs_display_20(&needs, &display));
  MUST(bms_needs_station(&needs, &station));
  EXPECT(station.capacity_wh > 40000u && station.soc_percent == display.present_soc_percent);
  /* Needs are the program's to change, within what they can be. */
  other = needs;
  other.has_discharge = 1;
  other.discharge_power_max_w = 11000.0f;
  other.departure_s = 3600.0f;
  MUST(bms_needs_charge_parameters_20(&other, &parameters_20));
  EXPECT(parameters_20.has_discharge == 1 && parameters_20.discharge.power_max_w.value == 11000);
  MUST(bms_needs_energies_20(&other, &energies));
  EXPECT(energies.has_departure == 1 && energies.departure_s == 3600u && energies.has_v2x == 1);
  other.error = 7;
  CHECK_STATUS(bms_needs_station(&other, &station), BMS_STATUS_ENUMERATION);
  other.error = 0;
  other.conditioning = 3;
  CHECK_STATUS(bms_needs_station(&other, &station), BMS_STATUS_ENUMERATION);
  other.conditioning = 0;
  other.is_ready = 2;
  CHECK_STATUS(bms_needs_station(&other, &station), BMS_STATUS_BOOLEAN);
  CHECK_STATUS(bms_needs_station(NULL, &station), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_needs_station(&needs, NULL), BMS_STATUS_NULL_POINTER);
  station.struct_size = 1;
  CHECK_STATUS(bms_needs_station(&needs, &station), BMS_STATUS_STRUCT_SIZE);
  /* The name of a fault on the charger's screen. */
  MUST(bms_ev_error_of_fault(105, &error));
  EXPECT(error == BMS_EV_ERROR_EV_RESS_MALFUNCTION);
  CHECK_STATUS(bms_ev_error_of_fault(1, &error), BMS_STATUS_UNKNOWN_FAULT);
  CHECK_STATUS(bms_ev_error_of_fault(105, NULL), BMS_STATUS_NULL_POINTER);
  EXPECT(error == BMS_EV_ERROR_EV_RESS_MALFUNCTION);
  {
    bms_bidirectional config;
    bms_throughput throughput;
    (void)memset(&throughput, 0, sizeof throughput);
    throughput.struct_size = sizeof throughput;
    MUST(bms_throughput_count(&throughput, 1000.0f, 3.6f));
    EXPECT(throughput.given_mwh == 1000u);
    MUST(bms_throughput_count(&throughput, -1000.0f, 3.6f));
    EXPECT(throughput.given_mwh == 1000u);
    MUST(bms_bidirectional_default(&config, sizeof config));
    give_back.struct_size = sizeof give_back;
    MUST(bms_charge_give_back(charge, pack, &config, &throughput, 1, &give_back));
    EXPECT(give_back.current_max_a >= 0.0f && give_back.energy_j > 0.0f);
    MUST(bms_charge_needs(charge, pack, 355.2f, &give_back, &needs));
    EXPECT(needs.has_discharge == 1 && needs.discharge_energy_j == give_back.energy_j);
    MUST(bms_charge_give_back(charge, pack, &config, &throughput, 0, &give_back));
    EXPECT(give_back.reason == BMS_GIVE_BACK_REASON_PAUSED && give_back.current_max_a == 0.0f);
    CHECK_STATUS(bms_charge_give_back(charge, pack, &config, &throughput, 2, &give_back), BMS_STATUS_BOOLEAN);
    config.floor_soc = 2.0f;
    CHECK_STATUS(bms_charge_give_back(charge, pack, &config, &throughput, 1, &give_back), BMS_STATUS_CONFIG);
  }
  return 0;
}

static int home(void)
{
  bms_on_board_charger config;
  bms_config_error error;
  bms_pilot pilot;
  bms_charge_inputs charge_inputs;
  float phase_a = -1.0f;
  error.struct_size = sizeof error;
  pilot.struct_size = sizeof pilot;
  MUST(bms_pilot_of_duty(0.05f, &pilot));
  EXPECT(pilot.kind == BMS_PILOT_DIGITAL);
  MUST(bms_pilot_of_duty(0.5f, &pilot));
  EXPECT(pilot.kind == BMS_PILOT_CURRENT && pilot.current_a > 29.99f && pilot.current_a < 30.01f);
  MUST(bms_pilot_of_duty(1.0f, &pilot));
  EXPECT(pilot.kind == BMS_PILOT_OFF && pilot.current_a == 0.0f);
  CHECK_STATUS(bms_pilot_of_duty(0.5f, NULL), BMS_STATUS_NULL_POINTER);
  MUST(bms_on_board_charger_default(&config, sizeof config));
  MUST(bms_on_board_charger_check(&config, &error));
  MUST(bms_on_board_current(&config, 0.5f, 13.0f, &phase_a));
  EXPECT(phase_a == 13.0f);
  MUST(bms_charge_inputs_default(&charge_inputs, sizeof charge_inputs));
  charge_inputs.charger.plugged = 1;
  MUST(bms_on_board_limits(&config, phase_a, 360.0f, &charge_inputs));
  EXPECT(charge_inputs.charger.plugged == 1 && charge_inputs.charger.is_new == 1 && charge_inputs.wanted == 1);
  EXPECT(charge_inputs.charger.power_max_w > 8000.0f && charge_inputs.charger.power_max_w < 9000.0f);
  CHECK_STATUS(bms_on_board_limits(&config, phase_a, 360.0f, NULL), BMS_STATUS_NULL_POINTER);
  MUST(bms_on_board_request(&config, 10.0f, 360.0f, 13.0f, &phase_a));
  EXPECT(phase_a == 0.0f); /* 5.6 A: it does not run with less than 6 A */
  MUST(bms_on_board_request(&config, 20.0f, 360.0f, 13.0f, &phase_a));
  EXPECT(phase_a > 11.0f && phase_a < 11.5f);
  CHECK_STATUS(bms_on_board_request(&config, 20.0f, 360.0f, 13.0f, NULL), BMS_STATUS_NULL_POINTER);
  config.phases = 4;
  CHECK_STATUS(bms_on_board_charger_check(&config, &error), BMS_STATUS_CONFIG);
  EXPECT(strcmp(error.field, "phases") == 0);
  phase_a = -1.0f;
  CHECK_STATUS(bms_on_board_current(&config, 0.5f, 13.0f, &phase_a), BMS_STATUS_CONFIG);
  EXPECT(phase_a == -1.0f);
  return 0;
}

static int on_the_bus(void)
{
  static const uint8_t hello[] = {1, 1, 0};
  bms_gbt_config identity;
  bms_gbt_state line;
  bms_frame frame;
  line.struct_size = sizeof line;
  frame.struct_size = sizeof frame;
  frame.id = 0x1826F456u;
  frame.length = sizeof hello;
  (void)memcpy(frame.data, hello, sizeof hello);
  MUST(bms_gbt_config_default(&identity, sizeof identity));
  CHECK_STATUS(bms_gbt_begin(of_gbt, sizeof of_gbt - 8, &identity, &gbt), BMS_STATUS_STORAGE_SIZE);
  identity.owned = 2;
  CHECK_STATUS(bms_gbt_begin(of_gbt, sizeof of_gbt, &identity, &gbt), BMS_STATUS_BOOLEAN);
  identity.owned = 1;
  EXPECT(gbt == NULL && of_gbt[0] == 0);
  CHECK_STATUS(bms_gbt_receive((bms_gbt *)(void *)of_gbt, &frame), BMS_STATUS_NOT_INITIALISED);
  MUST(bms_gbt_begin(of_gbt, sizeof of_gbt, &identity, &gbt));
  CHECK_STATUS(bms_gbt_receive(gbt, NULL), BMS_STATUS_NULL_POINTER);
  frame.length = 9;
  CHECK_STATUS(bms_gbt_receive(gbt, &frame), BMS_STATUS_COUNT);
  CHECK_STATUS(bms_gbt_transmit(gbt, &frame), BMS_STATUS_NO_FRAME);
  EXPECT(frame.length == 9);
  frame.length = sizeof hello;
  (void)memcpy(moved, of_gbt, sizeof of_gbt);
  CHECK_STATUS(bms_gbt_receive((bms_gbt *)(void *)moved, &frame), BMS_STATUS_STORAGE_MOVED);
  MUST(bms_gbt_receive(gbt, &frame));
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  inputs.wanted = 0;
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  inputs.wanted = 1;
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  EXPECT(outputs.state == BMS_SESSION_STATE_READY);
  CHECK_STATUS(bms_gbt_step(gbt, session, pack, NULL, 0.01f, &inputs, &line), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_gbt_step(gbt, NULL, pack, &needs, 0.01f, &inputs, &line), BMS_STATUS_NULL_POINTER);
  MUST(bms_gbt_step(gbt, session, pack, &needs, 0.01f, &inputs, &line));
  EXPECT(line.stage == BMS_GBT_STAGE_HANDSHAKE && inputs.charger.plugged == 1 && inputs.charger.is_new == 0);
  /* BHM: 406.2 V in tenths. */
  MUST(bms_gbt_transmit(gbt, &frame));
  EXPECT(frame.id == 0x182756F4u && frame.length == 2);
  EXPECT((unsigned)frame.data[0] + 256u * frame.data[1] == 4062u);
  CHECK_STATUS(bms_gbt_tell_cells(gbt, battery.cell_v, CELLS), BMS_STATUS_NOT_DUE);
  CHECK_STATUS(bms_gbt_tell_cells(gbt, NULL, CELLS), BMS_STATUS_NULL_POINTER);
  CHECK_STATUS(bms_gbt_tell_cells(gbt, battery.cell_v, 70000), BMS_STATUS_COUNT);
  CHECK_STATUS(bms_gbt_tell_temperatures(gbt, battery.temperature_k, SENSORS), BMS_STATUS_NOT_DUE);
  CHECK_STATUS(bms_gbt_tell_reserved(gbt, hello, sizeof hello), BMS_STATUS_NOT_DUE);
  /* Half a minute of silence after the handshake: BEM says that no CRM came. */
  {
    unsigned tick;
    unsigned errors = 0;
    for (tick = 0; tick < 3200u; tick++) {
      MUST(bms_gbt_step(gbt, session, pack, &needs, 0.01f, &inputs, &line));
      while (bms_gbt_transmit(gbt, &frame) == BMS_STATUS_OK) {
        if (frame.id == 0x081E56F4u) {
          EXPECT(frame.length == 4 && frame.data[0] == 0xF1 && frame.data[1] == 0xF0);
          errors++;
        }
      }
    }
    EXPECT(line.stage == BMS_GBT_STAGE_FAILED && line.timeouts.recognition == 1 && errors > 5);
  }
  return 0;
}

int TEST_MAIN(void);

int TEST_MAIN(void)
{
  bms_config config;
  bms_charging_config charging;
  MUST(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_96S));
  MUST(bms_charging_config_default(&charging, sizeof charging, BMS_CHARGING_PRESET_NMC_96S_CCS));
  MUST(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack));
  MUST(bms_charge_begin(of_charge, sizeof of_charge, pack, &charging, NULL, &charge));
  recorded_start(&battery);
  MUST(bms_session_inputs_default(&inputs, sizeof inputs));
  outputs.struct_size = sizeof outputs;
  if (begin_refuses() != 0 || step_refuses() != 0 || life() != 0) {
    return 1;
  }
  if (messages() != 0 || home() != 0 || on_the_bus() != 0) {
    return 1;
  }
  return 0;
}
