//! How long a mail server is left alone that cannot be spoken to. The pause grows by the time that it is away: once for each pause that has run
//! out, however often it was tried meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long it is left alone, in minutes; the last goes on.
const PAUSES_MIN: [i64; 5] = [1, 2, 5, 10, 15];
const MINUTE_MS: i64 = 60 * 1_000;

/// For what one is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Try {
    /// A mail is due.
    Due,
    /// Somebody looks at what becomes of it: it is tried also in a pause, and makes none longer.
    AskedFor,
}

/// The pause that a mail server is in.
#[derive(Debug, Default)]
pub(crate) struct Rest(Mutex<Pause>);

#[derive(Debug, Default)]
struct Pause {
    /// Until when it is left alone, in elapsed milliseconds: nobody sets that clock. None if it is not.
    until_ms: Option<i64>,
    /// Pauses in turn that mails have waited for since it was spoken to last, this one with them.
    nth: usize,
}

impl Rest {
    /// For how long it is still left alone, in milliseconds: nothing that is due is tried before. Nought if it is not.
    pub(crate) fn lasts_ms(&self, elapsed_ms: i64) -> i64 {
        let until_ms = self.pause().until_ms;
        until_ms.map_or(0, |until_ms| until_ms.saturating_sub(elapsed_ms).max(0))
    }

    /// Notes that it could not be spoken to. Gives how long it is left alone from now on, in minutes, if that is news: a pause that has not
    /// run out goes on as it is.
    pub(crate) fn note_away(&self, tried: Try, elapsed_ms: i64) -> Option<i64> {
        let mut pause = self.pause();
        if pause.until_ms.is_some_and(|until_ms| elapsed_ms < until_ms) {
            return None;
        }
        if tried == Try::Due || pause.nth == 0 {
            pause.nth += 1;
        }
        let minutes = PAUSES_MIN[pause.nth.min(PAUSES_MIN.len()) - 1];
        pause.until_ms = Some(elapsed_ms + minutes * MINUTE_MS);
        Some(minutes)
    }

    /// Notes that it could be spoken to.
    pub(crate) fn note_there(&self) {
        *self.pause() = Pause::default();
    }

    fn pause(&self) -> MutexGuard<'_, Pause> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_once_for_each_that_has_run_out() {
        let rest = Rest::default();
        let mut now_ms = 0;
        for minutes in [1, 2, 5, 10, 15, 15] {
            assert_eq!(rest.note_away(Try::Due, now_ms), Some(minutes));
            // Another that was on its way meanwhile finds the same.
            assert_eq!(rest.note_away(Try::Due, now_ms + 1), None);
            assert_eq!(rest.lasts_ms(now_ms), minutes * MINUTE_MS);
            now_ms += minutes * MINUTE_MS;
            assert_eq!(rest.lasts_ms(now_ms), 0);
        }
        rest.note_there();
        assert_eq!(rest.note_away(Try::Due, now_ms), Some(1));
    }

    #[test]
    fn a_try_that_somebody_asked_for_makes_no_pause_longer() {
        let rest = Rest::default();
        for second in 0..5 {
            let said = rest.note_away(Try::AskedFor, second * 1_000);
            assert_eq!(said, (second == 0).then_some(1), "{second}");
        }
        assert_eq!(rest.lasts_ms(4_000), MINUTE_MS - 4_000);
        // Nor when the last pause has run out.
        assert_eq!(rest.note_away(Try::AskedFor, MINUTE_MS), Some(1));
        assert_eq!(rest.note_away(Try::Due, 2 * MINUTE_MS), Some(2));
        assert_eq!(rest.note_away(Try::AskedFor, 4 * MINUTE_MS), Some(2));
    }
}
