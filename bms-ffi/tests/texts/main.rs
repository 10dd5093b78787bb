//! Every value of every enumeration has a text of its own.

mod table;

use std::collections::HashSet;
use std::ffi::CStr;

use table::{TEXTS, Texts};

/// A number that no enumeration has.
const NO_VALUE: i32 = 254;

fn text(of: &Texts, number: i32) -> &'static str {
    let (name, _, text) = of;
    // SAFETY: the functions return terminated texts that are never freed.
    let text = unsafe { CStr::from_ptr(text(number)) };
    text.to_str()
        .unwrap_or_else(|_| panic!("{name} {number} is not UTF-8"))
}

#[test]
fn every_value_of_every_enumeration_has_its_own_text() {
    for of @ (name, values, _) in TEXTS {
        let mut texts = HashSet::from([text(of, NO_VALUE)]);
        for number in *values {
            let text = text(of, *number);
            assert!(!text.is_empty(), "{name} {number} has no text");
            assert!(
                texts.insert(text),
                "{name} {number}: {text:?} is the text of another value, or of no value"
            );
        }
    }
}

#[test]
fn numbers_without_a_value_have_a_text_that_says_so() {
    for of @ (name, values, _) in TEXTS {
        assert!(!values.contains(&NO_VALUE), "{name}");
        assert_eq!(text(of, NO_VALUE), format!("no value of {name}"));
    }
}

/// Once missing: the end of a session whose current did not fall.
#[test]
fn a_session_that_ended_under_current_has_a_text() {
    let of = TEXTS
        .iter()
        .find(|(name, ..)| *name == "bms_session_end")
        .unwrap();
    assert!(
        text(of, 37).contains("current did not fall"),
        "{}",
        text(of, 37)
    );
}
