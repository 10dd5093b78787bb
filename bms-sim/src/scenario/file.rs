//! Schema of a scenario file. Names carry units; discharge is positive; cells, sensors and front ends are counted from
//! 0.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bms_core::measurement::Contactor;
use serde::{Deserialize, Serialize};

use crate::fault::FaultEvent;
use crate::load::Vehicle;
use crate::pack::{Spread, ThermalConfig};
use crate::sensor::SensorKind;
use crate::simulate::CellSection;

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Name of the scenario.
    pub name: String,
    /// Decides noise and the sensors' own errors.
    #[serde(default)]
    pub seed: u64,
    /// Temperature of the air.
    #[serde(default = "room")]
    pub air_degc: f64,
    /// Time step of the cells: a whole number of the core's ticks.
    #[serde(default = "cell_step")]
    pub cell_step_s: f64,
    /// Time between rows of results.
    #[serde(default = "second")]
    pub output_step_s: f64,
    /// Estimates are evaluated from this time on.
    #[serde(default = "minute")]
    pub settled_s: f64,
    /// The core.
    pub bms: BmsSection,
    /// The physics of one cell, as in plant files.
    pub cell: CellSection,
    /// How the groups differ.
    #[serde(default)]
    pub spread: Spread,
    /// Thermal network, for single cells; without it cells keep their temperature.
    pub thermal: Option<ThermalConfig>,
    /// Sensor parameters by kind; the others are typical of vehicles.
    #[serde(default)]
    pub sensor: BTreeMap<SensorKind, SensorSection>,
    /// Stages, in sequence.
    #[serde(default)]
    pub stage: Vec<StageSection>,
    /// Faults.
    #[serde(default)]
    pub fault: Vec<FaultSection>,
    /// Expectations: if one is not met, the exit code is 1.
    #[serde(default)]
    pub expect: Expect,
    /// Variants of the scenario with other values: each is a run of its own.
    #[serde(default)]
    pub variant: Vec<VariantSection>,
    /// Distributions of a sweep; not used by a single run.
    #[serde(default)]
    pub vary: Vec<VarySection>,
}

/// The scenario with some of its values changed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantSection {
    /// Name of the variant.
    pub name: String,
    /// Changed values by key, such as `"air_degc" = -10.0` or `"expect.faults" = [119]`.
    pub set: toml::Table,
}

/// A number of the scenario that a sweep draws, with exactly one of `uniform`, `normal`, `log_normal` and `choice`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VarySection {
    /// Key of the value, such as `cell.soc`, `sensor.current.bias` or `fault[0].from_s`; it may be absent.
    pub key: String,
    /// Uniform distribution between the bounds.
    pub uniform: Option<[f64; 2]>,
    /// Mean and standard deviation.
    pub normal: Option<[f64; 2]>,
    /// Median, and standard deviation of the natural logarithm.
    pub log_normal: Option<[f64; 2]>,
    /// Every number of the list is as likely.
    pub choice: Option<Vec<f64>>,
}

fn room() -> f64 {
    25.0
}

fn cell_step() -> f64 {
    0.05
}

fn second() -> f64 {
    1.0
}

fn minute() -> f64 {
    60.0
}

/// The core.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BmsSection {
    /// The pack: `nmc-96s`, `lfp-100s` or `nmc-13s`.
    pub pack: String,
    /// Cell file for the estimator; by default the preset's own tables.
    pub cell: Option<PathBuf>,
    /// Initial state of charge given to the core; by default from the voltage.
    pub told_soc: Option<f64>,
}

/// Deviations of sensors of a kind from the truth: by default typical of vehicles, see
/// [`SensorModel`](crate::sensor::SensorModel) for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensorSection {
    /// Whether the defaults are ideal sensors instead of typical ones.
    pub ideal: bool,
    /// Standard deviation of white noise.
    pub noise: Option<f64>,
    /// Bias of all.
    pub bias: Option<f64>,
    /// Standard deviation of the further bias of each.
    pub bias_sigma: Option<f64>,
    /// Factor on the truth.
    pub gain: Option<f64>,
    /// Standard deviation of the further factor of each.
    pub gain_sigma: Option<f64>,
    /// Growth of the bias in an hour.
    pub drift_per_h: Option<f64>,
    /// Step of the converter.
    pub resolution: Option<f64>,
    /// Lowest representable value.
    pub low: Option<f64>,
    /// Highest representable value.
    pub high: Option<f64>,
    /// From the instant of a sample to its arrival, in seconds.
    pub latency_s: Option<f64>,
    /// Between two samples, in seconds.
    pub period_s: Option<f64>,
    /// Largest deviation of a sample's instant, in seconds.
    pub jitter_s: Option<f64>,
}

