//! One fault: readings change, and the fault is reported within its budget or stays absent.

use std::sync::OnceLock;

use bms_bench::{Rig, SensorValues, rig::CELLS, rig::SENSORS};
use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::Contactors;
use bms_core::protection::{DtcStatus, FaultId, Reaction, Source};
use bms_core::units::{Time, amperes, celsius, ratio, to_amperes, to_ratio, to_seconds, to_volts};

/// The preset with 96 cells, but with different current limits, so that a check by another limit fails.
pub(crate) static PACK: BmsConfig<'static> = {
    let mut pack = NMC_96S;
    let limits = &mut pack.limits;
    limits.string_charge_current.operating = amperes(310.0);
    limits.string_charge_current.recommended = amperes(340.0);
    limits.string_charge_current.maximum = amperes(370.0);
    limits.string_discharge_current.operating = amperes(510.0);
    limits.string_discharge_current.recommended = amperes(560.0);
    limits.string_discharge_current.maximum = amperes(610.0);
    limits.pack_charge_current.operating = amperes(320.0);
    limits.pack_charge_current.recommended = amperes(350.0);
    limits.pack_charge_current.maximum = amperes(380.0);
    limits.pack_discharge_current.operating = amperes(520.0);
    limits.pack_discharge_current.recommended = amperes(570.0);
    limits.pack_discharge_current.maximum = amperes(620.0);
    assert!(pack.validate().is_ok());
    pack
};

/// A pack after three seconds of sound readings, and a fault to test.
pub(crate) struct Bench {
    pub(crate) fault: FaultId,
    pub(crate) rig: Rig<'static>,
    /// Time step given to the core, if not the true one.
    dt_ms: Option<f32>,
}

/// A reported fault.
#[derive(Debug)]
#[must_use]
pub(crate) struct Found {
    pub(crate) after_ms: u32,
    pub(crate) source: Source,
    pub(crate) value: f32,
    pub(crate) limit: f32,
}

/// The fault stayed absent.
#[derive(Debug)]
#[must_use]
pub(crate) struct NotFound(());

type SoundBms = Box<Bms<'static, CELLS, SENSORS>>;

impl Bench {
    pub(crate) fn of(fault: FaultId) -> Self {
        static SOUND: OnceLock<(SoundBms, u32)> = OnceLock::new();
        let (bms, now_ms) = SOUND.get_or_init(|| {
            let rig = Rig::new(&PACK);
            assert_eq!(rig.faults(), [""; 0]);
            (rig.bms, rig.now_ms)
        });
        let rig = Rig {
            bms: bms.clone(),
            config: &PACK,
            sensors: SensorValues::sound(&PACK),
            now_ms: *now_ms,
            last: None,
        };
        Self {
            fault,
            rig,
            dt_ms: None,
        }
    }

    /// The same fault on another pack.
    pub(crate) fn on(self, config: &BmsConfig<'static>) -> Self {
        Self {
            rig: Rig::new(Box::leak(Box::new(*config))),
            ..self
        }
    }

    /// The same with a time step of `dt_ms` given to the core.
    pub(crate) fn ticks_of(self, dt_ms: f32) -> Self {
        Self {
            dt_ms: Some(dt_ms),
            ..self
        }
    }

    /// The same on a pack with these readings from its first tick on.
    pub(crate) fn beginning_with(mut self, change: impl FnOnce(&mut SensorValues)) -> Self {
        self.rig = Rig::fresh(self.rig.config);
        change(&mut self.rig.sensors);
        self
    }

    /// Sets the circumstances a second before the change.
    pub(crate) fn first(self, change: impl FnOnce(&mut SensorValues)) -> Self {
        self.first_for(1000, change)
    }

    /// Sets circumstances that develop over time.
    pub(crate) fn first_by(
        mut self,
        ms: u32,
        mut course: impl FnMut(&mut SensorValues, u32),
    ) -> Self {
        let mut after_ms = 0;
        while after_ms < ms {
            after_ms += self.tick_ms();
            course(&mut self.rig.sensors, after_ms);
            self.tick();
        }
        assert!(
            !self.rig.bms.view().has(self.fault),
            "{:?} too early",
            self.fault
        );
        self
    }

    /// Sets the circumstances `ms` before the change.
    pub(crate) fn first_for(mut self, ms: u32, change: impl FnOnce(&mut SensorValues)) -> Self {
        change(&mut self.rig.sensors);
        self.rig.run_ms(ms);
        assert!(
            !self.rig.bms.view().has(self.fault),
            "{:?} too early",
            self.fault
        );
        self
    }

