//! Messages of more than eight bytes, by the transport protocol of SAE J1939-21 between two known ends: request to send, clear
//! to send, data, acknowledgement.

use super::frame::{CHARGER, Frame, VEHICLE, pgn};

/// The longest message, in bytes: a BMV of 256 cells.
pub const MAX_MESSAGE: usize = 512;

/// Bytes in one data frame.
const CHUNK: usize = 7;

/// Time-out for the other end's next answer (T3), in milliseconds.
const ANSWER_MS: u32 = 1250;

/// Time-out for the next data frame (T1), in milliseconds.
const DATA_MS: u32 = 750;

/// How often missing frames are requested again.
const TRIES: u8 = 3;

const RTS: u8 = 16;
const CTS: u8 = 17;
const END: u8 = 19;
const ABORT: u8 = 255;

fn management(bytes: [u8; 5], group: u16, from_vehicle: bool) -> Frame {
    let [control, a, b, c, d] = bytes;
    let [low, high] = group.to_le_bytes();
    let bytes = [control, a, b, c, d, low, high, 0];
    to_other(pgn::TP_CM, &bytes, from_vehicle)
}

fn to_other(group: u16, bytes: &[u8], from_vehicle: bool) -> Frame {
    if from_vehicle {
        Frame::to(group, VEHICLE, CHARGER, bytes)
    } else {
        Frame::to(group, CHARGER, VEHICLE, bytes)
    }
}

/// Control byte, its four arguments, and its parameter group.
fn parse(bytes: &[u8]) -> Option<([u8; 5], u16)> {
    let (head, rest) = bytes.split_first_chunk::<5>()?;
    let (group, _) = rest.split_first_chunk::<2>()?;
    Some((*head, u16::from_le_bytes(*group)))
}

/// Number of frames of a message of `length` bytes.
#[expect(clippy::cast_possible_truncation, reason = "at most 74")]
const fn chunks(length: usize) -> u8 {
    length.div_ceil(CHUNK) as u8
}

/// The sending end of one connection.
#[derive(Clone, Debug)]
pub struct Sender {
    from_vehicle: bool,
    group: u16,
    message: [u8; MAX_MESSAGE],
    length: usize,
    state: Sending,
    since_ms: u32,
    refused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    Idle,
    Requesting,
    Waiting,
    /// The next frame and the last that may be sent, from 1.
    Flowing {
        next: u8,
        last: u8,
    },
}

impl Sender {
    /// Without a message. `from_vehicle` selects the end.
    #[must_use]
    pub const fn new(from_vehicle: bool) -> Self {
        Self {
            from_vehicle,
            group: 0,
            message: [0xFF; MAX_MESSAGE],
            length: 0,
            state: Sending::Idle,
            since_ms: 0,
            refused: false,
        }
    }

    /// Whether no message is being sent.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.state == Sending::Idle
    }

    /// The parameter group of the last message, if the other end aborted it or did not answer.
    #[must_use]
    pub fn refused(&self) -> Option<u16> {
        self.refused.then_some(self.group)
    }

    /// Starts a message, unless another is being sent or this one is too long. Returns whether it started.
    pub fn start(&mut self, group: u16, message: &[u8]) -> bool {
        message.len() <= MAX_MESSAGE && self.start_with(group, message.iter().copied())
    }

    /// The same from an iterator; bytes beyond the longest message are dropped.
    pub fn start_with(&mut self, group: u16, message: impl IntoIterator<Item = u8>) -> bool {
        let mut message = message.into_iter().peekable();
        if !self.is_idle() || message.peek().is_none() {
            return false;
        }
        self.message = [0xFF; MAX_MESSAGE];
        self.length = 0;
        for (place, byte) in self.message.iter_mut().zip(message) {
            *place = byte;
            self.length += 1;
        }
        self.group = group;
        self.state = Sending::Requesting;
        self.since_ms = 0;
        self.refused = false;
        true
    }

    /// Cancels the message that is being sent.
    pub fn cancel(&mut self) {
        self.state = Sending::Idle;
    }

    /// Advances time: a missing answer ends the connection.
    pub fn pass(&mut self, dt_ms: u32) {
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        if self.since_ms > ANSWER_MS && !self.is_idle() {
            self.state = Sending::Idle;
            self.refused = true;
        }
    }

    /// Takes connection management of the other end (`TP.CM`).
    pub fn receive(&mut self, bytes: &[u8]) {
        let Some(([control, first, second, ..], group)) = parse(bytes) else {
            return;
        };
        if group != self.group || self.is_idle() {
            return;
        }
        let all = chunks(self.length);
        match control {
            // Zero frames: the other end keeps the connection on hold.
            CTS if first == 0 => self.since_ms = 0,
            CTS if (1..=all).contains(&second) => {
                let last = second.saturating_add(first - 1).min(all);
                self.state = Sending::Flowing { next: second, last };
                self.since_ms = 0;
            }
            END => self.state = Sending::Idle,
            ABORT => {
                self.state = Sending::Idle;
                self.refused = true;
            }
            _ => {}
        }
    }

    /// The next frame; `None` if the other end has to answer first.
    pub fn transmit(&mut self) -> Option<Frame> {
        match self.state {
            Sending::Requesting => {
                self.state = Sending::Waiting;
                self.since_ms = 0;
                let [low, high] = u16::try_from(self.length).unwrap_or(0).to_le_bytes();
                let head = [RTS, low, high, chunks(self.length), 0xFF];
                Some(management(head, self.group, self.from_vehicle))
            }
            Sending::Flowing { next, last } => {
                let from = usize::from(next - 1) * CHUNK;
                let mut data = [0xFF; 8];
                if let Some((number, rest)) = data.split_first_mut() {
                    *number = next;
                    let bytes = self.message.get(from..).unwrap_or_default();
                    for (place, byte) in rest.iter_mut().zip(bytes) {
                        *place = *byte;
                    }
                }
                self.state = if next >= last {
                    Sending::Waiting
                } else {
                    Sending::Flowing {
                        next: next + 1,
                        last,
                    }
                };
                self.since_ms = 0;
                Some(to_other(pgn::TP_DT, &data, self.from_vehicle))
            }
            Sending::Idle | Sending::Waiting => None,
        }
    }
}

