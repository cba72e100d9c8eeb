//! Events: what happened. The log is a list of these, and every board is a fold of them.
//!
//! An event that was once written decodes for ever: [`decode`] lifts old schemas, and a golden file of each event and
//! schema is committed under `shared/tests/golden/`.

use serde::{Deserialize, Serialize};

use crate::announcement::Announcement;
use crate::audience::Audience;
use crate::deal::{Deal, Terms};
use crate::exchange::{ProgrammeItem, Scene, Settings};
use crate::ids::{AnnouncementId, DealId, Epoch, ListingId, ParticipantId, RoundId, Seq};
use crate::instant::Instant;
use crate::kept::Kept;
use crate::listing::Listing;
use crate::milestone::Milestone;
use crate::participant::Participant;
use crate::prize::{Prize, PrizeKind};
use crate::sleep::{GoOn, Sleep};
use crate::step::Stand;

/// The schema that events are written in today.
pub const SCHEMA: u32 = 1;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The settings were replaced. The first event of every exchange.
    ExchangeConfigured {
        /// The new ones.
        settings: Box<Settings>,
    },
    /// The exchange went back to nought: what the hall did is in an archive, and another history begins.
    BegunAnew {
        /// The history that begins.
        epoch: Epoch,
        /// What stays, for whoever reads the log from here. On the wire it is left out: whoever follows has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Box<Kept>>,
    },
    /// The programme was replaced.
    ProgrammeSet {
        /// The new items.
        items: Vec<ProgrammeItem>,
    },
    /// A participant was registered.
    ParticipantRegistered {
        /// The participant.
        participant: Participant,
    },
    /// A participant's entry was replaced.
    ParticipantAmended {
        /// The participant.
        participant: Participant,
    },
    /// Two participants were one: the deals and listings of the one that goes are the other's, and so is its id.
    ParticipantsMerged {
        /// The one that stays.
        kept: ParticipantId,
        /// The one that goes.
        gone: ParticipantId,
        /// What the one that goes was called.
        name: String,
        /// How many listings move.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        listings: Option<u32>,
        /// How many deals move, those that the public does not see among them: staff's alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deals: Option<u32>,
    },
    /// A participant has come.
    ParticipantArrived {
        /// Which one.
        participant: ParticipantId,
    },
    /// It has not: somebody else was meant.
    ArrivalTakenBack {
        /// Which one.
        participant: ParticipantId,
    },
    /// A participant without deals was taken out, with its listings.
    ParticipantRemoved {
        /// Which one.
        participant: ParticipantId,
        /// What it was called.
        name: String,
    },
    /// An offer or wish was added.
    ListingAdded {
        /// The listing.
        listing: Listing,
    },
    /// An offer or wish was replaced.
    ListingAmended {
        /// The listing.
        listing: Listing,
    },
    /// An offer or wish was taken out.
    ListingRemoved {
        /// Which one.
        listing: ListingId,
    },
    /// The opening bell was rung.
    FloorOpened {
        /// When it strikes, and the floor opens.
        ring_at: Instant,
    },
    /// The closing bell was rung.
    FloorClosed {
        /// When it strikes, and the floor closes.
        ring_at: Instant,
    },
    /// One stroke was rung.
    BellRung {
        /// When it strikes.
        ring_at: Instant,
    },
    /// A round started.
    RoundStarted {
        /// Which one.
        round: RoundId,
        /// When.
        started_at: Instant,
        /// When its time is up.
        ends_at: Instant,
    },
    /// A round's clock was stopped.
    RoundPaused {
        /// Which one.
        round: RoundId,
        /// What is left, in milliseconds; negative in overtime.
        rest_ms: i64,
    },
    /// A round's clock runs on.
    RoundResumed {
        /// Which one.
        round: RoundId,
        /// When its time is up.
        ends_at: Instant,
    },
    /// A running round was extended or shortened.
    RoundAdjusted {
        /// Which one.
        round: RoundId,
        /// When its time is up now.
        ends_at: Instant,
    },
    /// A round ended.
    RoundEnded {
        /// Which one.
        round: RoundId,
        /// When.
        ended_at: Instant,
    },
    /// A deal was struck: public, or concealed while totals are frozen.
    DealPosted {
        /// The whole deal.
        deal: Deal,
    },
    /// A deal was written for the notary.
    DealWritten {
        /// The whole deal.
        deal: Deal,
    },
    /// A late deal waits for the moderator.
    DealHeld {
        /// The whole deal.
        deal: Deal,
    },
    /// A late deal does not count.
    DealDeclined {
        /// Which one.
        deal: DealId,
    },
    /// The notary sent a deal back.
    DealSentBack {
        /// Which one.
        deal: DealId,
        /// What to mend.
        remark: String,
    },
    /// A deal's terms were replaced.
    DealAmended {
        /// Which one.
        deal: DealId,
        /// What was agreed.
        terms: Terms,
    },
    /// Its broker wants a ratified deal to say something else; the notary decides. The terms that the deal has take back what
    /// was wanted before.
    DealChangeProposed {
        /// Which one.
        deal: DealId,
        /// What it would say.
        terms: Terms,
    },
    /// The notary did not let the change through.
    DealChangeDeclined {
        /// Which one.
        deal: DealId,
        /// What to mend.
        remark: String,
    },
    /// A deal was taken back.
    DealWithdrawn {
        /// Which one.
        deal: DealId,
    },
    /// A deal was taken off the public screens.
    DealRemoved {
        /// Which one.
        deal: DealId,
    },
    /// A withdrawal or a removal was undone.
    DealReinstated {
        /// The whole deal, as the public may not have it any more.
        deal: Deal,
    },
    /// The hammer was undone.
    DealRecalled {
        /// Which one.
        deal: DealId,
    },
    /// The public does not see new deals from now on.
    TotalsFrozen {
        /// Since when.
        since: Instant,
    },
    /// The public sees these deals now.
    DealsRevealed {
        /// The whole deals, with their numbers.
        deals: Vec<Deal>,
    },
    /// The public sees new deals again.
    TotalsThawed,
    /// The highest public count passed a milestone.
    MilestoneReached {
        /// Which one.
        milestone: Milestone,
        /// The deal that passed it.
        deal: DealId,
    },
    /// A line stands over the wall.
    AnnouncementMade {
        /// The line.
        announcement: Announcement,
    },
    /// The line was taken down.
    AnnouncementEnded {
        /// Which one.
        announcement: AnnouncementId,
    },
    /// The wall shows something else.
    SceneSet {
        /// What.
        scene: Scene,
    },
    /// A deal is the large one again, until the next is struck.
    DealSpotlit {
        /// Which one; none ends it.
        deal: Option<DealId>,
    },
    /// A deal is on the jury's shortlist, or no longer.
    DealShortlisted {
        /// Which one.
        deal: DealId,
        /// Whether it is on it.
        on: bool,
    },
    /// A prize was awarded.
    PrizeAwarded {
        /// Which one, and to whom.
        prize: Prize,
    },
    /// A prize was taken back.
    PrizeTakenBack {
        /// Which one.
        prize: PrizeKind,
    },
    /// The result was announced.
    ResultAnnounced {
        /// When.
        announced_at: Instant,
    },
    /// A break was given a length.
    BreakSet {
        /// When it is to be over.
        until: Instant,
    },
    /// A step of bells and rounds was taken back, and every one after it: silently, as if it had not been.
    StepUndone {
        /// The number of the earliest that is taken back.
        step: u32,
        /// How it stands again.
        stand: Stand,
    },
    /// The server slept, or may have, while a round ran. Its own clock does nothing until that is answered.
    ServerSlept {
        /// From when until when.
        sleep: Sleep,
    },
    /// The moderator said what the sleep means for the round.
    SleepAnswered {
        /// Where the round goes on.
        go_on: GoOn,
    },
    /// Somebody was taken out of everything that was before: names and texts are placeholders there now. Another history begins, in
    /// which nobody resumes who has what is gone.
    DataErased {
        /// The history that begins.
        epoch: Epoch,
        /// The participants that are no more than placeholders: nothing can be written of them any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        participants: Vec<ParticipantId>,
        /// The organisations of which whoever spoke for them is gone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        people_of: Vec<ParticipantId>,
    },
}

