//! AC charging: limits of the control pilot and the on-board charger, and the current to request from the mains.
//!
//! To the [request](super::Requester) the on-board charger is a charger like any other, whose limits are computed here.

use super::charger::ChargerLimits;
use crate::config::{ConfigError, Validator};
use crate::math;
use crate::units::{
    ElectricCurrent, ElectricPotential, Power, Ratio, amperes, to_amperes, to_ratio, to_volts,
    to_watts, watts,
};

/// State of the control pilot (IEC 61851-1 table A.8, SAE J1772).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Pilot {
    /// No charging.
    Off,
    /// High-level communication required (5 %).
    Digital,
    /// Highest current per phase.
    Current(ElectricCurrent),
}

impl Pilot {
    /// From the duty cycle of the pilot, 0 to 1.
    ///
    /// 10 % to 85 %: 0.6 A per percent; 85 % to 96 %: 2.5 A per percent above 64 %; 8 % to 10 %: 6 A; 96 % to 97 %: 80 A; 3 % to
    /// 7 %: digital. Any other value, and NaN, is no charging.
    #[must_use]
    pub fn of_duty(duty: Ratio) -> Self {
        let percent = to_ratio(duty) * 100.0;
        let current_a = if (3.0..=7.0).contains(&percent) {
            return Self::Digital;
        } else if (8.0..10.0).contains(&percent) {
            6.0
        } else if (10.0..=85.0).contains(&percent) {
            0.6 * percent
        } else if percent > 85.0 && percent <= 96.0 {
            (percent - 64.0) * 2.5
        } else if percent > 96.0 && percent <= 97.0 {
            80.0
        } else {
            return Self::Off;
        };
        Self::Current(amperes(current_a))
    }
}

/// The on-board charger and its mains.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OnBoardCharger {
    /// Number of phases.
    /// Range: 1 to 3.
    pub phases: u8,
    /// Voltage of a phase against neutral.
    /// Range: 50 to 500 V.
    pub phase_voltage: ElectricPotential,
    /// Highest current of a phase.
    /// Range: above 0 A.
    pub phase_current_max: ElectricCurrent,
    /// Lowest current of a phase at which the charger runs: 6 A by IEC 61851-1.
    /// Range: above 0 A.
    pub phase_current_min: ElectricCurrent,
    /// Highest output power.
    /// Range: above 0 W.
    pub power_max: Power,
    /// Highest output current.
    /// Range: above 0 A.
    pub current_max: ElectricCurrent,
    /// Highest output voltage.
    /// Range: above 0 V.
    pub voltage_max: ElectricPotential,
    /// Output power over input power.
    /// Range: 0.3 to 1.
    pub efficiency: Ratio,
}

/// Share of the lowest current from which on a request is served with the lowest current.
const ENOUGH: f32 = 0.98;

impl OnBoardCharger {
    /// 11 kW at three phases of 230 V and 16 A.
    pub const AC_11_KW: Self = Self {
        phases: 3,
        phase_voltage: crate::units::volts(230.0),
        phase_current_max: amperes(16.0),
        phase_current_min: amperes(6.0),
        power_max: watts(11_000.0),
        current_max: amperes(32.0),
        voltage_max: crate::units::volts(450.0),
        efficiency: crate::units::ratio(0.93),
    };

    /// Checks every value; also at compile time.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub const fn validate(&self) -> Result<(), ConfigError> {
        Validator::new(self.check_fields().finish()).finish()
    }

    /// Highest current of a phase by pilot, cable and charger; zero below the charger's lowest current. `cable` is the cable's
    /// rating by its coding resistor.
    #[must_use]
    pub fn phase_current(&self, pilot: Pilot, cable: ElectricCurrent) -> ElectricCurrent {
        let Pilot::Current(pilot) = pilot else {
            return amperes(0.0);
        };
        let least_a = to_amperes(self.phase_current_max)
            .min(to_amperes(pilot))
            .min(math::clamp_or_low(to_amperes(cable), 0.0, 1e3));
        let runs = least_a >= to_amperes(self.phase_current_min);
        amperes(if runs { least_a } else { 0.0 })
    }

    /// Its limits at the output for the request, at this current of a phase.
    #[must_use]
    pub fn limits(
        &self,
        phase_current: ElectricCurrent,
        battery: ElectricPotential,
    ) -> ChargerLimits {
        let in_w = to_amperes(phase_current) * self.input_w_per_a();
        let out_w = (to_ratio(self.efficiency) * in_w).min(to_watts(self.power_max));
        let on = to_amperes(phase_current) > 0.0;
        ChargerLimits {
            voltage: battery,
            current: amperes(0.0),
            voltage_max: self.voltage_max,
            voltage_min: crate::units::volts(0.0),
            current_max: if on { self.current_max } else { amperes(0.0) },
            power_max: watts(math::clamp_or_low(out_w, 0.0, 1e6)),
        }
    }

    /// Current of a phase for the battery's request, never above `phase_current`; zero below the charger's lowest current.
    ///
    /// A request less than 2 % short of the lowest current is served with the lowest current: the request is computed with the
    /// highest cell's voltage and `battery` may come from another sensor, so at a pilot of the lowest current it often falls
    /// short.
    #[must_use]
    pub fn phase_request(
        &self,
        request: ElectricCurrent,
        battery: ElectricPotential,
        phase_current: ElectricCurrent,
    ) -> ElectricCurrent {
        let out_w = to_amperes(request) * to_volts(battery);
        let wanted_a = out_w / to_ratio(self.efficiency) / self.input_w_per_a();
        let wanted_a = math::clamp_or_low(wanted_a, 0.0, to_amperes(phase_current).max(0.0));
        let least_a = to_amperes(self.phase_current_min);
        let runs = wanted_a >= ENOUGH * least_a && to_amperes(phase_current) >= least_a;
        amperes(if runs { wanted_a.max(least_a) } else { 0.0 })
    }

    fn input_w_per_a(&self) -> f32 {
        to_volts(self.phase_voltage) * f32::from(self.phases)
    }
}

const _: () = assert!(OnBoardCharger::AC_11_KW.validate().is_ok());
