//! The vehicle by ISO 15118-20.

use bms_core::charging::{Ask, ChargeNeeds, StationIsolation, StationStatus};
use bms_core::measurement::ChargerMessage;
use bms_core::units::{amperes, volts, watts};
use iso15118::iso20::common::{self as c20, Processing};
use iso15118::iso20::{dc, messages as cm};
use iso15118::message::Message;

use super::super::message::{common, direct, header};
use super::super::values::{of_rational, rational};
use super::super::{Iso15118Error, unexpected};
use super::Vehicle;

impl Vehicle {
    #[expect(clippy::too_many_lines, reason = "one arm per message")]
    pub(super) fn next_20(
        &mut self,
        ask: Ask,
        needs: &ChargeNeeds,
        now_ms: u32,
    ) -> Option<Message> {
        use cm::Document as D;
        let header = header(now_ms);
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
        if let Some(greeting) = greetings.get(self.greetings) {
            return Some(common(greeting.clone()));
        }
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
            Ask::Parameters if self.limits.is_none() => {
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
            Ask::Parameters if self.is_scheduled => return None,
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
            // The last message of precharge says that it is finished.
            Ask::StartPower if !self.is_precharge_finished => {
                self.is_precharge_finished = true;
                precharge(Processing::Finished)
            }
            Ask::StartPower | Ask::StopPower => power(ask, needs, now_ms),
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
            Ask::StopSession if !self.is_welding_finished => {
                self.is_welding_finished = true;
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

    pub(super) fn receive_common(&mut self, response: &cm::Document) {
        match response {
            cm::Document::ScheduleExchangeRes(_) => {
                self.is_scheduled = true;
                self.report.answered = Ask::Parameters;
            }
            cm::Document::PowerDeliveryRes(_) => self.report.answered = self.sent_power,
            cm::Document::SessionStopRes(_) => self.report.answered = Ask::StopSession,
            _ => self.greetings += 1,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "voltages, currents and powers of chargers"
    )]
    pub(super) fn receive_dc(&mut self, response: &dc::Document) -> Result<(), Iso15118Error> {
        use dc::Document as D;
        // -20 has no status code: a station that answers is ready.
        self.report.status = StationStatus::Ready;
        match response {
            D::DCChargeParameterDiscoveryRes(response) => {
                let dc::DCChargeParameterDiscoveryResChoice::DCCPDResEnergyTransferMode(limits) =
                    &response.choice
                else {
                    return Err(unexpected("no limits of charging"));
                };
                self.limits = Some(ChargerMessage {
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
                    self.report.isolation = StationIsolation::Valid;
                    self.report.answered = Ask::CableCheck;
                }
            }
            D::DCPreChargeRes(response) => {
                self.set_present(of_rational(&response.evse_present_voltage), 0.0);
                self.report.answered = Ask::Precharge;
            }
            D::DCChargeLoopRes(response) => {
                self.set_present(
                    of_rational(&response.evse_present_voltage),
                    of_rational(&response.evse_present_current),
                );
                self.report.answered = Ask::Current;
            }
            D::DCWeldingDetectionRes(response) => {
                self.set_present(of_rational(&response.evse_present_voltage), 0.0);
                self.report.answered = Ask::WeldingDetection;
            }
            other => return Err(unexpected(other)),
        }
        Ok(())
    }
}

fn power(ask: Ask, needs: &ChargeNeeds, now_ms: u32) -> Message {
    let start = ask == Ask::StartPower;
    common(cm::Document::PowerDeliveryReq(cm::PowerDeliveryReq {
        header: header(now_ms),
        ev_processing: Processing::Finished,
        charge_progress: if start {
            cm::ChargeProgress::Start
        } else {
            cm::ChargeProgress::Stop
        },
        ev_power_profile: start.then(|| cm::EVPowerProfile {
            time_anchor: 0,
            choice: cm::EVPowerProfileChoice::DynamicEVPPTControlMode(cm::DynamicEVPPTControlMode),
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
