// Written by `bms-sim export` from demo_13s.toml; edit that file instead.

use bms_core::cell::CellParameters;
use bms_core::config::{Balancing, BmsConfig, ByDirection, ChargingSupervision, Control, EstimateLimits, Fitted, FuseCurve, HighVoltage, Layout, Levels, LimitMap, Limits, Sampling, Sensing, Thermal};
use bms_core::estimation::{CapacityTuning, DeltaTuning, EstimatorTuning};
use bms_core::protection::{FaultId, FaultTiming, FaultTimings};
use bms_core::units::{amperes, coulombs, farads, joules, kelvin, kelvin_interval, ohms, ratio, seconds, volts};

const CELL_OCV_SOC: [f32; 48] = [
    0.0, 0.005, 0.01, 0.02, 0.035, 0.05, 0.065, 0.08, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25,
    0.275, 0.3, 0.325, 0.35, 0.375, 0.4, 0.425, 0.45, 0.475, 0.5, 0.525, 0.55, 0.575, 0.6, 0.625,
    0.65, 0.675, 0.7, 0.725, 0.75, 0.775, 0.8, 0.825, 0.85, 0.875, 0.9, 0.925, 0.95, 0.975, 0.985,
    0.99, 0.995, 1.0,
];

const CELL_OCV_TEMPERATURE_K: [f32; 4] = [
    274.0, 284.1, 299.9, 318.4,
];

const CELL_OCV_V: [f32; 192] = [
    2.90349, 2.90357, 3.12577, 3.13458, 3.19173, 3.21274, 3.21308, 3.2939, 3.294, 3.36417, 3.42753,
    3.46619, 3.5035, 3.52779, 3.55106, 3.56912, 3.58542, 3.59913, 3.6131, 3.62641, 3.64031, 3.654,
    3.66907, 3.6855, 3.70386, 3.72615, 3.75045, 3.77613, 3.80185, 3.8283, 3.85349, 3.87782, 3.90151,
    3.92418, 3.94855, 3.97511, 4.0035, 4.03249, 4.05743, 4.07545, 4.08804, 4.09585, 4.10457,
    4.11931, 4.12852, 4.13472, 4.13615, 4.13618, 2.9035, 2.90352, 3.12582, 3.13456, 3.19145,
    3.21287, 3.21295, 3.29283, 3.29921, 3.36848, 3.42733, 3.46586, 3.5019, 3.52655, 3.55012,
    3.56836, 3.58465, 3.59854, 3.6126, 3.62608, 3.64012, 3.65398, 3.66916, 3.68569, 3.70414,
    3.72656, 3.75096, 3.77667, 3.80237, 3.82878, 3.85392, 3.87819, 3.90177, 3.92447, 3.94887,
    3.97549, 4.00391, 4.03285, 4.05786, 4.07592, 4.08828, 4.09626, 4.10496, 4.11948, 4.12857,
    4.13473, 4.13726, 4.13768, 2.90342, 2.90345, 3.12581, 3.13445, 3.18822, 3.21569, 3.21695,
    3.29333, 3.30401, 3.37141, 3.42753, 3.4649, 3.49993, 3.52497, 3.54889, 3.56753, 3.58404,
    3.59814, 3.61229, 3.62592, 3.64009, 3.65406, 3.66931, 3.68596, 3.7045, 3.72707, 3.75157,
    3.77731, 3.80299, 3.82933, 3.85438, 3.87856, 3.90198, 3.92472, 3.94921, 3.97592, 4.00436,
    4.0333, 4.05823, 4.07624, 4.08847, 4.09666, 4.10541, 4.11981, 4.12874, 4.13484, 4.13785, 4.139,
    2.90402, 2.90405, 3.12472, 3.13332, 3.18784, 3.2161, 3.21794, 3.2932, 3.3055, 3.37199, 3.42704,
    3.46403, 3.49877, 3.52382, 3.54787, 3.56684, 3.58363, 3.59781, 3.61206, 3.62577, 3.64002,
    3.65397, 3.66926, 3.686, 3.70461, 3.72721, 3.75179, 3.77761, 3.80331, 3.8297, 3.85471, 3.87883,
    3.90208, 3.92483, 3.94932, 3.97603, 4.00445, 4.03346, 4.05841, 4.07641, 4.08855, 4.09682,
    4.10567, 4.1201, 4.1289, 4.13495, 4.13807, 4.13969,
];

