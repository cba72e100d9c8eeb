//! What a batch comes to, on the writer's scratch board: the events, the answers, and what else is kept with them.

use std::collections::HashMap;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{ClockTrust, Now, decide};
use borsklokka_shared::disclosure;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::ids::CommandId;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;

use super::super::submission::{Submission, Waiting, content_of};
use super::super::view::History;
use super::Writer;
use crate::clock::is_time_zone;
use crate::log::{Answer, Archive, Batch, Beside, Entry, Outcome};

impl Writer {
    /// Decides a batch on the scratch board, in order.
    pub(super) fn decide(
        &mut self,
        waiting: &[Waiting],
        mut known: HashMap<CommandId, Outcome>,
    ) -> (Batch, Vec<Answer>) {
        let mut batch = Batch::default();
        let answers = waiting
            .iter()
            .map(|waiting| {
                let submission = &waiting.submission;
                // However a text is spelt that is kept the same, the command is the same. As it came it is compared too: so
                // it was kept by versions that tidied nothing.
                let content = content_of(&submission.command.tidied());
                if let Some(earlier) = known.get(&submission.id) {
                    let is_same =
                        earlier.content == content || earlier.content == content_of(&submission.command);
                    // The same from another device is of a tablet that was paired anew after its answer was lost. Ids are drawn by
                    // chance and answers hold no secret, so who knows both and might ask it may know what came of it.
                    let is_same_hand = earlier.device == submission.actor.device
                        || submission.actor.role.has(submission.command.right());
                    // What it did is in the archive, and nothing of it on this board.
                    let is_archived = submission.command.is_of_the_evening()
                        && self
                            .head
                            .history
                            .begun_at
                            .is_some_and(|begun_at| earlier.answered_at < begun_at);
                    return if is_same_hand && is_same && is_archived {
                        Answer::Refused {
                            refusal: Refusal::OfARehearsal,
                        }
                    } else if is_same_hand && is_same {
                        earlier.answer.clone()
                    } else {
                        Answer::Refused {
                            refusal: Refusal::IdReused,
                        }
                    };
                }
                let answer = self.decide_one(submission, &mut batch);
                // Nobody asks for an answer to the clock: of two nodes' clocks, one is refused, and that is all.
                let is_outcome = !matches!(&answer, Answer::Refused { refusal } if !refusal.is_outcome());
                if !is_outcome || submission.actor.role == Role::Clock {
                    return answer;
                }
                let outcome = Outcome {
                    command: submission.id,
                    device: submission.actor.device,
                    content,
                    written_at: submission
                        .written_at
                        .map_or(self.head.at, |at| at.min(self.head.at)),
                    answered_at: self.head.at,
                    answer: answer.clone(),
                };
                known.insert(submission.id, outcome.clone());
                batch.outcomes.push(outcome);
                answer
            })
            .collect();
        (batch, answers)
    }

    /// Whether a command is about an evening that is in an archive by now: it says in which history it was written, or when.
    fn is_of_an_earlier_history(&self, submission: &Submission) -> bool {
        let History {
            epoch,
            begins_after,
            begun_at,
        } = self.head.history;
        let (Some(begun_at), true) = (begun_at, submission.command.is_of_the_evening()) else {
            return false;
        };
        match (submission.epoch, submission.written_at, submission.clock) {
            // Whoever follows as the public knows it by the public's name, or by its own from a version before.
            (Some(written_in), _, _) => {
                let (of_history, formerly) = &self.formerly;
                let formerly = formerly.iter().filter(|_| *of_history == begins_after);
                !formerly.chain([&epoch]).any(|name| {
                    Audience::ALL
                        .into_iter()
                        .any(|audience| written_in == audience.epoch(*name))
                })
            }
            (None, Some(written_at), ClockTrust::Estimated) => written_at < begun_at,
            (None, Some(_), ClockTrust::Unknown) | (None, None, _) => false,
        }
    }

    /// What follows an event in the tables beside the log.
    fn beside(&self, recorded: &Recorded, submission: &Submission) -> Option<Beside> {
        let Event::BegunAnew { epoch, .. } = recorded.event else {
            return Beside::of(&self.scratch, &recorded.event);
        };
        let History {
            epoch: closed,
            begins_after,
            ..
        } = self.head.history;
        Some(Beside::BegunAnew {
            epoch,
            archive: Archive {
                epoch: closed,
                first: begins_after.next(),
                last: self.head.last,
                made_at: recorded.at,
                role: submission.actor.role,
                device: submission.actor.device,
                deals: self.scratch.totals.deals,
            },
        })
    }

    /// Decides one command on the scratch board; its events are the next of the batch.
    pub(super) fn decide_one(&mut self, submission: &Submission, batch: &mut Batch) -> Answer {
        // The clock was raised to everything that is shown; the head may hold what is being decided.
        self.head.at = self.clock.now().max(self.head.at);
        let now = Now {
            at: self.head.at,
            written_at: submission.written_at,
            clock: submission.clock,
            last_answered_at: self.last_written.get(&submission.actor.device).copied().flatten(),
        };
        // Devices are paired by the wall clock, and bells strike by exchange time.
        let mut actor = submission.actor.clone();
        actor.paired_at = actor.paired_at.plus_ms(self.clock.ahead_ms());
        let decided = if self.is_of_an_earlier_history(submission) {
            Err(Refusal::OfARehearsal)
        } else {
            decide(&self.scratch, &actor, &submission.command, now)
        };
        // Which zones there are is the time zone database's to say, which `decide` does not have.
        let decided = match &submission.command {
            Command::Configure { settings, .. } if !is_time_zone(&settings.time_zone) => {
                decided.and(Err(Refusal::NotATimeZone))
            }
            _ => decided,
        };
        match decided {
            Err(refusal) => Answer::Refused { refusal },
            Ok(events) => {
                for event in events {
                    let recorded = Recorded {
                        seq: self.head.last.next(),
                        prev_public: self.head.last_public,
                        at: self.head.at,
                        audience: disclosure::of_event(&self.scratch, &event),
                        event,
                    };
                    batch.beside.extend(self.beside(&recorded, submission));
                    apply(&mut self.scratch, &recorded.event);
                    self.head.follow(&recorded);
                    batch.entries.push(Entry {
                        recorded,
                        role: submission.actor.role,
                        device: submission.actor.device,
                    });
                }
                Answer::Accepted { seq: self.head.last }
            }
        }
    }
}
