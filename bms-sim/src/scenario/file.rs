//! What stands in a scenario file. Units are in the names; discharge is positive; cells, sensors and front ends are
//! counted from 0.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bms_core::measurement::Contactor;
use serde::{Deserialize, Serialize};

use crate::load::Vehicle;
use crate::pack::{Spread, ThermalConfig};
use crate::sensor::SensorKind;
use crate::simulate::CellSection;

/// A scenario file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// What the scenario is called.
    pub name: String,
    /// Decides noise and the sensors' own errors.
    #[serde(default)]
    pub seed: u64,
    /// Temperature of the air.
    #[serde(default = "room")]
    pub air_degc: f64,
    /// Length of a step of the cells: a whole number of the core's ticks.
    #[serde(default = "cell_step")]
    pub cell_step_s: f64,
    /// Time between rows of results.
    #[serde(default = "second")]
    pub output_step_s: f64,
    /// Estimates count as settled from here on.
    #[serde(default = "minute")]
    pub settled_s: f64,
    /// The core.
    pub bms: BmsSection,
    /// The physics of one cell, as in plant files.
    pub cell: CellSection,
    /// How the groups differ.
    #[serde(default)]
    pub spread: Spread,
    /// Where heat goes, for one cell; without it cells keep their temperature.
    pub thermal: Option<ThermalConfig>,
    /// What sensors are like, by their kind; those that are not named are as usual in vehicles.
    #[serde(default)]
    pub sensor: BTreeMap<SensorKind, SensorSection>,
    /// What is done, one after the other.
    #[serde(default)]
    pub stage: Vec<StageSection>,
    /// What goes wrong.
    #[serde(default)]
    pub fault: Vec<FaultSection>,
    /// What has to come of it: where it does not, the exit code is 1.
    #[serde(default)]
    pub expect: Expect,
    /// What a sweep draws for each of its runs; a single run leaves it alone.
    #[serde(default)]
    pub vary: Vec<VarySection>,
}

/// A number of the scenario that a sweep draws, with exactly one of `uniform`, `normal`, `log_normal` and `choice`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VarySection {
    /// Where it stands, such as `cell.soc`, `sensor.current.bias` or `fault[0].from_s`; it need not be there.
    pub key: String,
    /// Every number from the lower to the upper bound is as likely.
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
    /// Cell file of what the core believes of a single cell; the preset's own without it.
    pub cell: Option<PathBuf>,
    /// State of charge that the core is told at the start; from the voltage without it.
    pub told_soc: Option<f64>,
}

/// How sensors of a kind differ from the truth: what is not named is as usual in vehicles, see
/// [`SensorModel`](crate::sensor::SensorModel) for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensorSection {
    /// Whether they start from the truth instead of from what is usual.
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
    /// Lowest value that it can show.
    pub low: Option<f64>,
    /// Highest value that it can show.
    pub high: Option<f64>,
    /// From the instant of a sample to its arrival, in seconds.
    pub latency_s: Option<f64>,
    /// Between two samples, in seconds.
    pub period_s: Option<f64>,
    /// Largest deviation of a sample's instant, in seconds.
    pub jitter_s: Option<f64>,
}

/// Something that is done: exactly one of `cycle`, `power_w`, `current_a`, `charge` and `park_s`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageSection {
    /// A shipped speed cycle: `UDDS`, `US06`, `HWFET` or `WLTC`.
    pub cycle: Option<String>,
    /// The vehicle that drives the cycle; a compact car without it.
    pub vehicle: Option<Vehicle>,
    /// How many times the cycle is driven; once without it.
    pub repeat: Option<usize>,
    /// A power that the vehicle takes.
    pub power_w: Option<f64>,
    /// A current that the vehicle takes.
    pub current_a: Option<f64>,
    /// Duration of a power or current.
    pub duration_s: Option<f64>,
    /// A charge.
    pub charge: Option<ChargeSection>,
    /// Contactors open for this time, in seconds.
    pub park_s: Option<f64>,
}