const CELL_SOC: [f32; 14] = [
    0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
];

const CELL_TEMPERATURE_K: [f32; 4] = [
    274.0, 284.1, 299.9, 318.4,
];

const CELL_R0_OHM: [f32; 56] = [
    0.0183249, 0.0132906, 0.0087925, 0.0044649, 0.00117171, 5.055e-6, 0.0009526075, 0.0032136,
    0.00572945, 0.0078321, 0.009161275, 0.0100298, 0.01068935, 0.011657575, 0.012395875, 0.00983925,
    0.00724045, 0.00335795, 0.0008387425, 5.055e-6, 0.00165813, 0.003841225, 0.005545825,
    0.006728675, 0.0074119, 0.0081638, 0.00871025, 0.0085577, 0.0089025, 0.00336845, 0.0008162475,
    9.87675e-5, 5.055e-6, 0.00084999, 0.0026446, 0.004287825, 0.005736425, 0.006791725, 0.00696225,
    0.00700395, 0.006700325, 0.0060456, 0.005498975, 0.0026612, 0.0018116476, 0.0018119125,
    0.00218969, 0.002515175, 0.003175175, 0.0039482, 0.00455055, 0.00482405, 0.004919675, 0.0049917,
    0.005009975, 0.004473575,
];

const CELL_CHARGE_TRANSFER_DISCHARGE_OHM: [f32; 56] = [
    0.166504, 0.1515895, 0.136693, 0.11688025, 0.09207025, 0.072626, 0.046122, 0.028553, 0.01828265,
    0.012633575, 0.009403775, 0.00747005, 0.006031125, 0.00480435, 0.09532175, 0.08665975,
    0.07749825, 0.06330225, 0.0480695, 0.03786225, 0.0248155, 0.015627826, 0.00941945, 0.00564185,
    0.00353905, 0.002556, 0.0021108624, 0.00190419, 0.04180625, 0.03023025, 0.02106745, 0.015122875,
    0.012474125, 0.011577675, 0.008624925, 0.004969975, 0.0017257775, 0.000112885, 0.0, 0.0,
    0.0001000025, 0.0001225925, 0.0130433, 0.009933375, 0.00712385, 0.0056337, 0.00608715,
    0.00642625, 0.005371925, 0.003530325, 0.0018908875, 0.00121521, 0.00127869, 0.0012471725,
    0.00094594, 0.000185285,
];

const CELL_CHARGE_TRANSFER_CHARGE_OHM: [f32; 56] = [
    0.0020813225, 0.0008262725, 0.0, 0.0, 0.001490785, 0.00363115, 0.005594625, 0.00475405,
    0.0024592774, 0.000594325, 0.0, 0.0, 0.0008219575, 0.002474705, 0.00270815, 0.001440125,
    0.00040512, 0.0004019075, 0.001264835, 0.0021419125, 0.002456245, 0.00202634, 0.0014764575,
    0.001065745, 0.0009865025, 0.001187285, 0.0015793975, 0.002070445, 0.00539435, 0.00784615,
    0.01046475, 0.010145925, 0.006682975, 0.004082775, 0.0020492875, 0.001784415, 0.002256175,
    0.0023876876, 0.00238658, 0.00275945, 0.00271255, 0.00231647, 0.0084024, 0.005550325, 0.0046078,
    0.003223975, 0.0010183475, 0.0, 0.0, 0.0004115625, 0.00139228, 0.00220934, 0.0026544,
    0.00289925, 0.00264415, 0.002085225,
];

const CELL_KNEE_CURRENT_A: [f32; 4] = [
    2.296568, 3.763616, 7.62464, 15.94236,
];

const CELL_BRANCH_TAU_S: [f32; 3] = [
    8.0, 150.0, 1500.0,
];

