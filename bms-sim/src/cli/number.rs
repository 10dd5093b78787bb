//! Parsers of numeric arguments: finite and within range.

/// Any finite number.
pub(super) fn finite(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| "expected a finite number".to_owned())
}

/// A finite number above zero.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|number| *number > 0.0);
    number.ok_or_else(|| "expected a finite number above 0".to_owned())
}

/// A fraction of one.
pub(super) fn fraction(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|n| (0.0..=1.0).contains(n));
    number.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// A plausible cell temperature.
pub(super) fn temperature(text: &str) -> Result<f64, String> {
    let number = finite(text).ok().filter(|n| (-100.0..=150.0).contains(n));
    number.ok_or_else(|| "expected a temperature from -100 to 150 degC".to_owned())
}
