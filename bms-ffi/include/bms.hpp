/*
 * Battery management for vehicles: a thin C++17 layer over bms.h. Needs no exceptions, no heap and no RTTI.
 *
 *   alignas(bms::storage_alignment) static std::byte memory[bms::storage_size(96, 24)];
 *   bms::Result<bms::Pack> made = bms::Pack::init(memory, config);
 *   if (!made) { ... made.status() ... }
 *   bms::Pack pack = std::move(made.value());
 *   bms_outputs outputs = bms::make<bms_outputs>();
 *   bms_status status = pack.step(inputs, commands, 0.01f, outputs);
 *
 * The contract is that of bms.h. A Pack owns the right to use its storage, and ends it with its life; it can be moved, the
 * storage cannot.
 */

#ifndef BMS_HPP
#define BMS_HPP

#include <cstddef>
#include <cstdint>
#include <utility>

#include "bms.h"

namespace bms {

/** Alignment of storage. */
inline constexpr std::size_t storage_alignment = BMS_STORAGE_ALIGNMENT;

/** Bytes of storage, known when compiling. */
constexpr std::size_t storage_size(std::size_t cells, std::size_t temperature_sensors) noexcept {
  return BMS_STORAGE_SIZE(cells, temperature_sensors);
}

/** Bytes of a snapshot, known when compiling. */
constexpr std::size_t snapshot_size(std::size_t cells) noexcept { return BMS_SNAPSHOT_SIZE(cells); }

/** Some values one after the other, that somebody else owns. */
template <typename T>
class Span {
 public:
  constexpr Span() noexcept = default;
  constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr Span(T (&array)[N]) noexcept : data_(array), size_(N) {}
  /** From anything with data() and size(): std::array, std::vector, std::span. */
  template <typename Container, typename = decltype(std::declval<Container &>().data())>
  constexpr Span(Container &container) noexcept : data_(container.data()), size_(container.size()) {}

  constexpr T *data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr T *begin() const noexcept { return data_; }
  constexpr T *end() const noexcept { return data_ + size_; }
  constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

 private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

/** A value, or the status that says why there is none. */
template <typename T>
class Result {
 public:
  Result(bms_status status) noexcept : status_(status) {}
  Result(T value) noexcept : status_(BMS_STATUS_OK), value_(std::move(value)) {}

  bool ok() const noexcept { return status_ == BMS_STATUS_OK; }
  explicit operator bool() const noexcept { return ok(); }
  bms_status status() const noexcept { return status_; }
  /** To be asked for where it is ok; else it is an empty one. */
  T &value() noexcept { return value_; }
  const T &value() const noexcept { return value_; }

