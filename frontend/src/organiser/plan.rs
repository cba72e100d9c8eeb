//! The programme while it is written: lines with a start and a length. A line that grows, shrinks, moves or goes pushes those
//! after it along, but nothing that has been held, nor what lies before it. A line is the same one wherever it stands and whatever
//! it is called by now, so that what somebody writes in it stays with it.

mod back;

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::{ProgrammeItem, Slot};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, PROGRAMME_ITEMS_MAX};
use borsklokka_shared::round::RoundState;

/// Minutes of a day.
const DAY: u32 = 24 * 60;
/// When an evening begins if nobody has said.
const USUAL_START: u32 = 17 * 60 + 30;

/// What kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// People arrive, listen or eat.
    Gathering,
    /// A round of trading.
    Round(RoundId),
    /// The end.
    Closing,
}

/// What can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// The doors.
    Arrival,
    /// The speeches.
    Welcome,
    /// Trading.
    Round,
    /// Coffee.
    Break,
    /// The result.
    Closing,
}

impl Addition {
    /// All of them, as an evening has them.
    pub const ALL: [Addition; 5] = [
        Addition::Arrival,
        Addition::Welcome,
        Addition::Round,
        Addition::Break,
        Addition::Closing,
    ];

    /// The lines of an evening as most are. The closing is first, since all others are added before it.
    pub const USUAL: [Addition; 6] = [
        Addition::Closing,
        Addition::Arrival,
        Addition::Welcome,
        Addition::Round,
        Addition::Break,
        Addition::Round,
    ];

    /// How long it usually is, in minutes.
    const fn minutes(self) -> u32 {
        match self {
            Addition::Arrival => 30,
            Addition::Welcome | Addition::Closing => 15,
            Addition::Round => 20,
            Addition::Break => 10,
        }
    }

    /// Its name in tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Addition::Arrival => "arrival",
            Addition::Welcome => "welcome",
            Addition::Round => "round",
            Addition::Break => "break",
            Addition::Closing => "closing",
        }
    }
}

/// Which line, for as long as the page is open: the programme itself names no lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub u32);

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which one.
    pub id: LineId,
    /// Minutes since midnight of the exchange's day; a day and more for what comes after the next one.
    pub start: u32,
    /// What it is called.
    pub title: String,
    /// What happens.
    pub kind: Kind,
    /// A round's own length; of any other line the time until the next, none for the last.
    pub minutes: Option<u32>,
    /// Whether it has been held, or lies before one that has: it stays as it is.
    pub is_held: bool,
}

/// The programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// How many lines there have been: no line is given the id of one that is gone.
    made: u32,
}

/// A change to the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was.
    pub before: Plan,
    /// As it was from then on.
    pub after: Plan,
}

/// What cannot be done to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The time lies before the line above.
    Earlier,
    /// Not a time of day.
    NotATime,
    /// Not a number of minutes, or no minute at all.
    NotMinutes,
    /// No title, or one that is too long.
    NoTitle,
}

impl Plan {
    /// The programme as it is set.
    pub fn of(board: &Board) -> Self {
        let is_started = |kind| match kind {
            Kind::Round(id) => board
                .round(id)
                .is_some_and(|round| round.state != RoundState::Ready),
            Kind::Gathering | Kind::Closing => false,
        };
        let mut plan = Self::default();
        for item in &board.programme {
            let mut start = minutes_of(&item.time).unwrap_or_default();
            // As the hall reads it: a time much earlier than the one before it is of the next day.
            while plan.lines.last().is_some_and(|last| start + DAY / 2 < last.start) {
                start += DAY;
            }
            let (kind, minutes) = match item.slot {
                Slot::Gathering => (Kind::Gathering, None),
                Slot::Round { round, minutes } => (Kind::Round(round), Some(minutes)),
                Slot::Closing => (Kind::Closing, None),
            };
            let (id, title) = (plan.fresh(), item.title.clone());
            plan.lines.push(Line {
                id,
                start,
                title,
                kind,
                minutes,
                is_held: false,
            });
        }
        if let Some(last) = plan.lines.iter().rposition(|line| is_started(line.kind)) {
            plan.lines[..=last]
                .iter_mut()
                .for_each(|line| line.is_held = true);
        }
        plan.measure();
        plan
    }

