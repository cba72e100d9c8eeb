//! What is asked for over what stands on the board, where others may be quicker: it is done once more, on top of what they did, once the
//! board has that.

use std::mem;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use leptos::prelude::*;

use super::half_typed::{Held, Sending};
use crate::live::Live;
use crate::live::answer::Answer;
use crate::texts::Texts;

/// What is to be done, once.
type Act = Box<dyn FnOnce()>;

/// What waits for the board to have what others did. Copied freely; made once for all pages.
#[derive(Clone, Copy)]
pub struct Overtaken {
    live: Live,
    /// That, by the position at which it was asked for.
    waiting: RwSignal<Vec<(Seq, Act)>, LocalStorage>,
    /// What the page speaks.
    language: Signal<Language>,
}

impl Overtaken {
    /// Nothing yet.
    pub fn start(live: Live) -> Self {
        let waiting = RwSignal::new_local(Vec::<(Seq, Act)>::new());
        Effect::new(move || {
            if waiting.with(Vec::is_empty) || live.read(|_| ()).is_none() {
                return;
            }
            let position = live.position();
            let due = waiting.try_maybe_update(|waiting| {
                let all = mem::take(waiting).into_iter();
                let (stays, due): (Vec<_>, Vec<_>) = all.partition(|(asked_at, _)| *asked_at == position);
                *waiting = stays;
                (false, due)
            });
            for (_, act) in due.unwrap_or_default() {
                untrack(act);
            }
        });
        Self {
            live,
            waiting,
            language: live.language(),
        }
    }

    /// Sends what was typed into a field, by a command that says over what. If others were quicker, `again` judges it once more once the
    /// board has what they did, unless something else is typed by then. Why else it had no effect is said in `said`.
    pub fn send<Field: Held + Ord, Fault: Held>(
        self,
        command: &Command,
        said: RwSignal<Option<String>>,
        sending: Sending<Field, Fault>,
        again: impl FnOnce() + 'static,
    ) {
        let _gone = said.try_set(None);
        let asked_at = self.live.position();
        let words = Texts::of(self.language.get_untracked()).desk();
        self.live.ask(command, move |answer| {
            let trouble = match answer {
                Answer::Accepted { .. } => {
                    sending.accept();
                    return;
                }
                Answer::Refused { code, .. } if code == Refusal::ChangedMeanwhile.code() => {
                    self.once_past(asked_at, move || {
                        if sending.give_back() {
                            again();
                        }
                    });
                    return;
                }
                Answer::Refused { message, .. } => message,
                Answer::NotSent => words.not_sent.to_owned(),
                Answer::Lost => words.lost.to_owned(),
            };
            // What it was said beside may be gone by now.
            let _gone = said.try_set(Some(trouble));
        });
    }

    /// Does something once the board is at another position than this.
    fn once_past(self, asked_at: Seq, act: impl FnOnce() + 'static) {
        let act: Act = Box::new(act);
        let _gone = self.waiting.try_update(|waiting| waiting.push((asked_at, act)));
    }
}
