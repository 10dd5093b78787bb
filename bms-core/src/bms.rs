//! The corridor: what arrived, what of it is believed, what follows from it, and what is wrong.

mod keep;
mod over;

pub use over::{BmsMut, BmsRef};

use crate::config::{BmsConfig, ConfigError, MappedLimits, Range};
use crate::control::BalanceScene;
use crate::control::{
    AllowedCurrents, Balancer, BalancingReport, Decision, LimitScene, Limiter, Mode, ModeControl,
    ModeScene, Refusal,
};
use crate::estimation::{
    CellDifference, CellSoc, Health, HealthEstimate, HealthSample, InitialSoc, PackEstimate,
    PackEstimator, PackSample,
};
use crate::measurement::{
    CellMeasurement, Commands, Contactors, Measurements, Reading, Request, TemperatureMeasurement,
};
use crate::plausibility::channel::Bounds;
use crate::plausibility::{Clock, Elapsed, Lull, Signals, Spread};
use crate::protection::checks;
use crate::protection::checks::system::SnapshotFindings;
use crate::protection::{
    Banks, Case, CellMemory, DtcStatus, EnergyAccount, Event, FaultBook, FaultId, FaultRecord,
    FreezeFrame, FuseLoad, Judge, Precharge, PrechargeSample, Reaction, Scene, SensorMemory,
    Source,
};
use crate::units::{
    self, ElectricCurrent, ElectricPotential, ThermodynamicTemperature, Time, to_amperes,
    to_kelvin, to_kelvin_interval, to_ratio, to_volts,
};

/// The battery management of a pack with at most `CELLS` cells and `SENSORS` temperature sensors.
#[derive(Clone, Debug)]
pub struct Bms<'a, const CELLS: usize, const SENSORS: usize> {
    config: &'a BmsConfig<'a>,
    pack: PackMemory,
    cells: [CellMemory; CELLS],
    differences: [CellDifference; CELLS],
    sensors: [SensorMemory; SENSORS],
}

/// What one tick came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outputs {
    /// Milliseconds of operation.
    pub now_ms: u64,
    /// The estimates.
    pub estimate: PackEstimate,
    /// What is left of a new battery.
    pub health: HealthEstimate,
    /// Pack current less the sensor's offset; discharge positive. None where no sensor is present.
    pub current: Option<ElectricCurrent>,
    /// What the battery is doing; none where nobody knows.
    pub case: Option<Case>,
    /// Lowest present cell voltage and its cell.
    pub lowest_cell: Option<(ElectricPotential, usize)>,
    /// Highest present cell voltage and its cell.
    pub highest_cell: Option<(ElectricPotential, usize)>,
    /// Lowest present temperature and its sensor.
    pub coldest: Option<(ThermodynamicTemperature, usize)>,
    /// Highest present temperature and its sensor.
    pub warmest: Option<(ThermodynamicTemperature, usize)>,
    /// What the battery is doing as a whole.
    pub mode: Mode,
    /// Which contactors are commanded closed. Where the vehicle drives them itself: which of those that it commands may be
    /// closed.
    pub contactors: Contactors<bool>,
    /// Why the request of the vehicle is not followed; none where it is.
    pub refusal: Option<Refusal>,
    /// The currents that are allowed now, and why not more.
    pub allowed: AllowedCurrents,
    /// Balancing.
    pub balancing: BalancingReport,
    /// The strongest reaction that a present fault asks for.
    pub reaction: Reaction,
    /// Whether the driver is to be warned.
    pub warn_driver: bool,
    /// A thermal runaway that is suspected or confirmed.
    pub runaway: Option<RunawayAlarm>,
}

/// A thermal runaway: the driver is to be warned at once, and people have to leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunawayAlarm {
    /// Whether it is confirmed (GB 38031-2025 C.5.3.7) or suspected only.
    pub confirmed: bool,
    /// Time since the alarm was raised first.
    pub since: Time,
    /// Time that is left until the alarm has to have been given, as the configuration says: at most 5 minutes after the
    /// onset (GB 38031-2025). Zero when it is over.
    pub warn_within: Time,
}