const CELL_BRANCH_OHM: [f32; 168] = [
    0.03744575, 0.03005025, 0.023107124, 0.015283025, 0.00722405, 0.002959475, 0.0009253575,
    0.000684145, 0.00093661, 0.0011544524, 0.001126995, 0.0011964325, 0.0015585875, 0.002553,
    0.023044275, 0.019187275, 0.01534945, 0.009976975, 0.005649675, 0.0033039, 0.0022432075,
    0.00203982, 0.0018668, 0.0017476025, 0.0016615875, 0.002050215, 0.002438055, 0.0022134075,
    0.01358435, 0.007755275, 0.00474655, 0.003123325, 0.00158437, 0.00131627, 0.0014821925,
    0.0018167475, 0.002296785, 0.002751375, 0.002597575, 0.002508675, 0.002322665, 0.002109505,
    0.0075663, 0.00466205, 0.00356195, 0.003110925, 0.002942425, 0.0027919, 0.0025901, 0.0024611126,
    0.0022374776, 0.001929075, 0.001713045, 0.00173891, 0.00197407, 0.0018907425, 0.04296725,
    0.03586275, 0.02911, 0.02133875, 0.01352255, 0.01000185, 0.0086581, 0.008254975, 0.007608025,
    0.00654045, 0.00519405, 0.00414145, 0.003793825, 0.004393125, 0.02584375, 0.022445675,
    0.018838875, 0.013481375, 0.009766575, 0.007938625, 0.00705795, 0.0065035, 0.005602175,
    0.00455355, 0.003429375, 0.0027402, 0.0023456875, 0.0017514175, 0.01327335, 0.008628025,
    0.00640405, 0.005483975, 0.003856025, 0.0032101, 0.003056575, 0.003241275, 0.003487125,
    0.0035342, 0.00277455, 0.0019321275, 0.001154505, 0.0003515525, 0.00373425, 0.003184875,
    0.00371045, 0.00470345, 0.0047623, 0.0044637, 0.004052525, 0.00366625, 0.003053875,
    0.0023328974, 0.0017128225, 0.0012040725, 0.000765645, 3.056e-5, 0.0, 0.0002820625, 0.00076271,
    0.00164972, 0.00074636, 0.0, 0.0, 5.273e-5, 0.0, 0.0, 0.0008418775, 0.003338525, 0.007640625,
    0.0135373, 0.0, 0.0, 0.0012741975, 0.002021445, 0.001349195, 0.000451995, 0.0002212175,
    0.000243155, 0.0001098275, 0.0001396525, 0.0006460225, 0.0021721974, 0.004866575, 0.00831205,
    0.0046895, 0.003686625, 0.000772385, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.001116395,
    0.0028155, 0.004548025, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.01325e-5, 0.000543585,
    0.001378235, 0.002145825, 0.0028538,
];

const CELL_HYSTERESIS_V: [f32; 56] = [
    0.0, 0.0141983, 0.0597008, 0.137644, 0.0113165, 0.0, 0.0132692, 0.0169885, 0.023974, 0.0319502,
    0.0345722, 0.0310531, 0.00579639, 0.0, 0.0, 0.042103, 0.169037, 0.0340616, 0.0, 0.0, 0.00547109,
    0.00532478, 0.0139539, 0.020852, 0.0215539, 0.0185621, 0.00688316, 0.0138233, 0.0528983,
    0.081836, 0.0490291, 0.0343232, 0.0169489, 0.0236158, 0.0195536, 0.0111745, 0.00795406, 0.0,
    0.0, 0.00031555, 0.00633816, 0.0266981, 0.103868, 0.114211, 0.0799853, 0.0411425, 0.0116442,
    0.0122242, 0.0108687, 0.00490043, 0.00928518, 0.0144468, 0.0100093, 0.00842916, 0.00577413,
    0.0314937,
];

const CELL_VOLTAGE_ERROR_V: [f32; 4] = [
    0.0754388, 0.0353069, 0.0366835, 0.0239143,
];

const LAYOUT_SENSOR_OF_CELL: [u8; 13] = [
    0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3,
];

const LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_TEMPERATURE_K: [f32; 1] = [
    298.15,
];

const LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_SOC: [f32; 1] = [
    0.5,
];

const LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_VALUES: [f32; 1] = [
    0.0,
];

const LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_TEMPERATURE_K: [f32; 1] = [
    298.15,
];

const LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_SOC: [f32; 1] = [
    0.5,
];

const LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_VALUES: [f32; 1] = [
    0.0,
];

const LIMITS_CELL_CHARGE_FACTOR_TEMPERATURE_K: [f32; 7] = [
    253.15, 263.15, 273.15, 283.15, 298.15, 318.15, 328.15,
];

const LIMITS_CELL_CHARGE_FACTOR_SOC: [f32; 3] = [
    0.0, 0.8, 1.0,
];

const LIMITS_CELL_CHARGE_FACTOR_VALUES: [f32; 21] = [
    0.1, 0.05, 0.03, 0.2, 0.12, 0.05, 0.45, 0.35, 0.1, 0.8, 0.6, 0.2, 1.0, 1.0, 0.3, 1.0, 1.0, 0.3,
    0.3, 0.3, 0.2,
];

