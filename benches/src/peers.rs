//! Kalman filters of other libraries on [`Model`]: same circuit, states and linearisation, dense matrices, no gate.

use bms_core::cell::CellParameters;
use bms_core::estimation::{CellEstimate, CellSample, EstimatorTuning};
use bms_core::units;
use minikalman::extended::builder::{
    KalmanFilterBuilder, KalmanFilterObservationType, KalmanFilterType,
};
use minikalman::prelude::*;
use nalgebra::{RowSVector, SMatrix, SVector};

use crate::model::{Matrix, Model, STATES, State};

/// A textbook extended Kalman filter in nalgebra, with the covariance update in Joseph's form.
#[derive(Clone, Debug)]
pub struct Nalgebra {
    state: SVector<f32, STATES>,
    covariance: SMatrix<f32, STATES, STATES>,
}

impl Nalgebra {
    /// Begins where an estimate is.
    #[must_use]
    pub fn new(model: &Model<'_>, start: &CellEstimate) -> Self {
        let (state, variances) = initial(model, start);
        Self {
            state: state.into(),
            covariance: SMatrix::from_diagonal(&variances.into()),
        }
    }

    /// Takes one sample and tells the state of charge.
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        sample: &CellSample,
        dt_s: f32,
    ) -> f32 {
        let model = Model::new(cell, tuning, units::to_kelvin(sample.temperature));
        let current_a = units::to_amperes(sample.current);
        let next = model.transition(self.state.as_ref(), current_a, dt_s);
        let jacobian = from_rows(&next.jacobian);
        self.state = next.state.into();
        self.covariance =
            jacobian * self.covariance * jacobian.transpose() + from_rows(&next.noise);

        let soc_sigma = self.covariance[(0, 0)].sqrt();
        let expected = model.observation(self.state.as_ref(), soc_sigma, current_a, dt_s);
        let row = RowSVector::<f32, STATES>::from(expected.row);
        let innovation_v = units::to_volts(sample.voltage) - expected.voltage_v;
        let cross = self.covariance * row.transpose();
        let gain = cross / ((row * cross).x + expected.noise_v2);
        self.state += gain * innovation_v;
        let keep = SMatrix::identity() - gain * row;
        self.covariance =
            keep * self.covariance * keep.transpose() + gain * expected.noise_v2 * gain.transpose();
        Model::hold(self.state.as_mut());
        self.state[0]
    }
}

/// minikalman's extended Kalman filter.
pub struct MiniKalman {
    filter: KalmanFilterType<STATES, f32>,
    observation: KalmanFilterObservationType<STATES, 1, f32>,
}

impl std::fmt::Debug for MiniKalman {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MiniKalman").finish_non_exhaustive()
    }
}

impl MiniKalman {
    /// Begins where an estimate is.
    #[must_use]
    pub fn new(model: &Model<'_>, start: &CellEstimate) -> Self {
        let builder = KalmanFilterBuilder::<STATES, f32>::default();
        let mut filter = builder.build();
        let (state, variances) = initial(model, start);
        copy(&state, filter.state_vector_mut().as_mut_slice());
        let covariance = filter.estimate_covariance_mut().as_mut_slice();
        for (i, variance) in variances.iter().enumerate() {
            covariance[i * STATES + i] = *variance;
        }
        Self {
            filter,
            observation: builder.observations().build::<1>(),
        }
    }

    /// Takes one sample and tells the state of charge.
    pub fn step(
        &mut self,
        cell: &CellParameters<'_>,
        tuning: &EstimatorTuning,
        sample: &CellSample,
        dt_s: f32,
    ) -> f32 {
        let model = Model::new(cell, tuning, units::to_kelvin(sample.temperature));
        let current_a = units::to_amperes(sample.current);
        let next = model.transition(&self.state(), current_a, dt_s);
        copy(
            next.jacobian.as_flattened(),
            self.filter.state_transition_jacobian_mut().as_mut_slice(),
        );
        copy(
            next.noise.as_flattened(),
            self.filter.direct_process_noise_mut().as_mut_slice(),
        );
        self.filter
            .predict_nonlinear(|_, predicted| copy(&next.state, predicted.as_mut_slice()));

        let soc_sigma = self.filter.estimate_covariance().as_slice()[0].sqrt();
        let expected = model.observation(&self.state(), soc_sigma, current_a, dt_s);
        let observation = &mut self.observation;
        copy(
            &expected.row,
            observation.observation_jacobian_matrix_mut().as_mut_slice(),
        );
        observation
            .measurement_noise_covariance_mut()
            .as_mut_slice()[0] = expected.noise_v2;
        observation.measurement_vector_mut().as_mut_slice()[0] = units::to_volts(sample.voltage);
        self.filter.correct_nonlinear(observation, |_, voltage| {
            voltage.as_mut_slice()[0] = expected.voltage_v;
        });
        let mut held = self.state();
        Model::hold(&mut held);
        copy(&held, self.filter.state_vector_mut().as_mut_slice());
        held[0]
    }

    fn state(&self) -> State {
        let mut state = [0.0; STATES];
        copy(self.filter.state_vector().as_slice(), &mut state);
        state
    }
}

fn initial(model: &Model<'_>, start: &CellEstimate) -> (State, State) {
    model.initial(units::to_ratio(start.soc), units::to_ratio(start.soc_sigma))
}

fn from_rows(matrix: &Matrix) -> SMatrix<f32, STATES, STATES> {
    SMatrix::from_row_slice(matrix.as_flattened())
}

fn copy(from: &[f32], to: &mut [f32]) {
    to.copy_from_slice(from);
}
