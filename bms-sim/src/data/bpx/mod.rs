//! Reads cell parameters in the Battery Parameter eXchange format (BPX), versions 0.1 to 1.x, <https://bpxstandard.com>.
//!
//! Both layouts are read: that of version 0.x, with temperatures in the cell and the salt's concentration in the
//! electrolyte, and that of 1.x, with both in the state. Files for the SPM alone, without electrolyte and separator,
//! give a cell for the SPM only. Full and empty are at the file's stoichiometry limits.
//!
//! Not read: blended electrodes (refused), hysteresis of the open-circuit potential (its mean is used), degradation
//! (refused unless zero), user-defined parameters and validation data (passed over).

mod expression;
mod section;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;

pub use expression::{Expression, ExpressionError};
use section::{Function, Range, Section};

use crate::cell::chen2020::OCP_FALL_V;
use crate::cell::curve::Curve;
use crate::cell::parameters::{
    Diffusivity, Electrochemistry, Electrode, Electrolyte, Layer, Porous, StoichiometryWindow,
    ThermalProperties,
};
use crate::cell::physics::{FARADAY_C_PER_MOL, REFERENCE_K};

/// Default salt concentration, as in PyBaMM.
const USUAL_CONCENTRATION_MOL_PER_M3: f64 = 1000.0;
/// Concentrations up to this multiple of that at rest are tabulated.
const ELECTROLYTE_TABLE_END: f64 = 3.0;

/// Why a BPX file is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}: {key}: found {found}, expected {expected}")]
pub struct BpxError {
    /// The file.
    pub file: String,
    /// The key with its sections, outer first.
    pub key: String,
    /// The value found.
    pub found: String,
    /// The accepted values.
    pub expected: String,
}

impl BpxError {
    fn new(file: &str, key: &str, found: impl Into<String>, expected: &str) -> Self {
        Self {
            file: file.to_owned(),
            key: key.to_owned(),
            found: found.into(),
            expected: expected.to_owned(),
        }
    }
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Electrochemistry, BpxError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| BpxError::new(&name, "file", error.to_string(), "a readable text file"))?;
    parse(&text, &name)
}

/// Reads the text of a file; `file` is its name in messages.
pub fn parse(text: &str, file: &str) -> Result<Electrochemistry, BpxError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        BpxError::new(file, &place, error.to_string(), "JSON")
    })?;
    let top = Section::new(file, "", &value)?;
    let name = header(&top.needed_inner("Header")?)?;
    let state = State::read(top.inner("State")?)?;
    top.find("Validation");
    let cell = parameterisation(&top.needed_inner("Parameterisation")?, name, &state)?;
    top.end()?;
    Ok(cell)
}

/// Checks version and model, and returns the title.
fn header(header: &Section<'_>) -> Result<String, BpxError> {
    const MODELS: &str = "\"SPM\", \"SPMe\", \"DFN\" or \"Partial\"";
    const VERSIONS: &str = "a version from \"0.1\" to \"1.x\"";
    let found = header.need("BPX", VERSIONS)?;
    // Files of the first versions have a number here.
    let version = found
        .as_str()
        .map_or_else(|| found.to_string(), str::to_owned);
    let mut parts = version.split('.').map(str::parse::<u32>);
    let known = match (parts.next(), parts.next()) {
        (Some(Ok(0)), Some(Ok(minor))) => minor >= 1,
        (Some(Ok(1)), None | Some(Ok(_))) => true,
        _ => false,
    };
    if !known {
        return Err(header.refuse("BPX", version, VERSIONS));
    }
    let model = header.text("Model")?;
    if !["SPM", "SPMe", "DFN", "Partial"].contains(&model) {
        return Err(header.refuse("Model", format!("\"{model}\""), MODELS));
    }
    header.find("Description");
    header.find("References");
    let title = match header.find("Title") {
        Some(_) => header.text("Title")?,
        None => "BPX cell",
    };
    header.end()?;
    Ok(title.to_owned())
}

/// Values that version 1.x separates from the parameters.
#[derive(Default)]
struct State {
    concentration_mol_per_m3: Option<f64>,
}

impl State {
    fn read(section: Option<Section<'_>>) -> Result<Self, BpxError> {
        let Some(section) = section else {
            return Ok(Self::default());
        };
        let mut state = Self::default();
        if let Some(initial) = section.inner("Initial conditions")? {
            const CONCENTRATION: &str = "Initial electrolyte concentration [mol.m-3]";
            if initial.find(CONCENTRATION).is_some() {
                state.concentration_mol_per_m3 =
                    Some(initial.number(CONCENTRATION, Range::Positive)?);
            }
            for key in [
                "Initial state-of-charge",
                "Initial temperature [K]",
                "Initial hysteresis state: Positive electrode",
                "Initial hysteresis state: Negative electrode",
            ] {
                initial.find(key);
            }
            initial.end()?;
        }
        section.find("Thermal environment");
        if let Some(degradation) = section.inner("Degradation")? {
            for key in ["LLI", "LAM: Positive electrode", "LAM: Negative electrode"] {
                if degradation.number_or(key, Range::Any, 0.0)? != 0.0 {
                    let found = "a loss".to_owned();
                    return Err(degradation.refuse(key, found, "0: only new cells are read"));
                }
            }
            degradation.end()?;
        }
        section.end()?;
        Ok(state)
    }
}

