/*
 * A charge at a DC station (CCS, NACS), as a charging control unit does it: a modem speaks with the station, this program says
 * what to ask for. Here a recording stands for modem, station and sensors; what follows from it is printed.
 *
 *   cargo test -p bms-ffi-c --test programs charge_dc -- --nocapture
 */
#include "charge_dc_recording.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t of_charge[BMS_CHARGE_STORAGE_WORDS];
static uint64_t of_session[BMS_SESSION_STORAGE_WORDS];
static recorded_battery battery;
static bms_session_inputs inputs;
static bms_session_outputs outputs;
static bms_pack *pack;
static bms_charge *charge;
static bms_session *session;

static int begin(void)
{
  bms_config config;
  bms_charging_config charging;
  bms_session_config times;
  MUST(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_96S));
  MUST(bms_charging_config_default(&charging, sizeof charging, BMS_CHARGING_PRESET_NMC_96S_CCS));
  MUST(bms_session_config_default(&times, sizeof times, BMS_SESSION_PRESET_CCS));
  MUST(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack));
  MUST(bms_charge_begin(of_charge, sizeof of_charge, pack, &charging, NULL, &charge));
  MUST(bms_session_begin(of_session, sizeof of_session, &times, NULL, &session));
  MUST(bms_session_inputs_default(&inputs, sizeof inputs));
  outputs.struct_size = sizeof outputs;
  inputs.target_soc = 0.8f;
  recorded_start(&battery);
  return 0;
}

/* What the modem heard of the station since the last tick. */
static void listen(const recorded_row *row, uint32_t now_ms, uint8_t is_new)
{
  recorded_plug(&inputs.charger, now_ms, is_new);
  inputs.charger.voltage_v = row->station_v;
  inputs.charger.current_a = row->station_a;
  inputs.charger.voltage_max_v = station.voltage_max_v;
  inputs.charger.voltage_min_v = station.voltage_min_v;
  inputs.charger.current_max_a = station.current_max_a;
  inputs.charger.power_max_w = station.power_max_w;
  inputs.charger.is_new = (uint8_t)(row->station_is_new & is_new);
  inputs.pack_voltage_v = recorded_sample(is_new, recorded_pack_v(row));
  inputs.inlet_voltage_v = recorded_sample(is_new, row->inlet_v);
  inputs.station_status = row->station_status;
  inputs.station_isolation = row->isolation;
  inputs.station_stops = row->stops;
  inputs.answered = row->answered;
}

/* Every 10 ms: the session first, then the battery, which is told what the session asks of it. */
static int tick(const recorded_row *row, uint32_t now_ms, uint8_t is_new)
{
  listen(row, now_ms, is_new);
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  MUST(bms_session_command(session, &battery.commands));
  recorded_measure(&battery, row, is_new);
  battery.inputs.charger = inputs.charger;
  battery.inputs.charger.phase = outputs.phase;
  MUST(bms_step(pack, &battery.inputs, &battery.commands, 0.01f, &battery.outputs));
  /* Now contactors_drive(battery.outputs.contactors...), and the modem sends what `outputs.ask` says. */
  return 0;
}

/* The numbers of the next message, for the modem. */
static int write_demand(const recorded_row *row)
{
  bms_goals goals;
  bms_needs needs;
  bms_current_demand demand;
  MUST(bms_goals_default(&goals, sizeof goals));
  MUST(bms_charge_forecast(charge, pack, &goals, NULL)); /* once a second is enough */
  needs.struct_size = sizeof needs;
  MUST(bms_charge_needs(charge, pack, recorded_pack_v(row), NULL, &needs));
  demand.struct_size = sizeof demand;
  MUST(bms_needs_current_demand(&needs, &demand));
  (void)printf("          CurrentDemandReq: %d.10^%d A, %d.10^%d V, SoC %u %%, %s",
               demand.target_current_a.value, demand.target_current_a.multiplier, demand.target_voltage_v.value,
               demand.target_voltage_v.multiplier, demand.status.soc_percent, bms_ev_error_text(demand.status.error));
  if (demand.has_to_bulk) {
    (void)printf(", 80 %% in %d.10^%d s", demand.to_bulk_s.value, demand.to_bulk_s.multiplier);
  }
  (void)printf("\n");
  return 0;
}

static void say(uint32_t now_ms)
{
  (void)printf("%7.2f s %-16s %6.1f A, %5.1f V: %s\n", (double)now_ms / 1000.0,
               bms_session_state_text(outputs.state), (double)outputs.current_a, (double)outputs.target_voltage_v,
               bms_request_reason_text(outputs.reason));
}

int TEST_MAIN(void);

int TEST_MAIN(void)
{
  const uint32_t end_ms = (uint32_t)(sizeof rows / sizeof rows[0]) * ROW_MS;
  uint8_t state = BMS_SESSION_STATE_IDLE;
  unsigned states = 1u << BMS_SESSION_STATE_IDLE;
  float most_a = 0.0f;
  uint32_t now_ms;
  if (begin() != 0) {
    return 1;
  }
  for (now_ms = 0; now_ms < end_ms; now_ms += TICK_MS) {
    const recorded_row *row = &rows[now_ms / ROW_MS];
    if (tick(row, now_ms, (now_ms % ROW_MS == 0u) ? 1 : 0) != 0) {
      return 1;
    }
    if (outputs.state != state || (outputs.state == BMS_SESSION_STATE_CHARGING && now_ms % 10000u == 0u)) {
      state = outputs.state;
      states |= 1u << state;
      say(now_ms);
      if (outputs.state == BMS_SESSION_STATE_CHARGING && write_demand(row) != 0) {
        return 1;
      }
    }
    if (outputs.current_a > most_a) {
      most_a = outputs.current_a;
    }
    /* The voltage of the highest cell is held by the current, not left to the charger. */
    EXPECT(row->cell_v < 4.185f);
  }
  (void)printf("ended: %s; state of charge %.1f %%, most %.1f A\n", bms_session_end_text(outputs.end),
               (double)battery.outputs.soc * 100.0, (double)most_a);
  EXPECT(states == 0x3FFu);
  EXPECT(outputs.end == BMS_SESSION_END_STATE_OF_CHARGE);
  EXPECT(outputs.error == BMS_EV_ERROR_NO_ERROR && outputs.weld == BMS_WELD_OPEN && outputs.may_unlock == 1);
  EXPECT(battery.outputs.fault_count == 0 && battery.outputs.contactors.main_positive == 0);
  EXPECT(battery.outputs.soc > 0.795f && battery.outputs.soc < 0.81f);
  EXPECT(most_a > 60.0f);
  return 0;
}
