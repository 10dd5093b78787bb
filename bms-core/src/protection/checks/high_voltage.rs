//! Isolation, interlock, precharge, contactors.

use crate::fault::FaultId;
use crate::measurement::Contactor;
use crate::plausibility::ContactorState;
use crate::protection::context::{CheckContext, FaultReporter};
use crate::protection::precharge::PrechargeFindings;
use crate::protection::record::Source;
use crate::protection::{FaultStore, PackDebouncers};
use crate::units::{to_amperes, to_joules, to_ratio, to_volts};

/// Isolation in ohm per volt of the highest voltage that the pack has at present (UN GTR 20, UN R100).
pub(crate) fn check_isolation(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let config = context.config;
    if !config.fitted.isolation {
        return;
    }
    let signals = context.signals;
    let channel = &signals.isolation_ohm;
    let elapsed_ms = context.elapsed.ms;
    let invalid = channel.age_ms() > config.sampling.pack_missing_ms
        || channel.is_not_finite()
        || channel.is_out_of_range();
    reporter.fact(FaultId::IsolationMonitorInvalid, invalid, elapsed_ms);
    reporter.fact(
        FaultId::IsolationMonitorSelfTest,
        signals.isolation_self_test_failed,
        elapsed_ms,
    );
    if !channel.is_new() || channel.is_not_finite() {
        return;
    }
    let ohm_per_v = ohm_per_volt(context);
    let since_ms = channel.interval_ms();
    let hv = &config.high_voltage;
    for (fault, limit) in [
        (FaultId::IsolationWarning, hv.isolation_warning_ohm_per_v),
        (FaultId::IsolationFault, hv.isolation_fault_ohm_per_v),
    ] {
        reporter.below(fault, ohm_per_v, limit, 0.1 * limit, since_ms);
    }
}

/// Isolation over the present voltage, or over the pack's highest where no voltage is present.
pub(super) fn ohm_per_volt(context: &CheckContext<'_>) -> f32 {
    let highest_v = to_volts(context.config.limits.pack_over_voltage.maximum);
    let present_v = context.highest_pack_v().unwrap_or(highest_v);
    context.signals.isolation_ohm.value() / present_v.max(1.0)
}

/// Interlock, crash and emergency stop.
pub(crate) fn check_loops(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let elapsed_ms = context.elapsed.ms;
    if context.config.fitted.interlock {
        let oldest_ms = context.config.sampling.pack_missing_ms;
        let interlock = &context.signals.interlock;
        // Before the first report there is the same patience as between two.
        let open = interlock.is_missing(oldest_ms) || interlock.present(oldest_ms) == Some(false);
        reporter.fact(FaultId::InterlockOpen, open, elapsed_ms);
    }
    reporter.fact(FaultId::Crash, context.measurements.crash, elapsed_ms);
    reporter.fact(
        FaultId::EmergencyStop,
        context.measurements.emergency_stop,
        elapsed_ms,
    );
}

