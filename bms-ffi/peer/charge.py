"""Charges the car of peer.c at a station of the Python package iso15118, by the protocol that is named.

    python charge.py LIBRARY DIN_SPEC_70121|ISO_15118_2|ISO_15118_20_DC INTERFACE

Both ends of the package run in this process, over TCP and UDP on one interface. What the vehicle's end asks its controller
comes from the battery management; what the station's end tells its controller moves the charger. The car's time passes by
messages, not by the clock: the package's codec takes up to a second for one, and the battery would rightly call that silence.
"""

import asyncio
import ctypes
import os
import sys

from iso15118.evcc import EVCCHandler
from iso15118.evcc.controller.simulator import SimEVController
from iso15118.evcc.evcc_config import EVCCConfig
from iso15118.secc import SECCHandler
from iso15118.secc.controller.interface import ServiceStatus
from iso15118.secc.controller.simulator import SimEVSEController
from iso15118.secc.secc_settings import Config as StationConfig
from iso15118.shared.exi_codec import EXI
from iso15118.shared.exificient_exi_codec import ExificientEXICodec
from iso15118.shared.messages import datatypes as dt
from iso15118.shared.messages.din_spec import datatypes as din
from iso15118.shared.messages.enums import DCEVErrorCode, Namespace
from iso15118.shared.messages.iso15118_2 import datatypes as v2
from iso15118.shared.messages.iso15118_20.common_types import DisplayParameters, RationalNumber
from iso15118.shared.messages.iso15118_20.dc import (
    DCChargeParameterDiscoveryReqParams,
    DynamicDCChargeLoopReqParams,
    ScheduledDCChargeLoopReqParams,
)

NUMBER = ctypes.c_int32 * 2

# As in bms.h.
PARAMETERS, CABLE_CHECK, PRECHARGE, START_POWER, CURRENT, STOP_POWER, WELDING_DETECTION, STOP_SESSION = range(1, 9)
CHARGING, DONE = 5, 9
END_STATE_OF_CHARGE = 1
ISOLATION_VALID = 1
ERRORS = {
    0: DCEVErrorCode.NO_ERROR,
    1: DCEVErrorCode.FAILED_RESS_TEMPERATURE_INHIBIT,
    3: DCEVErrorCode.FAILED_CHARGER_CONNECTOR_LOCK_FAULT,
    4: DCEVErrorCode.FAILED_EV_RESS_MALFUNCTION,
    5: DCEVErrorCode.FAILED_CHARGING_CURRENT_DIFFERENTIAL,
    6: DCEVErrorCode.FAILED_CHARGING_VOLTAGE_OUT_OF_RANGE,
    10: DCEVErrorCode.FAILED_CHARGING_SYSTEM_INCOMPATIBILITY,
    11: DCEVErrorCode.NO_DATA,
}


class Heard(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_float)
        for name in ("voltage_v", "current_a", "voltage_max_v", "voltage_min_v", "current_max_a", "power_max_w")
    ] + [(name, ctypes.c_int32) for name in ("is_new", "answered", "isolation", "plugged")]


class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_float) for name in ("soc", "pack_v", "current_a")] + [
        (name, ctypes.c_int32) for name in ("state", "ask", "end", "error", "faults", "closed", "reason")
    ]


class Numbers(ctypes.Structure):
    _fields_ = [
        (name, NUMBER)
        for name in (
            "target_current",
            "target_voltage",
            "current_max",
            "voltage_max",
            "power_max",
            "capacity",
            "energy_request",
            "to_full",
            "to_bulk",
            "precharge_voltage",
            "present_voltage_20",
            "target_current_20",
            "target_voltage_20",
            "current_max_20",
            "current_min_20",
            "voltage_max_20",
            "voltage_min_20",
            "power_max_20",
            "power_min_20",
            "loop_current_max_20",
            "loop_power_max_20",
            "energy_target_20",
            "energy_max_20",
            "energy_min_20",
            "capacity_20",
        )
    ] + [
        (name, ctypes.c_int32)
        for name in ("target_soc", "full_soc", "bulk_soc", "soc", "is_ready", "bulk_is_complete", "is_complete")
    ]


