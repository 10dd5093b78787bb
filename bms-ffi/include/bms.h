/*
 * Battery management for vehicles: the C interface.
 *
 * Generated from the Rust sources by `cargo xtask header`; changes are made there.
 *
 * THE SHORT WAY
 *
 *   static uint64_t memory[BMS_STORAGE_WORDS(96, 24)];
 *   bms_config config;
 *   bms_pack *pack;
 *   bms_config_default(&config, sizeof config, BMS_PRESET_NMC_96S);
 *   (own cell, layout, limits and sensors)
 *   bms_init(memory, sizeof memory, &config, BMS_SOC_UNKNOWN, &pack);
 *   bms_inputs_default(&inputs, sizeof inputs);
 *   bms_commands_default(&commands, sizeof commands);
 *   outputs.struct_size = sizeof outputs;
 *   for (;;) { (every sampling.tick_ms) bms_step(pack, &inputs, &commands, 0.01f, &outputs); }
 *
 * CONTRACT
 *
 * Status. Every function that can fail returns a bms_status. Whatever is not BMS_STATUS_OK: nothing was written, and the
 * pack is as it was before the call (bms_restore tells its one exception).
 *
 * Memory. The library has no heap and no globals that change, and calls nobody back. A pack lives in storage of the caller,
 * from bms_init to bms_release, and the storage must not be moved: that is found out and refused. Everything else that is
 * handed over is looked at or written during the call only, but for the tables of a configuration (bms_table,
 * layout.sensor_of_cell), which stay the caller's and must stay in place, in flash as a rule. A pointer must be null or
 * point to what its type and the lengths beside it say: a wild pointer cannot be found out. What is said of a pack holds for a
 * charge, a session and GB/T as well: each has storage of its own, from its bms_..._begin until the caller uses that otherwise.
 *
 * Sizes. Every struct begins with its own size, which the caller sets, or a *_default function. Structs grow at their end
 * only: a program that was compiled with an older header keeps working with a newer library of the same BMS_ABI_VERSION.
 *
 * Numbers. Truth values are 0 or 1 in a uint8_t, choices are numbers of their enumeration in a uint8_t: anything else is a
 * status. Readings may be any number, also none; what cannot be believed becomes a fault. Discharge current is positive
 * (but for what chargers say of themselves). Units are at the end of each name: _v volt, _a ampere, _k kelvin, _ohm, _c
 * coulomb, _f farad, _j joule, _w watt, _s second, _ms millisecond; _ratio and soc are shares of one. What goes on a
 * charger's wire has the wire's units: _wh watt-hour, _percent.
 *
 * Threads and interrupts. Packs share nothing: calls for different packs may run at the same time, in threads, interrupts
 * and on several cores. For one pack, calls that take it as `const bms_pack *` may run at the same time as each other; a
 * call that takes it as `bms_pack *` must be the only one while it runs. That is for the caller to see to: there are no
 * locks. bms_step may be called in an interrupt; the time that it takes is in the README. What a bms_inputs points to must
 * not change while bms_step runs, in an interrupt or by DMA. Floating-point registers are used: an interrupt that calls
 * has to save them.
 */

#ifndef BMS_H
#define BMS_H

#include <stddef.h>
#include <stdint.h>

/** Initial state of charge for bms_init: nothing is known, the first voltage decides. */
#define BMS_SOC_UNKNOWN (-1.0f)

/** Bytes of storage for a pack of this size, to be known when compiling. bms_storage_size never says more. */
#define BMS_STORAGE_SIZE(cells, temperature_sensors) \
  (BMS_STORAGE_FIXED + ((cells) * BMS_STORAGE_CELL) + ((temperature_sensors) * BMS_STORAGE_SENSOR))

/** The same in uint64_t, whose alignment is right: `static uint64_t memory[BMS_STORAGE_WORDS(96, 24)];` */
#define BMS_STORAGE_WORDS(cells, temperature_sensors) (BMS_STORAGE_SIZE((cells), (temperature_sensors)) / 8)

/** Bytes of a snapshot of a pack with this many cells, to be known when compiling. */
#define BMS_SNAPSHOT_SIZE(cells) (BMS_SNAPSHOT_FIXED + ((cells) * BMS_SNAPSHOT_CELL))

/** Storage of a charge in uint64_t: `static uint64_t memory[BMS_CHARGE_STORAGE_WORDS];` */
#define BMS_CHARGE_STORAGE_WORDS (BMS_CHARGE_STORAGE_SIZE / 8)

/** Storage of a session with a charger in uint64_t. */
#define BMS_SESSION_STORAGE_WORDS (BMS_SESSION_STORAGE_SIZE / 8)

/** Storage of GB/T 27930 in uint64_t. */
#define BMS_GBT_STORAGE_WORDS (BMS_GBT_STORAGE_SIZE / 8)

/** Kelvin from degrees Celsius. */
#define BMS_KELVIN(degrees_celsius) ((degrees_celsius) + 273.15f)

/** Coulombs from ampere-hours. */
#define BMS_COULOMBS(ampere_hours) ((ampere_hours) * 3600.0f)

/** The members of a bms_table from an array: `config.cell.ocv_soc = (bms_table)BMS_TABLE(ocv_soc);` */
#define BMS_TABLE(array) { (array), sizeof(array) / sizeof((array)[0]) }


/**
 * Bytes of storage of a charge.
 */
#define BMS_CHARGE_STORAGE_SIZE 640

/**
 * Most stages of a multistage charge.
 */
#define BMS_MAX_STAGES 8

/**
 * Bytes of storage of the protocol.
 */
#define BMS_GBT_STORAGE_SIZE 1152

/**
 * Bytes of storage of a session.
 */
#define BMS_SESSION_STORAGE_SIZE 768

/**
 * Room for the name of a field, with the zero at its end.
 */
#define BMS_FIELD_SIZE 96

/**
 * Most cells in series.
 */
#define BMS_MAX_CELLS 250

/**
 * Most temperature sensors.
 */
#define BMS_MAX_TEMPERATURE_SENSORS 128

/**
 * Most analogue front ends.
 */
#define BMS_MAX_FRONT_ENDS 32

/**
 * Room for the name of a fault, with the zero at its end.
 */
#define BMS_FAULT_NAME_SIZE 80

/**
 * Most faults that can be present at the same time: all of the catalogue.
 */
#define BMS_MAX_FAULTS 256

/**
 * Version of this interface. It changes where a program that was compiled with an older header would not be understood;
 * structs that grow at their end do not change it.
 */
#define BMS_ABI_VERSION 1

/**
 * Bytes of a snapshot that do not depend on the number of cells.
 */
#define BMS_SNAPSHOT_FIXED 3020

/**
 * Bytes of a snapshot for each cell.
 */
#define BMS_SNAPSHOT_CELL 28

/**
 * Stands for a cell or a sensor where there is none.
 */
#define BMS_NO_INDEX 65535

/**
 * Bytes of storage for what does not depend on the size of the pack.
 */
#define BMS_STORAGE_FIXED 8192

/**
 * Bytes of storage for each cell.
 */
#define BMS_STORAGE_CELL 112

/**
 * Bytes of storage for each temperature sensor.
 */
#define BMS_STORAGE_SENSOR 112

/**
 * Alignment of the storage in bytes.
 */
#define BMS_STORAGE_ALIGNMENT 8

/**
 * What came of a call. Numbers are never used again for another status.
 *
 * Whatever is not `BMS_STATUS_OK`: nothing was written, and the pack is as it was before the call.
 */
enum bms_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Done.
   */
  BMS_STATUS_OK = 0,
  /**
   * A pointer is null that must not be.
   */
  BMS_STATUS_NULL_POINTER = 100,
  /**
   * A pointer is not aligned for its type.
   */
  BMS_STATUS_MISALIGNED = 101,
  /**
   * The size that a struct begins with is none that this library knows: it was not set, or the header is another one.
   */
  BMS_STATUS_STRUCT_SIZE = 102,
  /**
   * The program was compiled with a header of another interface version than the library's.
   */
  BMS_STATUS_ABI_VERSION = 103,
  /**
   * The storage is smaller than `bms_storage_size` says.
   */
  BMS_STATUS_STORAGE_SIZE = 104,
  /**
   * The storage was never initialised, was released, or is no storage of this library.
   */
  BMS_STATUS_NOT_INITIALISED = 105,
  /**
   * The storage was copied or moved since it was initialised.
   */
  BMS_STATUS_STORAGE_MOVED = 106,
  /**
   * The beginning of the storage was written by somebody else.
   */
  BMS_STATUS_STORAGE_DAMAGED = 107,
  /**
   * A buffer is too small for what is to be written to it.
   */
  BMS_STATUS_BUFFER_SIZE = 108,
  /**
   * A truth value is neither 0 nor 1.
   */
  BMS_STATUS_BOOLEAN = 200,
  /**
   * A number names no value of its enumeration.
   */
  BMS_STATUS_ENUMERATION = 201,
  /**
   * A list is longer than the pack, or a table longer than 65535 entries.
   */
  BMS_STATUS_COUNT = 202,
  /**
   * There is nothing with this index.
   */
  BMS_STATUS_INDEX = 203,
  /**
   * There is no fault with this number.
   */
  BMS_STATUS_UNKNOWN_FAULT = 204,
  /**
   * No record of this fault is kept.
   */
  BMS_STATUS_NO_RECORD = 205,
  /**
   * The configuration contradicts itself or names an impossible value; `bms_config_check` says which.
   */
  BMS_STATUS_CONFIG = 206,
  /**
   * No frame waits for the bus.
   */
  BMS_STATUS_NO_FRAME = 207,
  /**
   * Nothing of the kind is due, or something else is still being sent.
   */
  BMS_STATUS_NOT_DUE = 208,
  /**
   * A snapshot can be restored before the first step only.
   */
  BMS_STATUS_SNAPSHOT_RUNNING = 300,
  /**
   * There are fewer bytes than a snapshot has.
   */
  BMS_STATUS_SNAPSHOT_TOO_SHORT = 301,
  /**
   * The bytes are no snapshot: erased or foreign memory.
   */
  BMS_STATUS_SNAPSHOT_MAGIC = 302,
  /**
   * The bytes are not those that were written.
   */
  BMS_STATUS_SNAPSHOT_CRC = 303,
  /**
   * The snapshot was written in another format.
   */
  BMS_STATUS_SNAPSHOT_VERSION = 304,
  /**
   * The snapshot was written by another pack.
   */
  BMS_STATUS_SNAPSHOT_OTHER_PACK = 305,
  /**
   * The snapshot names a fault that this library does not know.
   */
  BMS_STATUS_SNAPSHOT_UNKNOWN_FAULT = 306,
  /**
   * A value in the snapshot is impossible.
   */
  BMS_STATUS_SNAPSHOT_FIELD = 307,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_status bms_status;
#else
typedef int32_t bms_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a value fails to be what it has to be.
 */
enum bms_expected
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Nothing is wrong.
   */
  BMS_EXPECTED_ANYTHING = 0,
  /**
   * A finite number above `bound`.
   */
  BMS_EXPECTED_ABOVE = 1,
  /**
   * A finite number of at least `bound`.
   */
  BMS_EXPECTED_AT_LEAST = 2,
  /**
   * A finite number of at most `bound`.
   */
  BMS_EXPECTED_AT_MOST = 3,
  /**
   * Exactly `bound`.
   */
  BMS_EXPECTED_EXACTLY = 4,
  /**
   * A table of `bound` entries; `value` is how many it has.
   */
  BMS_EXPECTED_LENGTH = 5,
  /**
   * A number below that of `other_field`, which is `bound`.
   */
  BMS_EXPECTED_BELOW_OTHER = 6,
  /**
   * A number that is not above that of `other_field`, which is `bound`.
   */
  BMS_EXPECTED_AT_MOST_OTHER = 7,
  /**
   * Something that this version of the interface has no word for.
   */
  BMS_EXPECTED_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_expected bms_expected;
#else
typedef uint8_t bms_expected;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The limit that the request comes from.
 */
enum bms_request_reason
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The charge is complete.
   */
  BMS_REQUEST_REASON_COMPLETE = 0,
  /**
   * Charging is paused or not wanted.
   */
  BMS_REQUEST_REASON_PAUSED = 1,
  /**
   * Voltage, current or temperature of the cells is unknown.
   */
  BMS_REQUEST_REASON_UNKNOWN = 2,
  /**
   * The charge map of the chemistry.
   */
  BMS_REQUEST_REASON_MAP = 3,
  /**
   * The stage of a multistage charge, from 0.
   */
  BMS_REQUEST_REASON_STAGE = 4,
  /**
   * Lithium plating: the cells have to be warmed.
   */
  BMS_REQUEST_REASON_PLATING = 5,
  /**
   * Hot cells.
   */
  BMS_REQUEST_REASON_HOT = 6,
  /**
   * Hot contacts of the inlet.
   */
  BMS_REQUEST_REASON_INLET_HOT = 7,
  /**
   * The highest cell is at its voltage.
   */
  BMS_REQUEST_REASON_CONSTANT_VOLTAGE = 8,
  /**
   * The battery's present charge limit, with its own reason.
   */
  BMS_REQUEST_REASON_BATTERY = 9,
  /**
   * Contactors, cables, busbars and connectors of the pack.
   */
  BMS_REQUEST_REASON_HARDWARE = 10,
  /**
   * The inlet and its cables.
   */
  BMS_REQUEST_REASON_INLET = 11,
  /**
   * The charger's highest current.
   */
  BMS_REQUEST_REASON_CHARGER_CURRENT = 12,
  /**
   * The charger's highest power.
   */
  BMS_REQUEST_REASON_CHARGER_POWER = 13,
  /**
   * The charger's highest voltage is below that of the pack.
   */
  BMS_REQUEST_REASON_CHARGER_VOLTAGE = 14,
  /**
   * No valid message of the charger for too long.
   */
  BMS_REQUEST_REASON_CHARGER_STALE = 15,
  /**
   * The schedule's current or power.
   */
  BMS_REQUEST_REASON_SCHEDULE = 16,
  /**
   * The rate at which the request rises.
   */
  BMS_REQUEST_REASON_RAMP = 17,
  /**
   * Not defined by this version of the interface.
   */
  BMS_REQUEST_REASON_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_request_reason bms_request_reason;
#else
typedef uint8_t bms_request_reason;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Reason that limits a current.
 */
enum bms_limit_reason
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The contactors are open, or about to open.
   */
  BMS_LIMIT_REASON_CONTACTORS_OPEN = 0,
  /**
   * A fault limits the current.
   */
  BMS_LIMIT_REASON_FAULT = 1,
  /**
   * Cell state not yet estimated.
   */
  BMS_LIMIT_REASON_UNKNOWN = 2,
  /**
   * Rated current of contactors and cables, or of busbars and module connectors.
   */
  BMS_LIMIT_REASON_HARDWARE = 3,
  /**
   * Cell current limit at this temperature and state of charge.
   */
  BMS_LIMIT_REASON_CELL_CURRENT = 4,
  /**
   * A cell voltage would reach its operating limit within the horizon.
   */
  BMS_LIMIT_REASON_CELL_VOLTAGE = 5,
  /**
   * A cell is cold.
   */
  BMS_LIMIT_REASON_COLD = 6,
  /**
   * A cell is hot.
   */
  BMS_LIMIT_REASON_HOT = 7,
  /**
   * The weakest cell is nearly empty, or the strongest nearly full.
   */
  BMS_LIMIT_REASON_STATE_OF_CHARGE = 8,
  /**
   * The vehicle does not allow charging.
   */
  BMS_LIMIT_REASON_CHARGING_NOT_ALLOWED = 9,
  /**
   * The limit is still rising at its configured rate.
   */
  BMS_LIMIT_REASON_RAMP = 10,
  /**
   * Not defined by this version of the interface.
   */
  BMS_LIMIT_REASON_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_limit_reason bms_limit_reason;
#else
typedef uint8_t bms_limit_reason;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Thermal conditioning that lets the cells charge faster.
 */
enum bms_conditioning
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * None.
   */
  BMS_CONDITIONING_NOTHING = 0,
  /**
   * Heating: the cells are too cold to accept more current without plating.
   */
  BMS_CONDITIONING_HEAT = 1,
  /**
   * Cooling.
   */
  BMS_CONDITIONING_COOL = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_conditioning bms_conditioning;
#else
typedef uint8_t bms_conditioning;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a charge is complete.
 */
enum bms_completion
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The charge is not over.
   */
  BMS_COMPLETION_NONE = 0,
  /**
   * The target state of charge is reached.
   */
  BMS_COMPLETION_STATE_OF_CHARGE = 1,
  /**
   * The current has fallen to the cut-off with the highest cell at its voltage.
   */
  BMS_COMPLETION_CURRENT = 2,
  /**
   * The cell voltage has limited the current for the longest time that is configured.
   */
  BMS_COMPLETION_TIME = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_completion bms_completion;
#else
typedef uint8_t bms_completion;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Stage of the protocol.
 */
enum bms_gbt_stage
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No message of a charger.
   */
  BMS_GBT_STAGE_IDLE = 0,
  /**
   * BHM, until the charger asks for the identity.
   */
  BMS_GBT_STAGE_HANDSHAKE = 1,
  /**
   * BRM, until the charger recognises the vehicle.
   */
  BMS_GBT_STAGE_RECOGNITION = 2,
  /**
   * BCP, until the charger sends its capability.
   */
  BMS_GBT_STAGE_PARAMETERS = 3,
  /**
   * BRO, until both ends are ready.
   */
  BMS_GBT_STAGE_READY = 4,
  /**
   * BCL, BCS and BSM.
   */
  BMS_GBT_STAGE_CHARGING = 5,
  /**
   * BST.
   */
  BMS_GBT_STAGE_STOPPING = 6,
  /**
   * BSD.
   */
  BMS_GBT_STAGE_STATISTICS = 7,
  /**
   * Ended.
   */
  BMS_GBT_STAGE_OVER = 8,
  /**
   * BEM: a message of the charger did not arrive in time.
   */
  BMS_GBT_STAGE_FAILED = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_gbt_stage bms_gbt_stage;
#else
typedef uint8_t bms_gbt_stage;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A signal of two bits.
 */
enum bms_signal2
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Normal (00).
   */
  BMS_SIGNAL2_NORMAL = 0,
  /**
   * Abnormal, or reached (01); of a voltage or state of charge: too high.
   */
  BMS_SIGNAL2_ABNORMAL = 1,
  /**
   * Not trustworthy (10); of a voltage or state of charge: too low.
   */
  BMS_SIGNAL2_DOUBTFUL = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_signal2 bms_signal2;
#else
typedef uint8_t bms_signal2;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * State of the control pilot (IEC 61851-1 table A.8, SAE J1772).
 */
