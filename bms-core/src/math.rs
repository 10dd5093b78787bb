//! The only module calling `libm`: the same functions on every target, so that results are bit-identical.

/// `e^x`.
pub(crate) fn exp(x: f32) -> f32 {
    libm::expf(x)
}

/// `1 - e^-x` without cancellation for small `x`.
pub(crate) fn one_minus_exp_neg(x: f32) -> f32 {
    -libm::expm1f(-x)
}

/// Inverse hyperbolic sine.
pub(crate) fn asinh(x: f32) -> f32 {
    libm::asinhf(x)
}

/// Square root; zero for negative input and for NaN.
#[inline(never)]
pub(crate) fn sqrt(x: f32) -> f32 {
    if x > 0.0 { libm::sqrtf(x) } else { 0.0 }
}

/// `x` within `[low, high]`; `low` for NaN.
#[inline(never)]
pub(crate) const fn clamp_or_low(x: f32, low: f32, high: f32) -> f32 {
    if x >= low { x.min(high) } else { low }
}

/// Natural logarithm; zero for zero, negative input and NaN.
pub(crate) fn ln(x: f32) -> f32 {
    if x > 0.0 { libm::logf(x) } else { 0.0 }
}

/// The smaller of two, inline where `f32::min` is a call; the second if the first is NaN.
pub(crate) const fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger of two, inline where `f32::max` is a call; the second if the first is NaN.
pub(crate) const fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
