//! Open-circuit voltage over SoC and temperature: a table with straight lines between its nodes.

use super::CircuitError;

/// Minimum slope of the OCV beyond empty and full, in volts per unit of SoC.
const OVERHANG_V: f64 = 10.0;

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct OcvTable {
    soc: Vec<f64>,
    temperature_k: Vec<f64>,
    /// All nodes of the coldest row, then of the next.
    voltage_v: Vec<f64>,
    /// Integral over SoC from the first node to each.
    integral_v: Vec<f64>,
}

/// Two rows and the share of the warmer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rows {
    lower: usize,
    upper: usize,
    share: f64,
}

impl OcvTable {
    /// A table of `soc` nodes (increasing, first 0, last 1), temperature nodes (increasing) and one row of volts for
    /// each temperature.
    pub fn new(
        soc: Vec<f64>,
        temperature_k: Vec<f64>,
        rows: &[Vec<f64>],
    ) -> Result<Self, CircuitError> {
        super::check_nodes("ocv soc", &soc, 2)?;
        super::check_nodes("ocv temperature", &temperature_k, 1)?;
        if soc[0] != 0.0 || soc[soc.len() - 1] != 1.0 {
            return Err(CircuitError::new("ocv soc", "nodes from 0 to 1"));
        }
        let right = rows.len() == temperature_k.len() && rows.iter().all(|r| r.len() == soc.len());
        if !right || rows.iter().flatten().any(|v| !v.is_finite()) {
            let what = format!("{} rows of {} finite volts", temperature_k.len(), soc.len());
            return Err(CircuitError::new("ocv voltage", &what));
        }
        let mut integral_v = Vec::with_capacity(soc.len() * rows.len());
        for row in rows {
            let mut sum = 0.0;
            integral_v.push(sum);
            for (nodes, values) in soc.windows(2).zip(row.windows(2)) {
                sum += 0.5 * (values[0] + values[1]) * (nodes[1] - nodes[0]);
                integral_v.push(sum);
            }
        }
        Ok(Self {
            soc,
            temperature_k,
            voltage_v: rows.concat(),
            integral_v,
        })
    }

    /// A table at one temperature, for all temperatures.
    pub fn isothermal(soc: Vec<f64>, voltage_v: Vec<f64>) -> Result<Self, CircuitError> {
        Self::new(soc, vec![crate::cell::physics::REFERENCE_K], &[voltage_v])
    }

    pub(super) fn rows(&self, temperature_k: f64) -> Rows {
        let (lower, upper, share) = super::between(&self.temperature_k, temperature_k);
        Rows {
            lower,
            upper,
            share,
        }
    }

    /// Voltage and slope at a SoC; `hint` is the index of the previous evaluation.
    #[inline]
    pub(super) fn interpolate(&self, rows: Rows, soc: f64, hint: &mut usize) -> (f64, f64) {
        let index = super::segment(&self.soc, soc, hint);
        let width = self.soc[index + 1] - self.soc[index];
        let low = self.blend(&self.voltage_v, rows, index);
        let high = self.blend(&self.voltage_v, rows, index + 1);
        let slope = (high - low) / width;
        if soc < 0.0 {
            let steep = slope.max(OVERHANG_V);
            return (low + steep * soc, steep);
        }
        if soc > 1.0 {
            let steep = slope.max(OVERHANG_V);
            return (high + steep * (soc - 1.0), steep);
        }
        (low + slope * (soc - self.soc[index]), slope)
    }

    /// Integral of the volts from SoC 0.
    pub(super) fn integral(&self, rows: Rows, soc: f64) -> f64 {
        let mut hint = 0;
        let inside = soc.clamp(0.0, 1.0);
        let index = super::segment(&self.soc, inside, &mut hint);
        let low = self.blend(&self.voltage_v, rows, index);
        let (voltage, _) = self.interpolate(rows, inside, &mut hint);
        let whole = self.blend(&self.integral_v, rows, index);
        let part = 0.5 * (low + voltage) * (inside - self.soc[index]);
        // Beyond the ends the volts go on straight.
        let (beyond, _) = self.interpolate(rows, soc, &mut hint);
        whole + part + 0.5 * (voltage + beyond) * (soc - inside)
    }

    fn blend(&self, table: &[f64], rows: Rows, index: usize) -> f64 {
        let width = self.soc.len();
        let cold = table[rows.lower * width + index];
        if rows.share == 0.0 {
            return cold;
        }
        cold + rows.share * (table[rows.upper * width + index] - cold)
    }
}
