/*
 * A car for a charging stack of another house: the battery management over bms.h, and a battery of 96 equal cells. For Python's
 * ctypes, so with one car and plain numbers only.
 */
#include "../examples/recorded.h"

/* What the modem heard of the station, and what is known of the plug. */
typedef struct peer_heard {
  float voltage_v;
  float current_a;
  float voltage_max_v;
  float voltage_min_v;
  float current_max_a;
  float power_max_w;
  int32_t is_new;
  int32_t answered;
  int32_t isolation;
  int32_t plugged;
} peer_heard;

/* What the car says. */
typedef struct peer_told {
  float soc;
  float pack_v;
  float current_a;
  int32_t state;
  int32_t ask;
  int32_t end;
  int32_t error;
  int32_t faults;
  int32_t closed;
  int32_t reason;
} peer_told;

/* The numbers of its messages: value and power of ten. */
typedef struct peer_numbers {
  int32_t target_current[2];
  int32_t target_voltage[2];
  int32_t current_max[2];
  int32_t voltage_max[2];
  int32_t power_max[2];
  int32_t capacity[2];
  int32_t energy_request[2];
  int32_t to_full[2];
  int32_t to_bulk[2];
  int32_t precharge_voltage[2];
  /* The same by ISO 15118-20. */
  int32_t present_voltage_20[2];
  int32_t target_current_20[2];
  int32_t target_voltage_20[2];
  int32_t current_max_20[2];
  int32_t current_min_20[2];
  int32_t voltage_max_20[2];
  int32_t voltage_min_20[2];
  int32_t power_max_20[2];
  int32_t power_min_20[2];
  int32_t loop_current_max_20[2];
  int32_t loop_power_max_20[2];
  int32_t energy_target_20[2];
  int32_t energy_max_20[2];
  int32_t energy_min_20[2];
  int32_t capacity_20[2];
  int32_t target_soc;
  int32_t full_soc;
  int32_t bulk_soc;
  int32_t soc;
  int32_t is_ready;
  int32_t bulk_is_complete;
  int32_t is_complete;
} peer_numbers;

int peer_start(float soc, float target_soc);
int peer_tick(const peer_heard *heard, peer_told *told);
int peer_write(peer_numbers *numbers);

static uint64_t memory[BMS_STORAGE_WORDS(CELLS, SENSORS)];
static uint64_t of_charge[BMS_CHARGE_STORAGE_WORDS];
static uint64_t of_session[BMS_SESSION_STORAGE_WORDS];
static bms_config config;
static recorded_battery battery;
static bms_session_inputs inputs;
static bms_session_outputs outputs;
static bms_pack *pack;
static bms_charge *charge;
static bms_session *session;
static recorded_row row;
static float true_soc;
static uint32_t now_ms;

static float ocv_v(float soc)
{
  const bms_table *at = &config.cell.ocv_soc;
  const bms_table *voltage = &config.cell.ocv_v;
  size_t index;
  for (index = 1; index + 1 < at->length && at->values[index] < soc; index++) {
  }
  return voltage->values[index - 1] + (voltage->values[index] - voltage->values[index - 1]) *
                                          (soc - at->values[index - 1]) /
                                          (at->values[index] - at->values[index - 1]);
}

int peer_start(float soc, float target_soc)
{
  bms_charging_config charging;
  bms_session_config times;
  true_soc = soc;
  now_ms = 0;
  (void)memset(&row, 0, sizeof row);
  row.cell_v = -1.0f;
  MUST(bms_config_default(&config, sizeof config, BMS_PRESET_NMC_96S));
  MUST(bms_charging_config_default(&charging, sizeof charging, BMS_CHARGING_PRESET_NMC_96S_CCS));
  MUST(bms_session_config_default(&times, sizeof times, BMS_SESSION_PRESET_CCS));
  MUST(bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack));
  MUST(bms_charge_begin(of_charge, sizeof of_charge, pack, &charging, NULL, &charge));
  MUST(bms_session_begin(of_session, sizeof of_session, &times, NULL, &session));
  MUST(bms_session_inputs_default(&inputs, sizeof inputs));
  outputs.struct_size = sizeof outputs;
  inputs.target_soc = target_soc;
  recorded_start(&battery);
  return 0;
}

