//! The vehicle by ISO 15118-2.

use bms_core::charging::{
    Ask, ChargeNeeds, DcEvStatus, EvErrorCode, StationIsolation, StationStatus,
};
use bms_core::measurement::ChargerMessage;
use bms_core::units::{amperes, volts, watts};
use iso15118::iso2::{self, BodyChoice, UnitSymbol as U};

use super::super::values::{of_physical, physical};
use super::super::{Iso15118Error, unexpected};
use super::Vehicle;

impl Vehicle {
    pub(super) fn next_2(&self, ask: Ask, needs: &ChargeNeeds) -> Option<BodyChoice> {
        use BodyChoice as B;
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
        if let Some(greeting) = greetings.get(self.greetings) {
            return Some(greeting.clone());
        }
        let status = status_of(needs.status());
        Some(match ask {
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
            Ask::StartPower => power(iso2::ChargeProgress::Start, needs),
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
            Ask::StopPower => power(iso2::ChargeProgress::Stop, needs),
            Ask::WeldingDetection => B::WeldingDetectionReq(iso2::WeldingDetectionReq {
                dc_ev_status: status,
            }),
            Ask::StopSession => B::SessionStopReq(iso2::SessionStopReq {
                charging_session: iso2::ChargingSession::Terminate,
            }),
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages, currents and powers of chargers"
    )]
    pub(super) fn receive_2(
        &mut self,
        response: &BodyChoice,
        ask: Ask,
    ) -> Result<(), Iso15118Error> {
        use BodyChoice as B;
        match response {
            B::ChargeParameterDiscoveryRes(response) => {
                let iso2::ChargeParameterDiscoveryResChoice3::DCEVSEChargeParameter(limits) =
                    &response.choice_3
                else {
                    return Err(unexpected("charge parameters other than DC"));
                };
                self.limits = Some(ChargerMessage {
                    voltage: volts(0.0),
                    current: amperes(0.0),
                    voltage_max: volts(of_physical(&limits.evse_maximum_voltage_limit) as f32),
                    voltage_min: volts(of_physical(&limits.evse_minimum_voltage_limit) as f32),
                    current_max: amperes(of_physical(&limits.evse_maximum_current_limit) as f32),
                    power_max: watts(of_physical(&limits.evse_maximum_power_limit) as f32),
                });
                self.set_status(&limits.dc_evse_status);
                self.report.answered = Ask::Parameters;
            }
            B::CableCheckRes(response) => {
                self.set_status(&response.dc_evse_status);
                if response.evse_processing == iso2::EVSEProcessing::Finished {
                    self.report.answered = Ask::CableCheck;
                }
            }
            B::PreChargeRes(response) => {
                self.set_status(&response.dc_evse_status);
                self.set_present(of_physical(&response.evse_present_voltage), 0.0);
                self.report.answered = Ask::Precharge;
            }
            B::PowerDeliveryRes(_) => {
                self.report.answered = self.sent_power;
            }
            B::CurrentDemandRes(response) => {
                self.set_status(&response.dc_evse_status);
                self.set_present(
                    of_physical(&response.evse_present_voltage),
                    of_physical(&response.evse_present_current),
                );
                self.report.answered = Ask::Current;
            }
            B::WeldingDetectionRes(response) => {
                self.set_present(of_physical(&response.evse_present_voltage), 0.0);
                self.report.answered = Ask::WeldingDetection;
            }
            B::SessionStopRes(_) => self.report.answered = ask,
            _ => self.greetings += 1,
        }
        Ok(())
    }

    fn set_status(&mut self, status: &iso2::DCEVSEStatus) {
        use iso2::DCEVSEStatusCode as S;
        self.report.status = match status.evse_status_code {
            S::EVSEReady => StationStatus::Ready,
            S::EVSEShutdown => StationStatus::Shutdown,
            S::EVSEEmergencyShutdown => StationStatus::EmergencyShutdown,
            S::EVSEMalfunction => StationStatus::Malfunction,
            _ => StationStatus::NotReady,
        };
        self.report.isolation = match status.evse_isolation_status {
            Some(iso2::IsolationLevel::Valid) => StationIsolation::Valid,
            Some(iso2::IsolationLevel::Warning) => StationIsolation::Warning,
            Some(iso2::IsolationLevel::Fault) => StationIsolation::Fault,
            _ => StationIsolation::Invalid,
        };
    }
}

fn power(charge_progress: iso2::ChargeProgress, needs: &ChargeNeeds) -> BodyChoice {
    let delivery = needs.power_delivery();
    BodyChoice::PowerDeliveryReq(iso2::PowerDeliveryReq {
        charge_progress,
        sa_schedule_tuple_id: 1,
        charging_profile: None,
        choice: Some(iso2::PowerDeliveryReqChoice::DCEVPowerDeliveryParameter(
            iso2::DCEVPowerDeliveryParameter {
                dc_ev_status: status_of(delivery.status),
                bulk_charging_complete: Some(delivery.bulk_complete),
                charging_complete: delivery.complete,
            },
        )),
    })
}

fn status_of(status: DcEvStatus) -> iso2::DCEVStatus {
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
