//! Isolation, interlock, precharge, contactors.

use crate::measurement::Contactor;
use crate::plausibility::ContactorState;
use crate::protection::catalogue::FaultId;
use crate::protection::precharge::PrechargeFindings;
use crate::protection::record::Source;
use crate::protection::scene::{Judge, Scene};
use crate::protection::{Banks, FaultBook};
use crate::units::{to_amperes, to_joules, to_ratio, to_volts};

/// Isolation in ohm per volt of the highest voltage that the pack has at present (UN GTR 20, UN R100).
pub(crate) fn check_isolation(scene: &Scene<'_>, judge: &mut Judge<'_>) {
    let config = scene.config;
    if !config.fitted.isolation {
        return;
    }
    let signals = scene.signals;
    let channel = &signals.isolation_ohm;
    let elapsed_ms = scene.elapsed.ms;
    let invalid = channel.age_ms() > config.rhythm.pack_missing_ms
        || channel.is_not_finite()
        || channel.is_out_of_range();
    judge.fact(FaultId::IsolationMonitorInvalid, invalid, elapsed_ms);
    judge.fact(
        FaultId::IsolationMonitorSelfTest,
        signals.isolation_self_test_failed,
        elapsed_ms,
    );
    if !channel.is_new() || channel.is_not_finite() {
        return;
    }
    let ohm_per_v = ohm_per_volt(scene);
    let since_ms = channel.interval_ms();
    let hv = &config.high_voltage;
    for (fault, limit) in [
        (FaultId::IsolationWarning, hv.isolation_warning_ohm_per_v),
        (FaultId::IsolationFault, hv.isolation_fault_ohm_per_v),
    ] {
        judge.below(fault, ohm_per_v, limit, 0.1 * limit, since_ms);
    }
}

/// Isolation over the present voltage. Where no voltage is present the pack's highest counts.
pub(super) fn ohm_per_volt(scene: &Scene<'_>) -> f32 {
    let highest_v = to_volts(scene.config.limits.pack_over_voltage.maximum);
    let present_v = scene.highest_pack_v().unwrap_or(highest_v);
    scene.signals.isolation_ohm.value() / present_v.max(1.0)
}

/// Interlock, crash and emergency stop.
pub(crate) fn check_loops(scene: &Scene<'_>, judge: &mut Judge<'_>) {
    let elapsed_ms = scene.elapsed.ms;
    if scene.config.fitted.interlock {
        let oldest_ms = scene.config.rhythm.pack_missing_ms;
        let interlock = &scene.signals.interlock;
        // Before the first report there is the same patience as between two.
        let open = interlock.is_missing(oldest_ms) || interlock.present(oldest_ms) == Some(false);
        judge.fact(FaultId::InterlockOpen, open, elapsed_ms);
    }
    judge.fact(FaultId::Crash, scene.measurements.crash, elapsed_ms);
    judge.fact(
        FaultId::EmergencyStop,
        scene.measurements.emergency_stop,
        elapsed_ms,
    );
}

/// What the RC model found on the precharge.
pub(crate) fn check_precharge(scene: &Scene<'_>, judge: &mut Judge<'_>, found: &PrechargeFindings) {
    let elapsed_ms = scene.elapsed.ms;
    let hv = &scene.config.high_voltage;
    for (fault, holds, limit) in [
        (
            FaultId::PrechargeTooSlow,
            found.too_slow,
            hv.precharge_slow_factor,
        ),
        (
            FaultId::PrechargeTooFast,
            found.too_fast,
            hv.precharge_fast_factor,
        ),
    ] {
        judge.fact_of(
            fault,
            holds,
            found.since_s,
            limit * found.expected_s,
            elapsed_ms,
        );
    }
    let [current, _] = &scene.signals.currents;
    if current.is_new() || !found.running {
        let fault = FaultId::PrechargeOverCurrent;
        judge.above_if(
            found.running,
            fault,
            found.current_a.abs(),
            found.allowed_a,
            0.0,
            current.interval_ms(),
        );
    }
    let budget_j = to_joules(hv.precharge_energy);
    let fault = FaultId::PrechargeResistorHot;
    judge.above(fault, found.energy_j, budget_j, 0.5 * budget_j, elapsed_ms);
}

