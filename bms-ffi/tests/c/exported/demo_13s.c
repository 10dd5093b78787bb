/* Written by `bms-sim export` from demo_13s.toml; edit that file instead. */
#include "demo_13s.h"

static const float demo_13s_cell_ocv_soc[48] = {
  0.0f, 0.005f, 0.01f, 0.02f, 0.035f, 0.05f, 0.065f, 0.08f, 0.1f, 0.125f, 0.15f, 0.175f, 0.2f, 0.225f, 0.25f,
  0.275f, 0.3f, 0.325f, 0.35f, 0.375f, 0.4f, 0.425f, 0.45f, 0.475f, 0.5f, 0.525f, 0.55f, 0.575f, 0.6f, 0.625f,
  0.65f, 0.675f, 0.7f, 0.725f, 0.75f, 0.775f, 0.8f, 0.825f, 0.85f, 0.875f, 0.9f, 0.925f, 0.95f, 0.975f,
  0.985f, 0.99f, 0.995f, 1.0f,
};

static const float demo_13s_cell_ocv_temperature_k[4] = {
  274.0f, 284.1f, 299.9f, 318.4f,
};

static const float demo_13s_cell_ocv_v[192] = {
  2.90349f, 2.90357f, 3.12577f, 3.13458f, 3.19173f, 3.21274f, 3.21308f, 3.2939f, 3.294f, 3.36417f, 3.42753f,
  3.46619f, 3.5035f, 3.52779f, 3.55106f, 3.56912f, 3.58542f, 3.59913f, 3.6131f, 3.62641f, 3.64031f, 3.654f,
  3.66907f, 3.6855f, 3.70386f, 3.72615f, 3.75045f, 3.77613f, 3.80185f, 3.8283f, 3.85349f, 3.87782f, 3.90151f,
  3.92418f, 3.94855f, 3.97511f, 4.0035f, 4.03249f, 4.05743f, 4.07545f, 4.08804f, 4.09585f, 4.10457f, 4.11931f,
  4.12852f, 4.13472f, 4.13615f, 4.13618f, 2.9035f, 2.90352f, 3.12582f, 3.13456f, 3.19145f, 3.21287f, 3.21295f,
  3.29283f, 3.29921f, 3.36848f, 3.42733f, 3.46586f, 3.5019f, 3.52655f, 3.55012f, 3.56836f, 3.58465f, 3.59854f,
  3.6126f, 3.62608f, 3.64012f, 3.65398f, 3.66916f, 3.68569f, 3.70414f, 3.72656f, 3.75096f, 3.77667f, 3.80237f,
  3.82878f, 3.85392f, 3.87819f, 3.90177f, 3.92447f, 3.94887f, 3.97549f, 4.00391f, 4.03285f, 4.05786f,
  4.07592f, 4.08828f, 4.09626f, 4.10496f, 4.11948f, 4.12857f, 4.13473f, 4.13726f, 4.13768f, 2.90342f,
  2.90345f, 3.12581f, 3.13445f, 3.18822f, 3.21569f, 3.21695f, 3.29333f, 3.30401f, 3.37141f, 3.42753f, 3.4649f,
  3.49993f, 3.52497f, 3.54889f, 3.56753f, 3.58404f, 3.59814f, 3.61229f, 3.62592f, 3.64009f, 3.65406f,
  3.66931f, 3.68596f, 3.7045f, 3.72707f, 3.75157f, 3.77731f, 3.80299f, 3.82933f, 3.85438f, 3.87856f, 3.90198f,
  3.92472f, 3.94921f, 3.97592f, 4.00436f, 4.0333f, 4.05823f, 4.07624f, 4.08847f, 4.09666f, 4.10541f, 4.11981f,
  4.12874f, 4.13484f, 4.13785f, 4.139f, 2.90402f, 2.90405f, 3.12472f, 3.13332f, 3.18784f, 3.2161f, 3.21794f,
  3.2932f, 3.3055f, 3.37199f, 3.42704f, 3.46403f, 3.49877f, 3.52382f, 3.54787f, 3.56684f, 3.58363f, 3.59781f,
  3.61206f, 3.62577f, 3.64002f, 3.65397f, 3.66926f, 3.686f, 3.70461f, 3.72721f, 3.75179f, 3.77761f, 3.80331f,
  3.8297f, 3.85471f, 3.87883f, 3.90208f, 3.92483f, 3.94932f, 3.97603f, 4.00445f, 4.03346f, 4.05841f, 4.07641f,
  4.08855f, 4.09682f, 4.10567f, 4.1201f, 4.1289f, 4.13495f, 4.13807f, 4.13969f,
};