enum bms_pilot_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No charging.
   */
  BMS_PILOT_OFF = 0,
  /**
   * High-level communication required (5 %).
   */
  BMS_PILOT_DIGITAL = 1,
  /**
   * Highest current per phase.
   */
  BMS_PILOT_CURRENT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_pilot_kind bms_pilot_kind;
#else
typedef uint8_t bms_pilot_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * `DC_EVErrorCode` of DIN SPEC 70121 and ISO 15118-2, by their names. Stations show them to drivers as they are, so a code is
 * chosen for what the driver can make of it.
 */
enum bms_ev_error
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * `NO_ERROR`.
   */
  BMS_EV_ERROR_NO_ERROR = 0,
  /**
   * `FAILED_RESSTemperatureInhibit`: the battery is too hot or too cold.
   */
  BMS_EV_ERROR_RESS_TEMPERATURE_INHIBIT = 1,
  /**
   * `FAILED_EVShiftPosition`: the vehicle is not parked.
   */
  BMS_EV_ERROR_EV_SHIFT_POSITION = 2,
  /**
   * `FAILED_ChargerConnectorLockFault`: the plug is not locked.
   */
  BMS_EV_ERROR_CHARGER_CONNECTOR_LOCK_FAULT = 3,
  /**
   * `FAILED_EVRESSMalfunction`: the battery has a fault.
   */
  BMS_EV_ERROR_EV_RESS_MALFUNCTION = 4,
  /**
   * `FAILED_ChargingCurrentdifferential`: the current is not what was asked for.
   */
  BMS_EV_ERROR_CHARGING_CURRENT_DIFFERENTIAL = 5,
  /**
   * `FAILED_ChargingVoltageOutOfRange`: the voltage is not what was asked for.
   */
  BMS_EV_ERROR_CHARGING_VOLTAGE_OUT_OF_RANGE = 6,
  /**
   * `FAILED_ChargingSystemIncompatibility`: charger and battery do not fit, or do not understand each other.
   */
  BMS_EV_ERROR_CHARGING_SYSTEM_INCOMPATIBILITY = 10,
  /**
   * `NoData`.
   */
  BMS_EV_ERROR_NO_DATA = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_ev_error bms_ev_error;
#else
typedef uint8_t bms_ev_error;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * State of a session.
 */
enum bms_session_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No plug, or charging is not wanted.
   */
  BMS_SESSION_STATE_IDLE = 0,
  /**
   * The plug is locked; the session waits for the charger's limits.
   */
  BMS_SESSION_STATE_READY = 1,
  /**
   * The charger checks the isolation of the cable.
   */
  BMS_SESSION_STATE_CABLE_CHECK = 2,
  /**
   * The charger matches its voltage to that of the battery.
   */
  BMS_SESSION_STATE_PRECHARGE = 3,
  /**
   * The battery may close its contactors; once it is connected the charger starts power.
   */
  BMS_SESSION_STATE_CLOSE_CONTACTORS = 4,
  /**
   * Energy flows.
   */
  BMS_SESSION_STATE_CHARGING = 5,
  /**
   * Zero current is requested.
   */
  BMS_SESSION_STATE_RAMP_DOWN = 6,
  /**
   * The battery opens its contactors.
   */
  BMS_SESSION_STATE_OPEN_CONTACTORS = 7,
  /**
   * Welding detection: the inlet has to lose its voltage.
   */
  BMS_SESSION_STATE_WELD_CHECK = 8,
  /**
   * Ended; `end` says how.
   */
  BMS_SESSION_STATE_DONE = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_session_state bms_session_state;
#else
typedef uint8_t bms_session_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The step that a protocol performs next. It reports the same value in `answered` once the charger agreed.
 */
enum bms_ask
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No step.
   */
  BMS_ASK_NOTHING = 0,
  /**
   * Exchange of limits (`ChargeParameterDiscovery`).
   */
  BMS_ASK_PARAMETERS = 1,
  /**
   * Isolation check of the cable (`CableCheck`), repeated until it is finished.
   */
  BMS_ASK_CABLE_CHECK = 2,
  /**
   * Charger output at the battery's voltage (`PreCharge`).
   */
  BMS_ASK_PRECHARGE = 3,
  /**
   * Start of power (`PowerDelivery` start).
   */
  BMS_ASK_START_POWER = 4,
  /**
   * Current and voltage of the request (`CurrentDemand`, `DC_ChargeLoop`).
   */
  BMS_ASK_CURRENT = 5,
  /**
   * End of power (`PowerDelivery` stop), also where it never started, so that no supply stays on.
   */
  BMS_ASK_STOP_POWER = 6,
  /**
   * Inlet voltage with open contactors (`WeldingDetection`).
   */
  BMS_ASK_WELDING_DETECTION = 7,
  /**
   * End of the session (`SessionStop`).
   */
  BMS_ASK_STOP_SESSION = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_ask bms_ask;
#else
typedef uint8_t bms_ask;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Mode that the vehicle requests.
 */
enum bms_request
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Contactors open, ready.
   */
  BMS_REQUEST_STANDBY = 0,
  /**
   * Connected to the vehicle.
   */
  BMS_REQUEST_DRIVE = 1,
  /**
   * Connected to a charger.
   */
  BMS_REQUEST_CHARGE = 2,
  /**
   * Contactors open, lowest activity.
   */
  BMS_REQUEST_SLEEP = 3,
  /**
   * The vehicle drives the contactors itself and reports its commands in `contactors`; the outputs say which
   * of them may be closed.
   */
  BMS_REQUEST_SUPERVISE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_request bms_request;
#else
typedef uint8_t bms_request;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Phase of a charging session, as the charger reports it.
 */
enum bms_charger_phase
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No plug, or no session.
   */
  BMS_CHARGER_PHASE_IDLE = 0,
  /**
   * Isolation test of the cable.
   */
  BMS_CHARGER_PHASE_CABLE_CHECK = 1,
  /**
   * The charger matches its voltage to the pack's.
   */
  BMS_CHARGER_PHASE_PRECHARGE = 2,
  /**
   * Energy flows.
   */
  BMS_CHARGER_PHASE_CHARGING = 3,
  /**
   * The session ended as requested.
   */
  BMS_CHARGER_PHASE_FINISHED = 4,
  /**
   * The charger ended the session without a request.
   */
  BMS_CHARGER_PHASE_STOPPED = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_charger_phase bms_charger_phase;
#else
typedef uint8_t bms_charger_phase;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a session ended.
 */
enum bms_session_end
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The session goes on, or there was none.
   */
  BMS_SESSION_END_NONE = 0,
  /**
   * The target state of charge is reached.
   */
  BMS_SESSION_END_STATE_OF_CHARGE = 1,
  /**
   * The current has fallen to the cut-off with the highest cell at its voltage.
   */
  BMS_SESSION_END_CURRENT = 2,
  /**
   * The cell voltage has limited the current for the longest time that is configured.
   */
  BMS_SESSION_END_TIME = 3,
  /**
   * The vehicle or its driver stopped the session.
   */
  BMS_SESSION_END_BY_VEHICLE = 10,
  /**
   * The station stopped the session.
   */
  BMS_SESSION_END_BY_STATION = 11,
  /**
   * A state lasted longer than its time-out.
   */
  BMS_SESSION_END_TIMEOUT = 20,
  /**
   * The battery's voltage is outside the charger's voltage range.
   */
  BMS_SESSION_END_INCOMPATIBLE = 21,
  /**
   * The charger's cable check found too little isolation.
   */
  BMS_SESSION_END_CABLE_ISOLATION = 22,
  /**
   * The plug was removed.
   */
  BMS_SESSION_END_PLUG_REMOVED = 23,
  /**
   * The plug is no longer locked.
   */
  BMS_SESSION_END_UNLOCKED = 24,
  /**
   * No message of the charger within the stale time.
   */
  BMS_SESSION_END_CHARGER_SILENT = 25,
  /**
   * A value of the charger's message is not a finite number.
   */
  BMS_SESSION_END_CHARGER_NOT_FINITE = 26,
  /**
   * A limit of the charger is negative.
   */
  BMS_SESSION_END_CHARGER_NEGATIVE = 27,
  /**
   * The charger's lowest voltage is above its highest.
   */
  BMS_SESSION_END_CHARGER_OUT_OF_ORDER = 28,
  /**
   * The charger reports a malfunction (`EVSE_Malfunction`).
   */
  BMS_SESSION_END_CHARGER_MALFUNCTION = 29,
  /**
   * The charger reports an emergency shutdown (`EVSE_EmergencyShutdown`).
   */
  BMS_SESSION_END_CHARGER_EMERGENCY = 30,
  /**
   * The voltage that the charger reports differs from the inlet's.
   */
  BMS_SESSION_END_VOLTAGE_CONTRADICTED = 31,
  /**
   * The current that the charger reports differs from the battery's.
   */
  BMS_SESSION_END_CURRENT_CONTRADICTED = 32,
  /**
   * The battery's current is above the request.
   */
  BMS_SESSION_END_CURRENT_ABOVE_REQUEST = 33,
  /**
   * A voltage above the highest that is allowed.
   */
  BMS_SESSION_END_OVER_VOLTAGE = 34,
  /**
   * A fault of the battery.
   */
  BMS_SESSION_END_BATTERY = 35,
  /**
   * The battery opened its contactors without a fault.
   */
  BMS_SESSION_END_BATTERY_OPENED = 36,
  /**
   * The current did not fall within the time of the ramp down: the contactors open under load.
   */
  BMS_SESSION_END_CURRENT_REMAINS = 37,
  /**
   * Not defined by this version of the interface.
   */
  BMS_SESSION_END_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_session_end bms_session_end;
#else
typedef uint8_t bms_session_end;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Result of the welding detection at the inlet after the contactors opened.
 */
enum bms_weld
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Not tested.
   */
  BMS_WELD_NOT_TESTED = 0,
  /**
   * The inlet lost its voltage: the contactors are open.
   */
  BMS_WELD_OPEN = 1,
  /**
   * The inlet kept a voltage other than that of the battery: the charger or a capacitor holds it.
   */
  BMS_WELD_HELD = 2,
  /**
   * The inlet kept the voltage of the battery: contactors may be welded, or the charger holds it. The battery's own test of
   * each pole decides.
   */
  BMS_WELD_SUSPECTED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_weld bms_weld;
#else
typedef uint8_t bms_weld;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Severity of a fault.
 */
enum bms_severity
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Recorded only.
   */
  BMS_SEVERITY_INFORMATION = 0,
  /**
   * The driver or a workshop should know.
   */
  BMS_SEVERITY_WARNING = 1,
  /**
   * The battery is used less, or not charged, until it is gone.
   */
  BMS_SEVERITY_ERROR = 2,
  /**
   * The battery is taken off the vehicle.
   */
  BMS_SEVERITY_FATAL = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_severity bms_severity;
#else
typedef uint8_t bms_severity;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Reaction to a qualified fault; each includes the weaker ones.
 */
enum bms_reaction
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The fault is recorded.
   */
  BMS_REACTION_RECORD = 0,
  /**
   * The driver is warned.
   */
  BMS_REACTION_WARN = 1,
  /**
   * The allowed currents are reduced.
   */
  BMS_REACTION_LIMIT = 2,
  /**
   * Charging ends; driving continues.
   */
  BMS_REACTION_STOP_CHARGING = 3,
  /**
   * Zero current is requested, awaited for a bounded time, then the contactors open.
   */
  BMS_REACTION_OPEN = 4,
  /**
   * The contactors open without waiting for the current to fall.
   */
  BMS_REACTION_OPEN_AT_ONCE = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_reaction bms_reaction;
#else
typedef uint8_t bms_reaction;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a fault is cleared after its condition has been absent for the recover time.
 */
enum bms_latch
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * By itself.
   */
  BMS_LATCH_SELF_CLEARING = 0,
  /**
   * By acknowledgement, or with the next power cycle.
   */
  BMS_LATCH_UNTIL_ACKNOWLEDGED = 1,
  /**
   * By acknowledgement only; it survives power cycles.
   */
  BMS_LATCH_THROUGH_POWER_CYCLES = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_latch bms_latch;
#else
typedef uint8_t bms_latch;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The three levels of a limit, after foxBMS 2 (MOL, RSL, MSL).
 */
enum bms_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The fault is not one of three for the same quantity.
   */
  BMS_LEVEL_NONE = 0,
  /**
   * The end of ordinary operation.
   */
  BMS_LEVEL_OPERATING = 1,
  /**
   * Beyond it the cell ages faster or the next level is near: the currents are reduced.
   */
  BMS_LEVEL_RECOMMENDED = 2,
  /**
   * Beyond it the cell may be dangerous: the contactors open.
   */
  BMS_LEVEL_MAXIMUM = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_level bms_level;
#else
typedef uint8_t bms_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a fault was found on.
 */
enum bms_source
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The pack.
   */
  BMS_SOURCE_PACK = 0,
  /**
   * A cell, counted from 0 at the negative end.
   */
  BMS_SOURCE_CELL = 1,
  /**
   * A temperature sensor, counted from 0.
   */
  BMS_SOURCE_TEMPERATURE_SENSOR = 2,
  /**
   * A current sensor, counted from 0.
   */
  BMS_SOURCE_CURRENT_SENSOR = 3,
  /**
   * A contactor.
   */
  BMS_SOURCE_CONTACTOR = 4,
  /**
   * A front end, counted from 0.
   */
  BMS_SOURCE_FRONT_END = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_source bms_source;
#else
typedef uint8_t bms_source;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Kind of an event.
 */
enum bms_event_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Qualified on the source.
   */
  BMS_EVENT_KIND_APPEARED = 0,
  /**
   * Recovered on the source.
   */
  BMS_EVENT_KIND_RECOVERED = 1,
  /**
   * A latched fault was acknowledged and cleared.
   */
  BMS_EVENT_KIND_ACKNOWLEDGED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_event_kind bms_event_kind;
#else
typedef uint8_t bms_event_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Operating mode.
 */
enum bms_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Waiting until every required reading has arrived.
   */
  BMS_MODE_INITIALISE = 0,
  /**
   * Contactors open, ready.
   */
  BMS_MODE_STANDBY = 1,
  /**
   * Charging the link over the precharge resistor.
   */
  BMS_MODE_PRECHARGE = 2,
  /**
   * Connected to the vehicle.
   */
  BMS_MODE_DRIVE = 3,
  /**
   * Connected to a charger.
   */
  BMS_MODE_CHARGE = 4,
  /**
   * Opening: zero current is requested and awaited for a bounded time, contactors open, welded ones are tested for.
   */
  BMS_MODE_OPENING = 5,
  /**
   * Contactors open until the faults are gone.
   */
  BMS_MODE_FAULT = 6,
  /**
   * Contactors open, lowest activity.
   */
  BMS_MODE_SLEEP = 7,
  /**
   * The vehicle drives the contactors itself; the outputs say which may be closed.
   */
  BMS_MODE_SUPERVISED = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_mode bms_mode;
#else
typedef uint8_t bms_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a requested mode is not entered.
 */
enum bms_refusal
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The request is followed.
   */
  BMS_REFUSAL_NONE = 0,
  /**
   * Not every reading has arrived yet.
   */
  BMS_REFUSAL_SELF_TEST = 1,
  /**
   * A fault prevents it.
   */
  BMS_REFUSAL_FAULT = 2,
  /**
   * The last command is stale.
   */
  BMS_REFUSAL_COMMAND_STALE = 3,
  /**
   * After a fault the request has to return to standby first.
   */
  BMS_REFUSAL_REQUEST_NOT_RELEASED = 4,
  /**
   * The pause after a failed precharge is running, or the resistor has not cooled.
   */
  BMS_REFUSAL_PRECHARGE_COOLING = 5,
  /**
   * Precharge failed too often: the request has to return to standby first.
   */
  BMS_REFUSAL_PRECHARGE_FAILED = 6,
  /**
   * Pack or link voltage is unknown: the end of precharge could not be detected.
   */
  BMS_REFUSAL_LINK_UNKNOWN = 7,
  /**
   * The contactors have to open before another mode can begin.
   */
  BMS_REFUSAL_OPENING = 8,
  /**
   * Not defined by this version of the interface.
   */
  BMS_REFUSAL_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_refusal bms_refusal;
#else
typedef uint8_t bms_refusal;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Direction of the pack current.
 */
enum bms_current_direction
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Not known.
   */
  BMS_CURRENT_DIRECTION_UNKNOWN = 0,
  /**
   * Charge current.
   */
  BMS_CURRENT_DIRECTION_CHARGING = 1,
  /**
   * Discharge current.
   */
  BMS_CURRENT_DIRECTION_DISCHARGING = 2,
  /**
   * At most the rest current.
   */
  BMS_CURRENT_DIRECTION_RESTING = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_current_direction bms_current_direction;
#else
typedef uint8_t bms_current_direction;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A thermal runaway.
 */
enum bms_runaway
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * None is known.
   */
  BMS_RUNAWAY_NONE = 0,
  /**
   * It is suspected: the driver is to be warned at once.
   */
  BMS_RUNAWAY_SUSPECTED = 1,
  /**
   * It is confirmed (GB 38031-2025 C.5.3.7): people have to leave.
   */
  BMS_RUNAWAY_CONFIRMED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_runaway bms_runaway;
#else
typedef uint8_t bms_runaway;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * One of two places for a snapshot.
 */
enum bms_slot
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Neither of the two.
   */
  BMS_SLOT_NONE = 0,
  /**
   * The first.
   */
  BMS_SLOT_FIRST = 1,
  /**
   * The second.
   */
  BMS_SLOT_SECOND = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_slot bms_slot;
#else
typedef uint8_t bms_slot;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Configurations to start from.
 */
enum bms_preset
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * 96 groups of 30 LG M50 cells in series: 154 Ah, 400 V, one temperature sensor for 4 groups.
   */
  BMS_PRESET_NMC_96S = 1,
  /**
   * 100 groups of 75 LFP 18650 cells in series: 156 Ah, 330 V, one temperature sensor for 4 groups.
   */
  BMS_PRESET_LFP_100S = 2,
  /**
   * 13 groups of 4 LG M50 cells in series: 21 Ah, 48 V, 4 temperature sensors; below 60 V, so without isolation monitor
   * and interlock.
   */
  BMS_PRESET_NMC_13S = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_preset bms_preset;
#else
typedef uint8_t bms_preset;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A contactor of the pack.
 */
enum bms_contactor
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Between the positive end of the cells and the link.
   */
  BMS_CONTACTOR_MAIN_POSITIVE = 0,
  /**
   * Between the negative end of the cells and the link.
   */
  BMS_CONTACTOR_MAIN_NEGATIVE = 1,
  /**
   * In series with the precharge resistor, across the positive main contactor.
   */
  BMS_CONTACTOR_PRECHARGE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_contactor bms_contactor;
#else
typedef uint8_t bms_contactor;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Configurations to start from.
 */