fn parameterisation(
    section: &Section<'_>,
    name: String,
    state: &State,
) -> Result<Electrochemistry, BpxError> {
    let cell = section.needed_inner("Cell")?;
    let negative = section.needed_inner("Negative electrode")?;
    let positive = section.needed_inner("Positive electrode")?;
    section.find("User-defined");

    let pairs = cell.number(
        "Number of electrode pairs connected in parallel to make a cell",
        Range::Positive,
    )?;
    let (min_v, max_v) = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]");
    let voltage_min_v = cell.number(min_v, Range::Positive)?;
    let voltage_max_v = cell.number(max_v, Range::Positive)?;
    if voltage_max_v <= voltage_min_v {
        let expected = format!("a number above the lower cut-off of {voltage_min_v}");
        return Err(cell.refuse(max_v, voltage_max_v.to_string(), &expected));
    }
    for key in [
        "Initial temperature [K]",
        "Ambient temperature [K]",
        "Thermal conductivity [W.m-1.K-1]",
    ] {
        cell.find(key);
    }
    let read = Electrochemistry {
        name,
        area_m2: cell.number("Electrode area [m2]", Range::Positive)? * pairs,
        window: window(&negative, &positive)?,
        porous: porous(section, &negative, &positive, state)?,
        negative: electrode(&negative)?,
        positive: electrode(&positive)?,
        reference_temperature_k: cell.number_or(
            "Reference temperature [K]",
            Range::Positive,
            REFERENCE_K,
        )?,
        nominal_capacity_ah: cell.number("Nominal cell capacity [A.h]", Range::Positive)?,
        voltage_min_v,
        voltage_max_v,
        thermal: thermal(&cell)?,
    };
    for inner in [&cell, &negative, &positive, section] {
        inner.end()?;
    }
    Ok(read)
}

fn thermal(cell: &Section<'_>) -> Result<Option<ThermalProperties>, BpxError> {
    let keys = [
        "Volume [m3]",
        "Density [kg.m-3]",
        "Specific heat capacity [J.K-1.kg-1]",
        "External surface area [m2]",
    ];
    let mut found = [0.0; 4];
    let mut complete = true;
    for (value, key) in found.iter_mut().zip(keys) {
        *value = cell.number_or(key, Range::Positive, 0.0)?;
        complete &= *value > 0.0;
    }
    let [volume, density, specific_heat, cooling_area_m2] = found;
    Ok(complete.then_some(ThermalProperties {
        heat_capacity_j_per_k: volume * density * specific_heat,
        cooling_area_m2,
    }))
}

const MINIMUM: &str = "Minimum stoichiometry";
const MAXIMUM: &str = "Maximum stoichiometry";

fn window(negative: &Section<'_>, positive: &Section<'_>) -> Result<StoichiometryWindow, BpxError> {
    let limits = |section: &Section<'_>| {
        single(section)?;
        let low = section.number(MINIMUM, Range::Stoichiometry)?;
        let high = section.number(MAXIMUM, Range::Stoichiometry)?;
        if high <= low {
            let expected = format!("a number above the minimum of {low}");
            return Err(section.refuse(MAXIMUM, high.to_string(), &expected));
        }
        Ok((low, high))
    };
    let (negative_empty, negative_full) = limits(negative)?;
    let (positive_full, _) = limits(positive)?;
    Ok(StoichiometryWindow {
        negative_empty,
        negative_full,
        positive_full,
    })
}

/// Refuses an electrode of several materials.
fn single(section: &Section<'_>) -> Result<(), BpxError> {
    match section.find("Particle") {
        None => Ok(()),
        Some(_) => Err(section.refuse(
            "Particle",
            "a blend of materials",
            "an electrode of one material",
        )),
    }
}

