//! Where something stands that this device has written, from the outbox to the wall.

use borsklokka_shared::after_hammer::AfterHammer;
use borsklokka_shared::deal::{Deal, Standing};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::refusal::Refusal;

use crate::live::outbox::queue::{Condition, Item};

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// In the outbox.
    Here(Condition),
    /// It was refused because the floor was not open, and it is open now: it can be sent as it is.
    Due,
    /// With the notary.
    Written,
    /// The notary's remark.
    SentBack(String),
    /// With the moderator.
    Held,
    /// The moderator did not let it count.
    Declined,
    /// It counts; the hall sees it later.
    Concealed,
    /// On the wall.
    Posted,
    /// It stands, and a change of it waits for the notary.
    ChangeWaits,
    /// It stands, and the notary did not let a change of it through: the remark.
    ChangeSentBack(String),
    /// Taken back.
    Withdrawn,
    /// Taken off the screens by the desk.
    Removed,
}

impl State {
    /// The state's name in style sheets and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            State::Here(condition) => condition.as_str(),
            State::Due => "due",
            State::Written => "written",
            State::SentBack(_) => "sent_back",
            State::Held => "held",
            State::Declined => "declined",
            State::Concealed => "concealed",
            State::Posted => "posted",
            State::ChangeWaits => "change_waits",
            State::ChangeSentBack(_) => "change_sent_back",
            State::Withdrawn => "withdrawn",
            State::Removed => "removed",
        }
    }

    /// Whether what was agreed stands, so that it can be signed.
    pub const fn can_be_signed(&self) -> bool {
        match self {
            State::Here(condition) => !matches!(condition, Condition::Refused(_) | Condition::Unreadable),
            State::Written
            | State::SentBack(_)
            | State::Held
            | State::Concealed
            | State::Posted
            | State::ChangeWaits
            | State::ChangeSentBack(_) => true,
            State::Due | State::Declined | State::Withdrawn | State::Removed => false,
        }
    }

    /// Whether its broker must mend it. So too a change that was not let through: nobody else knows of it, though its deal stands.
    pub const fn must_be_mended(&self) -> bool {
        matches!(
            self,
            State::Here(Condition::Refused(_)) | State::SentBack(_) | State::ChangeSentBack(_)
        )
    }

    /// Whether its broker must do something: mend it, or send it.
    pub const fn asks_for_broker(&self) -> bool {
        self.must_be_mended() || matches!(self, State::Due)
    }

    /// Why its broker must mend it, in words.
    pub fn why(&self) -> Option<&str> {
        match self {
            State::Here(Condition::Refused(refused)) => Some(&refused.message),
            State::SentBack(remark) | State::ChangeSentBack(remark) => Some(remark),
            _ => None,
        }
    }

    /// Where something in the outbox stands, by how the floor is now and not as it was when the server answered.
    pub fn of_item(item: &Item, phase: Option<Phase>) -> Self {
        let is_for_floor = |code: &str| {
            [Refusal::FloorNotOpen, Refusal::FloorClosed]
                .iter()
                .any(|refusal| refusal.code() == code)
        };
        match item.condition() {
            Condition::Refused(refused) if phase == Some(Phase::Open) && is_for_floor(&refused.code) => {
                State::Due
            }
            condition => State::Here(condition),
        }
    }

    /// Where a deal stands that the server has.
    pub fn of_deal(deal: &Deal, after: Option<&AfterHammer>) -> Self {
        let stands = matches!(deal.standing, Standing::Posted | Standing::Concealed);
        match after.filter(|_| stands) {
            Some(AfterHammer {
                proposed: Some(_), ..
            }) => State::ChangeWaits,
            Some(AfterHammer {
                remark: Some(remark), ..
            }) => State::ChangeSentBack(remark.clone()),
            Some(_) | None => State::of_standing(&deal.standing),
        }
    }

    fn of_standing(standing: &Standing) -> Self {
        match standing {
            Standing::Written => State::Written,
            Standing::SentBack { remark } => State::SentBack(remark.clone()),
            Standing::Held { .. } => State::Held,
            Standing::Declined => State::Declined,
            Standing::Concealed => State::Concealed,
            Standing::Posted => State::Posted,
            Standing::Withdrawn { .. } => State::Withdrawn,
            Standing::Removed { .. } => State::Removed,
        }
    }
}