static const float demo_13s_cell_soc[14] = {
  0.0f, 0.03f, 0.06f, 0.1f, 0.15f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1.0f,
};

static const float demo_13s_cell_temperature_k[4] = {
  274.0f, 284.1f, 299.9f, 318.4f,
};

static const float demo_13s_cell_r0_ohm[56] = {
  0.0183249f, 0.0132906f, 0.0087925f, 0.0044649f, 0.00117171f, 5.055e-6f, 0.0009526075f, 0.0032136f,
  0.00572945f, 0.0078321f, 0.009161275f, 0.0100298f, 0.01068935f, 0.011657575f, 0.012395875f, 0.00983925f,
  0.00724045f, 0.00335795f, 0.0008387425f, 5.055e-6f, 0.00165813f, 0.003841225f, 0.005545825f, 0.006728675f,
  0.0074119f, 0.0081638f, 0.00871025f, 0.0085577f, 0.0089025f, 0.00336845f, 0.0008162475f, 9.87675e-5f,
  5.055e-6f, 0.00084999f, 0.0026446f, 0.004287825f, 0.005736425f, 0.006791725f, 0.00696225f, 0.00700395f,
  0.006700325f, 0.0060456f, 0.005498975f, 0.0026612f, 0.0018116476f, 0.0018119125f, 0.00218969f, 0.002515175f,
  0.003175175f, 0.0039482f, 0.00455055f, 0.00482405f, 0.004919675f, 0.0049917f, 0.005009975f, 0.004473575f,
};

static const float demo_13s_cell_charge_transfer_discharge_ohm[56] = {
  0.166504f, 0.1515895f, 0.136693f, 0.11688025f, 0.09207025f, 0.072626f, 0.046122f, 0.028553f, 0.01828265f,
  0.012633575f, 0.009403775f, 0.00747005f, 0.006031125f, 0.00480435f, 0.09532175f, 0.08665975f, 0.07749825f,
  0.06330225f, 0.0480695f, 0.03786225f, 0.0248155f, 0.015627826f, 0.00941945f, 0.00564185f, 0.00353905f,
  0.002556f, 0.0021108624f, 0.00190419f, 0.04180625f, 0.03023025f, 0.02106745f, 0.015122875f, 0.012474125f,
  0.011577675f, 0.008624925f, 0.004969975f, 0.0017257775f, 0.000112885f, 0.0f, 0.0f, 0.0001000025f,
  0.0001225925f, 0.0130433f, 0.009933375f, 0.00712385f, 0.0056337f, 0.00608715f, 0.00642625f, 0.005371925f,
  0.003530325f, 0.0018908875f, 0.00121521f, 0.00127869f, 0.0012471725f, 0.00094594f, 0.000185285f,
};

static const float demo_13s_cell_charge_transfer_charge_ohm[56] = {
  0.0020813225f, 0.0008262725f, 0.0f, 0.0f, 0.001490785f, 0.00363115f, 0.005594625f, 0.00475405f,
  0.0024592774f, 0.000594325f, 0.0f, 0.0f, 0.0008219575f, 0.002474705f, 0.00270815f, 0.001440125f,
  0.00040512f, 0.0004019075f, 0.001264835f, 0.0021419125f, 0.002456245f, 0.00202634f, 0.0014764575f,
  0.001065745f, 0.0009865025f, 0.001187285f, 0.0015793975f, 0.002070445f, 0.00539435f, 0.00784615f,
  0.01046475f, 0.010145925f, 0.006682975f, 0.004082775f, 0.0020492875f, 0.001784415f, 0.002256175f,
  0.0023876876f, 0.00238658f, 0.00275945f, 0.00271255f, 0.00231647f, 0.0084024f, 0.005550325f, 0.0046078f,
  0.003223975f, 0.0010183475f, 0.0f, 0.0f, 0.0004115625f, 0.00139228f, 0.00220934f, 0.0026544f, 0.00289925f,
  0.00264415f, 0.002085225f,
};

