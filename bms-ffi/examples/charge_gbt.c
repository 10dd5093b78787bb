/*
 * A charge by GB/T 27930, as a controller with a CAN bus to the charger does it: frames in, frames out. Here a recording stands
 * for the charger and the sensors.
 *
 *   cargo test -p bms-ffi-c --test programs charge_gbt -- --nocapture
 */
#include "charge_gbt_recording.h"

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t of_charge[BMS_CHARGE_STORAGE_WORDS];
static uint64_t of_session[BMS_SESSION_STORAGE_WORDS];
static uint64_t of_gbt[BMS_GBT_STORAGE_WORDS];
static recorded_battery battery;
static bms_session_inputs inputs;
static bms_session_outputs outputs;
static bms_needs needs;
static bms_gbt_state line;
static bms_pack *pack;
static bms_charge *charge;
static bms_session *session;
static bms_gbt *gbt;

/* How many frames of each parameter group went out. */
static unsigned sent[256];

static const char *const stage_names[] = {"idle",     "handshake", "recognition", "parameters", "ready",
                                          "charging", "stopping",  "statistics",  "over",       "failed"};

static int begin(void)
{
  bms_config config;
  bms_charging_config charging;
  bms_session_config times;
  bms_gbt_config identity;
  MUST(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_96S));
  MUST(bms_charging_config_default(&charging, sizeof charging, BMS_CHARGING_PRESET_NMC_96S_CCS));
  MUST(bms_session_config_default(&times, sizeof times, BMS_SESSION_PRESET_GBT));
  MUST(bms_gbt_config_default(&identity, sizeof identity));
  identity.battery = 6;
  identity.capacity_c = BMS_COULOMBS(154.3f);
  identity.voltage_v = 355.2f;
  (void)memcpy(identity.maker, "NONE", sizeof identity.maker);
  (void)memcpy(identity.vin, "WVWZZZ1JZ3W386752", sizeof identity.vin);
  MUST(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack));
  MUST(bms_charge_begin(of_charge, sizeof of_charge, pack, &charging, NULL, &charge));
  MUST(bms_session_begin(of_session, sizeof of_session, &times, NULL, &session));
  MUST(bms_gbt_begin(of_gbt, sizeof of_gbt, &identity, &gbt));
  MUST(bms_session_inputs_default(&inputs, sizeof inputs));
  outputs.struct_size = sizeof outputs;
  needs.struct_size = sizeof needs;
  line.struct_size = sizeof line;
  inputs.target_soc = 0.8f;
  recorded_start(&battery);
  return 0;
}

/* Frames that the CAN controller received since the last tick. */
static int receive(uint32_t now_ms, size_t *next)
{
  for (; *next < sizeof frames / sizeof frames[0] && frames[*next].at_ms <= now_ms; (*next)++) {
    const recorded_frame *came = &frames[*next];
    bms_frame frame;
    frame.struct_size = sizeof frame;
    frame.id = came->id;
    frame.length = came->length;
    (void)memcpy(frame.data, came->data, sizeof frame.data);
    MUST(bms_gbt_receive(gbt, &frame));
  }
  return 0;
}

/* Frames for the CAN controller, until there is none. */
static int transmit(void)
{
  bms_frame frame;
  bms_status status;
  frame.struct_size = sizeof frame;
  while ((status = bms_gbt_transmit(gbt, &frame)) == BMS_STATUS_OK) {
    EXPECT((frame.id & 0xFFFFu) == 0x56F4u && frame.length <= 8);
    sent[(frame.id >> 16) & 0xFFu]++;
  }
  EXPECT(status == BMS_STATUS_NO_FRAME);
  return 0;
}