enum bms_charging_preset
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * `NMC_96S` behind a CCS inlet.
   */
  BMS_CHARGING_PRESET_NMC_96S_CCS = 1,
  /**
   * `LFP_100S` behind a CCS inlet.
   */
  BMS_CHARGING_PRESET_LFP_100S_CCS = 2,
  /**
   * `NMC_96S` behind a NACS inlet.
   */
  BMS_CHARGING_PRESET_NMC_96S_NACS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_charging_preset bms_charging_preset;
#else
typedef uint8_t bms_charging_preset;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What limits the discharge.
 */
enum bms_give_back_reason
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Not wanted.
   */
  BMS_GIVE_BACK_REASON_PAUSED = 0,
  /**
   * Voltage or state of charge is unknown.
   */
  BMS_GIVE_BACK_REASON_UNKNOWN = 1,
  /**
   * The battery's present discharge limit, with its own reason.
   */
  BMS_GIVE_BACK_REASON_BATTERY = 2,
  /**
   * The inlet and its cables.
   */
  BMS_GIVE_BACK_REASON_INLET = 3,
  /**
   * The highest power.
   */
  BMS_GIVE_BACK_REASON_POWER = 4,
  /**
   * The state of charge is at its floor.
   */
  BMS_GIVE_BACK_REASON_FLOOR = 5,
  /**
   * The energy could not be charged again before departure.
   */
  BMS_GIVE_BACK_REASON_DEPARTURE = 6,
  /**
   * The total energy of the configuration is used up.
   */
  BMS_GIVE_BACK_REASON_THROUGHPUT = 7,
  /**
   * Not defined by this version of the interface.
   */
  BMS_GIVE_BACK_REASON_OTHER = 255,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_give_back_reason bms_give_back_reason;
#else
typedef uint8_t bms_give_back_reason;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Configurations to start from.
 */
enum bms_session_preset
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * CCS and NACS.
   */
  BMS_SESSION_PRESET_CCS = 1,
  /**
   * GB/T 27930: the vehicle closes first.
   */
  BMS_SESSION_PRESET_GBT = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_session_preset bms_session_preset;
#else
typedef uint8_t bms_session_preset;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Who brings the voltages on both sides of the battery's contactors together.
 */
enum bms_precharge_by
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The charger, as in CCS and NACS: the contactors close when the voltage at the inlet is that of the battery.
   */
  BMS_PRECHARGE_BY_CHARGER = 0,
  /**
   * The vehicle, as in GB/T 27930: the contactors close on an inlet without voltage, and the charger then closes its own.
   */
  BMS_PRECHARGE_BY_VEHICLE = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_precharge_by bms_precharge_by;
#else
typedef uint8_t bms_precharge_by;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * `EVSEStatusCode` of DIN SPEC 70121 and ISO 15118-2.
 */
enum bms_station_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * `EVSE_NotReady`: no current for now; the request is zero.
   */
  BMS_STATION_STATUS_NOT_READY = 0,
  /**
   * `EVSE_Ready`.
   */
  BMS_STATION_STATUS_READY = 1,
  /**
   * `EVSE_Shutdown`: the station ends the session.
   */
  BMS_STATION_STATUS_SHUTDOWN = 2,
  /**
   * `EVSE_UtilityInterruptEvent`: no current for now; the request is zero.
   */
  BMS_STATION_STATUS_UTILITY_INTERRUPT = 3,
  /**
   * `EVSE_IsolationMonitoringActive`: current may flow.
   */
  BMS_STATION_STATUS_ISOLATION_MONITORING = 4,
  /**
   * `EVSE_EmergencyShutdown`: ends the session with a fault.
   */
  BMS_STATION_STATUS_EMERGENCY_SHUTDOWN = 5,
  /**
   * `EVSE_Malfunction`: ends the session with a fault.
   */
  BMS_STATION_STATUS_MALFUNCTION = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_station_status bms_station_status;
#else
typedef uint8_t bms_station_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * `EVSEIsolationStatus` of DIN SPEC 70121 and ISO 15118-2.
 */
enum bms_station_isolation
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * `Invalid`: not measured yet; the cable check goes on.
   */
  BMS_STATION_ISOLATION_INVALID = 0,
  /**
   * `Valid`: the cable check is passed.
   */
  BMS_STATION_ISOLATION_VALID = 1,
  /**
   * `Warning`: low; passed only with `accept_isolation_warning`.
   */
  BMS_STATION_ISOLATION_WARNING = 2,
  /**
   * `Fault`: too low; ends the session.
   */
  BMS_STATION_ISOLATION_FAULT = 3,
  /**
   * `No_IMD`: no isolation monitor; the cable check goes on until its time-out.
   */
  BMS_STATION_ISOLATION_NO_MONITOR = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum bms_station_isolation bms_station_isolation;
#else
typedef uint8_t bms_station_isolation;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A charge in storage of the caller. What is in it is the library's.
 */
typedef struct bms_charge bms_charge;

/**
 * The protocol in storage of the caller. What is in it is the library's.
 */
typedef struct bms_gbt bms_gbt;

/**
 * A pack in storage of the caller. What is in it is the library's.
 */
typedef struct bms_pack bms_pack;

/**
 * A session with a charger in storage of the caller. What is in it is the library's.
 */
typedef struct bms_session bms_session;

/**
 * A table of numbers that stays where the caller has it, in flash if need be, for as long as the pack is used.
 */
typedef struct bms_table {
  /**
   * The first entry.
   */
  const float *values;
  /**
   * How many entries there are, at most 65535.
   */
  size_t length;
} bms_table;

/**
 * A number over temperature and state of charge; between nodes linear, beyond the ends constant.
 */
typedef struct bms_map {
  /**
   * Temperature nodes in kelvin, increasing; at least one.
   */
  struct bms_table temperature_k;
  /**
   * SoC nodes, increasing; at least one.
   */
  struct bms_table soc;
  /**
   * Values row by row: for each temperature all SoC nodes.
   */
  struct bms_table values;
} bms_map;

/**
 * One stage of a multistage charge.
 */
typedef struct bms_stage {
  /**
   * Current of the stage.
   */
  float current_a;
  /**
   * The next stage begins once the highest cell has reached this voltage. It is not looked at in the last stage.
   */
  float until_v;
} bms_stage;

/**
 * A temperature above which less current is asked for.
 */
typedef struct bms_derating {
  /**
   * Up to here everything is allowed.
   */
  float from_k;
  /**
   * From here on nothing is; in between the share falls linearly.
   */
  float to_k;
} bms_derating;

/**
 * How a battery wants to be charged. Currents are magnitudes of the pack's current. `bms_charging_config_default` fills one
 * in to start from; `bms_charge_begin` copies it, and only tables and stages have to stay where they are.
 */
typedef struct bms_charging_config {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * The highest cell is held at this voltage.
   */
  float constant_voltage_v;
  /**
   * Current in ampere over temperature and state of charge that the chemistry takes; what a maker calls charge map.
   */
  struct bms_map map_a;
  /**
   * Current in ampere over temperature and state of charge above which lithium would plate on the negative electrode.
   * Where it is what limits the charge, heat is asked for.
   */
  struct bms_map plating_a;
  /**
   * Stages of a multistage charge, with falling currents; null where the map says it all. Copied by `bms_charge_begin`.
   */
  const struct bms_stage *stages;
  /**
   * How many these are, at most `BMS_MAX_STAGES`.
   */
  size_t stage_count;
  /**
   * Heat is asked for below this temperature of the coldest sensor only, and once asked for up to it.
   */
  float heat_until_k;
  /**
   * Hot cells.
   */
  struct bms_derating hot;
  /**
   * Highest voltage of the inlet.
   */
  float inlet_voltage_v;
  /**
   * Highest current of the inlet.
   */
  float inlet_current_a;
  /**
   * Contacts of the inlet that grow hot.
   */
  struct bms_derating inlet_hot;
  /**
   * How far above the target voltage the voltage lies that the charger must never pass.
   */
  float voltage_margin_v;
  /**
   * How fast the request rises, in ampere per second. It falls at once.
   */
  float rise_a_per_s;
  /**
   * With the highest cell at its voltage the charge is over once no more than this current is asked for...
   */
  float finish_current_a;
  /**
   * ...for this long without a break.
   */
  float finish_hold_s;
  /**
   * The charge is over once the cell voltage has been what limits the current for this long in all.
   */
  float finish_longest_s;
} bms_charging_config;

/**
 * A number that a sensor gives, in the unit that the field's name ends with.
 */
typedef struct bms_sample {
  /**
   * The number. Looked at where it is new; any number may come, what can be believed of it is judged by the library.
   */
  float value;
  /**
   * 1 where it arrived since the last step, 0 where there is nothing new.
   */
  uint8_t is_new;
} bms_sample;

/**
 * What is known of a charger and its plug. Numbers are those of the charger's last message.
 */
typedef struct bms_charger {
  /**
   * Voltage at the charger's output.
   */
  float voltage_v;
  /**
   * Current that the charger gives; positive while it charges the battery, as chargers count it.
   */
  float current_a;
  /**
   * Highest voltage that the charger can give.
   */
  float voltage_max_v;
  /**
   * Lowest voltage that the charger can give.
   */
  float voltage_min_v;
  /**
   * Highest current that the charger can give at present; not negative.
   */
  float current_max_a;
  /**
   * Highest power that the charger can give at present; not negative.
   */
  float power_max_w;
  /**
   * Temperature of the charging inlet's contacts.
   */
  struct bms_sample inlet_temperature_k;
  /**
   * 1 where a message arrived since the last step.
   */
  uint8_t is_new;
  /**
   * What the charger is doing: one of `bms_charger_phase`.
   */
  uint8_t phase;
  /**
   * Whether a plug is in the inlet: 0 or 1.
   */
  uint8_t plugged;
  /**
   * Whether the plug is locked: 0 or 1.
   */
  uint8_t locked;
} bms_charger;

/**
 * What a request is made from, beside what the pack knows.
 */
typedef struct bms_charge_inputs {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Highest charge current that schedule or site leave; infinite where there is none. What is not a number counts as zero.
   */
  float schedule_current_a;
  /**
   * Highest charge power that they leave; infinite where there is none. What is not a number counts as zero.
   */
  float schedule_power_w;
  /**
   * State of charge of the pack at which the charge is over; at 1 it is over when the current has fallen.
   */
  float target_soc;
  /**
   * The charger's message, as in `bms_inputs`. Limits of a charger lower the request, and never raise it.
   */
  struct bms_charger charger;
  /**
   * Last known temperature of the inlet's contacts, looked at where it is measured.
   */
  float inlet_temperature_k;
  /**
   * Whether that is measured: 0 or 1.
   */
  uint8_t has_inlet_temperature;
  /**
   * Whether charging is wanted now: 0 asks for zero current, and the charge goes on afterwards.
   */
  uint8_t wanted;
} bms_charge_inputs;

/**
 * What is wrong with a configuration. Names of fields are those of the core, which have no unit at their end; what begins
 * with none of the names of `bms_config` is part of it all the same.
 */
typedef struct bms_config_error {
  /**
   * Size of this struct, set by the caller.
   */
  uint32_t struct_size;
  /**
   * Place in a table; 0 for a single value.
   */
  uint32_t index;
  /**
   * What was found. Voltages in volts, currents in ampere, times in milliseconds, temperatures in degrees Celsius in
   * comparisons of two fields and else in kelvin.
   */
  float value;
  /**
   * What it was compared with.
   */
  float bound;
  /**
   * What it has to be.
   */
  bms_expected expected;
  /**
   * The field, zero-terminated.
   */
  char field[BMS_FIELD_SIZE];
  /**
   * The other field where two contradict each other, zero-terminated; else empty.
   */
  char other_field[BMS_FIELD_SIZE];
} bms_config_error;

/**
 * What to ask a charger for. Tell the pack in the next step what you asked for (`bms_commands`).
 */
typedef struct bms_charge_request {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Current into the battery, never negative.
   */
  float current_a;
  /**
   * Voltage that the charger holds at most while it charges: every cell at its voltage, within what charger and inlet can.
   */
  float target_voltage_v;
  /**
   * Voltage that the charger must never pass.
   */
  float maximum_voltage_v;
  /**
   * The fault that keeps the current down; 0 where it is none.
   */
  uint16_t fault;
  /**
   * What keeps the current from being higher.
   */
  bms_request_reason reason;
  /**
   * Why the battery allows no more, where that is the reason; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The stage of a multistage charge, where that is the reason; else 0.
   */
  uint8_t stage;
  /**
   * What the cells need.
   */
  bms_conditioning conditioning;
  /**
   * Why the charge is over.
   */
  bms_completion completion;
} bms_charge_request;

/**
 * What the vehicle and its battery are (BRM), and time-outs.
 */
typedef struct bms_gbt_config {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Rated capacity of the battery.
   */
  float capacity_c;
  /**
   * Rated voltage of the battery.
   */
  float voltage_v;
  /**
   * Number of the battery.
   */
  uint32_t serial;
  /**
   * Charges so far, below 2^24.
   */
  uint32_t charges;
  /**
   * First CRM after the handshake.
   */
  uint32_t recognition_ms;
  /**
   * CRM that recognises.
   */
  uint32_t recognised_ms;
  /**
   * CML.
   */
  uint32_t capability_ms;
  /**
   * CRO that is ready, after the first BRO that is.
   */
  uint32_t ready_ms;
  /**
   * CCS.
   */
  uint32_t output_ms;
  /**
   * CST after the first BST.
   */
  uint32_t stop_ms;
  /**
   * CSD after the first BST.
   */
  uint32_t statistics_ms;
  /**
   * Year in which the battery was made, from 1985.
   */
  uint16_t made_year;
  /**
   * Month in which it was made.
   */
  uint8_t made_month;
  /**
   * Day on which it was made.
   */
  uint8_t made_day;
  /**
   * Type of the battery: 1 lead-acid, 2 nickel, 3 LFP, 4 LMO, 5 LCO, 6 NMC, 7 polymer, 8 LTO, 255 other.
   */
  uint8_t battery;
  /**
   * Whether the battery is the vehicle's own rather than rented: 0 or 1.
   */
  uint8_t owned;
  /**
   * Whether `software` is told: 0 or 1.
   */
  uint8_t has_software;
  /**
   * Maker of the battery, ASCII.
   */
  uint8_t maker[4];
  /**
   * Vehicle identification number, ASCII.
   */
  uint8_t vin[17];
  /**
   * Version of the software.
   */
  uint8_t software[8];
} bms_gbt_config;

/**
 * A CAN frame with an extended identifier, 250 kbit/s.
 */
typedef struct bms_frame {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * 29-bit identifier.
   */
  uint32_t id;
  /**
   * Bytes, 0 to 8.
   */
  uint8_t length;
  /**
   * The bytes; those behind `length` do not matter.
   */
  uint8_t data[8];
} bms_frame;

/**
 * What a charge costs until some state of charge.
 */
typedef struct bms_leg {
  /**
   * Time from now; 0 where it is reached, infinite where the present limits never get there.
   */
  float time_s;
  /**
   * Energy into the battery's terminals from now; negative where there is more already.
   */
  float energy_j;
} bms_leg;

/**
 * What a charger has to know of the battery: one value for every protocol (`bms_needs_...`, `bms_gbt_step`). Currents and
 * powers are magnitudes into the battery. A program may change fields before it hands it on.
 */
typedef struct bms_needs {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * What to give now.
   */
  float current_a;
  /**
   * At most up to this voltage.
   */
  float voltage_v;
  /**
   * Voltage of the battery.
   */
  float present_voltage_v;
  /**
   * Highest current that the battery will ask for at its present temperature.
   */
  float current_max_a;
  /**
   * Lowest current that is of use.
   */
  float current_min_a;
  /**
   * Voltage that must never be passed.
   */
  float voltage_max_v;
  /**
   * Voltage of the empty battery.
   */
  float voltage_min_v;
  /**
   * Highest power that the battery will ask for.
   */
  float power_max_w;
  /**
   * Lowest power that is of use.
   */
  float power_min_w;
  /**
   * Energy between empty and full, as the battery is now.
   */
  float capacity_j;
  /**
   * State of charge now.
   */
  float present_soc;
  /**
   * As in `bms_goals`.
   */
  float minimum_soc;
  /**
   * As in `bms_goals`.
   */
  float bulk_soc;
  /**
   * As in `bms_goals`.
   */
  float target_soc;
  /**
   * As in `bms_goals`.
   */
  float maximum_soc;
  /**
   * As in `bms_goals`.
   */
  float departure_s;
  /**
   * As in `bms_forecast`.
   */
  struct bms_leg to_minimum;
  /**
   * As in `bms_forecast`.
   */
  struct bms_leg to_bulk;
  /**
   * As in `bms_forecast`.
   */
  struct bms_leg to_target;
  /**
   * As in `bms_forecast`.
   */
  struct bms_leg to_maximum;
  /**
   * Highest discharge current, where energy may be given back.
   */
  float discharge_current_max_a;
  /**
   * Highest discharge power, where energy may be given back.
   */
  float discharge_power_max_w;
  /**
   * Energy that may be taken out, where energy may be given back.
   */
  float discharge_energy_j;
  /**
   * Whether energy may be given back: 0 or 1.
   */
  uint8_t has_discharge;
  /**
   * Whether the battery is ready for energy: 0 or 1.
   */
  uint8_t is_ready;
  /**
   * What is wrong: one of `bms_ev_error`.
   */
  uint8_t error;
  /**
   * Whether the fast part is over: 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * Whether the charge is over: 0 or 1.
   */
  uint8_t is_complete;
  /**
   * Whether the inlet is hot enough to limit the charge: 0 or 1.
   */
  uint8_t inlet_is_hot;
  /**
   * What the cells need: one of `bms_conditioning`.
   */
  uint8_t conditioning;
} bms_needs;

/**
 * What a session is given in one step.
 */
typedef struct bms_session_inputs {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Highest charge current that schedule or site leave; infinite where there is none. What is not a number counts as zero.
   */
  float schedule_current_a;
  /**
   * Highest charge power that they leave; infinite where there is none. What is not a number counts as zero.
   */
  float schedule_power_w;
  /**
   * State of charge of the pack at which the charge is over; at 1 it is over when the current has fallen.
   */
  float target_soc;
  /**
   * Plug, message and temperature of the inlet, as in `bms_inputs`; its `phase` has to be one, and is not looked at.
   */
  struct bms_charger charger;
  /**
   * Voltage of the battery.
   */
  struct bms_sample pack_voltage_v;
  /**
   * Voltage on the charger's side of the contactors, by the vehicle's own sensor. Without it no contactor closes.
   */
  struct bms_sample inlet_voltage_v;
  /**
   * What the station says of itself: one of `bms_station_status`.
   */
  uint8_t station_status;
  /**
   * What its isolation monitor said last: one of `bms_station_isolation`.
   */
  uint8_t station_isolation;
  /**
   * Whether it asked to stop (`EVSENotification`): 0 or 1.
   */
  uint8_t station_stops;
  /**
   * What it answered last and agreed to: one of `bms_ask`. A session takes it for the answer to what it asked last.
   */
  uint8_t answered;
  /**
   * Whether the vehicle wants to charge: 0 or 1.
   */
  uint8_t wanted;
} bms_session_inputs;

