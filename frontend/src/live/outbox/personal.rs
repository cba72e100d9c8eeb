//! What is personal and waits in the outbox with the deals: how to reach a walk-in, and signatures. It goes over HTTP to
//! tables of its own, never over a socket and never into the log.

use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId, Seq};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::{Reply, Unreachable};
use crate::live::answer::Answer;

/// Something personal on its way. The server takes the same again as if it had come once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ReadPersonal")]
pub struct Personal {
    /// Its name in the outbox.
    pub id: CommandId,
    /// What it is.
    #[serde(flatten)]
    pub matter: Matter,
}

/// What is personal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Matter {
    /// Whom to reach, and how.
    Contact {
        /// Whose it is.
        participant: ParticipantId,
        /// As the server takes it.
        contact: Contact,
    },
    /// A signature under a deal.
    Signature {
        /// Under which deal.
        deal: DealId,
        /// For which of its parties.
        participant: ParticipantId,
        /// As the server takes it.
        signature: Signature,
    },
}

/// Something personal as it is read: flat, because serde reads what is flattened and tagged by readers of its own.
#[derive(Deserialize)]
struct ReadPersonal {
    id: CommandId,
    about: About,
    participant: ParticipantId,
    contact: Option<Contact>,
    deal: Option<DealId>,
    signature: Option<Signature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Contact,
    Signature,
}

impl TryFrom<ReadPersonal> for Personal {
    type Error = &'static str;

    fn try_from(read: ReadPersonal) -> Result<Self, Self::Error> {
        let participant = read.participant;
        let matter = match read.about {
            About::Contact => Matter::Contact {
                participant,
                contact: read.contact.ok_or("missing field `contact`")?,
            },
            About::Signature => Matter::Signature {
                deal: read.deal.ok_or("missing field `deal`")?,
                participant,
                signature: read.signature.ok_or("missing field `signature`")?,
            },
        };
        Ok(Self { id: read.id, matter })
    }
}

/// A signature: the strokes of a finger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Who signs.
    pub name: String,
    /// Each stroke's points, `[x, y]`, in thousandths of the pad's width.
    pub strokes: Vec<Vec<[u16; 2]>>,
    /// The terms that it was made under: it is stale if they were amended before it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Box<Terms>>,
}

impl Matter {
    /// Where it goes on the server.
    pub fn address(&self, slug: &str) -> String {
        match self {
            Matter::Contact { participant, .. } => format!("/api/v1/exchanges/{slug}/contacts/{participant}"),
            Matter::Signature {
                deal, participant, ..
            } => format!("/api/v1/exchanges/{slug}/deals/{deal}/signatures/{participant}"),
        }
    }

    /// What goes there.
    pub fn body(&self) -> Value {
        match self {
            Matter::Contact { contact, .. } => serde_json::to_value(contact),
            Matter::Signature { signature, .. } => serde_json::to_value(signature),
        }
        .expect("both have string keys and whole numbers")
    }

    /// The deal that must be there before it.
    pub fn deal(&self) -> Option<DealId> {
        match self {
            Matter::Contact { .. } => None,
            Matter::Signature { deal, .. } => Some(*deal),
        }
    }
}

/// What is refused for good, though the status is that of an ended session.
const NOT_YOUR_DEAL: &str = "not_your_deal";

/// What a reply means to what was sent: it has left only by the server's own "done". Nothing of it is an event, so there is no
/// position to wait for.
pub fn answer(reply: Result<Reply, Unreachable>) -> Answer {
    match reply {
        Ok(Reply::Done) => Answer::Accepted { seq: Seq(0) },
        // Whose deal it is does not change with a session.
        Ok(Reply::Refused { code, message, .. }) if code == NOT_YOUR_DEAL => {
            Answer::Refused { code, message }
        }
        // A session that has ended is begun anew, and then it is sent again.
        Err(Unreachable)
        | Ok(
            Reply::Content(_)
            | Reply::Refused {
                status: 401 | 403 | 429 | 500..,
                ..
            },
        ) => later(),
        Ok(Reply::Refused { code, message, .. }) => Answer::Refused { code, message },
    }
}

/// As a server answers that cannot take a command now.
fn later() -> Answer {
    Answer::Refused {
        code: "unavailable".to_owned(),
        message: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_an_answer_or_comes_again() {
        let refused = |status| {
            answer(Ok(Reply::Refused {
                status,
                code: "bad_phone".to_owned(),
                message: "Skriv nummeret.".to_owned(),
            }))
        };
        assert_eq!(answer(Ok(Reply::Done)), Answer::Accepted { seq: Seq(0) });
        for status in [401, 403, 429, 500, 503] {
            assert_eq!(refused(status), later(), "{status}");
        }
        let (code, message) = (NOT_YOUR_DEAL.to_owned(), "Et annet nettbretts.".to_owned());
        let for_good = Reply::Refused {
            status: 403,
            code: code.clone(),
            message: message.clone(),
        };
        assert_eq!(answer(Ok(for_good)), Answer::Refused { code, message });
        assert_eq!(answer(Err(Unreachable)), later());
        assert_eq!(answer(Ok(Reply::Content("{}".to_owned()))), later());
        assert_eq!(
            refused(422),
            Answer::Refused {
                code: "bad_phone".to_owned(),
                message: "Skriv nummeret.".to_owned(),
            }
        );
    }
}