/// What the pack as a whole remembers.
#[derive(Clone, Debug)]
pub struct PackMemory {
    clock: Clock,
    signals: Signals,
    voltages: Lull,
    temperatures: Lull,
    mapped: MappedLimits,
    estimator: PackEstimator,
    banks: Banks,
    book: FaultBook,
    health: Health,
    fuse: FuseLoad,
    precharge: Precharge,
    energy: EnergyAccount,
    case: Option<Case>,
    rested_s: f32,
    /// Time that is not yet a second, for the peaks of the cell voltages.
    second_ms: u16,
    /// Since the current was judged last.
    current_judged_ms: u16,
    /// What came back from the memory that survives a power cycle, until it is reported.
    snapshot: SnapshotFindings,
    runaway_since_ms: Option<u64>,
    mode: ModeControl,
    limiter: Limiter,
    balancer: Balancer,
}

/// Room for one pack of any size: how a tick works does not depend on who owns the memory.
#[derive(Debug)]
pub struct Memory<'m> {
    /// What the pack as a whole remembers.
    pub pack: &'m mut PackMemory,
    /// One entry a cell.
    pub cells: &'m mut [CellMemory],
    /// One entry a cell.
    pub differences: &'m mut [CellDifference],
    /// One entry a temperature sensor.
    pub sensors: &'m mut [SensorMemory],
}

impl<'a, const CELLS: usize, const SENSORS: usize> Bms<'a, CELLS, SENSORS> {
    /// Battery management before its first tick.
    ///
    /// # Errors
    /// A configuration that does not pass [`BmsConfig::validate`], or that has more cells or sensors than there is room.
    pub fn new(config: &'a BmsConfig<'a>, initial: InitialSoc) -> Result<Self, ConfigError> {
        config.validate()?;
        config.check_room(CELLS, SENSORS)?;
        Ok(Self {
            config,
            pack: PackMemory::new(initial),
            cells: [CellMemory::new(); CELLS],
            differences: [CellDifference::new(); CELLS],
            sensors: [SensorMemory::new(); SENSORS],
        })
    }

    /// Takes in what arrived in the last `dt`, and says what follows.
    ///
    /// Total: any bit pattern gives finite estimates, and faults that say what is wrong.
    pub fn step(
        &mut self,
        measurements: &Measurements<'_>,
        commands: &Commands,
        dt: Time,
    ) -> Outputs {
        step(self.config, self.memory(), measurements, commands, dt)
    }

    /// Present voltage of one cell, believed or not, with its estimated state of charge; none beyond the last cell, and
    /// the voltage is not a number before the first sample.
    #[must_use]
    pub fn cell(&self, index: usize) -> Option<(ElectricPotential, CellSoc)> {
        self.view().cell(index)
    }

    /// Whether the bleed resistor of a cell is commanded on; false beyond the last cell.
    #[must_use]
    pub fn is_bleeding(&self, index: usize) -> bool {
        self.view().is_bleeding(index)
    }

    /// Faults that are qualified, or latched, in the order of the catalogue.
    pub fn faults(&self) -> impl Iterator<Item = FaultId> {
        self.view().faults()
    }

    /// Whether a fault is qualified, or latched.
    #[must_use]
    pub fn has(&self, fault: FaultId) -> bool {
        self.view().has(fault)
    }

    /// Whether the condition of a fault holds at present, as qualified.
    #[must_use]
    pub fn is_qualified(&self, fault: FaultId) -> bool {
        self.view().is_qualified(fault)
    }

    /// Status byte of a fault.
    #[must_use]
    pub fn status(&self, fault: FaultId) -> DtcStatus {
        self.view().status(fault)
    }

    /// What is kept of a fault; none if it was never qualified, or if other records needed the room.
    #[must_use]
    pub fn record(&self, fault: FaultId) -> Option<&FaultRecord> {
        self.view().record(fault)
    }