 private:
  bms_status status_;
  T value_{};
};

/** A struct of the interface with its size set, and zeros. */
template <typename T>
T make() noexcept {
  T value{};
  value.struct_size = static_cast<std::uint32_t>(sizeof(T));
  return value;
}

/** Inputs that say that nothing arrived. */
inline bms_inputs inputs() noexcept {
  bms_inputs value{};
  (void)bms_inputs_default(&value, sizeof value);
  return value;
}

/** Commands that ask for nothing. */
inline bms_commands commands() noexcept {
  bms_commands value{};
  (void)bms_commands_default(&value, sizeof value);
  return value;
}

/** A configuration to start from. */
inline bms_config config(std::uint8_t preset) noexcept {
  bms_config value{};
  (void)bms_config_default(&value, sizeof value, preset);
  return value;
}

/** A table that stays where it is. */
inline bms_table table(Span<const float> values) noexcept { return bms_table{values.data(), values.size()}; }

/** Says for a configuration that cannot be used where it is wrong. */
inline bms_status check(const bms_config &config, bms_config_error &error) noexcept {
  error.struct_size = sizeof error;
  return bms_config_check(&config, &error);
}

/** A way to charge to start from. */
inline bms_charging_config charging_config(std::uint8_t preset) noexcept {
  bms_charging_config value{};
  (void)bms_charging_config_default(&value, sizeof value, preset);
  return value;
}

/** Time-outs and tolerances of a session to start from. */
inline bms_session_config session_config(std::uint8_t preset) noexcept {
  bms_session_config value{};
  (void)bms_session_config_default(&value, sizeof value, preset);
  return value;
}

/** Inputs of a session that say that nothing arrived. */
inline bms_session_inputs session_inputs() noexcept {
  bms_session_inputs value{};
  (void)bms_session_inputs_default(&value, sizeof value);
  return value;
}

/** What is asked about a charge, to start from. */
inline bms_goals goals() noexcept {
  bms_goals value{};
  (void)bms_goals_default(&value, sizeof value);
  return value;
}

/** What GB/T 27930 tells of the battery, to start from. */
inline bms_gbt_config gbt_config() noexcept {
  bms_gbt_config value{};
  (void)bms_gbt_config_default(&value, sizeof value);
  return value;
}

/** Bytes of storage, known when compiling: `alignas(bms::storage_alignment) std::byte memory[bms::charge_storage_size];` */
inline constexpr std::size_t charge_storage_size = BMS_CHARGE_STORAGE_SIZE;
inline constexpr std::size_t session_storage_size = BMS_SESSION_STORAGE_SIZE;
inline constexpr std::size_t gbt_storage_size = BMS_GBT_STORAGE_SIZE;

/** A message of a protocol from needs: `bms::message<bms_current_demand>(needs, bms_needs_current_demand)`. */
template <typename Message>
Result<Message> message(const bms_needs &needs, bms_status (*write)(const bms_needs *, Message *)) noexcept {
  Message value = make<Message>();
  const bms_status status = write(&needs, &value);
  return status == BMS_STATUS_OK ? Result<Message>(value) : Result<Message>(status);
}

/** A pack in storage of the caller; see bms.h for each function. */
class Pack {
 public:
  Pack() noexcept = default;
  Pack(const Pack &) = delete;
  Pack &operator=(const Pack &) = delete;
  Pack(Pack &&other) noexcept : pack_(std::exchange(other.pack_, nullptr)) {}
  Pack &operator=(Pack &&other) noexcept {
    if (this != &other) {
      release();
      pack_ = std::exchange(other.pack_, nullptr);
    }
    return *this;
  }
  ~Pack() { release(); }

  static Result<Pack> init(void *storage, std::size_t size, const bms_config &config,
                           float initial_soc = BMS_SOC_UNKNOWN) noexcept {
    bms_pack *pack = nullptr;
    const bms_status status = bms_init(storage, size, &config, initial_soc, &pack);
    if (status != BMS_STATUS_OK) {
      return Result<Pack>(status);
    }
    return Result<Pack>(Pack(pack));
  }

  template <typename Word, std::size_t N>
  static Result<Pack> init(Word (&storage)[N], const bms_config &config, float initial_soc = BMS_SOC_UNKNOWN) noexcept {
    return init(static_cast<void *>(storage), sizeof storage, config, initial_soc);
  }

  bms_status step(const bms_inputs &inputs, const bms_commands &commands, float dt_s, bms_outputs &outputs) noexcept {
    outputs.struct_size = sizeof outputs;
    return bms_step(pack_, &inputs, &commands, dt_s, &outputs);
  }

  Result<bms_cell> cell(std::size_t index) const noexcept {
    bms_cell value = make<bms_cell>();
    const bms_status status = bms_cell_at(pack_, index, &value);
    return status == BMS_STATUS_OK ? Result<bms_cell>(value) : Result<bms_cell>(status);
  }

  bms_status bleeding(Span<std::uint8_t> is_bleeding) const noexcept {
    return bms_bleeding(pack_, is_bleeding.data(), is_bleeding.size());
  }

  /** The faults that are present: the part of `room` that was filled in. */
  Result<Span<std::uint16_t>> faults(Span<std::uint16_t> room) const noexcept {
    std::size_t count = 0;
    const bms_status status = bms_faults(pack_, room.data(), room.size(), &count);
    if (status != BMS_STATUS_OK) {
      return Result<Span<std::uint16_t>>(status);
    }
    return Result<Span<std::uint16_t>>(Span<std::uint16_t>(room.data(), count));
  }

