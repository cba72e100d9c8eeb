//! What the server says beside the board, read again and again. Answers come in any order: one that was asked for before what is
//! known already is not taken for news.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use crate::request;

/// What is known of something. Copied freely.
pub struct Reading<T: Send + Sync + 'static> {
    known: RwSignal<Option<T>>,
    turns: StoredValue<Turns>,
}

/// Reads something again and again, as long as the page stands: what happens elsewhere is seen by itself.
pub fn read_again(every: Duration, read: impl Fn() + 'static) {
    let again = set_interval_with_handle(read, every);
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
}

/// How often it was asked for, and which of those was answered last.
#[derive(Clone, Copy, Default)]
struct Turns {
    asked: u32,
    answered: u32,
}

impl Turns {
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// Whether the answer to what was asked at this turn is news.
    fn answer(&mut self, turn: u32) -> bool {
        let is_news = turn > self.answered;
        self.answered = self.answered.max(turn);
        is_news
    }
}

impl<T: PartialEq + Send + Sync + 'static> Reading<T> {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            known: RwSignal::new(None),
            turns: StoredValue::new(Turns::default()),
        }
    }

    /// What is known, once the server has said.
    pub fn known(self) -> Signal<Option<T>> {
        self.known.into()
    }

    /// What is known was changed from here: what was asked for before is no news.
    pub fn change(self, act: impl FnOnce(&mut T)) {
        let _gone = self.turns.try_update_value(|turns| {
            let turn = turns.ask();
            turns.answer(turn)
        });
        let _gone = self.known.try_update(|known| {
            if let Some(known) = known {
                act(known);
            }
        });
    }

    /// Reads it again. One that fails is followed by another, and the connection's own mark tells of an outage.
    pub fn read<A: DeserializeOwned + 'static>(self, url: String, of: impl FnOnce(A) -> T + 'static) {
        let Some(turn) = self.turns.try_update_value(Turns::ask) else {
            return;
        };
        spawn_local(async move {
            let Ok(answer) = request::read(&url).await else {
                return;
            };
            // The page may be gone.
            if self.turns.try_update_value(|turns| turns.answer(turn)) == Some(true) {
                let read = Some(of(answer));
                let _gone = self.known.try_maybe_update(|known| {
                    let is_other = *known != read;
                    *known = read;
                    (is_other, ())
                });
            }
        });
    }
}

impl<T: PartialEq + Send + Sync + 'static> Default for Reading<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + Sync + 'static> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Reading<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_comes_after_a_later_one_is_no_news() {
        let mut turns = Turns::default();
        let (first, second, third) = (turns.ask(), turns.ask(), turns.ask());
        assert!(turns.answer(second));
        assert!(!turns.answer(first));
        assert!(turns.answer(third));
    }

    #[test]
    fn what_is_changed_from_here_is_not_undone_by_what_was_asked_before() {
        let page = Owner::new_root(None);
        page.with(|| {
            let reading = Reading::<Vec<&str>>::new();
            reading.change(|people| people.push("Kari"));
            assert_eq!(reading.known.get_untracked(), None, "nothing is known yet");
            reading.known.set(Some(Vec::new()));
            let asked = reading.turns.try_update_value(Turns::ask).unwrap();
            reading.change(|people| people.push("Kari"));
            assert_eq!(reading.known.get_untracked(), Some(vec!["Kari"]));
            let is_news = reading.turns.try_update_value(|turns| turns.answer(asked));
            assert_eq!(is_news, Some(false));
        });
    }
}