    /// Every record, in no order.
    pub fn records(&self) -> impl Iterator<Item = &FaultRecord> {
        self.view().records()
    }

    /// The last events, from the oldest to the newest.
    pub fn log(&self) -> impl Iterator<Item = &Event> {
        self.view().log()
    }

    /// How many events were ever written: more than the log holds where older ones were overwritten.
    #[must_use]
    pub fn events_written(&self) -> u32 {
        self.view().events_written()
    }

    /// The same to be read, whatever its size.
    #[must_use]
    pub fn view(&self) -> BmsRef<'_> {
        let Self {
            config,
            pack,
            cells,
            differences,
            ..
        } = self;
        BmsRef {
            config,
            pack,
            cells,
            differences,
        }
    }

    /// Clears the records of faults that are gone, as a workshop does.
    pub fn clear_records(&mut self) {
        self.pack.book.clear_records();
    }

    /// Says that a new operation cycle (drive, charge) begins, for the status bytes.
    pub fn begin_operation_cycle(&mut self) {
        self.pack.book.begin_operation_cycle();
    }

    fn memory(&mut self) -> Memory<'_> {
        Memory {
            pack: &mut self.pack,
            cells: &mut self.cells,
            differences: &mut self.differences,
            sensors: &mut self.sensors,
        }
    }
}

/// One walk down the corridor.
pub(crate) fn step(
    config: &BmsConfig<'_>,
    memory: Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    dt: Time,
) -> Outputs {
    let mut memory = memory.cut(config);
    let elapsed = memory.pack.clock.advance(dt, &config.rhythm);
    let believed = believe(config, &mut memory, measurements, commands, elapsed);
    let estimate = estimate(config, &mut memory, &believed, elapsed);
    protect(config, &mut memory, measurements, &believed, &estimate);
    let decided = decide(
        config,
        &mut memory,
        measurements,
        commands,
        &believed,
        &estimate,
    );
    outputs(config, memory.pack, &believed, estimate, &decided)
}

/// What came of believing.
#[derive(Clone, Copy, Debug)]
struct Believed {
    elapsed: Elapsed,
    voltages: Spread,
    temperatures: Spread,
    voltages_are_new: bool,
    /// Whether every cell, and every temperature sensor, was looked at in this tick: else nothing about them changed.
    looked_at_cells: bool,
    looked_at_sensors: bool,
    current_a: Option<f32>,
}

/// Takes in every reading, and says what of it can be believed.
fn believe(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    elapsed: Elapsed,
) -> Believed {
    let pack = &mut *memory.pack;
    let mut told = *commands;
    if pack.mode.mode() != Mode::Supervised && commands.request != Request::Supervise {
        told.contactors = pack.mode.contactors();
    }
    pack.signals.tick(config, measurements, &told, elapsed.ms);
    pack.second_ms = pack.second_ms.saturating_add(elapsed.ms);
    let looked_at_sensors = believe_temperatures(config, memory, measurements, elapsed);
    let looked_at_cells = believe_voltages(config, memory, measurements, elapsed);
    let voltages_are_new = looked_at_cells && memory.cells.iter().any(|cell| cell.voltage.is_new());
    let pack = &mut *memory.pack;
    let (voltages, temperatures) = (pack.voltages.found(), pack.temperatures.found());
    let current_a = pack.signals.current_a(config);
    pack.case = case(config, current_a, pack.case);
    pack.rested_s = if pack.case == Some(Case::Resting) {
        (pack.rested_s + elapsed.s).min(1e7)
    } else {
        0.0
    };
    // At rest the expected voltage moves where the estimate is corrected, and no reading has to follow that.
    let expected_v = pack
        .estimator
        .last()
        .filter(|_| pack.case != Some(Case::Resting))
        .map_or(f32::NAN, |estimate| {
            to_volts(estimate.mean.voltage_predicted)
        });
    let scanned_v = voltages.mean().filter(|_| voltages_are_new);
    pack.signals
        .count_moves(config, expected_v, scanned_v, temperatures.inner_range());
    Believed {
        elapsed,
        voltages,
        temperatures,
        voltages_are_new,
        looked_at_cells,
        looked_at_sensors,
        current_a,
    }
}