/// A charge.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeSection {
    /// Most current of the charger.
    pub current_a: f64,
    /// Most power of the charger.
    #[serde(default = "megawatt")]
    pub power_w: f64,
    /// It ends at this estimated state of charge.
    #[serde(default = "full")]
    pub until_soc: f64,
    /// It ends once the current has fallen to this.
    #[serde(default)]
    pub cutoff_a: f64,
    /// It ends after this time.
    #[serde(default = "day")]
    pub duration_s: f64,
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

/// Something that goes wrong: exactly one of `sensor`, `front_end`, `cell`, `contactor`, `link_short_ohm`,
/// `isolation_ohm`, `load_a`, `supply_v` and `event`, with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultSection {
    /// When it begins, in seconds since the start.
    pub from_s: f64,
    /// When it is gone; never without it.
    pub until_s: Option<f64>,
    /// A sensor of this kind, with `index` (0 without it) and `how`.
    pub sensor: Option<SensorKind>,
    /// Number of the sensor.
    pub index: Option<usize>,
    /// What it does: of a sensor `stuck`, `open-wire`, `offset` (with `offset`), `spikes` (with `offset` and `share`),
    /// `lost` (`share`), `not-a-number`, `swapped` (with `other`); of a front end `lost-frames` (`share`),
    /// `frame-check`, `configuration`, `multiplexer`; of a contactor `welded`, `stuck-open`.
    pub how: Option<How>,
    /// Added to what it would show, in the unit of the quantity.
    pub offset: Option<f64>,
    /// Probability of each sample or frame, 1 without it.
    pub share: Option<f64>,
    /// The sensor that it is swapped with.
    pub other: Option<usize>,
    /// A front end, with `how`.
    pub front_end: Option<usize>,
    /// A cell, with one of the next four.
    pub cell: Option<usize>,
    /// A resistance across it, inside.
    pub internal_short_ohm: Option<f64>,
    /// A resistance in series with it.
    pub joint_ohm: Option<f64>,
    /// Share of its capacity that it has lost.
    pub capacity_loss: Option<f64>,
    /// Heat of a reaction in it.
    pub reaction_w: Option<f64>,
    /// A contactor, with `how`.
    pub contactor: Option<ContactorName>,
    /// A resistance across the link.
    pub link_short_ohm: Option<f64>,
    /// A resistance from the battery to the chassis.
    pub isolation_ohm: Option<f64>,
    /// The load takes this current, whatever is allowed.
    pub load_a: Option<f64>,
    /// Supply of the controller.
    pub supply_v: Option<f64>,
    /// Something that just happens.
    pub event: Option<FaultEvent>,
}

/// What a sensor, a front end or a contactor does.
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

/// Something that just happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see `FaultKind`")]
pub enum FaultEvent {
    Crash,
    InterlockOpen,
    EmergencyStop,
    GasAlert,
    CoolantLost,
    CommandsLost,
    FuseMelted,
    PrechargeOpen,
    IsolationMonitorInvalid,
    HeaterStuckOn,
}

/// What has to come of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// Numbers of faults that have to be found. No others may be, but those in `also`.
    pub faults: Option<Vec<u16>>,
    /// Numbers of faults that may be found besides.
    pub also: Vec<u16>,
    /// Largest error of the state of charge once settled, of the mean cell and of every cell, in points.
    pub soc_error_points: Option<f64>,
    /// Least share of samples, once settled, at which the truth of every cell lies within 3 sigma.
    pub inside_3_sigma: Option<f64>,
    /// Least way driven, in kilometres.
    pub distance_km: Option<f64>,
    /// Least state of charge of the mean cell at the end, true.
    pub soc_at_end: Option<f64>,
    /// Largest difference of the cells' states of charge at the end, true, in points.
    pub soc_spread_points: Option<f64>,
    /// What the core does at the end.
    pub ends_in: Option<EndMode>,
}

/// What the core does at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndMode {
    /// Contactors open, ready.
    #[default]
    Standby,
    /// Contactors open, not to be closed.
    Fault,
}