/// Reports the findings of the RC model on the precharge.
pub(crate) fn check_precharge(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    found: &PrechargeFindings,
) {
    let elapsed_ms = context.elapsed.ms;
    let hv = &context.config.high_voltage;
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
        reporter.fact_of(
            fault,
            holds,
            found.since_s,
            limit * found.expected_s,
            elapsed_ms,
        );
    }
    let [current, _] = &context.signals.currents;
    if current.is_new() || !found.running {
        let fault = FaultId::PrechargeOverCurrent;
        reporter.above_if(
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
    reporter.above(fault, found.energy_j, budget_j, 0.5 * budget_j, elapsed_ms);
}

/// Checks each contactor against its command.
pub(crate) fn check_contactors(
    context: &CheckContext<'_>,
    debouncers: &mut PackDebouncers,
    store: &mut FaultStore,
) {
    let config = context.config;
    for (contactor, debouncers) in Contactor::ALL.into_iter().zip(&mut debouncers.contactors) {
        let state = context.signals.contactors.get_ref(contactor);
        let mut reporter = FaultReporter {
            debouncers: debouncers.debouncers(),
            store,
            timings: &config.timings,
            source: Source::Contactor(contactor),
        };
        check_wear(context, &mut reporter, state);
        let tested_welded = context.signals.welded.get(contactor);
        let elapsed_ms = context.elapsed.ms;
        if !config.fitted.contactor_feedback {
            reporter.fact(FaultId::ContactorWelded, tested_welded, elapsed_ms);
            continue;
        }
        if state.since_ms < config.high_voltage.contactor_settle_ms {
            continue;
        }
        let oldest_ms = config.sampling.pack_missing_ms;
        let feedback = state.feedback.present(oldest_ms);
        let found = judge_contactor(context, contactor, state.closed_command, feedback);
        let missing = state.feedback.is_missing(oldest_ms);
        reporter.fact(
            FaultId::ContactorStuckOpen,
            found == Found::StuckOpen,
            elapsed_ms,
        );
        reporter.fact(
            FaultId::ContactorWelded,
            tested_welded || found == Found::Welded,
            elapsed_ms,
        );
        reporter.fact(
            FaultId::ContactorFeedback,
            found == Found::FeedbackWrong || missing,
            elapsed_ms,
        );
    }
}

/// Diagnosis of a contactor from command, feedback and link voltage.
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
    context: &CheckContext<'_>,
    contactor: Contactor,
    commanded: bool,
    feedback: Option<bool>,
) -> Found {
    match (commanded, feedback) {
        (_, None) | (true, Some(true)) | (false, Some(false)) => Found::Nothing,
        (false, Some(true)) => Found::Welded,
        (true, Some(false)) => {
            let mains =
                contactor != Contactor::Precharge && context.signals.mains_settled(context.config);
            if mains && link_follows(context) == Some(true) {
                Found::FeedbackWrong
            } else {
                Found::StuckOpen
            }
        }
    }
}

/// Whether the link has the voltage of the pack.
fn link_follows(context: &CheckContext<'_>) -> Option<bool> {
    let limits = &context.config.limits;
    let allowed_v = to_ratio(limits.link_voltage) * to_volts(limits.pack_over_voltage.operating);
    let pack_v = context.pack_v().or(context.sum_v())?;
    Some((context.link_v()? - pack_v).abs() <= allowed_v)
}

fn check_wear(
    context: &CheckContext<'_>,
    reporter: &mut FaultReporter<'_>,
    state: &ContactorState,
) {
    let hv = &context.config.high_voltage;
    let worn = state.operations >= hv.contactor_operations
        || state.hard_operations >= hv.contactor_hard_operations;
    #[expect(clippy::cast_precision_loss, reason = "a count for the record")]
    reporter.fact_of(
        FaultId::ContactorEndOfLife,
        worn,
        state.operations as f32,
        hv.contactor_operations as f32,
        context.elapsed.ms,
    );
}

/// Checks for a contactor that opens, by command or by itself, above its breaking current.
pub(crate) fn check_opening(context: &CheckContext<'_>, reporter: &mut FaultReporter<'_>) {
    let config = context.config;
    let break_a = to_amperes(config.high_voltage.contactor_break);
    // The current may be gone with the contactor: what flowed before counts as well.
    let now_a = context
        .signals
        .largest_current_a(config.sampling.current_missing_ms);
    let currents_a = [now_a, context.signals.before_a];
    let current_a = currents_a
        .into_iter()
        .flatten()
        .fold(0.0, |largest: f32, current_a| largest.max(current_a.abs()));
    let opens = Contactor::ALL.iter().any(|contactor| {
        let state = context.signals.contactors.get_ref(*contactor);
        let fell = config.fitted.contactor_feedback && state.feedback.has_fallen();
        state.opens || (fell && state.closed_command)
    });
    reporter.above_if(
        opens,
        FaultId::OpeningUnderLoad,
        current_a,
        break_a,
        0.0,
        context.elapsed.ms,
    );
}
