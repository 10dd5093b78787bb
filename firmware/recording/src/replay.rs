//! A recording through the core, and what is printed of it.

use core::fmt;

use bms_core::config::ValidConfig;
use bms_core::control::LimitReason;
use bms_core::estimation::InitialSoc;
use bms_core::units::{seconds, to_amperes, to_ratio};
use bms_core::{Bms, Outputs};

use crate::tick::Tick;

/// Battery management with a sum over everything that it said.
#[derive(Debug)]
pub struct Replay<'a, const CELLS: usize, const SENSORS: usize> {
    /// The battery management.
    pub bms: Bms<'a, CELLS, SENSORS>,
    digest: u32,
    ticks: u32,
}

impl<'a, const CELLS: usize, const SENSORS: usize> Replay<'a, CELLS, SENSORS> {
    /// Before the first tick; none where the configuration is for another pack.
    #[must_use]
    pub fn new(config: ValidConfig<'a>) -> Option<Self> {
        let bms = Bms::new(config, InitialSoc::FromVoltage).ok()?;
        Some(Self {
            bms,
            digest: 0x811C_9DC5,
            ticks: 0,
        })
    }

    /// One tick of the battery management; what is measured when its time is.
    #[inline(never)]
    pub fn step(&mut self, tick: &Tick) -> Outputs {
        self.bms
            .step(&tick.measurements(), &tick.commands, seconds(0.01))
    }

    /// Takes what one tick came to into the sum.
    pub fn add(&mut self, outputs: &Outputs) {
        self.ticks += 1;
        let allowed = &outputs.allowed;
        for number in [
            to_ratio(outputs.estimate.soc),
            to_ratio(outputs.estimate.display_soc),
            to_ratio(outputs.estimate.weakest_soc.soc),
            to_ratio(outputs.estimate.mean.soc_sigma),
            to_amperes(allowed.discharge.current),
            to_amperes(allowed.charge.current),
        ] {
            self.add_word(number.to_bits());
        }
        self.add_word(u32::from(outputs.mode as u8));
        self.add_word(reason(allowed.discharge.reason));
        self.add_word(reason(allowed.charge.reason));
        for contactor in bms_core::measurement::Contactor::ALL {
            self.add_word(u32::from(outputs.contactors.get(contactor)));
        }
        let mut faults = 0;
        for index in 0..bms_core::protection::FAULTS {
            let fault = bms_core::protection::CATALOGUE
                .get(index)
                .map(|entry| entry.id);
            if let Some(fault) = fault.filter(|fault| self.bms.view().has(*fault)) {
                faults += 1;
                self.add_word(u32::from(fault.definition().number));
            }
        }
        self.add_word(faults);
    }

    /// Fowler-Noll-Vo 1a.
    fn add_word(&mut self, word: u32) {
        for byte in word.to_le_bytes() {
            self.digest = (self.digest ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }

    /// Prints one line of the present state, every second and whenever `always`.
    ///
    /// # Errors
    /// What the writer says.
    pub fn print(&self, out: &mut impl fmt::Write, outputs: &Outputs) -> fmt::Result {
        if !self.ticks.is_multiple_of(100) {
            return Ok(());
        }
        let soc = whole(to_ratio(outputs.estimate.soc) * 10_000.0);
        let allowed = &outputs.allowed;
        let (discharge, charge) = (
            whole(to_amperes(allowed.discharge.current) * 10.0),
            whole(to_amperes(allowed.charge.current) * 10.0),
        );
        write!(
            out,
            "{:3} s  mode {}  SoC {:2}.{:02} %  discharge {:3}.{} A ({})  charge {:3}.{} A ({})  faults",
            self.ticks / 100,
            outputs.mode as u8,
            soc / 100,
            soc % 100,
            discharge / 10,
            discharge % 10,
            reason(allowed.discharge.reason),
            charge / 10,
            charge % 10,
            reason(allowed.charge.reason),
        )?;
        for fault in self.bms.view().faults() {
            write!(out, " {}", fault.definition().number)?;
        }
        writeln!(out)
    }

    /// Prints the sum over everything.
    ///
    /// # Errors
    /// What the writer says.
    pub fn print_end(&self, out: &mut impl fmt::Write) -> fmt::Result {
        writeln!(out, "{} ticks, digest {:08x}", self.ticks, self.digest)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and small"
)]
const fn whole(value: f32) -> u32 {
    value as u32
}

/// The number that the C interface has for a reason.
const fn reason(reason: LimitReason) -> u32 {
    match reason {
        LimitReason::ContactorsOpen => 0,
        LimitReason::Fault(_) => 1,
        LimitReason::Unknown => 2,
        LimitReason::Hardware => 3,
        LimitReason::CellCurrent => 4,
        LimitReason::CellVoltage => 5,
        LimitReason::Cold => 6,
        LimitReason::Hot => 7,
        LimitReason::StateOfCharge => 8,
        LimitReason::ChargingNotAllowed => 9,
        LimitReason::Ramp => 10,
        _ => 255,
    }
}
