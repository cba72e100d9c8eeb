//! What several screens say, sectors, phases, times and numbers: which text says what.

use borsklokka_shared::date::{Date, month_name};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::numbers::{grouped, hours};
use borsklokka_shared::participant::Sector;

use super::spoken::common::Common;

impl Common {
    /// A sector, in the middle of a line.
    pub fn sector(&self, sector: Sector) -> &'static str {
        match sector {
            Sector::Business => self.sector.business,
            Sector::Public => self.sector.public,
            Sector::Voluntary => self.sector.voluntary,
            Sector::Individual => self.sector.individual,
        }
    }

    /// The floor's phase, as a sentence.
    pub fn phase(&self, phase: Phase) -> &'static str {
        match phase {
            Phase::Preparing => self.phase.preparing,
            Phase::Open => self.phase.open,
            Phase::Closed => self.phase.closed,
        }
    }

    /// The connection is lost, for this many seconds.
    pub fn offline_s(&self, seconds: i64) -> String {
        self.offline(self.short_time(seconds))
    }

    /// A length of time, shortly, given in seconds.
    pub fn short_time(&self, seconds: i64) -> String {
        if seconds < 60 {
            self.short_time.seconds(seconds)
        } else {
            self.short_time.minutes(seconds / 60)
        }
    }

    /// An estimated worth, in whole units of a currency.
    pub fn money(&self, amount: u64, currency: &str) -> String {
        let amount = grouped(amount, self.language);
        match currency {
            "NOK" => self.money.kroner(amount),
            _ => self.money.any(amount, currency),
        }
    }

    /// An effort, given in minutes: from an hour in half hours.
    pub fn effort(&self, minutes: u64) -> String {
        if minutes < 60 {
            return self.effort.minutes(minutes);
        }
        let (count, written) = hours(minutes, self.language);
        self.effort.hours(count, written)
    }

    /// A length of time, given in minutes: `1 time 30 min`.
    pub fn time(&self, minutes: u32) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60);
        let said = grouped(u64::from(hours), self.language);
        match (hours, rest) {
            (0, rest) => self.length.minutes(rest),
            (hours, 0) => self.length.hours(hours, said),
            (hours, rest) => self.length.hours_and_minutes(hours, said, rest),
        }
    }

    /// A civil day and month.
    pub fn day(&self, day: u8, month: u8) -> String {
        self.civil_day(day, month_name(month, self.language))
    }

    /// A day with its year.
    pub fn date(&self, date: Date) -> String {
        format!("{} {}", self.day(date.day(), date.month()), date.year())
    }

    /// How long ago, given in seconds.
    pub fn ago_s(&self, seconds: i64) -> String {
        match seconds {
            ..5 => self.ago.now.to_owned(),
            5..60 => self.ago.seconds(seconds),
            60..3600 => self.ago.minutes(seconds / 60),
            3600.. => self.ago.hours(seconds.unsigned_abs() / 3600),
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn efforts_are_said_in_minutes_then_in_half_hours() {
        for (minutes, text) in [
            (45, "45 min"),
            (60, "1 time"),
            (90, "1,5 timer"),
            (1_200, "20 timer"),
            (3_450, "57,5 timer"),
            (24_735, "412,5 timer"),
            (60_000, "1\u{a0}000 timer"),
            (1_211_340, "20\u{a0}189 timer"),
            (74_000_000_000, "1\u{a0}233\u{a0}333\u{a0}333,5 timer"),
        ] {
            assert_eq!(Common::of(Language::Nb).effort(minutes), text);
            let english = text.replace("timer", "hours").replace("time", "hour");
            let english = english.replace(',', ".").replace('\u{a0}', ",");
            assert_eq!(Common::of(Language::En).effort(minutes), english);
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
            assert_eq!(Common::of(Language::Nb).ago_s(seconds), text);
        }
    }
}