    /// Changes the readings, and waits for the fault.
    pub(crate) fn provoke(self, change: impl FnOnce(&mut SensorValues)) -> Found {
        self.provoke_after(0, once(change))
    }

    /// Changes the readings in each tick, given the milliseconds since the first, and waits for the fault.
    pub(crate) fn provoke_by(self, course: impl FnMut(&mut SensorValues, u32)) -> Found {
        self.provoke_after(0, course)
    }

    /// The same if the condition holds only after `course_ms`: the fault must not be reported before that plus its qualify
    /// time, and its budget starts there.
    pub(crate) fn provoke_after(
        mut self,
        course_ms: u32,
        mut course: impl FnMut(&mut SensorValues, u32),
    ) -> Found {
        let fault = self.fault;
        let budget_ms = self.budget_ms();
        let qualify_ms = u32::from(self.rig.config.timings.get(fault).qualify_ms);
        assert!(!self.rig.bms.view().has(fault), "{fault:?} too early");
        let mut after_ms = 0;
        while !self.rig.is_qualified(fault) {
            assert!(
                after_ms < course_ms + budget_ms,
                "{fault:?} is not there {course_ms} + {budget_ms} ms after the change; there are {:?}",
                self.rig.faults()
            );
            after_ms += self.tick_ms();
            course(&mut self.rig.sensors, after_ms);
            self.tick();
        }
        assert!(
            after_ms > course_ms + qualify_ms,
            "{fault:?} {after_ms} ms after the change, before {course_ms} + {qualify_ms} ms"
        );
        let record = *self
            .rig
            .bms
            .view()
            .record(fault)
            .expect("a record of the fault");
        assert_eq!((record.fault, record.first_ms), (fault, record.last_ms));
        let status = self.rig.bms.view().status(fault);
        assert!(status.has(DtcStatus::TEST_FAILED | DtcStatus::CONFIRMED));
        self.check_reaction(after_ms, course);
        Found {
            after_ms,
            source: record.source,
            value: record.value,
            limit: record.limit,
        }
    }

    /// Checks that the reaction of the catalogue takes effect within the reaction time, with the readings continuing; counted
    /// from the tick in which the fault was reported.
    fn check_reaction(
        &mut self,
        mut after_ms: u32,
        mut course: impl FnMut(&mut SensorValues, u32),
    ) {
        let (fault, config) = (self.fault, self.rig.config);
        let reaction = fault.definition().reaction;
        let reported = self.rig.last.expect("a tick");
        assert!(reported.reaction >= reaction, "{fault:?} {reported:?}");
        assert!(reported.warn_driver || reaction == Reaction::Record);
        if reaction == Reaction::OpenAtOnce {
            assert!(!reported.contactors.path_closed(), "{fault:?}: waits");
        }
        let end_ms = after_ms + whole_ms(config.budget(fault).reaction);
        while after_ms < end_ms {
            after_ms += self.tick_ms();
            course(&mut self.rig.sensors, after_ms);
            self.tick();
        }
        let outputs = self.rig.last.expect("a tick");
        let allowed = &outputs.allowed;
        let discharge_a = to_amperes(allowed.discharge.current);
        let charge_a = to_amperes(allowed.charge.current);
        match reaction {
            Reaction::Record | Reaction::Warn => {}
            Reaction::StopCharging => assert!(charge_a <= 0.0, "{fault:?} leaves {allowed:?}"),
            Reaction::Limit => {
                let limp = 1.001 * to_ratio(config.control.limp);
                let limits = &config.limits;
                let least_a = |one, other| to_amperes(one).min(to_amperes(other));
                let full_discharge_a = least_a(
                    limits.pack_discharge_current.operating,
                    limits.string_discharge_current.operating,
                );
                let full_charge_a = least_a(
                    limits.pack_charge_current.operating,
                    limits.string_charge_current.operating,
                );
                let limited =
                    discharge_a <= limp * full_discharge_a || charge_a <= limp * full_charge_a;
                assert!(limited, "{fault:?} leaves {allowed:?}");
            }
            Reaction::Open | Reaction::OpenAtOnce => {
                assert!(!outputs.contactors.path_closed(), "{fault:?} {outputs:?}");
                assert!(discharge_a <= 0.0 && charge_a <= 0.0, "{allowed:?}");
            }
        }
    }

    /// Changes the readings, and checks that the fault stays absent.
    pub(crate) fn inside(self, change: impl FnOnce(&mut SensorValues)) -> NotFound {
        self.inside_by(once(change))
    }