/// Looks at every temperature if anything may have changed, and says whether it did.
fn believe_temperatures(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    elapsed: Elapsed,
) -> bool {
    let sensing = &config.sensing;
    let pack = &mut *memory.pack;
    let told = measurements
        .temperatures
        .iter()
        .any(TemperatureMeasurement::tells);
    let stale_ms = config.rhythm.temperature_stale_ms;
    let Some(waited_ms) = pack.temperatures.tick(elapsed.ms, told, stale_ms) else {
        for sensor in memory.sensors.iter_mut() {
            sensor.temperature.wait();
        }
        return false;
    };
    let bounds = Bounds {
        low: to_kelvin(sensing.temperature_low),
        high: to_kelvin(sensing.temperature_high),
        jump: to_kelvin_interval(sensing.temperature_jump),
        per_s: 0.0,
    };
    let pair_k = to_kelvin_interval(sensing.temperature_pair);
    let moves = Some(pack.signals.temperature_moves.count());
    let mut spread = Spread::new();
    let mut oldest_ms = 0;
    for (index, sensor) in memory.sensors.iter_mut().enumerate() {
        let measured = measurements.temperatures.get(index);
        let reading = measured.map_or(Reading::Waiting, |measured| measured.temperature);
        let channel = &mut sensor.temperature;
        channel.tick(reading.map(to_kelvin), waited_ms, &bounds, moves);
        oldest_ms = oldest_ms.max(channel.age_ms());
        let second = measured.and_then(|measured| measured.second_temperature.new_sample());
        if let Some(second) = second {
            channel.compare(to_kelvin(second), pair_k);
        }
        sensor.cell_dropped = false;
        sensor.rise.ended_ms = 0;
        if channel.is_new() && !channel.is_not_finite() {
            sensor.rise.take(channel.value(), channel.interval_ms());
        }
        if let Some(value_k) = channel.present(config.rhythm.temperature_missing_ms) {
            spread.add(index, value_k, channel.is_sound());
        }
    }
    pack.temperatures.keep(spread, oldest_ms);
    true
}

/// Looks at every cell voltage if anything may have changed, and says whether it did.
fn believe_voltages(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    elapsed: Elapsed,
) -> bool {
    let sensing = &config.sensing;
    let pack = &mut *memory.pack;
    let told = measurements.cells.iter().any(CellMeasurement::tells);
    let stale_ms = config.rhythm.cell_voltage_stale_ms;
    let Some(waited_ms) = pack.voltages.tick(elapsed.ms, told, stale_ms) else {
        for cell in memory.cells.iter_mut() {
            cell.voltage.wait();
        }
        return false;
    };
    let bounds = Bounds {
        low: to_volts(sensing.cell_voltage_low),
        high: to_volts(sensing.cell_voltage_high),
        jump: to_volts(sensing.cell_voltage_jump),
        per_s: 0.0,
    };
    let pair_v = to_volts(sensing.cell_voltage_pair);
    let left = 1.0 - to_ratio(config.thermal.runaway_voltage_drop);
    let moves = Some(pack.signals.cell_moves.count());
    let seconds = pack.second_ms / 1000;
    pack.second_ms %= 1000;
    let mut spread = Spread::new();
    let mut oldest_ms = 0;
    let sensors = config.layout.sensor_of_cell;
    for (index, (cell, sensor)) in memory.cells.iter_mut().zip(sensors).enumerate() {
        let measured = measurements.cells.get(index);
        let reading = measured.map_or(Reading::Waiting, |measured| measured.voltage);
        let channel = &mut cell.voltage;
        channel.tick(reading.map(to_volts), waited_ms, &bounds, moves);
        oldest_ms = oldest_ms.max(channel.age_ms());
        if let Some(measured) = measured {
            channel.set_broken(measured.open_wire);
            if let Some(second) = measured.second_voltage.new_sample() {
                channel.compare(to_volts(second), pair_v);
            }
        }
        if let Some(value_v) = channel.present(config.rhythm.cell_voltage_missing_ms) {
            spread.add(index, value_v, channel.is_sound());
        }
        cell.follow_peak(seconds);
        if cell.is_below_peak(left)
            && let Some(sensor) = memory.sensors.get_mut(usize::from(*sensor))
        {
            sensor.cell_dropped = true;
        }
    }
    pack.voltages.keep(spread, oldest_ms);
    true
}

