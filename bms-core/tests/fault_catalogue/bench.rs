//! A fault on the bench: readings change, and the fault comes in time or stays away.

use std::sync::OnceLock;

use bms_core::Bms;
use bms_core::config::BmsConfig;
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::Contactors;
use bms_core::protection::{DtcStatus, FaultId, Reaction, Source};
use bms_core::units::{Time, amperes, celsius, ratio, to_amperes, to_ratio, to_seconds, to_volts};

use crate::rig::{CELLS, Rig, SENSORS, Shown};

/// The preset with 96 cells, but each current limit different, so that each is seen to be judged by its own.
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

/// A pack that has shown sound readings for three seconds, and a fault to look at.
pub(crate) struct Bench {
    pub(crate) fault: FaultId,
    pub(crate) rig: Rig<'static>,
    /// What the caller says is the time of a tick, where that is not the true one.
    dt_ms: Option<f32>,
}

/// How a fault came.
#[derive(Debug)]
#[must_use]
pub(crate) struct Found {
    pub(crate) after_ms: u32,
    pub(crate) source: Source,
    pub(crate) value: f32,
    pub(crate) limit: f32,
}

/// That a fault stayed away.
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
            shown: Shown::sound(&PACK),
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

    /// The same with ticks of which the caller says that they took `dt_ms`.
    pub(crate) fn ticks_of(self, dt_ms: f32) -> Self {
        Self {
            dt_ms: Some(dt_ms),
            ..self
        }
    }

    /// The same on a pack that shows this from its first tick on.
    pub(crate) fn beginning_with(mut self, change: impl FnOnce(&mut Shown)) -> Self {
        self.rig = Rig::fresh(self.rig.config);
        change(&mut self.rig.shown);
        self
    }

    /// The circumstances, a second before it matters.
    pub(crate) fn first(self, change: impl FnOnce(&mut Shown)) -> Self {
        self.first_for(1000, change)
    }

    /// The circumstances as they develop.
    pub(crate) fn first_by(mut self, ms: u32, mut course: impl FnMut(&mut Shown, u32)) -> Self {
        let mut after_ms = 0;
        while after_ms < ms {
            after_ms += self.tick_ms();
            course(&mut self.rig.shown, after_ms);
            self.tick();
        }
        assert!(!self.rig.bms.has(self.fault), "{:?} too early", self.fault);
        self
    }

    /// The circumstances, for a time of their own.
    pub(crate) fn first_for(mut self, ms: u32, change: impl FnOnce(&mut Shown)) -> Self {
        change(&mut self.rig.shown);
        self.rig.run_ms(ms);
        assert!(!self.rig.bms.has(self.fault), "{:?} too early", self.fault);
        self
    }

    /// Changes the readings for good, and waits for the fault.
    pub(crate) fn provoke(self, change: impl FnOnce(&mut Shown)) -> Found {
        self.provoke_after(0, once(change))
    }

    /// Changes the readings in each tick, given the milliseconds since the first, and waits for the fault.
    pub(crate) fn provoke_by(self, course: impl FnMut(&mut Shown, u32)) -> Found {
        self.provoke_after(0, course)
    }

    /// The same where the condition is there only after `course_ms`: the fault is not to come before that and its
    /// qualify time, and has its budget from there on.
    pub(crate) fn provoke_after(
        mut self,
        course_ms: u32,
        mut course: impl FnMut(&mut Shown, u32),
    ) -> Found {
        let fault = self.fault;
        let budget_ms = self.budget_ms();
        let qualify_ms = u32::from(self.rig.config.timings.get(fault).qualify_ms);
        assert!(!self.rig.bms.has(fault), "{fault:?} too early");
        let mut after_ms = 0;
        while !self.rig.is_qualified(fault) {
            assert!(
                after_ms < course_ms + budget_ms,
                "{fault:?} is not there {course_ms} + {budget_ms} ms after the change; there are {:?}",
                self.rig.faults()
            );
            after_ms += self.tick_ms();
            course(&mut self.rig.shown, after_ms);
            self.tick();
        }
        assert!(
            after_ms > course_ms + qualify_ms,
            "{fault:?} {after_ms} ms after the change, before {course_ms} + {qualify_ms} ms"
        );
        let record = *self.rig.bms.record(fault).expect("a record of the fault");
        assert_eq!((record.fault, record.first_ms), (fault, record.last_ms));
        let status = self.rig.bms.status(fault);
        assert!(status.has(DtcStatus::TEST_FAILED | DtcStatus::CONFIRMED));
        self.see_reaction(after_ms, course);
        Found {
            after_ms,
            source: record.source,
            value: record.value,
            limit: record.limit,
        }
    }

    /// Sees that what the catalogue promises is done within the reaction time, while the readings go on as they do; the
    /// tick in which the fault was reported is the first.
    fn see_reaction(&mut self, mut after_ms: u32, mut course: impl FnMut(&mut Shown, u32)) {
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
            course(&mut self.rig.shown, after_ms);
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

    /// Changes the readings for good, and sees the fault stay away.
    pub(crate) fn inside(self, change: impl FnOnce(&mut Shown)) -> NotFound {
        self.inside_by(once(change))
    }

    /// Changes the readings in each tick, and sees the fault stay away.
    pub(crate) fn inside_by(self, course: impl FnMut(&mut Shown, u32)) -> NotFound {
        self.inside_for(0, course)
    }

    /// The same for at least `course_ms`.
    pub(crate) fn inside_for(
        mut self,
        course_ms: u32,
        mut course: impl FnMut(&mut Shown, u32),
    ) -> NotFound {
        let fault = self.fault;
        let end_ms = course_ms.max(2 * self.budget_ms());
        self.rig.bms.begin_operation_cycle();
        let mut after_ms = 0;
        while after_ms < end_ms {
            after_ms += self.tick_ms();
            course(&mut self.rig.shown, after_ms);
            self.tick();
            assert!(
                !self.rig.bms.has(fault),
                "{fault:?} {after_ms} ms after the change: {:?}",
                self.rig.bms.record(fault)
            );
        }
        let status = self.rig.bms.status(fault);
        assert!(
            !status.has(DtcStatus::TEST_NOT_COMPLETED_THIS_OPERATION_CYCLE),
            "{fault:?} was not looked at"
        );
        NotFound(())
    }

    /// Voltage of the sound pack.
    pub(crate) fn pack_v(&self) -> f32 {
        self.rig.shown.pack_v
    }

    /// The budget of the fault, which is whole milliseconds.
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
    /// Asserts what the record names.
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

    /// Asserts that the record tells of a fact that has no value.
    pub(crate) fn tells_a_fact(self) -> Self {
        self.shows(1.0, 0.0)
    }

    /// Asserts when the fault came, in milliseconds after the change.
    pub(crate) fn after(self, ms: u32) -> Self {
        assert_eq!(self.after_ms, ms, "{self:?}");
        self
    }
}

fn once(change: impl FnOnce(&mut Shown)) -> impl FnMut(&mut Shown, u32) {
    let mut change = Some(change);
    move |shown, _| {
        if let Some(change) = change.take() {
            change(shown);
        }
    }
}

/// Both main contactors open, as commanded and as reported; the link is empty.
pub(crate) fn open(shown: &mut Shown) {
    shown.commands.contactors = Contactors::all(false);
    shown.feedback = Contactors::all(false);
    shown.link_v = 0.0;
    shown.current(0.0);
}

/// Whether a condition that lasts for `on_ms` at a time and then pauses for a tick is on.
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