  Result<bms_fault> fault(std::uint16_t number) const noexcept {
    bms_fault value = make<bms_fault>();
    const bms_status status = bms_fault_state(pack_, number, &value);
    return status == BMS_STATUS_OK ? Result<bms_fault>(value) : Result<bms_fault>(status);
  }

  Result<bms_record> record(std::uint16_t number) const noexcept {
    bms_record value = make<bms_record>();
    const bms_status status = bms_fault_record(pack_, number, &value);
    return status == BMS_STATUS_OK ? Result<bms_record>(value) : Result<bms_record>(status);
  }

  Result<bms_event> event(std::size_t index) const noexcept {
    bms_event value = make<bms_event>();
    const bms_status status = bms_event_at(pack_, index, &value);
    return status == BMS_STATUS_OK ? Result<bms_event>(value) : Result<bms_event>(status);
  }

  bms_status clear_records() noexcept { return bms_clear_records(pack_); }
  bms_status begin_operation_cycle() noexcept { return bms_begin_operation_cycle(pack_); }

  /** The part of `room` that the snapshot takes. */
  Result<Span<std::uint8_t>> snapshot(std::uint32_t sequence, Span<std::uint8_t> room) const noexcept {
    std::size_t written = 0;
    const bms_status status = bms_snapshot(pack_, sequence, room.data(), room.size(), &written);
    if (status != BMS_STATUS_OK) {
      return Result<Span<std::uint8_t>>(status);
    }
    return Result<Span<std::uint8_t>>(Span<std::uint8_t>(room.data(), written));
  }

  bms_status restore(Span<const std::uint8_t> bytes, float asleep_s) noexcept {
    return bms_restore(pack_, bytes.data(), bytes.size(), asleep_s);
  }

  /** For functions of bms.h that are not here; null for an empty pack. */
  bms_pack *get() const noexcept { return pack_; }

 private:
  explicit Pack(bms_pack *pack) noexcept : pack_(pack) {}

  void release() noexcept {
    if (pack_ != nullptr) {
      (void)bms_release(pack_);
      pack_ = nullptr;
    }
  }

  bms_pack *pack_ = nullptr;
};

/** A charge of a pack in storage of the caller: the request, the forecast, the needs. It is a view that may be copied; its
 * storage is used as long as somebody calls. */
class Charge {
 public:
  Charge() noexcept = default;

  static Result<Charge> begin(void *storage, std::size_t size, const Pack &pack,
                              const bms_charging_config &config) noexcept {
    bms_charge *charge = nullptr;
    const bms_status status = bms_charge_begin(storage, size, pack.get(), &config, nullptr, &charge);
    return status == BMS_STATUS_OK ? Result<Charge>(Charge(charge)) : Result<Charge>(status);
  }

  Result<bms_charge_request> step(const Pack &pack, const bms_charge_inputs &inputs, float dt_s) noexcept {
    bms_charge_request value = make<bms_charge_request>();
    const bms_status status = bms_charge_step(charge_, pack.get(), &inputs, dt_s, &value);
    return status == BMS_STATUS_OK ? Result<bms_charge_request>(value) : Result<bms_charge_request>(status);
  }

  Result<bms_forecast> forecast(const Pack &pack, const bms_goals &goals) noexcept {
    bms_forecast value = make<bms_forecast>();
    const bms_status status = bms_charge_forecast(charge_, pack.get(), &goals, &value);
    return status == BMS_STATUS_OK ? Result<bms_forecast>(value) : Result<bms_forecast>(status);
  }

  Result<bms_needs> needs(const Pack &pack, float present_voltage_v,
                          const bms_give_back *give_back = nullptr) const noexcept {
    bms_needs value = make<bms_needs>();
    const bms_status status = bms_charge_needs(charge_, pack.get(), present_voltage_v, give_back, &value);
    return status == BMS_STATUS_OK ? Result<bms_needs>(value) : Result<bms_needs>(status);
  }

  Result<bms_give_back> give_back(const Pack &pack, const bms_bidirectional &config, const bms_throughput &throughput,
                                  bool wanted) const noexcept {
    bms_give_back value = make<bms_give_back>();
    const bms_status status =
        bms_charge_give_back(charge_, pack.get(), &config, &throughput, wanted ? 1 : 0, &value);
    return status == BMS_STATUS_OK ? Result<bms_give_back>(value) : Result<bms_give_back>(status);
  }

