//! Whole DC sessions by ISO 15118-2 and -20: the core behind a real protocol stack (crate `iso15118`), vehicle against station in
//! memory, with a virtual clock and our battery and charger under it.

#[path = "../../bms-core/tests/common/bench_pack.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]
mod bench_pack;

use bench_pack::Battery;
use bms_core::charging::presets::NMC_96S_CCS;
use bms_core::charging::{
    Ask, ChargeNeeds, Completion, DcEvStatus, End, EvErrorCode, Forecast, ForecastInputs, Goals,
    NeedsInputs, PhysicalValue, RationalNumber, Schedule, Session, SessionConfig, SessionFault,
    SessionInputs, SessionOutputs, SessionState, StationIsolation, StationReport, StationStatus,
    WeldFinding,
};
use bms_core::config::presets::NMC_96S;
use bms_core::measurement::{ChargerMeasurement, ChargerMessage, Contactors, Reading};
use bms_core::units::{amperes, milliseconds, ratio, to_amperes, to_volts, volts, watts};
use bms_sim::charger::{ChargerAsk, ChargerFault, ChargerTick, DcCharger, NEVI_150_KW};
use iso15118::evcc::{self, Evcc, EvccConfig};
use iso15118::iso2::{self, BodyChoice, UnitSymbol as U};
use iso15118::iso20::common::{self as c20, Processing};
use iso15118::iso20::{dc, messages as cm};
use iso15118::message::Message;
use iso15118::secc::{self, Secc, SeccConfig};
use iso15118::session::{Instant, SessionId};
use iso15118::{Protocol, Protocols};

const PERIOD_MS: u32 = 100;
const EVSE: &str = "DE*ABC*E000001";

// Numbers of both ends.

fn physical(value: PhysicalValue, unit: U) -> iso2::PhysicalValue {
    iso2::PhysicalValue {
        multiplier: value.multiplier,
        unit,
        value: value.value,
    }
}

fn of_physical(value: &iso2::PhysicalValue) -> f64 {
    let number = PhysicalValue {
        multiplier: value.multiplier,
        value: value.value,
    };
    number.number()
}

fn rational(value: RationalNumber) -> c20::RationalNumber {
    c20::RationalNumber {
        exponent: value.exponent,
        value: value.value,
    }
}

fn of_rational(value: &c20::RationalNumber) -> f64 {
    let number = RationalNumber {
        exponent: value.exponent,
        value: value.value,
    };
    number.number()
}

/// A number of the station, as near as its integers come.
#[expect(
    clippy::cast_possible_truncation,
    reason = "voltages, currents and powers of chargers"
)]
fn station(number: f64) -> (i8, i16) {
    let written = PhysicalValue::of(number as f32, bms_core::charging::Rounding::Down);
    (written.multiplier, written.value)
}

fn station_physical(number: f64, unit: U) -> iso2::PhysicalValue {
    let (multiplier, value) = station(number);
    iso2::PhysicalValue {
        multiplier,
        unit,
        value,
    }
}

fn station_rational(number: f64) -> c20::RationalNumber {
    let (exponent, value) = station(number);
    c20::RationalNumber { exponent, value }
}

fn status_2(status: DcEvStatus) -> iso2::DCEVStatus {
    use iso2::DCEVErrorCode as E;
    iso2::DCEVStatus {
        ev_ready: status.ready,
        ev_error_code: match status.error {
            EvErrorCode::NoError => E::NOERROR,
            EvErrorCode::RessTemperatureInhibit => E::FAILEDRESSTemperatureInhibit,
            EvErrorCode::EvShiftPosition => E::FAILEDEVShiftPosition,
            EvErrorCode::ChargerConnectorLockFault => E::FAILEDChargerConnectorLockFault,
            EvErrorCode::EvRessMalfunction => E::FAILEDEVRESSMalfunction,
            EvErrorCode::ChargingCurrentDifferential => E::FAILEDChargingCurrentdifferential,
            EvErrorCode::ChargingVoltageOutOfRange => E::FAILEDChargingVoltageOutOfRange,
            EvErrorCode::ChargingSystemIncompatibility => E::FAILEDChargingSystemIncompatibility,
            EvErrorCode::NoData => E::NoData,
        },
        ev_ress_soc: status.soc,
    }
}

fn v2(choice: BodyChoice) -> Message {
    Message::Iso2(Box::new(iso2::Document::V2GMessage(iso2::V2GMessage {
        header: iso2::MessageHeader {
            session_id: Vec::new(),
            notification: None,
            signature: None,
        },
        body: iso2::Body {
            choice: Some(choice),
        },
    })))
}

