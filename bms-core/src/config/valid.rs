//! A configuration that was found to be one.

use super::{BmsConfig, ConfigError};

/// A configuration that passed [`BmsConfig::validate`].
///
/// Made while the program is compiled, a configuration that cannot be used does not compile, and no check of it is in the
/// program:
///
/// ```
/// use bms_core::Bms;
/// use bms_core::config::{BmsConfig, ValidConfig, presets::NMC_13S};
/// use bms_core::estimation::InitialSoc;
///
/// static PACK: BmsConfig<'static> = NMC_13S;
/// static VALID: ValidConfig<'static> = match PACK.validated() {
///     Ok(valid) => valid,
///     Err(_) => panic!("the pack is not described well"),
/// };
///
/// let bms = Bms::<13, 4>::new(VALID, InitialSoc::FromVoltage);
/// assert!(bms.is_ok());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ValidConfig<'a>(&'a BmsConfig<'a>);

impl<'a> BmsConfig<'a> {
    /// Checks the configuration, and keeps that it was found well. Also at compile time.
    ///
    /// # Errors
    /// As [`validate`](Self::validate).
    pub const fn validated(&'a self) -> Result<ValidConfig<'a>, ConfigError> {
        match self.validate() {
            Ok(()) => Ok(ValidConfig(self)),
            Err(error) => Err(error),
        }
    }
}

impl<'a> ValidConfig<'a> {
    /// The configuration.
    #[must_use]
    pub const fn get(self) -> &'a BmsConfig<'a> {
        self.0
    }
}
