//! The charge map of the NMC preset on another physics: the potential of the negative electrode of the SPMe against lithium.

use std::fmt::Write as _;
use std::sync::Arc;

use bms_bench::{connected, set_soc};
use bms_core::Outputs;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    ChargerLimits, ChargingConfig, Completion, RequestInputs, RequestReason, Requester, Schedule,
};
use bms_core::config::LimitMap;
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::ChargerMessage;
use bms_core::units::{amperes, kelvin, ratio, seconds, to_amperes, volts, watts};
use bms_sim::cell::CellModel;
use bms_sim::cell::chen2020::lg_m50;
use bms_sim::cell::spm::{ParticleOptions, Spm, Spme};

const PARALLEL: f64 = 30.0;
/// What one charge came to.
struct Charged {
    minutes: f64,
    /// Lowest potential, mean over the electrode and beside the separator, and where that was: state of charge and current.
    lowest_mean_v: f64,
    lowest_v: f64,
    lowest_at: (f64, f64),
    highest_cell_v: f64,
    reasons: Vec<RequestReason>,
}

/// A charge from 10 % to 80 % at a station of 150 kW and one temperature.
#[expect(clippy::cast_possible_truncation, reason = "what sensors would show")]
fn charge(degc: f64, config: &ChargingConfig<'_>, mut outputs: Outputs) -> Charged {
    let cell_k = degc + 273.15;
    let mut cell =
        Spme::new(Arc::new(lg_m50()), ParticleOptions::default()).expect("an electrolyte");
    cell.reset(0.1, cell_k);
    let mut requester = Requester::new();
    let mut charged = Charged {
        minutes: 0.0,
        lowest_mean_v: f64::INFINITY,
        lowest_v: f64::INFINITY,
        lowest_at: (0.0, 0.0),
        highest_cell_v: 0.0,
        reasons: Vec::new(),
    };
    let mut cell_a = 0.0;
    for second in 0..20_000_u32 {
        let cell_v = cell.voltage_v(-cell_a);
        let soc = cell.soc() as f32;
        set_soc(&mut outputs, soc);
        outputs.coldest = Some((kelvin(cell_k as f32), 0));
        outputs.warmest = Some((kelvin(cell_k as f32), 0));
        outputs.lowest_cell = Some((volts(cell_v as f32), 0));
        outputs.highest_cell = Some((volts(cell_v as f32), 0));
        outputs.current = Some(amperes((-cell_a * PARALLEL) as f32));
        // The map alone, not what the pack's own limits take off it.
        outputs.allowed.charge.current = amperes(300.0);
        let scene = RequestInputs {
            outputs: &outputs,
            charger: ChargerLimits::of(&ChargerMessage {
                voltage: volts((cell_v * 96.0) as f32),
                current: amperes(0.0),
                voltage_max: volts(920.0),
                voltage_min: volts(150.0),
                current_max: amperes(500.0),
                power_max: watts(150e3),
            })
            .ok(),
            schedule: Schedule::UNLIMITED,
            inlet_temperature: None,
            wanted: true,
            target_soc: ratio(0.8),
        };
        let request = requester.step(config, &NMC_96S, &scene, seconds(1.0));
        if !charged.reasons.contains(&request.reason) {
            charged.reasons.push(request.reason);
        }
        if request.completion == Some(Completion::StateOfCharge) {
            charged.minutes = f64::from(second) / 60.0;
            break;
        }
        cell_a = f64::from(to_amperes(request.current)) / PARALLEL;
        cell.step(-cell_a, 1.0);
        let found = cell.negative_electrode(-cell_a).expect("an electrode");
        charged.lowest_mean_v = charged.lowest_mean_v.min(found.mean_v);
        if found.separator_v < charged.lowest_v {
            charged.lowest_v = found.separator_v;
            charged.lowest_at = (cell.soc(), cell_a * PARALLEL);
        }
        charged.highest_cell_v = charged.highest_cell_v.max(cell.voltage_v(-cell_a));
    }
    charged
}

#[test]
fn the_negative_electrode_stays_above_lithium_in_a_fast_charge() {
    let outputs = connected(0.3);
    for degc in [0.0, 10.0, 25.0, 40.0] {
        let charged = charge(degc, &NMC_96S_CCS, outputs);
        println!(
            "{degc:4} degC: 10 % to 80 % in {:.1} min, lowest anode potential {:.1} mV, beside the separator {:.1} mV at {:.2} and {:.0} A, highest cell {:.3} V, {:?}",
            charged.minutes,
            1e3 * charged.lowest_mean_v,
            1e3 * charged.lowest_v,
            charged.lowest_at.0,
            charged.lowest_at.1,
            charged.highest_cell_v,
            charged.reasons
        );
        assert!(charged.minutes > 0.0, "{degc} degC: not done");
        assert!(charged.highest_cell_v < 4.182, "{}", charged.highest_cell_v);
        assert!(
            charged.lowest_v > 0.02,
            "{degc} degC: {} V",
            charged.lowest_v
        );
    }
}

