//! A curve of any length in bounded memory: the lowest and the highest point of each of a bounded number of pieces.

/// Pieces that a curve is cut into at most.
const MAX_BUCKETS: usize = 1200;

/// A point of a curve: time or another abscissa, and value.
pub type Point = (f64, f64);

/// Keeps the extremes of groups of consecutive points.
#[derive(Clone, Debug, PartialEq)]
pub struct Decimator {
    points_per_bucket: u64,
    buckets: Vec<Bucket>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    points: u64,
    low: Point,
    high: Point,
}

impl Bucket {
    fn merge(&mut self, other: &Self) {
        self.points += other.points;
        if other.low.1 < self.low.1 {
            self.low = other.low;
        }
        if other.high.1 > self.high.1 {
            self.high = other.high;
        }
    }
}

impl Default for Decimator {
    fn default() -> Self {
        Self {
            points_per_bucket: 1,
            buckets: Vec::new(),
        }
    }
}

impl Decimator {
    /// Adds the next point.
    pub fn add(&mut self, x: f64, y: f64) {
        let point = Bucket {
            points: 1,
            low: (x, y),
            high: (x, y),
        };
        match self.buckets.last_mut() {
            Some(last) if last.points < self.points_per_bucket => last.merge(&point),
            _ => {
                if self.buckets.len() == MAX_BUCKETS {
                    self.halve();
                }
                self.buckets.push(point);
            }
        }
    }

    /// Merges neighbours.
    fn halve(&mut self) {
        self.points_per_bucket *= 2;
        let merged = self.buckets.chunks(2).map(|pair| {
            let mut bucket = pair[0];
            pair.iter().skip(1).for_each(|next| bucket.merge(next));
            bucket
        });
        self.buckets = merged.collect();
    }

    /// The curve through the extremes, in order.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let mut points = Vec::with_capacity(2 * self.buckets.len());
        for bucket in &self.buckets {
            let (first, second) = if bucket.low.0 <= bucket.high.0 {
                (bucket.low, bucket.high)
            } else {
                (bucket.high, bucket.low)
            };
            points.push(first);
            if second != first {
                points.push(second);
            }
        }
        points
    }

    /// The curve through the lowest points.
    #[must_use]
    pub fn lows(&self) -> Vec<Point> {
        self.buckets.iter().map(|bucket| bucket.low).collect()
    }

    /// The curve through the highest points.
    #[must_use]
    pub fn highs(&self) -> Vec<Point> {
        self.buckets.iter().map(|bucket| bucket.high).collect()
    }
}