/// A complete message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its parameter group.
    pub group: u16,
    message: [u8; MAX_MESSAGE],
    length: usize,
}

impl Received {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.message.get(..self.length).unwrap_or_default()
    }
}

/// The receiving end of one connection. Frames may be lost, duplicated or out of order: missing frames are requested again, and
/// a message arrives complete or not at all.
#[derive(Clone, Debug)]
pub struct Receiver {
    from_vehicle: bool,
    group: u16,
    message: [u8; MAX_MESSAGE],
    length: usize,
    /// Frames that arrived, one bit each.
    have: u128,
    open: bool,
    /// The answer that is due.
    answer: Option<Frame>,
    since_ms: u32,
    tries: u8,
}

impl Receiver {
    /// Without a connection. `from_vehicle` selects the end; answers go to the other.
    #[must_use]
    pub const fn new(from_vehicle: bool) -> Self {
        Self {
            from_vehicle,
            group: 0,
            message: [0xFF; MAX_MESSAGE],
            length: 0,
            have: 0,
            open: false,
            answer: None,
            since_ms: 0,
            tries: 0,
        }
    }

    /// Takes connection management of the other end (`TP.CM`).
    pub fn manage(&mut self, bytes: &[u8]) {
        let Some(([control, low, high, frames, _], group)) = parse(bytes) else {
            return;
        };
        match control {
            RTS => {
                let length = usize::from(u16::from_le_bytes([low, high]));
                if length == 0 || length > MAX_MESSAGE || frames != chunks(length) {
                    self.open = false;
                    let head = [ABORT, 2, 0xFF, 0xFF, 0xFF];
                    self.answer = Some(management(head, group, self.from_vehicle));
                    return;
                }
                self.open = true;
                self.group = group;
                self.length = length;
                self.have = 0;
                self.tries = 0;
                self.message = [0xFF; MAX_MESSAGE];
                self.ask();
            }
            ABORT if group == self.group => self.open = false,
            _ => {}
        }
    }

    /// Takes a data frame (`TP.DT`); returns the message once it is complete.
    pub fn data(&mut self, bytes: &[u8]) -> Option<Received> {
        let (number, chunk) = bytes.split_first()?;
        let all = chunks(self.length);
        if !self.open || !(1..=all).contains(number) || chunk.len() < CHUNK {
            return None;
        }
        self.since_ms = 0;
        let from = usize::from(*number - 1) * CHUNK;
        let places = self.message.iter_mut().skip(from);
        for (place, byte) in places.zip(chunk).take(CHUNK) {
            *place = *byte;
        }
        self.have |= 1 << (*number - 1);
        if self.first_missing().is_some() {
            // The last frame arrived and others are missing: they are requested at once.
            if *number == all {
                self.retry();
            }
            return None;
        }
        self.open = false;
        let [low, high] = u16::try_from(self.length).unwrap_or(0).to_le_bytes();
        let head = [END, low, high, all, 0xFF];
        self.answer = Some(management(head, self.group, self.from_vehicle));
        Some(Received {
            group: self.group,
            message: self.message,
            length: self.length,
        })
    }

    /// Advances time: missing frames are requested again, and the message is aborted in the end.
    pub fn pass(&mut self, dt_ms: u32) {
        self.since_ms = self.since_ms.saturating_add(dt_ms);
        if self.open && self.since_ms > DATA_MS {
            self.retry();
        }
    }

    /// The answer that is due.
    pub fn transmit(&mut self) -> Option<Frame> {
        self.answer.take()
    }

    fn retry(&mut self) {
        self.tries = self.tries.saturating_add(1);
        if self.tries > TRIES {
            self.open = false;
            let head = [ABORT, 3, 0xFF, 0xFF, 0xFF];
            self.answer = Some(management(head, self.group, self.from_vehicle));
        } else {
            self.ask();
        }
    }

    /// Requests the first run of missing frames.
    fn ask(&mut self) {
        self.since_ms = 0;
        let Some(first) = self.first_missing() else {
            return;
        };
        let all = chunks(self.length);
        let mut count = 0;
        for number in first..=all {
            if self.have >> (number - 1) & 1 == 1 {
                break;
            }
            count += 1;
        }
        let head = [CTS, count, first, 0xFF, 0xFF];
        self.answer = Some(management(head, self.group, self.from_vehicle));
    }

    fn first_missing(&self) -> Option<u8> {
        (1..=chunks(self.length)).find(|number| self.have >> (number - 1) & 1 == 0)
    }
}