/**
 * Which messages of the charger did not come in time (BEM): each 0 or 1.
 */
typedef struct bms_gbt_timeouts {
  /**
   * CRM that says "not recognised yet".
   */
  uint8_t recognition;
  /**
   * CRM that says "recognised".
   */
  uint8_t recognised;
  /**
   * CTS and CML.
   */
  uint8_t capability;
  /**
   * CRO.
   */
  uint8_t ready;
  /**
   * CCS.
   */
  uint8_t output;
  /**
   * CST.
   */
  uint8_t stop;
  /**
   * CSD.
   */
  uint8_t statistics;
} bms_gbt_timeouts;

/**
 * Which messages of the vehicle did not reach the charger in time, by what it says (CEM).
 */
typedef struct bms_gbt_charger_timeouts {
  /**
   * BRM.
   */
  bms_signal2 identity;
  /**
   * BCP.
   */
  bms_signal2 limits;
  /**
   * BRO.
   */
  bms_signal2 ready;
  /**
   * BCS.
   */
  bms_signal2 status;
  /**
   * BCL.
   */
  bms_signal2 demand;
  /**
   * BST.
   */
  bms_signal2 stop;
  /**
   * BSD.
   */
  bms_signal2 statistics;
} bms_gbt_charger_timeouts;

/**
 * Why one end stops (BST and CST).
 */
typedef struct bms_gbt_stop {
  /**
   * Of the vehicle: target SoC, total voltage, cell voltage, the charger stopped. Of the charger: reached, by hand, fault,
   * the vehicle stopped.
   */
  bms_signal2 reasons[4];
  /**
   * Of the vehicle: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection point 2,
   * other. Of the charger: charger hot, connector, inside hot, energy, emergency stop, other.
   */
  bms_signal2 faults[8];
  /**
   * Current, voltage.
   */
  bms_signal2 errors[2];
} bms_gbt_stop;

/**
 * Where the protocol is, and what both ends said.
 */
typedef struct bms_gbt_state {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Energy that the charger counted (CSD); looked at where `has_statistics` is 1.
   */
  float energy_j;
  /**
   * Number of the charger (CSD); looked at where `has_statistics` is 1.
   */
  uint32_t charger_number;
  /**
   * Minutes of the charge (CSD); looked at where `has_statistics` is 1.
   */
  uint16_t minutes;
  /**
   * How far the protocol is.
   */
  bms_gbt_stage stage;
  /**
   * Which messages of the charger did not come in time.
   */
  struct bms_gbt_timeouts timeouts;
  /**
   * What the charger missed; looked at where `has_charger_timeouts` is 1.
   */
  struct bms_gbt_charger_timeouts charger_timeouts;
  /**
   * What the vehicle tells as its reasons to stop; looked at where `has_stop` is 1.
   */
  struct bms_gbt_stop stop;
  /**
   * What the charger told as its reasons to stop; looked at where `has_charger_stop` is 1.
   */
  struct bms_gbt_stop charger_stop;
  /**
   * Whether the charger said that it missed messages: 0 or 1.
   */
  uint8_t has_charger_timeouts;
  /**
   * Whether the vehicle stops: 0 or 1.
   */
  uint8_t has_stop;
  /**
   * Whether the charger stopped: 0 or 1.
   */
  uint8_t has_charger_stop;
  /**
   * Whether the charger's statistics arrived: 0 or 1.
   */
  uint8_t has_statistics;
  /**
   * Whether `bms_gbt_tell_cells` is due: 0 or 1.
   */
  uint8_t cells_are_due;
  /**
   * Whether `bms_gbt_tell_temperatures` is due: 0 or 1.
   */
  uint8_t temperatures_are_due;
  /**
   * Whether `bms_gbt_tell_reserved` is due: 0 or 1.
   */
  uint8_t reserved_is_due;
} bms_gbt_state;

/**
 * What a control pilot says, and how much.
 */
typedef struct bms_pilot {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Current of each phase; 0 unless `kind` is `BMS_PILOT_CURRENT`.
   */
  float current_a;
  /**
   * What it says.
   */
  bms_pilot_kind kind;
} bms_pilot;

/**
 * An on-board charger. `bms_on_board_charger_default` fills in one of 11 kW.
 */
typedef struct bms_on_board_charger {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Voltage of a phase against neutral.
   */
  float phase_voltage_v;
  /**
   * Highest current of a phase.
   */
  float phase_current_max_a;
  /**
   * Lowest current of a phase with which it runs.
   */
  float phase_current_min_a;
  /**
   * Highest power at its output.
   */
  float power_max_w;
  /**
   * Highest current at its output.
   */
  float current_max_a;
  /**
   * Highest voltage at its output.
   */
  float voltage_max_v;
  /**
   * Power out of power in.
   */
  float efficiency_ratio;
  /**
   * Phases, 1 to 3.
   */
  uint8_t phases;
} bms_on_board_charger;

/**
 * What is never given back, and how much may be.
 */
typedef struct bms_bidirectional {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * State of charge of the pack below which nothing is given back, whatever was asked for.
   */
  float floor_soc;
  /**
   * Above the floor the current rises over this much state of charge.
   */
  float floor_ramp_soc;
  /**
   * Highest power out of the battery.
   */
  float power_max_w;
  /**
   * Energy that may be given back in all, as a warranty may limit it.
   */
  float throughput_max_j;
  /**
   * The target is to be reached this long before departure.
   */
  float margin_s;
} bms_bidirectional;

/**
 * Energy that was given back: the caller keeps it over power cycles. One that begins is all zeros but for its size.
 */
typedef struct bms_throughput {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * What is left of a milliwatt-hour.
   */
  float rest_j;
  /**
   * Whole milliwatt-hours.
   */
  uint64_t given_mwh;
} bms_throughput;

/**
 * What may be given back, as magnitudes, and why not more.
 */
typedef struct bms_give_back {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Highest discharge current.
   */
  float current_max_a;
  /**
   * Highest discharge power.
   */
  float power_max_w;
  /**
   * Energy that may be taken out.
   */
  float energy_j;
  /**
   * The fault in `reason`; 0 where it is none.
   */
  uint16_t fault;
  /**
   * What keeps the current from being higher: one of `bms_give_back_reason`.
   */
  uint8_t reason;
  /**
   * Why the battery allows no more, where that is the reason: one of `bms_limit_reason`.
   */
  uint8_t battery_reason;
  /**
   * What keeps the energy from being higher: one of `bms_give_back_reason`.
   */
  uint8_t energy_reason;
} bms_give_back;

/**
 * A number of DIN SPEC 70121 and ISO 15118-2: `value` times 10 to the power of `multiplier`, which is -3 to 3.
 */
typedef struct bms_physical {
  /**
   * The value.
   */
  int16_t value;
  /**
   * Power of ten.
   */
  int8_t multiplier;
} bms_physical;

/**
 * A number of ISO 15118-20: `value` times 10 to the power of `exponent`.
 */
typedef struct bms_rational {
  /**
   * The value.
   */
  int16_t value;
  /**
   * Power of ten.
   */
  int8_t exponent;
} bms_rational;

/**
 * `DC_EVStatus`, part of every request of a DC session by DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_ev_status {
  /**
   * `EVReady`: 0 or 1.
   */
  uint8_t is_ready;
  /**
   * `EVErrorCode`.
   */
  bms_ev_error error;
  /**
   * `EVRESSSOC`.
   */
  uint8_t soc_percent;
  /**
   * `EVRESSConditioning` (DIN SPEC 70121 only): 0 or 1.
   */
  uint8_t conditioning;
} bms_ev_status;

/**
 * `ChargeParameterDiscoveryReq` of DIN SPEC 70121 and ISO 15118-2 (DC).
 */
typedef struct bms_charge_parameters {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `DepartureTime` from now; looked at where `has_departure` is 1.
   */
  uint32_t departure_s;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVMaximumCurrentLimit`.
   */
  struct bms_physical current_max_a;
  /**
   * `EVMaximumVoltageLimit`.
   */
  struct bms_physical voltage_max_v;
  /**
   * `EVMaximumPowerLimit`.
   */
  struct bms_physical power_max_w;
  /**
   * `EVEnergyCapacity`.
   */
  struct bms_physical capacity_wh;
  /**
   * `EVEnergyRequest`.
   */
  struct bms_physical energy_request_wh;
  /**
   * `FullSOC`.
   */
  uint8_t full_soc_percent;
  /**
   * `BulkSOC`.
   */
  uint8_t bulk_soc_percent;
  /**
   * Whether there is a departure: 0 or 1.
   */
  uint8_t has_departure;
} bms_charge_parameters;

/**
 * `PreChargeReq` of DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_pre_charge {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVTargetVoltage`: that of the battery.
   */
  struct bms_physical target_voltage_v;
  /**
   * `EVTargetCurrent`: none.
   */
  struct bms_physical target_current_a;
} bms_pre_charge;

/**
 * `PowerDeliveryReq` of DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_power_delivery {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `BulkChargingComplete`: 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * `ChargingComplete`: 0 or 1.
   */
  uint8_t is_complete;
} bms_power_delivery;

/**
 * `CurrentDemandReq` of DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_current_demand {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVTargetCurrent`.
   */
  struct bms_physical target_current_a;
  /**
   * `EVTargetVoltage`.
   */
  struct bms_physical target_voltage_v;
  /**
   * `EVMaximumCurrentLimit`.
   */
  struct bms_physical current_max_a;
  /**
   * `EVMaximumVoltageLimit`.
   */
  struct bms_physical voltage_max_v;
  /**
   * `EVMaximumPowerLimit`.
   */
  struct bms_physical power_max_w;
  /**
   * `RemainingTimeToFullSoC`; looked at where `has_to_full` is 1.
   */
  struct bms_physical to_full_s;
  /**
   * `RemainingTimeToBulkSoC`; looked at where `has_to_bulk` is 1.
   */
  struct bms_physical to_bulk_s;
  /**
   * Whether the present limits get the battery full: 0 or 1.
   */
  uint8_t has_to_full;
  /**
   * Whether they get it to the bulk: 0 or 1.
   */
  uint8_t has_to_bulk;
  /**
   * `BulkChargingComplete`: 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * `ChargingComplete`: 0 or 1.
   */
  uint8_t is_complete;
} bms_current_demand;

/**
 * What a BPT message of ISO 15118-20 has besides.
 */
typedef struct bms_discharge_20 {
  /**
   * `EVMaximumDischargePower`.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumDischargePower`.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumDischargeCurrent`.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMinimumDischargeCurrent`.
   */
  struct bms_rational current_min_a;
} bms_discharge_20;

/**
 * `DC_ChargeParameterDiscoveryReq` of ISO 15118-20.
 */
typedef struct bms_charge_parameters_20 {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `EVMaximumChargePower`.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumChargePower`.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumChargeCurrent`.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMinimumChargeCurrent`.
   */
  struct bms_rational current_min_a;
  /**
   * `EVMaximumVoltage`.
   */
  struct bms_rational voltage_max_v;
  /**
   * `EVMinimumVoltage`.
   */
  struct bms_rational voltage_min_v;
  /**
   * BPT; looked at where `has_discharge` is 1.
   */
  struct bms_discharge_20 discharge;
  /**
   * `TargetSOC`.
   */
  uint8_t target_soc_percent;
  /**
   * Whether energy may be given back: 0 or 1.
   */
  uint8_t has_discharge;
} bms_charge_parameters_20;

/**
 * `ScheduleExchangeReq` of ISO 15118-20, and the energies of a dynamic charge loop.
 */
typedef struct bms_energies_20 {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `DepartureTime` from now; looked at where `has_departure` is 1.
   */
  uint32_t departure_s;
  /**
   * `EVTargetEnergyRequest`.
   */
  struct bms_rational target_wh;
  /**
   * `EVMaximumEnergyRequest`.
   */
  struct bms_rational maximum_wh;
  /**
   * `EVMinimumEnergyRequest`; negative where energy may be given back.
   */
  struct bms_rational minimum_wh;
  /**
   * `EVMaximumV2XEnergyRequest`; looked at where `has_v2x` is 1.
   */
  struct bms_rational v2x_maximum_wh;
  /**
   * `EVMinimumV2XEnergyRequest`; looked at where `has_v2x` is 1.
   */
  struct bms_rational v2x_minimum_wh;
  /**
   * `MinimumSOC`.
   */
  uint8_t minimum_soc_percent;
  /**
   * `TargetSOC`.
   */
  uint8_t target_soc_percent;
  /**
   * Whether there is a departure: 0 or 1.
   */
  uint8_t has_departure;
  /**
   * Whether energy may be given back: 0 or 1.
   */
  uint8_t has_v2x;
} bms_energies_20;

/**
 * `DC_ChargeLoopReq` of ISO 15118-20: the fields of every control mode.
 */
typedef struct bms_charge_loop_20 {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `EVPresentVoltage`.
   */
  struct bms_rational present_voltage_v;
  /**
   * `EVTargetCurrent` (scheduled).
   */
  struct bms_rational target_current_a;
  /**
   * `EVTargetVoltage` (scheduled).
   */
  struct bms_rational target_voltage_v;
  /**
   * `EVMaximumChargePower`.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumChargePower`.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumChargeCurrent`: what is asked for now, so that a charger in dynamic mode does not give more.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMaximumVoltage`.
   */
  struct bms_rational voltage_max_v;
  /**
   * `EVMinimumVoltage`.
   */
  struct bms_rational voltage_min_v;
  /**
   * BPT; looked at where `has_discharge` is 1.
   */
  struct bms_discharge_20 discharge;
  /**
   * Whether energy may be given back: 0 or 1.
   */
  uint8_t has_discharge;
} bms_charge_loop_20;

/**
 * `DisplayParameters` of ISO 15118-20.
 */
typedef struct bms_display_20 {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `RemainingTimeToMinimumSOC`; looked at where `has_to_minimum` is 1.
   */
  uint32_t to_minimum_s;
  /**
   * `RemainingTimeToTargetSOC`; looked at where `has_to_target` is 1.
   */
  uint32_t to_target_s;
  /**
   * `RemainingTimeToMaximumSOC`; looked at where `has_to_maximum` is 1.
   */
  uint32_t to_maximum_s;
  /**
   * `BatteryEnergyCapacity`.
   */
  struct bms_rational capacity_wh;
  /**
   * `PresentSOC`.
   */
  uint8_t present_soc_percent;
  /**
   * `MinimumSOC`.
   */
  uint8_t minimum_soc_percent;
  /**
   * `TargetSOC`.
   */
  uint8_t target_soc_percent;
  /**
   * `MaximumSOC`.
   */
  uint8_t maximum_soc_percent;
  /**
   * Whether the present limits get there: 0 or 1.
   */
  uint8_t has_to_minimum;
  /**
   * Whether the present limits get there: 0 or 1.
   */
  uint8_t has_to_target;
  /**
   * Whether the present limits get there: 0 or 1.
   */
  uint8_t has_to_maximum;
  /**
   * `ChargingComplete`: 0 or 1.
   */
  uint8_t is_complete;
  /**
   * `InletHot`: 0 or 1.
   */
  uint8_t inlet_is_hot;
} bms_display_20;

/**
 * What a station hands on as `NotifyEVChargingNeeds` of OCPP 2.0.1 (`DCChargingParametersType`).
 */
typedef struct bms_station_needs {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * `evMaxCurrent`.
   */
  uint32_t current_max_a;
  /**
   * `evMaxVoltage`.
   */
  uint32_t voltage_max_v;
  /**
   * `evMaxPower`.
   */
  uint32_t power_max_w;
  /**
   * `energyAmount`.
   */
  uint32_t energy_wh;
  /**
   * `evEnergyCapacity`.
   */
  uint32_t capacity_wh;
  /**
   * `departureTime` from now, where OCPP wants a date; looked at where `has_departure` is 1.
   */
  uint32_t departure_s;
  /**
   * `stateOfCharge`.
   */
  uint8_t soc_percent;
  /**
   * `fullSoC`.
   */
  uint8_t full_soc_percent;
  /**
   * `bulkSoC`.
   */
  uint8_t bulk_soc_percent;
  /**
   * Whether there is a departure: 0 or 1.
   */
  uint8_t has_departure;
} bms_station_needs;

/**
 * The states of charge that somebody asks about, of the pack, 0 to 1.
 */
typedef struct bms_goals {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * What has to be there in any case, and stays in the battery when it gives energy back.
   */
  float minimum_soc;
  /**
   * Where the fast part of the charge ends.
   */
  float bulk_soc;
  /**
   * Where the charge ends.
   */
  float target_soc;
  /**
   * As far as the battery may be charged at all.
   */
  float maximum_soc;
  /**
   * Time until departure; infinite or not a number where nobody said.
   */
  float departure_s;
} bms_goals;

/**
 * A charge as it will go if nothing changes: limits of charger and schedule and the temperature stay.
 */
typedef struct bms_forecast {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * To `minimum_soc`.
   */
  struct bms_leg to_minimum;
  /**
   * To `bulk_soc`.
   */
  struct bms_leg to_bulk;
  /**
   * To `target_soc`.
   */
  struct bms_leg to_target;
  /**
   * To `maximum_soc`. A battery is also full once its current has fallen to the cut-off.
   */
  struct bms_leg to_maximum;
  /**
   * The fault in `reason`; 0 where it is none.
   */
  uint16_t fault;
  /**
   * What takes most of the time to the target; what stops it where it is never reached.
   */
  bms_request_reason reason;
  /**
   * Why the battery allows no more, where that is the reason; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The stage of a multistage charge, where that is the reason; else 0.
   */
  uint8_t stage;
} bms_forecast;

/**
 * Time-outs and tolerances of a DC session.
 */
