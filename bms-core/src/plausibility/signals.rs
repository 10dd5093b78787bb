//! The readings of the whole pack over time.

use super::channel::{Bounds, Channel, MoveCounter, RangeMoveCounter};
use super::flag::Flag;
use super::offset::CurrentOffset;
use crate::config::BmsConfig;
use crate::measurement::{
    ChargerMessage, ChargerPhase, Commands, Contactor, Contactors, IsolationReport, Measurements,
    Reading,
};
use crate::units::{to_amperes, to_kelvin, to_kelvin_interval, to_ohms, to_volts};

/// Command and feedback of one contactor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContactorState {
    pub(crate) closed_command: bool,
    /// Since the command changed, up to 65535.
    pub(crate) since_ms: u16,
    /// Whether the command went from closed to open in this tick.
    pub(crate) opens: bool,
    /// The auxiliary contact.
    pub(crate) feedback: Flag,
    /// Number of openings.
    pub(crate) operations: u32,
    /// Number of openings above its breaking current.
    pub(crate) hard_operations: u16,
}

impl ContactorState {
    const fn new() -> Self {
        Self {
            closed_command: false,
            since_ms: 0,
            opens: false,
            feedback: Flag::new(),
            operations: 0,
            hard_operations: 0,
        }
    }

    fn tick(&mut self, closed: bool, feedback: Reading<bool>, elapsed_ms: u16) {
        self.since_ms = self.since_ms.saturating_add(elapsed_ms);
        self.opens = self.closed_command && !closed;
        if closed != self.closed_command {
            self.since_ms = 0;
        }
        self.operations = self.operations.saturating_add(u32::from(self.opens));
        self.closed_command = closed;
        self.feedback.tick(feedback, elapsed_ms);
    }
}

/// The readings of the whole pack over time.
#[derive(Clone, Debug)]
pub(crate) struct Signals {
    pub(crate) currents: [Channel; 2],
    pub(crate) offsets: [CurrentOffset; 2],
    pub(crate) pack_voltage: Channel,
    pub(crate) link_voltage: Channel,
    pub(crate) isolation_ohm: Channel,
    pub(crate) isolation_self_test_failed: bool,
    pub(crate) interlock: Flag,
    pub(crate) contactors: Contactors<ContactorState>,
    pub(crate) gas: Flag,
    pub(crate) coolant_inlet: Channel,
    pub(crate) coolant_flowing: Flag,
    pub(crate) heater: Flag,
    pub(crate) inlet: Channel,
    pub(crate) supply: Channel,
    pub(crate) bleed: Channel,
    pub(crate) charger: Option<ChargerMessage>,
    pub(crate) charger_age_ms: u16,
    pub(crate) charger_is_new: bool,
    pub(crate) was_plugged: bool,
    pub(crate) commands: Commands,
    pub(crate) command_age_ms: u16,
    /// Largest measured current before this tick: what a contactor that opens in it had to break.
    pub(crate) before_a: Option<f32>,
    /// Contactors that a weld test found welded.
    pub(crate) welded: Contactors<bool>,
    /// Moves of the predicted cell voltage.
    pub(crate) cell_moves: MoveCounter,
    /// Jumps of the measured mean cell voltage from one scan to the next.
    pub(crate) cell_jumps: u16,
    last_mean_v: f32,
    pub(crate) temperature_moves: RangeMoveCounter,
}

/// Change of the mean cell voltage from one scan to the next that only a change of current makes, as a multiple of what
/// counts as a move.
const JUMP_MOVES: f32 = 2.0;

