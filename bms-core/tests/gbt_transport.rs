//! J1939 transport: messages come whole, or not at all, whatever the bus does to their frames.

use std::time::{Duration, Instant};

use bms_core::charging::gbt::{Frame, Link, MAX_MESSAGE, Received, Receiver, Sender, pgn};
use proptest::prelude::*;

/// What the bus does to one frame.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Delivered,
    Lost,
    Doubled,
    /// Comes after the next one.
    Delayed,
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Delivered),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Doubled),
        1 => Just(Fate::Delayed),
    ]
}

/// Lets a message go from one end to the other, in ticks of 10 ms; what arrived, and the frames.
fn run(message: &[u8], fates: &[Fate], ticks: u32) -> (Vec<Received>, Vec<Frame>) {
    let mut sender = Sender::new(true);
    let mut receiver = Receiver::new(false);
    assert!(sender.start(pgn::BRM, message));
    let mut fates = fates.iter().copied();
    let (mut received, mut frames) = (Vec::new(), Vec::new());
    let mut late: Option<Frame> = None;
    for _ in 0..ticks {
        sender.pass(10);
        receiver.pass(10);
        if let Some(answer) = receiver.transmit() {
            frames.push(answer);
            match fates.next().unwrap_or(Fate::Delivered) {
                Fate::Lost => {}
                _ => sender.receive(answer.bytes()),
            }
        }
        let Some(frame) = sender.transmit() else {
            if let Some(frame) = late.take() {
                received.extend(take(&mut receiver, &frame));
            }
            continue;
        };
        frames.push(frame);
        match fates.next().unwrap_or(Fate::Delivered) {
            Fate::Lost => {}
            Fate::Doubled => {
                received.extend(take(&mut receiver, &frame));
                received.extend(take(&mut receiver, &frame));
            }
            Fate::Delayed if late.is_none() => {
                late = Some(frame);
                continue;
            }
            Fate::Delivered | Fate::Delayed => received.extend(take(&mut receiver, &frame)),
        }
        if let Some(frame) = late.take() {
            received.extend(take(&mut receiver, &frame));
        }
    }
    (received, frames)
}

fn take(receiver: &mut Receiver, frame: &Frame) -> Option<Received> {
    match frame.group(0xF4, 0x56)? {
        pgn::TP_CM => {
            receiver.manage(frame.bytes());
            None
        }
        pgn::TP_DT => receiver.data(frame.bytes()),
        _ => None,
    }
}