/// Below this share of the rest current a battery that was used rests again.
const REST_HYSTERESIS: f32 = 0.8;

fn case(config: &BmsConfig<'_>, current_a: Option<f32>, before: Option<Case>) -> Option<Case> {
    let current_a = current_a?;
    let rest_a = to_amperes(config.limits.rest_current);
    let threshold_a = if before == Some(Case::Resting) {
        rest_a
    } else {
        REST_HYSTERESIS * rest_a
    };
    Some(if current_a > threshold_a {
        Case::Discharging
    } else if current_a < -threshold_a {
        Case::Charging
    } else {
        Case::Resting
    })
}

/// Estimates from what is believed.
fn estimate(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    believed: &Believed,
    elapsed: Elapsed,
) -> PackEstimate {
    let sample = PackSample {
        current: units::amperes(believed.current_a.unwrap_or(f32::NAN)),
        temperature: units::kelvin(believed.temperatures.mean().unwrap_or(f32::NAN)),
    };
    let cells = &*memory.cells;
    let settle_ms = config.control.balancing.settle_ms;
    let estimate = memory.pack.estimator.step(
        &config.cell,
        &config.estimator,
        &config.differences,
        memory.differences,
        &sample,
        |index| {
            let cell = cells.get(index)?;
            let voltage_v = cell.voltage.new_and_believed()?;
            cell.is_undisturbed(settle_ms).then_some(voltage_v)
        },
        units::seconds(elapsed.s),
    );
    let rested = memory.pack.rested_s >= config.estimates.rest_s;
    let voltage = believed
        .voltages
        .mean()
        .filter(|_| believed.voltages_are_new);
    memory.pack.health.tick(
        &config.cell,
        &config.capacity,
        &HealthSample {
            current_a: believed.current_a,
            dt_s: elapsed.s,
            rested,
            shown: voltage.zip(believed.temperatures.mean()),
        },
    );
    estimate
}

