//! The charging sessions of a scenario file.

use bms_core::charging::presets::{LFP_100S_CCS, NMC_96S_CCS, NMC_96S_NACS};
use bms_core::charging::{ChargingConfig, SessionConfig, Warming};
use bms_core::units::{celsius, watts};

use super::Preset;
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
        self.place.ranges(
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
            self.place.ranges(
                &["session", "site"],
                check(&[
                    ("from_s", limit.from_s, Range::NotNegative),
                    ("power_w", limit.power_w, Range::NotNegative),
                ]),
            )?;
            if limit.from_s < before_s {
                return Err(self.place.refuse(
                    &["session", "site"],
                    format!("`from_s` of {} after {before_s}", limit.from_s),
                    "increasing times",
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
            warming: self.warming(),
            duration_s: section.duration_s,
            site: section
                .site
                .iter()
                .map(|limit| (limit.from_s, limit.power_w))
                .collect(),
        })))
    }

    /// Lumped thermal model of a pack as its manufacturer knows it: one heat capacity, and the thermal resistances to
    /// the air through plates, coolant and radiator in series, and past the cells.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "for a core in single precision"
    )]
    fn warming(&self) -> Option<Warming> {
        let file = self.builder.file;
        let thermal = file.thermal?;
        let preset = Preset::named(&file.bms.pack)?;
        let groups = preset.config.layout.cells;
        let cells = groups as f64 * preset.parallel;
        let plates = groups.div_ceil(thermal.groups_per_module) as f64;
        let heat_capacity_j_per_k = cells * thermal.cell_j_per_k
            + plates * thermal.plate_j_per_k
            + thermal.reservoir_j_per_k;
        let to_coolant_w_per_k = plates * thermal.plate_to_coolant_w_per_k;
        let ways = [
            cells * thermal.cell_to_plate_w_per_k,
            to_coolant_w_per_k.min(thermal.coolant_w_per_k),
            thermal.radiator_w_per_k,
        ];
        let in_series_w_per_k = if ways.iter().all(|way| *way > 0.0) {
            1.0 / ways.iter().map(|way| 1.0 / way).sum::<f64>()
        } else {
            0.0
        };
        Some(Warming {
            heat_capacity_j_per_k: heat_capacity_j_per_k as f32,
            to_surroundings_w_per_k: (in_series_w_per_k + cells * thermal.cell_to_air_w_per_k)
                as f32,
            surroundings: celsius(file.air_degc as f32),
            heater: watts(thermal.heater_w as f32),
        })
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
                    self.place
                        .refuse(&["session", "station"], format!("\"{name}\""), expected)
                })?,
            None => NEVI_150_KW,
        };
        let own = [section.voltage_v, section.current_a, section.power_w];
        if section.station.is_none() && own.contains(&None) {
            return Err(self.place.refuse(
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

    /// Charging configuration of the scenario's pack with an inlet.
    fn charging(&self, inlet: Inlet) -> Result<ChargingConfig<'static>, TomlError> {
        let pack = self.builder.file.bms.pack.as_str();
        match (pack, inlet) {
            ("nmc-96s", Inlet::Ccs) => Ok(NMC_96S_CCS),
            ("nmc-96s", Inlet::Nacs) => Ok(NMC_96S_NACS),
            ("lfp-100s", Inlet::Ccs) => Ok(LFP_100S_CCS),
            _ => Err(self.place.refuse(
                &["session"],
                format!("{inlet:?} with the pack \"{pack}\""),
                "a pack with a charge map for it: \"nmc-96s\" behind either inlet, \"lfp-100s\" behind CCS",
            )),
        }
    }
}
