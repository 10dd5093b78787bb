//! The conditions of a scenario.

use serde::Deserialize;

use crate::replay::Sensing;

/// One value or several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a number or a list of numbers")]
pub(super) enum Values {
    One(f64),
    Many(Vec<f64>),
}

impl Values {
    pub(super) fn as_slice(&self) -> &[f64] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// Conditions; each that has several values is combined with all others.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    /// Offset of the initial state of charge given to the estimator, as a fraction of one.
    initial_soc_error: Option<Values>,
    /// Added to the current, discharge positive.
    current_offset_a: Option<Values>,
    /// Multiplies the current.
    current_gain: Option<Values>,
    /// Added to the voltage.
    voltage_offset_v: Option<Values>,
    /// Added to the temperature.
    temperature_offset_k: Option<Values>,
    /// Factor on the capacity given to the estimator.
    capacity_factor: Option<Values>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Description of the deviations from the truth.
    pub name: String,
    /// Offset of the initial state of charge given to the estimator.
    pub initial_soc_error: f64,
    /// Errors of the inputs.
    pub sensing: Sensing,
}

/// A condition's key, its values, the least that is accepted, and how a value changes a variant.
pub(super) type Condition<'a> = (&'static str, &'a Option<Values>, f64, fn(&mut Variant, f64));

impl Variants {
    pub(super) fn conditions(&self) -> [Condition<'_>; 6] {
        const ANY: f64 = f64::NEG_INFINITY;
        [
            ("initial_soc_error", &self.initial_soc_error, ANY, |v, x| {
                v.initial_soc_error = x;
            }),
            ("current_offset_a", &self.current_offset_a, ANY, |v, x| {
                v.sensing.current_offset_a = x;
            }),
            ("current_gain", &self.current_gain, 0.0, |v, x| {
                v.sensing.current_gain = x;
            }),
            ("voltage_offset_v", &self.voltage_offset_v, ANY, |v, x| {
                v.sensing.voltage_offset_v = x;
            }),
            (
                "temperature_offset_k",
                &self.temperature_offset_k,
                ANY,
                |v, x| v.sensing.temperature_offset_k = x,
            ),
            ("capacity_factor", &self.capacity_factor, 0.0, |v, x| {
                v.sensing.capacity_factor = x;
            }),
        ]
    }

    pub(super) fn expand(&self) -> Vec<Variant> {
        let truth = Variant {
            name: String::new(),
            initial_soc_error: 0.0,
            sensing: Sensing::default(),
        };
        let mut all = vec![truth];
        for (key, values, _, set) in self.conditions() {
            let Some(values) = values else {
                continue;
            };
            let with = |variant: &Variant, value: f64| {
                let mut variant = variant.clone();
                let gap = if variant.name.is_empty() { "" } else { " " };
                variant.name = format!("{}{gap}{key}={value}", variant.name);
                set(&mut variant, value);
                variant
            };
            all = all
                .iter()
                .flat_map(|variant| values.as_slice().iter().map(|value| with(variant, *value)))
                .collect();
        }
        all
    }
}
