//! Sensor models: noise, bias, gain, drift, resolution, range, and sample timing.

use std::collections::VecDeque;

use crate::random::Stream;
use crate::range::{RangeError, check_fields};

/// Samples and arrivals count as due within this time, in seconds.
const TIME_TOLERANCE_S: f64 = 1e-6;

/// The kinds of sensor of a battery.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum SensorKind {
    /// Voltage of each cell, in volt.
    CellVoltage,
    /// Temperature, in kelvin.
    Temperature,
    /// Pack current, in ampere, discharge positive.
    Current,
    /// Pack current by the second sensor.
    SecondCurrent,
    /// Voltage over all cells, in volt.
    PackVoltage,
    /// Voltage on the vehicle's side of the contactors, in volt.
    LinkVoltage,
    /// Isolation between the high voltage and the chassis, in ohm.
    Isolation,
}

impl SensorKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 7] = [
        Self::CellVoltage,
        Self::Temperature,
        Self::Current,
        Self::SecondCurrent,
        Self::PackVoltage,
        Self::LinkVoltage,
        Self::Isolation,
    ];
}

/// Deviations of a sensor from the truth, in the unit of the quantity (V, K, A, ohm) unless the name states another.
///
/// A sample is `gain * truth + bias + drift + noise`, clamped to the range, then rounded to the resolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorModel {
    /// Standard deviation of white noise, not negative.
    pub noise: f64,
    /// Bias of all sensors of the kind.
    pub bias: f64,
    /// Standard deviation of the further bias that each sensor has of its own, not negative.
    pub bias_sigma: f64,
    /// Factor on the truth, positive.
    pub gain: f64,
    /// Standard deviation of the further factor, around 1, that each sensor has of its own, not negative.
    pub gain_sigma: f64,
    /// Growth of the bias in an hour.
    pub drift_per_h: f64,
    /// Step of the converter, not negative; 0 for none.
    pub resolution: f64,
    /// Lowest representable value.
    pub low: f64,
    /// Highest representable value, above `low`.
    pub high: f64,
    /// From the instant of a sample to its arrival, in seconds, not negative.
    pub latency_s: f64,
    /// Between two samples, in seconds, positive.
    pub period_s: f64,
    /// Largest deviation of a sample's instant from the period's, in both directions, in seconds, not negative, below
    /// the period.
    pub jitter_s: f64,
}

impl SensorModel {
    /// A sensor that shows the truth, sampled each `period_s` seconds.
    #[must_use]
    pub const fn ideal(period_s: f64) -> Self {
        Self {
            noise: 0.0,
            bias: 0.0,
            bias_sigma: 0.0,
            gain: 1.0,
            gain_sigma: 0.0,
            drift_per_h: 0.0,
            resolution: 0.0,
            low: f64::MIN,
            high: f64::MAX,
            latency_s: 0.0,
            period_s,
            jitter_s: 0.0,
        }
    }

    /// Checks every field but the range, which [`Self::is_ordered`] does.
    ///
    /// # Errors
    /// The first field that is outside the range its documentation gives.
    pub fn validate(&self) -> Result<(), RangeError> {
        check_fields! { self;
            noise: NotNegative, bias: Finite, bias_sigma: NotNegative, gain: Positive, gain_sigma: NotNegative,
            drift_per_h: Finite, resolution: NotNegative, low: Finite, high: Finite, latency_s: NotNegative,
            period_s: Positive, jitter_s: NotNegative
        }
    }

    /// Whether the range is not empty and samples keep their order.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.low < self.high && self.jitter_s < self.period_s
    }

    /// The converter: clamps to the range and rounds to the resolution.
    #[must_use]
    pub fn reading(&self, value: f64) -> f64 {
        let held = value.clamp(self.low, self.high);
        if self.resolution > 0.0 {
            (held / self.resolution).round() * self.resolution
        } else {
            held
        }
    }
}

/// Individual errors of a sensor.
#[derive(Clone, Copy, Debug)]
struct Own {
    bias: f64,
    gain: f64,
}

/// Pending samples of all sensors of a bank.
#[derive(Clone, Debug)]
struct UnderWay {
    arrives_s: f64,
    values: Vec<f64>,
}

/// Sensors of one kind that are sampled together.
#[derive(Clone, Debug)]
pub struct SensorBank {
    model: SensorModel,
    own: Vec<Own>,
    noise: Stream,
    timing: Stream,
    /// Samples taken so far.
    taken: u64,
    due_s: f64,
    under_way: VecDeque<UnderWay>,
    /// Unused buffers, for reuse by samples.
    spare: Vec<Vec<f64>>,
    arrived: Vec<f64>,
}

impl SensorBank {
    /// `count` sensors. Seed and kind decide their own errors and noise.
    #[must_use]
    pub fn new(model: SensorModel, count: usize, kind: SensorKind, seed: u64) -> Self {
        let base = 3 * kind as u64;
        let mut random = Stream::new(seed, base);
        let own = (0..count).map(|_| Own {
            bias: model.bias + model.bias_sigma * random.normal(),
            gain: model.gain * (1.0 + model.gain_sigma * random.normal()),
        });
        Self {
            own: own.collect(),
            model,
            noise: Stream::new(seed, base + 1),
            timing: Stream::new(seed, base + 2),
            taken: 0,
            due_s: 0.0,
            under_way: VecDeque::new(),
            spare: Vec::new(),
            arrived: vec![0.0; count],
        }
    }

    /// Parameters of the sensors.
    #[must_use]
    pub fn model(&self) -> &SensorModel {
        &self.model
    }

    /// Whether a sample is to be taken now.
    #[must_use]
    pub fn is_due(&self, now_s: f64) -> bool {
        now_s >= self.due_s - TIME_TOLERANCE_S
    }

    /// Takes a sample of each sensor; `truth` returns the true values.
    pub fn sample(&mut self, now_s: f64, truth: impl Fn(usize) -> f64) {
        let drift = self.model.drift_per_h * now_s / 3600.0;
        let mut values = self.spare.pop().unwrap_or_default();
        values.clear();
        for (index, own) in self.own.iter().enumerate() {
            let mut value = own.gain * truth(index) + own.bias + drift;
            if self.model.noise > 0.0 {
                value += self.model.noise * self.noise.normal();
            }
            values.push(self.model.reading(value));
        }
        self.under_way.push_back(UnderWay {
            arrives_s: now_s + self.model.latency_s,
            values,
        });
        while self.is_due(now_s) {
            self.taken += 1;
            let jitter_s = if self.model.jitter_s > 0.0 {
                self.model.jitter_s * (2.0 * self.timing.unit() - 1.0)
            } else {
                0.0
            };
            self.due_s = self.taken as f64 * self.model.period_s + jitter_s;
        }
    }

    /// The newest sample that has arrived by now and was not taken before.
    pub fn arrive(&mut self, now_s: f64) -> Option<&mut [f64]> {
        let mut any = false;
        while self
            .under_way
            .front()
            .is_some_and(|sample| now_s >= sample.arrives_s - TIME_TOLERANCE_S)
        {
            let Some(sample) = self.under_way.pop_front() else {
                break;
            };
            let old = std::mem::replace(&mut self.arrived, sample.values);
            self.spare.push(old);
            any = true;
        }
        any.then_some(&mut self.arrived)
    }
}