/// Finds what is wrong.
fn protect(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    believed: &Believed,
    estimate: &PackEstimate,
) {
    let pack = &mut *memory.pack;
    let (temperature_k, soc) = ranges(&believed.temperatures, estimate);
    pack.mapped.update(&config.limits, temperature_k, soc);
    let scene = Scene {
        config,
        mapped: &pack.mapped,
        measurements,
        signals: &pack.signals,
        elapsed: believed.elapsed,
        voltages: believed.voltages,
        temperatures: believed.temperatures,
        voltages_are_new: believed.voltages_are_new,
        current_a: believed.current_a,
        case: pack.case,
        rested_s: pack.rested_s,
    };
    let book = &mut pack.book;
    book.begin(scene.elapsed.ms, frame(&scene, estimate));
    if pack.signals.commands.acknowledge && pack.signals.commands.fresh {
        book.acknowledge();
    }
    if believed.looked_at_cells {
        let limits = checks::cells::CellLimits::new(&scene);
        let complete = checks::cells::are_complete(book);
        for (index, cell) in memory.cells.iter_mut().enumerate() {
            checks::cells::check(&scene, &limits, index, cell, book, complete);
        }
    }
    if believed.looked_at_sensors {
        let quiet = checks::temperatures::QuietTemperatures::new(&scene);
        let complete = checks::temperatures::are_complete(book);
        for (index, sensor) in memory.sensors.iter_mut().enumerate() {
            checks::temperatures::check(&scene, index, sensor, book, &quiet, complete);
        }
    }
    checks::current::check_sensors(&scene, &mut pack.banks, book);
    checks::front_ends::check(&scene, &mut pack.banks, book);
    checks::high_voltage::check_contactors(&scene, &mut pack.banks, book);
    pack.precharge
        .tick(&config.high_voltage, &precharge_sample(&scene));
    let mut judge = Judge {
        bank: &mut pack.banks.pack,
        book,
        timings: &config.timings,
        source: Source::Pack,
    };
    pack.current_judged_ms = pack.current_judged_ms.saturating_add(scene.elapsed.ms);
    if scene
        .signals
        .currents
        .iter()
        .any(|channel| channel.is_new() && !channel.is_not_finite())
    {
        let since_ms = pack.current_judged_ms.min(config.rhythm.current_missing_ms);
        checks::current::check_limits(&scene, &mut judge, since_ms);
        checks::current::check_pair(&scene, &mut judge, since_ms);
        pack.current_judged_ms = 0;
    }
    checks::current::check_fuse(&scene, &mut judge, &mut pack.fuse);
    checks::pack::check_readings(&scene, &mut judge);
    checks::pack::check_limits(&scene, &mut judge);
    checks::pack::check_against(&scene, &mut judge);
    checks::pack::check_balance(&scene, &mut judge, estimate);
    checks::high_voltage::check_isolation(&scene, &mut judge);
    checks::high_voltage::check_loops(&scene, &mut judge);
    checks::high_voltage::check_precharge(&scene, &mut judge, &pack.precharge.found);
    checks::high_voltage::check_opening(&scene, &mut judge);
    checks::thermal::check(&scene, &mut judge);
    checks::charging::check(&scene, &mut judge);
    checks::estimates::check(&scene, &mut judge, estimate);
    let capacity = to_ratio(pack.health.capacity.scale());
    checks::estimates::check_capacity(&scene, &mut judge, capacity);
    checks::estimates::check_energy(&scene, &mut judge, &mut pack.energy, estimate);
    checks::system::check(&scene, &mut judge, pack.snapshot);
    pack.forget_reported_snapshot();
    pack.signals.was_plugged = measurements.charger.plugged;
    if believed.looked_at_cells {
        let left = 1.0 - to_ratio(config.thermal.runaway_voltage_drop);
        let mut cells = memory.cells.iter();
        pack.voltages
            .settle(cells.all(|cell| cell.is_settled(left)));
    }
    if believed.looked_at_sensors {
        let mut sensors = memory.sensors.iter();
        pack.temperatures
            .settle(sensors.all(|sensor| sensor.bank.is_idle()));
    }
}

/// Ranges of temperature and SoC over the pack, for limits that depend on them; the whole of it where nothing is known.
fn ranges(temperatures: &Spread, estimate: &PackEstimate) -> (Range, Range) {
    let (low_k, high_k) = temperatures.range().unwrap_or((0.0, 1000.0));
    let temperature_k = Range {
        low: low_k,
        high: high_k,
    };
    let soc = Range {
        low: to_ratio(estimate.weakest_soc.soc),
        high: to_ratio(estimate.strongest_soc.soc),
    };
    (temperature_k, soc)
}

fn frame(scene: &Scene<'_>, estimate: &PackEstimate) -> FreezeFrame {
    let volts = |value: Option<f32>| units::volts(value.unwrap_or(f32::NAN));
    let value = |of: Option<crate::plausibility::SpreadOf>| of.map(|of| of.value);
    let (voltages, temperatures) = (&scene.voltages, &scene.temperatures);
    FreezeFrame {
        current: units::amperes(scene.current_a.unwrap_or(f32::NAN)),
        pack_voltage: volts(scene.pack_v().or(scene.sum_v())),
        lowest_cell: volts(value(voltages.lowest)),
        highest_cell: volts(value(voltages.highest)),
        coldest: units::kelvin(value(temperatures.lowest).unwrap_or(f32::NAN)),
        warmest: units::kelvin(value(temperatures.highest).unwrap_or(f32::NAN)),
        soc: estimate.mean.soc,
    }
}