static const float demo_13s_cell_knee_current_a[4] = {
  2.296568f, 3.763616f, 7.62464f, 15.94236f,
};

static const float demo_13s_cell_branch_tau_s[3] = {
  8.0f, 150.0f, 1500.0f,
};

static const float demo_13s_cell_branch_ohm[168] = {
  0.03744575f, 0.03005025f, 0.023107124f, 0.015283025f, 0.00722405f, 0.002959475f, 0.0009253575f,
  0.000684145f, 0.00093661f, 0.0011544524f, 0.001126995f, 0.0011964325f, 0.0015585875f, 0.002553f,
  0.023044275f, 0.019187275f, 0.01534945f, 0.009976975f, 0.005649675f, 0.0033039f, 0.0022432075f, 0.00203982f,
  0.0018668f, 0.0017476025f, 0.0016615875f, 0.002050215f, 0.002438055f, 0.0022134075f, 0.01358435f,
  0.007755275f, 0.00474655f, 0.003123325f, 0.00158437f, 0.00131627f, 0.0014821925f, 0.0018167475f,
  0.002296785f, 0.002751375f, 0.002597575f, 0.002508675f, 0.002322665f, 0.002109505f, 0.0075663f, 0.00466205f,
  0.00356195f, 0.003110925f, 0.002942425f, 0.0027919f, 0.0025901f, 0.0024611126f, 0.0022374776f, 0.001929075f,
  0.001713045f, 0.00173891f, 0.00197407f, 0.0018907425f, 0.04296725f, 0.03586275f, 0.02911f, 0.02133875f,
  0.01352255f, 0.01000185f, 0.0086581f, 0.008254975f, 0.007608025f, 0.00654045f, 0.00519405f, 0.00414145f,
  0.003793825f, 0.004393125f, 0.02584375f, 0.022445675f, 0.018838875f, 0.013481375f, 0.009766575f,
  0.007938625f, 0.00705795f, 0.0065035f, 0.005602175f, 0.00455355f, 0.003429375f, 0.0027402f, 0.0023456875f,
  0.0017514175f, 0.01327335f, 0.008628025f, 0.00640405f, 0.005483975f, 0.003856025f, 0.0032101f, 0.003056575f,
  0.003241275f, 0.003487125f, 0.0035342f, 0.00277455f, 0.0019321275f, 0.001154505f, 0.0003515525f,
  0.00373425f, 0.003184875f, 0.00371045f, 0.00470345f, 0.0047623f, 0.0044637f, 0.004052525f, 0.00366625f,
  0.003053875f, 0.0023328974f, 0.0017128225f, 0.0012040725f, 0.000765645f, 3.056e-5f, 0.0f, 0.0002820625f,
  0.00076271f, 0.00164972f, 0.00074636f, 0.0f, 0.0f, 5.273e-5f, 0.0f, 0.0f, 0.0008418775f, 0.003338525f,
  0.007640625f, 0.0135373f, 0.0f, 0.0f, 0.0012741975f, 0.002021445f, 0.001349195f, 0.000451995f,
  0.0002212175f, 0.000243155f, 0.0001098275f, 0.0001396525f, 0.0006460225f, 0.0021721974f, 0.004866575f,
  0.00831205f, 0.0046895f, 0.003686625f, 0.000772385f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f,
  0.001116395f, 0.0028155f, 0.004548025f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 6.01325e-5f,
  0.000543585f, 0.001378235f, 0.002145825f, 0.0028538f,
};