impl Event {
    /// Whether the catalogue is another one after it.
    pub fn changes_catalogue(&self) -> bool {
        matches!(
            self,
            Event::ListingAdded { .. }
                | Event::ListingAmended { .. }
                | Event::ListingRemoved { .. }
                | Event::ParticipantsMerged { .. }
                | Event::ParticipantRemoved { .. }
        )
    }
}

/// An event at its place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its position in the log, which is staff's.
    pub seq: Seq,
    /// The public's position before it, whether or not this one is public: how many public events there were.
    pub prev_public: Seq,
    /// When it was recorded, on the exchange's clock.
    pub at: Instant,
    /// Who may see it.
    pub audience: Audience,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// The position of `audience` before it.
    pub fn prev(&self, audience: Audience) -> Seq {
        match audience {
            Audience::Public => self.prev_public,
            Audience::Staff => Seq(self.seq.0 - 1),
        }
    }

    /// The position of `audience` after it. Each audience counts what it sees and nothing else, so that nobody can count what
    /// they may not see.
    pub fn position(&self, audience: Audience) -> Seq {
        let prev = self.prev(audience);
        if audience.sees(self.audience) {
            prev.next()
        } else {
            prev
        }
    }
}

/// An event in the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer version.
    #[error("the event has schema {0}, newer than this version's {SCHEMA}: use the version that wrote it")]
    NewerSchema(u32),
    /// Not an event of its schema.
    #[error("not an event of schema {schema}: {source}")]
    Malformed {
        /// The schema it claims.
        schema: u32,
        /// What is wrong.
        source: serde_json::Error,
    },
}

impl DecodeError {
    /// Whether a newer version wrote it: it says so itself, or it speaks of something that this version has no name for.
    pub fn is_of_newer_version(&self) -> bool {
        match self {
            Self::NewerSchema(_) => true,
            Self::Malformed { source, .. } => {
                source.is_data() && source.to_string().starts_with("unknown variant")
            }
        }
    }
}

/// Reads an event that was stored with `schema`.
///
/// # Errors
/// If it was written by a newer version, or is damaged.
pub fn decode(schema: u32, text: &str) -> Result<Event, DecodeError> {
    match schema {
        SCHEMA => serde_json::from_str(text).map_err(|source| DecodeError::Malformed { schema, source }),
        newer => Err(DecodeError::NewerSchema(newer)),
    }
}

/// Writes an event in today's [`SCHEMA`].
pub fn encode(event: &Event) -> String {
    serde_json::to_string(event).expect("an event has string keys and finite numbers only")
}