impl Signals {
    pub(crate) const fn new() -> Self {
        let contactor = ContactorState::new();
        Self {
            currents: [Channel::new(); 2],
            offsets: [CurrentOffset::new(); 2],
            pack_voltage: Channel::new(),
            link_voltage: Channel::new(),
            isolation_ohm: Channel::new(),
            isolation_self_test_failed: false,
            interlock: Flag::new(),
            contactors: Contactors::all(contactor),
            gas: Flag::new(),
            coolant_inlet: Channel::new(),
            coolant_flowing: Flag::new(),
            heater: Flag::new(),
            inlet: Channel::new(),
            supply: Channel::new(),
            bleed: Channel::new(),
            charger: None,
            charger_age_ms: 0,
            charger_is_new: false,
            was_plugged: false,
            commands: Commands::NONE,
            command_age_ms: 0,
            before_a: None,
            welded: Contactors::all(false),
            cell_moves: MoveCounter::new(),
            cell_jumps: 0,
            last_mean_v: f32::NAN,
            temperature_moves: RangeMoveCounter::new(),
        }
    }

    /// Restores the learned offsets of the current sensors, in amperes, and the contactors' operations and hard operations.
    pub(crate) fn restore(&mut self, offsets_a: [f32; 2], wear: Contactors<(u32, u16)>) {
        self.offsets = offsets_a.map(CurrentOffset::restored);
        for contactor in Contactor::ALL {
            let state = self.contactors.get_mut(contactor);
            (state.operations, state.hard_operations) = wear.get(contactor);
        }
    }

    /// Takes the readings of the whole pack.
    pub(crate) fn tick(
        &mut self,
        config: &BmsConfig<'_>,
        measurements: &Measurements<'_>,
        commands: &Commands,
        elapsed_ms: u16,
    ) {
        self.command_age_ms = self.command_age_ms.saturating_add(elapsed_ms);
        if commands.is_new {
            self.command_age_ms = 0;
        }
        self.commands = *commands;
        self.contactors(config, measurements, elapsed_ms);
        self.current(config, measurements, elapsed_ms);
        self.voltages(config, measurements, elapsed_ms);
        self.isolation(measurements.isolation, elapsed_ms);
        self.interlock
            .tick(measurements.interlock_closed, elapsed_ms);
        self.gas.tick(measurements.gas_alert, elapsed_ms);
        self.coolant(config, measurements, elapsed_ms);
        self.charger(measurements, elapsed_ms);
        self.bleed.tick(
            measurements.bleed_temperature.map(to_kelvin),
            elapsed_ms,
            &ANYTHING,
            None,
        );
        self.supply.tick(
            measurements.controller.supply.map(to_volts),
            elapsed_ms,
            &ANYTHING,
            None,
        );
    }

    fn contactors(
        &mut self,
        config: &BmsConfig<'_>,
        measurements: &Measurements<'_>,
        elapsed_ms: u16,
    ) {
        let commands = self.commands.contactors;
        let feedback = measurements.contactor_feedback;
        self.before_a = self.largest_current_a(config.sampling.current_missing_ms);
        for contactor in Contactor::ALL {
            let state = self.contactors.get_mut(contactor);
            state.tick(commands.get(contactor), feedback.get(contactor), elapsed_ms);
            let hard = self.before_a.is_some_and(|current_a| {
                current_a.abs() > to_amperes(config.high_voltage.contactor_break)
            });
            if state.opens && hard {
                state.hard_operations = state.hard_operations.saturating_add(1);
            }
        }
    }

    fn current(
        &mut self,
        config: &BmsConfig<'_>,
        measurements: &Measurements<'_>,
        elapsed_ms: u16,
    ) {
        let sensing = &config.sensing;
        let range_a = to_amperes(sensing.current_range);
        let bounds = Bounds {
            low: -range_a,
            high: range_a,
            jump: to_amperes(sensing.current_jump),
            per_s: 0.0,
        };
        let open = !self.commands.contactors.path_closed()
            && !self.is_reported_closed(config)
            && !self.commands.contactors.main_positive;
        let largest_a = to_amperes(sensing.current_offset);
        let second_current = if config.fitted.second_current {
            measurements.second_current
        } else {
            Reading::Waiting
        };
        let readings = [measurements.current, second_current];
        let channels = self.currents.iter_mut().zip(&mut self.offsets);
        for ((channel, offset), reading) in channels.zip(readings) {
            channel.tick(
                reading.map(to_amperes),
                elapsed_ms,
                &bounds,
                Some(self.cell_jumps),
            );
            let sample = channel.is_new().then_some(channel.value());
            let sample = sample.filter(|_| !channel.is_not_finite());
            offset.tick(open, sample, channel.interval_ms(), elapsed_ms, largest_a);
        }
    }