static const float demo_13s_cell_hysteresis_v[56] = {
  0.0f, 0.0141983f, 0.0597008f, 0.137644f, 0.0113165f, 0.0f, 0.0132692f, 0.0169885f, 0.023974f, 0.0319502f,
  0.0345722f, 0.0310531f, 0.00579639f, 0.0f, 0.0f, 0.042103f, 0.169037f, 0.0340616f, 0.0f, 0.0f, 0.00547109f,
  0.00532478f, 0.0139539f, 0.020852f, 0.0215539f, 0.0185621f, 0.00688316f, 0.0138233f, 0.0528983f, 0.081836f,
  0.0490291f, 0.0343232f, 0.0169489f, 0.0236158f, 0.0195536f, 0.0111745f, 0.00795406f, 0.0f, 0.0f,
  0.00031555f, 0.00633816f, 0.0266981f, 0.103868f, 0.114211f, 0.0799853f, 0.0411425f, 0.0116442f, 0.0122242f,
  0.0108687f, 0.00490043f, 0.00928518f, 0.0144468f, 0.0100093f, 0.00842916f, 0.00577413f, 0.0314937f,
};

static const float demo_13s_cell_voltage_error_v[4] = {
  0.0754388f, 0.0353069f, 0.0366835f, 0.0239143f,
};

static const uint8_t demo_13s_layout_sensor_of_cell[13] = {
  0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3,
};

static const float demo_13s_limits_cell_over_voltage_offset_v_temperature_k[1] = {
  298.15f,
};

static const float demo_13s_limits_cell_over_voltage_offset_v_soc[1] = {
  0.5f,
};

static const float demo_13s_limits_cell_over_voltage_offset_v_values[1] = {
  0.0f,
};

static const float demo_13s_limits_cell_under_voltage_offset_v_temperature_k[1] = {
  298.15f,
};

static const float demo_13s_limits_cell_under_voltage_offset_v_soc[1] = {
  0.5f,
};

static const float demo_13s_limits_cell_under_voltage_offset_v_values[1] = {
  0.0f,
};

static const float demo_13s_limits_cell_charge_factor_temperature_k[7] = {
  253.15f, 263.15f, 273.15f, 283.15f, 298.15f, 318.15f, 328.15f,
};

static const float demo_13s_limits_cell_charge_factor_soc[3] = {
  0.0f, 0.8f, 1.0f,
};

static const float demo_13s_limits_cell_charge_factor_values[21] = {
  0.1f, 0.05f, 0.03f, 0.2f, 0.12f, 0.05f, 0.45f, 0.35f, 0.1f, 0.8f, 0.6f, 0.2f, 1.0f, 1.0f, 0.3f, 1.0f, 1.0f,
  0.3f, 0.3f, 0.3f, 0.2f,
};

static const float demo_13s_limits_cell_discharge_factor_temperature_k[6] = {
  243.15f, 253.15f, 273.15f, 288.15f, 323.15f, 333.15f,
};

static const float demo_13s_limits_cell_discharge_factor_soc[3] = {
  0.0f, 0.1f, 0.2f,
};

static const float demo_13s_limits_cell_discharge_factor_values[18] = {
  0.1f, 0.15f, 0.2f, 0.2f, 0.35f, 0.5f, 0.4f, 0.7f, 0.9f, 0.5f, 0.9f, 1.0f, 0.5f, 0.9f, 1.0f, 0.2f, 0.3f,
  0.3f,
};

static const float demo_13s_limits_fuse_current_a[4] = {
  60.0f, 90.0f, 150.0f, 400.0f,
};

static const float demo_13s_limits_fuse_i2t_a2s[4] = {
  2100000.0f, 410000.0f, 110000.0f, 31000.0f,
};

static const bms_fault_timing demo_13s_timings[] = {
  {102, 300, 1500}, /* cell over-voltage, maximum limit */
};

