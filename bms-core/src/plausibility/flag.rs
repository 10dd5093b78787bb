//! A boolean that is reported from time to time.

use crate::measurement::Reading;

/// A reported boolean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    value: Option<bool>,
    age_ms: u16,
    fell: bool,
}

impl Flag {
    pub(crate) const fn new() -> Self {
        Self {
            value: None,
            age_ms: 0,
            fell: false,
        }
    }

    // Called from many places: once in flash.
    #[inline(never)]
    pub(crate) fn tick(&mut self, reading: Reading<bool>, elapsed_ms: u16) {
        self.age_ms = self.age_ms.saturating_add(elapsed_ms);
        self.fell = false;
        if let Reading::New(value) = reading {
            self.fell = self.value == Some(true) && !value;
            self.value = Some(value);
            self.age_ms = 0;
        }
    }

    /// The last report, if it is not older than `oldest_ms`.
    pub(crate) fn present(self, oldest_ms: u16) -> Option<bool> {
        self.value.filter(|_| self.age_ms <= oldest_ms)
    }

    /// Whether the last report is older than `oldest_ms`.
    pub(crate) const fn is_missing(self, oldest_ms: u16) -> bool {
        self.age_ms > oldest_ms
    }

    /// Whether it changed from true to false in this tick.
    pub(crate) const fn has_fallen(self) -> bool {
        self.fell
    }
}

#[cfg(test)]
mod tests {
    use super::{Flag, Reading};

    #[test]
    fn a_flag_is_present_up_to_its_age_and_missing_beyond() {
        let mut flag = Flag::new();
        flag.tick(Reading::New(true), 5);
        flag.tick(Reading::Waiting, 100);
        assert_eq!(flag.present(100), Some(true));
        assert!(!flag.is_missing(100));
        flag.tick(Reading::Waiting, 1);
        assert_eq!(flag.present(100), None);
        assert!(flag.is_missing(100));
    }
}
