//! Points in time: UTC, to the millisecond. In JSON an instant is an RFC 3339 string; a length of time is a number
//! whose field name ends in its unit.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Milliseconds since the epoch, UTC.
    pub unix_ms: i64,
}

impl Instant {
    /// The instant that lies `unix_ms` milliseconds after the epoch.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: i64) -> Self {
        Self { unix_ms }
    }

    /// This instant moved by `ms` milliseconds; saturates at the ends.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self {
            unix_ms: self.unix_ms.saturating_add(ms),
        }
    }

    /// Milliseconds from `earlier` to this instant; negative if `earlier` is later.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.unix_ms.saturating_sub(earlier.unix_ms)
    }

    /// Reads an RFC 3339 text such as `2026-11-26T17:15:00.000Z`; parts of a millisecond are dropped.
    ///
    /// # Errors
    /// If the text is not an RFC 3339 timestamp.
    pub fn parse(text: &str) -> Result<Self, NotAnInstant> {
        let read = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NotAnInstant)?;
        let unix_ms = read.unix_timestamp_nanos().div_euclid(1_000_000);
        // With its offset a text may name a year that cannot be written again.
        i64::try_from(unix_ms)
            .ok()
            .filter(|unix_ms| (UNIX_MS_MIN..=UNIX_MS_MAX).contains(unix_ms))
            .map(Self::from_unix_ms)
            .ok_or(NotAnInstant)
    }
}

/// The text is not a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 time such as 2026-11-26T17:15:00.000Z")]
pub struct NotAnInstant;

impl std::fmt::Display for Instant {
    /// RFC 3339 in UTC, always with milliseconds. An instant outside the years 0 to 9999 is written as the nearest one
    /// inside: no clock shows it, but it must not panic.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unix_ms = self.unix_ms.clamp(UNIX_MS_MIN, UNIX_MS_MAX);
        let (s, ms) = (unix_ms.div_euclid(1_000), unix_ms.rem_euclid(1_000));
        let at = OffsetDateTime::from_unix_timestamp(s).map_err(|_| std::fmt::Error)?;
        let (year, month, day) = at.to_calendar_date();
        let (hour, minute, second) = at.to_hms();
        let month = u8::from(month);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"
        )
    }
}

/// 0000-01-01T00:00:00Z.
const UNIX_MS_MIN: i64 = -62_167_219_200_000;
/// 9999-12-31T23:59:59.999Z.
const UNIX_MS_MAX: i64 = 253_402_300_799_999;

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_rfc_3339_with_milliseconds() {
        let instant = Instant::from_unix_ms(1_795_713_300_250);
        assert_eq!(instant.to_string(), "2026-11-26T17:15:00.250Z");
        assert_eq!(Instant::parse("2026-11-26T18:15:00.250+01:00").unwrap(), instant);
        assert_eq!(Instant::from_unix_ms(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Instant::from_unix_ms(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(
            Instant::from_unix_ms(i64::MIN).to_string(),
            "0000-01-01T00:00:00.000Z"
        );
        assert_eq!(
            Instant::from_unix_ms(i64::MAX).to_string(),
            "9999-12-31T23:59:59.999Z"
        );
    }

    #[test]
    fn refuses_other_texts() {
        for text in ["", "2026-11-26", "17:15", "yesterday"] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for text in ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"] {
            assert!(
                Instant::parse(text).is_err(),
                "{text} is in a year that cannot be written"
            );
        }
        for text in ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        }
    }
}
