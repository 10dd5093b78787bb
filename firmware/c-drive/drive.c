/* A recorded drive through the C interface: what is read of the recording, one step a tick, a line of text a second. */
#include "drive.h"

#include <stdio.h>
#include <string.h>

#include "bms.h"

#define MAX_CELLS 96
#define MAX_SENSORS 24
#define MAX_FRONT_ENDS 8

/* The storage of the pack, and what arrives. */
static uint64_t memory[BMS_STORAGE_WORDS(MAX_CELLS, MAX_SENSORS)];
static float cell_v[MAX_CELLS];
static float temperature_k[MAX_SENSORS];
static bms_front_end front_ends[MAX_FRONT_ENDS];
static bms_inputs inputs;
static bms_commands commands;
static bms_outputs outputs;

typedef struct recording {
  const uint8_t *next;
  unsigned cells;
  unsigned sensors;
  unsigned front_ends;
  uint32_t ticks;
  float current_step_a;
} recording;

static uint8_t take_u8(recording *from)
{
  const uint8_t value = from->next[0];
  from->next += 1;
  return value;
}

static uint16_t take_u16(recording *from)
{
  const unsigned value = (unsigned)from->next[0] | ((unsigned)from->next[1] << 8);
  from->next += 2;
  return (uint16_t)value;
}

static int32_t take_i16(recording *from)
{
  const int32_t value = (int32_t)take_u16(from);
  return (value >= 32768) ? (value - 65536) : value;
}

static int32_t take_i8(recording *from)
{
  const int32_t value = (int32_t)take_u8(from);
  return (value >= 128) ? (value - 256) : value;
}

static uint32_t take_u32(recording *from)
{
  const uint32_t low = take_u16(from);
  const uint32_t high = take_u16(from);
  return low | (high << 16);
}

static int open_recording(recording *from, const uint8_t *bytes)
{
  uint32_t step;
  from->next = bytes + 4;
  if ((memcmp(bytes, "BMSD", 4) != 0) || (take_u16(from) != 1u)) {
    return 1;
  }
  from->cells = take_u16(from);
  from->sensors = take_u16(from);
  from->front_ends = take_u16(from);
  from->ticks = take_u32(from);
  step = take_u32(from);
  (void)memcpy(&from->current_step_a, &step, sizeof step);
  return (from->cells > MAX_CELLS) || (from->sensors > MAX_SENSORS) || (from->front_ends > MAX_FRONT_ENDS);
}

static bms_sample sample(unsigned is_new, float value)
{
  bms_sample made;
  made.value = value;
  made.is_new = (is_new != 0u) ? 1u : 0u;
  return made;
}

static bms_flag flag(unsigned is_new, unsigned value)
{
  bms_flag made;
  made.value = (value != 0u) ? 1u : 0u;
  made.is_new = (is_new != 0u) ? 1u : 0u;
  return made;
}

/* What a driver of an analogue front end, a current sensor and a CAN bus would do. */
static void read_tick(recording *from)
{
  const unsigned flags = take_u8(from);
  const unsigned told = take_u8(from);
  const unsigned pack_new = flags & 4u;
  const unsigned temperatures_new = flags & 2u;
  unsigned index;
  inputs.current_a = sample(1, (float)take_i16(from) * from->current_step_a);
  inputs.second_current_a = inputs.current_a;
  inputs.pack_voltage_v = sample(pack_new, (pack_new != 0u) ? ((float)take_u16(from) * 0.02f) : 0.0f);
  inputs.link_voltage_v = sample(pack_new, (pack_new != 0u) ? ((float)take_u16(from) * 0.02f) : 0.0f);
  inputs.isolation.resistance_ohm = 2e6f;
  inputs.isolation.is_valid = 1;
  inputs.isolation.is_new = (pack_new != 0u) ? 1u : 0u;
  inputs.supply_v = sample(pack_new, 12.0f);

  inputs.cell_voltages_v = NULL;
  if ((flags & 1u) != 0u) {
    const int32_t mean = (int32_t)take_u16(from);
    for (index = 0; index < from->cells; index++) {
      cell_v[index] = (float)(mean + (5 * take_i8(from))) * 1e-4f;
    }
    inputs.cell_voltages_v = cell_v;
    if ((flags & 8u) != 0u) {
      index = take_u8(from);
      cell_v[index] = (float)take_u16(from) * 1e-4f;
    }
  }

  inputs.temperatures_k = NULL;
  if (temperatures_new != 0u) {
    for (index = 0; index < from->sensors; index++) {
      temperature_k[index] = (float)(take_i16(from) + 27315) * 0.01f;
    }
    inputs.temperatures_k = temperature_k;
  }
  inputs.gas_alert = flag(temperatures_new, 0);
  inputs.coolant.inlet_k = sample(temperatures_new, temperature_k[0]);
  inputs.coolant.outlet_k = inputs.coolant.inlet_k;
  inputs.coolant.is_flowing = flag(temperatures_new, 1);
  inputs.coolant.heater_is_on = flag(temperatures_new, 0);
  inputs.charger.inlet_temperature_k = inputs.coolant.inlet_k;
  inputs.bleed_temperature_k = inputs.coolant.inlet_k;

  inputs.interlock_is_closed = flag(1, 1);
  inputs.contactor_feedback.main_positive = flag(1, told & 8u);
  inputs.contactor_feedback.main_negative = flag(1, told & 16u);
  inputs.contactor_feedback.precharge = flag(1, told & 32u);
  commands.request = ((told & 7u) == 1u) ? (uint8_t)BMS_REQUEST_DRIVE : (uint8_t)BMS_REQUEST_STANDBY;
  commands.acknowledge = ((flags & 16u) != 0u) ? 1u : 0u;
}

