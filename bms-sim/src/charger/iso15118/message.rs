//! Bodies of messages, and the documents around them.

use iso15118::iso2::{self, BodyChoice};
use iso15118::iso20::{common as c20, dc, messages as cm};
use iso15118::message::Message;

pub(super) fn v2(choice: BodyChoice) -> Message {
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

pub(super) fn body(message: &Message) -> Option<&BodyChoice> {
    match message {
        Message::Iso2(document) => match &**document {
            iso2::Document::V2GMessage(message) => message.body.choice.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn header(now_ms: u32) -> c20::MessageHeader {
    c20::MessageHeader {
        session_id: Vec::new(),
        time_stamp: 1_700_000_000 + u64::from(now_ms) / 1000,
        signature: None,
    }
}

pub(super) fn common(document: cm::Document) -> Message {
    Message::Iso20(Box::new(document))
}

pub(super) fn direct(document: dc::Document) -> Message {
    Message::Iso20Dc(Box::new(document))
}