/// Each contactor against its command.
pub(crate) fn check_contactors(scene: &Scene<'_>, banks: &mut Banks, book: &mut FaultBook) {
    let config = scene.config;
    for (contactor, bank) in Contactor::ALL.into_iter().zip(&mut banks.contactors) {
        let state = scene.signals.contactors.get_ref(contactor);
        let mut judge = Judge {
            qualifiers: bank.qualifiers(),
            book,
            timings: &config.timings,
            source: Source::Contactor(contactor),
        };
        check_wear(scene, &mut judge, state);
        let tested_welded = scene.signals.welded.get(contactor);
        let elapsed_ms = scene.elapsed.ms;
        if !config.fitted.contactor_feedback {
            judge.fact(FaultId::ContactorWelded, tested_welded, elapsed_ms);
            continue;
        }
        if state.since_ms < config.high_voltage.contactor_settle_ms {
            continue;
        }
        let oldest_ms = config.rhythm.pack_missing_ms;
        let feedback = state.feedback.present(oldest_ms);
        let found = judge_contactor(scene, contactor, state.closed_command, feedback);
        let missing = state.feedback.is_missing(oldest_ms);
        judge.fact(
            FaultId::ContactorStuckOpen,
            found == Found::StuckOpen,
            elapsed_ms,
        );
        judge.fact(
            FaultId::ContactorWelded,
            tested_welded || found == Found::Welded,
            elapsed_ms,
        );
        judge.fact(
            FaultId::ContactorFeedback,
            found == Found::FeedbackWrong || missing,
            elapsed_ms,
        );
    }
}

/// What command, feedback and link voltage together say of a contactor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    StuckOpen,
    Welded,
    FeedbackWrong,
}

/// A contactor that is said to be closed though commanded open counts as welded, whatever the link says: the other pole
/// may have opened. One that is said to be open though commanded closed has a wrong auxiliary contact if the link has
/// the pack's voltage all the same.
fn judge_contactor(
    scene: &Scene<'_>,
    contactor: Contactor,
    commanded: bool,
    feedback: Option<bool>,
) -> Found {
    match (commanded, feedback) {
        (_, None) | (true, Some(true)) | (false, Some(false)) => Found::Nothing,
        (false, Some(true)) => Found::Welded,
        (true, Some(false)) => {
            let mains =
                contactor != Contactor::Precharge && scene.signals.mains_settled(scene.config);
            if mains && link_follows(scene) == Some(true) {
                Found::FeedbackWrong
            } else {
                Found::StuckOpen
            }
        }
    }
}

/// Whether the link has the voltage of the pack.
fn link_follows(scene: &Scene<'_>) -> Option<bool> {
    let limits = &scene.config.limits;
    let allowed_v = to_ratio(limits.link_voltage) * to_volts(limits.pack_over_voltage.operating);
    let pack_v = scene.pack_v().or(scene.sum_v())?;
    Some((scene.link_v()? - pack_v).abs() <= allowed_v)
}

fn check_wear(scene: &Scene<'_>, judge: &mut Judge<'_>, state: &ContactorState) {
    let hv = &scene.config.high_voltage;
    let worn = state.operations >= hv.contactor_operations
        || state.hard_operations >= hv.contactor_hard_operations;
    #[expect(clippy::cast_precision_loss, reason = "a count for the record")]
    judge.fact_of(
        FaultId::ContactorEndOfLife,
        worn,
        state.operations as f32,
        hv.contactor_operations as f32,
        scene.elapsed.ms,
    );
}

/// A contactor that opens, by command or by itself, while more current flows than it is made to break.
pub(crate) fn check_opening(scene: &Scene<'_>, judge: &mut Judge<'_>) {
    let config = scene.config;
    let break_a = to_amperes(config.high_voltage.contactor_break);
    // The current may be gone with the contactor: what flowed before counts as well.
    let now_a = scene
        .signals
        .largest_current_a(config.rhythm.current_missing_ms);
    let shown_a = [now_a, scene.signals.before_a];
    let current_a = shown_a
        .into_iter()
        .flatten()
        .fold(0.0, |largest: f32, current_a| largest.max(current_a.abs()));
    let opens = Contactor::ALL.iter().any(|contactor| {
        let state = scene.signals.contactors.get_ref(*contactor);
        let fell = config.fitted.contactor_feedback && state.feedback.has_fallen();
        state.opens || (fell && state.closed_command)
    });
    judge.above_if(
        opens,
        FaultId::OpeningUnderLoad,
        current_a,
        break_a,
        0.0,
        scene.elapsed.ms,
    );
}