fn electrode(section: &Section<'_>) -> Result<Electrode, BpxError> {
    let radius_m = section.number("Particle radius [m]", Range::Positive)?;
    let surface_per_m = section.number("Surface area per unit volume [m-1]", Range::Positive)?;
    let active_fraction = surface_per_m * radius_m / 3.0;
    if active_fraction > 1.0 {
        let expected = format!("at most {}, three over the particle radius", 3.0 / radius_m);
        return Err(section.refuse(
            "Surface area per unit volume [m-1]",
            surface_per_m.to_string(),
            &expected,
        ));
    }
    let rate = section.number("Reaction rate constant [mol.m-2.s-1]", Range::Positive)?;
    let diffusivity = section.function("Diffusivity [m2.s-1]")?;
    check_positive(section, "Diffusivity [m2.s-1]", &diffusivity, 1.0)?;
    let ocp = section.function("OCP [V]")?;
    let entropic = match section.find("Entropic change coefficient [V.K-1]") {
        Some(_) => curve(&section.function("Entropic change coefficient [V.K-1]")?),
        None => Curve::constant(0.0),
    };
    for key in [
        "OCP (delithiation) [V]",
        "OCP (lithiation) [V]",
        "OCP hysteresis decay constant",
    ] {
        section.find(key);
    }
    Ok(Electrode {
        thickness_m: section.number("Thickness [m]", Range::Positive)?,
        active_fraction,
        particle_radius_m: radius_m,
        maximum_concentration_mol_per_m3: section
            .number("Maximum concentration [mol.m-3]", Range::Positive)?,
        exchange_current_a_per_m2: FARADAY_C_PER_MOL * rate,
        exchange_activation_j_per_mol: section.number_or(
            "Reaction rate constant activation energy [J.mol-1]",
            Range::NotNegative,
            0.0,
        )?,
        diffusivity_m2_per_s: match &diffusivity {
            Function::Constant(value) => Diffusivity::Constant(*value),
            function => Diffusivity::OfStoichiometry(Arc::new(curve(function))),
        },
        diffusivity_activation_j_per_mol: section.number_or(
            "Diffusivity activation energy [J.mol-1]",
            Range::NotNegative,
            0.0,
        )?,
        ocp_v: curve(&ocp).falling_beyond_ends(OCP_FALL_V),
        entropic_v_per_k: entropic,
    })
}

/// Electrolyte, separator and pores; `None` in a file for the SPM alone.
fn porous(
    section: &Section<'_>,
    negative: &Section<'_>,
    positive: &Section<'_>,
    state: &State,
) -> Result<Option<Porous>, BpxError> {
    let Some(electrolyte) = section.inner("Electrolyte")? else {
        section.find("Separator");
        for electrode in [negative, positive] {
            for key in ["Porosity", "Transport efficiency", "Conductivity [S.m-1]"] {
                electrode.find(key);
            }
        }
        return Ok(None);
    };
    let separator = section.needed_inner("Separator")?;
    let layer = |section: &Section<'_>| {
        Ok::<_, BpxError>(Layer {
            thickness_m: section.number("Thickness [m]", Range::Positive)?,
            porosity: section.number("Porosity", Range::Fraction)?,
            transport_efficiency: section.number("Transport efficiency", Range::Fraction)?,
        })
    };
    let read = Porous {
        negative: layer(negative)?,
        separator: layer(&separator)?,
        positive: layer(positive)?,
        negative_conductivity_s_per_m: negative.number("Conductivity [S.m-1]", Range::Positive)?,
        positive_conductivity_s_per_m: positive.number("Conductivity [S.m-1]", Range::Positive)?,
        electrolyte: salt(&electrolyte, state)?,
    };
    electrolyte.end()?;
    separator.end()?;
    Ok(Some(read))
}

fn salt(section: &Section<'_>, state: &State) -> Result<Electrolyte, BpxError> {
    const OLD_KEY: &str = "Initial concentration [mol.m-3]";
    let usual = state
        .concentration_mol_per_m3
        .unwrap_or(USUAL_CONCENTRATION_MOL_PER_M3);
    let concentration = section.number_or(OLD_KEY, Range::Positive, usual)?;
    let function = |key| {
        let function = section.function(key)?;
        check_positive(section, key, &function, concentration)?;
        let end = ELECTROLYTE_TABLE_END * concentration;
        Ok::<_, BpxError>(Curve::sample(0.0, end, |c| function.value(c)))
    };
    Ok(Electrolyte {
        concentration_mol_per_m3: concentration,
        transference_number: section.number("Cation transference number", Range::Stoichiometry)?,
        conductivity_s_per_m: function("Conductivity [S.m-1]")?,
        conductivity_activation_j_per_mol: section.number_or(
            "Conductivity activation energy [J.mol-1]",
            Range::NotNegative,
            0.0,
        )?,
        diffusivity_m2_per_s: function("Diffusivity [m2.s-1]")?,
        diffusivity_activation_j_per_mol: section.number_or(
            "Diffusivity activation energy [J.mol-1]",
            Range::NotNegative,
            0.0,
        )?,
    })
}

/// Refuses a transport property that is not positive at half and at the whole of `unit`.
fn check_positive(
    section: &Section<'_>,
    key: &'static str,
    function: &Function,
    unit: f64,
) -> Result<(), BpxError> {
    for x in [0.5 * unit, unit] {
        let value = function.value(x);
        if !(value > 0.0 && value.is_finite()) {
            return Err(section.refuse(key, format!("{value} at x = {x}"), "a value above 0"));
        }
    }
    Ok(())
}

/// A function of stoichiometry.
fn curve(function: &Function) -> Curve {
    match function {
        Function::Constant(value) => Curve::constant(*value),
        function => Curve::sample(0.0, 1.0, |x| function.value(x)),
    }
}
