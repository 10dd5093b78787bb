//! Sums that a processor can form several terms at a time.

/// Terms side by side.
const LANES: usize = 8;

/// Sum of `term` over all values. The order of the terms is fixed, so the sum is the same on every machine.
pub(super) fn sum_of(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let (blocks, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for block in blocks {
        for lane in 0..LANES {
            sums[lane] += term(block[lane]);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&value| term(value)).sum::<f64>()
}