typedef struct bms_session_config {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * From the plug until the charger's parameters are known.
   */
  uint32_t ready_ms;
  /**
   * Cable check.
   */
  uint32_t cable_check_ms;
  /**
   * Precharge.
   */
  uint32_t precharge_ms;
  /**
   * From the permission to close until the battery is connected.
   */
  uint32_t close_ms;
  /**
   * Answer to a request for power, or for its end.
   */
  uint32_t power_ms;
  /**
   * From the request of zero current until the contactors open in any case.
   */
  uint32_t ramp_down_ms;
  /**
   * From the command to open until the battery says that it did.
   */
  uint32_t open_ms;
  /**
   * The inlet has to be without voltage this long after the contactors opened.
   */
  uint32_t weld_ms;
  /**
   * Answer to the end of a session.
   */
  uint32_t stop_ms;
  /**
   * A charger may contradict what is measured, or give more than asked for, for this long.
   */
  uint32_t mismatch_ms;
  /**
   * A charger may be above the maximum voltage for this long.
   */
  uint32_t over_voltage_ms;
  /**
   * A charger has this long to hear of a lower request.
   */
  uint32_t follow_ms;
  /**
   * It comes down at least so fast then, in ampere per second.
   */
  float follow_a_per_s;
  /**
   * How near the inlet has to come to the battery before contactors close.
   */
  float precharge_window_v;
  /**
   * An inlet below this voltage is safe.
   */
  float safe_voltage_v;
  /**
   * Contactors open below this current, or when the time is over.
   */
  float low_current_a;
  /**
   * How far the voltage that the charger says may be from that at the inlet.
   */
  float voltage_tolerance_v;
  /**
   * How far a current may be above what was asked for, and the measured one from the reported one.
   */
  float current_tolerance_a;
  /**
   * The same, besides, in proportion to the current.
   */
  float current_tolerance_ratio;
  /**
   * What the vehicle's own loads take of the charger's current at most.
   */
  float auxiliary_current_a;
  /**
   * Who brings the voltages together: one of `bms_precharge_by`.
   */
  uint8_t precharge_by;
  /**
   * Whether a charger whose isolation monitor warns is accepted: 0 or 1.
   */
  uint8_t accept_isolation_warning;
} bms_session_config;

/**
 * What a session came to in one step.
 */
typedef struct bms_session_outputs {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Current to ask the charger for; zero but in `BMS_SESSION_STATE_CHARGING`.
   */
  float current_a;
  /**
   * Voltage to ask the charger for now.
   */
  float target_voltage_v;
  /**
   * Voltage that the charger must never pass while energy flows.
   */
  float maximum_voltage_v;
  /**
   * The highest current that was asked for of late: what the battery watches the charger with.
   */
  float current_asked_a;
  /**
   * The highest voltage that the charger may have now: what the battery watches the charger with.
   */
  float voltage_limit_v;
  /**
   * The fault that keeps the current down; 0 where it is none.
   */
  uint16_t fault;
  /**
   * The fault of the battery that ended the session; 0 where it was none.
   */
  uint16_t end_fault;
  /**
   * Where the session is.
   */
  bms_session_state state;
  /**
   * What to ask the charger for.
   */
  bms_ask ask;
  /**
   * What keeps the current from being higher.
   */
  bms_request_reason reason;
  /**
   * Why the battery allows no more, where that is the reason; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The stage of a multistage charge, where that is the reason; else 0.
   */
  uint8_t stage;
  /**
   * What the cells need.
   */
  bms_conditioning conditioning;
  /**
   * Why the charge is over.
   */
  bms_completion completion;
  /**
   * What to ask of the battery, for `bms_commands.request`.
   */
  bms_request battery_request;
  /**
   * For `bms_charger.phase` of `bms_inputs`.
   */
  bms_charger_phase phase;
  /**
   * How it ended.
   */
  bms_session_end end;
  /**
   * The state that took too long, where that is how it ended; else `BMS_SESSION_STATE_IDLE`.
   */
  bms_session_state end_state;
  /**
   * What is wrong (`EVErrorCode`).
   */
  bms_ev_error error;
  /**
   * What was found at the inlet after the contactors opened.
   */
  bms_weld weld;
  /**
   * Whether the battery may be charged, for `bms_commands.charging_allowed`: 0 or 1.
   */
  uint8_t charging_allowed;
  /**
   * Whether the vehicle is ready for energy (`EVReady`): 0 or 1.
   */
  uint8_t is_ready;
  /**
   * Whether no current is asked for while charging, for a reason that is no fault: 0 or 1.
   */
  uint8_t is_paused;
  /**
   * Whether the vehicle's isolation monitor may measure: 0 or 1.
   */
  uint8_t isolation_monitor_allowed;
  /**
   * Whether the plug may be unlocked: 0 or 1.
   */
  uint8_t may_unlock;
} bms_session_outputs;

/**
 * One value for each contactor: 1 for closed, 0 for open.
 */
typedef struct bms_contactors {
  /**
   * Between the positive end of the cells and the link.
   */
  uint8_t main_positive;
  /**
   * Between the negative end of the cells and the link.
   */
  uint8_t main_negative;
  /**
   * In series with the precharge resistor, across the positive main contactor.
   */
  uint8_t precharge;
} bms_contactors;

/**
 * What the vehicle asks for in this step.
 *
 * `bms_commands_default` fills one in that asks for nothing.
 */
typedef struct bms_commands {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Voltage that the charger was asked not to exceed.
   */
  float charger_voltage_limit_v;
  /**
   * Current that the charger was asked for; positive while it charges the battery, as chargers count it.
   */
  float charger_current_request_a;
  /**
   * 1 where a command message arrived since the last step; the other fields are those of the last one.
   */
  uint8_t is_new;
  /**
   * What the vehicle wants: one of `bms_request`.
   */
  uint8_t request;
  /**
   * 1: latched faults whose condition is gone may leave.
   */
  uint8_t acknowledge;
  /**
   * Which contactors the vehicle commands closed, where it drives them itself (`BMS_REQUEST_SUPERVISE`).
   */
  struct bms_contactors contactors;
  /**
   * Whether the battery may be charged, by a charger or by regeneration: 0 or 1.
   */
  uint8_t charging_allowed;
  /**
   * Whether the coolant pump is commanded on: 0 or 1.
   */
  uint8_t pump_is_on;
  /**
   * Whether the heater is commanded on: 0 or 1.
   */
  uint8_t heater_is_on;
} bms_commands;

/**
 * A cell described by tables that the caller keeps, in flash if need be, for as long as the pack is used.
 *
 * The terminal voltage of the model is, with discharge current `I > 0`,
 *
 * ```text
 * v = OCV(z,T) + M(z,T) h - R0(z,T) I - Rct(z,T) Ik(T) asinh(I / Ik(T)) - sum_j Rj(z,T) xj
 * ```
 *
 * where `xj` is the current after a low-pass of unit gain and time constant `tau_j`, and `h` in `[-1, 1]` is the
 * hysteresis state, -1 after a long discharge, +1 after a long charge. `Rct` has one table for discharge and one
 * for charge.
 *
 * All maps but the OCV share one grid of SoC and temperature nodes and are stored row by row: for each
 * temperature, all SoC nodes. Between temperature nodes, and beyond them, resistances follow Arrhenius' law with
 * `activation_energy_j_per_mol`; along SoC they are interpolated linearly and held constant beyond the ends.
 */
typedef struct bms_cell_config {
  /**
   * Charge between full and empty at 25 degC and low rate; positive.
   */
  float capacity_c;
  /**
   * Terminal voltage of an empty cell, the lower end of the operating window; positive.
   */
  float voltage_min_v;
  /**
   * Terminal voltage of a full cell, the upper end of the operating window; above `voltage_min`.
   */
  float voltage_max_v;
  /**
   * SoC nodes of the OCV table, increasing by more than 0.0001, first 0, last 1.
   */
  struct bms_table ocv_soc;
  /**
   * Temperature nodes of the OCV table, in kelvin, increasing; at least one.
   */
  struct bms_table ocv_temperature_k;
  /**
   * OCV in volts, row by row: for each temperature all SoC nodes; increasing along SoC.
   */
  struct bms_table ocv_v;
  /**
   * SoC nodes of all other maps, increasing by more than 0.0001, within 0 to 1; at least two.
   */
  struct bms_table soc;
  /**
   * Temperature nodes of all other maps, in kelvin, increasing; at least one.
   */
  struct bms_table temperature_k;
  /**
   * Ohmic resistance map, in ohm, positive.
   */
  struct bms_table r0_ohm;
  /**
   * Charge-transfer resistance map at small discharge current, in ohm, not negative.
   */
  struct bms_table charge_transfer_discharge_ohm;
  /**
   * Charge-transfer resistance map at small charge current, in ohm, not negative.
   */
  struct bms_table charge_transfer_charge_ohm;
  /**
   * Knee current of the charge transfer for each temperature node, in ampere, positive. Far below it the
   * charge transfer is a resistance, far above it the voltage grows with the logarithm of the current
   * (Butler-Volmer with equal transfer coefficients).
   */
  struct bms_table knee_current_a;
  /**
   * Time constant of each RC branch, in seconds, positive, increasing; 1 to 4.
   */
  struct bms_table branch_tau_s;
  /**
   * Resistance maps of the branches one after the other, in ohm, not negative.
   */
  struct bms_table branch_ohm;
  /**
   * Half of the gap between charge and discharge OCV, a map in volts, not negative.
   */
  struct bms_table hysteresis_v;
  /**
   * Change of SoC over which the hysteresis state moves by a factor e towards its end; positive.
   */
  float hysteresis_soc;
  /**
   * Activation energy of all resistances, in joule per mole, not negative.
   */
  float activation_energy_j_per_mol;
  /**
   * One standard deviation of what this description does not know of the voltage, for each temperature node,
   * in volts, positive.
   */
  struct bms_table voltage_error_v;
} bms_cell_config;

/**
 * The trust of the estimator in its model and its sensors. One set serves all cells, temperatures and drives.
 *
 * Currents are given as C-rates (multiples of capacity per hour), so that one set serves cells of any size.
 * Every value is one standard deviation unless it says otherwise.
 *
 * The default was chosen on drives of three cells that docs/accuracy.md names, and serves all of them.
 */
typedef struct bms_estimator_tuning {
  /**
   * Error of a believed initial SoC.
   */
  float initial_soc_sigma;
  /**
   * Branch currents before the first sample: the cell may have been in use, C-rate.
   */
  float initial_branch_c_rate;
  /**
   * Hysteresis state before the first sample, of a range of -1 to 1.
   */
  float initial_hysteresis_sigma;
  /**
   * White noise of the current sensor, C-rate times square root of seconds.
   */
  float current_noise_c_rate_sqrt_s;
  /**
   * Offset of the current sensor before the first sample, C-rate.
   */
  float current_bias_c_rate;
  /**
   * Wander of the current sensor's offset, C-rate per square root of second.
   */
  float current_bias_drift_c_rate_per_sqrt_s;
  /**
   * Relative error of the capacity together with the gain of the current sensor.
   */
  float capacity_scale_sigma;
  /**
   * Relative error of all resistances, for age and temperature.
   */
  float resistance_scale_sigma;
  /**
   * Time in seconds after which the resistance error has become another one.
   */
  float resistance_scale_time_s;
  /**
   * Relative error of a branch current, for what a few RC branches do not show of diffusion.
   */
  float branch_error;
  /**
   * Noise of the voltage, volts times square root of seconds.
   *
   * Far above that of a sensor: the model's errors last over many samples, and a filter that took each sample for
   * new evidence would believe them. Being a density, it makes the result independent of the sample rate.
   */
  float voltage_noise_v_sqrt_s;
  /**
   * More such noise in proportion to the voltage drop over the resistances, square root of seconds.
   */
  float drop_noise_sqrt_s;
  /**
   * Lasting voltage error as a factor on the cell description's own `voltage_error_v`.
   */
  float voltage_error_factor;
  /**
   * Lasting voltage error as part of the voltage drop over the resistances.
   */
  float drop_error;
  /**
   * Error of the OCV curve along its SoC axis: where the curve is steep, a volt says less.
   */
  float ocv_soc_error;
  /**
   * Time in seconds after which the lasting voltage error has become another one.
   */
  float voltage_error_time_s;
  /**
   * Change of SoC after which the lasting voltage error has become another one.
   */
  float voltage_error_soc;
  /**
   * Innovations beyond this many of their own standard deviations count as this many.
   */
  float gate_soft_sigma;
  /**
   * Innovations beyond this many standard deviations are refused.
   */
  float gate_hard_sigma;
  /**
   * Seconds of refusals without a break after which the estimator doubts itself and opens the gate.
   */
  float gate_patience_s;
} bms_estimator_tuning;

/**
 * How the cells of a series pack differ, and what is made of it.
 *
 * Sigmas are one standard deviation. The default is meant for packs of one cell type, sorted or not, new or aged.
 */
typedef struct bms_delta_tuning {
  /**
   * Difference of a cell's SoC from the mean's before the first voltage.
   */
  float soc_sigma;
  /**
   * Relative difference of a cell's resistance.
   */
  float resistance_sigma;
  /**
   * Time in seconds after which a difference of resistance has become another one, for temperature and age.
   */
  float resistance_time_s;
  /**
   * Relative difference of a cell's inverse capacity.
   */
  float capacity_sigma;
  /**
   * Wander of the SoC differences, for self-discharge and balancing, SoC per square root of hour.
   */
  float soc_drift_per_sqrt_h;
  /**
   * Noise of one voltage reading, volts: what averages out from reading to reading.
   */
  float voltage_noise_v;
  /**
   * Error of a cell's voltage against the other cells' that stays, volts: offset of its channel, shape of its OCV.
   *
   * No number of readings teaches more than this allows; where the OCV is flat, voltages so say little.
   */
  float lasting_voltage_error_v;
  /**
   * More such error, as part of the voltage drop over the resistances: differences of temperature and of the time
   * constants.
   */
  float lasting_drop_error;
  /**
   * A cell whose voltage is this many standard deviations from what the others say does not count in the mean.
   */
  float gate_sigma;
  /**
   * A cell nearer than this to what the others say is never left out, volts.
   */
  float gate_floor_v;
  /**
   * Time in seconds over which the doubt about a cell's difference grows by a factor e while its voltage contradicts
   * it.
   */
  float doubt_time_s;
  /**
   * Cells whose difference is corrected in one step; zero for a tenth of the pack.
   */
  uint16_t updates_per_step;
  /**
   * How fast the SoC shown to a driver is corrected beside the charge that is counted, SoC per second, while the
   * error is small; an error of 5 points doubles it.
   */
  float shown_slew_per_s;
  /**
   * The same in proportion to the charge that is counted.
   */
  float shown_slew_per_soc;
} bms_delta_tuning;

/**
 * What a swing must be like to count, and how far it is believed. Sigmas are one standard deviation.
 */
typedef struct bms_capacity_tuning {
  /**
   * Relative error of the nominal capacity before anything is learned.
   */
  float initial_sigma;
  /**
   * Least change of SoC between two anchors.
   */
  float least_swing;
  /**
   * An SoC less well known than this is no anchor.
   */
  float largest_soc_sigma;
  /**
   * Relative error of the counted charge: gain of the current sensor.
   */
  float charge_gain_sigma;
  /**
   * Further error of the counted charge over a swing, as part of the nominal capacity: offset of the sensor.
   */
  float charge_offset_sigma;
  /**
   * Relative error that all swings share, of gain and OCV: no number of them teaches more.
   */
  float lasting_error;
  /**
   * Wander of the capacity per square root of a full cycle, relative: ageing.
   */
  float drift_per_sqrt_cycle;
  /**
   * A swing that contradicts what is believed by more than this many standard deviations is refused.
   */
  float gate_sigma;
} bms_capacity_tuning;

/**
 * Numbers of things, and which sensor stands for which cell.
 */
typedef struct bms_layout {
  /**
   * Cells in series, 1 to `BMS_MAX_CELLS`.
   */
  uint16_t cells;
  /**
   * Temperature sensors, 1 to `BMS_MAX_TEMPERATURE_SENSORS`.
   */
  uint16_t temperature_sensors;
  /**
   * Analogue front ends, 0 to `BMS_MAX_FRONT_ENDS`.
   */
  uint16_t front_ends;
  /**
   * For each cell the temperature sensor that stands for it: as many entries as cells, which stay there for as long as
   * the pack is used.
   */
  const uint8_t *sensor_of_cell;
} bms_layout;

/**
 * Which readings exist. What is not fitted is not looked at.
 */
typedef struct bms_fitted {
  /**
   * A second current sensor.
   * 0 or 1.
   */
  uint8_t second_current;
  /**
   * A measurement of the pack voltage as a whole.
   * 0 or 1.
   */
  uint8_t pack_voltage;
  /**
   * A measurement of the voltage on the vehicle's side of the contactors.
   * 0 or 1.
   */
  uint8_t link_voltage;
  /**
   * An isolation monitor.
   * 0 or 1.
   */
  uint8_t isolation;
  /**
   * An interlock loop.
   * 0 or 1.
   */
  uint8_t interlock;
  /**
   * Auxiliary contacts of the contactors.
   * 0 or 1.
   */
  uint8_t contactor_feedback;
  /**
   * A gas or pressure sensor.
   * 0 or 1.
   */
  uint8_t gas_sensor;
  /**
   * A coolant circuit that is reported.
   * 0 or 1.
   */
  uint8_t coolant;
  /**
   * A heater in that circuit.
   * 0 or 1.
   */
  uint8_t heater;
  /**
   * A temperature sensor in the charging inlet.
   * 0 or 1.
   */
  uint8_t inlet_temperature;
  /**
   * A measurement of the controller's supply.
   * 0 or 1.
   */
  uint8_t supply;
  /**
   * A temperature sensor at the bleed resistors.
   * 0 or 1.
   */
  uint8_t bleed_temperature;
} bms_fitted;

/**
 * When readings arrive, and how old they may become. All in milliseconds.
 */
typedef struct bms_sampling {
  /**
   * Between two ticks.
   */
  uint16_t tick_ms;
  /**
   * A tick later than this is an overrun.
   */
  uint16_t tick_late_ms;
  /**
   * Between two samples of a cell voltage.
   */
  uint16_t cell_voltage_ms;
  /**
   * Between two samples of a temperature.
   */
  uint16_t temperature_ms;
  /**
   * Between two samples of the current.
   */
  uint16_t current_ms;
  /**
   * Between two samples of the pack, link and isolation reading, and between two messages of a charger.
   */
  uint16_t pack_ms;
  /**
   * A cell voltage older than this is stale.
   */
  uint16_t cell_voltage_stale_ms;
  /**
   * A cell voltage older than this is missing.
   */
  uint16_t cell_voltage_missing_ms;
  /**
   * A temperature older than this is stale.
   */
  uint16_t temperature_stale_ms;
  /**
   * A temperature older than this is missing.
   */
  uint16_t temperature_missing_ms;
  /**
   * A current older than this is stale.
   */
  uint16_t current_stale_ms;
  /**
   * A current older than this is missing.
   */
  uint16_t current_missing_ms;
  /**
   * A pack, link or isolation reading older than this is stale.
   */
  uint16_t pack_stale_ms;
  /**
   * A pack, link or isolation reading older than this is missing.
   */
  uint16_t pack_missing_ms;
  /**
   * A command older than this is stale.
   */
  uint16_t command_stale_ms;
  /**
   * From the request of zero current until the contactors are open, at the latest.
   */
  uint16_t open_ms;
  /**
   * From the command to open at once until the contactors are open.
   */
  uint16_t open_at_once_ms;
  /**
   * From a reduced limit until the current is below it, at the latest.
   */
  uint16_t limit_ms;
} bms_sampling;