fn body(message: &Message) -> Option<&BodyChoice> {
    match message {
        Message::Iso2(document) => match &**document {
            iso2::Document::V2GMessage(message) => message.body.choice.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

fn header(now_ms: u32) -> c20::MessageHeader {
    c20::MessageHeader {
        session_id: Vec::new(),
        time_stamp: 1_700_000_000 + u64::from(now_ms) / 1000,
        signature: None,
    }
}

fn common(document: cm::Document) -> Message {
    Message::Iso20(Box::new(document))
}

fn direct(document: dc::Document) -> Message {
    Message::Iso20Dc(Box::new(document))
}

/// What the station's side knows: its power stage, and what the vehicle asked for last.
struct Station {
    power: DcCharger,
    ask: ChargerAsk,
    tick: ChargerTick,
    shown_v: f64,
}

impl Station {
    fn status(&self) -> iso2::DCEVSEStatus {
        use iso2::DCEVSEStatusCode as S;
        let report = self.tick.report;
        iso2::DCEVSEStatus {
            notification_max_delay: 0,
            evse_notification: iso2::EVSENotification::None,
            evse_isolation_status: Some(match report.isolation {
                StationIsolation::Valid => iso2::IsolationLevel::Valid,
                StationIsolation::Fault => iso2::IsolationLevel::Fault,
                _ => iso2::IsolationLevel::Invalid,
            }),
            evse_status_code: match report.status {
                StationStatus::Malfunction => S::EVSEMalfunction,
                StationStatus::EmergencyShutdown => S::EVSEEmergencyShutdown,
                StationStatus::Shutdown => S::EVSEShutdown,
                _ => S::EVSEReady,
            },
        }
    }

    fn checked(&self) -> bool {
        self.tick.report.isolation != StationIsolation::Invalid
            && self.tick.report.answered == Ask::CableCheck
    }

    fn answer(&mut self, request: &Message, now_ms: u32) -> Message {
        match request {
            Message::Iso2(_) => self.answer_2(body(request).expect("a body")),
            Message::Iso20(document) => self.answer_common(document, now_ms),
            Message::Iso20Dc(document) => self.answer_dc(document, now_ms),
            other => panic!("no answer to {}", other.name()),
        }
    }

    fn asks(&mut self, ask: Ask, voltage_v: f64, current_a: f64) {
        self.ask = ChargerAsk {
            ask,
            voltage_v,
            current_a,
        };
    }

    #[expect(clippy::too_many_lines, reason = "one arm a message")]
    fn answer_2(&mut self, request: &BodyChoice) -> Message {
        use BodyChoice as B;
        use iso2::ResponseCode as R;
        let config = NEVI_150_KW;
        v2(match request {
            B::SessionSetupReq(_) => B::SessionSetupRes(iso2::SessionSetupRes {
                response_code: R::OKNewSessionEstablished,
                evse_id: EVSE.into(),
                evse_time_stamp: None,
            }),
            B::ServiceDiscoveryReq(_) => B::ServiceDiscoveryRes(iso2::ServiceDiscoveryRes {
                response_code: R::OK,
                payment_option_list: iso2::PaymentOptionList {
                    payment_option: vec![iso2::PaymentOption::ExternalPayment],
                },
                charge_service: iso2::ChargeService {
                    service_id: 1,
                    service_name: None,
                    service_category: iso2::ServiceCategory::EVCharging,
                    service_scope: None,
                    free_service: false,
                    supported_energy_transfer_mode: iso2::SupportedEnergyTransferMode {
                        energy_transfer_mode: vec![iso2::EnergyTransferMode::DCExtended],
                    },
                },
                service_list: None,
            }),
            B::PaymentServiceSelectionReq(_) => {
                B::PaymentServiceSelectionRes(iso2::PaymentServiceSelectionRes {
                    response_code: R::OK,
                })
            }
            B::AuthorizationReq(_) => B::AuthorizationRes(iso2::AuthorizationRes {
                response_code: R::OK,
                evse_processing: iso2::EVSEProcessing::Finished,
            }),
            B::ChargeParameterDiscoveryReq(_) => {
                self.asks(Ask::Parameters, 0.0, 0.0);
                B::ChargeParameterDiscoveryRes(iso2::ChargeParameterDiscoveryRes {
                    response_code: R::OK,
                    evse_processing: iso2::EVSEProcessing::Finished,
                    choice_2: Some(schedule_2()),
                    choice_3: iso2::ChargeParameterDiscoveryResChoice3::DCEVSEChargeParameter(
                        iso2::DCEVSEChargeParameter {
                            dc_evse_status: self.status(),
                            evse_maximum_current_limit: station_physical(
                                config.current_max_a,
                                U::A,
                            ),
                            evse_maximum_power_limit: station_physical(config.power_max_w, U::W),
                            evse_maximum_voltage_limit: station_physical(
                                config.voltage_max_v,
                                U::V,
                            ),
                            evse_minimum_current_limit: station_physical(0.0, U::A),
                            evse_minimum_voltage_limit: station_physical(
                                config.voltage_min_v,
                                U::V,
                            ),
                            evse_current_regulation_tolerance: None,
                            evse_peak_current_ripple: station_physical(config.ripple_a, U::A),
                            evse_energy_to_be_delivered: None,
                        },
                    ),
                })
            }
            B::CableCheckReq(_) => {
                self.asks(Ask::CableCheck, 0.0, 0.0);
                B::CableCheckRes(iso2::CableCheckRes {
                    response_code: R::OK,
                    dc_evse_status: self.status(),
                    evse_processing: if self.checked() {
                        iso2::EVSEProcessing::Finished
                    } else {
                        iso2::EVSEProcessing::Ongoing
                    },
                })
            }
            B::PreChargeReq(request) => {
                self.asks(Ask::Precharge, of_physical(&request.ev_target_voltage), 0.0);
                B::PreChargeRes(iso2::PreChargeRes {
                    response_code: R::OK,
                    dc_evse_status: self.status(),
                    evse_present_voltage: station_physical(self.shown_v, U::V),
                })
            }
            B::PowerDeliveryReq(request) => {
                if request.charge_progress == iso2::ChargeProgress::Start {
                    self.ask.ask = Ask::StartPower;
                } else {
                    self.asks(Ask::StopPower, 0.0, 0.0);
                }
                B::PowerDeliveryRes(iso2::PowerDeliveryRes {
                    response_code: R::OK,
                    choice: iso2::PowerDeliveryResChoice::DCEVSEStatus(self.status()),
                })
            }
            B::CurrentDemandReq(request) => {
                let voltage_v = of_physical(&request.ev_target_voltage);
                self.asks(
                    Ask::Current,
                    voltage_v,
                    of_physical(&request.ev_target_current),
                );
                B::CurrentDemandRes(iso2::CurrentDemandRes {
                    response_code: R::OK,
                    dc_evse_status: self.status(),
                    evse_present_voltage: station_physical(self.shown_v, U::V),
                    evse_present_current: station_physical(self.tick.current_a, U::A),
                    evse_current_limit_achieved: false,
                    evse_voltage_limit_achieved: false,
                    evse_power_limit_achieved: false,
                    evse_maximum_voltage_limit: Some(station_physical(config.voltage_max_v, U::V)),
                    evse_maximum_current_limit: Some(station_physical(config.current_max_a, U::A)),
                    evse_maximum_power_limit: Some(station_physical(config.power_max_w, U::W)),
                    evse_id: EVSE.into(),
                    sa_schedule_tuple_id: 1,
                    meter_info: None,
                    receipt_required: None,
                })
            }
            B::WeldingDetectionReq(_) => {
                self.asks(Ask::WeldingDetection, 0.0, 0.0);
                B::WeldingDetectionRes(iso2::WeldingDetectionRes {
                    response_code: R::OK,
                    dc_evse_status: self.status(),
                    evse_present_voltage: station_physical(self.shown_v, U::V),
                })
            }
            B::SessionStopReq(_) => {
                self.asks(Ask::StopSession, 0.0, 0.0);
                B::SessionStopRes(iso2::SessionStopRes {
                    response_code: R::OK,
                })
            }
            other => panic!("no answer to {}", other.name()),
        })
    }

    fn answer_common(&mut self, request: &cm::Document, now_ms: u32) -> Message {
        use cm::Document as D;
        let (header, ok) = (header(now_ms), c20::ResponseCode::OK);
        let int = |name: &str, value| cm::Parameter {
            name: name.into(),
            choice: cm::ParameterChoice::IntValue(value),
        };
        common(match request {
            D::SessionSetupReq(_) => D::SessionSetupRes(cm::SessionSetupRes {
                header,
                response_code: c20::ResponseCode::OKNewSessionEstablished,
                evse_id: EVSE.into(),
            }),
            D::AuthorizationSetupReq(_) => D::AuthorizationSetupRes(cm::AuthorizationSetupRes {
                header,
                response_code: ok,
                authorization_services: vec![cm::Authorization::EIM],
                certificate_installation_service: false,
                choice: cm::AuthorizationSetupResChoice::EIMASResAuthorizationMode(
                    cm::EIMASResAuthorizationMode,
                ),
            }),
            D::AuthorizationReq(_) => D::AuthorizationRes(cm::AuthorizationRes {
                header,
                response_code: ok,
                evse_processing: Processing::Finished,
            }),
            D::ServiceDiscoveryReq(_) => D::ServiceDiscoveryRes(cm::ServiceDiscoveryRes {
                header,
                response_code: ok,
                service_renegotiation_supported: false,
                energy_transfer_service_list: cm::ServiceList {
                    service: vec![cm::Service {
                        service_id: 2,
                        free_service: false,
                    }],
                },
                vas_list: None,
            }),
            D::ServiceDetailReq(request) => D::ServiceDetailRes(cm::ServiceDetailRes {
                header,
                response_code: ok,
                service_id: request.service_id,
                service_parameter_list: cm::ServiceParameterList {
                    parameter_set: vec![cm::ParameterSet {
                        parameter_set_id: 1,
                        // Extended connector, dynamic control, needs from the vehicle, no prices.
                        parameter: vec![
                            int("Connector", 2),
                            int("ControlMode", 2),
                            int("MobilityNeedsMode", 1),
                            int("Pricing", 0),
                        ],
                    }],
                },
            }),
            D::ServiceSelectionReq(_) => D::ServiceSelectionRes(cm::ServiceSelectionRes {
                header,
                response_code: ok,
            }),
            D::ScheduleExchangeReq(_) => D::ScheduleExchangeRes(cm::ScheduleExchangeRes {
                header,
                response_code: ok,
                evse_processing: Processing::Finished,
                go_to_pause: None,
                choice: cm::ScheduleExchangeResChoice::DynamicSEResControlMode(
                    cm::DynamicSEResControlMode {
                        departure_time: None,
                        minimum_soc: None,
                        target_soc: None,
                        choice: None,
                    },
                ),
            }),
            D::PowerDeliveryReq(request) => {
                if request.charge_progress == cm::ChargeProgress::Start {
                    self.ask.ask = Ask::StartPower;
                } else {
                    self.asks(Ask::StopPower, 0.0, 0.0);
                }
                D::PowerDeliveryRes(cm::PowerDeliveryRes {
                    header,
                    response_code: ok,
                    evse_status: None,
                })
            }
            D::SessionStopReq(_) => {
                self.asks(Ask::StopSession, 0.0, 0.0);
                D::SessionStopRes(cm::SessionStopRes {
                    header,
                    response_code: ok,
                })
            }
            other => panic!("no answer to {other:?}"),
        })
    }

    fn answer_dc(&mut self, request: &dc::Document, now_ms: u32) -> Message {
        use dc::Document as D;
        let (header, ok) = (header(now_ms), c20::ResponseCode::OK);
        let config = NEVI_150_KW;
        direct(match request {
            D::DCChargeParameterDiscoveryReq(_) => {
                self.asks(Ask::Parameters, 0.0, 0.0);
                D::DCChargeParameterDiscoveryRes(dc::DCChargeParameterDiscoveryRes {
                    header,
                    response_code: ok,
                    choice: dc::DCChargeParameterDiscoveryResChoice::DCCPDResEnergyTransferMode(
                        dc::DCCPDResEnergyTransferMode {
                            evse_maximum_charge_power: station_rational(config.power_max_w),
                            evse_minimum_charge_power: station_rational(0.0),
                            evse_maximum_charge_current: station_rational(config.current_max_a),
                            evse_minimum_charge_current: station_rational(0.0),
                            evse_maximum_voltage: station_rational(config.voltage_max_v),
                            evse_minimum_voltage: station_rational(config.voltage_min_v),
                            evse_power_ramp_limitation: None,
                        },
                    ),
                })
            }
            D::DCCableCheckReq(_) => {
                self.asks(Ask::CableCheck, 0.0, 0.0);
                D::DCCableCheckRes(dc::DCCableCheckRes {
                    header,
                    response_code: ok,
                    evse_processing: if self.checked() {
                        Processing::Finished
                    } else {
                        Processing::Ongoing
                    },
                })
            }
            D::DCPreChargeReq(request) => {
                self.asks(Ask::Precharge, of_rational(&request.ev_target_voltage), 0.0);
                D::DCPreChargeRes(dc::DCPreChargeRes {
                    header,
                    response_code: ok,
                    evse_present_voltage: station_rational(self.shown_v),
                })
            }
            D::DCChargeLoopReq(request) => {
                let dc::DCChargeLoopReqChoice::DynamicDCCLReqControlMode(envelope) =
                    &request.choice
                else {
                    panic!("another control mode than was agreed");
                };
                // In dynamic mode the station chooses within the vehicle's envelope: all of it.
                let voltage_v = of_rational(&envelope.ev_maximum_voltage);
                let current_a = of_rational(&envelope.ev_maximum_charge_current);
                self.asks(Ask::Current, voltage_v, current_a);
                D::DCChargeLoopRes(dc::DCChargeLoopRes {
                    header,
                    response_code: ok,
                    evse_status: None,
                    meter_info: None,
                    receipt: None,
                    evse_present_current: station_rational(self.tick.current_a),
                    evse_present_voltage: station_rational(self.shown_v),
                    evse_power_limit_achieved: false,
                    evse_current_limit_achieved: false,
                    evse_voltage_limit_achieved: false,
                    choice: dc::DCChargeLoopResChoice::DynamicDCCLResControlMode(
                        dc::DynamicDCCLResControlMode {
                            departure_time: None,
                            minimum_soc: None,
                            target_soc: None,
                            ack_max_delay: None,
                            evse_maximum_charge_power: station_rational(config.power_max_w),
                            evse_minimum_charge_power: station_rational(0.0),
                            evse_maximum_charge_current: station_rational(config.current_max_a),
                            evse_maximum_voltage: station_rational(config.voltage_max_v),
                        },
                    ),
                })
            }
            D::DCWeldingDetectionReq(_) => {
                self.asks(Ask::WeldingDetection, 0.0, 0.0);
                D::DCWeldingDetectionRes(dc::DCWeldingDetectionRes {
                    header,
                    response_code: ok,
                    evse_present_voltage: station_rational(self.shown_v),
                })
            }
            other => panic!("no answer to {other:?}"),
        })
    }
}

fn schedule_2() -> iso2::ChargeParameterDiscoveryResChoice2 {
    iso2::ChargeParameterDiscoveryResChoice2::SAScheduleList(iso2::SAScheduleList {
        sa_schedule_tuple: vec![iso2::SAScheduleTuple {
            sa_schedule_tuple_id: 1,
            p_max_schedule: iso2::PMaxSchedule {
                p_max_schedule_entry: vec![iso2::PMaxScheduleEntry {
                    choice: iso2::PMaxScheduleEntryChoice::RelativeTimeInterval(
                        iso2::RelativeTimeInterval {
                            start: 0,
                            duration: Some(86_400),
                        },
                    ),
                    p_max: station_physical(150e3, U::W),
                }],
            },
            sales_tariff: None,
        }],
    })
}

/// What the vehicle's protocol knows of the station.
#[derive(Clone, Copy, Debug)]
struct Heard {
    report: StationReport,
    limits: Option<ChargerMessage>,
    is_new: bool,
}

/// All of it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent things that were said"
)]
struct Rig {
    protocol: Protocol,
    now_ms: u32,
    evcc: Evcc,
    secc: Secc,
    station: Station,
    heard: Heard,
    awaiting: bool,
    next_ms: u32,
    /// Messages before the charge parameters that were answered.
    greeted: usize,
    /// Whether the last word of precharge and of welding detection was said (-20).
    precharge_told: bool,
    welding_told: bool,
    scheduled: bool,
    sent: Vec<&'static str>,
    closed: Option<evcc::Close>,
    battery: Battery<'static>,
    session: Session,
    forecast: Forecast,
    last: SessionOutputs,
    wanted: bool,
    opened_at_a: Option<f32>,
}

impl Rig {
    fn new(protocol: Protocol, soc: f32) -> Self {
        let mut battery = Battery::new(&NMC_96S, soc, 25.0);
        battery.disobedient = true;
        battery.run_ms(1000);
        let outputs = battery.last.expect("a tick");
        let scene = ForecastInputs {
            outputs: &outputs,
            charger: None,
            schedule: Schedule::UNLIMITED,
            goals: Goals::DEFAULT,
        };
        let forecast = Forecast::new(&NMC_96S_CCS, &NMC_96S, &scene);
        let inputs = SessionInputs {
            outputs: &outputs,
            charger: ChargerMeasurement::default(),
            pack_voltage: Reading::Waiting,
            inlet_voltage: Reading::Waiting,
            station: StationReport::default(),
            wanted: false,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
        };
        let mut session = Session::new();
        let dt = milliseconds(10.0);
        let last = session.step(&SessionConfig::CCS, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
        let protocols = Protocols::only(protocol);
        let mut power = DcCharger::new(NEVI_150_KW);
        let tick = power.step(ChargerAsk::default(), None, 0.01);
        Self {
            protocol,
            now_ms: 0,
            evcc: Evcc::new(EvccConfig {
                protocols,
                ..EvccConfig::default()
            }),
            secc: Secc::new(SeccConfig {
                protocols,
                session_id: SessionId::new([1, 2, 3, 4, 5, 6, 7, 8]),
                ..SeccConfig::default()
            }),
            station: Station {
                power,
                ask: ChargerAsk::default(),
                tick,
                shown_v: 0.0,
            },
            heard: Heard {
                report: StationReport::default(),
                limits: None,
                is_new: false,
            },
            awaiting: true,
            next_ms: 0,
            greeted: 0,
            precharge_told: false,
            welding_told: false,
            scheduled: false,
            sent: Vec::new(),
            closed: None,
            battery,
            session,
            forecast,
            last,
            wanted: true,
            opened_at_a: None,
        }
    }

    fn now(&self) -> Instant {
        Instant::from_millis(u64::from(self.now_ms))
    }

    fn needs(&self) -> ChargeNeeds {
        let outputs = self.battery.last.expect("a tick");
        ChargeNeeds::of(
            &NMC_96S_CCS,
            &NMC_96S,
            &NeedsInputs {
                outputs: &outputs,
                request: &self.last.request,
                forecast: &self.forecast,
                goals: Goals::DEFAULT,
                present_voltage: volts(self.battery.pack_v()),
                ready: self.last.ready,
                error: self.last.error,
                discharge: None,
            },
        )
    }

    /// The next message of the vehicle; none where the session asks for nothing.
    fn next(&mut self) -> Option<Message> {
        let ask = self.last.ask;
        let once = matches!(
            ask,
            Ask::Parameters | Ask::StartPower | Ask::StopPower | Ask::StopSession
        );
        // What is said once is not said again while the session thinks.
        if once && self.heard.report.answered == ask {
            return None;
        }
        match self.protocol {
            Protocol::Iso2 => self.next_2().map(v2),
            _ => self.next_20(),
        }
    }

    fn next_2(&mut self) -> Option<BodyChoice> {
        use BodyChoice as B;
        let needs = self.needs();
        let greetings = [
            B::SessionSetupReq(iso2::SessionSetupReq {
                evcc_id: vec![2, 0, 0, 0, 0, 1],
            }),
            B::ServiceDiscoveryReq(iso2::ServiceDiscoveryReq {
                service_scope: None,
                service_category: None,
            }),
            B::PaymentServiceSelectionReq(iso2::PaymentServiceSelectionReq {
                selected_payment_option: iso2::PaymentOption::ExternalPayment,
                selected_service_list: iso2::SelectedServiceList {
                    selected_service: vec![iso2::SelectedService {
                        service_id: 1,
                        parameter_set_id: None,
                    }],
                },
            }),
            B::AuthorizationReq(iso2::AuthorizationReq {
                id: None,
                gen_challenge: None,
            }),
        ];
        if let Some(greeting) = greetings.get(self.greeted) {
            return Some(greeting.clone());
        }
        let status = status_2(needs.status());
        Some(match self.last.ask {
            Ask::Nothing => return None,
            Ask::Parameters => {
                let parameters = needs.charge_parameters();
                B::ChargeParameterDiscoveryReq(iso2::ChargeParameterDiscoveryReq {
                    max_entries_sa_schedule_tuple: None,
                    requested_energy_transfer_mode: iso2::EnergyTransferMode::DCExtended,
                    choice: iso2::ChargeParameterDiscoveryReqChoice::DCEVChargeParameter(
                        iso2::DCEVChargeParameter {
                            departure_time: parameters.departure_s,
                            dc_ev_status: status,
                            ev_maximum_current_limit: physical(parameters.current_max, U::A),
                            ev_maximum_power_limit: Some(physical(parameters.power_max, U::W)),
                            ev_maximum_voltage_limit: physical(parameters.voltage_max, U::V),
                            ev_energy_capacity: Some(physical(parameters.capacity, U::Wh)),
                            ev_energy_request: Some(physical(parameters.energy_request, U::Wh)),
                            full_soc: Some(parameters.full_soc),
                            bulk_soc: Some(parameters.bulk_soc),
                        },
                    ),
                })
            }
            Ask::CableCheck => B::CableCheckReq(iso2::CableCheckReq {
                dc_ev_status: status,
            }),
            Ask::Precharge => {
                let precharge = needs.pre_charge();
                B::PreChargeReq(iso2::PreChargeReq {
                    dc_ev_status: status,
                    ev_target_voltage: physical(precharge.target_voltage, U::V),
                    ev_target_current: physical(precharge.target_current, U::A),
                })
            }
            Ask::StartPower => power_2(iso2::ChargeProgress::Start, &needs),
            Ask::Current => {
                let demand = needs.current_demand();
                B::CurrentDemandReq(iso2::CurrentDemandReq {
                    dc_ev_status: status,
                    ev_target_current: physical(demand.target_current, U::A),
                    ev_maximum_voltage_limit: Some(physical(demand.voltage_max, U::V)),
                    ev_maximum_current_limit: Some(physical(demand.current_max, U::A)),
                    ev_maximum_power_limit: Some(physical(demand.power_max, U::W)),
                    bulk_charging_complete: Some(demand.bulk_complete),
                    charging_complete: demand.complete,
                    remaining_time_to_full_soc: demand.to_full.map(|left| physical(left, U::S)),
                    remaining_time_to_bulk_soc: demand.to_bulk.map(|left| physical(left, U::S)),
                    ev_target_voltage: physical(demand.target_voltage, U::V),
                })
            }
            Ask::StopPower => power_2(iso2::ChargeProgress::Stop, &needs),
            Ask::WeldingDetection => B::WeldingDetectionReq(iso2::WeldingDetectionReq {
                dc_ev_status: status,
            }),
            Ask::StopSession => B::SessionStopReq(iso2::SessionStopReq {
                charging_session: iso2::ChargingSession::Terminate,
            }),
        })
    }

    #[expect(clippy::too_many_lines, reason = "one arm a message")]
    fn next_20(&mut self) -> Option<Message> {
        use cm::Document as D;
        let header = header(self.now_ms);
        let needs = self.needs();
        let greetings = [
            D::SessionSetupReq(cm::SessionSetupReq {
                header: header.clone(),
                evcc_id: "WMIVIN1234567890".into(),
            }),
            D::AuthorizationSetupReq(cm::AuthorizationSetupReq {
                header: header.clone(),
            }),
            D::AuthorizationReq(cm::AuthorizationReq {
                header: header.clone(),
                selected_authorization_service: cm::Authorization::EIM,
                choice: cm::AuthorizationReqChoice::EIMAReqAuthorizationMode(
                    cm::EIMAReqAuthorizationMode,
                ),
            }),
            D::ServiceDiscoveryReq(cm::ServiceDiscoveryReq {
                header: header.clone(),
                supported_service_i_ds: None,
            }),
            D::ServiceDetailReq(cm::ServiceDetailReq {
                header: header.clone(),
                service_id: 2,
            }),
            D::ServiceSelectionReq(cm::ServiceSelectionReq {
                header: header.clone(),
                selected_energy_transfer_service: cm::SelectedService {
                    service_id: 2,
                    parameter_set_id: 1,
                },
                selected_vas_list: None,
            }),
        ];
        if let Some(greeting) = greetings.get(self.greeted) {
            return Some(common(greeting.clone()));
        }
        let ask = self.last.ask;
        let precharge = |processing| {
            let present = rational(needs.charge_loop_20().present_voltage);
            direct(dc::Document::DCPreChargeReq(dc::DCPreChargeReq {
                header: header.clone(),
                ev_processing: processing,
                ev_present_voltage: present.clone(),
                ev_target_voltage: present,
            }))
        };
        let welding = |processing| {
            direct(dc::Document::DCWeldingDetectionReq(
                dc::DCWeldingDetectionReq {
                    header: header.clone(),
                    ev_processing: processing,
                },
            ))
        };
        Some(match ask {
            Ask::Nothing => return None,
            Ask::Parameters if self.heard.limits.is_none() => {
                let parameters = needs.charge_parameters_20();
                direct(dc::Document::DCChargeParameterDiscoveryReq(
                    dc::DCChargeParameterDiscoveryReq {
                        header,
                        choice: dc::DCChargeParameterDiscoveryReqChoice::DCCPDReqEnergyTransferMode(
                            dc::DCCPDReqEnergyTransferMode {
                                ev_maximum_charge_power: rational(parameters.power_max),
                                ev_minimum_charge_power: rational(parameters.power_min),
                                ev_maximum_charge_current: rational(parameters.current_max),
                                ev_minimum_charge_current: rational(parameters.current_min),
                                ev_maximum_voltage: rational(parameters.voltage_max),
                                ev_minimum_voltage: rational(parameters.voltage_min),
                                target_soc: Some(parameters.target_soc),
                            },
                        ),
                    },
                ))
            }
            Ask::Parameters if self.scheduled => return None,
            Ask::Parameters => {
                let energies = needs.energies_20();
                common(D::ScheduleExchangeReq(cm::ScheduleExchangeReq {
                    header,
                    maximum_supporting_points: 12,
                    choice: cm::ScheduleExchangeReqChoice::DynamicSEReqControlMode(
                        cm::DynamicSEReqControlMode {
                            departure_time: energies.departure_s.unwrap_or(7200),
                            minimum_soc: Some(energies.minimum_soc),
                            target_soc: Some(energies.target_soc),
                            ev_target_energy_request: rational(energies.target),
                            ev_maximum_energy_request: rational(energies.maximum),
                            ev_minimum_energy_request: rational(energies.minimum),
                            ev_maximum_v2_x_energy_request: None,
                            ev_minimum_v2_x_energy_request: None,
                        },
                    ),
                }))
            }
            Ask::CableCheck => direct(dc::Document::DCCableCheckReq(dc::DCCableCheckReq {
                header,
            })),
            Ask::Precharge => precharge(Processing::Ongoing),
            // The last word of precharge is that it is finished.
            Ask::StartPower if !self.precharge_told => {
                self.precharge_told = true;
                precharge(Processing::Finished)
            }
            Ask::StartPower | Ask::StopPower => self.power_20(&needs),
            Ask::Current => {
                let values = needs.charge_loop_20();
                let energies = needs.energies_20();
                let display = needs.display_20();
                direct(dc::Document::DCChargeLoopReq(dc::DCChargeLoopReq {
                    header,
                    display_parameters: Some(c20::DisplayParameters {
                        present_soc: Some(display.present_soc),
                        minimum_soc: Some(display.minimum_soc),
                        target_soc: Some(display.target_soc),
                        maximum_soc: Some(display.maximum_soc),
                        remaining_time_to_minimum_soc: display.to_minimum_s,
                        remaining_time_to_target_soc: display.to_target_s,
                        remaining_time_to_maximum_soc: display.to_maximum_s,
                        charging_complete: Some(display.complete),
                        battery_energy_capacity: Some(rational(display.capacity)),
                        inlet_hot: Some(display.inlet_hot),
                    }),
                    meter_info_requested: false,
                    ev_present_voltage: rational(values.present_voltage),
                    choice: dc::DCChargeLoopReqChoice::DynamicDCCLReqControlMode(
                        dc::DynamicDCCLReqControlMode {
                            departure_time: None,
                            ev_target_energy_request: rational(energies.target),
                            ev_maximum_energy_request: rational(energies.maximum),
                            ev_minimum_energy_request: rational(energies.minimum),
                            ev_maximum_charge_power: rational(values.power_max),
                            ev_minimum_charge_power: rational(values.power_min),
                            ev_maximum_charge_current: rational(values.current_max),
                            ev_maximum_voltage: rational(values.voltage_max),
                            ev_minimum_voltage: rational(values.voltage_min),
                        },
                    ),
                }))
            }
            Ask::WeldingDetection => welding(Processing::Ongoing),
            Ask::StopSession if !self.welding_told => {
                self.welding_told = true;
                welding(Processing::Finished)
            }
            Ask::StopSession => common(D::SessionStopReq(cm::SessionStopReq {
                header,
                charging_session: cm::ChargingSession::Terminate,
                ev_termination_code: None,
                ev_termination_explanation: None,
            })),
        })
    }

    fn power_20(&self, needs: &ChargeNeeds) -> Message {
        let start = self.last.ask == Ask::StartPower;
        common(cm::Document::PowerDeliveryReq(cm::PowerDeliveryReq {
            header: header(self.now_ms),
            ev_processing: Processing::Finished,
            charge_progress: if start {
                cm::ChargeProgress::Start
            } else {
                cm::ChargeProgress::Stop
            },
            ev_power_profile: start.then(|| cm::EVPowerProfile {
                time_anchor: 0,
                choice: cm::EVPowerProfileChoice::DynamicEVPPTControlMode(
                    cm::DynamicEVPPTControlMode,
                ),
                ev_power_profile_entries: cm::EVPowerProfileEntryList {
                    ev_power_profile_entry: vec![cm::PowerScheduleEntry {
                        duration: 3600,
                        power: rational(needs.charge_parameters_20().power_max),
                        power_l2: None,
                        power_l3: None,
                    }],
                },
            }),
            bpt_channel_selection: None,
        }))
    }

    /// What an answer of the station says.
    fn hear(&mut self, response: &Message) {
        self.heard.is_new = true;
        let ask = self.last.ask;
        match response {
            Message::Iso2(_) => self.hear_2(body(response).expect("a body").clone(), ask),
            Message::Iso20(document) => match &**document {
                cm::Document::ScheduleExchangeRes(_) => {
                    self.scheduled = true;
                    self.heard.report.answered = Ask::Parameters;
                }
                // What was asked for when it was sent, not what is asked for now.
                cm::Document::PowerDeliveryRes(_) => {
                    self.heard.report.answered = if self.sent_power_start() {
                        Ask::StartPower
                    } else {
                        Ask::StopPower
                    };
                }
                cm::Document::SessionStopRes(_) => self.heard.report.answered = Ask::StopSession,
                _ => self.greeted += 1,
            },
            Message::Iso20Dc(document) => self.hear_dc(document),
            _ => {}
        }
    }

    /// Whether the last power delivery was to begin.
    fn sent_power_start(&self) -> bool {
        self.station.ask.ask != Ask::StopPower
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages, currents and powers of chargers"
    )]
    fn hear_2(&mut self, response: BodyChoice, ask: Ask) {
        use BodyChoice as B;
        match response {
            B::ChargeParameterDiscoveryRes(response) => {
                let iso2::ChargeParameterDiscoveryResChoice3::DCEVSEChargeParameter(limits) =
                    response.choice_3
                else {
                    panic!("no limits");
                };
                self.heard.limits = Some(ChargerMessage {
                    voltage: volts(0.0),
                    current: amperes(0.0),
                    voltage_max: volts(of_physical(&limits.evse_maximum_voltage_limit) as f32),
                    voltage_min: volts(of_physical(&limits.evse_minimum_voltage_limit) as f32),
                    current_max: amperes(of_physical(&limits.evse_maximum_current_limit) as f32),
                    power_max: watts(of_physical(&limits.evse_maximum_power_limit) as f32),
                });
                self.status_2(&limits.dc_evse_status);
                self.heard.report.answered = Ask::Parameters;
            }
            B::CableCheckRes(response) => {
                self.status_2(&response.dc_evse_status);
                if response.evse_processing == iso2::EVSEProcessing::Finished {
                    self.heard.report.answered = Ask::CableCheck;
                }
            }
            B::PreChargeRes(response) => {
                self.status_2(&response.dc_evse_status);
                self.shows(of_physical(&response.evse_present_voltage), 0.0);
                self.heard.report.answered = Ask::Precharge;
            }
            B::PowerDeliveryRes(_) => {
                self.heard.report.answered = if self.sent_power_start() {
                    Ask::StartPower
                } else {
                    Ask::StopPower
                };
            }
            B::CurrentDemandRes(response) => {
                self.status_2(&response.dc_evse_status);
                self.shows(
                    of_physical(&response.evse_present_voltage),
                    of_physical(&response.evse_present_current),
                );
                self.heard.report.answered = Ask::Current;
            }
            B::WeldingDetectionRes(response) => {
                self.shows(of_physical(&response.evse_present_voltage), 0.0);
                self.heard.report.answered = Ask::WeldingDetection;
            }
            B::SessionStopRes(_) => self.heard.report.answered = ask,
            _ => self.greeted += 1,
        }
    }

    fn status_2(&mut self, status: &iso2::DCEVSEStatus) {
        use iso2::DCEVSEStatusCode as S;
        self.heard.report.status = match status.evse_status_code {
            S::EVSEReady => StationStatus::Ready,
            S::EVSEShutdown => StationStatus::Shutdown,
            S::EVSEEmergencyShutdown => StationStatus::EmergencyShutdown,
            S::EVSEMalfunction => StationStatus::Malfunction,
            _ => StationStatus::NotReady,
        };
        self.heard.report.isolation = match status.evse_isolation_status {
            Some(iso2::IsolationLevel::Valid) => StationIsolation::Valid,
            Some(iso2::IsolationLevel::Warning) => StationIsolation::Warning,
            Some(iso2::IsolationLevel::Fault) => StationIsolation::Fault,
            _ => StationIsolation::Invalid,
        };
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages, currents and powers of chargers"
    )]
    fn hear_dc(&mut self, response: &dc::Document) {
        use dc::Document as D;
        // -20 has no status code: a station that answers is ready.
        self.heard.report.status = StationStatus::Ready;
        match response {
            D::DCChargeParameterDiscoveryRes(response) => {
                let dc::DCChargeParameterDiscoveryResChoice::DCCPDResEnergyTransferMode(limits) =
                    &response.choice
                else {
                    panic!("no limits");
                };
                self.heard.limits = Some(ChargerMessage {
                    voltage: volts(0.0),
                    current: amperes(0.0),
                    voltage_max: volts(of_rational(&limits.evse_maximum_voltage) as f32),
                    voltage_min: volts(of_rational(&limits.evse_minimum_voltage) as f32),
                    current_max: amperes(of_rational(&limits.evse_maximum_charge_current) as f32),
                    power_max: watts(of_rational(&limits.evse_maximum_charge_power) as f32),
                });
            }
            D::DCCableCheckRes(response) => {
                if response.evse_processing == Processing::Finished {
                    self.heard.report.isolation = StationIsolation::Valid;
                    self.heard.report.answered = Ask::CableCheck;
                }
            }
            D::DCPreChargeRes(response) => {
                self.shows(of_rational(&response.evse_present_voltage), 0.0);
                self.heard.report.answered = Ask::Precharge;
            }
            D::DCChargeLoopRes(response) => {
                self.shows(
                    of_rational(&response.evse_present_voltage),
                    of_rational(&response.evse_present_current),
                );
                self.heard.report.answered = Ask::Current;
            }
            D::DCWeldingDetectionRes(response) => {
                self.shows(of_rational(&response.evse_present_voltage), 0.0);
                self.heard.report.answered = Ask::WeldingDetection;
            }
            other => panic!("an answer to nothing: {other:?}"),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a voltage and a current")]
    fn shows(&mut self, voltage_v: f64, current_a: f64) {
        if let Some(limits) = &mut self.heard.limits {
            limits.voltage = volts(voltage_v as f32);
            limits.current = amperes(current_a as f32);
        }
    }

    /// Bytes both ways until nobody has anything to say.
    fn talk(&mut self) {
        let now = self.now();
        if !self.awaiting
            && !self.evcc.is_closed()
            && self.now_ms >= self.next_ms
            && let Some(request) = self.next()
        {
            self.sent.push(request.name());
            self.evcc
                .request(now, request)
                .unwrap_or_else(|error| panic!("{error}: {:?}", self.sent));
            self.awaiting = true;
            self.next_ms = self.now_ms + PERIOD_MS;
        }
        loop {
            let out = self.evcc.take_transmit();
            if !out.is_empty() {
                self.secc
                    .handle_input(now, &out)
                    .expect("the station understands");
            }
            while let Some(event) = self.secc.poll_event() {
                match event {
                    secc::Event::Request(request) => {
                        let response = self.station.answer(&request, self.now_ms);
                        self.secc
                            .respond(now, response)
                            .expect("an answer in order");
                    }
                    secc::Event::ProtocolAgreed(protocol) => assert_eq!(protocol, self.protocol),
                    secc::Event::Closed(_) => {}
                    other => panic!("the station: {other:?}"),
                }
            }
            let back = self.secc.take_transmit();
            if back.is_empty() {
                break;
            }
            self.evcc
                .handle_input(now, &back)
                .expect("the vehicle understands");
            while let Some(event) = self.evcc.poll_event() {
                match event {
                    evcc::Event::ProtocolAgreed(_) => self.awaiting = false,
                    evcc::Event::Response(response) => {
                        self.awaiting = false;
                        self.hear(&response);
                    }
                    evcc::Event::Closed(why) => self.closed = Some(why),
                    other => panic!("the vehicle: {other:?}"),
                }
            }
        }
        for end in [self.evcc.poll_timeout(), self.secc.poll_timeout()] {
            assert!(
                end.is_none_or(|end| end > now),
                "a time-out: {:?}",
                self.sent
            );
        }
    }

    fn tick(&mut self) {
        self.now_ms += 10;
        let closed = self.battery.contactors.mains_closed();
        let pack_v = self.battery.pack_v();
        let battery_v = closed.then_some(f64::from(pack_v));
        let ask = self.station.ask;
        self.station.tick = self.station.power.step(ask, battery_v, 0.01);
        let tick = self.station.tick;
        self.station.shown_v = tick.message.map_or(self.station.shown_v, |message| {
            f64::from(to_volts(message.voltage))
        });
        #[expect(clippy::cast_possible_truncation, reason = "a current and a voltage")]
        {
            self.battery.wanted_a = -(tick.current_a as f32);
            self.battery.fed_v = tick.voltage_v.map(|voltage_v| voltage_v as f32);
        }
        self.talk();
        let message = match self.heard.limits {
            Some(message) if self.heard.is_new => Reading::New(message),
            _ => Reading::Waiting,
        };
        self.heard.is_new = false;
        let charger = ChargerMeasurement {
            plugged: true,
            locked: true,
            phase: self.last.phase,
            message,
            ..ChargerMeasurement::default()
        };
        let outputs = self.battery.last.expect("a tick");
        let inputs = SessionInputs {
            outputs: &outputs,
            charger,
            pack_voltage: Reading::New(volts(pack_v)),
            inlet_voltage: Reading::New(volts(self.battery.link_v)),
            station: self.heard.report,
            wanted: self.wanted,
            schedule: Schedule::UNLIMITED,
            target_soc: ratio(0.8),
        };
        let dt = milliseconds(10.0);
        self.last = self
            .session
            .step(&SessionConfig::CCS, &NMC_96S_CCS, &NMC_96S, &inputs, dt);
        self.last.command(&mut self.battery.commands);
        self.battery.charger = ChargerMeasurement {
            phase: self.last.phase,
            ..charger
        };
        self.battery.tick();
        if closed && !self.battery.contactors.mains_closed() {
            self.opened_at_a = Some(self.battery.current_a.abs());
        }
    }

    fn begin(&mut self) {
        let now = self.now();
        self.secc.opened(now);
        self.evcc.start(now).expect("a session to begin");
    }

    fn run_s(&mut self, seconds: u32) {
        for _ in 0..100 * seconds {
            self.tick();
        }
    }

    fn reach(&mut self, state: SessionState) {
        for _ in 0..20_000 {
            self.tick();
            if self.last.state == state {
                return;
            }
        }
        panic!(
            "{state:?} not reached: {:?} {:?} {:?}",
            self.last,
            self.sent,
            self.battery.faults()
        );
    }

    /// The messages that were sent, each run of the same one once.
    fn course(&self) -> Vec<&'static str> {
        let mut course = self.sent.clone();
        course.dedup();
        course
    }
}

fn power_2(charge_progress: iso2::ChargeProgress, needs: &ChargeNeeds) -> BodyChoice {
    let delivery = needs.power_delivery();
    BodyChoice::PowerDeliveryReq(iso2::PowerDeliveryReq {
        charge_progress,
        sa_schedule_tuple_id: 1,
        charging_profile: None,
        choice: Some(iso2::PowerDeliveryReqChoice::DCEVPowerDeliveryParameter(
            iso2::DCEVPowerDeliveryParameter {
                dc_ev_status: status_2(delivery.status),
                bulk_charging_complete: Some(delivery.bulk_complete),
                charging_complete: delivery.complete,
            },
        )),
    })
}

fn whole_session(protocol: Protocol) -> Rig {
    let mut rig = Rig::new(protocol, 0.79);
    rig.begin();
    rig.reach(SessionState::Charging);
    rig.run_s(10);
    assert!(rig.battery.current_a < -50.0, "{:?}", rig.last.request);
    rig.reach(SessionState::Done);
    rig.run_s(2);
    println!("{} messages: {:?}", rig.sent.len(), rig.course());
    assert_eq!(rig.last.end, Some(End::Complete(Completion::StateOfCharge)));
    assert_eq!(rig.last.weld, WeldFinding::Open);
    assert_eq!(rig.closed, Some(evcc::Close::Normal));
    assert!(rig.secc.is_closed());
    assert_eq!(rig.battery.contactors, Contactors::all(false));
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert_eq!(rig.battery.faults(), [""; 0]);
    rig
}

#[test]
fn a_whole_session_by_iso_15118_2() {
    let rig = whole_session(Protocol::Iso2);
    let course = rig.course();
    let tail = [
        "ChargeParameterDiscoveryReq",
        "CableCheckReq",
        "PreChargeReq",
        "PowerDeliveryReq",
        "CurrentDemandReq",
        "PowerDeliveryReq",
        "WeldingDetectionReq",
        "SessionStopReq",
    ];
    assert!(course.ends_with(&tail), "{course:?}");
}

#[test]
fn a_whole_session_by_iso_15118_20_in_dynamic_mode() {
    let rig = whole_session(Protocol::Iso20);
    assert!(rig.precharge_told && rig.welding_told && rig.scheduled);
}

/// A malfunction in the charge loop: the status code of -2 ends the session in order.
#[test]
fn a_malfunction_in_the_loop_ends_the_session_by_iso_15118_2() {
    let mut rig = Rig::new(Protocol::Iso2, 0.5);
    rig.begin();
    rig.reach(SessionState::Charging);
    rig.run_s(6);
    rig.station.power.set_fault(Some(ChargerFault::Malfunction));
    rig.reach(SessionState::Done);
    rig.run_s(2);
    assert_eq!(
        rig.last.end,
        Some(End::Failed(SessionFault::ChargerMalfunction))
    );
    assert_eq!(rig.closed, Some(evcc::Close::Normal));
    assert!(
        rig.opened_at_a.expect("opened") <= 2.0,
        "{:?}",
        rig.opened_at_a
    );
    assert!(to_amperes(rig.last.request.current) <= 0.0);
}

/// A vehicle that ends the charge: power off, contactors open, welding detection, stop.
#[test]
fn a_driver_who_stops_ends_both_sides_in_order() {
    for protocol in [Protocol::Iso2, Protocol::Iso20] {
        let mut rig = Rig::new(protocol, 0.5);
        rig.begin();
        rig.reach(SessionState::Charging);
        rig.run_s(6);
        rig.wanted = false;
        rig.reach(SessionState::Done);
        rig.wanted = true;
        rig.run_s(2);
        assert_eq!(rig.closed, Some(evcc::Close::Normal), "{:?}", rig.course());
        assert!(
            rig.opened_at_a.expect("opened") <= 2.0,
            "{:?}",
            rig.opened_at_a
        );
        assert_eq!(rig.battery.faults(), [""; 0]);
    }
}
