//! Days, by which certificates hold.

use borsklokka_shared::instant::Instant;

/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A day as it is read, such as `2026-12-24` (UTC).
pub(crate) fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}