/**
 * The three levels of a limit, in the unit that the field's name ends with.
 */
typedef struct bms_levels {
  /**
   * The end of ordinary operation.
   */
  float operating;
  /**
   * Beyond it the currents are reduced.
   */
  float recommended;
  /**
   * Beyond it the contactors open.
   */
  float maximum;
} bms_levels;

/**
 * Levels for each direction of the current, in the unit that the field's name ends with.
 */
typedef struct bms_by_direction {
  /**
   * While the battery is charged.
   */
  struct bms_levels charging;
  /**
   * While it is discharged.
   */
  struct bms_levels discharging;
  /**
   * At rest.
   */
  struct bms_levels resting;
} bms_by_direction;

/**
 * How much of a current a fuse takes before it melts.
 */
typedef struct bms_fuse {
  /**
   * Currents in ampere, increasing; at and below the first the fuse carries the current for ever.
   */
  struct bms_table current_a;
  /**
   * What melts the fuse at each of these currents, in ampere squared times seconds, positive; linear in between.
   */
  struct bms_table i2t_a2s;
  /**
   * Time after which an unloaded fuse has cooled by 63 %.
   */
  float cooling_s;
  /**
   * Share of what melts the fuse at which the currents are reduced.
   */
  float recommended_ratio;
  /**
   * Share at which the contactors open.
   */
  float maximum_ratio;
} bms_fuse;

/**
 * What the battery may do.
 *
 * Currents are magnitudes. Where a limit depends on temperature and SoC, the strictest value over all temperatures and
 * states of charge of the pack holds for the whole pack.
 */
typedef struct bms_limits {
  /**
   * Highest cell voltage.
   */
  struct bms_levels cell_over_voltage_v;
  /**
   * Offset of the three by temperature and SoC, in volts, at most 0.
   */
  struct bms_map cell_over_voltage_offset_v;
  /**
   * Lowest cell voltage.
   */
  struct bms_levels cell_under_voltage_v;
  /**
   * Offset of the three by temperature and SoC, in volts, at most 0: cold cells may go lower.
   */
  struct bms_map cell_under_voltage_offset_v;
  /**
   * Cell voltage at which it is damaged for good.
   */
  float cell_deep_discharge_v;
  /**
   * How far within its limit a cell voltage has to be for its fault to leave.
   */
  float cell_voltage_hysteresis_v;
  /**
   * How far a cell may be from the mean of all.
   */
  float cell_voltage_spread_v;
  /**
   * Highest temperature.
   */
  struct bms_by_direction over_temperature_k;
  /**
   * Lowest temperature.
   */
  struct bms_by_direction under_temperature_k;
  /**
   * How far within its limit a temperature has to be for its fault to leave.
   */
  float temperature_hysteresis_k;
  /**
   * How far a sensor may be from the mean of all.
   */
  float temperature_spread_k;
  /**
   * How fast a temperature may rise, in kelvin per second.
   */
  float temperature_rise_k_per_s;
  /**
   * Highest charge current of a cell.
   */
  struct bms_levels cell_charge_current_a;
  /**
   * Factor on the three by temperature and SoC, 0 to 1.
   */
  struct bms_map cell_charge_factor;
  /**
   * Highest discharge current of a cell.
   */
  struct bms_levels cell_discharge_current_a;
  /**
   * Factor on the three by temperature and SoC, 0 to 1.
   */
  struct bms_map cell_discharge_factor;
  /**
   * Highest charge current of busbars and module connectors.
   */
  struct bms_levels string_charge_current_a;
  /**
   * Highest discharge current of busbars and module connectors.
   */
  struct bms_levels string_discharge_current_a;
  /**
   * Highest charge current of contactors and cables.
   */
  struct bms_levels pack_charge_current_a;
  /**
   * Highest discharge current of contactors and cables.
   */
  struct bms_levels pack_discharge_current_a;
  /**
   * How far within its limit a current has to be for its fault to leave, as a share of the limit.
   */
  float current_hysteresis_ratio;
  /**
   * Below this current, either way, the battery rests; with open contactors more is a fault.
   */
  float rest_current_a;
  /**
   * The main fuse.
   */
  struct bms_fuse fuse;
  /**
   * Highest pack voltage.
   */
  struct bms_levels pack_over_voltage_v;
  /**
   * Lowest pack voltage.
   */
  struct bms_levels pack_under_voltage_v;
  /**
   * How far within its limit the pack voltage has to be for its fault to leave.
   */
  float pack_voltage_hysteresis_v;
  /**
   * Largest difference of pack voltage and sum of cells, as a share of the pack's highest operating voltage.
   */
  float sum_of_cells_ratio;
  /**
   * Largest difference of link and pack voltage with closed contactors, as a share of the same.
   */
  float link_voltage_ratio;
  /**
   * Largest difference of the strongest and the weakest cell's state of charge.
   */
  float soc_spread_ratio;
} bms_limits;

/**
 * What readings can be. A reading beyond it is a fault of the reading, and is still judged as a danger.
 */
typedef struct bms_sensing {
  /**
   * Lowest cell voltage that a front end can show.
   */
  float cell_voltage_low_v;
  /**
   * Highest cell voltage that a front end can show.
   */
  float cell_voltage_high_v;
  /**
   * Largest change of a cell voltage from one sample to the next.
   */
  float cell_voltage_jump_v;
  /**
   * Largest difference of two readings of the same cell.
   */
  float cell_voltage_pair_v;
  /**
   * A move of the expected cell voltage that a reading has to follow, at least a few steps of its resolution.
   */
  float cell_voltage_move_v;
  /**
   * Lowest temperature that a sensor can show.
   */
  float temperature_low_k;
  /**
   * Highest temperature that a sensor can show.
   */
  float temperature_high_k;
  /**
   * Largest change of a temperature from one sample to the next.
   */
  float temperature_jump_k;
  /**
   * Largest difference of two readings of the same temperature.
   */
  float temperature_pair_k;
  /**
   * A move of the other temperatures that a reading has to follow.
   */
  float temperature_move_k;
  /**
   * Largest current, either way, that a sensor can show.
   */
  float current_range_a;
  /**
   * Largest change of the current from one sample to the next.
   */
  float current_jump_a;
  /**
   * Largest difference of the two current sensors, besides `current_pair_ratio`.
   */
  float current_pair_a;
  /**
   * The same in proportion to the current.
   */
  float current_pair_ratio;
  /**
   * Largest offset of a current sensor; a larger one is a fault.
   */
  float current_offset_a;
  /**
   * Highest pack or link voltage that a sensor can show; the lowest is the same with the other sign.
   */
  float pack_voltage_range_v;
  /**
   * Largest change of the pack voltage from one sample to the next, and of the link voltage with closed contactors.
   */
  float pack_voltage_jump_v;
  /**
   * Lowest voltage of the controller's supply.
   */
  float supply_low_v;
} bms_sensing;

/**
 * Contactors, precharge, isolation.
 */
typedef struct bms_high_voltage {
  /**
   * A contactor follows its command, and its feedback does, within this many milliseconds.
   */
  uint16_t contactor_settle_ms;
  /**
   * The largest current that a contactor is made to break.
   */
  float contactor_break_a;
  /**
   * How often a contactor may open.
   */
  uint32_t contactor_operations;
  /**
   * How often a contactor may open under more current than `contactor_break`.
   */
  uint16_t contactor_hard_operations;
  /**
   * The precharge resistor.
   */
  float precharge_resistance_ohm;
  /**
   * The capacitors of the link.
   */
  float link_capacitance_f;
  /**
   * Share of the pack voltage that the link has to reach for the main contactor to close.
   */
  float precharge_target_ratio;
  /**
   * Times the RC model's time within which the link has to be there.
   */
  float precharge_slow_factor;
  /**
   * Share of the RC model's time before which it must not be there. A link that nothing is connected to is told from a
   * sound one by a sample within that time.
   */
  float precharge_fast_factor;
  /**
   * Energy that the precharge resistor can take in.
   */
  float precharge_energy_j;
  /**
   * Time in seconds after which the resistor has lost most (63 %) of its heat.
   */
  float precharge_cooling_s;
  /**
   * Isolation below this is a fault: 100 ohm/V, or 500 ohm/V where alternating current is connected
   * (UN GTR 20, UN R100).
   */
  float isolation_fault_ohm_per_v;
  /**
   * Isolation below this is worth a warning.
   */
  float isolation_warning_ohm_per_v;
  /**
   * Whether a circuit with alternating current is connected conductively.
   * 0 or 1.
   */
  uint8_t alternating_current;
} bms_high_voltage;

/**
 * Coolant and runaway.
 */
typedef struct bms_thermal {
  /**
   * A temperature that rises at least this fast, in kelvin per second, is a sign of runaway: 1 K/s
   * (GB 38031-2025 C.5.3.7).
   */
  float runaway_k_per_s;
  /**
   * A cell that lost this share of its voltage is another sign: 0.25 (GB 38031-2025 C.5.3.7).
   */
  float runaway_voltage_drop_ratio;
  /**
   * The alarm has to be given this many seconds after the onset at the latest: 300 (GB 38031-2025).
   */
  float runaway_alarm_s;
  /**
   * With the heater off, coolant that enters this much above the warmest cell says that it is not.
   */
  float heater_margin_k;
} bms_thermal;

/**
 * What is allowed to chargers.
 */
typedef struct bms_charging_supervision {
  /**
   * How far the charger's voltage may be above what it was asked for.
   */
  float voltage_over_v;
  /**
   * How far its current may be above what it was asked for, besides `current_over_ratio`.
   */
  float current_over_a;
  /**
   * The same in proportion to the current.
   */
  float current_over_ratio;
  /**
   * A message older than this many milliseconds is stale.
   */
  uint16_t stale_ms;
  /**
   * How near the charger's voltage has to come to that of the pack before the contactors close: 20 V for CCS
   * (IEC 61851-23).
   */
  float precharge_window_v;
  /**
   * Highest temperature of the charging inlet.
   */
  float inlet_temperature_k;
  /**
   * Current below which a plug may be pulled.
   */
  float plug_current_a;
} bms_charging_supervision;

/**
 * What estimates may say.
 */
typedef struct bms_estimate_limits {
  /**
   * Seconds of refused voltages after which the estimator is locked out; below `estimator.gate_patience_s`, after which
   * it takes the voltages again.
   */
  float lockout_s;
  /**
   * At rest for this many seconds a voltage tells the state of charge.
   */
  float rest_s;
  /**
   * Largest difference of what the rested voltage tells and what is estimated, besides three standard deviations.
   */
  float soc_difference_ratio;
  /**
   * Capacity, as a share of the new cell's, at the end of life.
   */
  float capacity_end_of_life_ratio;
  /**
   * Resistance, as a multiple of the new cell's, at the end of life.
   */
  float resistance_end_of_life_ratio;
  /**
   * Share of the energy throughput that may not be accounted for.
   */
  float energy_imbalance_ratio;
} bms_estimate_limits;

/**
 * Passive balancing.
 */
typedef struct bms_balancing {
  /**
   * Bleed resistor of one cell.
   */
  float resistance_ohm;
  /**
   * A cell that is this much above the weakest one, in state of charge, starts to be bled.
   */
  float start_ratio;
  /**
   * A cell that is being bled goes on until it is only this much above.
   */
  float stop_ratio;
  /**
   * No cell is bled below this voltage.
   */
  float lowest_voltage_v;
  /**
   * No cell is bled below this mean state of charge.
   */
  float lowest_soc;
  /**
   * The bleed resistors stay below this temperature, where it is measured.
   */
  float highest_temperature_k;
  /**
   * Bleeding lasts this many milliseconds, then all resistors are off for `measure_ms`.
   */
  uint16_t bleed_ms;
  /**
   * All resistors are off for this many milliseconds, in which voltages are measured.
   */
  uint16_t measure_ms;
  /**
   * A voltage counts for the estimates after the resistor of its cell has been off for this many milliseconds.
   */
  uint16_t settle_ms;
  /**
   * Cells that are bled at the same time, at most.
   */
  uint16_t channels;
  /**
   * Whether two neighbours are never bled at the same time: for the heat, and for front ends that share a wire.
   * 0 or 1.
   */
  uint8_t spare_neighbours;
} bms_balancing;

/**
 * How modes change, currents are limited and cells are balanced.
 */
typedef struct bms_control {
  /**
   * Every reading has to have arrived within this many milliseconds after the start.
   */
  uint16_t self_test_ms;
  /**
   * Precharges that may fail before the request has to be taken back.
   */
  uint8_t precharge_attempts;
  /**
   * Seconds from a failed precharge to the next.
   */
  uint16_t precharge_pause_s;
  /**
   * After one main contactor has opened the link has to leave the pack's voltage (by a tenth) within this many
   * milliseconds, or the contactor counts as welded; 0 where nothing discharges the link, and there is no such test.
   */
  uint16_t weld_test_ms;
  /**
   * Share of the pack voltage at and below which the link counts as fallen, and the test ends early.
   */
  float link_fallen_ratio;
  /**
   * Share of the hardware's current that a fault leaves where too little is known.
   */
  float limp_ratio;
  /**
   * Seconds in which a limit rises from nothing to the hardware's current.
   */
  float limit_rise_s;
  /**
   * A current that is allowed could be held for as many seconds before a cell comes to its voltage limit.
   */
  float horizon_s;
  /**
   * Below this state of charge of the weakest cell the discharge current falls in proportion.
   */
  float empty_ramp_ratio;
  /**
   * Less than this below full, of the strongest cell, the charge current falls in proportion.
   */
  float full_ramp_ratio;
  /**
   * Passive balancing.
   */
  struct bms_balancing balancing;
} bms_control;

/**
 * Other times than the catalogue's for one fault.
 */
typedef struct bms_fault_timing {
  /**
   * The fault's number.
   */
  uint16_t fault;
  /**
   * Milliseconds for which the condition has to hold before the fault is reported, 0 to 30000.
   */
  uint16_t qualify_ms;
  /**
   * Milliseconds for which it has to be gone before the fault may leave, 0 to 30000.
   */
  uint16_t recover_ms;
} bms_fault_timing;

/**
 * A pack: its cells, its sensors, its limits. `bms_config_default` fills one in to start from, `bms_config_check` says
 * whether the values fit together.
 *
 * `bms_init` copies it; only its tables (`bms_table`, `sensor_of_cell`) have to stay where they are.
 */
typedef struct bms_config {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * `BMS_ABI_VERSION`.
   */
  uint32_t abi_version;
  /**
   * One cell of the series; a group of cells in parallel counts as one, with the capacity of all and the resistance of
   * the group.
   */
  struct bms_cell_config cell;
  /**
   * How far the estimator of the mean cell trusts model and sensors.
   */
  struct bms_estimator_tuning estimator;
  /**
   * How far the estimator of the cells' differences does.
   */
  struct bms_delta_tuning deltas;
  /**
   * What teaches the capacity, and how much.
   */
  struct bms_capacity_tuning capacity;
  /**
   * Numbers of things, and which sensor stands for which cell.
   */
  struct bms_layout layout;
  /**
   * Which readings exist.
   */
  struct bms_fitted fitted;
  /**
   * When readings arrive, and how old they may become.
   */
  struct bms_sampling sampling;
  /**
   * What the battery may do.
   */
  struct bms_limits limits;
  /**
   * What readings can be.
   */
  struct bms_sensing sensing;
  /**
   * Contactors, precharge, isolation.
   */
  struct bms_high_voltage high_voltage;
  /**
   * Coolant and runaway.
   */
  struct bms_thermal thermal;
  /**
   * What is allowed to chargers.
   */
  struct bms_charging_supervision charging;
  /**
   * What estimates may say.
   */
  struct bms_estimate_limits estimates;
  /**
   * How modes change, currents are limited and cells are balanced.
   */
  struct bms_control control;
  /**
   * Faults whose times are other ones than the catalogue's; may be null where there is none. Looked at by `bms_init`
   * only.
   */
  const struct bms_fault_timing *timings;
  /**
   * How many these are.
   */
  size_t timing_count;
} bms_config;

/**
 * What a fault is, as the catalogue has it.
 */
typedef struct bms_fault_info {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Stable number; never used again for another fault.
   */
  uint16_t number;
  /**
   * The catalogue's time in milliseconds for which the condition has to hold before the fault is reported.
   */
  uint16_t qualify_ms;
  /**
   * The catalogue's time in milliseconds for which it has to be gone before the fault may leave.
   */
  uint16_t recover_ms;
  /**
   * How bad it is.
   */
  bms_severity severity;
  /**
   * What is done.
   */
  bms_reaction reaction;
  /**
   * How it leaves.
   */
  bms_latch latch;
  /**
   * The level, where the fault is one of three for the same quantity.
   */
  bms_level level;
  /**
   * Of what there is one test each.
   */
  bms_source source;
  /**
   * Name for people, in English, zero-terminated.
   */
  char name[BMS_FAULT_NAME_SIZE];
} bms_fault_info;

/**
 * The state of one fault.
 */
typedef struct bms_fault {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Stable number.
   */
  uint16_t number;
  /**
   * Status byte of ISO 14229-1.
   */
  uint8_t dtc_status;
  /**
   * Whether it is qualified, or latched: 0 or 1.
   */
  uint8_t is_present;
  /**
   * Whether its condition holds at present, as qualified: 0 or 1.
   */
  uint8_t is_qualified;
  /**
   * Whether a record of it is kept: 0 or 1.
   */
  uint8_t has_record;
} bms_fault;

/**
 * What is kept of one fault, with the pack at the moment it was qualified last. What was not known is not a number.
 */
typedef struct bms_record {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * The fault's number.
   */
  uint16_t fault;
  /**
   * How often it was qualified; stays at 65535.
   */
  uint16_t count;
  /**
   * Milliseconds of operation at which it was qualified first.
   */
  uint64_t first_ms;
  /**
   * Milliseconds of operation at which its condition was last seen while it was qualified.
   */
  uint64_t last_ms;
  /**
   * The value furthest beyond the limit since it was qualified last, in the SI unit of the quantity.
   */
  float value;
  /**
   * The limit that it was judged by, in the same unit.
   */
  float limit;
  /**
   * Pack current then; discharge positive.
   */
  float current_a;
  /**
   * Pack voltage then.
   */
  float pack_voltage_v;
  /**
   * Lowest cell voltage then.
   */
  float lowest_cell_v;
  /**
   * Highest cell voltage then.
   */
  float highest_cell_v;
  /**
   * Lowest temperature then.
   */
  float coldest_k;
  /**
   * Highest temperature then.
   */
  float warmest_k;
  /**
   * State of charge of the mean cell then.
   */
  float soc;
  /**
   * What it was found on: of several at the same time the one furthest beyond the limit.
   */
  bms_source source;
  /**
   * Which of them.
   */
  uint8_t source_index;
} bms_record;

