//! `SAFETY.md` against the code: its numbers are those of the preset, its tests exist, and nothing is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bms_bench::fault_table;
use bms_core::config::Levels;
use bms_core::config::presets::NMC_96S;
use bms_core::protection::{CATALOGUE, FaultId, Reaction};
use bms_core::units::{
    ElectricCurrent, ElectricPotential, Ratio, ThermodynamicTemperature, to_amperes, to_celsius,
    to_farads, to_joules, to_kelvin_interval, to_ohms, to_ratio, to_volts,
};

/// The document.
fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SAFETY.md");
    std::fs::read_to_string(path).expect("SAFETY.md")
}

/// A requirement as it is written.
#[derive(Debug, Default)]
struct Requirement<'t> {
    id: &'t str,
    hazards: Vec<&'t str>,
    /// Numbers of the faults in its table, and the tests that provoke them.
    faults: Vec<u16>,
    provoking: Vec<&'t str>,
    /// Whatever else is named as `file.rs::test`.
    tests: Vec<&'t str>,
}

/// The lines of a section, without its heading.
fn section<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| *line != heading).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("## ")).collect();
    assert!(!lines.is_empty(), "no section {heading}");
    lines
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The number that a row of a table of faults begins with.
fn fault_number(line: &str) -> Option<u16> {
    let (number, _) = line.strip_prefix("| ")?.split_once(' ')?;
    number.parse().ok()
}

fn requirements(text: &str) -> Vec<Requirement<'_>> {
    let mut requirements: Vec<Requirement<'_>> = Vec::new();
    for line in section(text, "## Safety requirements") {
        if let Some(heading) = line.strip_prefix("### ") {
            let id = heading.split_once(": ").expect("an id and a title").0;
            requirements.push(Requirement {
                id,
                ..Requirement::default()
            });
        }
        let Some(requirement) = requirements.last_mut() else {
            continue;
        };
        if let Some(hazards) = line.strip_prefix("Hazards: ") {
            requirement
                .hazards
                .extend(hazards.trim_end_matches('.').split(", "));
        }
        let tests = quoted(line).filter(|name| name.contains(".rs::"));
        if let Some(number) = fault_number(line) {
            requirement.faults.push(number);
            requirement.provoking.extend(tests);
        } else {
            requirement.tests.extend(tests);
        }
    }
    assert!(requirements.len() > 20, "{}", requirements.len());
    requirements
}

/// The ids that the first column of a section's table holds.
fn ids<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
    section(text, heading)
        .iter()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .map(|(id, _)| id)
        .filter(|id| *id != "id")
        .collect()
}

#[test]
fn every_id_is_unique_and_of_its_kind() {
    let text = document();
    let mut ids: Vec<_> = [
        ("A", ids(&text, "## Assumptions of use")),
        ("H", ids(&text, "## Hazards")),
        (
            "SR-",
            requirements(&text)
                .iter()
                .map(|requirement| requirement.id)
                .collect(),
        ),
        ("N", self::ids(&text, "## Not shown")),
    ]
    .into_iter()
    .flat_map(|(prefix, ids)| {
        assert!(!ids.is_empty(), "{prefix}");
        for id in &ids {
            let number = id.strip_prefix(prefix).expect("the prefix of its kind");
            assert!(
                number.split('-').all(|part| !part.is_empty()
                    && part
                        .chars()
                        .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())),
                "{id}"
            );
        }
        ids
    })
    .collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

#[test]
fn every_hazard_has_a_requirement_and_every_requirement_a_hazard() {
    let text = document();
    let known: BTreeSet<_> = ids(&text, "## Hazards").into_iter().collect();
    let mut met = BTreeSet::new();
    for requirement in requirements(&text) {
        assert!(!requirement.hazards.is_empty(), "{}", requirement.id);
        met.extend(requirement.hazards);
    }
    assert_eq!(met, known);
}

#[test]
fn every_requirement_has_a_test_and_every_test_exists() {
    let text = document();
    for requirement in requirements(&text) {
        let Requirement {
            id,
            provoking,
            tests,
            ..
        } = requirement;
        assert!(!provoking.is_empty() || !tests.is_empty(), "{id}");
        let sisters: Vec<_> = provoking
            .iter()
            .map(|test| test.replace("_is_found", "_is_not_found_inside"))
            .collect();
        let sisters = sisters.iter().map(String::as_str);
        for test in provoking.iter().chain(&tests).copied().chain(sisters) {
            let (file, name) = test.split_once("::").expect("a file and a name");
            let exists = holds_test(&source(file), name);
            assert!(exists, "{id}: there is no test {test}");
        }
    }
}

