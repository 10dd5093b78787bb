/*
 * Battery management for vehicles: the C interface.
 *
 * Generated from the Rust sources by `cargo xtask generate`; changes are made there.
 *
 * QUICK START
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
 * Status. Every function that can fail returns a bms_status. With any status but BMS_STATUS_OK nothing was written, and the
 * pack is unchanged (bms_restore states its one exception).
 *
 * Memory. The library has no heap, no changing globals and no callbacks. A pack lives in storage of the caller, from
 * bms_init to bms_release, and the storage must not be moved: a moved pack is detected and refused. All other memory is used
 * during the call only, except the tables of a configuration (bms_table, layout.sensor_of_cell): they belong to the caller
 * and must stay in place, usually in flash. A pointer must be null or point to what its type and the lengths beside it say:
 * other invalid pointers cannot be detected. The same holds for a charge, a session and GB/T: each has storage of its own,
 * from its bms_..._begin until the caller reuses it.
 *
 * Sizes. Every struct begins with its own size, set by the caller or by a *_default function. Structs grow at their end
 * only: a program that was compiled with an older header works with a newer library of the same BMS_ABI_VERSION.
 *
 * Numbers. Truth values are 0 or 1 in a uint8_t, choices are numbers of their enumeration in a uint8_t: any other value
 * gives a status. Readings may have any value, including not a number; an implausible one becomes a fault. Discharge current
 * is positive (except in data of chargers). Units are at the end of each name: _v volt, _a ampere, _k kelvin, _ohm,
 * _c coulomb, _f farad, _j joule, _w watt, _s second, _ms millisecond; _ratio and soc are shares of one. Fields of a
 * charger's messages have the units of the message: _wh watt-hour, _percent.
 *
 * Threads and interrupts. Packs share nothing: calls for different packs may run at the same time, in threads, interrupts
 * and on several cores. For one pack, calls that take it as `const bms_pack *` may run at the same time as each other; a
 * call that takes it as `bms_pack *` must be the only one while it runs. The caller has to ensure this: there are no locks.
 * bms_step may be called in an interrupt; its duration is in the README. What a bms_inputs points to must not change while
 * bms_step runs, in an interrupt or by DMA. Floating-point registers are used: an interrupt that calls has to save them.
 */

#ifndef BMS_H
#define BMS_H

#include <stddef.h>
#include <stdint.h>

/** Initial state of charge for bms_init: unknown, to be found from the first voltage. */
#define BMS_SOC_UNKNOWN (-1.0f)

/** Bytes of storage for a pack of this size, as a constant; bms_storage_size is never above it. */
#define BMS_STORAGE_SIZE(cells, temperature_sensors) \
  (BMS_STORAGE_FIXED + ((cells) * BMS_STORAGE_CELL) + ((temperature_sensors) * BMS_STORAGE_SENSOR))

/** The same in uint64_t, which has the required alignment: `static uint64_t memory[BMS_STORAGE_WORDS(96, 24)];` */
#define BMS_STORAGE_WORDS(cells, temperature_sensors) (BMS_STORAGE_SIZE((cells), (temperature_sensors)) / 8)

/** Bytes of a snapshot of a pack with this many cells, as a constant. */
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
 * Size of the name of a field, with the zero at its end.
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
 * Size of the name of a fault, with the zero at its end.
 */
#define BMS_FAULT_NAME_SIZE 80

/**
 * Most faults that can be present at the same time: all of the catalogue.
 */
#define BMS_MAX_FAULTS 256

/**
 * Version of this interface. It changes if programs that were compiled with an older header are incompatible; structs that
 * grow at their end do not change it.
 */
#define BMS_ABI_VERSION 2

/**
 * Bytes of a snapshot that do not depend on the number of cells.
 */
#define BMS_SNAPSHOT_FIXED 3020

/**
 * Bytes of a snapshot for each cell.
 */
#define BMS_SNAPSHOT_CELL 28

/**
 * Stands for the index of a cell or a sensor if there is none.
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
 * The result of a call. Numbers are never used again for another status.
 *
 * With any status but `BMS_STATUS_OK` nothing was written, and the pack is unchanged.
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
   * A required pointer is null.
   */
  BMS_STATUS_NULL_POINTER = 100,
  /**
   * A pointer is not aligned for its type.
   */
  BMS_STATUS_MISALIGNED = 101,
  /**
   * The size that a struct begins with is unknown: it is not set, or of another header.
   */
  BMS_STATUS_STRUCT_SIZE = 102,
  /**
   * The header is of another interface version than the library.
   */
  BMS_STATUS_ABI_VERSION = 103,
  /**
   * The storage is too small.
   */
  BMS_STATUS_STORAGE_SIZE = 104,
  /**
   * The storage was never initialised, was released, or holds another kind of object.
   */
  BMS_STATUS_NOT_INITIALISED = 105,
  /**
   * The storage was copied or moved since it was initialised.
   */
  BMS_STATUS_STORAGE_MOVED = 106,
  /**
   * The beginning of the storage was overwritten.
   */
  BMS_STATUS_STORAGE_DAMAGED = 107,
  /**
   * A buffer is too small.
   */
  BMS_STATUS_BUFFER_SIZE = 108,
  /**
   * A truth value is neither 0 nor 1.
   */
  BMS_STATUS_BOOLEAN = 200,
  /**
   * A number is no value of its enumeration.
   */
  BMS_STATUS_ENUMERATION = 201,
  /**
   * A list is longer than the pack, or a table longer than 65535 entries.
   */
  BMS_STATUS_COUNT = 202,
  /**
   * An index is out of range.
   */
  BMS_STATUS_INDEX = 203,
  /**
   * No fault has this number.
   */
  BMS_STATUS_UNKNOWN_FAULT = 204,
  /**
   * There is no record of this fault.
   */
  BMS_STATUS_NO_RECORD = 205,
  /**
   * The configuration contradicts itself or has an impossible value. `bms_config_check` describes it.
   */
  BMS_STATUS_CONFIG = 206,
  /**
   * There is no frame to send.
   */
  BMS_STATUS_NO_FRAME = 207,
  /**
   * No message of the kind is due, or another one is still being sent.
   */
  BMS_STATUS_NOT_DUE = 208,
  /**
   * A snapshot can only be restored before the first step.
   */
  BMS_STATUS_SNAPSHOT_RUNNING = 300,
  /**
   * The snapshot is too short.
   */
  BMS_STATUS_SNAPSHOT_TOO_SHORT = 301,
  /**
   * The bytes are no snapshot: erased or foreign memory.
   */
  BMS_STATUS_SNAPSHOT_MAGIC = 302,
  /**
   * The checksum of the snapshot is wrong.
   */
  BMS_STATUS_SNAPSHOT_CRC = 303,
  /**
   * The snapshot has another format.
   */
  BMS_STATUS_SNAPSHOT_VERSION = 304,
  /**
   * The snapshot is of another pack.
   */
  BMS_STATUS_SNAPSHOT_OTHER_PACK = 305,
  /**
   * The snapshot has an unknown fault.
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
   * A runaway is suspected: the driver is to be warned at once.
   */
  BMS_RUNAWAY_SUSPECTED = 1,
  /**
   * A runaway is confirmed (GB 38031-2025 C.5.3.7): people have to leave.
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
 * Which side matches the voltages at the battery's contactors before they close.
 */
enum bms_precharge_by
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * The charger, as in CCS and NACS: the contactors close when the inlet voltage matches that of the battery.
   */
  BMS_PRECHARGE_BY_CHARGER = 0,
  /**
   * The vehicle, as in GB/T 27930: the contactors close on an inlet without voltage, then the charger closes its own.
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
 * A charge in storage of the caller. Its contents are private to the library.
 */
typedef struct bms_charge bms_charge;

/**
 * The protocol in storage of the caller. Its contents are private to the library.
 */
typedef struct bms_gbt bms_gbt;

/**
 * A pack in storage of the caller. Its contents are private to the library.
 */
typedef struct bms_pack bms_pack;

/**
 * A session with a charger in storage of the caller. Its contents are private to the library.
 */
typedef struct bms_session bms_session;

/**
 * A table of numbers in memory of the caller, for example in flash, that stays as long as the pack is used.
 */
typedef struct bms_table {
  /**
   * The first entry.
   */
  const float *values;
  /**
   * Number of entries, at most 65535.
   */
  size_t length;
} bms_table;

/**
 * A map over temperature and state of charge: bilinear between nodes, constant beyond the ends.
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
 * A number of a sensor, in the unit that the field's name ends with.
 */
typedef struct bms_sample {
  /**
   * The number, used only if it is new. It may have any value: the library checks its plausibility.
   */
  float value;
  /**
   * 1 if it arrived since the last step, 0 if there is nothing new.
   */
  uint8_t is_new;
} bms_sample;

/**
 * Measurement of the charger and its plug.
 */
typedef struct bms_charger {
  /**
   * Voltage at the charger's output.
   */
  float voltage_v;
  /**
   * Output current of the charger; positive while it charges the battery (the charger's sign convention).
   */
  float current_a;
  /**
   * Highest output voltage of the charger.
   */
  float voltage_max_v;
  /**
   * Lowest output voltage of the charger.
   */
  float voltage_min_v;
  /**
   * Highest output current available at present; not negative.
   */
  float current_max_a;
  /**
   * Highest output power available at present; not negative.
   */
  float power_max_w;
  /**
   * Temperature of the charging inlet's contacts.
   */
  struct bms_sample inlet_temperature_k;
  /**
   * 1 if it arrived since the last step, 0 if not.
   */
  uint8_t is_new;
  /**
   * Phase of the charging session. One of `bms_charger_phase`.
   */
  uint8_t phase;
  /**
   * Whether a plug is in the inlet. 0 or 1.
   */
  uint8_t plugged;
  /**
   * Whether the plug is locked. 0 or 1.
   */
  uint8_t locked;
} bms_charger;

/**
 * The inputs of a charge request beside the pack's outputs.
 */
typedef struct bms_charge_inputs {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Highest charge current allowed by schedule or site; infinite without one. What is not a number counts as zero.
   */
  float schedule_current_a;
  /**
   * Highest charge power allowed by schedule or site; infinite without one. What is not a number counts as zero.
   */
  float schedule_power_w;
  /**
   * State of charge of the pack at which the charge ends; at 1 it ends when the current has fallen to its cut-off.
   */
  float target_soc;
  /**
   * The charger's message, as in `bms_inputs`. Limits of a charger lower the request and never raise it.
   */
  struct bms_charger charger;
  /**
   * Last temperature of the inlet's contacts, used if `has_inlet_temperature` is 1.
   */
  float inlet_temperature_k;
  /**
   * Whether the temperature of the inlet is measured: 0 or 1.
   */
  uint8_t has_inlet_temperature;
  /**
   * Whether charging is wanted now: 0 requests zero current and pauses the charge.
   */
  uint8_t wanted;
} bms_charge_inputs;

/**
 * Why a configuration is refused. Fields have the names of this header, such as `limits.rest_current_a`.
 */
typedef struct bms_config_error {
  /**
   * Size of this struct, set by the caller.
   */
  uint32_t struct_size;
  /**
   * Place in a table; `BMS_NO_INDEX` for a single value and for a table of wrong length.
   */
  uint32_t index;
  /**
   * The refused value, in the unit at the end of the field's name; of a comparison with another field temperatures are in
   * kelvin, too.
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
 * The request to a charger.
 */
typedef struct bms_charge_request {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Current into the battery, never negative.
   */
  float current_a;
  /**
   * Highest voltage while charging: every cell at its constant voltage, within the limits of charger and inlet.
   */
  float target_voltage_v;
  /**
   * Voltage that the charger must never exceed.
   */
  float maximum_voltage_v;
  /**
   * The limit that it comes from.
   */
  bms_request_reason reason;
  /**
   * The battery's own reason if it is the limit; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The fault that limits the current; 0 if it is none.
   */
  uint16_t fault;
  /**
   * The stage of a multistage charge if it is the limit; else 0.
   */
  uint8_t stage;
  /**
   * Thermal conditioning that the cells need.
   */
  bms_conditioning conditioning;
  /**
   * Why the charge is complete; `None` while it runs.
   */
  bms_completion completion;
} bms_charge_request;

/**
 * Identification data of vehicle and battery (BRM), and time-outs.
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
   * Whether `software` is sent: 0 or 1.
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
   * The bytes; those beyond `length` are ignored.
   */
  uint8_t data[8];
} bms_frame;

/**
 * Time and energy from now to a state of charge.
 */
typedef struct bms_leg {
  /**
   * Time from now; zero if it is reached, `None` if the present limits never lead there. Infinite for none.
   */
  float time_s;
  /**
   * Energy into the battery's terminals from now; negative if the battery is above it.
   */
  float energy_j;
} bms_leg;

/**
 * What a charger has to know of the battery. Currents and powers are magnitudes into the battery; every field is finite.
 */
