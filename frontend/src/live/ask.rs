//! Commands on their way to the server, and their answers on the way back.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{Now, decide, shape};
use borsklokka_shared::ids::CommandId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use borsklokka_shared::wire::{ClientMessage, CommandMessage};
use futures_channel::oneshot;
use leptos::prelude::*;

use super::Live;
use super::answer::Answer;
use crate::browser;

impl Live {
    /// Gives a command its id and the time of writing, and tidies its texts as the server does.
    pub fn write(self, command: &Command) -> CommandMessage {
        CommandMessage {
            id: CommandId(browser::fresh_uuid()),
            written_at: Some(self.now()),
            clock: self.clock_trust(),
            epoch: self
                .follower
                .with_untracked(|follower| follower.as_ref().map(|follower| follower.epoch)),
            command: serde_json::to_value(command.tidied()).expect("a command has string keys"),
        }
    }

    /// What the server would refuse, as far as this device can tell: connected, it decides on its own board;
    /// disconnected, that board is old, and only the command's shape is judged.
    ///
    /// # Errors
    /// With the refusal.
    pub fn judge(self, command: &Command) -> Result<(), Refusal> {
        if self.is_live() {
            self.judge_by_board(command)
        } else {
            shape(command)
        }
    }

    /// What the server would refuse if its board were this device's, old or not.
    ///
    /// # Errors
    /// With the refusal.
    pub fn judge_by_board(self, command: &Command) -> Result<(), Refusal> {
        let actor = self.session.with_untracked(|session| {
            let session = session.as_ref()?;
            Some(Actor {
                role: session.role,
                device: session.device?,
                name: session.name.clone().unwrap_or_default(),
                // Not known here. It only matters to deals that come late, which the server decides.
                paired_at: Instant::default(),
            })
        });
        let Some(actor) = actor else {
            return shape(command);
        };
        let now = Now {
            at: self.now(),
            written_at: Some(self.now()),
            clock: self.clock_trust(),
            last_answered_at: None,
        };
        self.peek(|board| decide(board, &actor, command, now).map(drop))
            .unwrap_or(Ok(()))
    }

    /// Judges, writes and sends a command; `on_answer` is called once.
    pub fn ask(self, command: &Command, on_answer: impl FnOnce(Answer) + 'static) {
        match self.judge(command) {
            Ok(()) => self.send(self.write(command), on_answer),
            Err(refusal) => on_answer(Answer::of_refusal(&refusal, self.language.get_untracked())),
        }
    }

    /// Sends a command that was written before, with the id that it has; `on_answer` is called once.
    pub fn send(self, message: CommandMessage, on_answer: impl FnOnce(Answer) + 'static) {
        if !self.is_live() {
            return on_answer(Answer::NotSent);
        }
        self.works.update_value(|works| {
            works.awaited.insert(message.id, Box::new(on_answer));
            works.send(&ClientMessage::Command(message));
        });
    }

    /// Like [`Live::send`], as something to wait for.
    pub async fn answer_to(self, message: CommandMessage) -> Answer {
        let (say, said) = oneshot::channel();
        self.send(message, move |answer| {
            // Nobody waits any more.
            let _unheard = say.send(answer);
        });
        said.await.unwrap_or(Answer::Lost)
    }

    pub(super) fn is_live(self) -> bool {
        self.works.with_value(|works| works.connection.is_live())
    }

    pub(super) fn answer(self, id: CommandId, answer: Answer) {
        let on_answer = self
            .works
            .try_update_value(|works| works.awaited.remove(&id))
            .flatten();
        if let Some(on_answer) = on_answer {
            on_answer(answer);
        }
    }

    pub(super) fn answer_all_lost(self) {
        let awaited = self
            .works
            .try_update_value(|works| std::mem::take(&mut works.awaited));
        for on_answer in awaited.unwrap_or_default().into_values() {
            on_answer(Answer::Lost);
        }
    }
}
