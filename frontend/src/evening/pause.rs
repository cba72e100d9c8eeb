//! What the break says of what is next, and in how long.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::RoundClock;

use super::next::{Next, What, When, next, own_title};
use super::scene::shown;
use crate::civil_time::{clock, time_of_day};
use crate::components::timer::reading;
use crate::texts::Texts;

/// What the break says of what is next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What comes, such as "Round 2 starts in".
    pub lead: String,
    /// In how long, or what there is to say instead.
    pub large: String,
    /// Whether the large line is figures.
    pub is_time: bool,
    /// When, by the clock, and what it is called.
    pub line: String,
}

impl Said {
    /// The first two parts on one line, such as "Runde 2 begynner om 4:57" or "Etter pausen: Runde 2".
    pub fn on_one_line(&self, t: Texts) -> String {
        let between = if self.lead == t.pause().after_break {
            ": "
        } else {
            " "
        };
        [&*self.lead, &*self.large].join(between).trim().to_owned()
    }
}

/// What every other screen says of the break, while the hall has one.
pub fn said_in_break(board: &Board, now: Instant, t: Texts) -> Option<Said> {
    (shown(board, now, None, None) == Scene::Pause).then(|| said(board, now, t))
}

/// What the break says.
pub fn said(board: &Board, now: Instant, t: Texts) -> Said {
    let zone = board
        .settings
        .as_ref()
        .map_or("", |settings| settings.time_zone.as_str());
    let until = board.break_until.map(|until| time_of_day(until, zone));
    match next(board, now, &clock(now, zone)) {
        Some(next) => of_next(next, until, t),
        None => Said {
            large: t.pause().pause.to_owned(),
            ..Said::default()
        },
    }
}

/// `until` is when the break ends by the clock, if the moderator said so.
fn of_next(next: Next, until: Option<String>, t: Texts) -> Said {
    let Next { what, when, time } = next;
    let (name, title, goes_on) = match what {
        What::Round { number, title } => (t.common().round(number), own_title(&title, number), false),
        What::GoesOn { number } => (t.common().round(number), String::new(), true),
        What::Closing { title } => (title, String::new(), false),
        What::Trading => (t.pause().we.to_owned(), String::new(), true),
    };
    let subject = if goes_on {
        t.pause().goes_on(&name)
    } else {
        t.pause().starts(&name)
    };
    // A time that stands large is not said twice.
    let time = until
        .clone()
        .or(time)
        .filter(|_| !matches!(when, When::At(_) | When::AtEnd));
    let (lead, large, is_time) = match when {
        When::In { left_ms } => (
            t.pause().begins_in(&subject),
            reading(RoundClock::Left { left_ms }),
            true,
        ),
        When::Soon => (subject, t.pause().soon.to_owned(), false),
        When::At(time) => (t.pause().begins_at(&subject), time, true),
        When::AtEnd => (t.pause().begins_at(&subject), until.unwrap_or_default(), true),
        When::Unknown => (t.pause().after_break.to_owned(), name, false),
    };
    let line: Vec<String> = time
        .into_iter()
        .chain([title])
        .filter(|part| !part.is_empty())
        .collect();
    Said {
        lead,
        large,
        is_time,
        line: line.join(" · "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(what: What, when: When, time: Option<&str>, until: Option<&str>) -> [String; 3] {
        let next = Next {
            what,
            when,
            time: time.map(str::to_owned),
        };
        let said = of_next(
            next,
            until.map(str::to_owned),
            crate::texts::Texts::of(borsklokka_shared::language::Language::Nb),
        );
        [said.lead, said.large, said.line]
    }

    #[test]
    fn says_what_is_next_by_name_and_time() {
        let round = || What::Round {
            number: 2,
            title: "Runde 2 · Nye bord, nye møter".to_owned(),
        };
        let left = When::In { left_ms: 342_000 };
        for (what, when, time, until, says) in [
            (
                round(),
                left.clone(),
                Some("18:40"),
                None,
                ["Runde 2 begynner om", "5:42", "18:40 · Nye bord, nye møter"],
            ),
            (
                round(),
                left,
                None,
                Some("18:47"),
                ["Runde 2 begynner om", "5:42", "18:47 · Nye bord, nye møter"],
            ),
            (
                round(),
                When::Soon,
                Some("18:40"),
                None,
                ["Runde 2 begynner", "straks", "18:40 · Nye bord, nye møter"],
            ),
            (
                What::GoesOn { number: 1 },
                When::Unknown,
                None,
                None,
                ["Etter pausen", "Runde 1", ""],
            ),
            (
                What::Closing {
                    title: "Avslutning".to_owned(),
                },
                When::At("21:30".to_owned()),
                Some("21:30"),
                None,
                ["Avslutning begynner klokka", "21:30", ""],
            ),
            (
                round(),
                When::AtEnd,
                None,
                Some("20:07"),
                ["Runde 2 begynner klokka", "20:07", "Nye bord, nye møter"],
            ),
            (
                What::Trading,
                When::AtEnd,
                None,
                Some("20:07"),
                ["Vi fortsetter klokka", "20:07", ""],
            ),
            (
                What::Trading,
                When::In { left_ms: 1_000 },
                None,
                Some("18:47"),
                ["Vi fortsetter om", "0:01", "18:47"],
            ),
        ] {
            assert_eq!(say(what, when, time, until), says);
        }
    }

    #[test]
    fn a_header_has_it_on_one_line() {
        let line = |lead: &str, large: &str| {
            let said = Said {
                lead: lead.to_owned(),
                large: large.to_owned(),
                ..Said::default()
            };
            said.on_one_line(crate::texts::Texts::of(borsklokka_shared::language::Language::Nb))
        };
        assert_eq!(line("Etter pausen", "Runde 2"), "Etter pausen: Runde 2");
        assert_eq!(line("Runde 2 begynner om", "5:42"), "Runde 2 begynner om 5:42");
        assert_eq!(line("", "Pause"), "Pause");
    }
}