typedef struct bms_needs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Requested current now.
   */
  float current_a;
  /**
   * Requested voltage now.
   */
  float voltage_v;
  /**
   * Voltage of the battery.
   */
  float present_voltage_v;
  /**
   * Highest current that the battery will request at its present temperature.
   */
  float current_max_a;
  /**
   * Lowest useful current.
   */
  float current_min_a;
  /**
   * Voltage that must never be exceeded.
   */
  float voltage_max_v;
  /**
   * Voltage of the empty battery.
   */
  float voltage_min_v;
  /**
   * Highest power that the battery will request.
   */
  float power_max_w;
  /**
   * Lowest useful power.
   */
  float power_min_w;
  /**
   * Energy between empty and full at the present state of health.
   */
  float capacity_j;
  /**
   * State of charge of the pack now, 0 to 1.
   */
  float present_soc;
  /**
   * Reserve of the driver (`MinimumSOC`): the battery does not discharge below it into the grid.
   */
  float minimum_soc;
  /**
   * End of the fast part of the charge (`BulkSOC`).
   */
  float bulk_soc;
  /**
   * End of the charge (`TargetSOC`).
   */
  float target_soc;
  /**
   * Highest state of charge that is allowed (`MaximumSOC`, `FullSOC`).
   */
  float maximum_soc;
  /**
   * Time until departure; `None` if unknown. Infinite for none.
   */
  float departure_s;
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
   * To `maximum_soc`.
   */
  struct bms_leg to_maximum;
  /**
   * Highest discharge current.
   */
  float discharge_current_max_a;
  /**
   * Highest discharge power.
   */
  float discharge_power_max_w;
  /**
   * Energy that may be taken out until the lowest state of charge that is allowed; not negative.
   */
  float discharge_energy_j;
  /**
   * Whether there is `discharge_current_max_a`, `discharge_power_max_w`, `discharge_energy_j`: 0 or 1.
   */
  uint8_t has_discharge;
  /**
   * Whether the battery is ready for energy (`EVReady`). 0 or 1.
   */
  uint8_t is_ready;
  /**
   * Error code (`EVErrorCode`). One of `bms_ev_error`.
   */
  uint8_t error;
  /**
   * Whether the fast part of the charge is complete. 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * Whether the charge is complete. 0 or 1.
   */
  uint8_t is_complete;
  /**
   * Whether the inlet is hot enough to limit the charge. 0 or 1.
   */
  uint8_t inlet_is_hot;
  /**
   * Thermal conditioning that the cells need. One of `bms_conditioning`.
   */
  uint8_t conditioning;
} bms_needs;

/**
 * Inputs of a session in one tick.
 */
typedef struct bms_session_inputs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Highest charge current; NaN counts as zero.
   */
  float schedule_current_a;
  /**
   * Highest charge power; NaN counts as zero.
   */
  float schedule_power_w;
  /**
   * State of charge of the pack at which the charge is complete, 0 to 1.
   */
  float target_soc;
  /**
   * Plug, message and inlet temperature; its `phase` is ignored.
   */
  struct bms_charger charger;
  /**
   * Voltage of the battery. Without a reading the mean of the extreme cells times their number is used.
   */
  struct bms_sample pack_voltage_v;
  /**
   * Voltage on the charger's side of the contactors, by the vehicle's own sensor. Without it no contactor closes.
   */
  struct bms_sample inlet_voltage_v;
  /**
   * Last status code. One of `bms_station_status`.
   */
  uint8_t station_status;
  /**
   * Last isolation status. One of `bms_station_isolation`.
   */
  uint8_t station_isolation;
  /**
   * Whether the station asks to stop (`EVSENotification` `StopCharging`); ends the session. 0 or 1.
   */
  uint8_t station_stops;
  /**
   * The last step to which the charger agreed. It counts only while it equals the last `ask`.
   *
   * `ask`: super::SessionOutputs::ask One of `bms_ask`.
   */
  uint8_t answered;
  /**
   * Whether the vehicle wants to charge; false ends the session. 0 or 1.
   */
  uint8_t wanted;
} bms_session_inputs;

/**
 * BEM: which messages of the charger did not arrive in time (table 28, `SPN3901` to `SPN3907`).
 */
typedef struct bms_gbt_timeouts {
  /**
   * CRM "not recognised yet". 0 or 1.
   */
  uint8_t recognition;
  /**
   * CRM "recognised". 0 or 1.
   */
  uint8_t recognised;
  /**
   * CTS and CML, which share one field. 0 or 1.
   */
  uint8_t capability;
  /**
   * CRO. 0 or 1.
   */
  uint8_t ready;
  /**
   * CCS. 0 or 1.
   */
  uint8_t output;
  /**
   * CST. 0 or 1.
   */
  uint8_t stop;
  /**
   * CSD. 0 or 1.
   */
  uint8_t statistics;
} bms_gbt_timeouts;

/**
 * CEM: which messages of the vehicle did not reach the charger in time (table 29, `SPN3921` to `SPN3927`).
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
 * BST and CST: why one end stops.
 *
 * Reasons of BST: target SoC, total voltage, cell voltage, the charger stopped. Of CST: condition reached, by hand, fault, the
 * vehicle stopped. Faults of BST: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection
 * point 2, other; of CST: charger hot, connector, inside hot, energy, emergency stop, other. Errors of both: current, voltage.
 */
typedef struct bms_gbt_stop {
  /**
   * Of the vehicle: target SoC, total voltage, cell voltage, the charger stopped. Of the charger: reached, by hand, fault, the vehicle stopped.
   */
  bms_signal2 reasons[4];
  /**
   * Of the vehicle: isolation, connector hot, component hot, connector, battery hot, relay, voltage of detection point 2, other. Of the charger: charger hot, connector, inside hot, energy, emergency stop, other.
   */
  bms_signal2 faults[8];
  /**
   * Current, voltage.
   */
  bms_signal2 errors[2];
} bms_gbt_stop;

/**
 * What the protocol gives a session.
 */
typedef struct bms_gbt_state {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Energy that the charger counted (CSD).
   */
  float energy_j;
  /**
   * Number of the charger (CSD).
   */
  uint32_t charger_number;
  /**
   * Minutes of the charge (CSD).
   */
  uint16_t minutes;
  /**
   * Stage of the protocol.
   */
  bms_gbt_stage stage;
  /**
   * Messages of the charger that did not arrive in time.
   */
  struct bms_gbt_timeouts timeouts;
  /**
   * Messages of the vehicle that the charger reports as late; `None` without a CEM.
   */
  struct bms_gbt_charger_timeouts charger_timeouts;
  /**
   * The vehicle's reasons to stop; `None` outside `Stopping`.
   */
  struct bms_gbt_stop stop;
  /**
   * The charger's reasons to stop; `None` without a CST.
   */
  struct bms_gbt_stop charger_stop;
  /**
   * Whether there is `charger_timeouts`: 0 or 1.
   */
  uint8_t has_charger_timeouts;
  /**
   * Whether there is `stop`: 0 or 1.
   */
  uint8_t has_stop;
  /**
   * Whether there is `charger_stop`: 0 or 1.
   */
  uint8_t has_charger_stop;
  /**
   * Whether there is `energy_j`, `charger_number`, `minutes`: 0 or 1.
   */
  uint8_t has_statistics;
  /**
   * Whether `bms_gbt_tell_cells` is due. 0 or 1.
   */
  uint8_t cells_are_due;
  /**
   * Whether `bms_gbt_tell_temperatures` is due. 0 or 1.
   */
  uint8_t temperatures_are_due;
  /**
   * Whether `bms_gbt_tell_reserved` is due. 0 or 1.
   */
  uint8_t reserved_is_due;
} bms_gbt_state;

/**
 * The state of a control pilot.
 */
typedef struct bms_pilot {
  /**
   * Size of this struct, set before the call.
   */
  uint32_t struct_size;
  /**
   * Current of each phase; 0 unless `kind` is `BMS_PILOT_CURRENT`.
   */
  float current_a;
  /**
   * The state.
   */
  bms_pilot_kind kind;
} bms_pilot;

/**
 * An on-board charger. `bms_on_board_charger_default` sets one of 11 kW.
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
   * Lowest operating current of a phase.
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
   * Output power divided by input power.
   */
  float efficiency_ratio;
  /**
   * Phases, 1 to 3.
   */
  uint8_t phases;
} bms_on_board_charger;

/**
 * Limits of bidirectional operation.
 */
typedef struct bms_bidirectional {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * State of charge of the pack below which the battery is never discharged.
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
   * Total energy that may be discharged, as a warranty may limit it.
   */
  float throughput_max_j;
  /**
   * Time between reaching the target and departure.
   */
  float margin_s;
} bms_bidirectional;

/**
 * Discharged energy, to be stored by the caller over power cycles. A new one is zero but for its size.
 */
typedef struct bms_throughput {
  /**
   * Size of this struct.
   */
  uint32_t struct_size;
  /**
   * Remainder below a milliwatt-hour.
   */
  float rest_j;
  /**
   * Whole milliwatt-hours.
   */
  uint64_t given_mwh;
} bms_throughput;

/**
 * Discharge limits as magnitudes, and their reasons.
 */
typedef struct bms_give_back {
  /**
   * Size of this struct, set before the call.
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
   * The fault that limits the current; 0 if it is none.
   */
  uint16_t fault;
  /**
   * What limits the current: one of `bms_give_back_reason`.
   */
  uint8_t reason;
  /**
   * The battery's own reason if it is the limit: one of `bms_limit_reason`.
   */
  uint8_t battery_reason;
  /**
   * What limits the energy: one of `bms_give_back_reason`.
   */
  uint8_t energy_reason;
} bms_give_back;

/**
 * A number of DIN SPEC 70121 and ISO 15118-2: `value * 10^multiplier`, multiplier -3 to 3. The unit goes with the field.
 */
typedef struct bms_physical {
  /**
   * Power of ten, -3 to 3.
   */
  int8_t multiplier;
  /**
   * The value.
   */
  int16_t value;
} bms_physical;

/**
 * A number of ISO 15118-20: `value * 10^exponent`.
 */
typedef struct bms_rational {
  /**
   * Power of ten.
   */
  int8_t exponent;
  /**
   * The value.
   */
  int16_t value;
} bms_rational;

/**
 * `DC_EVStatus`, part of every request of a DC session by DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_ev_status {
  /**
   * `EVReady`. 0 or 1.
   */
  uint8_t is_ready;
  /**
   * `EVErrorCode`.
   */
  bms_ev_error error;
  /**
   * `EVRESSSOC`, in percent.
   */
  uint8_t soc_percent;
  /**
   * `EVRESSConditioning` (DIN SPEC 70121 only): the cells are heated or cooled. 0 or 1.
   */
  uint8_t conditioning;
} bms_ev_status;

/**
 * `ChargeParameterDiscoveryReq` of DIN SPEC 70121 and ISO 15118-2 (DC).
 */
typedef struct bms_charge_parameters {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `DepartureTime`, in seconds from now.
   */
  uint32_t departure_s;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVMaximumCurrentLimit`, A.
   */
  struct bms_physical current_max_a;
  /**
   * `EVMaximumVoltageLimit`, V.
   */
  struct bms_physical voltage_max_v;
  /**
   * `EVMaximumPowerLimit`, W.
   */
  struct bms_physical power_max_w;
  /**
   * `EVEnergyCapacity`, Wh.
   */
  struct bms_physical capacity_wh;
  /**
   * `EVEnergyRequest`, Wh.
   */
  struct bms_physical energy_request_wh;
  /**
   * `FullSOC`, in percent.
   */
  uint8_t full_soc_percent;
  /**
   * `BulkSOC`, in percent.
   */
  uint8_t bulk_soc_percent;
  /**
   * Whether there is `departure_s`: 0 or 1.
   */
  uint8_t has_departure;
} bms_charge_parameters;

/**
 * `PreChargeReq` of DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_pre_charge {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVTargetVoltage`, V: that of the battery.
   */
  struct bms_physical target_voltage_v;
  /**
   * `EVTargetCurrent`, A: zero; at most 2 A are allowed (IEC 61851-23 CC.6).
   */
  struct bms_physical target_current_a;
} bms_pre_charge;

/**
 * `PowerDeliveryReq` of DIN SPEC 70121 and ISO 15118-2 (`DC_EVPowerDeliveryParameter`).
 */
typedef struct bms_power_delivery {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `BulkChargingComplete`. 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * `ChargingComplete`. 0 or 1.
   */
  uint8_t is_complete;
} bms_power_delivery;

/**
 * `CurrentDemandReq` of DIN SPEC 70121 and ISO 15118-2.
 */
typedef struct bms_current_demand {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `DC_EVStatus`.
   */
  struct bms_ev_status status;
  /**
   * `EVTargetCurrent`, A.
   */
  struct bms_physical target_current_a;
  /**
   * `EVTargetVoltage`, V.
   */
  struct bms_physical target_voltage_v;
  /**
   * `EVMaximumCurrentLimit`, A.
   */
  struct bms_physical current_max_a;
  /**
   * `EVMaximumVoltageLimit`, V.
   */
  struct bms_physical voltage_max_v;
  /**
   * `EVMaximumPowerLimit`, W.
   */
  struct bms_physical power_max_w;
  /**
   * `RemainingTimeToFullSoC`, s; `None` if the present limits never lead there.
   */
  struct bms_physical to_full_s;
  /**
   * `RemainingTimeToBulkSoC`, s; `None` if the present limits never lead there.
   */
  struct bms_physical to_bulk_s;
  /**
   * Whether there is `to_full_s`: 0 or 1.
   */
  uint8_t has_to_full;
  /**
   * Whether there is `to_bulk_s`: 0 or 1.
   */
  uint8_t has_to_bulk;
  /**
   * `BulkChargingComplete`. 0 or 1.
   */
  uint8_t bulk_is_complete;
  /**
   * `ChargingComplete`. 0 or 1.
   */
  uint8_t is_complete;
} bms_current_demand;

