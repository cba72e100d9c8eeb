//! The morning after, on the wire: what an organiser has left to do once the evening is over, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::instant::Instant;

/// Something to do after the evening.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Errand {
    /// Whoever has an address gets the agreement by mail.
    Agreements,
    /// Whoever has none gets it on paper.
    Papers,
    /// The newspaper gets its list.
    Newspaper,
    /// The prizes are awarded.
    Prizes,
    /// The sponsors are thanked.
    Sponsors,
    /// Whoever wants it has the report.
    Report,
}

closed_sets!(Errand);

/// How far the morning after has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Afterwards {
    /// What the organiser ticked off, and when.
    pub ticked: Vec<Ticked>,
    /// Deals that count.
    pub deals: u32,
    /// Copies for parties with an address: one for each party of each deal.
    pub reachable: u32,
    /// Parties of such deals without an address.
    pub unreachable: u32,
    /// Mails with an agreement that the mail server has taken.
    pub sent: u32,
    /// Those that wait, or that the organiser has not let go.
    pub waiting: u32,
    /// Those that did not arrive, or may not have.
    pub undelivered: u32,
    /// Prizes that were awarded.
    pub prizes: u32,
    /// Sponsors.
    pub sponsors: u32,
    /// Whether the server has no mail server and the organiser wants no mails made: everybody gets it on paper.
    pub no_mail: bool,
    /// Deals of which somebody has said what became of them, or was asked.
    pub followed_up: u32,
    /// Deals of which nothing is left to ask.
    pub settled: u32,
}

/// Something that was ticked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// What.
    pub errand: Errand,
    /// When.
    pub at: Instant,
}

/// Ticks something off, or takes the tick back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Whether it is done.
    pub done: bool,
}

impl Afterwards {
    /// Whether the organiser ticked it off.
    pub fn is_ticked(&self, errand: Errand) -> bool {
        self.ticked.iter().any(|ticked| ticked.errand == errand)
    }

    /// Whether it is done: ticked off, or seen to be.
    pub fn is_done(&self, errand: Errand) -> bool {
        let is_seen = match errand {
            Errand::Agreements => self.sent >= self.reachable && self.undelivered == 0,
            Errand::Papers => self.unreachable == 0,
            Errand::Prizes => self.prizes > 0,
            Errand::Sponsors | Errand::Newspaper | Errand::Report => false,
        };
        is_seen || self.is_nothing(errand) || self.is_ticked(errand)
    }

    /// Whether there is nothing of it that could be done: no agreement, no deal, no sponsor.
    pub fn is_nothing(&self, errand: Errand) -> bool {
        match errand {
            Errand::Agreements => self.reachable == 0,
            Errand::Sponsors => self.sponsors == 0,
            Errand::Papers | Errand::Newspaper | Errand::Prizes | Errand::Report => self.deals == 0,
        }
    }

    /// How much is left.
    pub fn left(&self) -> usize {
        let left = Errand::ALL.iter().filter(|errand| !self.is_done(**errand));
        left.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_to_be_done_needs_no_tick() {
        let nothing = Afterwards::default();
        assert_eq!(nothing.left(), 0);
        assert!(Errand::ALL.iter().all(|errand| nothing.is_nothing(*errand)));
        let evening = Afterwards {
            deals: 2,
            reachable: 3,
            unreachable: 1,
            sent: 2,
            sponsors: 1,
            ..Afterwards::default()
        };
        assert_eq!(evening.left(), Errand::ALL.len());
        let all_sent = Afterwards {
            sent: 3,
            ..evening.clone()
        };
        assert!(all_sent.is_done(Errand::Agreements));
        let bounced = Afterwards {
            undelivered: 1,
            ..all_sent
        };
        assert!(!bounced.is_done(Errand::Agreements));
        let ticked = Afterwards {
            ticked: vec![Ticked {
                errand: Errand::Agreements,
                at: Instant::from_unix_ms(1),
            }],
            ..bounced
        };
        assert!(ticked.is_done(Errand::Agreements));
    }
}
