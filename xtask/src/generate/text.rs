//! Names and documentation, from Rust's way to write them to others.

use std::fmt::Write as _;

/// The words of a name in camel or snake case, in small letters.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && !before.is_uppercase() && !before.is_ascii_digit();
        if letter != '_' {
            match words.last_mut() {
                Some(word) if !begins && before != '_' => word.extend(letter.to_lowercase()),
                _ => words.push(letter.to_lowercase().collect()),
            }
        }
        before = letter;
    }
    words
}

/// Documentation for a reader without Rust: a link to an item becomes the name of the item.
#[must_use]
pub fn plain(doc: &[String]) -> Vec<String> {
    doc.iter().map(|line| plain_line(line)).collect()
}

fn plain_line(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((item, behind)) = after.split_once("`]") else {
            break;
        };
        text.push_str(before);
        let name = item.rsplit("::").next().unwrap_or(item);
        let _ = write!(text, "`{}`", name.trim_end_matches("()"));
        rest = behind
            .strip_prefix('(')
            .and_then(|link| Some(link.split_once(')')?.1))
            .unwrap_or(behind);
    }
    text + rest
}

/// The first sentence of documentation as a phrase: without full stop, marks of code, and remarks behind a semicolon or
/// colon.
#[must_use]
pub fn phrase(doc: &[String]) -> String {
    let paragraph: Vec<_> = doc
        .iter()
        .map(|line| line.trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let text = plain_line(&paragraph.join(" ")).replace('`', "");
    let end = [". ", "; ", ": "]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    let sentence = text
        .get(..end.unwrap_or(text.len()))
        .unwrap_or_default()
        .trim_end_matches('.');
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first
            .to_lowercase()
            .chain([second])
            .chain(letters)
            .collect(),
        _ => sentence.to_owned(),
    }
}

/// The code that documentation begins with; empty where it begins with something else.
#[must_use]
pub fn code(doc: &[String]) -> String {
    let line = doc.first().map_or("", String::as_str);
    let code = line
        .strip_prefix('`')
        .and_then(|code| code.split('`').next());
    code.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("CloseContactors"), ["close", "contactors"]);
        assert_eq!(words("NMC_96S_CCS"), ["nmc", "96s", "ccs"]);
        assert_eq!(words("Discharge20"), ["discharge20"]);
        assert_eq!(words("DcEvStatus"), ["dc", "ev", "status"]);
    }

    #[test]
    fn links_lose_their_marks() {
        let doc = ["As in [`Commands::contactors`] and [`step`](Self::step), `x`.".to_owned()];
        assert_eq!(plain(&doc), ["As in `contactors` and `step`, `x`."]);
    }

    #[test]
    fn a_phrase_is_the_first_sentence() {
        let doc = [
            "A state took".to_owned(),
            "too long: `x`. More.".to_owned(),
            String::new(),
            "And.".to_owned(),
        ];
        assert_eq!(phrase(&doc), "a state took too long");
        assert_eq!(phrase(&["BST.".to_owned()]), "BST");
    }

    #[test]
    fn a_code_stands_first() {
        assert_eq!(code(&["`NO_ERROR`: none.".to_owned()]), "NO_ERROR");
        assert_eq!(code(&["An error `X`.".to_owned()]), "");
    }
}
