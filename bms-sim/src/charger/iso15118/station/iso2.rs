//! Answers by ISO 15118-2.

use bms_core::charging::{Ask, StationIsolation, StationStatus};
use iso15118::iso2::{self, BodyChoice, UnitSymbol as U};
use iso15118::message::Message;

use super::super::message::v2;
use super::super::values::{of_physical, station_physical};
use super::super::{Iso15118Error, unexpected};
use super::{EVSE, Station};

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

    #[expect(clippy::too_many_lines, reason = "one arm per message")]
    pub(super) fn answer_2(&mut self, request: &BodyChoice) -> Result<Message, Iso15118Error> {
        use BodyChoice as B;
        use iso2::ResponseCode as R;
        let config = self.config;
        Ok(v2(match request {
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
                    choice_2: Some(schedule(config.power_max_w)),
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
                    evse_processing: if self.is_cable_checked() {
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
                    evse_present_voltage: station_physical(self.present_v, U::V),
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
                    evse_present_voltage: station_physical(self.present_v, U::V),
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
                    evse_present_voltage: station_physical(self.present_v, U::V),
                })
            }
            B::SessionStopReq(_) => {
                self.asks(Ask::StopSession, 0.0, 0.0);
                B::SessionStopRes(iso2::SessionStopRes {
                    response_code: R::OK,
                })
            }
            other => return Err(unexpected(other.name())),
        }))
    }
}

/// One schedule of a day at a power limit.
fn schedule(power_max_w: f64) -> iso2::ChargeParameterDiscoveryResChoice2 {
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
                    p_max: station_physical(power_max_w, U::W),
                }],
            },
            sales_tariff: None,
        }],
    })
}