/**
 * Additional fields of a BPT message.
 */
typedef struct bms_discharge_20 {
  /**
   * `EVMaximumDischargePower`, W.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumDischargePower`, W.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumDischargeCurrent`, A.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMinimumDischargeCurrent`, A.
   */
  struct bms_rational current_min_a;
} bms_discharge_20;

/**
 * `DC_ChargeParameterDiscoveryReq` of ISO 15118-20; with `discharge` its BPT form.
 */
typedef struct bms_charge_parameters_20 {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `EVMaximumChargePower`, W.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumChargePower`, W.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumChargeCurrent`, A.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMinimumChargeCurrent`, A.
   */
  struct bms_rational current_min_a;
  /**
   * `EVMaximumVoltage`, V.
   */
  struct bms_rational voltage_max_v;
  /**
   * `EVMinimumVoltage`, V.
   */
  struct bms_rational voltage_min_v;
  /**
   * BPT.
   */
  struct bms_discharge_20 discharge;
  /**
   * `TargetSOC`, in percent.
   */
  uint8_t target_soc_percent;
  /**
   * Whether there is `discharge`: 0 or 1.
   */
  uint8_t has_discharge;
} bms_charge_parameters_20;

/**
 * `ScheduleExchangeReq` of ISO 15118-20, and the energies of a dynamic charge loop.
 */
typedef struct bms_energies_20 {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `DepartureTime`, in seconds from now.
   */
  uint32_t departure_s;
  /**
   * `EVTargetEnergyRequest`, Wh.
   */
  struct bms_rational target_wh;
  /**
   * `EVMaximumEnergyRequest`, Wh.
   */
  struct bms_rational maximum_wh;
  /**
   * `EVMinimumEnergyRequest`, Wh; negative if energy may be discharged.
   */
  struct bms_rational minimum_wh;
  /**
   * `EVMaximumV2XEnergyRequest`, Wh: energy that may still be charged within the V2X window.
   */
  struct bms_rational v2x_maximum_wh;
  /**
   * `EVMinimumV2XEnergyRequest`, Wh: negative, energy that may be discharged.
   */
  struct bms_rational v2x_minimum_wh;
  /**
   * `MinimumSOC`, in percent (dynamic mode).
   */
  uint8_t minimum_soc_percent;
  /**
   * `TargetSOC`, in percent (dynamic mode).
   */
  uint8_t target_soc_percent;
  /**
   * Whether there is `departure_s`: 0 or 1.
   */
  uint8_t has_departure;
  /**
   * Whether there is `v2x_maximum_wh`: 0 or 1.
   */
  uint8_t has_v2x;
} bms_energies_20;

/**
 * `DC_ChargeLoopReq` of ISO 15118-20: the fields of every control mode. Scheduled: target current and voltage; dynamic: the
 * limits and `Energies20`.
 */
typedef struct bms_charge_loop_20 {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `EVPresentVoltage`, V.
   */
  struct bms_rational present_voltage_v;
  /**
   * `EVTargetCurrent`, A (scheduled).
   */
  struct bms_rational target_current_a;
  /**
   * `EVTargetVoltage`, V (scheduled).
   */
  struct bms_rational target_voltage_v;
  /**
   * `EVMaximumChargePower`, W.
   */
  struct bms_rational power_max_w;
  /**
   * `EVMinimumChargePower`, W.
   */
  struct bms_rational power_min_w;
  /**
   * `EVMaximumChargeCurrent`, A: the present request, so that a charger in dynamic mode does not exceed it.
   */
  struct bms_rational current_max_a;
  /**
   * `EVMaximumVoltage`, V.
   */
  struct bms_rational voltage_max_v;
  /**
   * `EVMinimumVoltage`, V.
   */
  struct bms_rational voltage_min_v;
  /**
   * BPT.
   */
  struct bms_discharge_20 discharge;
  /**
   * Whether there is `discharge`: 0 or 1.
   */
  uint8_t has_discharge;
} bms_charge_loop_20;

/**
 * `DisplayParameters` of ISO 15118-20.
 */
typedef struct bms_display_20 {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `RemainingTimeToMinimumSOC`, s.
   */
  uint32_t to_minimum_s;
  /**
   * `RemainingTimeToTargetSOC`, s.
   */
  uint32_t to_target_s;
  /**
   * `RemainingTimeToMaximumSOC`, s.
   */
  uint32_t to_maximum_s;
  /**
   * `BatteryEnergyCapacity`, Wh.
   */
  struct bms_rational capacity_wh;
  /**
   * `PresentSOC`, in percent.
   */
  uint8_t present_soc_percent;
  /**
   * `MinimumSOC`, in percent.
   */
  uint8_t minimum_soc_percent;
  /**
   * `TargetSOC`, in percent.
   */
  uint8_t target_soc_percent;
  /**
   * `MaximumSOC`, in percent.
   */
  uint8_t maximum_soc_percent;
  /**
   * Whether there is `to_minimum_s`: 0 or 1.
   */
  uint8_t has_to_minimum;
  /**
   * Whether there is `to_target_s`: 0 or 1.
   */
  uint8_t has_to_target;
  /**
   * Whether there is `to_maximum_s`: 0 or 1.
   */
  uint8_t has_to_maximum;
  /**
   * `ChargingComplete`. 0 or 1.
   */
  uint8_t is_complete;
  /**
   * `InletHot`. 0 or 1.
   */
  uint8_t inlet_is_hot;
} bms_display_20;

/**
 * What a station forwards as `NotifyEVChargingNeeds` of OCPP 2.0.1 (`DCChargingParametersType`), in whole units. OCPP 2.1 adds
 * `V2XChargingParametersType`, whose fields are those of `ChargeParameters20` and `Energies20`.
 */
typedef struct bms_station_needs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * `evMaxCurrent`, A.
   */
  uint32_t current_max_a;
  /**
   * `evMaxVoltage`, V.
   */
  uint32_t voltage_max_v;
  /**
   * `evMaxPower`, W.
   */
  uint32_t power_max_w;
  /**
   * `energyAmount`, Wh.
   */
  uint32_t energy_wh;
  /**
   * `evEnergyCapacity`, Wh.
   */
  uint32_t capacity_wh;
  /**
   * `departureTime`, in seconds from now; OCPP expects a date.
   */
  uint32_t departure_s;
  /**
   * `stateOfCharge`, in percent.
   */
  uint8_t soc_percent;
  /**
   * `fullSoC`, in percent.
   */
  uint8_t full_soc_percent;
  /**
   * `bulkSoC`, in percent.
   */
  uint8_t bulk_soc_percent;
  /**
   * Whether there is `departure_s`: 0 or 1.
   */
  uint8_t has_departure;
} bms_station_needs;

/**
 * States of charge of the pack for which time and energy are computed, 0 to 1, and the departure.
 */
typedef struct bms_goals {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Reserve of the driver (`MinimumSOC`): the battery does not discharge below it into the grid.
   */
  float minimum_soc;
  /**
   * End of the fast part of the charge (`BulkSOC`).
   */
  float bulk_soc;
  /**
   * End of the charge (`TargetSOC`).
   */
  float target_soc;
  /**
   * Highest state of charge that is allowed (`MaximumSOC`, `FullSOC`).
   */
  float maximum_soc;
  /**
   * Time until departure; `None` if unknown. Infinite for none.
   */
  float departure_s;
} bms_goals;

/**
 * Forecast of a charge under the present limits of charger and schedule.
 */
typedef struct bms_forecast {
  /**
   * Size of this struct, set before each call.
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
   * What limits the charge for most of the time to the target, or stops it if it never gets there.
   */
  bms_request_reason reason;
  /**
   * The battery's own reason if it is the limit; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The fault that limits the current; 0 if it is none.
   */
  uint16_t fault;
  /**
   * The stage of a multistage charge if it is the limit; else 0.
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
 * Outputs of a session in one tick.
 */
typedef struct bms_session_outputs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Current into the battery, never negative.
   */
  float current_a;
  /**
   * Voltage to request from the charger now, 0 to 10 kV: the battery's during precharge, the request's while charging, else
   * zero.
   */
  float target_voltage_v;
  /**
   * Voltage that the charger must never exceed.
   */
  float maximum_voltage_v;
  /**
   * Highest current that an obedient charger may still give after the recent requests (`SessionConfig::follow_ms`,
   * `follow_a_per_s`): protection compares the measured current with it.
   */
  float current_asked_a;
  /**
   * Highest voltage that the charger may have now, for protection: the inlet's limit until the cable check ends, then
   * `maximum_voltage`.
   */
  float voltage_limit_v;
  /**
   * The limit that it comes from.
   */
  bms_request_reason reason;
  /**
   * The battery's own reason if it is the limit; else `BMS_LIMIT_REASON_OTHER`.
   */
  bms_limit_reason battery_reason;
  /**
   * The fault that limits the current; 0 if it is none.
   */
  uint16_t fault;
  /**
   * The stage of a multistage charge if it is the limit; else 0.
   */
  uint8_t stage;
  /**
   * How the session ended.
   */
  bms_session_end end;
  /**
   * The state that took too long if that ended it; else `BMS_SESSION_STATE_IDLE`.
   */
  bms_session_state end_state;
  /**
   * The battery's fault that ended it; 0 if it was none.
   */
  uint16_t end_fault;
  /**
   * State of the session.
   */
  bms_session_state state;
  /**
   * Step that the protocol performs next.
   */
  bms_ask ask;
  /**
   * Thermal conditioning that the cells need.
   */
  bms_conditioning conditioning;
  /**
   * Why the charge is complete; `None` while it runs.
   */
  bms_completion completion;
  /**
   * What to request from the battery, for `bms_commands.request`.
   */
  bms_request battery_request;
  /**
   * For `bms_charger.phase` of `bms_inputs`.
   */
  bms_charger_phase phase;
  /**
   * Error code for the charger (`EVErrorCode`).
   */
  bms_ev_error error;
  /**
   * Result of the welding detection.
   */
  bms_weld weld;
  /**
   * Whether the battery may be charged, for `bms_commands.charging_allowed`. 0 or 1.
   */
  uint8_t charging_allowed;
  /**
   * Whether the vehicle is ready for energy (`EVReady`). 0 or 1.
   */
  uint8_t is_ready;
  /**
   * Whether no current is requested while charging, for a reason that is no fault: 0 or 1.
   */
  uint8_t is_paused;
  /**
   * Whether the vehicle's isolation monitor may measure: two monitors on one circuit disturb each other. 0 or 1.
   */
  uint8_t isolation_monitor_allowed;
  /**
   * Whether the plug may be unlocked: no session runs, the contactors are open, the inlet is below
   * `SessionConfig::safe_voltage` or not measured, and the current is below `low_current`. 0 or 1.
   */
  uint8_t may_unlock;
} bms_session_outputs;

/**
 * One value per contactor.
 */
typedef struct bms_contactors {
  /**
   * Between the positive end of the cells and the link. 0 or 1.
   */
  uint8_t main_positive;
  /**
   * Between the negative end of the cells and the link. 0 or 1.
   */
  uint8_t main_negative;
  /**
   * In series with the precharge resistor, across the positive main contactor. 0 or 1.
   */
  uint8_t precharge;
} bms_contactors;

/**
 * Commands of the vehicle in this tick.
 */
typedef struct bms_commands {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Voltage limit requested from the charger.
   */
  float charger_voltage_limit_v;
  /**
   * Current requested from the charger; positive while it charges the battery (the charger's sign convention). While a
   * charger ramps down after a lower request, the current that it may still deliver: as long as it delivers no more and
   * `Charge` stands, a fault that only stops charging waits for the ramp before the contactors open.
   */
  float charger_current_request_a;
  /**
   * Whether a command message arrived since the last tick; the other fields are those of the last message. 0 or 1.
   */
  uint8_t is_new;
  /**
   * Requested mode. One of `bms_request`.
   */
  uint8_t request;
  /**
   * Acknowledges latched faults: those whose condition no longer holds are cleared. 0 or 1.
   */
  uint8_t acknowledge;
  /**
   * Contactors that the vehicle commands closed with `Supervise`; ignored otherwise.
   */
  struct bms_contactors contactors;
  /**
   * Whether the battery may be charged, by a charger or by regeneration; false limits the charge current to zero.
   * 0 or 1.
   */
  uint8_t charging_allowed;
  /**
   * Whether the coolant pump is commanded on. 0 or 1.
   */
  uint8_t pump_is_on;
  /**
   * Whether the heater is commanded on. 0 or 1.
   */
  uint8_t heater_is_on;
} bms_commands;

/**
 * Parameters of a cell, in tables that the caller keeps, for example in flash.
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
 * `activation_energy_j_per_mol`; along SoC they are interpolated linearly and constant beyond the ends.
 */
typedef struct bms_cell_config {
  /**
   * Charge between full and empty at 25 degC and low rate.
   * Range: 3.6000001 to 3.6e8 C.
   */
  float capacity_c;
  /**
   * Terminal voltage of an empty cell, the lower end of the operating window.
   * Range: 0 to 10 V.
   */
  float voltage_min_v;
  /**
   * Terminal voltage of a full cell, the upper end of the operating window.
   * Range: 0 to 10 V. Rule: above `voltage_min_v`.
   */
  float voltage_max_v;
  /**
   * SoC nodes of the OCV table.
   * Entries: at least 2. Range: 0 to 1, increasing by more than 0.0001. Rule: first 0, last 1.
   */
  struct bms_table ocv_soc;
  /**
   * Temperature nodes of the OCV table, in kelvin.
   * Entries: at least 1. Range: 173.15 to 423.15, increasing.
   */
  struct bms_table ocv_temperature_k;
  /**
   * OCV in volts, row by row: for each temperature all SoC nodes.
   * Entries: `ocv_temperature_k` x `ocv_soc`. Range: 0 to 10. Rule: increasing along SoC.
   */
  struct bms_table ocv_v;
  /**
   * SoC nodes of all other maps.
   * Entries: at least 2. Range: 0 to 1, increasing by more than 0.0001.
   */
  struct bms_table soc;
  /**
   * Temperature nodes of all other maps, in kelvin.
   * Entries: at least 1. Range: 173.15 to 423.15, increasing.
   */
  struct bms_table temperature_k;
  /**
   * Ohmic resistance, a map in ohm.
   * Entries: `temperature_k` x `soc`. Range: above 0, at most 1000.
   */
  struct bms_table r0_ohm;
  /**
   * Charge-transfer resistance at small discharge current, a map in ohm.
   * Entries: `temperature_k` x `soc`. Range: 0 to 1000.
   */
  struct bms_table charge_transfer_discharge_ohm;
  /**
   * Charge-transfer resistance at small charge current, a map in ohm.
   * Entries: `temperature_k` x `soc`. Range: 0 to 1000.
   */
  struct bms_table charge_transfer_charge_ohm;
  /**
   * Knee current of the charge transfer at each temperature node, in ampere. Far below it the charge transfer is a
   * resistance, far above it the voltage grows with the logarithm of the current (Butler-Volmer with equal transfer
   * coefficients).
   * Entries: `temperature_k`. Range: above 0, at most 1e6.
   */
  struct bms_table knee_current_a;
  /**
   * Time constant of each RC branch, in seconds.
   * Entries: 1 to 4. Range: 0.001 to 1e6, increasing.
   */
  struct bms_table branch_tau_s;
  /**
   * Resistance of the branches, one map in ohm after the other.
   * Entries: `branch_tau_s` x `temperature_k` x `soc`. Range: 0 to 1000.
   */
  struct bms_table branch_ohm;
  /**
   * Half of the gap between charge and discharge OCV, a map in volts.
   * Entries: `temperature_k` x `soc`. Range: 0 to 10.
   */
  struct bms_table hysteresis_v;
  /**
   * Change of SoC over which the hysteresis state approaches its end by a factor e.
   * Range: 0.0001 to 1.
   */
  float hysteresis_soc;
  /**
   * Activation energy of all resistances, in joule per mole.
   * Range: 0 to 200000.
   */
  float activation_energy_j_per_mol;
  /**
   * Standard deviation of the model's voltage error at each temperature node, in volts.
   * Entries: `temperature_k`. Range: above 0, at most 10.
   */
  struct bms_table voltage_error_v;
} bms_cell_config;

/**
 * Tuning of the estimator of a cell. One set serves all cells, temperatures and drives.
 *
 * Currents are C-rates (multiples of capacity per hour), so that one set serves cells of any size. Every value is one
 * standard deviation unless stated otherwise.
 *
 * The default was chosen on drives of three cells, listed in docs/accuracy.md, and serves all of them.
 */
typedef struct bms_estimator_tuning {
  /**
   * Error of a given initial SoC.
   * Range: 0.0001 to 1. Default: 0.3.
   */
  float initial_soc_sigma;
  /**
   * Branch currents before the first sample, as the cell may have been in use; C-rate.
   * Range: 0 to 10. Default: 0.02.
   */
  float initial_branch_c_rate;
  /**
   * Error of the hysteresis state before the first sample; the state ranges from -1 to 1.
   * Range: 0 to 1. Default: 0.6.
   */
  float initial_hysteresis_sigma;
  /**
   * White noise of the current sensor, C-rate times square root of second.
   * Range: 0 to 10. Default: 0.05.
   */
  float current_noise_c_rate_sqrt_s;
  /**
   * Offset of the current sensor before the first sample; C-rate.
   * Range: 0 to 10. Default: 0.06.
   */
  float current_bias_c_rate;
  /**
   * Random walk of the current sensor's offset, C-rate per square root of second.
   * Range: 0 to 1. Default: 5e-6.
   */
  float current_bias_drift_c_rate_per_sqrt_s;
  /**
   * Relative error of the capacity together with the gain of the current sensor.
   * Range: 0 to 1. Default: 0.085.
   */
  float capacity_scale_sigma;
  /**
   * Relative error of all resistances, from age and temperature.
   * Range: 0 to 10. Default: 0.2.
   */
  float resistance_scale_sigma;
  /**
   * Correlation time of the resistance error.
   * Range: 1 to 1e9. Default: 15000.
   */
  float resistance_scale_time_s;
  /**
   * Relative error of a branch current, for the part of diffusion that a few RC branches do not model.
   * Range: 0 to 10. Default: 0.05.
   */
  float branch_error;
  /**
   * Noise density of the voltage, volts times square root of second.
   *
   * Far above that of a sensor: errors of the model last over many samples, and a filter that treated each sample as
   * independent evidence would trust them too much. A density makes the result independent of the sample rate.
   * Range: 1e-5 to 10. Default: 0.1.
   */
  float voltage_noise_v_sqrt_s;
  /**
   * Further noise density in proportion to the voltage drop over the resistances, square root of second.
   * Range: 0 to 10. Default: 0.4.
   */
  float drop_noise_sqrt_s;
  /**
   * Correlated voltage error as a factor on the cell's `voltage_error_v`.
   * Range: 0 to 100. Default: 0.17.
   */
  float voltage_error_factor;
  /**
   * Correlated voltage error as a share of the voltage drop over the resistances.
   * Range: 0 to 10. Default: 0.03.
   */
  float drop_error;
  /**
   * Error of the OCV curve along its SoC axis, which reduces the weight of voltages where the curve is steep.
   * Range: 0 to 1. Default: 0.01.
   */
  float ocv_soc_error;
  /**
   * Correlation time of the correlated voltage error.
   * Range: 1 to 1e9. Default: 300.
   */
  float voltage_error_time_s;
  /**
   * Correlation length of the correlated voltage error, in SoC.
   * Range: 0.0001 to 1e6. Default: 0.03.
   */
  float voltage_error_soc;
  /**
   * Innovations beyond this many of their own standard deviations are clipped to it.
   * Range: 0.1 to 1000. Default: 2.5.
   */
  float gate_soft_sigma;
  /**
   * Innovations beyond this many standard deviations are rejected.
   * Range: 0.1 to 1000. Default: 6.
   */
  float gate_hard_sigma;
  /**
   * Time of continuous rejection after which the estimator raises its uncertainty and opens the gate.
   * Range: 0 to 1e9. Default: 60.
   */
  float gate_patience_s;
} bms_estimator_tuning;

/**
 * Tuning of the filters of each cell's deviation from the mean of a series pack.
 *
 * Sigmas are one standard deviation. The default serves packs of one cell type, sorted or not, new or aged.
 */
typedef struct bms_delta_tuning {
  /**
   * Deviation of a cell's SoC from the mean before the first voltage.
   * Range: 0.0001 to 1. Default: 0.04.
   */
  float soc_sigma;
  /**
   * Relative deviation of a cell's resistance.
   * Range: 0.001 to 1. Default: 0.15.
   */
  float resistance_sigma;
  /**
   * Correlation time of a deviation of resistance, from temperature and age.
   * Range: 1 to 1e9. Default: 20000.
   */
  float resistance_time_s;
  /**
   * Relative deviation of a cell's inverse capacity.
   * Range: 0 to 1. Default: 0.05.
   */
  float capacity_sigma;
  /**
   * Random walk of the SoC deviations, from self-discharge and balancing, SoC per square root of hour.
   * Range: 0 to 1. Default: 0.0002.
   */
  float soc_drift_per_sqrt_h;
  /**
   * Noise of one voltage reading that averages out over readings.
   * Range: 1e-5 to 1. Default: 0.004.
   */
  float voltage_noise_v;
  /**
   * Constant error of a cell's voltage against the others: offset of its channel, shape of its OCV.
   *
   * It bounds the information of any number of readings; where the OCV is flat, voltages therefore have little weight.
   * Range: 1e-5 to 1. Default: 0.004.
   */
  float lasting_voltage_error_v;
  /**
   * Further constant error as a share of the voltage drop over the resistances: deviations of temperature and of the
   * time constants.
   * Range: 0 to 10. Default: 0.06.
   */
  float lasting_drop_error;
  /**
   * A cell whose voltage is this many standard deviations from the prediction by the others is excluded from the mean.
   * Range: 0.1 to 1000. Default: 5.
   */
  float gate_sigma;
  /**
   * A cell nearer than this to the prediction by the others is never excluded.
   * Range: 0.001 to 10. Default: 0.04.
   */
  float gate_floor_v;
  /**
   * Time over which the variance of a deviation grows by a factor e while the cell's voltage contradicts it.
   * Range: 0.1 to 1e9. Default: 30.
   */
  float doubt_time_s;
  /**
   * Cells whose deviation is corrected in one step; 0 for a tenth of the pack.
   * Range: any. Default: 0.
   */
  uint16_t updates_per_step;
  /**
   * Rate at which the displayed SoC is corrected, in addition to the counted charge, SoC per second, while its error
   * is small; an error of 0.05 doubles the rate.
   * Range: 0 to 1. Default: 0.00017.
   */
  float shown_slew_per_s;
  /**
   * Rate at which the displayed SoC is corrected in proportion to the counted charge.
   * Range: 0 to 1. Default: 0.5.
   */
  float shown_slew_per_soc;
} bms_delta_tuning;

/**
 * Tuning of the capacity estimate. Sigmas are one standard deviation.
 */
typedef struct bms_capacity_tuning {
  /**
   * Relative error of the nominal capacity before the first swing.
   * Range: 0.001 to 1. Default: 0.1.
   */
  float initial_sigma;
  /**
   * Smallest change of SoC between two anchors.
   * Range: 0.05 to 1. Default: 0.4.
   */
  float least_swing;
  /**
   * Largest standard deviation of an SoC that serves as an anchor.
   * Range: 0.001 to 0.3. Default: 0.03.
   */
  float largest_soc_sigma;
  /**
   * Relative error of the counted charge: gain of the current sensor.
   * Range: 0 to 1. Default: 0.005.
   */
  float charge_gain_sigma;
  /**
   * Further error of the counted charge over a swing, as a share of the nominal capacity: offset of the sensor.
   * Range: 0 to 1. Default: 0.005.
   */
  float charge_offset_sigma;
  /**
   * Relative error common to all swings, of gain and OCV: it bounds the information of any number of swings.
   * Range: 0.0001 to 1. Default: 0.01.
   */
  float lasting_error;
  /**
   * Random walk of the capacity per square root of a full cycle, relative: ageing.
   * Range: 0 to 1. Default: 0.002.
   */
  float drift_per_sqrt_cycle;
  /**
   * A swing that contradicts the estimate by more than this many standard deviations is rejected.
   * Range: 0.1 to 1000. Default: 3.5.
   */
  float gate_sigma;
} bms_capacity_tuning;

/**
 * Numbers of cells, sensors and front ends, and the sensor of each cell.
 */
typedef struct bms_layout {
  /**
   * Cells in series.
   * Range: 1 to 250.
   */
  uint16_t cells;
  /**
   * Temperature sensors.
   * Range: 1 to 128.
   */
  uint16_t temperature_sensors;
  /**
   * Analogue front ends.
   * Range: 0 to 32.
   */
  uint16_t front_ends;
  /**
   * Number of the temperature sensor that measures each cell, below `temperature_sensors`.
   * Entries: `cells`. They have to stay as long as the pack is used.
   */
  const uint8_t *sensor_of_cell;
} bms_layout;

/**
 * Which readings exist. Faults of a reading that is not fitted are not detected.
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
   * A measurement of the link voltage, on the vehicle's side of the contactors.
   * 0 or 1.
   */
  uint8_t link_voltage;
  /**
   * An isolation monitor.
   * 0 or 1.
   */
  uint8_t isolation;
  /**
   * A high-voltage interlock loop.
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
   * A coolant circuit with reported temperature.
   * 0 or 1.
   */
  uint8_t coolant;
  /**
   * A heater in the coolant circuit.
   * 0 or 1.
   */
  uint8_t heater;
  /**
   * A temperature sensor in the charging inlet.
   * 0 or 1.
   */
  uint8_t inlet_temperature;
  /**
   * A measurement of the controller's supply voltage.
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
 * Sampling periods and maximum ages of readings, in milliseconds.
 *
 * The default is a 10 ms task with cell voltages every 50 ms and temperatures every 500 ms.
 */
typedef struct bms_sampling {
  /**
   * Period of the tick.
   * Range: 1 to 1000. Default: 10.
   */
  uint16_t tick_ms;
  /**
   * A tick later than this is an overrun.
   * Rule: above `tick_ms`. Default: 20.
   */
  uint16_t tick_late_ms;
  /**
   * Sampling period of a cell voltage.
   * Rule: at least `tick_ms`. Default: 50.
   */
  uint16_t cell_voltage_ms;
  /**
   * Sampling period of a temperature.
   * Rule: at least `tick_ms`, below `control.self_test_ms`. Default: 500.
   */
  uint16_t temperature_ms;
  /**
   * Sampling period of the current.
   * Rule: at least `tick_ms`. Default: 10.
   */
  uint16_t current_ms;
  /**
   * Sampling period of the pack, link and isolation readings, and period of a charger's messages.
   * Rule: at least `tick_ms`, below `charging.stale_ms`. Default: 100.
   */
  uint16_t pack_ms;
  /**
   * A cell voltage older than this is stale.
   * Rule: above `cell_voltage_ms`. Default: 200.
   */
  uint16_t cell_voltage_stale_ms;
  /**
   * A cell voltage older than this is missing.
   * Range: 0 to 30000. Rule: above `cell_voltage_stale_ms`. Default: 1000.
   */
  uint16_t cell_voltage_missing_ms;
  /**
   * A temperature older than this is stale.
   * Rule: above `temperature_ms`. Default: 2000.
   */
  uint16_t temperature_stale_ms;
  /**
   * A temperature older than this is missing.
   * Range: 0 to 30000. Rule: above `temperature_stale_ms`. Default: 10000.
   */
  uint16_t temperature_missing_ms;
  /**
   * A current older than this is stale.
   * Rule: above `current_ms`. Default: 50.
   */
  uint16_t current_stale_ms;
  /**
   * A current older than this is missing.
   * Range: 0 to 30000. Rule: above `current_stale_ms`. Default: 250.
   */
  uint16_t current_missing_ms;
  /**
   * A pack, link or isolation reading older than this is stale.
   * Rule: above `pack_ms`. Default: 300.
   */
  uint16_t pack_stale_ms;
  /**
   * A pack, link or isolation reading older than this is missing.
   * Range: 0 to 30000. Rule: above `pack_stale_ms`. Default: 1000.
   */
  uint16_t pack_missing_ms;
  /**
   * A command older than this is stale.
   * Range: 1 to 30000. Rule: above `tick_ms`. Default: 500.
   */
  uint16_t command_stale_ms;
  /**
   * Maximum time from the request of zero current until the contactors are open.
   * Range: 1 to 30000. Default: 500.
   */
  uint16_t open_ms;
  /**
   * Maximum time from the command to open at once until the contactors are open.
   * Range: 1 to 30000. Rule: at least `tick_ms`, below `open_ms`. Default: 50.
   */
  uint16_t open_at_once_ms;
  /**
   * Maximum time from a reduced limit until the current is below it.
   * Range: 1 to 30000. Default: 1000.
   */
  uint16_t limit_ms;
} bms_sampling;

/**
 * The three levels of a limit, in the unit at the end of the field's name.
 */
typedef struct bms_levels {
  /**
   * End of normal operation.
   */
  float operating;
  /**
   * Beyond it the current limits are reduced.
   */
  float recommended;
  /**
   * Beyond it the contactors open.
   */
  float maximum;
} bms_levels;

/**
 * Levels for each direction of the current, in the unit at the end of the field's name.
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
 * Melting curve of a fuse.
 */
typedef struct bms_fuse {
  /**
   * Current nodes in ampere; the fuse carries the first current indefinitely.
   * Entries: at least 1. Range: 0 to 1e6, increasing.
   */
  struct bms_table current_a;
  /**
   * Melting integral at each current node, in ampere squared times seconds; interpolated linearly.
   * Entries: `current_a`. Range: 0.001 to 1e12.
   */
  struct bms_table i2t_a2s;
  /**
   * Thermal time constant of the unloaded fuse.
   * Range: above 0 s. Default: 60 s.
   */
  float cooling_s;
  /**
   * Share of the melting integral at which the current limits are reduced.
   * Range: above 0. Rule: below `maximum_ratio`. Default: 0.4.
   */
  float recommended_ratio;
  /**
   * Share of the melting integral at which the contactors open.
   * Range: 0 to 1. Default: 0.7.
   */
  float maximum_ratio;
} bms_fuse;

/**
 * Operating limits of the battery.
 *
 * Currents are magnitudes. Where a limit depends on temperature and SoC, the strictest value over all temperatures and
 * states of charge of the pack applies to the whole pack.
 */
typedef struct bms_limits {
  /**
   * Highest cell voltage.
   */
  struct bms_levels cell_over_voltage_v;
  /**
   * Offset of the three levels by temperature and SoC, in volts.
   * Range: -1 to 0. Default: 0.
   */
  struct bms_map cell_over_voltage_offset_v;
  /**
   * Lowest cell voltage.
   */
  struct bms_levels cell_under_voltage_v;
  /**
   * Offset of the three levels by temperature and SoC, in volts: cold cells may go lower.
   * Range: -1 to 0. Default: 0.
   */
  struct bms_map cell_under_voltage_offset_v;
  /**
   * Cell voltage at which the cell is damaged permanently.
   * Rule: above `sensing.cell_voltage_low_v`, at most `cell_under_voltage_v.maximum`.
   */
  float cell_deep_discharge_v;
  /**
   * Distance of a cell voltage from its limit at which its fault clears.
   * Range: 0 to 1 V. Default: 0.02 V.
   */
  float cell_voltage_hysteresis_v;
  /**
   * Largest difference of a cell voltage from the mean of all.
   * Range: above 0 V. Default: 0.3 V.
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
   * Distance of a temperature from its limit at which its fault clears.
   * Range: 0 to 20 K. Default: 2 K.
   */
  float temperature_hysteresis_k;
  /**
   * Largest difference of a temperature from the mean of all.
   * Range: above 0 K. Default: 15 K.
   */
  float temperature_spread_k;
  /**
   * Largest rate of temperature rise, in kelvin per second.
   * Range: above 0. Rule: below `thermal.runaway_k_per_s`. Default: 0.5.
   */
  float temperature_rise_k_per_s;
  /**
   * Highest charge current of a cell.
   */
  struct bms_levels cell_charge_current_a;
  /**
   * Factor on the three levels by temperature and SoC.
   * Range: 0 to 1.
   */
  struct bms_map cell_charge_factor;
  /**
   * Highest discharge current of a cell.
   */
  struct bms_levels cell_discharge_current_a;
  /**
   * Factor on the three levels by temperature and SoC.
   * Range: 0 to 1.
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
   * Distance of a current from its limit at which its fault clears, as a share of the limit.
   * Range: 0 to 0.9. Default: 0.05.
   */
  float current_hysteresis_ratio;
  /**
   * Magnitude of current below which the battery rests; with open contactors a larger current is a fault.
   * Range: above 0 A.
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
   * Distance of the pack voltage from its limit at which its fault clears.
   * Range: 0 to 100 V.
   */
  float pack_voltage_hysteresis_v;
  /**
   * Largest difference of pack voltage and sum of cell voltages, as a share of the pack's highest operating voltage.
   * Range: 0.001 to 0.5. Default: 0.02.
   */
  float sum_of_cells_ratio;
  /**
   * Largest difference of link and pack voltage with closed contactors, as a share of the pack's highest operating
   * voltage.
   * Range: 0.001 to 0.5. Default: 0.05.
   */
  float link_voltage_ratio;
  /**
   * Largest difference of the strongest and the weakest cell's state of charge.
   * Range: 0.001 to 1. Default: 0.1.
   */
  float soc_spread_ratio;
} bms_limits;

/**
 * Ranges and tolerances of sensors. A reading outside is a fault of the reading; protection evaluates it all the same.
 */
typedef struct bms_sensing {
  /**
   * Lowest cell voltage that a front end can measure.
   * Range: -1 to 10 V. Default: 0.1 V.
   */
  float cell_voltage_low_v;
  /**
   * Highest cell voltage that a front end can measure.
   * Range: 0 to 10 V. Rule: above `limits.cell_over_voltage_v.maximum`. Default: 5 V.
   */
  float cell_voltage_high_v;
  /**
   * Largest change of a cell voltage from one sample to the next.
   * Range: above 0 V. Default: 1 V.
   */
  float cell_voltage_jump_v;
  /**
   * Largest difference of two readings of the same cell.
   * Range: above 0 V. Default: 0.02 V.
   */
  float cell_voltage_pair_v;
  /**
   * Change of the predicted cell voltage that a reading has to follow; at least a few steps of its resolution.
   * Range: above 0 V. Default: 0.01 V.
   */
  float cell_voltage_move_v;
  /**
   * Lowest temperature that a sensor can measure.
   * Range: 173.15 to 273.15 K. Default: 228.15 K.
   */
  float temperature_low_k;
  /**
   * Highest temperature that a sensor can measure.
   * Range: 273.15 to 573.15 K. Default: 423.15 K.
   */
  float temperature_high_k;
  /**
   * Largest change of a temperature from one sample to the next.
   * Range: above 0 K. Default: 20 K.
   */
  float temperature_jump_k;
  /**
   * Largest difference of two readings of the same temperature.
   * Range: above 0 K. Default: 5 K.
   */
  float temperature_pair_k;
  /**
   * Change of the other temperatures that a reading has to follow.
   * Range: above 0 K. Default: 1 K.
   */
  float temperature_move_k;
  /**
   * Largest magnitude of current that a sensor can measure.
   * Rule: above the maximum level of every current limit.
   */
  float current_range_a;
  /**
   * Largest change of the current from one sample to the next.
   * Range: above 0 A.
   */
  float current_jump_a;
  /**
   * Largest difference of the two current sensors; `current_pair_ratio` is added.
   * Range: above 0 A.
   */
  float current_pair_a;
  /**
   * Part of the largest difference of the two current sensors that is proportional to the current.
   * Range: 0 to 1. Default: 0.05.
   */
  float current_pair_ratio;
  /**
   * Largest offset of a current sensor; a larger one is a fault.
   * Range: above 0 A. Rule: below `limits.rest_current_a`.
   */
  float current_offset_a;
  /**
   * Largest magnitude of pack or link voltage that a sensor can measure.
   * Range: 1 to 2000 V. Rule: above `limits.pack_over_voltage_v.maximum`.
   */
  float pack_voltage_range_v;
  /**
   * Largest change of the pack voltage from one sample to the next, and of the link voltage with closed contactors.
   * Range: above 0 V.
   */
  float pack_voltage_jump_v;
  /**
   * Lowest supply voltage of the controller.
   * Range: 0 to 60 V. Default: 8 V.
   */
  float supply_low_v;
} bms_sensing;

/**
 * Contactors, precharge, isolation.
 */
typedef struct bms_high_voltage {
  /**
   * Maximum time from a command to a contactor until its state and its feedback follow.
   * Range: 1 to 5000. Default: 100.
   */
  uint16_t contactor_settle_ms;
  /**
   * Largest current that a contactor is rated to break.
   * Range: above 0 A.
   */
  float contactor_break_a;
  /**
   * Rated number of openings of a contactor.
   * Range: at least 1. Default: 100000.
   */
  uint32_t contactor_operations;
  /**
   * Rated number of openings at more current than `contactor_break_a`.
   * Range: at least 1. Default: 20.
   */
  uint16_t contactor_hard_operations;
  /**
   * Resistance of the precharge resistor.
   * Range: above 0 ohm.
   */
  float precharge_resistance_ohm;
  /**
   * Capacitance of the link.
   * Range: above 0 F.
   */
  float link_capacitance_f;
  /**
   * Share of the pack voltage that the link has to reach before the main contactor closes.
   * Range: 0.8 to 0.999. Default: 0.95.
   */
  float precharge_target_ratio;
  /**
   * Maximum precharge time as a multiple of the RC model's time.
   * Range: 1.1 to 20. Default: 3.
   */
  float precharge_slow_factor;
  /**
   * Minimum precharge time as a share of the RC model's time. A link without load is detected by a sample within that
   * time, which has to be at least `sampling.pack_ms` and a tick long.
   * Range: 0.01 to 0.9. Default: 0.5.
   */
  float precharge_fast_factor;
  /**
   * Energy that the precharge resistor can absorb.
   * Rule: at least the energy of the link at `limits.pack_over_voltage_v.maximum`.
   */
  float precharge_energy_j;
  /**
   * Thermal time constant of the precharge resistor.
   * Range: above 0. Default: 60.
   */
  float precharge_cooling_s;
  /**
   * Isolation resistance below which a fault is reported: 100 ohm/V, or 500 ohm/V where alternating current is
   * connected (UN GTR 20, UN R100).
   * Range: 100 to 1e6. Rule: at least 500 with `alternating_current`. Default: 100.
   */
  float isolation_fault_ohm_per_v;
  /**
   * Isolation resistance below which a warning is reported.
   * Range: 0 to 1e6. Rule: above `isolation_fault_ohm_per_v`. Default: 500.
   */
  float isolation_warning_ohm_per_v;
  /**
   * Whether a circuit with alternating current is connected conductively.
   * 0 or 1.
   */
  uint8_t alternating_current;
} bms_high_voltage;

/**
 * Thermal runaway and heater.
 */
typedef struct bms_thermal {
  /**
   * Rate of temperature rise, in kelvin per second, that is a sign of thermal runaway: 1 K/s (GB 38031-2025 C.5.3.7).
   * Range: 0.1 to 1. Rule: above `limits.temperature_rise_k_per_s`. Default: 1.
   */
  float runaway_k_per_s;
  /**
   * Relative drop of a cell's voltage that is a sign of thermal runaway: 0.25 (GB 38031-2025 C.5.3.7).
   * Range: 0.05 to 0.25. Default: 0.25.
   */
  float runaway_voltage_drop_ratio;
  /**
   * Maximum time from the onset of thermal runaway to the alarm: 300 s (GB 38031-2025).
   * Range: 10 to 300. Default: 300.
   */
  float runaway_alarm_s;
  /**
   * Excess of the coolant's inlet temperature over the warmest cell, with the heater commanded off, from which on the
   * heater is reported as stuck on.
   * Range: above 0 K. Default: 10 K.
   */
  float heater_margin_k;
} bms_thermal;

/**
 * Supervision of chargers.
 */
typedef struct bms_charging_supervision {
  /**
   * Tolerance of the charger's voltage above the requested voltage.
   * Range: above 0 V. Default: 5 V.
   */
  float voltage_over_v;
  /**
   * Tolerance of the charger's current above the requested current; `current_over_ratio` is added.
   * Range: above 0 A. Default: 5 A.
   */
  float current_over_a;
  /**
   * Part of the tolerance of the charger's current that is proportional to the current.
   * Range: 0 to 0.5. Default: 0.05.
   */
  float current_over_ratio;
  /**
   * A charger's message older than this is stale.
   * Range: 1 to 30000. Rule: above `sampling.pack_ms`. Default: 1000.
   */
  uint16_t stale_ms;
  /**
   * Largest difference of charger and pack voltage at which the contactors close: 20 V for CCS (IEC 61851-23).
   * Range: above 0 V. Default: 20 V.
   */
  float precharge_window_v;
  /**
   * Highest temperature of the charging inlet.
   * Range: 303.15 to 423.15 K. Default: 363.15 K.
   */
  float inlet_temperature_k;
  /**
   * Current below which the plug may be unlocked.
   * Range: above 0 A. Default: 5 A.
   */
  float plug_current_a;
} bms_charging_supervision;

/**
 * Plausibility limits of estimates.
 */
typedef struct bms_estimate_limits {
  /**
   * Time of continuously rejected voltages after which the estimator is reported as locked out.
   * Range: above 0. Rule: below `estimator.gate_patience_s`, after which voltages are accepted again. Default: 30.
   */
  float lockout_s;
  /**
   * Rest time after which a cell voltage determines the state of charge.
   * Range: above 0. Default: 1800.
   */
  float rest_s;
  /**
   * Largest difference of rested and estimated state of charge; three standard deviations are added.
   * Range: 0.001 to 1. Default: 0.05.
   */
  float soc_difference_ratio;
  /**
   * Capacity at the end of life, as a share of the new cell's.
   * Range: 0.1 to 0.99. Default: 0.7.
   */
  float capacity_end_of_life_ratio;
  /**
   * Resistance at the end of life, as a multiple of the new cell's.
   * Range: 1.01 to 4. Default: 2.
   */
  float resistance_end_of_life_ratio;
  /**
   * Largest unaccounted share of the energy throughput.
   * Range: 0.01 to 0.9. Default: 0.4.
   */
  float energy_imbalance_ratio;
} bms_estimate_limits;

/**
 * Passive balancing.
 */
typedef struct bms_balancing {
  /**
   * Bleed resistor of one cell.
   * Range: above 0 ohm. Default: 39 ohm.
   */
  float resistance_ohm;
  /**
   * State of charge above the weakest cell at which bleeding of a cell starts.
   * Range: 0 to 0.5. Rule: above `stop_ratio`. Default: 0.01.
   */
  float start_ratio;
  /**
   * State of charge above the weakest cell at which bleeding of a cell stops.
   * Range: above 0. Default: 0.003.
   */
  float stop_ratio;
  /**
   * Lowest cell voltage at which a cell is bled.
   * Rule: at least `limits.cell_under_voltage_v.operating`.
   */
  float lowest_voltage_v;
  /**
   * Lowest mean state of charge at which cells are bled.
   * Range: 0 to 1. Default: 0.2.
   */
  float lowest_soc;
  /**
   * Highest temperature of the bleed resistors, where it is measured.
   * Range: 293.15 to 423.15 K. Default: 358.15 K.
   */
  float highest_temperature_k;
  /**
   * Duration of bleeding; after it all resistors are off for `measure_ms`.
   * Range: 1 to 60000. Default: 4500.
   */
  uint16_t bleed_ms;
  /**
   * Duration of the pause in which voltages are measured with all resistors off.
   * Rule: at least `settle_ms` and `sampling.cell_voltage_ms` together. Default: 500.
   */
  uint16_t measure_ms;
  /**
   * Time after which the voltage of a cell whose resistor was switched off is used for estimates.
   * Range: 0 to 30000. Default: 100.
   */
  uint16_t settle_ms;
  /**
   * Largest number of cells that are bled at the same time.
   * Range: 1 to 250. Default: 250.
   */
  uint16_t channels;
  /**
   * Whether neighbours are never bled at the same time: for heat, and for front ends with shared wires.
   * 0 or 1.
   */
  uint8_t spare_neighbours;
} bms_balancing;

/**
 * Mode changes, current limits and balancing.
 */
typedef struct bms_control {
  /**
   * Time after the start within which every reading has to arrive.
   * Range: 1 to 30000. Rule: above `sampling.temperature_ms`. Default: 3000.
   */
  uint16_t self_test_ms;
  /**
   * Failed precharges after which the request has to be withdrawn.
   * Range: 1 to 20. Default: 3.
   */
  uint8_t precharge_attempts;
  /**
   * Pause between a failed precharge and the next.
   * Range: 1 to 3600. Default: 5.
   */
  uint16_t precharge_pause_s;
  /**
   * Time after one main contactor has opened within which the link voltage has to drop by a tenth of the pack voltage;
   * otherwise the contactor is reported as welded. 0 disables the test, for links that nothing discharges.
   * Range: 0 to 30000. Default: 1000.
   */
  uint16_t weld_test_ms;
  /**
   * Share of the pack voltage at which the link counts as discharged, which ends the weld test early.
   * Range: 0.05 to 0.75. Default: 0.5.
   */
  float link_fallen_ratio;
  /**
   * Share of the hardware's current limit that remains in limp mode.
   * Range: 0 to 0.9. Default: 0.3.
   */
  float limp_ratio;
  /**
   * Time in which a current limit rises from zero to the hardware's current limit.
   * Range: 0.01 to 600. Default: 5.
   */
  float limit_rise_s;
  /**
   * Time for which an allowed current can be held before a cell reaches its voltage limit.
   * Range: 0.1 to 600. Default: 2.
   */
  float horizon_s;
  /**
   * State of charge of the weakest cell below which the discharge limit falls linearly to zero.
   * Range: 0.001 to 0.5. Default: 0.05.
   */
  float empty_ramp_ratio;
  /**
   * Distance of the strongest cell from full below which the charge limit falls linearly to zero.
   * Range: 0.001 to 0.5. Default: 0.03.
   */
  float full_ramp_ratio;
  /**
   * Passive balancing.
   */
  struct bms_balancing balancing;
} bms_control;

/**
 * Times of one fault that replace the catalogue's.
 */
typedef struct bms_fault_timing {
  /**
   * The fault's number.
   */
  uint16_t fault;
  /**
   * Time for which the condition has to hold before the fault is reported. Range: 0 to 30000.
   */
  uint16_t qualify_ms;
  /**
   * Time for which the condition has to be absent before the fault clears. Range: 0 to 30000.
   */
  uint16_t recover_ms;
} bms_fault_timing;

/**
 * Configuration of a pack. `bms_config_default` fills it with a preset, `bms_config_check` checks that its values
 * fit together.
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
   * One cell of the series; a group of cells in parallel counts as one, with the capacity of all and the resistance
   * of the group.
   */
  struct bms_cell_config cell;
  /**
   * Tuning of the filter of the mean cell.
   */
  struct bms_estimator_tuning estimator;
  /**
   * Tuning of the filters of each cell's deviation from the mean.
   */
  struct bms_delta_tuning deltas;
  /**
   * Tuning of the capacity estimate.
   */
  struct bms_capacity_tuning capacity;
  /**
   * Numbers of cells, sensors and front ends, and the sensor of each cell.
   */
  struct bms_layout layout;
  /**
   * Which readings exist.
   */
  struct bms_fitted fitted;
  /**
   * Sampling periods and maximum ages of readings.
   */
  struct bms_sampling sampling;
  /**
   * Operating limits of the battery.
   */
  struct bms_limits limits;
  /**
   * Ranges and tolerances of sensors.
   */
  struct bms_sensing sensing;
  /**
   * Contactors, precharge, isolation.
   */
  struct bms_high_voltage high_voltage;
  /**
   * Thermal runaway and heater.
   */
  struct bms_thermal thermal;
  /**
   * Supervision of chargers.
   */
  struct bms_charging_supervision charging;
  /**
   * Plausibility limits of estimates.
   */
  struct bms_estimate_limits estimates;
  /**
   * Mode changes, current limits and balancing.
   */
  struct bms_control control;
  /**
   * Qualification and recovery times of faults.
   * A list of the faults with other times than the catalogue's, null for none; read by `bms_init` only.
   */
  const struct bms_fault_timing *timings;
  /**
   * Number of entries of `timings`.
   */
  size_t timing_count;
} bms_config;

/**
 * The definition of a fault in the catalogue.
 */
typedef struct bms_fault_info {
  /**
   * Size of this struct, set before the call.
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
   * Severity.
   */
  bms_severity severity;
  /**
   * Reaction.
   */
  bms_reaction reaction;
  /**
   * How it is cleared.
   */
  bms_latch latch;
  /**
   * The level, if the fault is one of three for the same quantity.
   */
  bms_level level;
  /**
   * What there is one check for each of.
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
   * Size of this struct, set before the call.
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
   * Whether there is a record of it: 0 or 1.
   */
  uint8_t has_record;
} bms_fault;

/**
 * Record of one fault.
 */
typedef struct bms_record {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * The fault's number.
   */
  uint16_t fault;
  /**
   * Number of qualifications; saturates at 65535.
   */
  uint16_t count;
  /**
   * Time of the first qualification, in milliseconds of operation.
   */
  uint64_t first_ms;
  /**
   * Last time of the condition while qualified, in milliseconds of operation.
   */
  uint64_t last_ms;
  /**
   * The value furthest beyond the limit since it was qualified last, in the SI unit of the quantity.
   */
  float value;
  /**
   * The limit for `value`, in the same unit.
   */
  float limit;
  /**
   * Pack current; discharge positive.
   */
  float current_a;
  /**
   * Pack voltage.
   */
  float pack_voltage_v;
  /**
   * Lowest cell voltage.
   */
  float lowest_cell_v;
  /**
   * Highest cell voltage.
   */
  float highest_cell_v;
  /**
   * Lowest temperature.
   */
  float coldest_k;
  /**
   * Highest temperature.
   */
  float warmest_k;
  /**
   * State of charge of the mean cell.
   */
  float soc;
  /**
   * Source of the fault; of several at the same time the one furthest beyond the limit.
   */
  bms_source source;
  /**
   * Which of them; a `bms_contactor` for a contactor.
   */
  uint8_t source_index;
} bms_record;

/**
 * One entry of the log.
 */
typedef struct bms_event {
  /**
   * Size of this struct, set before each call.
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
   * Kind of event.
   */
  bms_event_kind kind;
  /**
   * Source of the fault.
   */
  bms_source source;
  /**
   * Which of them; a `bms_contactor` for a contactor.
   */
  uint8_t source_index;
} bms_event;

/**
 * State of the communication with one analogue front end since the last tick.
 */
typedef struct bms_front_end {
  /**
   * A frame had a wrong check sequence. 0 or 1.
   */
  uint8_t frame_check_failed;
  /**
   * No answer came in time. 0 or 1.
   */
  uint8_t timed_out;
  /**
   * The configuration read back is not the one that was written. 0 or 1.
   */
  uint8_t configuration_wrong;
  /**
   * A self-test of the multiplexer or converter failed. 0 or 1.
   */
  uint8_t multiplexer_wrong;
} bms_front_end;

/**
 * Report of the isolation monitor.
 */
typedef struct bms_isolation {
  /**
   * Resistance between high voltage and chassis, the lower of both poles.
   */
  float resistance_ohm;
  /**
   * Whether the monitor reports `resistance` as valid. 0 or 1.
   */
  uint8_t is_valid;
  /**
   * Whether the monitor's last self-test failed. 0 or 1.
   */
  uint8_t self_test_failed;
  /**
   * 1 if it arrived since the last step, 0 if not.
   */
  uint8_t is_new;
} bms_isolation;

/**
 * A truth value of a sensor.
 */
typedef struct bms_flag {
  /**
   * 0 or 1; used only if it is new.
   */
  uint8_t value;
  /**
   * 1 if it arrived since the last step, 0 if there is nothing new.
   */
  uint8_t is_new;
} bms_flag;

/**
 * One value per contactor.
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
 * Measurement of the coolant circuit.
 */
typedef struct bms_coolant {
  /**
   * Coolant temperature at the pack's inlet.
   */
  struct bms_sample inlet_k;
  /**
   * Coolant temperature at the pack's outlet.
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
 * All readings that arrived since the last tick. Discharge current is positive.
 *
 * The default is that nothing arrived. Entries missing from a list count as waiting; entries beyond the pack's size are
 * ignored, as are readings that are not fitted according to the configuration.
 */
typedef struct bms_inputs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Pack current, mean since the last sample; discharge positive.
   */
  struct bms_sample current_a;
  /**
   * Cell voltages from the negative end of the pack, measured with balancing off; null if none arrived.
   */
  const float *cell_voltages_v;
  /**
   * For each of them 1 if it is new, 0 if not; null if all are.
   */
  const uint8_t *cell_voltages_are_new;
  /**
   * The same voltages by a second path; null if there is none, or none arrived.
   */
  const float *cell_second_voltages_v;
  /**
   * For each of them 1 if it is new, 0 if not; null if all are.
   */
  const uint8_t *cell_second_voltages_are_new;
  /**
   * For each cell 1 if the front end's last test found a broken sense wire, else 0; null if none is broken.
   */
  const uint8_t *cell_open_wires;
  /**
   * Entries of each of the lists of cells, at most the number of cells of the pack.
   */
  size_t cell_count;
  /**
   * Temperatures; null if none arrived.
   */
  const float *temperatures_k;
  /**
   * For each of them 1 if it is new, 0 if not; null if all are.
   */
  const uint8_t *temperatures_are_new;
  /**
   * The same temperatures by second sensors; null if there are none, or none arrived.
   */
  const float *second_temperatures_k;
  /**
   * For each of them 1 if it is new, 0 if not; null if all are.
   */
  const uint8_t *second_temperatures_are_new;
  /**
   * Entries of each of the lists of temperatures, at most the number of sensors of the pack.
   */
  size_t temperature_count;
  /**
   * Reports on the front ends. A missing report counts as no answer, which becomes a fault.
   */
  const struct bms_front_end *front_ends;
  /**
   * Entries of that list: the number of front ends of the pack.
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
   * Whether each contactor's auxiliary contact reports it closed.
   */
  struct bms_contactor_feedback contactor_feedback;
  /**
   * Whether the gas or pressure sensor reports a vented cell.
   */
  struct bms_flag gas_alert;
  /**
   * Whether the crash signal is on. 0 or 1.
   */
  uint8_t crash;
  /**
   * Whether the emergency stop is pressed. 0 or 1.
   */
  uint8_t emergency_stop;
  /**
   * Whether a memory test failed. 0 or 1.
   */
  uint8_t memory_test_failed;
  /**
   * Whether the check of the stored configuration failed. 0 or 1.
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
 * Outputs of one tick.
 */
typedef struct bms_outputs {
  /**
   * Size of this struct, set before each call.
   */
  uint32_t struct_size;
  /**
   * Number of faults that are qualified or latched.
   */
  uint32_t fault_count;
  /**
   * Time of operation in milliseconds, over all power cycles.
   */
  uint64_t now_ms;
  /**
   * State of charge of the pack, within 0 to 1: 0 when the weakest cell is empty, 1 when the strongest is full,
   * `z_min / (1 - z_max + z_min)`.
   */
  float soc;
  /**
   * State of charge for a driver, within 0 to 1: follows the counted charge with slow corrections, and never jumps once
   * every cell has had an update. Starts from the prior, else from `soc`.
   */
  float display_soc;
  /**
   * State of charge, within 0 to 1.
   */
  float mean_soc;
  /**
   * One standard deviation of `soc`, within 0 to 1.
   */
  float mean_soc_sigma;
  /**
   * Lowest state of charge of a cell.
   */
  float weakest_soc;
  /**
   * One standard deviation of `weakest_soc`.
   */
  float weakest_soc_sigma;
  /**
   * Highest state of charge of a cell.
   */
  float strongest_soc;
  /**
   * One standard deviation of `strongest_soc`.
   */
  float strongest_soc_sigma;
  /**
   * Open-circuit voltage at `soc`.
   */
  float ocv_v;
  /**
   * Terminal voltage predicted before the measured one was used; for the first voltage, that voltage itself.
   */
  float voltage_predicted_v;
  /**
   * Measured minus predicted voltage; zero if no voltage was usable, and for the first one.
   */
  float innovation_v;
  /**
   * Normalised innovation squared: 1 on average for a consistent filter. Zero if no voltage was usable, capped at 1e6.
   */
  float innovation_nis;
  /**
   * Time for which the mean voltage has been refused without a break, as it deviates from the model.
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
   * Capacity over that of the cell's description, within 0.2 to 1.5; 1 until the first swing.
   */
  float capacity_ratio;
  /**
   * One standard deviation of `capacity`.
   */
  float capacity_ratio_sigma;
  /**
   * Resistance over that of the cell's description, within 0.3 to 4.
   */
  float resistance_ratio;
  /**
   * Pack current, corrected by the sensor's offset; discharge positive. `None` without a present current sensor.
   * Not a number for none.
   */
  float current_a;
  /**
   * Lowest present cell voltage and its cell. Not a number for none.
   */
  float lowest_cell_v;
  /**
   * Index of `lowest_cell_v`; `BMS_NO_INDEX` for none.
   */
  uint16_t lowest_cell;
  /**
   * Highest present cell voltage and its cell. Not a number for none.
   */
  float highest_cell_v;
  /**
   * Index of `highest_cell_v`; `BMS_NO_INDEX` for none.
   */
  uint16_t highest_cell;
  /**
   * Lowest present temperature and its sensor. Not a number for none.
   */
  float coldest_k;
  /**
   * Index of `coldest_k`; `BMS_NO_INDEX` for none.
   */
  uint16_t coldest_sensor;
  /**
   * Highest present temperature and its sensor. Not a number for none.
   */
  float warmest_k;
  /**
   * Index of `warmest_k`; `BMS_NO_INDEX` for none.
   */
  uint16_t warmest_sensor;
  /**
   * Highest discharge current at present; not negative.
   */
  float allowed_discharge_a;
  /**
   * Highest charge current at present, and the most to request from a charger; not negative.
   */
  float allowed_charge_a;
  /**
   * Largest SoC difference to the weakest cell, as a share of the capacity.
   */
  float balancing_difference_ratio;
  /**
   * Time until the highest cell is balanced, at the present duty cycle; zero if no cell has to be bled, infinite if
   * bleeding is not allowed.
   */
  float balancing_time_left_s;
  /**
   * Mean current through a bleed resistor while it is on.
   */
  float balancing_current_a;
  /**
   * Index of the cell with the lowest state of charge.
   */
  uint16_t weakest_cell;
  /**
   * Index of the cell with the highest state of charge.
   */
  uint16_t strongest_cell;
  /**
   * Number of cells with a usable new voltage in this step.
   */
  uint16_t voltages_used;
  /**
   * Number of those that were rejected from the mean as outliers.
   */
  uint16_t voltages_excluded;
  /**
   * Number of cells that are bled now.
   */
  uint16_t bleeding_cells;
  /**
   * Number of cells above the weakest one by more than the configured threshold.
   */
  uint16_t cells_to_bleed;
  /**
   * Why the request of the vehicle is not followed.
   */
  bms_refusal refusal;
  /**
   * The fault that forbids it; 0 if it is none.
   */
  uint16_t refusal_fault;
  /**
   * What limits the discharge current.
   */
  bms_limit_reason allowed_discharge_reason;
  /**
   * The fault that limits it; 0 if it is none.
   */
  uint16_t allowed_discharge_fault;
  /**
   * What limits the charge current.
   */
  bms_limit_reason allowed_charge_reason;
  /**
   * The fault that limits it; 0 if it is none.
   */
  uint16_t allowed_charge_fault;
  /**
   * A suspected or confirmed thermal runaway.
   */
  bms_runaway runaway;
  /**
   * Time since its alarm was raised first; 0 without one.
   */
  float runaway_since_s;
  /**
   * Time until which the alarm has to be given; 0 when it is over, or without one.
   */
  float runaway_warn_within_s;
  /**
   * Operating mode.
   */
  bms_mode mode;
  /**
   * Strongest reaction of all present faults.
   */
  bms_reaction reaction;
  /**
   * Charging, discharging or resting; `None` if the current is unknown.
   */
  bms_current_direction current_direction;
  /**
   * Whether the driver has to be warned. 0 or 1.
   */
  uint8_t warn_driver;
  /**
   * Whether the voltage was used. 0 or 1.
   */
  uint8_t voltage_accepted;
  /**
   * Whether this step discarded the previous SoC of the mean cell. 0 or 1.
   */
  uint8_t estimate_restarted;
  /**
   * Contactors commanded closed. In `Supervised`: which of those that the vehicle commands may be closed.
   */
  struct bms_contactors contactors;
} bms_outputs;

/**
 * The state of one cell.
 */
typedef struct bms_cell {
  /**
   * Size of this struct, set before the call.
   */
  uint32_t struct_size;
  /**
   * Present voltage, plausible or not; not a number before the first sample.
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
 * The contents of two places for snapshots. Snapshots are written alternately, never over the newest one, so that one whole
 * snapshot survives a power cut at any time.
 */
typedef struct bms_slots {
  /**
   * Size of this struct, set before the call.
   */
  uint32_t struct_size;
  /**
   * The sequence number of the next snapshot.
   */
  uint32_t next_sequence;
  /**
   * Damage of the first place; `BMS_STATUS_OK` if it is whole or blank.
   */
  bms_status first_damage;
  /**
   * Damage of the second place.
   */
  bms_status second_damage;
  /**
   * The place with the newest whole snapshot.
   */
  bms_slot newest;
  /**
   * The place for `bms_restore`: the newest whole snapshot, else a damaged one, so that the damage is reported; none if both
   * are blank.
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
 * Sets a charging configuration to a preset. `struct_size` is `sizeof(bms_charging_config)`; `preset` is one of
 * `bms_charging_preset`.
 */
bms_status bms_charging_config_default(struct bms_charging_config *config, uint32_t struct_size, uint8_t preset);

/**
 * Sets inputs of a charge to "no limits": charging is wanted until the battery is full.
 */
bms_status bms_charge_inputs_default(struct bms_charge_inputs *inputs, uint32_t struct_size);

/**
 * Begins a charge in storage of the caller, of `BMS_CHARGE_STORAGE_SIZE` bytes and aligned as that of a pack. The storage
 * must not be moved or changed as long as the charge is used. `charge` receives its address.
 *
 * Returns `BMS_STATUS_CONFIG` if the configuration is impossible or contradicts that of the pack, and describes the first
 * violation in `error`, which may be null.
 */
bms_status bms_charge_begin(void *storage,
                            size_t storage_size,
                            const struct bms_pack *pack,
                            const struct bms_charging_config *config,
                            struct bms_config_error *error,
                            struct bms_charge **charge);

/**
 * The request to the charger, to be made after each `bms_step` of the pack. `request.struct_size` is set before the call.
 *
 * Before the first step of the pack the request is zero.
 */
bms_status bms_charge_step(struct bms_charge *charge,
                           const struct bms_pack *pack,
                           const struct bms_charge_inputs *inputs,
                           float dt_s,
                           struct bms_charge_request *request);

/**
 * Sets the standard's time-outs and an unspecified battery. `struct_size` is `sizeof(bms_gbt_config)`.
 */
bms_status bms_gbt_config_default(struct bms_gbt_config *config, uint32_t struct_size);

/**
 * Makes the protocol in storage of the caller, of `BMS_GBT_STORAGE_SIZE` bytes and aligned as that of a pack. The storage
 * must not be moved or changed as long as the protocol is used. One object serves all charges, one after the other. `gbt`
 * receives its address.
 */
bms_status bms_gbt_begin(void *storage,
                         size_t storage_size,
                         const struct bms_gbt_config *config,
                         struct bms_gbt **gbt);

/**
 * Takes a frame from the bus. A frame that is not from the charger to the vehicle, or not expected, is ignored.
 *
 * Returns `BMS_STATUS_COUNT` where `length` is above 8.
 */
bms_status bms_gbt_receive(struct bms_gbt *gbt, const struct bms_frame *frame);

/**
 * The next frame for the bus. To be called after each step and each received frame until the status is
 * `BMS_STATUS_NO_FRAME`. `frame.struct_size` is set before the call.
 */
bms_status bms_gbt_transmit(struct bms_gbt *gbt, struct bms_frame *frame);

/**
 * One step of the protocol, after the received frames and before the step of the session. It sets in the inputs of the
 * session the charger's numbers with `is_new`, and the fields of the station; all others stay unchanged.
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
 * BMV, optional: the voltage of every cell from the negative end, every ten seconds while energy flows. To be called if
 * `cells_are_due`; else the status is `BMS_STATUS_NOT_DUE`, and nothing is sent. At most 256 cells are sent.
 */
bms_status bms_gbt_tell_cells(struct bms_gbt *gbt, const float *cell_voltages_v, size_t count);

/**
 * BMT, optional: the temperature of every sensor, as `bms_gbt_tell_cells`. At most 128 sensors are sent.
 */
bms_status bms_gbt_tell_temperatures(struct bms_gbt *gbt, const float *temperatures_k, size_t count);

/**
 * BSP, optional: bytes on which the makers of charger and battery agree, as `bms_gbt_tell_cells`. At most 16
 * bytes are sent.
 */
bms_status bms_gbt_tell_reserved(struct bms_gbt *gbt, const uint8_t *data, size_t count);

/**
 * The state of a control pilot from its duty cycle, 0 to 1. What is not a number means no charging.
 */
bms_status bms_pilot_of_duty(float duty_ratio, struct bms_pilot *pilot);

/**
 * Sets an on-board charger to one of 11 kW. `struct_size` is `sizeof(bms_on_board_charger)`.
 */
bms_status bms_on_board_charger_default(struct bms_on_board_charger *charger, uint32_t struct_size);

/**
 * Checks an on-board charger: with `BMS_STATUS_CONFIG` it describes the first violation in `error`, which may be null. The
 * functions below check the same.
 */
bms_status bms_on_board_charger_check(const struct bms_on_board_charger *charger,
                                      struct bms_config_error *error);

/**
 * Current of a phase that pilot, cable and charger allow; 0 if that is below the charger's lowest current. `duty_ratio` is
 * the duty cycle of the pilot, `cable_a` the rating of the cable by its coding resistor.
 */
bms_status bms_on_board_current(const struct bms_on_board_charger *charger,
                                float duty_ratio,
                                float cable_a,
                                float *phase_current_a);

/**
 * The on-board charger's output limits at a current of a phase, as the message of a charger in the inputs of
 * `bms_charge_step`. The charger's numbers and its `is_new` are written; all other fields stay unchanged.
 */
bms_status bms_on_board_limits(const struct bms_on_board_charger *charger,
                               float phase_current_a,
                               float battery_v,
                               struct bms_charge_inputs *inputs);

/**
 * Current of a phase that serves the battery's request, never above `phase_current_a`; 0 if it is below the charger's lowest
 * current.
 */
bms_status bms_on_board_request(const struct bms_on_board_charger *charger,
                                float request_a,
                                float battery_v,
                                float phase_current_a,
                                float *phase_request_a);

/**
 * Sets a floor of 20 %, 11 kW, 10000 kWh in total, half an hour of margin. `struct_size` is `sizeof(bms_bidirectional)`.
 */
bms_status bms_bidirectional_default(struct bms_bidirectional *config,
                                     uint32_t struct_size);

/**
 * Adds discharged energy; charging adds nothing. `power_w` is positive out of the battery.
 */
bms_status bms_throughput_count(struct bms_throughput *throughput, float power_w, float dt_s);

/**
 * The discharge limits at present (ISO 15118-20 BPT, vehicle to home and grid), from the goals and the forecast of the last
 * `bms_charge_forecast`. `wanted` is 1 if energy is to be discharged. For `bms_charge_needs`.
 *
 * Returns `BMS_STATUS_CONFIG` if `config` is impossible. Before the first step of the pack all limits are zero.
 */
bms_status bms_charge_give_back(const struct bms_charge *charge,
                                const struct bms_pack *pack,
                                const struct bms_bidirectional *config,
                                const struct bms_throughput *throughput,
                                uint8_t wanted,
                                struct bms_give_back *give_back);

/**
 * The error code that stands for a fault of the catalogue, by its number. `error` receives one of `bms_ev_error`.
 */
bms_status bms_ev_error_of_fault(uint16_t fault, uint8_t *error);

/**
 * The highest number of DIN SPEC 70121 and ISO 15118-2 that is not above this one: for requests and upper limits. 0 for what
 * is not a number.
 */
struct bms_physical bms_physical_down(float number);

/**
 * The lowest number of DIN SPEC 70121 and ISO 15118-2 that is not below this one: for lower limits and times. 0 for what is
 * not a number.
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
 * The numbers that a station forwards by OCPP.
 */
bms_status bms_needs_station(const struct bms_needs *needs, struct bms_station_needs *station);

/**
 * Sets goals: minimum 10 %, bulk and target 80 %, maximum 100 %, no departure. `struct_size` is `sizeof(bms_goals)`.
 */
bms_status bms_goals_default(struct bms_goals *goals, uint32_t struct_size);

/**
 * Computes the duration of the charge under the limits of the last step of the charge or its session, and stores it for
 * `bms_charge_needs`. It covers the whole range of states of charge: to be called once per second, not in every step.
 *
 * `forecast` may be null; else its `struct_size` is set before the call. Before the first step of the pack nothing is known.
 */
bms_status bms_charge_forecast(struct bms_charge *charge,
                               const struct bms_pack *pack,
                               const struct bms_goals *goals,
                               struct bms_forecast *forecast);

/**
 * The battery's data for a charger, from the last step of the charge or its session and the last forecast.
 *
 * `present_voltage_v` is the pack's measured voltage. `give_back` is the result of `bms_charge_give_back`, null if nothing is
 * to be discharged. `is_ready` and `error` are those of the session; without one they are 0 and `BMS_EV_ERROR_NO_ERROR`, and
 * the program sets them itself. Before the first step of the pack everything but the goals is 0.
 */
bms_status bms_charge_needs(const struct bms_charge *charge,
                            const struct bms_pack *pack,
                            float present_voltage_v,
                            const struct bms_give_back *give_back,
                            struct bms_needs *needs);

/**
 * Sets time-outs and tolerances of a session to a preset. `struct_size` is `sizeof(bms_session_config)`; `preset` is one
 * of `bms_session_preset`.
 */
bms_status bms_session_config_default(struct bms_session_config *config,
                                      uint32_t struct_size,
                                      uint8_t preset);

/**
 * Sets inputs of a session to "nothing arrived, no limits": charging is wanted until the battery is full, and there is no
 * plug.
 */
bms_status bms_session_inputs_default(struct bms_session_inputs *inputs,
                                      uint32_t struct_size);

/**
 * Makes a session without a plug in storage of the caller, of `BMS_SESSION_STORAGE_SIZE` bytes and aligned as that of a pack.
 * The storage must not be moved or changed as long as the session is used. One object serves all charges of a pack, one
 * after the other. `session` receives its address.
 *
 * Returns `BMS_STATUS_CONFIG` if the configuration is impossible, and describes the first violation in `error`, which may be
 * null.
 */
bms_status bms_session_begin(void *storage,
                             size_t storage_size,
                             const struct bms_session_config *config,
                             struct bms_config_error *error,
                             struct bms_session **session);

/**
 * One step of a session, before each `bms_step` of the pack, for which it determines commands (`bms_session_command`) and
 * charger phase. It replaces `bms_charge_step`: the charge holds the configuration and the last request.
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
 * Sets in the commands of the pack's next step what the session requires: request, permission to charge, and the charger's
 * limits. Without a session (`BMS_SESSION_STATE_IDLE`) the commands stay unchanged.
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
bms_status bms_config_check(const struct bms_config *config, struct bms_config_error *error);

/**
 * The definition of a fault in the catalogue. `info.struct_size` is set before the call. Needs no pack.
 */
bms_status bms_fault_describe(uint16_t number, struct bms_fault_info *info);

/**
 * The numbers of the faults that are qualified or latched, in the order of the catalogue. `count` receives how many these
 * are, and may be null; if `capacity` is less, nothing is written to `numbers` and the status is
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
 * Number of events that were ever written to the log, which holds the last 32 of them.
 */
bms_status bms_events_written(const struct bms_pack *pack, uint32_t *count);

/**
 * An event of the log, 0 for the oldest stored one; `BMS_STATUS_INDEX` after the last. `event.struct_size` is set before
 * the call.
 */
bms_status bms_event_at(const struct bms_pack *pack,
                        size_t index,
                        struct bms_event *event);

/**
 * Clears the records of faults that are gone, as a workshop does. (Latched faults are acknowledged by
 * `bms_commands.acknowledge`.)
 */
bms_status bms_clear_records(struct bms_pack *pack);

/**
 * Begins a new operation cycle (drive, charge) for the status bytes of the faults.
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
 * The library's version, such as "0.1.0"; never null, never freed.
 */
const char *bms_version(void);

/**
 * Sets inputs to "nothing arrived". `struct_size` is `sizeof(bms_inputs)`.
 */
bms_status bms_inputs_default(struct bms_inputs *inputs, uint32_t struct_size);

/**
 * Sets commands to "nothing requested". `struct_size` is `sizeof(bms_commands)`.
 */
bms_status bms_commands_default(struct bms_commands *commands, uint32_t struct_size);

/**
 * Makes a pack in storage of the caller.
 *
 * The storage has at least `BMS_STORAGE_SIZE` or `bms_storage_size` bytes and is aligned to `BMS_STORAGE_ALIGNMENT`. It must
 * not be moved or changed until `bms_release`; its previous contents are ignored. The configuration is copied; its tables
 * have to stay in place. `initial_soc` is a prior state of charge, 0 to 1, from a counter or a driver; `BMS_SOC_UNKNOWN`,
 * negative numbers and what is not a number mean that there is none. A snapshot that is restored next overrides it. `pack`
 * receives the address of the storage.
 */
bms_status bms_init(void *storage,
                    size_t storage_size,
                    const struct bms_config *config,
                    float initial_soc,
                    struct bms_pack **pack);

/**
 * Processes the inputs of the last `dt_s` seconds. To be called at the period of the configuration (`sampling.tick_ms`), also
 * when nothing arrived: this is how missing readings are detected.
 *
 * Readings may have any value; an impossible one becomes a fault, not a status. `outputs.struct_size` is set before the
 * call.
 */
bms_status bms_step(struct bms_pack *pack,
                    const struct bms_inputs *inputs,
                    const struct bms_commands *commands,
                    float dt_s,
                    struct bms_outputs *outputs);

/**
 * The state of one cell, counted from 0 at the negative end. `cell.struct_size` is set before the call.
 */
bms_status bms_cell_at(const struct bms_pack *pack, size_t index, struct bms_cell *cell);

/**
 * Which bleed resistors are commanded on: for each cell 1 or 0. `count` is the number of cells of the pack, or less.
 */
bms_status bms_bleeding(const struct bms_pack *pack, uint8_t *is_bleeding, size_t count);

/**
 * Number of times that a contactor was opened by command, and number of those above its rated breaking current. `contactor`
 * is one of `bms_contactor`. Each of the pointers may be null.
 */
bms_status bms_contactor_wear(const struct bms_pack *pack,
                              uint8_t contactor,
                              uint32_t *operations,
                              uint16_t *hard_operations);

/**
 * Bytes of a snapshot of a pack with this many cells; 0 for an impossible number. Equal to the constant `BMS_SNAPSHOT_SIZE`
 * if header and library are of the same version.
 */
size_t bms_snapshot_size(size_t cells);

/**
 * Writes the state that has to survive a power cycle: state of charge with its variance, capacity, faults with their records,
 * wear.
 *
 * `sequence` is the number of the snapshot; `bms_slots_look` gives it, and the place to write to. `written` receives the number
 * of bytes and may be null.
 */
bms_status bms_snapshot(const struct bms_pack *pack,
                        uint32_t sequence,
                        uint8_t *buffer,
                        size_t buffer_size,
                        size_t *written);

/**
 * Restores a snapshot, between `bms_init` and the first step. Bytes beyond the snapshot are ignored.
 *
 * `asleep_s` is the time since the snapshot was written, during which the battery was not used; negative or not a number if
 * it is unknown or the battery may have been used.
 *
 * If the snapshot cannot be used, the status gives the reason, the pack starts as a new one, and its first step reports the
 * fault "snapshot corrupt" or "snapshot version".
 */
bms_status bms_restore(struct bms_pack *pack,
                       const uint8_t *bytes,
                       size_t size,
                       float asleep_s);

/**
 * Examines two places for snapshots. `slots.struct_size` is set before the call.
 */
bms_status bms_slots_look(const uint8_t *first,
                          size_t first_size,
                          const uint8_t *second,
                          size_t second_size,
                          struct bms_slots *slots);

/**
 * Bytes of storage of a pack with this many cells and temperature sensors; 0 for impossible numbers.
 *
 * Never above the constant `BMS_STORAGE_SIZE` of the same numbers.
 */
size_t bms_storage_size(size_t cells, size_t temperature_sensors);

/**
 * Ends the use of a pack: the storage is the caller's again and holds no pack. Not needed before a reset.
 */
bms_status bms_release(struct bms_pack *pack);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BMS_H */