/// A file in `bms-core/tests`, or in `bms-core/src` where its name says so.
fn source(file: &str) -> String {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = if file.starts_with("src/") {
        core.join(file)
    } else {
        core.join("tests").join(file)
    };
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Whether a source has a test of this name: a function marked as one and not ignored, or an entry of the catalogue's
/// tests.
fn holds_test(source: &str, name: &str) -> bool {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let function = format!("fn {name}(");
    let is_marked = |index: usize| {
        let marks: Vec<_> = lines[..index]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("#["))
            .collect();
        marks.contains(&&"#[test]") && !marks.iter().any(|mark| mark.starts_with("#[ignore"))
    };
    let marked = lines
        .iter()
        .enumerate()
        .any(|(index, line)| line.starts_with(&function) && is_marked(index));
    let entries = source
        .split_once("crate::catalogue_tests! {")
        .map_or("", |(_, entries)| entries);
    let entry = format!("{name}(bench) {{");
    marked || entries.lines().any(|line| line.trim() == entry)
}

#[test]
fn the_search_for_tests_can_fail() {
    let source = "
        #[test]
        fn one() {}
        fn two() {}
        #[test]
        #[ignore]
        fn three() {}
        // #[test]
        fn four() {}
        crate::catalogue_tests! {
            five(bench) {
        ";
    for (name, exists) in [
        ("one", true),
        ("on", false),
        ("two", false),
        ("three", false),
        ("four", false),
        ("five", true),
        ("fiv", false),
    ] {
        assert_eq!(holds_test(source, name), exists, "{name}");
    }
    assert!(!holds_test("five(bench) {", "five"));
}

#[test]
fn every_row_of_a_fault_is_what_the_code_says() {
    let text = document();
    let mut stale = Vec::new();
    for line in text.lines() {
        let Some(number) = fault_number(line) else {
            continue;
        };
        let fault = FaultId::from_number(number).unwrap_or_else(|| panic!("no fault {number}"));
        let row = row(fault);
        if line != row {
            stale.push(row);
        }
    }
    assert!(stale.is_empty(), "write instead:\n{}", stale.join("\n"));
}

#[test]
fn every_fault_that_ends_charging_or_opens_belongs_to_a_requirement() {
    let text = document();
    let named: BTreeSet<_> = requirements(&text)
        .iter()
        .flat_map(|requirement| requirement.faults.clone())
        .collect();
    let missing: Vec<_> = CATALOGUE
        .iter()
        .filter(|entry| entry.reaction >= Reaction::StopCharging && !named.contains(&entry.number))
        .map(|entry| row(entry.id))
        .collect();
    assert!(
        missing.is_empty(),
        "no requirement names\n{}",
        missing.join("\n")
    );
}

/// A parameter in the text is written as its field and, in brackets, the preset's value.
#[test]
fn every_parameter_is_that_of_the_preset() {
    let text = document();
    let known: BTreeMap<_, _> = parameters().into_iter().collect();
    let sections: BTreeSet<_> = known
        .keys()
        .filter_map(|name| name.split('.').next())
        .collect();
    let mut told = BTreeSet::new();
    let parts: Vec<_> = text.split('`').collect();
    for pair in parts[1..].chunks(2) {
        let [name, after] = pair else { continue };
        let is_field = name
            .split_once('.')
            .is_some_and(|(section, _)| sections.contains(section));
        if !is_field {
            continue;
        }
        let value = known
            .get(name)
            .unwrap_or_else(|| panic!("no value for {name}"));
        let wanted = format!(" ({value})");
        assert!(
            after.starts_with(&wanted),
            "{name} is{wanted}, not {after:.30}"
        );
        told.insert(*name);
    }
    let untold: Vec<_> = known.keys().filter(|name| !told.contains(*name)).collect();
    assert_eq!(untold, [&""; 0]);
}

/// The parameters that the text has to tell.
fn parameters() -> Vec<(&'static str, String)> {
    let pack = &NMC_96S;
    let (sampling, hv) = (&pack.sampling, &pack.high_voltage);
    let ms = |ms: u16| format!("{ms} ms");
    vec![
        ("sampling.tick_ms", ms(sampling.tick_ms)),
        ("sampling.cell_voltage_ms", ms(sampling.cell_voltage_ms)),
        ("sampling.temperature_ms", ms(sampling.temperature_ms)),
        ("sampling.current_ms", ms(sampling.current_ms)),
        ("sampling.pack_ms", ms(sampling.pack_ms)),
        ("sampling.open_ms", ms(sampling.open_ms)),
        ("sampling.open_at_once_ms", ms(sampling.open_at_once_ms)),
        ("sampling.limit_ms", ms(sampling.limit_ms)),
        ("sampling.command_stale_ms", ms(sampling.command_stale_ms)),
        ("control.self_test_ms", ms(pack.control.self_test_ms)),
        ("control.weld_test_ms", ms(pack.control.weld_test_ms)),
        ("control.limp", percent(pack.control.limp)),
        (
            "high_voltage.contactor_settle_ms",
            ms(hv.contactor_settle_ms),
        ),
        ("high_voltage.contactor_break", amperes(hv.contactor_break)),
        (
            "high_voltage.precharge_target",
            percent(hv.precharge_target),
        ),
        (
            "high_voltage.precharge_resistance",
            format!("{} ohm", to_ohms(hv.precharge_resistance)),
        ),
        (
            "high_voltage.link_capacitance",
            format!("{} mF", 1e3 * to_farads(hv.link_capacitance)),
        ),
        (
            "thermal.runaway_alarm_s",
            format!("{} s", pack.thermal.runaway_alarm_s),
        ),
        ("limits.rest_current", amperes(pack.limits.rest_current)),
    ]
}

/// The row of a fault in a requirement's table.
fn row(fault: FaultId) -> String {
    let entry = fault.definition();
    let budget = NMC_96S.budget(fault);
    let name = fault_table::test_names(fault).0;
    let file = if fault_table::WITHOUT_INPUT.contains(&fault) {
        String::from("snapshot/reports")
    } else {
        format!("fault_catalogue/{}", fault_table::group(entry.number).file)
    };
    format!(
        "| {} {} | {} | {} + {} | {} | {} | `{file}.rs::{name}` |",
        entry.number,
        entry.name(),
        limit(fault).unwrap_or_else(|| String::from(entry.id.condition().trim_end_matches('.'))),
        fault_table::milliseconds(budget.detection),
        fault_table::milliseconds(budget.reaction),
        fault_table::reaction(entry.reaction),
        fault_table::latch(entry.latch),
    )
}

/// The limit of a fault in the preset; none where its condition says it all.
fn limit(fault: FaultId) -> Option<String> {
    limit_of_cells(fault)
        .or_else(|| limit_of_current(fault))
        .or_else(|| limit_of_readings(fault))
        .or_else(|| limit_of_the_rest(fault))
}

fn limit_of_cells(fault: FaultId) -> Option<String> {
    let limits = &NMC_96S.limits;
    let (over, under) = (&limits.over_temperature, &limits.under_temperature);
    Some(match fault {
        FaultId::CellOverVoltageRecommended => above(volts(limits.cell_over_voltage.recommended)),
        FaultId::CellOverVoltageMaximum => above(volts(limits.cell_over_voltage.maximum)),
        FaultId::CellUnderVoltageRecommended => below(volts(limits.cell_under_voltage.recommended)),
        FaultId::CellUnderVoltageMaximum => below(volts(limits.cell_under_voltage.maximum)),
        FaultId::CellDeepDischarge => below(volts(limits.cell_deep_discharge)),
        FaultId::PackOverVoltageRecommended => above(volts(limits.pack_over_voltage.recommended)),
        FaultId::PackOverVoltageMaximum => above(volts(limits.pack_over_voltage.maximum)),
        FaultId::PackUnderVoltageRecommended => below(volts(limits.pack_under_voltage.recommended)),
        FaultId::PackUnderVoltageMaximum => below(volts(limits.pack_under_voltage.maximum)),
        FaultId::OverTemperatureChargingRecommended => hot(&over.charging, recommended),
        FaultId::OverTemperatureChargingMaximum => hot(&over.charging, maximum),
        FaultId::OverTemperatureDischargingRecommended => hot(&over.discharging, recommended),
        FaultId::OverTemperatureDischargingMaximum => hot(&over.discharging, maximum),
        FaultId::OverTemperatureRestingRecommended => hot(&over.resting, recommended),
        FaultId::OverTemperatureRestingMaximum => hot(&over.resting, maximum),
        FaultId::UnderTemperatureChargingRecommended => cold(&under.charging, recommended),
        FaultId::UnderTemperatureChargingMaximum => cold(&under.charging, maximum),
        FaultId::UnderTemperatureDischargingRecommended => cold(&under.discharging, recommended),
        FaultId::UnderTemperatureDischargingMaximum => cold(&under.discharging, maximum),
        FaultId::UnderTemperatureRestingRecommended => cold(&under.resting, recommended),
        FaultId::UnderTemperatureRestingMaximum => cold(&under.resting, maximum),
        FaultId::TemperatureRise => above(format!("{} K/s", limits.temperature_rise_k_per_s)),
        _ => return None,
    })
}

fn limit_of_current(fault: FaultId) -> Option<String> {
    let limits = &NMC_96S.limits;
    let levels: &Levels<ElectricCurrent> =
        match fault {
            FaultId::CellChargeOverCurrentMaximum | FaultId::CellChargeOverCurrentRecommended => {
                &limits.cell_charge_current
            }
            FaultId::CellDischargeOverCurrentMaximum
            | FaultId::CellDischargeOverCurrentRecommended => &limits.cell_discharge_current,
            FaultId::StringChargeOverCurrentMaximum
            | FaultId::StringChargeOverCurrentRecommended => &limits.string_charge_current,
            FaultId::StringDischargeOverCurrentMaximum
            | FaultId::StringDischargeOverCurrentRecommended => &limits.string_discharge_current,
            FaultId::PackChargeOverCurrentMaximum | FaultId::PackChargeOverCurrentRecommended => {
                &limits.pack_charge_current
            }
            FaultId::PackDischargeOverCurrentMaximum
            | FaultId::PackDischargeOverCurrentRecommended => &limits.pack_discharge_current,
            FaultId::FuseLoadRecommended => return Some(melting(limits.fuse.recommended)),
            FaultId::FuseLoadMaximum => return Some(melting(limits.fuse.maximum)),
            FaultId::CurrentOnOpenString
            | FaultId::CurrentWhileCommandedOpen
            | FaultId::ChargeNotAllowed => return Some(above(amperes(limits.rest_current))),
            _ => return None,
        };
    let limit = if fault.definition().reaction == Reaction::Limit {
        levels.recommended
    } else {
        levels.maximum
    };
    // Those of a cell fall with temperature and state of charge.
    let factor = matches!(
        fault,
        FaultId::CellChargeOverCurrentMaximum
            | FaultId::CellChargeOverCurrentRecommended
            | FaultId::CellDischargeOverCurrentMaximum
            | FaultId::CellDischargeOverCurrentRecommended
    );
    let less = if factor { " or its map's share" } else { "" };
    Some(above(format!("{}{less}", amperes(limit))))
}

fn limit_of_readings(fault: FaultId) -> Option<String> {
    let (sampling, sensing) = (&NMC_96S.sampling, &NMC_96S.sensing);
    let whole_v = to_volts(NMC_96S.limits.pack_over_voltage.operating);
    Some(match fault {
        FaultId::CellVoltageMissing => older(sampling.cell_voltage_missing_ms),
        FaultId::CellVoltageStale => older(sampling.cell_voltage_stale_ms),
        FaultId::TemperatureMissing => older(sampling.temperature_missing_ms),
        FaultId::TemperatureStale => older(sampling.temperature_stale_ms),
        FaultId::CurrentMissing => older(sampling.current_missing_ms),
        FaultId::CurrentStale => older(sampling.current_stale_ms),
        FaultId::PackVoltageMissing | FaultId::LinkVoltageMissing => {
            older(sampling.pack_missing_ms)
        }
        FaultId::ChargerDataStale => older(NMC_96S.charging.stale_ms),
        FaultId::CommandStale => older(sampling.command_stale_ms),
        FaultId::CellVoltageOutOfRange => format!(
            "outside {} to {}",
            volts(sensing.cell_voltage_low),
            volts(sensing.cell_voltage_high)
        ),
        FaultId::TemperatureOutOfRange => format!(
            "outside {} to {}",
            celsius(sensing.temperature_low),
            celsius(sensing.temperature_high)
        ),
        FaultId::CurrentOutOfRange => {
            above(format!("{} either way", amperes(sensing.current_range)))
        }
        FaultId::CellVoltagePairDisagrees => above(volts(sensing.cell_voltage_pair)),
        FaultId::TemperaturePairDisagrees => {
            above(kelvins(to_kelvin_interval(sensing.temperature_pair)))
        }
        FaultId::CurrentPairDisagrees => above(format!(
            "{} and {}",
            amperes(sensing.current_pair),
            percent(sensing.current_pair_ratio)
        )),
        FaultId::CurrentOffset => above(amperes(sensing.current_offset)),
        FaultId::SumOfCellsMismatch => above(rounded(
            to_ratio(NMC_96S.limits.sum_of_cells) * whole_v,
            "V",
        )),
        FaultId::LinkVoltageMismatch => above(rounded(
            to_ratio(NMC_96S.limits.link_voltage) * whole_v,
            "V",
        )),
        FaultId::TimeStepOutOfRange => {
            above(format!("{} ms, or none", sampling.cell_voltage_missing_ms))
        }
        FaultId::TaskOverrun => above(format!("{} ms", sampling.tick_late_ms)),
        FaultId::SupplyUnderVoltage => below(volts(sensing.supply_low)),
        _ => return None,
    })
}

fn limit_of_the_rest(fault: FaultId) -> Option<String> {
    let (hv, charging) = (&NMC_96S.high_voltage, &NMC_96S.charging);
    let ohm_per_v = |limit: f32| below(format!("{limit} ohm/V"));
    let settle = || format!("{} ms after the command", hv.contactor_settle_ms);
    let rise = format!("at least {} K/s", NMC_96S.thermal.runaway_k_per_s);
    Some(match fault {
        FaultId::IsolationWarning => ohm_per_v(hv.isolation_warning_ohm_per_v),
        FaultId::IsolationFault | FaultId::CableCheckIsolation => {
            ohm_per_v(hv.isolation_fault_ohm_per_v)
        }
        FaultId::PrechargeTooSlow => {
            format!("later than {} times the model", hv.precharge_slow_factor)
        }
        FaultId::PrechargeTooFast => {
            format!("sooner than {} times the model", hv.precharge_fast_factor)
        }
        FaultId::PrechargeResistorHot => above(format!("{} J", to_joules(hv.precharge_energy))),
        FaultId::ContactorStuckOpen | FaultId::ContactorWelded => settle(),
        FaultId::OpeningUnderLoad => above(amperes(hv.contactor_break)),
        FaultId::RunawaySuspected => rise,
        FaultId::RunawayConfirmed => format!(
            "{rise}; {} or {} of a voltage lost",
            celsius(NMC_96S.limits.over_temperature.discharging.maximum),
            percent(NMC_96S.thermal.runaway_voltage_drop)
        ),
        FaultId::ChargerOverVoltage => {
            above(format!("the request and {}", volts(charging.voltage_over)))
        }
        FaultId::ChargerOverCurrent => above(format!(
            "the request, {} and {}",
            amperes(charging.current_over),
            percent(charging.current_over_ratio)
        )),
        FaultId::ChargerPrechargeNotReached => {
            above(format!("{} away", volts(charging.precharge_window)))
        }
        FaultId::InletOverTemperature => above(celsius(charging.inlet_temperature)),
        FaultId::PlugRemovedUnderLoad => above(amperes(charging.plug_current)),
        _ => return None,
    })
}

type Kelvins = Levels<ThermodynamicTemperature>;

fn recommended(levels: &Kelvins) -> ThermodynamicTemperature {
    levels.recommended
}

fn maximum(levels: &Kelvins) -> ThermodynamicTemperature {
    levels.maximum
}

fn hot(levels: &Kelvins, level: fn(&Kelvins) -> ThermodynamicTemperature) -> String {
    above(celsius(level(levels)))
}

fn cold(levels: &Kelvins, level: fn(&Kelvins) -> ThermodynamicTemperature) -> String {
    below(celsius(level(levels)))
}

fn above(what: impl std::fmt::Display) -> String {
    format!("above {what}")
}

fn below(what: impl std::fmt::Display) -> String {
    format!("below {what}")
}

fn older(ms: u16) -> String {
    format!("older than {ms} ms")
}

fn melting(share: Ratio) -> String {
    above(format!("{} of what melts it", percent(share)))
}

fn volts(voltage: ElectricPotential) -> String {
    rounded(to_volts(voltage), "V")
}

fn amperes(current: ElectricCurrent) -> String {
    rounded(to_amperes(current), "A")
}

fn celsius(temperature: ThermodynamicTemperature) -> String {
    rounded(to_celsius(temperature), "degC")
}

fn kelvins(kelvin: f32) -> String {
    rounded(kelvin, "K")
}

fn percent(share: Ratio) -> String {
    rounded(100.0 * to_ratio(share), "%")
}

/// To a hundredth, without what single precision adds.
fn rounded(value: f32, unit: &str) -> String {
    format!("{} {unit}", (100.0 * value).round() / 100.0)
}