const bms_config demo_13s = {
  .struct_size = sizeof(bms_config),
  .abi_version = BMS_ABI_VERSION,
  .cell = {
    .capacity_c = 71202.38f,
    .voltage_min_v = 2.5f,
    .voltage_max_v = 4.2f,
    .ocv_soc = {demo_13s_cell_ocv_soc, 48},
    .ocv_temperature_k = {demo_13s_cell_ocv_temperature_k, 4},
    .ocv_v = {demo_13s_cell_ocv_v, 192},
    .soc = {demo_13s_cell_soc, 14},
    .temperature_k = {demo_13s_cell_temperature_k, 4},
    .r0_ohm = {demo_13s_cell_r0_ohm, 56},
    .charge_transfer_discharge_ohm = {demo_13s_cell_charge_transfer_discharge_ohm, 56},
    .charge_transfer_charge_ohm = {demo_13s_cell_charge_transfer_charge_ohm, 56},
    .knee_current_a = {demo_13s_cell_knee_current_a, 4},
    .branch_tau_s = {demo_13s_cell_branch_tau_s, 3},
    .branch_ohm = {demo_13s_cell_branch_ohm, 168},
    .hysteresis_v = {demo_13s_cell_hysteresis_v, 56},
    .hysteresis_soc = 0.03f,
    .activation_energy_j_per_mol = 36251.9f,
    .voltage_error_v = {demo_13s_cell_voltage_error_v, 4},
  },
  .estimator = {
    .initial_soc_sigma = 0.3f,
    .initial_branch_c_rate = 0.02f,
    .initial_hysteresis_sigma = 0.6f,
    .current_noise_c_rate_sqrt_s = 0.05f,
    .current_bias_c_rate = 0.06f,
    .current_bias_drift_c_rate_per_sqrt_s = 5e-6f,
    .capacity_scale_sigma = 0.085f,
    .resistance_scale_sigma = 0.2f,
    .resistance_scale_time_s = 15000.0f,
    .branch_error = 0.05f,
    .voltage_noise_v_sqrt_s = 0.1f,
    .drop_noise_sqrt_s = 0.4f,
    .voltage_error_factor = 0.17f,
    .drop_error = 0.03f,
    .ocv_soc_error = 0.01f,
    .voltage_error_time_s = 300.0f,
    .voltage_error_soc = 0.03f,
    .gate_soft_sigma = 2.5f,
    .gate_hard_sigma = 6.0f,
    .gate_patience_s = 60.0f,
  },
  .deltas = {
    .soc_sigma = 0.04f,
    .resistance_sigma = 0.15f,
    .resistance_time_s = 20000.0f,
    .capacity_sigma = 0.05f,
    .soc_drift_per_sqrt_h = 0.0002f,
    .voltage_noise_v = 0.004f,
    .lasting_voltage_error_v = 0.004f,
    .lasting_drop_error = 0.06f,
    .gate_sigma = 5.0f,
    .gate_floor_v = 0.04f,
    .doubt_time_s = 30.0f,
    .updates_per_step = 0,
    .shown_slew_per_s = 0.00017f,
    .shown_slew_per_soc = 0.5f,
  },
  .capacity = {
    .initial_sigma = 0.1f,
    .least_swing = 0.4f,
    .largest_soc_sigma = 0.03f,
    .charge_gain_sigma = 0.005f,
    .charge_offset_sigma = 0.005f,
    .lasting_error = 0.01f,
    .drift_per_sqrt_cycle = 0.002f,
    .gate_sigma = 3.5f,
  },
  .layout = {
    .cells = 13,
    .temperature_sensors = 4,
    .front_ends = 1,
    .sensor_of_cell = demo_13s_layout_sensor_of_cell,
  },
  .fitted = {
    .second_current = 0,
    .pack_voltage = 1,
    .link_voltage = 1,
    .isolation = 0,
    .interlock = 0,
    .contactor_feedback = 0,
    .gas_sensor = 0,
    .coolant = 0,
    .heater = 0,
    .inlet_temperature = 0,
    .supply = 1,
    .bleed_temperature = 0,
  },
  .sampling = {
    .tick_ms = 10,
    .tick_late_ms = 20,
    .cell_voltage_ms = 50,
    .temperature_ms = 500,
    .current_ms = 10,
    .pack_ms = 100,
    .cell_voltage_stale_ms = 200,
    .cell_voltage_missing_ms = 1000,
    .temperature_stale_ms = 2000,
    .temperature_missing_ms = 10000,
    .current_stale_ms = 50,
    .current_missing_ms = 250,
    .pack_stale_ms = 300,
    .pack_missing_ms = 1000,
    .command_stale_ms = 500,
    .open_ms = 500,
    .open_at_once_ms = 50,
    .limit_ms = 1000,
  },
  .limits = {
    .cell_over_voltage_v = {
      .operating = 4.2f,
      .recommended = 4.23f,
      .maximum = 4.26f,
    },
    .cell_over_voltage_offset_v = {
      .temperature_k = {demo_13s_limits_cell_over_voltage_offset_v_temperature_k, 1},
      .soc = {demo_13s_limits_cell_over_voltage_offset_v_soc, 1},
      .values = {demo_13s_limits_cell_over_voltage_offset_v_values, 1},
    },
    .cell_under_voltage_v = {
      .operating = 2.8f,
      .recommended = 2.65f,
      .maximum = 2.5f,
    },
    .cell_under_voltage_offset_v = {
      .temperature_k = {demo_13s_limits_cell_under_voltage_offset_v_temperature_k, 1},
      .soc = {demo_13s_limits_cell_under_voltage_offset_v_soc, 1},
      .values = {demo_13s_limits_cell_under_voltage_offset_v_values, 1},
    },
    .cell_deep_discharge_v = 2.0f,
    .cell_voltage_hysteresis_v = 0.02f,
    .cell_voltage_spread_v = 0.3f,
    .over_temperature_k = {
      .charging = {
        .operating = 318.15f,
        .recommended = 323.15f,
        .maximum = 328.15f,
      },
      .discharging = {
        .operating = 323.15f,
        .recommended = 328.15f,
        .maximum = 333.15f,
      },
      .resting = {
        .operating = 328.15f,
        .recommended = 333.15f,
        .maximum = 338.15f,
      },
    },
    .under_temperature_k = {
      .charging = {
        .operating = 273.15f,
        .recommended = 258.15f,
        .maximum = 248.15f,
      },
      .discharging = {
        .operating = 253.15f,
        .recommended = 248.15f,
        .maximum = 243.15f,
      },
      .resting = {
        .operating = 243.15f,
        .recommended = 238.15f,
        .maximum = 233.15f,
      },
    },
    .temperature_hysteresis_k = 2.0f,
    .temperature_spread_k = 15.0f,
    .temperature_rise_k_per_s = 0.5f,
    .cell_charge_current_a = {
      .operating = 40.0f,
      .recommended = 44.0f,
      .maximum = 48.0f,
    },
    .cell_charge_factor = {
      .temperature_k = {demo_13s_limits_cell_charge_factor_temperature_k, 7},
      .soc = {demo_13s_limits_cell_charge_factor_soc, 3},
      .values = {demo_13s_limits_cell_charge_factor_values, 21},
    },
    .cell_discharge_current_a = {
      .operating = 66.0f,
      .recommended = 73.0f,
      .maximum = 80.0f,
    },
    .cell_discharge_factor = {
      .temperature_k = {demo_13s_limits_cell_discharge_factor_temperature_k, 6},
      .soc = {demo_13s_limits_cell_discharge_factor_soc, 3},
      .values = {demo_13s_limits_cell_discharge_factor_values, 18},
    },
    .string_charge_current_a = {
      .operating = 40.0f,
      .recommended = 44.0f,
      .maximum = 48.0f,
    },
    .string_discharge_current_a = {
      .operating = 66.0f,
      .recommended = 73.0f,
      .maximum = 80.0f,
    },
    .pack_charge_current_a = {
      .operating = 40.0f,
      .recommended = 44.0f,
      .maximum = 48.0f,
    },
    .pack_discharge_current_a = {
      .operating = 66.0f,
      .recommended = 73.0f,
      .maximum = 80.0f,
    },
    .current_hysteresis_ratio = 0.05f,
    .rest_current_a = 0.35f,
    .fuse = {
      .current_a = {demo_13s_limits_fuse_current_a, 4},
      .i2t_a2s = {demo_13s_limits_fuse_i2t_a2s, 4},
      .cooling_s = 60.0f,
      .recommended_ratio = 0.4f,
      .maximum_ratio = 0.7f,
    },
    .pack_over_voltage_v = {
      .operating = 54.6f,
      .recommended = 54.859997f,
      .maximum = 55.25f,
    },
    .pack_under_voltage_v = {
      .operating = 36.399998f,
      .recommended = 34.45f,
      .maximum = 32.5f,
    },
    .pack_voltage_hysteresis_v = 0.26f,
    .sum_of_cells_ratio = 0.02f,
    .link_voltage_ratio = 0.05f,
    .soc_spread_ratio = 0.1f,
  },
  .sensing = {
    .cell_voltage_low_v = 0.1f,
    .cell_voltage_high_v = 5.0f,
    .cell_voltage_jump_v = 1.0f,
    .cell_voltage_pair_v = 0.02f,
    .cell_voltage_move_v = 0.01f,
    .temperature_low_k = 228.15f,
    .temperature_high_k = 423.15f,
    .temperature_jump_k = 20.0f,
    .temperature_pair_k = 5.0f,
    .temperature_move_k = 1.0f,
    .current_range_a = 150.0f,
    .current_jump_a = 225.0f,
    .current_pair_a = 3.0f,
    .current_pair_ratio = 0.05f,
    .current_offset_a = 0.22500001f,
    .pack_voltage_range_v = 78.0f,
    .pack_voltage_jump_v = 13.0f,
    .supply_low_v = 8.0f,
  },
  .high_voltage = {
    .contactor_settle_ms = 100,
    .contactor_break_a = 10.0f,
    .contactor_operations = 100000,
    .contactor_hard_operations = 20,
    .precharge_resistance_ohm = 33.0f,
    .link_capacitance_f = 0.003f,
    .precharge_target_ratio = 0.95f,
    .precharge_slow_factor = 3.0f,
    .precharge_fast_factor = 0.5f,
    .precharge_energy_j = 30.0f,
    .precharge_cooling_s = 60.0f,
    .isolation_fault_ohm_per_v = 100.0f,
    .isolation_warning_ohm_per_v = 500.0f,
    .alternating_current = 0,
  },
  .thermal = {
    .runaway_k_per_s = 1.0f,
    .runaway_voltage_drop_ratio = 0.25f,
    .runaway_alarm_s = 300.0f,
    .heater_margin_k = 10.0f,
  },
  .charging = {
    .voltage_over_v = 5.0f,
    .current_over_a = 5.0f,
    .current_over_ratio = 0.05f,
    .stale_ms = 1000,
    .precharge_window_v = 20.0f,
    .inlet_temperature_k = 363.15f,
    .plug_current_a = 5.0f,
  },
  .estimates = {
    .lockout_s = 30.0f,
    .rest_s = 1800.0f,
    .soc_difference_ratio = 0.05f,
    .capacity_end_of_life_ratio = 0.7f,
    .resistance_end_of_life_ratio = 2.0f,
    .energy_imbalance_ratio = 0.4f,
  },
  .control = {
    .self_test_ms = 3000,
    .precharge_attempts = 3,
    .precharge_pause_s = 5,
    .weld_test_ms = 1000,
    .link_fallen_ratio = 0.5f,
    .limp_ratio = 0.3f,
    .limit_rise_s = 5.0f,
    .horizon_s = 2.0f,
    .empty_ramp_ratio = 0.05f,
    .full_ramp_ratio = 0.03f,
    .balancing = {
      .resistance_ohm = 39.0f,
      .start_ratio = 0.01f,
      .stop_ratio = 0.003f,
      .lowest_voltage_v = 3.5f,
      .lowest_soc = 0.2f,
      .highest_temperature_k = 358.15f,
      .bleed_ms = 4500,
      .measure_ms = 500,
      .settle_ms = 100,
      .channels = 6,
      .spare_neighbours = 1,
    },
  },
  .timings = demo_13s_timings,
  .timing_count = 1,
};
