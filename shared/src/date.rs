//! Days: civil dates in the exchange's time zone, written `2026-11-26`.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::Month;

use crate::instant::Instant;
use crate::language::Language;
use crate::spoken::numbers::Numbers;

/// A day of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

/// How far the zone that is first in the day is ahead of UTC, in hours.
const FIRST_ZONE_HOURS: i64 = 14;

impl Date {
    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.0.day()
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.0.month().into()
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// When it begins where it begins first: 14 hours ahead of UTC.
    pub fn begins_on_earth(self) -> Instant {
        let midnight_s = self.0.midnight().assume_utc().unix_timestamp();
        Instant::from_unix_ms((midnight_s - FIRST_ZONE_HOURS * 60 * 60) * 1_000)
    }

    /// So many days later; the calendar's last day if it does not go so far.
    #[must_use]
    pub fn plus_days(self, days: u16) -> Self {
        let later = self.0.checked_add(time::Duration::days(days.into()));
        Self(later.unwrap_or(time::Date::MAX))
    }

    /// The same day so many months later; the month's last day if it has no such day, and the calendar's last day if it does not go so far.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let month0 = i64::from(u8::from(self.0.month())) - 1 + i64::from(months);
        let later = || {
            let year = i32::try_from(i64::from(self.0.year()) + month0 / 12).ok()?;
            let month = Month::try_from(u8::try_from(month0 % 12).ok()? + 1).ok()?;
            let day = self.0.day().min(month.length(year));
            time::Date::from_calendar_date(year, month, day).ok()
        };
        Self(later().unwrap_or(time::Date::MAX))
    }

    /// How many days it is after another day; less than nothing if it is before.
    pub fn days_after(self, other: Self) -> i64 {
        (self.0 - other.0).whole_days()
    }

    /// The same day a year later; the day before for 29 February.
    #[must_use]
    pub fn plus_year(self) -> Self {
        let year = self.0.year() + 1;
        let later = self
            .0
            .replace_year(year)
            .or_else(|_| time::Date::from_calendar_date(year, Month::February, 28));
        Self(later.unwrap_or(time::Date::MAX))
    }
}

/// What a month is called in the middle of a date; `month` is from 1.
pub fn month_name(month: u8, language: Language) -> &'static str {
    Numbers::of(language).months[usize::from(month.clamp(1, 12) - 1)]
}

/// The text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day such as 2026-11-26")]
pub struct NotADate;

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.split('-').zip([4, 2, 2]).map(|(part, digits)| {
            let well_formed = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if well_formed {
                part.parse::<u16>().map_err(|_| NotADate)
            } else {
                Err(NotADate)
            }
        });
        let mut part = || parts.next().unwrap_or(Err(NotADate));
        let (year, month, day) = (part()?, part()?, part()?);
        if text.len() != "2026-11-26".len() {
            return Err(NotADate);
        }
        let month = u8::try_from(month)
            .ok()
            .and_then(|month| Month::try_from(month).ok())
            .ok_or(NotADate)?;
        let day = u8::try_from(day).map_err(|_| NotADate)?;
        time::Date::from_calendar_date(year.into(), month, day)
            .map(Self)
            .map_err(|_| NotADate)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            u8::from(self.0.month()),
            self.0.day()
        )
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_days() {
        for text in ["2026-11-26", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(
                text.parse::<Date>().map(|day| day.to_string()),
                Ok(text.to_owned())
            );
        }
        assert!("2026-11-26".parse::<Date>().unwrap() < "2026-12-01".parse::<Date>().unwrap());
    }

    #[test]
    fn counts_days_and_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2026-11-26").plus_days(7), day("2026-12-03"));
        assert_eq!(day("2026-12-30").plus_days(7), day("2027-01-06"));
        assert_eq!(day("9999-12-31").plus_days(1), day("9999-12-31"));
        assert_eq!(day("2026-11-26").plus_year(), day("2027-11-26"));
        assert_eq!(day("2028-02-29").plus_year(), day("2029-02-28"));
        assert_eq!(day("9999-12-31").plus_year(), day("9999-12-31"));
    }

    #[test]
    fn refuses_other_texts() {
        for text in [
            "",
            "2026-11",
            "26-11-2026",
            "2026-13-01",
            "2025-02-29",
            "2026-11-26-1",
            "2026-1-1",
            "+026-11-26",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }
}