/* 10 ms of the car. */
int peer_tick(const peer_heard *heard, peer_told *told)
{
  const bms_contactors *closed = &battery.outputs.contactors;
  const int is_connected = closed->main_positive && closed->main_negative;
  const uint8_t is_new = (now_ms % ROW_MS == 0u) ? 1 : 0;
  row.current_a = is_connected ? -heard->current_a : 0.0f;
  true_soc -= row.current_a * 0.01f / (154.3f * 3600.0f);
  row.cell_v = ocv_v(true_soc) - 1e-3f * row.current_a;
  row.inlet_v = is_connected ? recorded_pack_v(&row) : heard->voltage_v;
  row.closed = (uint8_t)(closed->main_positive | (closed->main_negative << 1) | (closed->precharge << 2));
  inputs.charger.voltage_v = heard->voltage_v;
  inputs.charger.current_a = heard->current_a;
  inputs.charger.voltage_max_v = heard->voltage_max_v;
  inputs.charger.voltage_min_v = heard->voltage_min_v;
  inputs.charger.current_max_a = heard->current_max_a;
  inputs.charger.power_max_w = heard->power_max_w;
  inputs.charger.is_new = heard->is_new ? 1 : 0;
  inputs.charger.plugged = heard->plugged ? 1 : 0;
  inputs.charger.locked = inputs.charger.plugged;
  inputs.charger.inlet_temperature_k = recorded_sample(is_new, BMS_KELVIN(25.0f));
  inputs.pack_voltage_v = recorded_sample(is_new, recorded_pack_v(&row));
  inputs.inlet_voltage_v = recorded_sample(is_new, row.inlet_v);
  inputs.station_status = BMS_STATION_STATUS_READY;
  inputs.station_isolation = (uint8_t)heard->isolation;
  inputs.answered = (uint8_t)heard->answered;
  MUST(bms_session_step(session, charge, pack, &inputs, 0.01f, &outputs));
  MUST(bms_session_command(session, &battery.commands));
  recorded_measure(&battery, &row, is_new);
  battery.inputs.charger = inputs.charger;
  battery.inputs.charger.phase = outputs.phase;
  MUST(bms_step(pack, &battery.inputs, &battery.commands, 0.01f, &battery.outputs));
  now_ms += TICK_MS;
  told->soc = battery.outputs.soc;
  told->pack_v = recorded_pack_v(&row);
  told->current_a = outputs.current_a;
  told->state = outputs.state;
  told->ask = outputs.ask;
  told->end = outputs.end;
  told->error = outputs.error;
  told->faults = (int32_t)battery.outputs.fault_count;
  told->closed = is_connected;
  told->reason = outputs.reason;
  return 0;
}

static void put(int32_t *number, bms_physical value)
{
  number[0] = value.value;
  number[1] = value.multiplier;
}

static void put_20(int32_t *number, bms_rational value)
{
  number[0] = value.value;
  number[1] = value.exponent;
}

/* The numbers of the next message. */
int peer_write(peer_numbers *numbers)
{
  bms_goals goals;
  bms_needs needs;
  bms_charge_parameters parameters;
  bms_current_demand demand;
  bms_pre_charge pre_charge;
  bms_charge_parameters_20 parameters_20;
  bms_charge_loop_20 charge_loop;
  bms_energies_20 energies;
  bms_display_20 display;
  parameters_20.struct_size = sizeof parameters_20;
  charge_loop.struct_size = sizeof charge_loop;
  energies.struct_size = sizeof energies;
  display.struct_size = sizeof display;
  needs.struct_size = sizeof needs;
  parameters.struct_size = sizeof parameters;
  demand.struct_size = sizeof demand;
  pre_charge.struct_size = sizeof pre_charge;
  MUST(bms_goals_default(&goals, sizeof goals));
  MUST(bms_charge_forecast(charge, pack, &goals, NULL));
  MUST(bms_charge_needs(charge, pack, recorded_pack_v(&row), NULL, &needs));
  MUST(bms_needs_charge_parameters(&needs, &parameters));
  MUST(bms_needs_current_demand(&needs, &demand));
  MUST(bms_needs_pre_charge(&needs, &pre_charge));
  put(numbers->target_current, demand.target_current_a);
  put(numbers->target_voltage, demand.target_voltage_v);
  put(numbers->current_max, demand.current_max_a);
  put(numbers->voltage_max, demand.voltage_max_v);
  put(numbers->power_max, demand.power_max_w);
  put(numbers->capacity, parameters.capacity_wh);
  put(numbers->energy_request, parameters.energy_request_wh);
  put(numbers->to_full, demand.to_full_s);
  put(numbers->to_bulk, demand.to_bulk_s);
  put(numbers->precharge_voltage, pre_charge.target_voltage_v);
  MUST(bms_needs_charge_parameters_20(&needs, &parameters_20));
  MUST(bms_needs_charge_loop_20(&needs, &charge_loop));
  MUST(bms_needs_energies_20(&needs, &energies));
  MUST(bms_needs_display_20(&needs, &display));
  put_20(numbers->present_voltage_20, charge_loop.present_voltage_v);
  put_20(numbers->target_current_20, charge_loop.target_current_a);
  put_20(numbers->target_voltage_20, charge_loop.target_voltage_v);
  put_20(numbers->current_max_20, parameters_20.current_max_a);
  put_20(numbers->current_min_20, parameters_20.current_min_a);
  put_20(numbers->voltage_max_20, parameters_20.voltage_max_v);
  put_20(numbers->voltage_min_20, parameters_20.voltage_min_v);
  put_20(numbers->power_max_20, parameters_20.power_max_w);
  put_20(numbers->power_min_20, parameters_20.power_min_w);
  put_20(numbers->loop_current_max_20, charge_loop.current_max_a);
  put_20(numbers->loop_power_max_20, charge_loop.power_max_w);
  put_20(numbers->energy_target_20, energies.target_wh);
  put_20(numbers->energy_max_20, energies.maximum_wh);
  put_20(numbers->energy_min_20, energies.minimum_wh);
  put_20(numbers->capacity_20, display.capacity_wh);
  numbers->target_soc = display.target_soc_percent;
  numbers->full_soc = parameters.full_soc_percent;
  numbers->bulk_soc = parameters.bulk_soc_percent;
  numbers->soc = demand.status.soc_percent;
  numbers->is_ready = demand.status.is_ready;
  numbers->bulk_is_complete = demand.bulk_is_complete;
  numbers->is_complete = demand.is_complete;
  return 0;
}