/// A stage: exactly one of `cycle`, `power_w`, `current_a`, `charge`, `session` and `park_s`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageSection {
    /// A shipped speed cycle: `UDDS`, `US06`, `HWFET` or `WLTC`.
    pub cycle: Option<String>,
    /// The vehicle of the cycle; by default a compact car.
    pub vehicle: Option<Vehicle>,
    /// Number of repetitions of the cycle; by default 1.
    pub repeat: Option<usize>,
    /// A power drawn by the vehicle.
    pub power_w: Option<f64>,
    /// A current drawn by the vehicle.
    pub current_a: Option<f64>,
    /// Duration of a power or current.
    pub duration_s: Option<f64>,
    /// A charge within the core's limits, at a charger without a session.
    pub charge: Option<ChargeSection>,
    /// A charge in a session of the core with a station, from plug-in to the weld check.
    pub session: Option<SessionSection>,
    /// Contactors open for this time, in seconds.
    pub park_s: Option<f64>,
}

/// A charge without a session.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeSection {
    /// Most current of the charger.
    pub current_a: f64,
    /// Most power of the charger.
    #[serde(default = "megawatt")]
    pub power_w: f64,
    /// Estimated state of charge that ends it.
    #[serde(default = "full")]
    pub until_soc: f64,
    /// Current that ends it.
    #[serde(default)]
    pub cutoff_a: f64,
    /// Time that ends it.
    #[serde(default = "day")]
    pub duration_s: f64,
}

/// A charge in a session with a station.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSection {
    /// The station: `nevi-150kw`, `ccs-350kw` or `nacs-250kw`; otherwise `voltage_v`, `current_a` and `power_w` are
    /// required.
    pub station: Option<String>,
    /// Highest voltage of the station, instead of its own.
    pub voltage_v: Option<f64>,
    /// Highest current of the station, instead of its own.
    pub current_a: Option<f64>,
    /// Highest power of the station, instead of its own.
    pub power_w: Option<f64>,
    /// How fast its current moves, instead of its own.
    pub amperes_per_s: Option<f64>,
    /// The inlet: `ccs` or `nacs`.
    #[serde(default)]
    pub inlet: Inlet,
    /// The charge is over at this estimated state of charge of the pack.
    pub until_soc: f64,
    /// When the vehicle leaves, in seconds since the stage began.
    pub departure_s: Option<f64>,
    /// The driver stops the charge after this time.
    #[serde(default = "day")]
    pub duration_s: f64,
    /// Power that the site leaves the station, from a time on.
    #[serde(default)]
    pub site: Vec<SiteSection>,
}

/// A charging inlet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inlet {
    /// CCS.
    #[default]
    Ccs,
    /// NACS (J3400) of 500 V.
    Nacs,
}

/// Power allotted to a station by its site from a given time on.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSection {
    /// From when on, in seconds since the stage began.
    pub from_s: f64,
    /// Power.
    pub power_w: f64,
}

fn megawatt() -> f64 {
    1e6
}

fn full() -> f64 {
    1.0
}

fn day() -> f64 {
    86_400.0
}

/// A fault: exactly one of `sensor`, `front_end`, `cell`, `contactor`, `link_short_ohm`, `isolation_ohm`, `load_a`,
/// `supply_v`, `charger` and `event`, with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultSection {
    /// Start, in seconds since the start.
    pub from_s: f64,
    /// End; by default permanent.
    pub until_s: Option<f64>,
    /// A sensor of this kind, with `index` (default 0) and `how`.
    pub sensor: Option<SensorKind>,
    /// Number of the sensor.
    pub index: Option<usize>,
    /// Effect: of a sensor `stuck`, `open-wire`, `offset` (with `offset`), `spikes` (with `offset` and `share`), `lost`
    /// (`share`), `not-a-number`, `swapped` (with `other`); of a front end `lost-frames` (`share`), `frame-check`,
    /// `configuration`, `multiplexer`; of a contactor `welded`, `stuck-open`.
    pub how: Option<How>,
    /// Added to the reading or to the output, in the unit of the quantity.
    pub offset: Option<f64>,
    /// Probability of each sample or frame, by default 1; share of the voltage that a charger's precharge reaches.
    pub share: Option<f64>,
    /// The other sensor of a swap.
    pub other: Option<usize>,
    /// A front end, with `how`.
    pub front_end: Option<usize>,
    /// A cell, with one of the next four.
    pub cell: Option<usize>,
    /// Resistance across it, internal.
    pub internal_short_ohm: Option<f64>,
    /// Resistance in series with it.
    pub joint_ohm: Option<f64>,
    /// Lost share of its capacity.
    pub capacity_loss: Option<f64>,
    /// Heat of a reaction in it.
    pub reaction_w: Option<f64>,
    /// A contactor, with `how`.
    pub contactor: Option<ContactorName>,
    /// A resistance across the link.
    pub link_short_ohm: Option<f64>,
    /// A resistance from the battery to the chassis.
    pub isolation_ohm: Option<f64>,
    /// The load draws this current regardless of limits.
    pub load_a: Option<f64>,
    /// Supply of the controller.
    pub supply_v: Option<f64>,
    /// The charger of a session: `no-precharge` (with `share` of the voltage), `overshoot` (`offset` in ampere),
    /// `false-voltage` (`offset` in volt), `false-current` (`offset` in ampere), `silent`, `limit-zero`, `malfunction`,
    /// `emergency`, `isolation`, `early-stop`, `holds-voltage`, `stuck-current`, `mute`, `nonsense`.
    pub charger: Option<StationFault>,
    /// An event without parameters.
    pub event: Option<FaultEvent>,
}

