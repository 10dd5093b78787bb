//! Charging: the charge request with its reason, the charge needs for every protocol, and the session with a charger.
//!
//! [`Bms::step`](crate::Bms::step) calls nothing of this module: an application without a charger does not link it. The contactors
//! have one owner, the [modes](crate::control::Mode): charging sends requests
//! ([`Commands`](crate::measurement::Commands)) and reads the result ([`Outputs`](crate::Outputs)).
//!
//! **Sign.** Currents of a charger and limits of a charge are magnitudes, positive into the battery, as in the charging
//! standards. A pack current has discharge positive.

mod ac;
mod bidirectional;
mod charger;
mod config;
mod decimal;
mod error_code;
mod fields;
mod forecast;
pub mod gbt;
mod limit_selector;
mod messages;
mod needs;
pub mod presets;
mod request;
mod session;
mod session_config;
mod visits;

pub use ac::{OnBoardCharger, Pilot};
pub use bidirectional::{
    BidirectionalConfig, Discharge, DischargeInputs, DischargeReason, Throughput, discharge,
};
pub use charger::{ChargerLimits, ChargerWatch, Distrust};
pub use config::{ChargingConfig, Derating, Finish, InletLimits, Stage};
pub use decimal::{PhysicalValue, RationalNumber, Rounding};
pub use error_code::EvErrorCode;
pub use forecast::{Forecast, ForecastInputs, Goals, Leg, Warming};
pub use messages::{
    ChargeLoop20, ChargeParameters, ChargeParameters20, CurrentDemand, DcEvStatus, Discharge20,
    Display20, Energies20, PowerDelivery, PreCharge, StationNeeds,
};
pub use needs::{ChargeNeeds, DischargeEnvelope, NeedsInputs};
pub use request::{
    ChargeRequest, Completion, Conditioning, RequestInputs, RequestReason, Requester, Schedule,
};
pub use session::{
    Ask, End, Session, SessionFault, SessionInputs, SessionOutputs, SessionState, StationIsolation,
    StationReport, StationStatus, StopCause, WeldFinding,
};
pub use session_config::{PrechargeBy, SessionConfig};
