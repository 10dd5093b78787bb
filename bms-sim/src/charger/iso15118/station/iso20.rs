//! Answers by ISO 15118-20: dynamic control, mobility needs from the vehicle.

use bms_core::charging::Ask;
use iso15118::iso20::common::{self as c20, Processing};
use iso15118::iso20::{dc, messages as cm};
use iso15118::message::Message;

use super::super::message::{common, direct, header};
use super::super::values::{of_rational, station_rational};
use super::super::{Iso15118Error, unexpected};
use super::{EVSE, Station};

impl Station {
    pub(super) fn answer_common(
        &mut self,
        request: &cm::Document,
        now_ms: u32,
    ) -> Result<Message, Iso15118Error> {
        use cm::Document as D;
        let (header, ok) = (header(now_ms), c20::ResponseCode::OK);
        let int = |name: &str, value| cm::Parameter {
            name: name.into(),
            choice: cm::ParameterChoice::IntValue(value),
        };
        Ok(common(match request {
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
            other => return Err(unexpected(other)),
        }))
    }

    pub(super) fn answer_dc(
        &mut self,
        request: &dc::Document,
        now_ms: u32,
    ) -> Result<Message, Iso15118Error> {
        use dc::Document as D;
        let (header, ok) = (header(now_ms), c20::ResponseCode::OK);
        let config = self.config;
        Ok(direct(match request {
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
                    evse_processing: if self.is_cable_checked() {
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
                    evse_present_voltage: station_rational(self.present_v),
                })
            }
            D::DCChargeLoopReq(request) => {
                let dc::DCChargeLoopReqChoice::DynamicDCCLReqControlMode(envelope) =
                    &request.choice
                else {
                    return Err(unexpected("a control mode other than dynamic"));
                };
                // In dynamic mode the station chooses within the vehicle's envelope; this one uses all of it.
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
                    evse_present_voltage: station_rational(self.present_v),
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
                    evse_present_voltage: station_rational(self.present_v),
                })
            }
            other => return Err(unexpected(other)),
        }))
    }
}