  bms_charge *get() const noexcept { return charge_; }

 private:
  explicit Charge(bms_charge *charge) noexcept : charge_(charge) {}

  bms_charge *charge_ = nullptr;
};

/** A DC session in storage of the caller; a view as Charge is. */
class Session {
 public:
  Session() noexcept = default;

  static Result<Session> begin(void *storage, std::size_t size, const bms_session_config &config) noexcept {
    bms_session *session = nullptr;
    const bms_status status = bms_session_begin(storage, size, &config, nullptr, &session);
    return status == BMS_STATUS_OK ? Result<Session>(Session(session)) : Result<Session>(status);
  }

  Result<bms_session_outputs> step(const Charge &charge, const Pack &pack, const bms_session_inputs &inputs,
                                   float dt_s) noexcept {
    bms_session_outputs value = make<bms_session_outputs>();
    const bms_status status = bms_session_step(session_, charge.get(), pack.get(), &inputs, dt_s, &value);
    return status == BMS_STATUS_OK ? Result<bms_session_outputs>(value) : Result<bms_session_outputs>(status);
  }

  bms_status command(bms_commands &commands) const noexcept { return bms_session_command(session_, &commands); }

  bms_session *get() const noexcept { return session_; }

 private:
  explicit Session(bms_session *session) noexcept : session_(session) {}

  bms_session *session_ = nullptr;
};

/** GB/T 27930 in storage of the caller; a view as Charge is. */
class Gbt {
 public:
  Gbt() noexcept = default;

  static Result<Gbt> begin(void *storage, std::size_t size, const bms_gbt_config &config) noexcept {
    bms_gbt *gbt = nullptr;
    const bms_status status = bms_gbt_begin(storage, size, &config, &gbt);
    return status == BMS_STATUS_OK ? Result<Gbt>(Gbt(gbt)) : Result<Gbt>(status);
  }

  bms_status receive(std::uint32_t id, Span<const std::uint8_t> data) noexcept {
    bms_frame frame = make<bms_frame>();
    frame.id = id;
    if (data.size() > sizeof frame.data) {
      return BMS_STATUS_COUNT;
    }
    frame.length = static_cast<std::uint8_t>(data.size());
    for (std::size_t index = 0; index < data.size(); index++) {
      frame.data[index] = data[index];
    }
    return bms_gbt_receive(gbt_, &frame);
  }

  /** The next frame, until the status is BMS_STATUS_NO_FRAME. */
  Result<bms_frame> transmit() noexcept {
    bms_frame value = make<bms_frame>();
    const bms_status status = bms_gbt_transmit(gbt_, &value);
    return status == BMS_STATUS_OK ? Result<bms_frame>(value) : Result<bms_frame>(status);
  }

  Result<bms_gbt_state> step(const Session &session, const Pack &pack, const bms_needs &needs, float dt_s,
                             bms_session_inputs &inputs) noexcept {
    bms_gbt_state value = make<bms_gbt_state>();
    const bms_status status = bms_gbt_step(gbt_, session.get(), pack.get(), &needs, dt_s, &inputs, &value);
    return status == BMS_STATUS_OK ? Result<bms_gbt_state>(value) : Result<bms_gbt_state>(status);
  }

  bms_status tell_cells(Span<const float> cell_voltages_v) noexcept {
    return bms_gbt_tell_cells(gbt_, cell_voltages_v.data(), cell_voltages_v.size());
  }
  bms_status tell_temperatures(Span<const float> temperatures_k) noexcept {
    return bms_gbt_tell_temperatures(gbt_, temperatures_k.data(), temperatures_k.size());
  }
  bms_status tell_reserved(Span<const std::uint8_t> data) noexcept {
    return bms_gbt_tell_reserved(gbt_, data.data(), data.size());
  }

  bms_gbt *get() const noexcept { return gbt_; }

 private:
  explicit Gbt(bms_gbt *gbt) noexcept : gbt_(gbt) {}

  bms_gbt *gbt_ = nullptr;
};

}  // namespace bms

#endif
