//! Numbers for the places of a scenario.

use crate::random::Stream;
use crate::scenario::file::VarySection;

/// How a number is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Distribution {
    Uniform(f64, f64),
    Normal(f64, f64),
    LogNormal(f64, f64),
    Choice(Vec<f64>),
}

impl Distribution {
    /// The distribution of a section; `None` unless there is exactly one.
    pub(super) fn of(section: &VarySection) -> Option<Self> {
        let pair = |of: Option<[f64; 2]>, to: fn(f64, f64) -> Self| of.map(|[a, b]| to(a, b));
        let named = [
            pair(section.uniform, Self::Uniform),
            pair(section.normal, Self::Normal),
            pair(section.log_normal, Self::LogNormal),
            section.choice.clone().map(Self::Choice),
        ];
        let mut named = named.into_iter().flatten();
        let one = named.next();
        if named.next().is_some() { None } else { one }
    }
}

/// A number from a distribution.
pub(super) fn sample(distribution: &Distribution, stream: &mut Stream) -> f64 {
    match distribution {
        Distribution::Uniform(low, high) => low + stream.unit() * (high - low),
        Distribution::Normal(mean, sigma) => mean + sigma * stream.normal(),
        Distribution::LogNormal(median, sigma) => median * libm::exp(sigma * stream.normal()),
        Distribution::Choice(numbers) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in a list"
            )]
            let place = (stream.unit() * numbers.len() as f64) as usize;
            numbers.get(place).copied().unwrap_or(f64::NAN)
        }
    }
}

/// Checks the distribution; returns its name, the problem and the accepted values.
pub(super) fn check(
    distribution: &Distribution,
) -> Result<(), (&'static str, String, &'static str)> {
    let (name, numbers, fits, expected) = match distribution {
        Distribution::Uniform(low, high) => (
            "uniform",
            vec![*low, *high],
            low <= high,
            "two finite numbers, the lower first",
        ),
        Distribution::Normal(mean, sigma) => (
            "normal",
            vec![*mean, *sigma],
            *sigma >= 0.0,
            "a finite mean and a standard deviation that is not negative",
        ),
        Distribution::LogNormal(median, sigma) => (
            "log_normal",
            vec![*median, *sigma],
            *median > 0.0 && *sigma >= 0.0,
            "a median above 0 and a standard deviation that is not negative",
        ),
        Distribution::Choice(numbers) => (
            "choice",
            numbers.clone(),
            !numbers.is_empty(),
            "at least one finite number",
        ),
    };
    if fits && numbers.iter().all(|number| number.is_finite()) {
        Ok(())
    } else {
        Err((name, format!("{numbers:?}"), expected))
    }
}