/// Every node of the preset's plating map lies below the current at which the model comes to 25 mV beside the separator, on its
/// way from empty with the current that it stands.
#[test]
fn the_plating_map_lies_within_what_the_model_stands() {
    const MARGIN_V: f64 = 0.025;
    let map = NMC_96S_CCS.plating_a;
    for (row, kelvin) in map.temperature_k.iter().enumerate() {
        let mut cell =
            Spme::new(Arc::new(lg_m50()), ParticleOptions::default()).expect("an electrolyte");
        cell.reset(0.01, f64::from(*kelvin));
        let (mut cell_a, mut column) = (0.0_f64, 1);
        let mut shown = String::new();
        for _ in 0..40_000 {
            let stands = |cell_a: f64| {
                let found = cell.negative_electrode(-cell_a).expect("an electrode");
                found.separator_v >= MARGIN_V
            };
            let (mut low_a, mut high_a) = (0.0, (cell_a + 0.5).min(10.0));
            for _ in 0..20 {
                let middle_a = 0.5 * (low_a + high_a);
                if stands(middle_a) {
                    low_a = middle_a;
                } else {
                    high_a = middle_a;
                }
            }
            cell_a = low_a;
            cell.step(-cell_a, 1.0);
            let soc = f64::from(map.soc[column]);
            if cell.soc() >= soc {
                let most_a = cell_a * PARALLEL;
                let asked_a = f64::from(map.values[row * map.soc.len() + column]);
                let _ = write!(shown, "  {soc:.1}: {asked_a:.0} of {most_a:.0}");
                assert!(
                    asked_a <= most_a,
                    "{kelvin} K, {soc}: {asked_a} above {most_a} A"
                );
                column += 1;
                // Full cells are held by their voltage.
                if map.soc[column] > 0.85 {
                    break;
                }
            }
        }
        println!("{:5.0} degC{shown}", f64::from(*kelvin) - 273.15);
        assert!(column > 6, "{kelvin} K: {column}");
    }
}

/// Without the limits of the chemistry the same charge does plate: the test above can fail.
#[test]
fn without_its_map_a_cold_charge_would_plate() {
    const HARD: LimitMap<'static> = LimitMap {
        temperature_k: &[298.15],
        soc: &[0.5],
        values: &[300.0],
    };
    let config = ChargingConfig {
        map_a: HARD,
        plating_a: HARD,
        ..NMC_96S_CCS
    };
    let charged = charge(0.0, &config, connected(0.3));
    println!(
        "0 degC without a map: lowest anode potential {:.1} mV, beside the separator {:.1} mV",
        1e3 * charged.lowest_mean_v,
        1e3 * charged.lowest_v
    );
    assert!(charged.lowest_mean_v < 0.0, "{}", charged.lowest_mean_v);
}

/// At rest the potential is the open-circuit one everywhere; a charge lowers it, beside the separator most, and a discharge does
/// the reverse. A plant without an electrolyte knows no place in the electrode.
#[test]
fn the_potential_of_the_electrode_moves_with_the_current() {
    let parameters = Arc::new(lg_m50());
    let mut cell =
        Spme::new(Arc::clone(&parameters), ParticleOptions::default()).expect("an electrolyte");
    cell.reset(0.5, 298.15);
    let open_v = parameters.negative.ocp_v.value(cell.stoichiometry().0);
    let at =
        |cell: &Spme, current_a: f64| cell.negative_electrode(current_a).expect("an electrode");
    let rest = at(&cell, 0.0);
    assert!(
        (rest.mean_v - open_v).abs() < 1e-9 && (rest.separator_v - open_v).abs() < 1e-9,
        "{rest:?}"
    );
    let (mut before_v, mut before_gap_v) = (open_v, 0.0);
    for step in 1..=5 {
        let charge_a = f64::from(step);
        let charging = at(&cell, -charge_a);
        let gap_v = charging.mean_v - charging.separator_v;
        assert!(
            charging.mean_v < before_v && gap_v > before_gap_v,
            "{charging:?}"
        );
        let discharging = at(&cell, charge_a);
        assert!(discharging.mean_v > open_v && discharging.separator_v > discharging.mean_v);
        (before_v, before_gap_v) = (charging.mean_v, gap_v);
    }
    // The salt that gathers as the charge goes on lowers it further.
    let at_once = at(&cell, -5.0);
    for _ in 0..100 {
        cell.step(-5.0, 1.0);
    }
    let later = at(&cell, -5.0);
    assert!(
        later.mean_v - later.separator_v > at_once.mean_v - at_once.separator_v + 0.005,
        "{at_once:?} {later:?}"
    );
    let mut single = Spm::new(parameters, ParticleOptions::default());
    single.reset(0.5, 298.15);
    let found = single.negative_electrode(-5.0).expect("an electrode");
    assert!(found.mean_v < open_v && found.mean_v.to_bits() == found.separator_v.to_bits());
}