    fn voltages(
        &mut self,
        config: &BmsConfig<'_>,
        measurements: &Measurements<'_>,
        elapsed_ms: u16,
    ) {
        let range_v = to_volts(config.sensing.pack_voltage_range);
        let bounds = Bounds {
            low: -range_v,
            high: range_v,
            jump: to_volts(config.sensing.pack_voltage_jump),
            per_s: 0.0,
        };
        let moves = self.cell_moves.count();
        self.pack_voltage.tick(
            measurements.pack_voltage.map(to_volts),
            elapsed_ms,
            &bounds,
            Some(moves),
        );
        // The link may jump and may rest at zero while it is not connected.
        let connected = self.commands.contactors.mains_closed();
        let bounds = Bounds {
            jump: if connected {
                bounds.jump
            } else {
                f32::INFINITY
            },
            ..bounds
        };
        self.link_voltage.tick(
            measurements.link_voltage.map(to_volts),
            elapsed_ms,
            &bounds,
            connected.then_some(moves),
        );
    }

    fn isolation(&mut self, reading: Reading<IsolationReport>, elapsed_ms: u16) {
        if let Reading::New(report) = reading {
            self.isolation_self_test_failed = report.self_test_failed;
        }
        // What the monitor itself does not vouch for is no number.
        let ohm = reading.map(|report| {
            if report.valid {
                to_ohms(report.resistance)
            } else {
                f32::NAN
            }
        });
        let bounds = Bounds {
            low: 0.0,
            ..ANYTHING
        };
        self.isolation_ohm.tick(ohm, elapsed_ms, &bounds, None);
    }

    fn coolant(
        &mut self,
        config: &BmsConfig<'_>,
        measurements: &Measurements<'_>,
        elapsed_ms: u16,
    ) {
        let coolant = &measurements.coolant;
        let bounds = Bounds {
            low: to_kelvin(config.sensing.temperature_low),
            high: to_kelvin(config.sensing.temperature_high),
            jump: to_kelvin_interval(config.sensing.temperature_jump),
            per_s: 0.0,
        };
        self.coolant_inlet
            .tick(coolant.inlet.map(to_kelvin), elapsed_ms, &bounds, None);
        self.coolant_flowing.tick(coolant.flowing, elapsed_ms);
        self.heater.tick(coolant.heater_on, elapsed_ms);
        self.inlet.tick(
            measurements.charger.inlet_temperature.map(to_kelvin),
            elapsed_ms,
            &bounds,
            None,
        );
    }

    fn charger(&mut self, measurements: &Measurements<'_>, elapsed_ms: u16) {
        self.charger_age_ms = self.charger_age_ms.saturating_add(elapsed_ms);
        self.charger_is_new = false;
        if measurements.charger.phase == ChargerPhase::Idle {
            self.charger = None;
            self.charger_age_ms = 0;
        }
        if let Reading::New(message) = measurements.charger.message {
            self.charger = Some(message);
            self.charger_age_ms = 0;
            self.charger_is_new = true;
        }
    }

