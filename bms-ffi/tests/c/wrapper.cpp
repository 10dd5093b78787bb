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
  CHECK(std::strcmp(error.field, "limits.rest_current") == 0);
  CHECK(bms::Pack::init(memory, config).status() == BMS_STATUS_CONFIG);
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
  return again();
}