/**
 * One entry of the log.
 */
typedef struct bms_event {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * The value at that moment, in the SI unit of the quantity.
   */
  float value;
  /**
   * Milliseconds of operation.
   */
  uint64_t at_ms;
  /**
   * The fault's number.
   */
  uint16_t fault;
  /**
   * What happened.
   */
  bms_event_kind kind;
  /**
   * What it was found on.
   */
  bms_source source;
  /**
   * Which of them.
   */
  uint8_t source_index;
} bms_event;

/**
 * What is known of the link to one analogue front end since the last step. Each 0 or 1.
 */
typedef struct bms_front_end {
  /**
   * A frame had a wrong check sequence.
   */
  uint8_t frame_check_failed;
  /**
   * No answer came in time.
   */
  uint8_t timed_out;
  /**
   * The configuration read back is not the one that was written.
   */
  uint8_t configuration_wrong;
  /**
   * A self-test of the multiplexer or converter failed.
   */
  uint8_t multiplexer_wrong;
} bms_front_end;

/**
 * What the isolation monitor tells.
 */
typedef struct bms_isolation {
  /**
   * Resistance between the high voltage and the chassis, the lower of both poles.
   */
  float resistance_ohm;
  /**
   * Whether the monitor itself says that the resistance holds: 0 or 1.
   */
  uint8_t is_valid;
  /**
   * Whether the monitor's last self-test failed: 0 or 1.
   */
  uint8_t self_test_failed;
  /**
   * 1 where all of it arrived since the last step.
   */
  uint8_t is_new;
} bms_isolation;

/**
 * A truth value that a sensor gives.
 */
typedef struct bms_flag {
  /**
   * 0 or 1; looked at where it is new.
   */
  uint8_t value;
  /**
   * 1 where it arrived since the last step, 0 where there is nothing new.
   */
  uint8_t is_new;
} bms_flag;

/**
 * What the auxiliary contact of each contactor says: 1 for closed.
 */
typedef struct bms_contactor_feedback {
  /**
   * Between the positive end of the cells and the link.
   */
  struct bms_flag main_positive;
  /**
   * Between the negative end of the cells and the link.
   */
  struct bms_flag main_negative;
  /**
   * In series with the precharge resistor, across the positive main contactor.
   */
  struct bms_flag precharge;
} bms_contactor_feedback;

/**
 * What is known of the coolant.
 */
typedef struct bms_coolant {
  /**
   * Temperature where the coolant enters the pack.
   */
  struct bms_sample inlet_k;
  /**
   * Temperature where it leaves the pack.
   */
  struct bms_sample outlet_k;
  /**
   * Whether coolant flows, from a flow switch or the pump's own report.
   */
  struct bms_flag is_flowing;
  /**
   * Whether the heater draws power.
   */
  struct bms_flag heater_is_on;
} bms_coolant;

/**
 * Everything that arrived since the last step. Discharge current is positive, temperatures are in kelvin.
 *
 * `bms_inputs_default` fills one in that says that nothing arrived. Lists are read during the step only. A list that is
 * shorter than the pack means that the rest did not arrive; a longer one is refused. A reading that the configuration says
 * is not fitted is not looked at.
 */
typedef struct bms_inputs {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Pack current, mean since the last sample; discharge positive.
   */
  struct bms_sample current_a;
  /**
   * Cell voltages from the negative end of the pack, taken with balancing off; null where none arrived.
   */
  const float *cell_voltages_v;
  /**
   * For each of them 1 where it is new, 0 where not; null where all are.
   */
  const uint8_t *cell_voltages_are_new;
  /**
   * The same voltages by a second path; null where there is none, or none arrived.
   */
  const float *cell_second_voltages_v;
  /**
   * For each of them 1 where it is new, 0 where not; null where all are.
   */
  const uint8_t *cell_second_voltages_are_new;
  /**
   * For each cell whether the front end's last test found its sense wire broken, 0 or 1; null where none is.
   */
  const uint8_t *cell_open_wires;
  /**
   * Entries of each of the lists of cells, at most as many as the pack has cells.
   */
  size_t cell_count;
  /**
   * Temperatures; null where none arrived.
   */
  const float *temperatures_k;
  /**
   * For each of them 1 where it is new, 0 where not; null where all are.
   */
  const uint8_t *temperatures_are_new;
  /**
   * The same temperatures by second sensors; null where there is none, or none arrived.
   */
  const float *second_temperatures_k;
  /**
   * For each of them 1 where it is new, 0 where not; null where all are.
   */
  const uint8_t *second_temperatures_are_new;
  /**
   * Entries of each of the lists of temperatures, at most as many as the pack has sensors.
   */
  size_t temperature_count;
  /**
   * What is known of each front end. One that is not in the list did not answer: a fault before long.
   */
  const struct bms_front_end *front_ends;
  /**
   * Entries of that list: as many as the pack has front ends.
   */
  size_t front_end_count;
  /**
   * Pack current by a second sensor.
   */
  struct bms_sample second_current_a;
  /**
   * Voltage over all cells, measured as a whole.
   */
  struct bms_sample pack_voltage_v;
  /**
   * Voltage on the vehicle's side of the contactors.
   */
  struct bms_sample link_voltage_v;
  /**
   * Isolation between the high voltage and the chassis.
   */
  struct bms_isolation isolation;
  /**
   * Whether the interlock loop is closed.
   */
  struct bms_flag interlock_is_closed;
  /**
   * What the auxiliary contact of each contactor says.
   */
  struct bms_contactor_feedback contactor_feedback;
  /**
   * Whether the gas or pressure sensor reports a vented cell.
   */
  struct bms_flag gas_alert;
  /**
   * Whether the crash signal is on: 0 or 1.
   */
  uint8_t crash;
  /**
   * Whether the emergency stop is pressed: 0 or 1.
   */
  uint8_t emergency_stop;
  /**
   * Whether a memory test of the controller failed: 0 or 1.
   */
  uint8_t memory_test_failed;
  /**
   * Whether the check of the stored configuration failed: 0 or 1.
   */
  uint8_t configuration_check_failed;
  /**
   * The coolant.
   */
  struct bms_coolant coolant;
  /**
   * The charger.
   */
  struct bms_charger charger;
  /**
   * Hottest of the bleed resistors.
   */
  struct bms_sample bleed_temperature_k;
  /**
   * Voltage of the controller's supply.
   */
  struct bms_sample supply_v;
} bms_inputs;

/**
 * What one step came to. Discharge current is positive; allowed currents are magnitudes. Ratios and states of charge are
 * shares of one. What is not known is not a number (`isnan`), and its index is `BMS_NO_INDEX`.
 */
typedef struct bms_outputs {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * How many faults are qualified or latched.
   */
  uint32_t fault_count;
  /**
   * Milliseconds of operation.
   */
  uint64_t now_ms;
  /**
   * State of charge of the pack, 0 to 1: 0 when the weakest cell is empty, 1 when the strongest is full.
   */
  float soc;
  /**
   * State of charge for a driver, 0 to 1: is corrected slowly and never jumps.
   */
  float display_soc;
  /**
   * State of charge of the mean cell, 0 to 1.
   */
  float mean_soc;
  /**
   * One standard deviation of it.
   */
  float mean_soc_sigma;
  /**
   * Lowest state of charge of a cell.
   */
  float weakest_soc;
  /**
   * One standard deviation of it.
   */
  float weakest_soc_sigma;
  /**
   * Highest state of charge of a cell.
   */
  float strongest_soc;
  /**
   * One standard deviation of it.
   */
  float strongest_soc_sigma;
  /**
   * Open-circuit voltage of the mean cell.
   */
  float ocv_v;
  /**
   * Terminal voltage that the model expected of the mean cell before it saw the measured one.
   */
  float voltage_predicted_v;
  /**
   * Measured minus predicted voltage; zero where no voltage was usable.
   */
  float innovation_v;
  /**
   * Normalised innovation squared: 1 on average when the model is as good as it says.
   */
  float innovation_nis;
  /**
   * For how long the mean voltage has been refused without a break, as it contradicts the model.
   */
  float voltage_refused_s;
  /**
   * Estimated offset of the current sensor: measured minus true; discharge positive.
   */
  float current_bias_a;
  /**
   * Estimated factor on all resistances of the cell description.
   */
  float resistance_factor;
  /**
   * Capacity over that of the cell's description; 1 until something was learned.
   */
  float capacity_ratio;
  /**
   * One standard deviation of it.
   */
  float capacity_ratio_sigma;
  /**
   * Resistance over that of the cell's description.
   */
  float resistance_ratio;
  /**
   * Pack current less the sensor's offset; discharge positive.
   */
  float current_a;
  /**
   * Lowest present cell voltage.
   */
  float lowest_cell_v;
  /**
   * Highest present cell voltage.
   */
  float highest_cell_v;
  /**
   * Lowest present temperature.
   */
  float coldest_k;
  /**
   * Highest present temperature.
   */
  float warmest_k;
  /**
   * Current that may be taken out of the battery now; not negative.
   */
  float allowed_discharge_a;
  /**
   * Current that may be put into the battery now; not negative. What a charger may be asked for at most.
   */
  float allowed_charge_a;
  /**
   * The largest difference that balancing has left, as a share of the capacity.
   */
  float balancing_difference_ratio;
  /**
   * Time until balancing is done; infinite where it is not allowed.
   */
  float balancing_time_left_s;
  /**
   * Mean current through a bleed resistor while it is on.
   */
  float balancing_current_a;
  /**
   * Time since the alarm of a thermal runaway was raised first; 0 where there is none.
   */
  float runaway_since_s;
  /**
   * Time that is left until that alarm has to have been given; 0 when it is over, or where there is none.
   */
  float runaway_warn_within_s;
  /**
   * The cell with the lowest state of charge.
   */
  uint16_t weakest_cell;
  /**
   * The cell with the highest state of charge.
   */
  uint16_t strongest_cell;
  /**
   * The cell with the lowest present voltage.
   */
  uint16_t lowest_cell;
  /**
   * The cell with the highest present voltage.
   */
  uint16_t highest_cell;
  /**
   * The sensor with the lowest present temperature.
   */
  uint16_t coldest_sensor;
  /**
   * The sensor with the highest present temperature.
   */
  uint16_t warmest_sensor;
  /**
   * How many cells had a usable new voltage in this step.
   */
  uint16_t voltages_used;
  /**
   * How many of those were left out of the mean, as they contradict the others.
   */
  uint16_t voltages_excluded;
  /**
   * How many cells are bled at this moment; `bms_bleeding` says which.
   */
  uint16_t bleeding_cells;
  /**
   * How many cells hold more than the weakest one, beyond what is left alone.
   */
  uint16_t cells_to_bleed;
  /**
   * The fault because of which the request is not followed; 0 where it is none.
   */
  uint16_t refusal_fault;
  /**
   * The fault that keeps the discharge current down; 0 where it is none.
   */
  uint16_t allowed_discharge_fault;
  /**
   * The fault that keeps the charge current down; 0 where it is none.
   */
  uint16_t allowed_charge_fault;
  /**
   * What the battery is doing as a whole.
   */
  bms_mode mode;
  /**
   * Why the request of the vehicle is not followed.
   */
  bms_refusal refusal;
  /**
   * What keeps the discharge current from being higher.
   */
  bms_limit_reason allowed_discharge_reason;
  /**
   * What keeps the charge current from being higher.
   */
  bms_limit_reason allowed_charge_reason;
  /**
   * The strongest reaction that a present fault asks for.
   */
  bms_reaction reaction;
  /**
   * Which way the current flows.
   */
  bms_current_direction current_direction;
  /**
   * A thermal runaway that is suspected or confirmed.
   */
  bms_runaway runaway;
  /**
   * Whether the driver is to be warned: 0 or 1.
   */
  uint8_t warn_driver;
  /**
   * Whether the mean voltage was used by the estimator: 0 or 1.
   */
  uint8_t voltage_accepted;
  /**
   * Whether this step threw away what was believed of the state of charge: 0 or 1.
   */
  uint8_t estimate_restarted;
  /**
   * Which contactors are commanded closed. Where the vehicle drives them itself: which of those that it commands may be
   * closed.
   */
  struct bms_contactors contactors;
} bms_outputs;

/**
 * What is known of one cell.
 */
typedef struct bms_cell {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * Present voltage, believed or not; not a number before the first sample.
   */
  float voltage_v;
  /**
   * State of charge, 0 to 1.
   */
  float soc;
  /**
   * One standard deviation of it.
   */
  float soc_sigma;
  /**
   * Difference of its resistance from the mean cell's, as a share of that.
   */
  float resistance_difference_ratio;
  /**
   * One standard deviation of it.
   */
  float resistance_difference_sigma;
  /**
   * Difference of its inverse capacity from the mean cell's, as a share of that.
   */
  float inverse_capacity_difference_ratio;
  /**
   * One standard deviation of it.
   */
  float inverse_capacity_difference_sigma;
  /**
   * Whether its bleed resistor is commanded on: 0 or 1.
   */
  uint8_t is_bleeding;
} bms_cell;

/**
 * What two places for snapshots hold. Written in turn to the place that does not hold the newest, one whole snapshot is
 * there wherever the power is cut.
 */
typedef struct bms_slots {
  /**
   * Size of this struct, set by the caller before the call.
   */
  uint32_t struct_size;
  /**
   * The sequence number of the next snapshot.
   */
  uint32_t next_sequence;
  /**
   * What is wrong with the first place; `BMS_STATUS_OK` where it is whole or blank.
   */
  bms_status first_damage;
  /**
   * What is wrong with the second place.
   */
  bms_status second_damage;
  /**
   * The place with the newest whole snapshot.
   */
  bms_slot newest;
  /**
   * The place to give to `bms_restore`: the newest whole snapshot, else a damaged one, so that it is reported; none on
   * the first day.
   */
  bms_slot to_restore;
  /**
   * The place to write the next snapshot to.
   */
  bms_slot to_overwrite;
} bms_slots;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Fills a way to charge in to start from. `struct_size` is `sizeof(bms_charging_config)`; `preset` is one of
 * `bms_charging_preset`.
 */
bms_status bms_charging_config_default(struct bms_charging_config *config, uint32_t struct_size, uint8_t preset);

/**
 * Fills inputs of a charge in that limit nothing: charging is wanted, until it is full.
 */
bms_status bms_charge_inputs_default(struct bms_charge_inputs *inputs, uint32_t struct_size);

/**
 * Begins a charge in storage of the caller, of `BMS_CHARGE_STORAGE_SIZE` bytes and aligned as that of a pack; it is the
 * library's until it is used for something else, and must not be moved. `charge` is given its address.
 *
 * Returns `BMS_STATUS_CONFIG` where the configuration is impossible or contradicts that of the pack, and fills `error` in,
 * which may be null.
 */
bms_status bms_charge_begin(void *storage,
                            size_t storage_size,
                            const struct bms_pack *pack,
                            const struct bms_charging_config *config,
                            struct bms_config_error *error,
                            struct bms_charge **charge);

/**
 * What to ask the charger for, after each `bms_step` of the pack. `request.struct_size` is set before the call.
 *
 * Before the first step of the pack nothing is asked for.
 */
bms_status bms_charge_step(struct bms_charge *charge,
                           const struct bms_pack *pack,
                           const struct bms_charge_inputs *inputs,
                           float dt_s,
                           struct bms_charge_request *request);

/**
 * Fills in: the standard's time-outs, and a battery of which nothing is said. `struct_size` is `sizeof(bms_gbt_config)`.
 */
bms_status bms_gbt_config_default(struct bms_gbt_config *config,
                                  uint32_t struct_size);

/**
 * Makes the protocol in storage of the caller, of `BMS_GBT_STORAGE_SIZE` bytes and aligned as that of a pack; it is the
 * library's until it is used for something else, and must not be moved. One serves for all charges, one after the other.
 * `gbt` is given its address.
 */
bms_status bms_gbt_begin(void *storage,
                         size_t storage_size,
                         const struct bms_gbt_config *config,
                         struct bms_gbt **gbt);

/**
 * A frame from the bus. One that is not from the charger to the vehicle, or that nobody waits for, changes nothing.
 *
 * Returns `BMS_STATUS_COUNT` where `length` is above 8.
 */
bms_status bms_gbt_receive(struct bms_gbt *gbt, const struct bms_frame *frame);

/**
 * The next frame for the bus, to be asked for after each step and each frame that arrived, until there is none:
 * `BMS_STATUS_NO_FRAME`. `frame.struct_size` is set before the call.
 */
bms_status bms_gbt_transmit(struct bms_gbt *gbt, struct bms_frame *frame);

/**
 * One step of the protocol: after the frames that arrived and before the session's own step, whose inputs it fills in: the
 * charger's numbers and `is_new`, and what is known of the station. Plug, lock, voltages and wishes are left as they are.
 *
 * `needs` are those of `bms_charge_needs`. `state` may be null; else its `struct_size` is set before the call. Before the first
 * step of pack or session no charger is known, and no time passes.
 */
bms_status bms_gbt_step(struct bms_gbt *gbt,
                        const struct bms_session *session,
                        const struct bms_pack *pack,
                        const struct bms_needs *needs,
                        float dt_s,
                        struct bms_session_inputs *inputs,
                        struct bms_gbt_state *state);

/**
 * BMV, optional: the voltage of every cell from the negative end, every ten seconds while energy flows. To be called where
 * `cells_are_due`; else `BMS_STATUS_NOT_DUE`, and nothing happens. Of more than 256 cells the first are told.
 */
bms_status bms_gbt_tell_cells(struct bms_gbt *gbt,
                              const float *cell_voltages_v,
                              size_t count);

/**
 * BMT, optional: the temperature of every sensor, as `bms_gbt_tell_cells`. Of more than 128 sensors the first are told.
 */
bms_status bms_gbt_tell_temperatures(struct bms_gbt *gbt, const float *temperatures_k, size_t count);

/**
 * BSP, optional: bytes on which the makers of charger and battery agree, as `bms_gbt_tell_cells`. Of more than 16 bytes the
 * first are told.
 */
bms_status bms_gbt_tell_reserved(struct bms_gbt *gbt,
                                 const uint8_t *data,
                                 size_t count);

/**
 * What a control pilot says by its duty cycle, 0 to 1; what is no number says that there is no charging.
 */
bms_status bms_pilot_of_duty(float duty_ratio, struct bms_pilot *pilot);

/**
 * Fills an on-board charger of 11 kW in to start from. `struct_size` is `sizeof(bms_on_board_charger)`.
 */
bms_status bms_on_board_charger_default(struct bms_on_board_charger *charger, uint32_t struct_size);

/**
 * Says whether an on-board charger can be, and if not, where it is wrong: `BMS_STATUS_CONFIG` fills `error` in, which may be
 * null. The functions below check the same.
 */