    /// An id that no line has had.
    fn fresh(&mut self) -> LineId {
        self.made += 1;
        LineId(self.made)
    }

    /// Where a line stands; none if it is gone.
    pub fn place(&self, id: LineId) -> Option<usize> {
        self.lines.iter().position(|line| line.id == id)
    }

    /// A line that is there.
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// What the command takes.
    pub fn items(&self) -> Vec<ProgrammeItem> {
        let slot = |line: &Line| match line.kind {
            Kind::Gathering => Slot::Gathering,
            Kind::Round(round) => Slot::Round {
                round,
                minutes: line.minutes.unwrap_or(1),
            },
            Kind::Closing => Slot::Closing,
        };
        let item = |line: &Line| ProgrammeItem {
            time: time_of(line.start),
            title: line.title.clone(),
            slot: slot(line),
        };
        self.lines.iter().map(item).collect()
    }

    /// Whether another line fits.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= PROGRAMME_ITEMS_MAX
    }

    /// Begins a line at another time of day; those after it come as much later or earlier.
    ///
    /// # Errors
    /// If it is no time, or lies before the line above.
    pub fn begin(&mut self, line: usize, time: &str) -> Result<(), Fault> {
        let mut start = minutes_of(time).ok_or(Fault::NotATime)?;
        let above = line.checked_sub(1).map(|above| self.lines[above].start);
        if let Some(above) = above {
            while start + DAY / 2 < above {
                start += DAY;
            }
            if start < above {
                return Err(Fault::Earlier);
            }
        }
        let by = i64::from(start) - i64::from(self.lines[line].start);
        self.push(line, by);
        Ok(())
    }

    /// Makes a line so many minutes long; those after it come as much later or earlier.
    ///
    /// # Errors
    /// If it is no number from 1.
    pub fn lengthen(&mut self, line: usize, minutes: &str) -> Result<(), Fault> {
        let minutes: u32 = minutes.trim().parse().map_err(|_| Fault::NotMinutes)?;
        if minutes == 0 || minutes > DAY / 3 {
            return Err(Fault::NotMinutes);
        }
        let by = i64::from(minutes) - i64::from(self.lines[line].minutes.unwrap_or(minutes));
        self.lines[line].minutes = Some(minutes);
        self.push(line + 1, by);
        Ok(())
    }

    /// Gives a line another title.
    ///
    /// # Errors
    /// If it is none, or too long.
    pub fn rename(&mut self, line: usize, title: &str) -> Result<(), Fault> {
        let title = title.trim();
        if title.is_empty() || title.chars().count() > NAME_CHARS_MAX {
            return Err(Fault::NoTitle);
        }
        title.clone_into(&mut self.lines[line].title);
        Ok(())
    }

    /// Whether a line can change places with the one below it.
    pub fn can_sink(&self, line: usize) -> bool {
        line + 1 < self.lines.len() && !self.lines[line].is_held
    }

    /// Lets a line change places with the one below it: each takes its length along.
    pub fn sink(&mut self, line: usize) {
        if !self.can_sink(line) {
            return;
        }
        let (first, span, below) = (self.lines[line].start, self.span(line), self.span(line + 1));
        self.lines.swap(line, line + 1);
        self.lines[line].start = first;
        self.lines[line + 1].start = first + below;
        // What was last may have no length of its own, so what follows the two stays where it was.
        debug_assert!(line + 2 >= self.lines.len() || self.lines[line + 2].start == first + span + below);
        self.measure();
    }

    /// Takes a line out; those after it come as much earlier.
    pub fn remove(&mut self, line: usize) {
        if self.lines[line].is_held {
            return;
        }
        let span = self.span(line);
        self.lines.remove(line);
        self.push(line, -i64::from(span));
    }

    /// Adds a line: at the end, but before the closing.
    pub fn add(&mut self, addition: Addition, title: String) {
        let is_closing = |line: &Line| line.kind == Kind::Closing;
        let at = match addition {
            Addition::Closing => self.lines.len(),
            Addition::Arrival | Addition::Welcome | Addition::Round | Addition::Break => {
                let closing = self.lines.iter().rposition(is_closing);
                closing
                    .filter(|line| !self.lines[*line].is_held)
                    .unwrap_or(self.lines.len())
            }
        };
        let start = match (self.lines.get(at), at.checked_sub(1)) {
            (Some(closing), _) => closing.start,
            (None, Some(last)) => self.lines[last].start + self.span(last),
            (None, None) => USUAL_START,
        };
        let (kind, minutes) = match addition {
            Addition::Round => (Kind::Round(self.next_round()), Some(addition.minutes())),
            Addition::Closing => (Kind::Closing, None),
            Addition::Arrival | Addition::Welcome | Addition::Break => (Kind::Gathering, None),
        };
        let id = self.fresh();
        self.lines.insert(
            at,
            Line {
                id,
                start,
                title,
                kind,
                minutes,
                is_held: false,
            },
        );
        self.push(at + 1, i64::from(addition.minutes()));
    }

    /// How many rounds there are.
    pub fn rounds(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| matches!(line.kind, Kind::Round(_)))
            .count()
    }

    fn next_round(&self) -> RoundId {
        let numbers = self.lines.iter().filter_map(|line| match line.kind {
            Kind::Round(round) => Some(round.0),
            Kind::Gathering | Kind::Closing => None,
        });
        let taken: Vec<u32> = numbers.collect();
        let free = (1..=PROGRAMME_ITEMS_MAX as u32).find(|number| !taken.contains(number));
        // A number above the others keeps them in order, while there is one.
        let above = taken.iter().max().map_or(1, |last| last + 1);
        RoundId(if above as usize <= PROGRAMME_ITEMS_MAX {
            above
        } else {
            free.unwrap_or(above)
        })
    }

    /// From its start to the next line's; its own length, or what is usual, for the last.
    fn span(&self, line: usize) -> u32 {
        match self.lines.get(line + 1) {
            Some(next) => next.start.saturating_sub(self.lines[line].start),
            None => self.lines[line].minutes.unwrap_or(Addition::Closing.minutes()),
        }
    }

    /// Moves a line and all after it.
    fn push(&mut self, from: usize, by: i64) {
        for line in self.lines.iter_mut().skip(from) {
            line.start = u32::try_from((i64::from(line.start) + by).max(0)).unwrap_or(line.start);
        }
        self.measure();
    }

    /// The lengths that hang on the lines below.
    fn measure(&mut self) {
        for line in 0..self.lines.len() {
            if !matches!(self.lines[line].kind, Kind::Round(_)) {
                let is_last = line + 1 == self.lines.len();
                self.lines[line].minutes = (!is_last).then(|| self.span(line));
            }
        }
    }
}

