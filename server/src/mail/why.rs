//! Why a mail has not gone, in the reader's language: what stands before the answer that was kept, which is a mail server's, or a note for
//! the log in English.

use borsklokka_shared::language::Language;
use borsklokka_shared::mail::MailState;

use crate::smtp::{NO_SUCH_LETTERS, SILENT};
use crate::spoken::mail::Mail as Words;

/// What it was about is not there any more.
pub(super) const ERASED: &str = "what it was about was erased";
pub(super) const DEAL_GONE: &str = "the deal does not stand any more";
pub(super) const ACCOUNT_GONE: &str = "the account has another address, or is closed";
pub(super) const NOT_AN_ADDRESS: &str = "not an address";
/// Versions before this one kept it of a mail that had waited for too long.
const TOO_LATE: &str = "it is too late for it";

/// What a kept answer begins with, and what that means. Most are our own words; the others are those in which the library that speaks to
/// mail servers tells how one ended, before what the server itself said.
const BEGINS: [(&str, Why); 15] = [
    (ERASED, Why::Gone),
    (DEAL_GONE, Why::Gone),
    (ACCOUNT_GONE, Why::Gone),
    (NOT_AN_ADDRESS, Why::NotAnAddress),
    (NO_SUCH_LETTERS, Why::NoSuchLetters),
    (TOO_LATE, Why::TooLate),
    (SILENT, Why::Silent),
    ("Connection error", Why::Unreachable),
    ("network error", Why::Unreachable),
    ("response error", Why::Unreachable),
    ("tls error", Why::NotEncrypted),
    ("permanent error (530)", Why::NotLetIn),
    ("permanent error (535)", Why::NotLetIn),
    ("permanent error", Why::Refused),
    ("transient error", Why::NotNow),
];

/// Why one has not gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Gone,
    NotAnAddress,
    NoSuchLetters,
    TooLate,
    Silent,
    Unreachable,
    NotEncrypted,
    NotLetIn,
    Refused,
    NotNow,
    /// It could not even be made.
    NotMade,
}

/// Why a mail with such an answer has not gone; nothing of one that has.
pub(crate) fn why(state: MailState, answer: Option<&str>, language: Language) -> Option<String> {
    let answer = answer.filter(|answer| !answer.is_empty())?;
    match state {
        // What may have gone has a sentence of its own.
        MailState::Sent | MailState::Sending | MailState::Cancelled | MailState::Unknown => return None,
        MailState::Held | MailState::Waiting | MailState::Bounced | MailState::Failed => {}
    }
    let begins = BEGINS.iter().find(|(begins, _)| answer.starts_with(begins));
    let words = &Words::of(language).why;
    let said = match begins.map_or(Why::NotMade, |(_, why)| *why) {
        Why::Gone => words.gone,
        Why::NotAnAddress => words.not_an_address,
        Why::NoSuchLetters => words.no_such_letters,
        Why::TooLate => words.too_late,
        Why::Silent => words.silent,
        Why::Unreachable => words.unreachable,
        Why::NotEncrypted => words.not_encrypted,
        Why::NotLetIn => words.not_let_in,
        Why::Refused => words.refused,
        Why::NotNow => words.not_now,
        Why::NotMade => words.not_made,
    };
    Some(said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_go_is_told_in_the_reader_s_language() {
        let told = |state, answer| why(state, Some(answer), Language::Nb);
        for (answer, says) in [
            ("permanent error (550): No such user here", "avviste"),
            (
                "permanent error (535): 5.7.8 Error: authentication failed",
                "passord",
            ),
            ("transient error (450): Try again later", "ikke ta imot den nå"),
            (
                "Connection error: failed to lookup address information",
                "får ikke kontakt",
            ),
            ("response error: incomplete response", "får ikke kontakt"),
            ("the mail server did not answer in 60 s", "svarte ikke"),
            (NOT_AN_ADDRESS, "ikke en e-postadresse"),
            (ERASED, "finnes ikke lenger"),
            ("the database cannot be read", "kunne ikke lages"),
        ] {
            let said = told(MailState::Waiting, answer).unwrap();
            assert!(said.contains(says), "{answer}: {said}");
        }
        assert_eq!(told(MailState::Sent, "250 Ok"), None);
        assert_eq!(told(MailState::Waiting, ""), None);
    }
}