    /// Changes the readings in each tick, and checks that the fault stays absent.
    pub(crate) fn inside_by(self, course: impl FnMut(&mut SensorValues, u32)) -> NotFound {
        self.inside_for(0, course)
    }

    /// The same for at least `course_ms`.
    pub(crate) fn inside_for(
        mut self,
        course_ms: u32,
        mut course: impl FnMut(&mut SensorValues, u32),
    ) -> NotFound {
        let fault = self.fault;
        let end_ms = course_ms.max(2 * self.budget_ms());
        self.rig.bms.in_place().begin_operation_cycle();
        let mut after_ms = 0;
        while after_ms < end_ms {
            after_ms += self.tick_ms();
            course(&mut self.rig.sensors, after_ms);
            self.tick();
            assert!(
                !self.rig.bms.view().has(fault),
                "{fault:?} {after_ms} ms after the change: {:?}",
                self.rig.bms.view().record(fault)
            );
        }
        let status = self.rig.bms.view().status(fault);
        assert!(
            !status.has(DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE),
            "{fault:?} was not checked"
        );
        NotFound(())
    }

    /// Voltage of the sound pack.
    pub(crate) fn pack_v(&self) -> f32 {
        self.rig.sensors.pack_v
    }

    /// Detection budget of the fault.
    pub(crate) fn budget_ms(&self) -> u32 {
        whole_ms(self.rig.config.budget(self.fault).detection)
    }

    fn tick_ms(&self) -> u32 {
        u32::from(self.rig.config.sampling.tick_ms)
    }

    fn tick(&mut self) {
        match self.dt_ms {
            Some(dt_ms) => self.rig.tick_of(dt_ms),
            None => self.rig.tick(),
        };
    }
}

impl Found {
    /// Asserts the source of the record.
    pub(crate) fn names(self, source: Source) -> Self {
        assert_eq!(self.source, source);
        self
    }

    /// Asserts value and limit of the record, to 20 ppm: a millivolt of a cell is more.
    pub(crate) fn shows(self, value: f32, limit: f32) -> Self {
        let near = |found: f32, wanted: f32| {
            found.to_bits() == wanted.to_bits()
                || (found - wanted).abs() <= 2e-5 * wanted.abs()
                || (found.is_nan() && wanted.is_nan())
        };
        assert!(near(self.value, value), "{self:?}, expected {value}");
        assert!(near(self.limit, limit), "{self:?}, expected limit {limit}");
        self
    }

    /// The same to 2 %, where the value follows from many samples.
    pub(crate) fn shows_near(self, value: f32, limit: f32) -> Self {
        assert!((self.value - value).abs() <= 0.02 * value.abs(), "{self:?}");
        let value = self.value;
        self.shows(value, limit)
    }

    /// Asserts the record of a fault without a measured value.
    pub(crate) fn has_no_value(self) -> Self {
        self.shows(1.0, 0.0)
    }

    /// Asserts the time of the report, in milliseconds after the change.
    pub(crate) fn after(self, ms: u32) -> Self {
        assert_eq!(self.after_ms, ms, "{self:?}");
        self
    }
}

fn once(change: impl FnOnce(&mut SensorValues)) -> impl FnMut(&mut SensorValues, u32) {
    let mut change = Some(change);
    move |sensors, _| {
        if let Some(change) = change.take() {
            change(sensors);
        }
    }
}

/// Both main contactors open, as commanded and as reported; the link is empty.
pub(crate) fn open(sensors: &mut SensorValues) {
    sensors.commands.contactors = Contactors::all(false);
    sensors.feedback = Contactors::all(false);
    sensors.link_v = 0.0;
    sensors.current(0.0);
}

/// Whether a condition of `on_ms`, with a pause of one tick after each, holds at `ms`.
pub(crate) fn pulses(ms: u32, on_ms: u32) -> bool {
    !ms.is_multiple_of(on_ms + 10)
}

/// A time of whole milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most minutes"
)]
fn whole_ms(time: Time) -> u32 {
    (1e3 * to_seconds(time)).round() as u32
}

/// Milliseconds in seconds.
#[expect(clippy::cast_precision_loss, reason = "at most minutes")]
pub(crate) fn seconds(ms: u32) -> f32 {
    ms as f32 * 1e-3
}

/// Voltage of a cell at rest and 25 degC.
pub(crate) fn resting_v(soc: f32) -> f32 {
    to_volts(PACK.cell.ocv(ratio(soc), celsius(25.0)))
}