    /// Updates the references that the readings of cells and sensors have to follow: the predicted cell voltage, and the
    /// second lowest and second highest temperature. `scanned_v` is the mean cell voltage where a new one was measured.
    pub(crate) fn count_moves(
        &mut self,
        config: &BmsConfig<'_>,
        expected_v: f32,
        scanned_v: Option<f32>,
        inner_k: Option<(f32, f32)>,
    ) {
        let move_v = to_volts(config.sensing.cell_voltage_move);
        self.cell_moves.update(expected_v, move_v);
        if let Some(mean_v) = scanned_v {
            if (mean_v - self.last_mean_v).abs() >= JUMP_MOVES * move_v {
                self.cell_jumps = self.cell_jumps.wrapping_add(1);
            }
            self.last_mean_v = mean_v;
        }
        if let Some(inner_k) = inner_k {
            self.temperature_moves
                .update(inner_k, to_kelvin_interval(config.sensing.temperature_move));
        }
    }

    /// Pack current less the learned offset, from the first plausible sensor, else from the first present one.
    pub(crate) fn current_a(&self, config: &BmsConfig<'_>) -> Option<f32> {
        let oldest_ms = config.sampling.current_missing_ms;
        let largest_a = to_amperes(config.sensing.current_offset);
        let sensors = || self.currents.iter().zip(&self.offsets);
        let plausible = sensors().find_map(|(channel, offset)| {
            Some(channel.plausible(oldest_ms)? - offset.limited_a(largest_a))
        });
        plausible.or_else(|| {
            sensors().find_map(|(channel, offset)| {
                Some(channel.present(oldest_ms)? - offset.limited_a(largest_a))
            })
        })
    }

    /// Measured pack voltage, where it is fitted and present.
    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn pack_v(&self, config: &BmsConfig<'_>) -> Option<f32> {
        let present = self.pack_voltage.present(config.sampling.pack_missing_ms);
        present.filter(|_| config.fitted.pack_voltage)
    }

    /// Measured link voltage, where it is fitted and present.
    pub(crate) fn link_v(&self, config: &BmsConfig<'_>) -> Option<f32> {
        let present = self.link_voltage.present(config.sampling.pack_missing_ms);
        present.filter(|_| config.fitted.link_voltage)
    }

    /// The reading of the current sensor with the largest magnitude.
    pub(crate) fn largest_current_a(&self, oldest_ms: u16) -> Option<f32> {
        self.currents
            .iter()
            .filter_map(|channel| channel.last_if_finite(oldest_ms))
            .max_by(|a, b| a.abs().total_cmp(&b.abs()))
    }

    /// Whether the auxiliary contacts report a closed path.
    pub(crate) fn is_reported_closed(&self, config: &BmsConfig<'_>) -> bool {
        let closed = |contactor| {
            self.contactors
                .get_ref(contactor)
                .feedback
                .present(config.sampling.pack_missing_ms)
                == Some(true)
        };
        config.fitted.contactor_feedback
            && closed(Contactor::MainNegative)
            && (closed(Contactor::MainPositive) || closed(Contactor::Precharge))
    }

    /// Whether the auxiliary contacts report that no path is closed.
    pub(crate) fn is_reported_open(&self, config: &BmsConfig<'_>) -> bool {
        let open = |contactor| {
            self.contactors
                .get_ref(contactor)
                .feedback
                .present(config.sampling.pack_missing_ms)
                == Some(false)
        };
        config.fitted.contactor_feedback
            && (open(Contactor::MainNegative)
                || (open(Contactor::MainPositive) && open(Contactor::Precharge)))
    }

    /// Whether both main contactors have been commanded closed for the settling time.
    pub(crate) fn mains_settled(&self, config: &BmsConfig<'_>) -> bool {
        [Contactor::MainPositive, Contactor::MainNegative]
            .iter()
            .all(|contactor| {
                let state = self.contactors.get_ref(*contactor);
                state.closed_command && state.since_ms >= config.high_voltage.contactor_settle_ms
            })
    }
}

/// Bounds of a reading whose age alone is checked.
const ANYTHING: Bounds = Bounds {
    low: f32::NEG_INFINITY,
    high: f32::INFINITY,
    jump: f32::INFINITY,
    per_s: 0.0,
};
