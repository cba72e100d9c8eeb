//! What comes after the break, and when: from the break's length if the moderator gave it one, else from the programme.
//! Where neither says anything, the wall says nothing either.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Slot;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::RoundState;

/// A time that is longer ahead is said by the clock, in milliseconds.
const COUNTS_DOWN_MS_MAX: i64 = 60 * 60_000;
/// So long after its time something still comes "straight away"; later the programme is out of date, in milliseconds.
const SOON_MS_MAX: i64 = 5 * 60_000;
const DAY_MS: i64 = 24 * 60 * 60_000;
/// How words for a round end.
const ROUNDS: [&str; 5] = ["runde", "ronde", "omgang", "phase", "fase"];
/// What follows the figures of a number that says an order, as in `2e` and `2nd`.
const ORDER_ENDS: &str = "e de ste te st nd rd th";
/// What may stand beside a number and says nothing.
const BESIDE_NUMBER: &str = "nr no number nummer den die der de the";

/// What comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A round.
    Round {
        /// Its number.
        number: u32,
        /// Its title.
        title: String,
    },
    /// A round whose clock stands.
    GoesOn {
        /// Its number.
        number: u32,
    },
    /// What closes the evening.
    Closing {
        /// Its title.
        title: String,
    },
    /// Nobody said what, but when.
    Trading,
}

/// When it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// In so long.
    In {
        /// In milliseconds; more than zero.
        left_ms: i64,
    },
    /// Any moment.
    Soon,
    /// Later, at this time of day.
    At(String),
    /// Later, when the break ends by the clock.
    AtEnd,
    /// Nobody knows.
    Unknown,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What.
    pub what: What,
    /// When.
    pub when: When,
    /// The time of day that is planned for it, if the programme says so and it has not been.
    pub time: Option<String>,
}

/// What comes next at `now`, which is `clock`, `HH:MM:SS`, in the hall.
pub fn next(board: &Board, now: Instant, clock: &str) -> Option<Next> {
    let minute: String = clock.chars().take("18:36".len()).collect();
    let item = board.next_line(&minute);
    let standing = board
        .current_round()
        .filter(|round| matches!(round.state, RoundState::Paused { .. }));
    let what = match (standing, item.map(|item| (&item.slot, item.title.clone()))) {
        (Some(round), _) => What::GoesOn { number: round.id.0 },
        (None, Some((Slot::Round { round, .. }, title))) => What::Round {
            number: round.0,
            title,
        },
        (None, Some((Slot::Closing, title))) => What::Closing { title },
        (None, Some((Slot::Gathering, _)) | None) => What::Trading,
    };
    let planned = item.filter(|_| standing.is_none()).map(|item| item.time.clone());
    let left_ms = match (board.break_until, &planned) {
        // A break whose end was said is over any moment, however late it gets.
        (Some(until), _) => Some(until.ms_since(now).max(0)),
        (None, Some(time)) => until_ms(clock, time).filter(|left_ms| *left_ms > -SOON_MS_MAX),
        (None, None) => None,
    };
    let when = match left_ms {
        None => When::Unknown,
        Some(left_ms) if left_ms <= 0 => When::Soon,
        Some(left_ms) if left_ms <= COUNTS_DOWN_MS_MAX => When::In { left_ms },
        // What the moderator said goes before what was planned, however far ahead it is.
        Some(_) if board.break_until.is_some() => When::AtEnd,
        Some(_) => planned.clone().map_or(When::Unknown, When::At),
    };
    let is_silent = when == When::Unknown && what == What::Trading;
    // A time that has been is no promise any more.
    let time = planned.filter(|_| board.break_until.is_none() && when != When::Unknown);
    (!is_silent).then_some(Next { what, when, time })
}

/// How long it is from one time of day to another, in milliseconds: the nearer way round midnight, and less than nothing if
/// it has been.
fn until_ms(clock: &str, time: &str) -> Option<i64> {
    let ms = |text: &str| {
        let mut parts = text.split(':').map(|part| part.parse::<i64>().ok());
        let (hours, minutes) = (parts.next()??, parts.next()??);
        let seconds = parts.next().flatten().unwrap_or(0);
        Some(((hours * 60 + minutes) * 60 + seconds) * 1_000)
    };
    let ahead = (ms(time)? - ms(clock)?).rem_euclid(DAY_MS);
    Some(if ahead > DAY_MS / 2 { ahead - DAY_MS } else { ahead })
}

/// A round's title without what its number already says: `Runde 2 · Nye bord` is `Nye bord`, and `Runde 2` and `2. Runde` are
/// nothing. A title may name its number in any of our languages.
pub fn own_title(title: &str, number: u32) -> String {
    let parts: Vec<&str> = title
        .split(['·', '–', '—', '|'])
        .flat_map(|part| part.split(": "))
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .collect();
    if parts.iter().any(|part| says_number(part, number)) {
        let own: Vec<&str> = parts
            .into_iter()
            .filter(|part| !part.is_empty() && !says_number(part, number))
            .collect();
        own.join(" · ")
    } else {
        title.to_owned()
    }
}

/// Whether a part of a title says a round's number and nothing else: `Runde 2`, `2. Handelsphase`, `De 2e ronde`.
fn says_number(part: &str, number: u32) -> bool {
    let small = part.to_lowercase();
    let (mut rounds, mut numbers) = (0, 0);
    let words = small.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        if is_number(word, number) {
            numbers += 1;
        } else if is_round(word) {
            rounds += 1;
        } else if !has(BESIDE_NUMBER, word) {
            return false;
        }
    }
    (rounds, numbers) == (1, 1)
}

/// Whether a small word is one for a round: by itself, or at the end of a longer one such as `handelsronde`.
fn is_round(word: &str) -> bool {
    let word = word.strip_suffix('n').unwrap_or(word);
    word == "round" || ROUNDS.iter().any(|round| word.ends_with(round))
}

/// Whether a small word says a number, in figures with or without the letters of their order: spelt out it would be a table that every wall
/// loads.
fn is_number(word: &str, number: u32) -> bool {
    let order = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let figures = &word[..word.len() - order.len()];
    figures.parse::<u32>() == Ok(number) && (order.is_empty() || has(ORDER_ENDS, order))
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

#[cfg(test)]
mod tests;
