//! The checks of the catalogue, by subject.

pub(crate) mod cells;
pub(crate) mod charging;
pub(crate) mod current;
pub(crate) mod estimates;
pub(crate) mod front_ends;
pub(crate) mod high_voltage;
pub(crate) mod pack;
pub(crate) mod system;
pub(crate) mod temperatures;
pub(crate) mod thermal;
