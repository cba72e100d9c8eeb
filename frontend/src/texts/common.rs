//! What several screens say: sectors, phases, the connection, times and numbers.

use borsklokka_shared::date::month_name;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;

/// Texts that several screens share.
#[derive(Debug)]
pub struct Common {
    /// The product's name.
    pub product: &'static str,
    /// A sector, in the middle of a line.
    pub sector: fn(Sector) -> &'static str,
    /// The floor's phase, as a sentence.
    pub phase: fn(Phase) -> &'static str,
    /// The connection is lost, for this many seconds.
    pub offline_s: fn(i64) -> String,
    /// The first connection is on its way.
    pub connecting: &'static str,
    /// The device is no longer paired.
    pub paired_away: &'static str,
    /// No such page.
    pub not_found: &'static str,
    /// Deals, as a noun after their number.
    pub deals: fn(u32) -> &'static str,
    /// An effort, given in minutes.
    pub effort: fn(u64) -> String,
    /// A civil day and month.
    pub day: fn(u8, u8) -> String,
    /// How long ago, given in seconds.
    pub ago_s: fn(i64) -> String,
    /// A round that stands still.
    pub round_paused: &'static str,
    /// A round past its end.
    pub round_overtime: &'static str,
    /// Before the time that a round has run.
    pub round_gone: &'static str,
    /// Before the time of day at which a round ends.
    pub round_ends: &'static str,
    /// "Round 2".
    pub round: fn(u32) -> String,
    /// "Round 2 of 3".
    pub round_of: fn(u32, usize) -> String,
    /// From the givers to the receivers, for those who hear the screen.
    pub to: &'static str,
    /// More parties than there is room for.
    pub and_more: fn(usize) -> String,
    /// How many characters there is room for.
    pub chars_left: fn(usize) -> String,
    /// How many characters a text is too long.
    pub chars_too_many: fn(usize) -> String,
}

/// Norwegian bokmål.
pub const NB: Common = Common {
    product: "Børsklokka",
    sector: |sector| match sector {
        Sector::Business => "næringsliv",
        Sector::Public => "offentlig",
        Sector::Voluntary => "frivillig",
        Sector::Individual => "enkeltperson",
    },
    phase: |phase| match phase {
        Phase::Preparing => "Børsen åpner snart",
        Phase::Open => "Børsen er åpen",
        Phase::Closed => "Børsen er stengt",
    },
    offline_s: |seconds| format!("uten nett i {}", short_time(seconds)),
    connecting: "kobler til …",
    paired_away: "Enheten er koblet fra. Be arrangøren om en ny kode.",
    not_found: "Her er det ingen side.",
    deals: |count| if count == 1 { "avtale" } else { "avtaler" },
    effort: |minutes| match minutes {
        60 => "1 time".to_owned(),
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes => format!("{} timer", hours(minutes, ',', '\u{a0}')),
    },
    day: |day, month| format!("{day}. {}", month_name(month, Language::Nb)),
    ago_s: |seconds| match seconds {
        ..5 => "akkurat nå".to_owned(),
        5..60 => format!("for {seconds} s siden"),
        60..3600 => format!("for {} min siden", seconds / 60),
        3600..7200 => "for 1 time siden".to_owned(),
        _ => format!("for {} timer siden", seconds / 3600),
    },
    round_paused: "pause",
    round_overtime: "på overtid",
    round_gone: "har gått",
    round_ends: "slutter kl.",
    round: |round| format!("Runde {round}"),
    round_of: |round, rounds| format!("Runde {round} av {rounds}"),
    to: "til",
    and_more: |count| format!("+{count}"),
    chars_left: |count| format!("{count} tegn igjen"),
    chars_too_many: |count| format!("{count} tegn for mye"),
};

/// English.
pub const EN: Common = Common {
    product: "Børsklokka",
    sector: |sector| match sector {
        Sector::Business => "business",
        Sector::Public => "public",
        Sector::Voluntary => "voluntary",
        Sector::Individual => "individual",
    },
    phase: |phase| match phase {
        Phase::Preparing => "The floor opens soon",
        Phase::Open => "The floor is open",
        Phase::Closed => "The floor is closed",
    },
    offline_s: |seconds| format!("offline for {}", short_time(seconds)),
    connecting: "connecting …",
    paired_away: "This device was disconnected. Ask the organiser for a new code.",
    not_found: "There is no page here.",
    deals: |count| if count == 1 { "deal" } else { "deals" },
    effort: |minutes| match minutes {
        60 => "1 hour".to_owned(),
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes => format!("{} hours", hours(minutes, '.', ',')),
    },
    day: |day, month| format!("{day} {}", month_name(month, Language::En)),
    ago_s: |seconds| match seconds {
        ..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..7200 => "1 hour ago".to_owned(),
        _ => format!("{} hours ago", seconds / 3600),
    },
    round_paused: "paused",
    round_overtime: "overtime",
    round_gone: "gone",
    round_ends: "ends at",
    round: |round| format!("Round {round}"),
    round_of: |round, rounds| format!("Round {round} of {rounds}"),
    to: "to",
    and_more: |count| format!("+{count}"),
    chars_left: |count| format!("{count} characters left"),
    chars_too_many: |count| {
        format!(
            "{count} {} too many",
            if count == 1 { "character" } else { "characters" }
        )
    },
};

/// A whole number as a language writes it: `20 189`.
fn grouped(number: u64, separator: char) -> String {
    let mut text = String::new();
    let digits = number.to_string();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Hours to the half: `1,5`.
fn hours(minutes: u64, decimal: char, separator: char) -> String {
    let halves = (minutes + 15) / 30;
    if halves.is_multiple_of(2) || halves > 40 {
        grouped(halves / 2, separator)
    } else {
        format!("{}{decimal}5", halves / 2)
    }
}

fn short_time(seconds: i64) -> String {
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_are_said_in_minutes_then_in_half_hours() {
        for (minutes, text) in [
            (45, "45 min"),
            (60, "1 time"),
            (90, "1,5 timer"),
            (1_200, "20 timer"),
            (24_735, "412 timer"),
            (60_000, "1\u{a0}000 timer"),
            (1_211_340, "20\u{a0}189 timer"),
            (74_000_000_000, "1\u{a0}233\u{a0}333\u{a0}333 timer"),
        ] {
            assert_eq!((NB.effort)(minutes), text);
            let english = text.replace("timer", "hours").replace("time", "hour");
            let english = english.replace(',', ".").replace('\u{a0}', ",");
            assert_eq!((EN.effort)(minutes), english);
        }
    }

    #[test]
    fn time_that_went_by_is_said_in_the_unit_that_fits() {
        for (seconds, text) in [
            (-3, "akkurat nå"),
            (12, "for 12 s siden"),
            (119, "for 1 min siden"),
            (150, "for 2 min siden"),
            (9_000, "for 2 timer siden"),
        ] {
            assert_eq!((NB.ago_s)(seconds), text);
        }
    }
}