class World:
    """The car, and the output of the charger."""

    def __init__(self, path):
        self.car = ctypes.CDLL(path)
        if self.car.peer_start(ctypes.c_float(0.794), ctypes.c_float(0.8)) != 0:
            raise RuntimeError("the car does not start")
        self.heard = Heard(voltage_max_v=920, voltage_min_v=150, current_max_a=200, power_max_w=150e3)
        self.told = Told()
        self.states, self.most_a, self.demands = [], 0.0, 0
        self.opened_at_a = None
        self.pass_time(1000, said=False)
        self.heard.plugged = 1
        self.pass_time(500, said=False)

    def pass_time(self, ms, said=True):
        """Lets the car live for so long; `said` is whether the station's messages go on meanwhile."""
        for tick in range(ms // 10):
            self.heard.is_new = int(said and tick % 10 == 0)
            was_closed = self.told.closed
            if self.car.peer_tick(ctypes.byref(self.heard), ctypes.byref(self.told)) != 0:
                raise RuntimeError("a call of the interface failed")
            if was_closed and not self.told.closed:
                self.opened_at_a = self.heard.current_a
            if not self.states or self.states[-1] != self.told.state:
                self.states.append(self.told.state)
            self.most_a = max(self.most_a, self.heard.current_a)

    def answer(self, ask, ms=200):
        """The station agreed to what was asked."""
        self.heard.answered = ask
        self.pass_time(ms)

    def numbers(self):
        numbers = Numbers()
        if self.car.peer_write(ctypes.byref(numbers)) != 0:
            raise RuntimeError("a call of the interface failed")
        return numbers


class Car(SimEVController):
    """The vehicle's end: what the stack asks comes from the battery management."""

    def __init__(self, config, world):
        super().__init__(config)
        self.world = world

    def status(self, kind):
        numbers = self.world.numbers()
        return kind(
            ev_ready=bool(numbers.is_ready),
            ev_error_code=ERRORS[self.world.told.error],
            ev_ress_soc=numbers.soc,
        )

    async def get_dc_ev_status(self):
        return self.status(v2.DCEVStatus)

    async def get_dc_ev_status_dinspec(self):
        return self.status(din.DCEVStatus)

    async def get_dc_charge_params(self):
        world = self.world
        if world.told.ask == CABLE_CHECK:
            # The stack only asks for this after the cable check once the station said that it is over.
            if world.heard.answered == PARAMETERS and world.heard.isolation == ISOLATION_VALID:
                world.answer(CABLE_CHECK)
        elif world.told.ask == START_POWER:
            world.answer(START_POWER)
        numbers = world.numbers()
        # Before energy flows the battery's own voltage is asked for, and no current.
        voltage = numbers.target_voltage if world.told.state >= CHARGING else numbers.precharge_voltage
        return dt.DCEVChargeParams(
            dc_max_current_limit=pv(dt.PVEVMaxCurrentLimit, numbers.current_max, "A"),
            dc_max_power_limit=pv(dt.PVEVMaxPowerLimit, numbers.power_max, "W"),
            dc_max_voltage_limit=pv(dt.PVEVMaxVoltageLimit, numbers.voltage_max, "V"),
            dc_energy_capacity=pv(dt.PVEVEnergyCapacity, numbers.capacity, "Wh"),
            dc_target_current=pv(dt.PVEVTargetCurrent, numbers.target_current, "A"),
            dc_target_voltage=pv(dt.PVEVTargetVoltage, voltage, "V"),
        )

    async def get_charge_params_v2(self, protocol):
        params = await super().get_charge_params_v2(protocol)
        numbers, limits = self.world.numbers(), await self.get_dc_charge_params()
        params.dc_parameters.ev_maximum_current_limit = limits.dc_max_current_limit
        params.dc_parameters.ev_maximum_power_limit = limits.dc_max_power_limit
        params.dc_parameters.ev_maximum_voltage_limit = limits.dc_max_voltage_limit
        params.dc_parameters.ev_energy_capacity = limits.dc_energy_capacity
        params.dc_parameters.ev_energy_request = pv(dt.PVEVEnergyRequest, numbers.energy_request, "Wh")
        params.dc_parameters.full_soc = numbers.full_soc
        params.dc_parameters.bulk_soc = numbers.bulk_soc
        return params

    async def process_sa_schedules_v2(self, sa_schedules):
        self.world.answer(PARAMETERS)
        return await super().process_sa_schedules_v2(sa_schedules)

    async def process_sa_schedules_dinspec(self, sa_schedules):
        self.world.answer(PARAMETERS)
        return await super().process_sa_schedules_dinspec(sa_schedules)

    # ISO 15118-20

    async def get_charge_params_v20(self, selected_service):
        numbers = self.world.numbers()
        return DCChargeParameterDiscoveryReqParams(
            ev_max_charge_power=rn(numbers.power_max_20),
            ev_min_charge_power=rn(numbers.power_min_20),
            ev_max_charge_current=rn(numbers.current_max_20),
            ev_min_charge_current=rn(numbers.current_min_20),
            ev_max_voltage=rn(numbers.voltage_max_20),
            ev_min_voltage=rn(numbers.voltage_min_20),
            target_soc=numbers.target_soc,
        )

    async def process_scheduled_se_params(self, scheduled_params, pause):
        return await self.schedule(super().process_scheduled_se_params, scheduled_params, pause)

    async def process_dynamic_se_params(self, dynamic_params, pause):
        return await self.schedule(super().process_dynamic_se_params, dynamic_params, pause)

    async def schedule(self, process, params, pause):
        if self.world.told.ask == PARAMETERS:
            self.world.answer(PARAMETERS)
        # The simulation of the package needs more time by chance.
        while True:
            profile, progress = await process(params, pause)
            if profile is not None:
                return profile, progress

    async def get_present_voltage(self):
        if self.world.told.ask == CABLE_CHECK and self.world.heard.isolation == ISOLATION_VALID:
            self.world.answer(CABLE_CHECK)
        return rn(self.world.numbers().present_voltage_20)

    async def get_target_voltage(self):
        # In precharge: that of the battery.
        return rn(self.world.numbers().present_voltage_20)

    async def get_scheduled_dc_charge_loop_params(self):
        if self.world.told.ask == START_POWER:
            self.world.answer(START_POWER)
        numbers = self.world.numbers()
        return ScheduledDCChargeLoopReqParams(
            ev_target_current=rn(numbers.target_current_20),
            ev_target_voltage=rn(numbers.target_voltage_20),
            ev_max_charge_power=rn(numbers.loop_power_max_20),
            ev_max_charge_current=rn(numbers.loop_current_max_20),
            ev_max_voltage=rn(numbers.voltage_max_20),
            ev_min_voltage=rn(numbers.voltage_min_20),
        )

    async def get_dynamic_dc_charge_loop_params(self):
        if self.world.told.ask == START_POWER:
            self.world.answer(START_POWER)
        numbers = self.world.numbers()
        return DynamicDCChargeLoopReqParams(
            ev_target_energy_request=rn(numbers.energy_target_20),
            ev_max_energy_request=rn(numbers.energy_max_20),
            ev_min_energy_request=rn(numbers.energy_min_20),
            ev_max_charge_power=rn(numbers.loop_power_max_20),
            ev_min_charge_power=RationalNumber(exponent=0, value=0),
            ev_max_charge_current=rn(numbers.loop_current_max_20),
            ev_max_voltage=rn(numbers.voltage_max_20),
            ev_min_voltage=rn(numbers.voltage_min_20),
        )

    async def get_display_params(self):
        numbers = self.world.numbers()
        return DisplayParameters(
            present_soc=numbers.soc,
            target_soc=numbers.target_soc,
            charging_complete=bool(numbers.is_complete),
            battery_energy_capacity=rn(numbers.capacity_20),
        )

    async def is_precharged(self, present_voltage_evse):
        if self.world.told.ask == START_POWER:
            return True
        self.world.heard.voltage_v = float(present_voltage_evse.get_decimal_value())
        self.world.answer(PRECHARGE, 500)
        return self.world.told.ask == START_POWER

    async def continue_charging(self):
        world = self.world
        if world.told.ask == START_POWER:
            world.answer(START_POWER)
        elif world.told.ask == CURRENT:
            world.demands += 1
            world.answer(CURRENT, 500)
        return world.told.ask == CURRENT

    async def ready_to_charge(self):
        return True

    async def enable_charging(self, enabled):
        if not enabled:
            self.world.answer(STOP_POWER, 1000)

    async def get_dc_ev_power_delivery_parameter(self):
        numbers = self.world.numbers()
        return v2.DCEVPowerDeliveryParameter(
            dc_ev_status=self.status(v2.DCEVStatus),
            bulk_charging_complete=bool(numbers.bulk_is_complete),
            charging_complete=bool(numbers.is_complete),
        )

    async def get_dc_ev_power_delivery_parameter_dinspec(self):
        numbers = self.world.numbers()
        return din.DCEVPowerDeliveryParameter(
            dc_ev_status=self.status(din.DCEVStatus),
            bulk_charging_complete=bool(numbers.bulk_is_complete),
            charging_complete=bool(numbers.is_complete),
        )

    async def is_bulk_charging_complete(self):
        return bool(self.world.numbers().bulk_is_complete)

    async def is_charging_complete(self):
        return bool(self.world.numbers().is_complete)

    async def get_remaining_time_to_full_soc(self):
        return pv(dt.PVRemainingTimeToFullSOC, self.world.numbers().to_full, "s")

    async def get_remaining_time_to_bulk_soc(self):
        return pv(dt.PVRemainingTimeToBulkSOC, self.world.numbers().to_bulk, "s")

    async def welding_detection_has_finished(self):
        self.world.answer(WELDING_DETECTION, 500)
        return self.world.told.ask in (0, STOP_SESSION)


def pv(kind, number, unit):
    return kind(value=number[0], multiplier=number[1], unit=unit)


def rn(number):
    return RationalNumber(value=number[0], exponent=number[1])


class Station(SimEVSEController):
    """The station's end: a charger that gives what it is asked for, within its limits."""

    def __init__(self, world):
        super().__init__()
        self.world = world
        self.evse_data_context.present_voltage = 0
        self.evse_data_context.present_current = 0
        self.ended = None

    async def session_ended(self, current_state, reason):
        self.ended = f"{current_state}: {reason}"

    def put(self, voltage_v, current_a):
        heard = self.world.heard
        heard.voltage_v, heard.current_a = float(voltage_v), float(current_a)
        # The package writes both as whole numbers of its own choice.
        self.evse_data_context.present_voltage = round(heard.voltage_v)
        self.evse_data_context.present_current = round(heard.current_a)

    async def get_dc_charge_parameters(self):
        params = await super().get_dc_charge_parameters()
        params.evse_maximum_power_limit = await self.get_evse_max_power_limit()
        params.evse_maximum_current_limit = await self.get_evse_max_current_limit()
        params.evse_maximum_voltage_limit = await self.get_evse_max_voltage_limit()
        params.evse_minimum_voltage_limit.value = 15
        params.evse_minimum_current_limit.value = 0
        return params

    async def get_evse_max_voltage_limit(self):
        return dt.PVEVSEMaxVoltageLimit(multiplier=0, value=920, unit="V")

    async def get_evse_max_current_limit(self):
        return dt.PVEVSEMaxCurrentLimit(multiplier=0, value=200, unit="A")

    async def get_evse_max_power_limit(self):
        return dt.PVEVSEMaxPowerLimit(multiplier=1, value=15000, unit="W")

    async def get_dc_charge_params_v20(self, energy_service):
        params = await super().get_dc_charge_params_v20(energy_service)
        params.evse_max_charge_power = RationalNumber(exponent=3, value=150)
        params.evse_max_charge_current = RationalNumber(exponent=0, value=200)
        params.evse_min_charge_current = RationalNumber(exponent=0, value=0)
        params.evse_max_voltage = RationalNumber(exponent=0, value=920)
        params.evse_min_voltage = RationalNumber(exponent=0, value=150)
        return params

    async def start_cable_check(self):
        self.world.heard.isolation = ISOLATION_VALID

    async def send_charging_command(self, ev_target_voltage, ev_target_current, is_precharge=False, is_session_bpt=False):
        told = self.world.told
        if ev_target_current is None:
            # Dynamic: what the vehicle's envelope allows.
            limits = self.ev_data_context.session_limits.dc_limits
            ev_target_voltage, ev_target_current = limits.max_voltage, limits.max_charge_current
        current_a = 0.0 if is_precharge else min(float(ev_target_current), 200.0)
        # Behind closed contactors the battery holds the voltage.
        self.put(told.pack_v if told.closed else ev_target_voltage, current_a if told.closed else 0.0)

    async def stop_charger(self):
        self.put(0, 0)


def warm(codec, protocol):
    """The first message of a schema takes the codec longer than a time-out lasts."""
    EXI().set_exi_codec(codec)
    if protocol == "DIN_SPEC_70121":
        from iso15118.shared.messages.din_spec.body import Body, SessionSetupReq
        from iso15118.shared.messages.din_spec.header import MessageHeader
        from iso15118.shared.messages.din_spec.msgdef import V2GMessage

        namespace = Namespace.DIN_MSG_DEF
    elif protocol == "ISO_15118_20_DC":
        warm_20()
        return
    else:
        from iso15118.shared.messages.iso15118_2.body import Body, SessionSetupReq
        from iso15118.shared.messages.iso15118_2.header import MessageHeader
        from iso15118.shared.messages.iso15118_2.msgdef import V2GMessage

        namespace = Namespace.ISO_V2_MSG_DEF
    body = Body(session_setup_req=SessionSetupReq(evcc_id="000000000000"))
    message = V2GMessage(header=MessageHeader(session_id="00"), body=body)
    for _ in range(5):
        EXI().from_exi(EXI().to_exi(message, namespace), namespace)


def warm_20():
    from iso15118.shared.messages.iso15118_20.common_messages import SessionSetupReq
    from iso15118.shared.messages.iso15118_20.common_types import MessageHeader
    from iso15118.shared.messages.iso15118_20.dc import DCCableCheckReq

    header = MessageHeader(session_id="00", timestamp=0)
    for _ in range(5):
        for message, namespace in (
            (SessionSetupReq(header=header, evcc_id="WMIV1234567890ABCDEX"), Namespace.ISO_V20_COMMON_MSG),
            (DCCableCheckReq(header=header), Namespace.ISO_V20_DC),
        ):
            EXI().from_exi(EXI().to_exi(message, namespace), namespace)


async def charge(library, protocol, interface):
    world = World(library)
    codec = ExificientEXICodec()
    config = EVCCConfig(
        supportedProtocols=[protocol],
        supportedEnergyServices=["DC"],
        energyTransferMode="DC_extended",
        useTls=False,
        enforceTls=False,
        isCertInstallNeeded=False,
        sdpRetryCycles=3,
    )
    config.load_raw_values()
    os.environ.update(
        NETWORK_INTERFACE=interface,
        SECC_ENFORCE_TLS="False",
        PROTOCOLS=protocol,
        AUTH_MODES="EIM",
        USE_CPO_BACKEND="False",
    )
    station_config = StationConfig()
    station_config.load_envs()
    warm(codec, protocol)
    station = Station(world)
    await station.set_status(ServiceStatus.STARTING)
    secc = asyncio.create_task(
        SECCHandler(exi_codec=codec, evse_controller=station, config=station_config).start(interface)
    )
    await asyncio.sleep(1)
    evcc = asyncio.create_task(
        EVCCHandler(
            evcc_config=config, iface=interface, exi_codec=codec, ev_controller=Car(config, world)
        ).start()
    )
    for _ in range(1000):
        await asyncio.sleep(0.1)
        if station.ended or evcc.done() or secc.done():
            break
    told = world.told
    print(
        f"result: {protocol}: states {world.states}, {world.demands} current demands, most {world.most_a:.1f} A, "
        f"opened at {world.opened_at_a} A, SoC {100 * told.soc:.2f} %, end {told.end}, {told.faults} faults; "
        f"the station ended in {station.ended}"
    )
    good = (
        world.states == list(range(10))
        and (station.ended or "").startswith("SessionStop")
        and told.end == END_STATE_OF_CHARGE
        and told.error == 0
        and told.faults == 0
        and world.most_a > 50
        and world.opened_at_a is not None
        and world.opened_at_a < 2
    )
    return 0 if good else 1


async def main():
    code = await charge(*sys.argv[1:4])
    sys.stdout.flush()
    # The package leaves tasks and a Java machine behind.
    os._exit(code)


if __name__ == "__main__":
    asyncio.run(main())