fn precharge_sample(scene: &Scene<'_>) -> PrechargeSample {
    PrechargeSample {
        closed: scene.signals.commands.contactors.precharging(),
        pack_v: scene.pack_v().or(scene.sum_v()),
        link_v: scene.link_v(),
        link_is_new: scene.signals.link_voltage.is_new(),
        current_a: scene.current_a,
        sensor_error_a: to_amperes(scene.config.sensing.current_offset),
        dt_s: scene.elapsed.s,
    }
}

/// What was decided in one tick.
#[derive(Clone, Copy, Debug)]
struct Decided {
    decision: Decision,
    allowed: AllowedCurrents,
}

/// Decides what to do.
fn decide(
    config: &BmsConfig<'_>,
    memory: &mut Memory<'_>,
    measurements: &Measurements<'_>,
    commands: &Commands,
    believed: &Believed,
    estimate: &PackEstimate,
) -> Decided {
    let pack = &mut *memory.pack;
    let decision = pack.mode.tick(&ModeScene {
        config,
        book: &pack.book,
        request: commands.request,
        command_is_stale: pack.signals.command_age_ms > config.rhythm.command_stale_ms,
        supervised: commands.contactors,
        readings_complete: readings_complete(config, &pack.signals, believed),
        pack_v: (pack.signals.pack_v(config))
            .or_else(|| believed.voltages.sum_of(config.layout.cells)),
        link_v: pack.signals.link_v(config),
        current_a: believed.current_a,
        charger: measurements.charger.phase,
        resistor_heat: pack.precharge.found.energy_j
            / units::to_joules(config.high_voltage.precharge_energy),
        elapsed_ms: believed.elapsed.ms,
    });
    pack.signals.welded = pack.mode.welded;
    let (temperature_k, soc) = ranges(&believed.temperatures, estimate);
    let complete = usize::from(believed.voltages.count()) == config.layout.cells;
    let allowed = pack.limiter.tick(&LimitScene {
        config,
        estimate,
        book: &pack.book,
        mapped: &pack.mapped,
        elapsed_ms: believed.elapsed.ms,
        temperature_k,
        soc,
        voltage_v: believed.voltages.range().filter(|_| complete),
        voltages_are_new: believed.voltages_are_new,
        current_a: believed.current_a,
        charging_allowed: commands.charging_allowed,
        mode: decision.mode,
        connected: is_connected(decision),
        dt_s: believed.elapsed.s,
    });
    let scene = BalanceScene {
        config,
        allowed: balances(decision.mode) && pack.book.reaction() < Reaction::Open,
        bleed_k: pack
            .signals
            .bleed
            .believed(config.rhythm.temperature_missing_ms)
            .filter(|_| config.fitted.bleed_temperature),
        elapsed_ms: believed.elapsed.ms,
        dt_s: believed.elapsed.s,
        soc: to_ratio(estimate.mean.soc),
    };
    pack.balancer.tick(&scene, memory.cells, memory.differences);
    Decided { decision, allowed }
}

/// Whether current may flow: a path is closed, and is to stay so.
const fn is_connected(decision: Decision) -> bool {
    matches!(decision.mode, Mode::Drive | Mode::Charge | Mode::Supervised)
        && decision.contactors.path_closed()
}

const fn balances(mode: Mode) -> bool {
    matches!(
        mode,
        Mode::Standby | Mode::Drive | Mode::Charge | Mode::Supervised
    )
}

/// Whether every reading that the pack needs to be closed has arrived.
fn readings_complete(config: &BmsConfig<'_>, signals: &Signals, believed: &Believed) -> bool {
    let rhythm = &config.rhythm;
    let fitted = &config.fitted;
    usize::from(believed.voltages.count()) == config.layout.cells
        && usize::from(believed.temperatures.count()) == config.layout.temperature_sensors
        && believed.current_a.is_some()
        && (!fitted.pack_voltage
            || signals
                .pack_voltage
                .present(rhythm.pack_missing_ms)
                .is_some())
        && (!fitted.isolation
            || signals
                .isolation_ohm
                .present(rhythm.pack_missing_ms)
                .is_some())
        && (!fitted.interlock || signals.interlock.present(rhythm.pack_missing_ms).is_some())
}

