//! The charging sessions of a scenario file.

use bms_core::charging::presets::{LFP_100S_CCS, NMC_96S_CCS, NMC_96S_NACS};
use bms_core::charging::{ChargingConfig, SessionConfig};

use super::file::{Inlet, SessionSection};
use super::stages::StageAt;
use crate::charger::{CCS_350_KW, DcChargerConfig, NACS_250_KW, NEVI_150_KW};
use crate::range::{Range, check};
use crate::toml_file::TomlError;
use crate::world::{SessionPlan, Stage};

const STATIONS: [(&str, DcChargerConfig); 3] = [
    ("nevi-150kw", NEVI_150_KW),
    ("ccs-350kw", CCS_350_KW),
    ("nacs-250kw", NACS_250_KW),
];

impl StageAt<'_> {
    pub(super) fn session(&self, section: &SessionSection) -> Result<Stage, TomlError> {
        let station = self.station(section)?;
        self.ranges(
            &["session"],
            check(&[
                ("voltage_v", station.voltage_max_v, Range::Positive),
                ("current_a", station.current_max_a, Range::Positive),
                ("power_w", station.power_max_w, Range::Positive),
                ("amperes_per_s", station.amperes_per_s, Range::Positive),
                ("until_soc", section.until_soc, Range::Fraction),
                ("duration_s", section.duration_s, Range::Positive),
                (
                    "departure_s",
                    section.departure_s.unwrap_or(1.0),
                    Range::Positive,
                ),
            ]),
        )?;
        let mut before_s = 0.0;
        for limit in &section.site {
            self.ranges(
                &["session", "site"],
                check(&[
                    ("from_s", limit.from_s, Range::NotNegative),
                    ("power_w", limit.power_w, Range::NotNegative),
                ]),
            )?;
            if limit.from_s < before_s {
                return Err(self.refuse(
                    &["session", "site"],
                    format!("`from_s` of {} after {before_s}", limit.from_s),
                    "times in order",
                ));
            }
            before_s = limit.from_s;
        }
        Ok(Stage::Session(Box::new(SessionPlan {
            station,
            charging: self.charging(section.inlet)?,
            session: SessionConfig::CCS,
            until_soc: section.until_soc,
            departure_s: section.departure_s,
            duration_s: section.duration_s,
            site: section
                .site
                .iter()
                .map(|limit| (limit.from_s, limit.power_w))
                .collect(),
        })))
    }

    fn station(&self, section: &SessionSection) -> Result<DcChargerConfig, TomlError> {
        let base = match &section.station {
            Some(name) => STATIONS
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, station)| *station)
                .ok_or_else(|| {
                    let names = STATIONS.map(|(name, _)| format!("\"{name}\""));
                    let expected = format!("one of {}", names.join(", "));
                    self.refuse(&["session", "station"], format!("\"{name}\""), expected)
                })?,
            None => NEVI_150_KW,
        };
        let own = [section.voltage_v, section.current_a, section.power_w];
        if section.station.is_none() && own.contains(&None) {
            return Err(self.refuse(
                &["session"],
                "neither a station nor all of its limits",
                "`station`, or `voltage_v`, `current_a` and `power_w`",
            ));
        }
        Ok(DcChargerConfig {
            voltage_max_v: section.voltage_v.unwrap_or(base.voltage_max_v),
            current_max_a: section.current_a.unwrap_or(base.current_max_a),
            power_max_w: section.power_w.unwrap_or(base.power_max_w),
            amperes_per_s: section.amperes_per_s.unwrap_or(base.amperes_per_s),
            ..base
        })
    }

    /// How the scenario's pack wants to be charged behind an inlet.
    fn charging(&self, inlet: Inlet) -> Result<ChargingConfig<'static>, TomlError> {
        let pack = self.builder.file.bms.pack.as_str();
        match (pack, inlet) {
            ("nmc-96s", Inlet::Ccs) => Ok(NMC_96S_CCS),
            ("nmc-96s", Inlet::Nacs) => Ok(NMC_96S_NACS),
            ("lfp-100s", Inlet::Ccs) => Ok(LFP_100S_CCS),
            _ => Err(self.refuse(
                &["session"],
                format!("{inlet:?} with the pack \"{pack}\""),
                "a pack with a charge map for it: \"nmc-96s\" behind either inlet, \"lfp-100s\" behind CCS",
            )),
        }
    }
}