/* Every 10 ms: the protocol, the session, the battery. */
static int tick(const recorded_row *row, uint32_t now_ms, uint8_t is_new)
{
  if (now_ms % 1000u == 0u) {
    bms_goals goals;
    MUST(bms_goals_default(&goals, sizeof goals));
    MUST(bms_charge_forecast(charge, pack, &goals, NULL));
  }
  recorded_plug(&inputs.charger, now_ms, is_new);
  inputs.pack_voltage_v = recorded_sample(is_new, recorded_pack_v(row));
  inputs.inlet_voltage_v = recorded_sample(is_new, row->inlet_v);
  MUST(bms_charge_needs(charge, pack, recorded_pack_v(row), NULL, &needs));
  MUST(bms_gbt_step(gbt, session, pack, &needs, 0.01f, &inputs, &line));
  if (line.cells_are_due) {
    MUST(bms_gbt_tell_cells(gbt, battery.cell_v, CELLS));
  }
  if (line.temperatures_are_due && bms_gbt_tell_temperatures(gbt, battery.temperature_k, SENSORS) != BMS_STATUS_OK) {
    /* The cells are on their way: next time. */
  }
  if (transmit() != 0) {
    return 1;
  }
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  MUST(bms_session_command(session, &battery.commands));
  recorded_measure(&battery, row, is_new);
  battery.inputs.charger = inputs.charger;
  battery.inputs.charger.phase = outputs.phase;
  MUST(bms_step(pack, &battery.inputs, &battery.commands, 0.01f, &battery.outputs));
  return 0;
}

int TEST_MAIN(void);

int TEST_MAIN(void)
{
  const uint32_t end_ms = (uint32_t)(sizeof rows / sizeof rows[0]) * ROW_MS;
  uint8_t stage = BMS_GBT_STAGE_IDLE;
  unsigned stages = 1u << BMS_GBT_STAGE_IDLE;
  uint8_t target_was_told = BMS_SIGNAL2_NORMAL;
  float most_a = 0.0f;
  size_t next = 0;
  uint32_t now_ms;
  if (begin() != 0) {
    return 1;
  }
  for (now_ms = 0; now_ms < end_ms; now_ms += TICK_MS) {
    const recorded_row *row = &rows[now_ms / ROW_MS];
    if (receive(now_ms, &next) != 0 || tick(row, now_ms, (now_ms % ROW_MS == 0u) ? 1 : 0) != 0) {
      return 1;
    }
    if (line.stage != stage) {
      stage = line.stage;
      stages |= 1u << stage;
      (void)printf("%7.2f s %-12s session: %s\n", (double)now_ms / 1000.0, stage_names[stage],
                   bms_session_state_text(outputs.state));
    }
    if (line.has_stop) {
      target_was_told = line.stop.reasons[0];
    }
    if (outputs.current_a > most_a) {
      most_a = outputs.current_a;
    }
  }
  (void)printf("ended: %s; most %.1f A; the charger counted %.2f kWh\n", bms_session_end_text(outputs.end),
               (double)most_a, (double)line.energy_j / 3.6e6);
  /* From the handshake to the end, without a failure. */
  EXPECT(stages == 0x1FFu);
  EXPECT(outputs.end == BMS_SESSION_END_STATE_OF_CHARGE && target_was_told == BMS_SIGNAL2_ABNORMAL);
  EXPECT(line.has_statistics == 1 && line.charger_number == 1 && line.energy_j > 0.0f);
  EXPECT(line.has_charger_stop == 1 && line.charger_stop.reasons[3] == BMS_SIGNAL2_ABNORMAL);
  EXPECT(line.has_charger_timeouts == 0 && line.timeouts.output == 0);
  EXPECT(battery.outputs.fault_count == 0 && battery.outputs.contactors.main_positive == 0);
  EXPECT(most_a > 60.0f);
  /* BHM, BRO, BCL, BSM, BST, BSD went out, no BEM, and the transport protocol carried BRM, BCP, BCS and BMV. */
  EXPECT(sent[0x27] > 0 && sent[0x09] > 0 && sent[0x10] > 100 && sent[0x13] > 20);
  EXPECT(sent[0x19] > 0 && sent[0x1C] > 0 && sent[0x1E] == 0 && sent[0xEC] > 20 && sent[0xEB] > 60);
  return 0;
}