fn outputs(
    config: &BmsConfig<'_>,
    pack: &mut PackMemory,
    believed: &Believed,
    estimate: PackEstimate,
    decided: &Decided,
) -> Outputs {
    let book = &pack.book;
    let confirmed = book.is_present(FaultId::RunawayConfirmed);
    let alarm = confirmed || book.is_present(FaultId::RunawaySuspected);
    let now_ms = book.now_ms();
    pack.runaway_since_ms = alarm.then(|| pack.runaway_since_ms.unwrap_or(now_ms));
    let named = |of: crate::plausibility::SpreadOf| (units::volts(of.value), of.index);
    let sensor = |of: crate::plausibility::SpreadOf| (units::kelvin(of.value), of.index);
    Outputs {
        now_ms,
        estimate,
        health: pack.health.estimate(estimate.mean.resistance_scale),
        current: believed.current_a.map(units::amperes),
        case: pack.case,
        lowest_cell: believed.voltages.lowest.map(named),
        highest_cell: believed.voltages.highest.map(named),
        coldest: believed.temperatures.lowest.map(sensor),
        warmest: believed.temperatures.highest.map(sensor),
        mode: decided.decision.mode,
        contactors: decided.decision.contactors,
        refusal: decided.decision.refusal,
        allowed: decided.allowed,
        balancing: pack.balancer.report,
        reaction: book.reaction(),
        warn_driver: book.reaction() >= Reaction::Warn,
        runaway: pack
            .runaway_since_ms
            .map(|since_ms| runaway(config, confirmed, now_ms.saturating_sub(since_ms))),
    }
}

/// The alarm `since_ms` after it was raised: what was needed to find the runaway is off the time that is left.
#[expect(clippy::cast_precision_loss, reason = "a duration for people")]
fn runaway(config: &BmsConfig<'_>, confirmed: bool, since_ms: u64) -> RunawayAlarm {
    let since_s = since_ms as f32 * 1e-3;
    let found_s = units::to_seconds(config.budget(FaultId::RunawaySuspected).detection);
    RunawayAlarm {
        confirmed,
        since: units::seconds(since_s),
        warn_within: units::seconds((config.thermal.runaway_alarm_s - found_s - since_s).max(0.0)),
    }
}

impl PackMemory {
    /// Before the first tick.
    #[must_use]
    pub const fn new(initial: InitialSoc) -> Self {
        Self {
            clock: Clock::new(),
            signals: Signals::new(),
            voltages: Lull::new(),
            temperatures: Lull::new(),
            mapped: MappedLimits::new(),
            estimator: PackEstimator::new(initial),
            banks: Banks::new(),
            book: FaultBook::new(),
            health: Health::new(),
            fuse: FuseLoad::new(),
            precharge: Precharge::new(),
            energy: EnergyAccount::new(),
            case: None,
            rested_s: 0.0,
            second_ms: 0,
            current_judged_ms: 0,
            snapshot: SnapshotFindings {
                corrupt: false,
                foreign: false,
            },
            runaway_since_ms: None,
            mode: ModeControl::new(),
            limiter: Limiter::new(),
            balancer: Balancer::new(),
        }
    }
}

impl Memory<'_> {
    /// The same, cut to the size of the pack.
    fn cut(self, config: &BmsConfig<'_>) -> Self {
        let cells = config.layout.cells;
        let sensors = config.layout.temperature_sensors;
        Self {
            pack: self.pack,
            cells: self.cells.get_mut(..cells).unwrap_or_default(),
            differences: self.differences.get_mut(..cells).unwrap_or_default(),
            sensors: self.sensors.get_mut(..sensors).unwrap_or_default(),
        }
    }
}