/// Effects on a sensor, a front end or a contactor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see `FaultSection::how`")]
pub enum How {
    Stuck,
    OpenWire,
    Offset,
    Spikes,
    Lost,
    NotANumber,
    Swapped,
    LostFrames,
    FrameCheck,
    Configuration,
    Multiplexer,
    Welded,
    StuckOpen,
}

/// Faults of the charger of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see `FaultSection::charger`")]
pub enum StationFault {
    NoPrecharge,
    Overshoot,
    FalseVoltage,
    FalseCurrent,
    Silent,
    LimitZero,
    Malfunction,
    Emergency,
    Isolation,
    EarlyStop,
    HoldsVoltage,
    StuckCurrent,
    Mute,
    Nonsense,
}

/// A contactor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see `Contactor`")]
pub enum ContactorName {
    MainPositive,
    MainNegative,
    Precharge,
}

impl From<ContactorName> for Contactor {
    fn from(name: ContactorName) -> Self {
        match name {
            ContactorName::MainPositive => Self::MainPositive,
            ContactorName::MainNegative => Self::MainNegative,
            ContactorName::Precharge => Self::Precharge,
        }
    }
}

/// Expectations of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// Numbers of faults that must be reported. No others may be, except those in `also`.
    pub faults: Option<Vec<u16>>,
    /// Numbers of further faults that may be reported.
    pub also: Vec<u16>,
    /// Largest settled error of the state of charge, of the mean cell and of every cell, in points.
    pub soc_error_points: Option<f64>,
    /// Minimum share of settled samples with the truth of every cell within 3 sigma.
    pub inside_3_sigma: Option<f64>,
    /// Minimum distance, in kilometres.
    pub distance_km: Option<f64>,
    /// Least state of charge of the mean cell at the end, true.
    pub soc_at_end: Option<f64>,
    /// Largest difference of the cells' states of charge at the end, true, in points.
    pub soc_spread_points: Option<f64>,
    /// Mode of the core at the end.
    pub ends_in: Option<EndMode>,
    /// Expectations of every charging session.
    pub charge: Option<ExpectCharge>,
}

/// Expectations of a charging session.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExpectCharge {
    /// Whether it must reach its target, or must not.
    pub target_reached: Option<bool>,
    /// Longest time from the first current to the target.
    pub minutes: Option<f64>,
    /// Largest error of the time to the target as forecast at the start of the current, in percent of the actual time.
    pub time_error_percent: Option<f64>,
    /// Largest error of the energy forecast at that time, in percent of the actual energy.
    pub energy_error_percent: Option<f64>,
    /// Largest violation of the operating voltage limits by a cell.
    pub cell_beyond_mv: Option<f64>,
    /// Least true potential of the negative electrode of any cell against lithium, mean over the electrode.
    pub anode_mv: Option<f64>,
    /// The same at the separator.
    pub anode_separator_mv: Option<f64>,
    /// Most charge current, as measured, at which the contactors open.
    pub opened_below_a: Option<f64>,
    /// Minimum charge current at opening, for a charger that does not reduce it.
    pub opened_above_a: Option<f64>,
    /// Longest time from the end of charging until the contactors are commanded open.
    pub opened_within_s: Option<f64>,
    /// Error code sent to the charger: a `DC_EVErrorCode`, such as `NO_ERROR`.
    pub error_code: Option<String>,
    /// Text of the end, as in the summary.
    pub end: Option<String>,
}

/// Mode of the core at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndMode {
    /// Contactors open, ready.
    #[default]
    Standby,
    /// Contactors open, not to be closed.
    Fault,
}