/// A time of day as people write it, with a leading zero: `18:05`, of minutes since some midnight.
pub fn time_of(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Minutes since midnight, of `18:05`, `18.05`, `1805` or `18`.
pub fn minutes_of(time: &str) -> Option<u32> {
    let time = time.trim();
    let (hours, minutes) = match time.split_once([':', '.']) {
        Some(parts) => parts,
        None if time.len() == 4 => time.split_at_checked(2)?,
        None => (time, "0"),
    };
    let part = |text: &str, below: u32| {
        let is_short = (1..=2).contains(&text.len());
        text.parse::<u32>()
            .ok()
            .filter(|number| is_short && *number < below)
    };
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::instant::Instant;
    use borsklokka_shared::round::Round;

    use super::*;

    fn usual() -> Plan {
        let mut plan = Plan::default();
        for addition in Addition::USUAL {
            plan.add(addition, addition.as_str().to_owned());
        }
        plan
    }

    fn shown(plan: &Plan) -> Vec<String> {
        let items = plan.items().into_iter();
        items
            .map(|item| format!("{} {}", item.time, item.title))
            .collect()
    }

    fn again(plan: &Plan, held: &[u32]) -> Plan {
        let mut board = Board::empty(Audience::Staff);
        board.programme = plan.items();
        for item in &board.programme {
            if let Slot::Round { round, minutes } = item.slot {
                let ended_at = Instant::default();
                let state = if held.contains(&round.0) {
                    RoundState::Ended { ended_at }
                } else {
                    RoundState::Ready
                };
                board.rounds.push(Round {
                    held: Vec::new(),
                    id: round,
                    title: item.title.clone(),
                    planned_minutes: minutes,
                    state,
                });
            }
        }
        Plan::of(&board).following(plan)
    }

    #[test]
    fn an_evening_is_made_of_its_usual_lines() {
        assert_eq!(
            shown(&usual()),
            [
                "17:30 arrival",
                "18:00 welcome",
                "18:15 round",
                "18:35 break",
                "18:45 round",
                "19:05 closing",
            ]
        );
        assert_eq!(usual().rounds(), 2);
        assert_eq!(again(&usual(), &[]), usual(), "what is set is read again");
    }

    #[test]
    fn a_line_that_changes_pushes_those_after_it() {
        let mut plan = usual();
        plan.begin(1, "18.10").unwrap();
        assert_eq!(shown(&plan)[1..3], ["18:10 welcome", "18:25 round"]);
        assert_eq!(plan.lines[0].minutes, Some(40));
        plan.lengthen(2, "30").unwrap();
        assert_eq!(shown(&plan)[2..4], ["18:25 round", "18:55 break"]);
        plan.lengthen(3, "5").unwrap();
        assert_eq!(shown(&plan)[4..], ["19:00 round", "19:20 closing"]);
        plan.remove(3);
        assert_eq!(shown(&plan)[3..], ["18:55 round", "19:15 closing"]);
        plan.sink(1);
        assert_eq!(
            shown(&plan)[1..4],
            ["18:10 round", "18:40 welcome", "18:55 round"]
        );
        plan.add(Addition::Break, "coffee".to_owned());
        assert_eq!(shown(&plan)[4..], ["19:15 coffee", "19:25 closing"]);
    }

    #[test]
    fn a_gap_after_a_round_is_kept() {
        let mut plan = usual();
        plan.begin(5, "19:30").unwrap();
        plan.lengthen(4, "15").unwrap();
        assert_eq!(shown(&plan)[5], "19:25 closing");
        assert_eq!(again(&plan, &[]), plan);
    }

    #[test]
    fn an_evening_goes_over_midnight() {
        let mut plan = usual();
        plan.begin(0, "22:40").unwrap();
        assert_eq!(shown(&plan)[4..], ["23:55 round", "00:15 closing"]);
        assert_eq!(again(&plan, &[]), plan);
        plan.begin(5, "00:30").unwrap();
        assert_eq!(plan.lines[5].start, DAY + 30);
        assert_eq!(plan.begin(5, "23:50"), Err(Fault::Earlier));
    }

    #[test]
    fn what_has_been_held_stays() {
        let mut plan = again(&usual(), &[1]);
        let held: Vec<bool> = plan.lines.iter().map(|line| line.is_held).collect();
        assert_eq!(held, [true, true, true, false, false, false]);
        let before = plan.clone();
        plan.remove(0);
        plan.sink(2);
        assert_eq!(plan, before);
        plan.remove(4);
        plan.add(Addition::Round, "last".to_owned());
        assert_eq!(shown(&plan)[3..], ["18:35 break", "18:45 last", "19:05 closing"]);
    }

    #[test]
    fn what_is_typed_is_understood_or_refused() {
        let mut plan = usual();
        for (time, taken) in [
            ("1745", true),
            ("17:50", true),
            ("18", true),
            ("25:00", false),
            ("", false),
            ("kl 6", false),
        ] {
            assert_eq!(plan.begin(1, time).is_ok(), taken, "{time}");
        }
        assert_eq!(plan.begin(2, "17:00"), Err(Fault::Earlier));
        for minutes in ["0", "", "en", "481"] {
            assert_eq!(plan.lengthen(2, minutes), Err(Fault::NotMinutes), "{minutes}");
        }
        let long = "x".repeat(NAME_CHARS_MAX + 1);
        for title in ["", "  ", long.as_str()] {
            assert_eq!(plan.rename(2, title), Err(Fault::NoTitle), "{title}");
        }
        assert_eq!(plan.rename(2, " Kaffe "), Ok(()));
        assert_eq!(plan.lines[2].title, "Kaffe");
    }
}