static uint32_t add_word(uint32_t digest, uint32_t word)
{
  unsigned byte;
  for (byte = 0; byte < 4u; byte++) {
    digest = (digest ^ ((word >> (8u * byte)) & 255u)) * 0x01000193u;
  }
  return digest;
}

static uint32_t add_number(uint32_t digest, float number)
{
  uint32_t bits;
  (void)memcpy(&bits, &number, sizeof bits);
  return add_word(digest, bits);
}

static uint32_t add_outputs(uint32_t digest, const uint16_t *faults, size_t count)
{
  size_t index;
  digest = add_number(digest, outputs.soc);
  digest = add_number(digest, outputs.display_soc);
  digest = add_number(digest, outputs.weakest_soc);
  digest = add_number(digest, outputs.mean_soc_sigma);
  digest = add_number(digest, outputs.allowed_discharge_a);
  digest = add_number(digest, outputs.allowed_charge_a);
  digest = add_word(digest, (uint32_t)outputs.mode);
  digest = add_word(digest, (uint32_t)outputs.allowed_discharge_reason);
  digest = add_word(digest, (uint32_t)outputs.allowed_charge_reason);
  digest = add_word(digest, outputs.contactors.main_positive);
  digest = add_word(digest, outputs.contactors.main_negative);
  digest = add_word(digest, outputs.contactors.precharge);
  for (index = 0; index < count; index++) {
    digest = add_word(digest, faults[index]);
  }
  return add_word(digest, (uint32_t)count);
}

static void print_line(unsigned second, const uint16_t *faults, size_t count, void (*print)(const char *line))
{
  char line[256];
  const unsigned soc = (unsigned)(outputs.soc * 10000.0f);
  const unsigned discharge = (unsigned)(outputs.allowed_discharge_a * 10.0f);
  const unsigned charge = (unsigned)(outputs.allowed_charge_a * 10.0f);
  size_t index;
  int length = snprintf(line, sizeof line,
                        "%3u s  mode %u  SoC %2u.%02u %%  discharge %3u.%u A (%u)  charge %3u.%u A (%u)  faults", second,
                        (unsigned)outputs.mode, soc / 100u, soc % 100u, discharge / 10u, discharge % 10u,
                        (unsigned)outputs.allowed_discharge_reason, charge / 10u, charge % 10u,
                        (unsigned)outputs.allowed_charge_reason);
  for (index = 0; (index < count) && (length > 0) && ((size_t)length + 8u < sizeof line); index++) {
    length += snprintf(&line[length], sizeof line - (size_t)length, " %u", (unsigned)faults[index]);
  }
  print(line);
}

int drive_replay(const uint8_t *bytes, uint8_t preset, void (*print)(const char *line))
{
  static bms_config config;
  if (bms_config_default(&config, sizeof config, preset) != BMS_STATUS_OK) {
    return 1;
  }
  return drive_replay_pack(bytes, &config, print);
}

int drive_replay_pack(const uint8_t *bytes, const bms_config *config, void (*print)(const char *line))
{
  static uint16_t faults[BMS_MAX_FAULTS];
  recording from;
  bms_pack *pack = NULL;
  uint32_t digest = 0x811C9DC5u;
  uint32_t tick;
  char line[64];
  if ((open_recording(&from, bytes) != 0) ||
      (bms_init(memory, sizeof memory, config, BMS_SOC_UNKNOWN, &pack) != BMS_STATUS_OK) ||
      (bms_inputs_default(&inputs, sizeof inputs) != BMS_STATUS_OK) ||
      (bms_commands_default(&commands, sizeof commands) != BMS_STATUS_OK)) {
    return 1;
  }
  outputs.struct_size = sizeof outputs;
  inputs.cell_count = from.cells;
  inputs.temperature_count = from.sensors;
  inputs.front_ends = front_ends;
  inputs.front_end_count = from.front_ends;
  commands.is_new = 1;
  commands.charging_allowed = 1;
  commands.pump_is_on = 1;
  for (tick = 1; tick <= from.ticks; tick++) {
    size_t count = 0;
    bms_status status;
    read_tick(&from);
    status = bms_step(pack, &inputs, &commands, 0.01f, &outputs);
    if (status == BMS_STATUS_OK) {
      status = bms_faults(pack, faults, BMS_MAX_FAULTS, &count);
    }
    if (status != BMS_STATUS_OK) {
      if (print != NULL) {
        print(bms_status_text(status));
      }
      return 1;
    }
    digest = add_outputs(digest, faults, count);
    if ((print != NULL) && (tick % 100u == 0u)) {
      print_line((unsigned)(tick / 100u), faults, count, print);
    }
  }
  if (print != NULL) {
    (void)snprintf(line, sizeof line, "%lu ticks, digest %08lx", (unsigned long)from.ticks, (unsigned long)digest);
    print(line);
  }
  return 0;
}
