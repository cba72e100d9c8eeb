//! Reads the whole log of an exchange from its first position on, what lies in archives too, as a floor folds it: positions without a
//! hole, times that never go back, each audience's positions, the fold on both boards. What is kept beside the log is held against it.

use std::collections::BTreeMap;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::{of_event, seen_by};
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::{DealNumber, ExchangeId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::EventMessage;

use super::way::is_of_the_way;
use crate::log::{Archive, ExchangeRow, LogError, Lying, Moment, archives_in, at, each_event_in};

/// Events that are read at a time.
const READ_EVENTS: u32 = 5_000;

/// What was read of a log.
pub(super) struct History {
    /// How many events today's history has.
    pub(super) events: u64,
    /// The last position that there is; none if what lies behind one cannot be read.
    pub(super) last: Option<Seq>,
    /// Where a device wrote a deal in today's history.
    pub(super) written: Vec<Seq>,
    /// Staff's board as it is today.
    pub(super) staff: Board,
    /// Whether all of today's history could be read: else the board lacks something.
    pub(super) is_whole: bool,
    /// What is wrong; empty if nothing is.
    pub(super) faults: Vec<String>,
}

/// Reads the log of an exchange, and holds against it what is kept of its archives and of participants that were merged.
///
/// # Errors
/// If the way to the database fails. An event that cannot be read is a fault, and those behind it are read all the same, as far as the
/// database gives them.
pub(super) async fn read(moment: &mut Moment, exchange: &ExchangeRow) -> Result<History, LogError> {
    let mut faults = Vec::new();
    let archives = match archives_in(moment, exchange.id).await {
        Ok(archives) => archives,
        Err(error) if is_of_the_way(&error) => return Err(error),
        Err(error) => {
            faults.push(format!("its archives cannot be read: {error}"));
            Vec::new()
        }
    };
    let mut walk = Walk::begin(exchange, archives, faults);
    let last = read_through(moment, exchange.id, &mut walk).await?;
    let expected = walk.end();
    match aliases(moment, exchange.id).await {
        Ok(kept) => walk.faults.extend(faults_of_aliases(&expected, &kept)),
        Err(error) => walk
            .faults
            .push(format!("who was merged into whom cannot be read: {error}")),
    }
    let [_, staff] = walk.followers;
    Ok(History {
        events: walk.events,
        last,
        written: walk.written,
        staff: staff.board,
        is_whole: !walk.is_torn,
        faults: walk.faults,
    })
}

/// Reads every event, and returns the last position that there is: none if what lies behind one cannot be read.
async fn read_through(
    moment: &mut Moment,
    exchange: ExchangeId,
    walk: &mut Walk,
) -> Result<Option<Seq>, LogError> {
    let mut limit = READ_EVENTS;
    loop {
        match each_event_in(moment, exchange, walk.last, limit).await {
            Ok(read) if read.is_empty() => return Ok(Some(walk.last)),
            Ok(read) => {
                for lying in read {
                    walk.go_on(lying);
                }
            }
            Err(error) if is_of_the_way(&error) => return Err(error),
            // Up to what cannot be read, one at a time.
            Err(_) if limit > 1 => limit = 1,
            Err(error) => {
                walk.break_off(&error);
                return Ok(None);
            }
        }
    }
}

/// Whose id a participant's is since they were merged, as it is stored.
type Aliases = BTreeMap<String, String>;

/// The participants that were merged into another, as they are kept.
async fn aliases(moment: &mut Moment, exchange: ExchangeId) -> Result<Aliases, sqlx::Error> {
    let rows: Vec<(String, String)> = at!(moment, on => sqlx::query_as(
        "SELECT gone, kept FROM participant_aliases WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(&mut **on)
    .await)?;
    Ok(rows.into_iter().collect())
}

/// Those who were merged, and are not known by the other's id.
fn faults_of_aliases(expected: &BTreeMap<ParticipantId, ParticipantId>, kept: &Aliases) -> Vec<String> {
    let faults = expected.iter().filter_map(|(gone, into)| {
        let said = kept.get(&gone.to_string());
        match said {
            Some(said) if *said == into.to_string() => None,
            Some(said) => Some(format!(
                "the participant {gone} was merged into {into}, and is kept as {said}"
            )),
            None => Some(format!(
                "the participant {gone} was merged into {into}, and that is not kept: what is written under the old id is nobody's"
            )),
        }
    });
    faults.collect()
}

/// How far a log was read, and what was found.
struct Walk {
    /// The public's and staff's, whose boards are those of the history that is being read.
    followers: [Follower; 2],
    scratch: Board,
    last: Seq,
    latest: Option<Instant>,
    /// The position after which the history begins that is being read.
    begins_after: Seq,
    /// The position after which today's begins.
    todays_after: Seq,
    /// How many events today's has.
    events: u64,
    /// Where a device wrote a deal in today's.
    written: Vec<Seq>,
    /// Whether something is missing just before.
    is_gap: bool,
    /// Whether something of the history that is being read is missing: what is folded from it says nothing.
    is_torn: bool,
    /// Whether something of any history is missing.
    was_torn: bool,
    /// Those that were not met yet, by their last position.
    archives: BTreeMap<Seq, Archive>,
    aliases: BTreeMap<ParticipantId, ParticipantId>,
    faults: Vec<String>,
}

impl Walk {
    fn begin(exchange: &ExchangeRow, archives: Vec<Archive>, faults: Vec<String>) -> Self {
        Self {
            followers: Audience::ALL.map(|audience| Follower {
                epoch: exchange.epoch,
                seq: Seq(0),
                at: None,
                board: Board::empty(audience),
            }),
            scratch: Board::empty(Audience::Staff),
            last: Seq(0),
            latest: None,
            begins_after: Seq(0),
            todays_after: exchange.begins_after,
            events: 0,
            written: Vec::new(),
            is_gap: false,
            is_torn: false,
            was_torn: false,
            archives: archives
                .into_iter()
                .map(|archive| (archive.last, archive))
                .collect(),
            aliases: BTreeMap::new(),
            faults,
        }
    }

    /// Takes what lies at the next position that there is.
    fn go_on(&mut self, lying: Lying) {
        let Lying {
            position,
            recorded: read,
            is_clocks,
        } = lying;
        let before = self.last;
        self.last = position;
        if position > self.todays_after {
            self.events += 1;
            let is_deal = read.as_ref().is_ok_and(|recorded| writes_a_deal(&recorded.event));
            self.written.extend((is_deal && !is_clocks).then_some(position));
        }
        if position != before.next() {
            let hole = format!("after position {} comes {}", before.0, position.0);
            self.tear(hole);
        }
        match read {
            Ok(recorded) => {
                // Whoever follows goes on behind what is missing.
                if std::mem::take(&mut self.is_gap) {
                    for follower in &mut self.followers {
                        follower.seq = recorded.prev(follower.board.audience);
                    }
                }
                self.take(&recorded, before);
            }
            Err(error @ LogError::Event { .. }) => self.tear(error.to_string()),
            Err(error) => self.tear(format!("position {}: {error}", position.0)),
        }
    }

    /// Something is missing here.
    fn tear(&mut self, fault: String) {
        self.faults.push(fault);
        self.is_gap = true;
        self.is_torn = true;
        self.was_torn = true;
    }

    /// Nothing behind the last position can be read: what went back to nought there is not known.
    fn break_off(&mut self, error: &LogError) {
        self.tear(format!(
            "its log cannot be read after position {}: {error}",
            self.last.0
        ));
        self.archives.clear();
    }

    fn take(&mut self, recorded: &Recorded, before: Seq) {
        let position = recorded.seq.0;
        if self.latest.is_some_and(|latest| recorded.at < latest) {
            self.faults.push(format!(
                "position {position}: recorded earlier than position {}",
                before.0
            ));
        }
        self.latest = Some(recorded.at);
        if let Event::BegunAnew { .. } = recorded.event {
            self.begin_anew(recorded.seq);
        }
        let audience = of_event(&self.scratch, &recorded.event);
        if audience != recorded.audience && !self.is_torn {
            let (stored, right) = (recorded.audience.as_str(), audience.as_str());
            self.faults.push(format!(
                "position {position}: audience {stored}, but the event is for {right}"
            ));
        }
        match &recorded.event {
            Event::ParticipantsMerged { kept, gone, .. } => {
                for into in self.aliases.values_mut().filter(|into| **into == *gone) {
                    *into = *kept;
                }
                self.aliases.insert(*gone, *kept);
            }
            Event::ParticipantRemoved { participant, .. } => {
                self.aliases.retain(|_, into| *into != *participant);
            }
            _ => {}
        }
        apply(&mut self.scratch, &recorded.event);
        for follower in &mut self.followers {
            self.faults.extend(follow(follower, recorded));
        }
    }

    /// Closes the history that was read, and begins the next one with nothing but what its first event says.
    fn begin_anew(&mut self, position: Seq) {
        let (first, last) = (self.begins_after.next().0, Seq(position.0 - 1));
        match self.archives.remove(&last) {
            Some(archive) => self.faults_of_archive(&archive, first),
            None => self.faults.push(format!(
                "position {}: the exchange went back to nought, and the archive of positions {first} to {} is gone",
                position.0, last.0
            )),
        }
        self.faults_of_boards();
        self.begins_after = last;
        self.is_torn = false;
        for follower in &mut self.followers {
            follower.board = Board::empty(follower.board.audience);
        }
        self.scratch = Board::empty(Audience::Staff);
    }

    fn faults_of_archive(&mut self, archive: &Archive, first: u64) {
        let last = archive.last.0;
        if archive.first.0 != first {
            self.faults.push(format!(
                "the archive up to position {last} begins at {}, and its history at {first}",
                archive.first.0
            ));
        }
        let deals = self.scratch.totals.deals;
        if archive.deals != deals && !self.is_torn {
            self.faults.push(format!(
                "the archive of positions {first} to {last} says {} deals, and its events say {deals}",
                archive.deals
            ));
        }
    }

    fn faults_of_boards(&mut self) {
        if !self.is_torn {
            let [public, staff] = &self.followers;
            self.faults.extend(faults_of_boards(&public.board, &staff.board));
        }
    }

    /// Closes the last history. Returns whom the participants are that were merged, as far as all of it could be read.
    fn end(&mut self) -> BTreeMap<ParticipantId, ParticipantId> {
        self.faults_of_boards();
        for archive in self.archives.values() {
            self.faults.push(format!(
                "there is an archive of positions {} to {}, and the exchange did not go back to nought after them",
                archive.first.0, archive.last.0
            ));
        }
        let aliases = std::mem::take(&mut self.aliases);
        if self.was_torn { BTreeMap::new() } else { aliases }
    }
}

/// Whether an event puts a deal on a board that a command wrote.
fn writes_a_deal(event: &Event) -> bool {
    matches!(
        event,
        Event::DealWritten { .. } | Event::DealPosted { .. } | Event::DealHeld { .. }
    )
}

/// Lets one audience follow an event: what is wrong with its position there, if anything is.
fn follow(follower: &mut Follower, recorded: &Recorded) -> Option<String> {
    let audience = follower.board.audience;
    let prev = recorded.prev(audience);
    let fault = (prev != follower.seq).then(|| {
        format!(
            "position {}: prev is {} for {}, whose last position is {}",
            recorded.seq.0,
            prev.0,
            audience.as_str(),
            follower.seq.0
        )
    });
    follower.seq = prev;
    if audience.sees(recorded.audience) {
        let step = follower.take(&EventMessage::of(recorded, audience));
        debug_assert_eq!(step, Step::Applied);
    }
    // A log that begins anew says what stays, and frames do not.
    if let Event::BegunAnew { .. } = recorded.event {
        apply(&mut follower.board, &seen_by(audience, &recorded.event));
    }
    fault
}

/// What is wrong with the boards that the events make.
fn faults_of_boards(public: &Board, staff: &Board) -> Vec<String> {
    let mut faults = Vec::new();
    for board in [public, staff] {
        let recounted = Totals::recount(board.deals.values(), &board.participants);
        if recounted != board.totals {
            faults.push(format!(
                "the {} board's totals differ from a recount",
                board.audience.as_str()
            ));
        }
    }
    if public.totals != staff.totals {
        faults.push("the public's totals differ from staff's".to_owned());
    }
    if !public
        .deals
        .values()
        .eq(staff.deals.values().filter(|deal| deal.is_public()))
    {
        faults.push("the public's deals are not staff's public deals".to_owned());
    }
    let mut numbers = BTreeMap::<DealNumber, u32>::new();
    for number in staff.deals.values().filter_map(|deal| deal.number) {
        *numbers.entry(number).or_default() += 1;
    }
    for (number, deals) in numbers.into_iter().filter(|(_, deals)| *deals > 1) {
        faults.push(format!("{deals} deals have the number {}", number.0));
    }
    faults
}