#[test]
fn the_frames_of_a_status_are_those_of_the_standard() {
    let message = [0x8B, 0x0E, 0xB9, 0x0A, 0x85, 0x51, 61, 30, 0];
    let mut sender = Sender::new(true);
    assert!(sender.start(pgn::BCS, &message));
    let request = sender.transmit().expect("a request");
    assert_eq!(
        request,
        Frame::new(0x1CEC_56F4, &[0x10, 9, 0, 2, 0xFF, 0, 0x11, 0])
    );
    assert_eq!(sender.transmit(), None);
    // Clear to send two frames from the first on.
    sender.receive(&[0x11, 2, 1, 0xFF, 0xFF, 0, 0x11, 0]);
    let first = [1, 0x8B, 0x0E, 0xB9, 0x0A, 0x85, 0x51, 61];
    assert_eq!(sender.transmit(), Some(Frame::new(0x1CEB_56F4, &first)));
    let second = [2, 30, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    assert_eq!(sender.transmit(), Some(Frame::new(0x1CEB_56F4, &second)));
    assert_eq!(sender.transmit(), None);
    assert!(!sender.is_idle());
    sender.receive(&[0x13, 9, 0, 2, 0xFF, 0, 0x11, 0]);
    assert!(sender.is_idle());
}

#[test]
fn the_answers_of_a_receiver_are_those_of_the_standard() {
    let mut receiver = Receiver::new(false);
    receiver.manage(&[0x10, 49, 0, 7, 0xFF, 0, 0x02, 0]);
    let answer = receiver.transmit().expect("clear to send");
    assert_eq!(
        answer,
        Frame::new(0x1CEC_F456, &[0x11, 7, 1, 0xFF, 0xFF, 0, 0x02, 0])
    );
    let mut whole = None;
    for number in 1..=7 {
        whole = receiver.data(&[number, 0, 1, 2, 3, 4, 5, number]);
    }
    assert_eq!(whole.expect("whole").bytes().len(), 49);
    let answer = receiver.transmit().expect("an acknowledgement");
    assert_eq!(answer.bytes(), [0x13, 49, 0, 7, 0xFF, 0, 0x02, 0]);
}

#[test]
fn a_request_that_contradicts_itself_is_refused() {
    for head in [
        [0x10, 49, 0, 6],
        [0x10, 0, 0, 0],
        [0x10, 0xFF, 0xFF, 255],
        // One byte more than the longest.
        [0x10, 1, 2, 74],
    ] {
        let mut receiver = Receiver::new(false);
        let [control, low, high, frames] = head;
        receiver.manage(&[control, low, high, frames, 0xFF, 0, 2, 0]);
        let answer = receiver.transmit().expect("an abort");
        assert_eq!(answer.bytes()[0], 255, "{head:?}");
        assert_eq!(receiver.data(&[1, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}

#[test]
fn a_sender_gives_up_where_nobody_answers() {
    let mut sender = Sender::new(true);
    assert!(sender.start(pgn::BRM, &[0; 41]));
    assert!(sender.transmit().is_some());
    for _ in 0..125 {
        sender.pass(10);
        assert!(!sender.is_idle());
    }
    sender.pass(10);
    assert!(sender.is_idle());
    assert!(!sender.start(pgn::BRM, &[0; MAX_MESSAGE + 1]));
}

/// Any frames at all, for as many seconds as `BMS_FUZZ_SECONDS` says.
#[test]
fn arbitrary_frames_for_a_while() {
    let seconds = std::env::var("BMS_FUZZ_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random.to_le_bytes()
    };
    let groups = [
        pgn::CHM,
        pgn::CRM,
        pgn::CML,
        pgn::CRO,
        pgn::CCS,
        pgn::CST,
        pgn::CSD,
        pgn::CEM,
        pgn::TP_CM,
        pgn::TP_DT,
        pgn::CTS,
        0x3300,
    ];
    let (mut link, mut receiver) = (Link::new(), Receiver::new(true));
    let mut frames = 0_u64;
    while Instant::now() < end {
        for _ in 0..10_000 {
            let [pick, length, ..] = next();
            let bytes = next();
            let group = groups[usize::from(pick) % groups.len()];
            let frame = Frame::of_charger(group, &bytes[..usize::from(length % 9)]);
            link.receive(&frame);
            while link.transmit().is_some() {}
            let bytes = frame.bytes();
            receiver.manage(bytes);
            if let Some(whole) = receiver.data(bytes) {
                assert!(whole.bytes().len() <= MAX_MESSAGE);
            }
            let _ = receiver.transmit();
            decode_all(bytes);
            frames += 1;
        }
    }
    println!("{frames} frames in {seconds} s");
}

/// Every decoder; none of them may do anything but answer.
fn decode_all(bytes: &[u8]) {
    use bms_core::charging::gbt::{
        Capability, Checked, Demand, Identity, Limits, Output, Recognition, State, Statistics,
        Status, Stop,
    };
    if let Some(limits) = Limits::decode(bytes) {
        assert_eq!(limits.encode().len(), 13);
    }
    if let Some(status) = Status::decode(bytes) {
        assert!(status.encode()[6] <= 100);
    }
    if let Some(stop) = Stop::decode(bytes) {
        assert_eq!(Stop::decode(&stop.encode()), Some(stop));
    }
    let _ = (
        Capability::decode(bytes),
        Checked::decode(bytes),
        Demand::decode(bytes),
    );
    let _ = (
        Identity::decode(bytes),
        Output::decode(bytes),
        Recognition::decode(bytes),
    );
    let _ = (State::decode(bytes), Statistics::decode(bytes));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// Whatever is lost, doubled or late: a message that arrives is the one that was sent.
    #[test]
    fn a_message_comes_whole_or_not_at_all(
        message in prop::collection::vec(any::<u8>(), 9..=MAX_MESSAGE),
        fates in prop::collection::vec(any_fate(), 0..60),
    ) {
        let (received, _) = run(&message, &fates, 2000);
        for whole in &received {
            prop_assert_eq!(whole.bytes(), &message[..]);
            prop_assert_eq!(whole.group, pgn::BRM);
        }
    }

    /// One lost frame costs nothing but time. More than one in a row ends the connection, and the next period begins anew.
    #[test]
    fn a_lost_frame_is_asked_for_again(
        message in prop::collection::vec(any::<u8>(), 9..=49),
        lost in prop::option::of(1_usize..9),
        doubled in 0_usize..12,
    ) {
        let mut fates = vec![Fate::Delivered; 24];
        fates[doubled] = Fate::Doubled;
        if let Some(index) = lost {
            fates[index] = Fate::Lost;
        }
        let (received, frames) = run(&message, &fates, 2000);
        prop_assert_eq!(received.len(), 1, "{:?}", frames);
    }

    /// Frames in another order cost nothing but an answer.
    #[test]
    fn another_order_is_put_right(message in prop::collection::vec(any::<u8>(), 22..=49), swapped in 2_usize..6) {
        let mut fates = vec![Fate::Delivered; 24];
        fates[swapped] = Fate::Delayed;
        let (received, _) = run(&message, &fates, 400);
        prop_assert_eq!(received.len(), 1);
    }
}
