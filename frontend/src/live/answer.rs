//! What the server answers to a command.

use borsklokka_shared::ids::Seq;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took effect.
    Accepted {
        /// The position after it.
        seq: Seq,
    },
    /// It had no effect: the server said so, or would have.
    Refused {
        /// Stable, for programs.
        code: String,
        /// For people.
        message: String,
    },
    /// There is no connection, so it was not sent.
    NotSent,
    /// The connection broke before the answer: only the same id, sent again, tells.
    Lost,
}

impl Answer {
    pub(super) fn of_refusal(refusal: &Refusal, language: Language) -> Self {
        Answer::Refused {
            code: refusal.code().to_owned(),
            message: refusal.message(language),
        }
    }
}
