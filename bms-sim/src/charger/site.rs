//! A site whose ports share its power.

/// A site with a limit of power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    /// Power of all ports together, in watt.
    pub power_max_w: f64,
    /// Minimum power of a port in use, in watt, as long as the site has it.
    pub port_min_w: f64,
}

impl Site {
    /// Power of each port for the requested powers: small requests are met, the rest is shared equally. The sum never
    /// exceeds the site's power.
    #[must_use]
    pub fn share_w(&self, wanted_w: &[f64]) -> Vec<f64> {
        let mut shares_w = vec![0.0; wanted_w.len()];
        let used = wanted_w.iter().filter(|wanted_w| **wanted_w > 0.0).count();
        if used == 0 {
            // No request: each port may start with an equal share.
            let part_w = self.power_max_w / wanted_w.len().max(1) as f64;
            shares_w.fill(part_w);
            return shares_w;
        }
        let least_w = self
            .port_min_w
            .min(self.power_max_w / wanted_w.len() as f64);
        let mut left_w = self.power_max_w;
        let mut open: Vec<usize> = (0..wanted_w.len()).collect();
        // Each round meets the requests below an equal share of the remainder.
        while !open.is_empty() {
            let part_w = left_w / open.len() as f64;
            let served: Vec<usize> = open
                .iter()
                .copied()
                .filter(|port| wanted_w[*port].max(least_w) <= part_w)
                .collect();
            if served.is_empty() {
                for port in &open {
                    shares_w[*port] = part_w;
                }
                return shares_w;
            }
            for port in &served {
                shares_w[*port] = wanted_w[*port].max(least_w);
                left_w -= shares_w[*port];
            }
            open.retain(|port| !served.contains(port));
        }
        // Unrequested power is available to ports that raise their request.
        let spare_w = left_w / wanted_w.len() as f64;
        for share_w in &mut shares_w {
            *share_w += spare_w;
        }
        shares_w
    }
}
