//! Points in time: UTC, to the millisecond. In JSON an instant is an RFC 3339 string; a length of time is a number
//! whose field name ends in its unit.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

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
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        let timestamp: jiff::Timestamp = text.parse()?;
        Ok(Self {
            unix_ms: timestamp.as_millisecond(),
        })
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.unix_ms) {
            Ok(timestamp) => write!(f, "{timestamp:.3}"),
            // Outside the years that RFC 3339 can write: no clock shows this, but it must not panic.
            Err(_) => f.write_str(if self.unix_ms < 0 {
                "0000-01-01T00:00:00.000Z"
            } else {
                "9999-12-30T22:00:00.000Z"
            }),
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text)
            .map_err(|_| D::Error::custom("expected an RFC 3339 time such as 2026-11-26T17:15:00.000Z"))
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
    }

    #[test]
    fn refuses_other_texts() {
        for text in ["", "2026-11-26", "17:15", "yesterday"] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
    }
}