const LIMITS_CELL_DISCHARGE_FACTOR_TEMPERATURE_K: [f32; 6] = [
    243.15, 253.15, 273.15, 288.15, 323.15, 333.15,
];

const LIMITS_CELL_DISCHARGE_FACTOR_SOC: [f32; 3] = [
    0.0, 0.1, 0.2,
];

const LIMITS_CELL_DISCHARGE_FACTOR_VALUES: [f32; 18] = [
    0.1, 0.15, 0.2, 0.2, 0.35, 0.5, 0.4, 0.7, 0.9, 0.5, 0.9, 1.0, 0.5, 0.9, 1.0, 0.2, 0.3, 0.3,
];

const LIMITS_FUSE_CURRENT_A: [f32; 4] = [
    60.0, 90.0, 150.0, 400.0,
];

const LIMITS_FUSE_I2T_A2S: [f32; 4] = [
    2100000.0, 410000.0, 110000.0, 31000.0,
];

/// The pack.
pub const DEMO_13S: BmsConfig<'static> = BmsConfig {
    cell: CellParameters {
        capacity: coulombs(71202.38),
        voltage_min: volts(2.5),
        voltage_max: volts(4.2),
        ocv_soc: &CELL_OCV_SOC,
        ocv_temperature_k: &CELL_OCV_TEMPERATURE_K,
        ocv_v: &CELL_OCV_V,
        soc: &CELL_SOC,
        temperature_k: &CELL_TEMPERATURE_K,
        r0_ohm: &CELL_R0_OHM,
        charge_transfer_discharge_ohm: &CELL_CHARGE_TRANSFER_DISCHARGE_OHM,
        charge_transfer_charge_ohm: &CELL_CHARGE_TRANSFER_CHARGE_OHM,
        knee_current_a: &CELL_KNEE_CURRENT_A,
        branch_tau_s: &CELL_BRANCH_TAU_S,
        branch_ohm: &CELL_BRANCH_OHM,
        hysteresis_v: &CELL_HYSTERESIS_V,
        hysteresis_soc: 0.03,
        activation_energy_j_per_mol: 36251.9,
        voltage_error_v: &CELL_VOLTAGE_ERROR_V,
    },
    estimator: EstimatorTuning {
        initial_soc_sigma: 0.3,
        initial_branch_c_rate: 0.02,
        initial_hysteresis_sigma: 0.6,
        current_noise_c_rate_sqrt_s: 0.05,
        current_bias_c_rate: 0.06,
        current_bias_drift_c_rate_per_sqrt_s: 5e-6,
        capacity_scale_sigma: 0.085,
        resistance_scale_sigma: 0.2,
        resistance_scale_time_s: 15000.0,
        branch_error: 0.05,
        voltage_noise_v_sqrt_s: 0.1,
        drop_noise_sqrt_s: 0.4,
        voltage_error_factor: 0.17,
        drop_error: 0.03,
        ocv_soc_error: 0.01,
        voltage_error_time_s: 300.0,
        voltage_error_soc: 0.03,
        gate_soft_sigma: 2.5,
        gate_hard_sigma: 6.0,
        gate_patience_s: 60.0,
    },
    deltas: DeltaTuning {
        soc_sigma: 0.04,
        resistance_sigma: 0.15,
        resistance_time_s: 20000.0,
        capacity_sigma: 0.05,
        soc_drift_per_sqrt_h: 0.0002,
        voltage_noise_v: 0.004,
        lasting_voltage_error_v: 0.004,
        lasting_drop_error: 0.06,
        gate_sigma: 5.0,
        gate_floor_v: 0.04,
        doubt_time_s: 30.0,
        updates_per_step: 0,
        shown_slew_per_s: 0.00017,
        shown_slew_per_soc: 0.5,
    },
    capacity: CapacityTuning {
        initial_sigma: 0.1,
        least_swing: 0.4,
        largest_soc_sigma: 0.03,
        charge_gain_sigma: 0.005,
        charge_offset_sigma: 0.005,
        lasting_error: 0.01,
        drift_per_sqrt_cycle: 0.002,
        gate_sigma: 3.5,
    },
    layout: Layout {
        cells: 13,
        temperature_sensors: 4,
        front_ends: 1,
        sensor_of_cell: &LAYOUT_SENSOR_OF_CELL,
    },
    fitted: Fitted {
        second_current: false,
        pack_voltage: true,
        link_voltage: true,
        isolation: false,
        interlock: false,
        contactor_feedback: false,
        gas_sensor: false,
        coolant: false,
        heater: false,
        inlet_temperature: false,
        supply: true,
        bleed_temperature: false,
    },
    sampling: Sampling {
        tick_ms: 10,
        tick_late_ms: 20,
        cell_voltage_ms: 50,
        temperature_ms: 500,
        current_ms: 10,
        pack_ms: 100,
        cell_voltage_stale_ms: 200,
        cell_voltage_missing_ms: 1000,
        temperature_stale_ms: 2000,
        temperature_missing_ms: 10000,
        current_stale_ms: 50,
        current_missing_ms: 250,
        pack_stale_ms: 300,
        pack_missing_ms: 1000,
        command_stale_ms: 500,
        open_ms: 500,
        open_at_once_ms: 50,
        limit_ms: 1000,
    },
    limits: Limits {
        cell_over_voltage: Levels {
            operating: volts(4.2),
            recommended: volts(4.23),
            maximum: volts(4.26),
        },
        cell_over_voltage_offset_v: LimitMap {
            temperature_k: &LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_TEMPERATURE_K,
            soc: &LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_SOC,
            values: &LIMITS_CELL_OVER_VOLTAGE_OFFSET_V_VALUES,
        },
        cell_under_voltage: Levels {
            operating: volts(2.8),
            recommended: volts(2.65),
            maximum: volts(2.5),
        },
        cell_under_voltage_offset_v: LimitMap {
            temperature_k: &LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_TEMPERATURE_K,
            soc: &LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_SOC,
            values: &LIMITS_CELL_UNDER_VOLTAGE_OFFSET_V_VALUES,
        },
        cell_deep_discharge: volts(2.0),
        cell_voltage_hysteresis: volts(0.02),
        cell_voltage_spread: volts(0.3),
        over_temperature: ByDirection {
            charging: Levels {
                operating: kelvin(318.15),
                recommended: kelvin(323.15),
                maximum: kelvin(328.15),
            },
            discharging: Levels {
                operating: kelvin(323.15),
                recommended: kelvin(328.15),
                maximum: kelvin(333.15),
            },
            resting: Levels {
                operating: kelvin(328.15),
                recommended: kelvin(333.15),
                maximum: kelvin(338.15),
            },
        },
        under_temperature: ByDirection {
            charging: Levels {
                operating: kelvin(273.15),
                recommended: kelvin(258.15),
                maximum: kelvin(248.15),
            },
            discharging: Levels {
                operating: kelvin(253.15),
                recommended: kelvin(248.15),
                maximum: kelvin(243.15),
            },
            resting: Levels {
                operating: kelvin(243.15),
                recommended: kelvin(238.15),
                maximum: kelvin(233.15),
            },
        },
        temperature_hysteresis: kelvin_interval(2.0),
        temperature_spread: kelvin_interval(15.0),
        temperature_rise_k_per_s: 0.5,
        cell_charge_current: Levels {
            operating: amperes(40.0),
            recommended: amperes(44.0),
            maximum: amperes(48.0),
        },
        cell_charge_factor: LimitMap {
            temperature_k: &LIMITS_CELL_CHARGE_FACTOR_TEMPERATURE_K,
            soc: &LIMITS_CELL_CHARGE_FACTOR_SOC,
            values: &LIMITS_CELL_CHARGE_FACTOR_VALUES,
        },
        cell_discharge_current: Levels {
            operating: amperes(66.0),
            recommended: amperes(73.0),
            maximum: amperes(80.0),
        },
        cell_discharge_factor: LimitMap {
            temperature_k: &LIMITS_CELL_DISCHARGE_FACTOR_TEMPERATURE_K,
            soc: &LIMITS_CELL_DISCHARGE_FACTOR_SOC,
            values: &LIMITS_CELL_DISCHARGE_FACTOR_VALUES,
        },
        string_charge_current: Levels {
            operating: amperes(40.0),
            recommended: amperes(44.0),
            maximum: amperes(48.0),
        },
        string_discharge_current: Levels {
            operating: amperes(66.0),
            recommended: amperes(73.0),
            maximum: amperes(80.0),
        },
        pack_charge_current: Levels {
            operating: amperes(40.0),
            recommended: amperes(44.0),
            maximum: amperes(48.0),
        },
        pack_discharge_current: Levels {
            operating: amperes(66.0),
            recommended: amperes(73.0),
            maximum: amperes(80.0),
        },
        current_hysteresis: ratio(0.05),
        rest_current: amperes(0.35),
        fuse: FuseCurve {
            current_a: &LIMITS_FUSE_CURRENT_A,
            i2t_a2s: &LIMITS_FUSE_I2T_A2S,
            cooling: seconds(60.0),
            recommended: ratio(0.4),
            maximum: ratio(0.7),
        },
        pack_over_voltage: Levels {
            operating: volts(54.6),
            recommended: volts(54.859997),
            maximum: volts(55.25),
        },
        pack_under_voltage: Levels {
            operating: volts(36.399998),
            recommended: volts(34.45),
            maximum: volts(32.5),
        },
        pack_voltage_hysteresis: volts(0.26),
        sum_of_cells: ratio(0.02),
        link_voltage: ratio(0.05),
        soc_spread: ratio(0.1),
    },
    sensing: Sensing {
        cell_voltage_low: volts(0.1),
        cell_voltage_high: volts(5.0),
        cell_voltage_jump: volts(1.0),
        cell_voltage_pair: volts(0.02),
        cell_voltage_move: volts(0.01),
        temperature_low: kelvin(228.15),
        temperature_high: kelvin(423.15),
        temperature_jump: kelvin_interval(20.0),
        temperature_pair: kelvin_interval(5.0),
        temperature_move: kelvin_interval(1.0),
        current_range: amperes(150.0),
        current_jump: amperes(225.0),
        current_pair: amperes(3.0),
        current_pair_ratio: ratio(0.05),
        current_offset: amperes(0.22500001),
        pack_voltage_range: volts(78.0),
        pack_voltage_jump: volts(13.0),
        supply_low: volts(8.0),
    },
    high_voltage: HighVoltage {
        contactor_settle_ms: 100,
        contactor_break: amperes(10.0),
        contactor_operations: 100000,
        contactor_hard_operations: 20,
        precharge_resistance: ohms(33.0),
        link_capacitance: farads(0.003),
        precharge_target: ratio(0.95),
        precharge_slow_factor: 3.0,
        precharge_fast_factor: 0.5,
        precharge_energy: joules(30.0),
        precharge_cooling_s: 60.0,
        isolation_fault_ohm_per_v: 100.0,
        isolation_warning_ohm_per_v: 500.0,
        alternating_current: false,
    },
    thermal: Thermal {
        runaway_k_per_s: 1.0,
        runaway_voltage_drop: ratio(0.25),
        runaway_alarm_s: 300.0,
        heater_margin: kelvin_interval(10.0),
    },
    charging: ChargingSupervision {
        voltage_over: volts(5.0),
        current_over: amperes(5.0),
        current_over_ratio: ratio(0.05),
        stale_ms: 1000,
        precharge_window: volts(20.0),
        inlet_temperature: kelvin(363.15),
        plug_current: amperes(5.0),
    },
    estimates: EstimateLimits {
        lockout_s: 30.0,
        rest_s: 1800.0,
        soc_difference: ratio(0.05),
        capacity_end_of_life: ratio(0.7),
        resistance_end_of_life: ratio(2.0),
        energy_imbalance: ratio(0.4),
    },
    control: Control {
        self_test_ms: 3000,
        precharge_attempts: 3,
        precharge_pause_s: 5,
        weld_test_ms: 1000,
        link_fallen: ratio(0.5),
        limp: ratio(0.3),
        limit_rise_s: 5.0,
        horizon_s: 2.0,
        empty_ramp: ratio(0.05),
        full_ramp: ratio(0.03),
        balancing: Balancing {
            resistance: ohms(39.0),
            start: ratio(0.01),
            stop: ratio(0.003),
            lowest_voltage: volts(3.5),
            lowest_soc: ratio(0.2),
            highest_temperature: kelvin(358.15),
            bleed_ms: 4500,
            measure_ms: 500,
            settle_ms: 100,
            channels: 6,
            spare_neighbours: true,
        },
    },
    timings: FaultTimings::DEFAULT
        .with(FaultId::CellOverVoltageMaximum, FaultTiming { qualify_ms: 300, recover_ms: 1500 }),
};

const _: () = assert!(DEMO_13S.validate().is_ok());