bms_status bms_on_board_charger_check(const struct bms_on_board_charger *charger,
                                      struct bms_config_error *error);

/**
 * Current of a phase that pilot, cable and charger leave; 0 where that is below what the charger runs with. `duty_ratio` is
 * that of the pilot, `cable_a` the coding resistor's current of the cable.
 */
bms_status bms_on_board_current(const struct bms_on_board_charger *charger,
                                float duty_ratio,
                                float cable_a,
                                float *phase_current_a);

/**
 * The on-board charger's limits at a current of a phase, as the message of a charger in the inputs of `bms_charge_step`: what
 * comes out of what goes in. The charger's numbers and its `is_new` are written, everything else is left as it is.
 */
bms_status bms_on_board_limits(const struct bms_on_board_charger *charger,
                               float phase_current_a,
                               float battery_v,
                               struct bms_charge_inputs *inputs);

/**
 * Current of a phase that the battery's request takes, never above `phase_current_a`; 0 where the charger does not run with so
 * little.
 */
bms_status bms_on_board_request(const struct bms_on_board_charger *charger,
                                float request_a,
                                float battery_v,
                                float phase_current_a,
                                float *phase_request_a);

/**
 * Fills in: a floor of 20 %, 11 kW, 10000 kWh in all, half an hour of margin. `struct_size` is `sizeof(bms_bidirectional)`.
 */
bms_status bms_bidirectional_default(struct bms_bidirectional *config,
                                     uint32_t struct_size);

/**
 * Counts what a discharge took out; a charge counts for nothing. `power_w` is out of the battery.
 */
bms_status bms_throughput_count(struct bms_throughput *throughput, float power_w, float dt_s);

/**
 * What may be given back now (ISO 15118-20 BPT, vehicle to home and grid): with the goals and the forecast that
 * `bms_charge_forecast` remembered. `wanted` is 1 where energy is to be given back. For `bms_charge_needs`.
 *
 * Returns `BMS_STATUS_CONFIG` where `config` is impossible. Before the first step of the pack nothing may be given back.
 */
bms_status bms_charge_give_back(const struct bms_charge *charge,
                                const struct bms_pack *pack,
                                const struct bms_bidirectional *config,
                                const struct bms_throughput *throughput,
                                uint8_t wanted,
                                struct bms_give_back *give_back);

/**
 * The error code that stands for a fault of the catalogue, by its number. `error` is given one of `bms_ev_error`.
 */
bms_status bms_ev_error_of_fault(uint16_t fault, uint8_t *error);

/**
 * The highest number on the wire that is not above this one: for requests and upper limits. What is no number is 0.
 */
struct bms_physical bms_physical_down(float number);

/**
 * The lowest number on the wire that is not below this one: for lower limits and times. What is no number is 0.
 */
struct bms_physical bms_physical_up(float number);

/**
 * As `bms_physical_down`, for ISO 15118-20.
 */
struct bms_rational bms_rational_down(float number);

/**
 * As `bms_physical_up`, for ISO 15118-20.
 */
struct bms_rational bms_rational_up(float number);

/**
 * The numbers of a `ChargeParameterDiscoveryReq` (DIN SPEC 70121, ISO 15118-2), rounded to the safe side.
 */
bms_status bms_needs_charge_parameters(const struct bms_needs *needs, struct bms_charge_parameters *parameters);

/**
 * The numbers of a `PreChargeReq` (DIN SPEC 70121, ISO 15118-2).
 */
bms_status bms_needs_pre_charge(const struct bms_needs *needs, struct bms_pre_charge *pre_charge);

/**
 * The values of a `PowerDeliveryReq` (DIN SPEC 70121, ISO 15118-2).
 */
bms_status bms_needs_power_delivery(const struct bms_needs *needs, struct bms_power_delivery *delivery);

/**
 * The numbers of a `CurrentDemandReq` (DIN SPEC 70121, ISO 15118-2).
 */
bms_status bms_needs_current_demand(const struct bms_needs *needs, struct bms_current_demand *demand);

/**
 * The numbers of a `DC_ChargeParameterDiscoveryReq` (ISO 15118-20).
 */
bms_status bms_needs_charge_parameters_20(const struct bms_needs *needs, struct bms_charge_parameters_20 *parameters);

/**
 * The numbers of a `ScheduleExchangeReq` and of a dynamic charge loop (ISO 15118-20).
 */
bms_status bms_needs_energies_20(const struct bms_needs *needs, struct bms_energies_20 *energies);

/**
 * The numbers of a `DC_ChargeLoopReq` (ISO 15118-20).
 */
bms_status bms_needs_charge_loop_20(const struct bms_needs *needs, struct bms_charge_loop_20 *charge_loop);

/**
 * The numbers of `DisplayParameters` (ISO 15118-20).
 */
bms_status bms_needs_display_20(const struct bms_needs *needs, struct bms_display_20 *display);

/**
 * What a station hands on by OCPP.
 */
bms_status bms_needs_station(const struct bms_needs *needs, struct bms_station_needs *station);

/**
 * Fills goals in: 10 % in any case, 80 % as bulk and target, up to full, no departure. `struct_size` is `sizeof(bms_goals)`.
 */
bms_status bms_goals_default(struct bms_goals *goals,
                             uint32_t struct_size);

/**
 * Looks how long the charge will take with the limits of the last step of the charge or its session, and remembers it for
 * `bms_charge_needs`. It goes through the whole range of states of charge: meant for once a second, not for every step.
 *
 * `forecast` may be null; else its `struct_size` is set before the call. Before the first step of the pack nothing is known.
 */
bms_status bms_charge_forecast(struct bms_charge *charge,
                               const struct bms_pack *pack,
                               const struct bms_goals *goals,
                               struct bms_forecast *forecast);

/**
 * What a charger has to know now: from the last step of the charge or its session, and the last forecast.
 *
 * `present_voltage_v` is the pack's measured voltage. `give_back` is what `bms_charge_give_back` said, null where nothing is
 * to be given back. `is_ready` and `error` are those of the session; without one they are 0 and `BMS_EV_ERROR_NO_ERROR`, and the
 * program sets them itself. Before the first step of the pack everything but the goals is 0.
 */
bms_status bms_charge_needs(const struct bms_charge *charge,
                            const struct bms_pack *pack,
                            float present_voltage_v,
                            const struct bms_give_back *give_back,
                            struct bms_needs *needs);

/**
 * Fills time-outs and tolerances of a session in to start from. `struct_size` is `sizeof(bms_session_config)`; `preset` is one
 * of `bms_session_preset`.
 */
bms_status bms_session_config_default(struct bms_session_config *config,
                                      uint32_t struct_size,
                                      uint8_t preset);

/**
 * Fills inputs of a session in that say that nothing arrived and nothing limits: charging is wanted, until it is full, and
 * there is no plug.
 */
bms_status bms_session_inputs_default(struct bms_session_inputs *inputs,
                                      uint32_t struct_size);

/**
 * Makes a session without a plug in storage of the caller, of `BMS_SESSION_STORAGE_SIZE` bytes and aligned as that of a pack;
 * it is the library's until it is used for something else, and must not be moved. One serves for all charges of a pack, one
 * after the other. `session` is given its address.
 *
 * Returns `BMS_STATUS_CONFIG` where the configuration is impossible, and fills `error` in, which may be null.
 */
bms_status bms_session_begin(void *storage,
                             size_t storage_size,
                             const struct bms_session_config *config,
                             struct bms_config_error *error,
                             struct bms_session **session);

/**
 * One step of a session: before each `bms_step` of the pack, whose commands and charger phase it gives (`bms_session_command`).
 * It takes the place of `bms_charge_step`: the charge has the configuration, and remembers what was asked for.
 *
 * `outputs.struct_size` is set before the call. Before the first step of the pack nothing happens.
 */
bms_status bms_session_step(struct bms_session *session,
                            struct bms_charge *charge,
                            const struct bms_pack *pack,
                            const struct bms_session_inputs *inputs,
                            float dt_s,
                            struct bms_session_outputs *outputs);

/**
 * Puts what the session asks of the battery into the commands of the pack's next step: request, permission to charge, and
 * what the charger was asked for. Without a session (`BMS_SESSION_STATE_IDLE`) they stay as they are.
 */
bms_status bms_session_command(const struct bms_session *session,
                               struct bms_commands *commands);

/**
 * Fills a configuration in with a pack to start from: its own cell, layout, limits and sensors come next.
 *
 * The tables of the presets are in the library, and stay. `struct_size` is `sizeof(bms_config)`; `preset` is one of
 * `bms_preset`.
 */
bms_status bms_config_default(struct bms_config *config, uint32_t struct_size, uint8_t preset);

/**
 * Says whether a configuration can be used, and if not, where it is wrong. Takes some milliseconds on a small
 * microcontroller, for the tables; `bms_init` does the same check.
 *
 * Returns `BMS_STATUS_CONFIG` where a value is impossible or two contradict each other, and fills `error` in; any other
 * status leaves it as it is. `error` may be null.
 */
bms_status bms_config_check(const struct bms_config *config,
                            struct bms_config_error *error);

/**
 * What a fault is. `info.struct_size` is set before the call. Needs no pack.
 */
bms_status bms_fault_describe(uint16_t number, struct bms_fault_info *info);

/**
 * The numbers of the faults that are qualified or latched, in the order of the catalogue. `count` is given how many these
 * are, and may be null; where `capacity` is less, nothing is written to `numbers` and the status is
 * `BMS_STATUS_BUFFER_SIZE`. `BMS_MAX_FAULTS` is always enough.
 */
bms_status bms_faults(const struct bms_pack *pack,
                      uint16_t *numbers,
                      size_t capacity,
                      size_t *count);

/**
 * The state of one fault. `state.struct_size` is set before the call.
 */
bms_status bms_fault_state(const struct bms_pack *pack, uint16_t number, struct bms_fault *state);

/**
 * The record of one fault. `record.struct_size` is set before the call.
 */
bms_status bms_fault_record(const struct bms_pack *pack, uint16_t number, struct bms_record *record);

/**
 * How many events were ever written to the log, which holds the last 32 of them.
 */
bms_status bms_events_written(const struct bms_pack *pack, uint32_t *count);

/**
 * An event of the log, 0 for the oldest that is kept; `BMS_STATUS_INDEX` after the last. `event.struct_size` is set
 * before the call.
 */
bms_status bms_event_at(const struct bms_pack *pack, size_t index, struct bms_event *event);

/**
 * Clears the records of faults that are gone, as a workshop does. (Latched faults are acknowledged by
 * `bms_commands.acknowledge`.)
 */
bms_status bms_clear_records(struct bms_pack *pack);

/**
 * Says that a new operation cycle (drive, charge) begins, for the status bytes of the faults.
 */
bms_status bms_begin_operation_cycle(struct bms_pack *pack);

/**
 * Text for a value of `bms_ask`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_ask_text(uint8_t number);

/**
 * Text for a value of `bms_charger_phase`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_charger_phase_text(uint8_t number);

/**
 * Text for a value of `bms_charging_preset`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_charging_preset_text(uint8_t number);

/**
 * Text for a value of `bms_completion`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_completion_text(uint8_t number);

/**
 * Text for a value of `bms_conditioning`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_conditioning_text(uint8_t number);

/**
 * Text for a value of `bms_contactor`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_contactor_text(uint8_t number);

/**
 * Text for a value of `bms_current_direction`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_current_direction_text(uint8_t number);

/**
 * Text for a value of `bms_ev_error`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_ev_error_text(uint8_t number);

/**
 * Text for a value of `bms_event_kind`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_event_kind_text(uint8_t number);

/**
 * Text for a value of `bms_expected`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_expected_text(uint8_t number);

/**
 * Text for a value of `bms_gbt_stage`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_gbt_stage_text(uint8_t number);

/**
 * Text for a value of `bms_give_back_reason`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_give_back_reason_text(uint8_t number);

/**
 * Text for a value of `bms_latch`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_latch_text(uint8_t number);

/**
 * Text for a value of `bms_level`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_level_text(uint8_t number);

/**
 * Text for a value of `bms_limit_reason`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_limit_reason_text(uint8_t number);

/**
 * Text for a value of `bms_mode`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_mode_text(uint8_t number);

/**
 * Text for a value of `bms_pilot_kind`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_pilot_kind_text(uint8_t number);

/**
 * Text for a value of `bms_precharge_by`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_precharge_by_text(uint8_t number);

/**
 * Text for a value of `bms_preset`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_preset_text(uint8_t number);

/**
 * Text for a value of `bms_reaction`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_reaction_text(uint8_t number);

/**
 * Text for a value of `bms_refusal`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_refusal_text(uint8_t number);

/**
 * Text for a value of `bms_request`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_request_text(uint8_t number);

/**
 * Text for a value of `bms_request_reason`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_request_reason_text(uint8_t number);

/**
 * Text for a value of `bms_runaway`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_runaway_text(uint8_t number);

/**
 * Text for a value of `bms_session_end`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_session_end_text(uint8_t number);

/**
 * Text for a value of `bms_session_preset`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_session_preset_text(uint8_t number);

/**
 * Text for a value of `bms_session_state`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_session_state_text(uint8_t number);

/**
 * Text for a value of `bms_severity`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_severity_text(uint8_t number);

/**
 * Text for a value of `bms_signal2`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_signal2_text(uint8_t number);

/**
 * Text for a value of `bms_slot`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_slot_text(uint8_t number);

/**
 * Text for a value of `bms_source`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_source_text(uint8_t number);

/**
 * Text for a value of `bms_station_isolation`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_station_isolation_text(uint8_t number);

/**
 * Text for a value of `bms_station_status`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_station_status_text(uint8_t number);

/**
 * Text for a value of `bms_status`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_status_text(int32_t number);

/**
 * Text for a value of `bms_weld`, in English; numbers without a value have a text as well. Never null, never freed.
 */
const char *bms_weld_text(uint8_t number);

/**
 * The interface version of the library that is linked.
 */
uint32_t bms_abi_version(void);

/**
 * Whether a program that was compiled with a header of this `BMS_ABI_VERSION` can use the library.
 *
 * Returns `BMS_STATUS_OK` or `BMS_STATUS_ABI_VERSION`.
 */
bms_status bms_abi_check(uint32_t abi_version);

/**
 * The library's version, such as "0.1.0"; never null, and it lives for ever.
 */
const char *bms_version(void);

/**
 * Fills inputs in that say that nothing arrived. `struct_size` is `sizeof(bms_inputs)`.
 */
bms_status bms_inputs_default(struct bms_inputs *inputs, uint32_t struct_size);

/**
 * Fills commands in that ask for nothing. `struct_size` is `sizeof(bms_commands)`.
 */
bms_status bms_commands_default(struct bms_commands *commands, uint32_t struct_size);

/**
 * Makes a pack in storage of the caller.
 *
 * The storage has `BMS_STORAGE_SIZE` or `bms_storage_size` bytes at least and is aligned to `BMS_STORAGE_ALIGNMENT`; it
 * is the library's until `bms_release`, and must not be moved. What was in it does not matter. The configuration is
 * copied, its tables have to stay where they are. `initial_soc` is what is believed of the state of charge, 0 to 1, from a
 * counter or a driver; `BMS_SOC_UNKNOWN`, anything negative and what is not a number stand for nothing. A snapshot that is
 * restored next overrules it. `pack` is given the address of the storage, which is the pack from then on.
 */
bms_status bms_init(void *storage,
                    size_t storage_size,
                    const struct bms_config *config,
                    float initial_soc,
                    struct bms_pack **pack);

/**
 * Takes in what arrived in the last `dt_s` seconds, and says what follows. To be called in the rhythm of the configuration
 * (`sampling.tick_ms`), also when nothing arrived: that is how a missing reading is found.
 *
 * Any numbers may come as readings; what is impossible becomes a fault, not a status. `outputs.struct_size` is set before
 * the call.
 */
bms_status bms_step(struct bms_pack *pack,
                    const struct bms_inputs *inputs,
                    const struct bms_commands *commands,
                    float dt_s,
                    struct bms_outputs *outputs);

/**
 * What is known of one cell, counted from 0 at the negative end. `cell.struct_size` is set before the call.
 */
bms_status bms_cell_at(const struct bms_pack *pack, size_t index, struct bms_cell *cell);

/**
 * Which bleed resistors are commanded on: for each cell 1 or 0. `count` is the number of cells of the pack, or less.
 */
bms_status bms_bleeding(const struct bms_pack *pack, uint8_t *is_bleeding, size_t count);

/**
 * How often a contactor was commanded open after it was closed, and how often more current flowed then than it is made to
 * break. `contactor` is one of `bms_contactor`. Each of the pointers may be null.
 */
bms_status bms_contactor_wear(const struct bms_pack *pack,
                              uint8_t contactor,
                              uint32_t *operations,
                              uint16_t *hard_operations);

/**
 * Bytes of a snapshot of a pack with this many cells; 0 where there can be no such pack. The same as
 * `BMS_SNAPSHOT_SIZE`, which the compiler knows, where header and library are of the same version.
 */
size_t bms_snapshot_size(size_t cells);

/**
 * Writes what has to survive a power cycle: state of charge and its doubts, capacity, faults and their records, wear.
 *
 * `sequence` is the number of the snapshot; `bms_slots_look` tells it, and where to write. `written` is given the number of
 * bytes and may be null. Nothing else but the buffer is touched.
 */
bms_status bms_snapshot(const struct bms_pack *pack,
                        uint32_t sequence,
                        uint8_t *buffer,
                        size_t buffer_size,
                        size_t *written);

/**
 * Takes a snapshot back, between `bms_init` and the first step. What is behind the snapshot in `bytes` does not matter.
 *
 * `asleep_s` is the time since the snapshot was taken, in which the battery was not used; negative or not a number where
 * that is unknown or the battery may have been used.
 *
 * Where it cannot be used, the status says why, the pack begins as a new one, and with its first step it reports the fault
 * "snapshot corrupt" or "snapshot version".
 */
bms_status bms_restore(struct bms_pack *pack,
                       const uint8_t *bytes,
                       size_t size,
                       float asleep_s);

/**
 * Looks at two places for snapshots. `slots.struct_size` is set before the call.
 */
bms_status bms_slots_look(const uint8_t *first,
                          size_t first_size,
                          const uint8_t *second,
                          size_t second_size,
                          struct bms_slots *slots);

/**
 * Bytes of storage that a pack with this many cells and temperature sensors needs; 0 where there can be no such pack.
 *
 * Never more than `BMS_STORAGE_SIZE` of the same numbers, which the compiler knows.
 */
size_t bms_storage_size(size_t cells, size_t temperature_sensors);

/**
 * Ends the use of a pack: the storage is the caller's again, and is no pack any more. Not needed before a reset.
 */
bms_status bms_release(struct bms_pack *pack);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BMS_H */
