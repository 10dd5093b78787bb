//! Active limits and their durations.

use bms_core::control::LimitReason;
use serde::Serialize;

use crate::world::Tick;

/// A limit that reduced the current of vehicle or charger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitTime {
    /// Which direction: `discharge` or `charge`.
    pub direction: &'static str,
    /// Why no more was allowed.
    pub reason: String,
    /// For how long, in seconds.
    pub duration_s: f64,
}

#[derive(Debug, Default)]
pub(super) struct Limits {
    bound: Vec<(bool, LimitReason, f64)>,
}

impl Limits {
    pub(super) fn take(&mut self, tick: &Tick, tick_s: f64) {
        let Some(reason) = tick.bound else {
            return;
        };
        let charge = tick.wanted_a < 0.0;
        match self
            .bound
            .iter_mut()
            .find(|(way, known, _)| *way == charge && *known == reason)
        {
            Some((_, _, time_s)) => *time_s += tick_s,
            None => self.bound.push((charge, reason, tick_s)),
        }
    }

    /// The longest first.
    pub(super) fn times(mut self) -> Vec<LimitTime> {
        self.bound.sort_by(|a, b| b.2.total_cmp(&a.2));
        self.bound
            .into_iter()
            .map(|(charge, reason, time_s)| LimitTime {
                direction: if charge { "charge" } else { "discharge" },
                reason: reason_name(reason),
                duration_s: super::rounded(time_s),
            })
            .collect()
    }
}

pub(super) fn reason_name(reason: LimitReason) -> String {
    match reason {
        LimitReason::ContactorsOpen => "contactors open".to_owned(),
        LimitReason::Fault(fault) => {
            let definition = fault.definition();
            format!("fault {} {}", definition.number, definition.name())
        }
        LimitReason::Unknown => "state unknown".to_owned(),
        LimitReason::Hardware => "hardware".to_owned(),
        LimitReason::CellCurrent => "cell current at this temperature and charge".to_owned(),
        LimitReason::CellVoltage => "cell voltage".to_owned(),
        LimitReason::Cold => "cold".to_owned(),
        LimitReason::Hot => "hot".to_owned(),
        LimitReason::StateOfCharge => "state of charge".to_owned(),
        LimitReason::ChargingNotAllowed => "charging not allowed".to_owned(),
        LimitReason::Ramp => "limit still rising".to_owned(),
        other => format!("{other:?}"),
    }
}
