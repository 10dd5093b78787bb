// The C++ layer: a life, its end, and views.
#include <array>
#include <cstdio>
#include <cstring>

#include "bms.hpp"

#ifndef TEST_MAIN
#define TEST_MAIN main
#endif

#define CHECK(condition)                                                          \
  do {                                                                            \
    if (!(condition)) {                                                           \
      (void)std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);  \
      return 1;                                                                   \
    }                                                                             \
  } while (0)

namespace {

alignas(bms::storage_alignment) std::byte memory[bms::storage_size(13, 4)];
std::array<std::uint8_t, bms::snapshot_size(13)> kept;

int life() {
  const bms_config config = bms::config(BMS_PRESET_NMC_13S);
  bms::Result<bms::Pack> made = bms::Pack::init(memory, config, 0.6f);
  CHECK(made);
  bms::Pack pack = std::move(made.value());
  CHECK(made.value().get() == nullptr);
  bms_outputs outputs = bms::make<bms_outputs>();
  bms_inputs inputs = bms::inputs();
  std::array<float, 13> volts{};
  volts.fill(3.7f);
  inputs.cell_voltages_v = volts.data();
  inputs.cell_count = volts.size();
  for (int tick = 0; tick < 400; tick++) {
    CHECK(pack.step(inputs, bms::commands(), 0.01f, outputs) == BMS_STATUS_OK);
  }
  CHECK(outputs.now_ms == 4000);
  CHECK(pack.cell(12) && pack.cell(12).value().voltage_v == 3.7f);
  CHECK(pack.cell(13).status() == BMS_STATUS_INDEX);
  std::array<std::uint16_t, BMS_MAX_FAULTS> room{};
  const auto faults = pack.faults(room);
  CHECK(faults && faults.value().size() == outputs.fault_count && outputs.fault_count > 0);
  for (const std::uint16_t number : faults.value()) {
    CHECK(pack.fault(number) && pack.fault(number).value().is_present == 1);
  }
  std::uint8_t bleeding[13];
  CHECK(pack.bleeding(bleeding) == BMS_STATUS_OK);
  const auto written = pack.snapshot(1, kept);
  CHECK(written && written.value().size() == kept.size());
  bms::Pack last;
  CHECK(last.clear_records() == BMS_STATUS_NULL_POINTER);
  last = std::move(pack);
  CHECK(last.clear_records() == BMS_STATUS_OK);
  CHECK(pack.begin_operation_cycle() == BMS_STATUS_NULL_POINTER);
  return 0;
}

int again() {
  bms_config config = bms::config(BMS_PRESET_NMC_13S);
  bms::Result<bms::Pack> made = bms::Pack::init(memory, config);
  CHECK(made);
  CHECK(made.value().restore(bms::Span<const std::uint8_t>(kept.data(), kept.size()), -1.0f) == BMS_STATUS_OK);
  config.limits.rest_current_a = -1.0f;
  bms_config_error error{};
  CHECK(bms::check(config, error) == BMS_STATUS_CONFIG);
  CHECK(std::strcmp(error.field, "limits.rest_current_a") == 0);
  CHECK(bms::Pack::init(memory, config).status() == BMS_STATUS_CONFIG);
  return 0;
}

alignas(bms::storage_alignment) std::byte car_memory[bms::storage_size(96, 24)];
alignas(bms::storage_alignment) std::byte of_charge[bms::charge_storage_size];
alignas(bms::storage_alignment) std::byte of_session[bms::session_storage_size];
alignas(bms::storage_alignment) std::byte of_gbt[bms::gbt_storage_size];

int charging() {
  bms::Result<bms::Pack> made = bms::Pack::init(car_memory, bms::config(BMS_PRESET_NMC_96S));
  CHECK(made);
  bms::Pack &pack = made.value();
  bms::Result<bms::Charge> charge =
      bms::Charge::begin(of_charge, sizeof of_charge, pack, bms::charging_config(BMS_CHARGING_PRESET_NMC_96S_CCS));
  bms::Result<bms::Session> session =
      bms::Session::begin(of_session, sizeof of_session, bms::session_config(BMS_SESSION_PRESET_GBT));
  bms::Result<bms::Gbt> gbt = bms::Gbt::begin(of_gbt, sizeof of_gbt, bms::gbt_config());
  CHECK(charge && session && gbt);
  CHECK(bms::Session::begin(of_session, 8, bms::session_config(BMS_SESSION_PRESET_GBT)).status() ==
        BMS_STATUS_STORAGE_SIZE);
  bms_outputs outputs = bms::make<bms_outputs>();
  CHECK(pack.step(bms::inputs(), bms::commands(), 0.01f, outputs) == BMS_STATUS_OK);
  bms_session_inputs inputs = bms::session_inputs();
  inputs.charger.plugged = 1;
  inputs.charger.locked = 1;
  bms::Result<bms_session_outputs> told = session.value().step(charge.value(), pack, inputs, 0.01f);
  CHECK(told && told.value().state == BMS_SESSION_STATE_READY);
  bms_commands commands = bms::commands();
  CHECK(session.value().command(commands) == BMS_STATUS_OK && commands.request == BMS_REQUEST_STANDBY);
  CHECK(charge.value().forecast(pack, bms::goals()));
  const bms::Result<bms_needs> needs = charge.value().needs(pack, 355.2f);
  CHECK(needs && needs.value().present_voltage_v == 355.2f);
  const auto pre_charge = bms::message<bms_pre_charge>(needs.value(), bms_needs_pre_charge);
  CHECK(pre_charge && pre_charge.value().target_voltage_v.value == 3552);
  const std::array<std::uint8_t, 3> hello{1, 1, 0};
  CHECK(gbt.value().receive(0x1826F456u, hello) == BMS_STATUS_OK);
  CHECK(gbt.value().transmit().status() == BMS_STATUS_NO_FRAME);
  const auto line = gbt.value().step(session.value(), pack, needs.value(), 0.01f, inputs);
  CHECK(line && line.value().stage == BMS_GBT_STAGE_HANDSHAKE);
  const auto frame = gbt.value().transmit();
  CHECK(frame && frame.value().id == 0x182756F4u);
  const std::array<float, 2> cells{3.7f, 3.7f};
  CHECK(gbt.value().tell_cells(cells) == BMS_STATUS_NOT_DUE);
  return 0;
}

}  // namespace

extern "C" int TEST_MAIN();

int TEST_MAIN() {
  if (life() != 0) {
    return 1;
  }
  // The end of a pack's life ends the use of its storage.
  CHECK(bms_clear_records(reinterpret_cast<bms_pack *>(memory)) == BMS_STATUS_NOT_INITIALISED);
  if (charging() != 0) {
    return 1;
  }
  return again();
}
