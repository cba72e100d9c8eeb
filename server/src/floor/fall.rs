//! What becomes of a panic, which is a fault of the program: the command that it fails at is refused for good, and every other is
//! decided as if that one had never been asked. Where the boards may be harmed the floor closes, and is opened anew from its log.

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};

use borsklokka_shared::audience::Audience;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use futures_util::FutureExt;

use super::bundle::{Bundle, Settled};
use super::view::Frame;
use super::{Appended, Submission, Waiting, Writer, content_of};
use crate::log::{Answer, Batch, Outcome};

/// Runs a writer, and tells in the log if it falls.
pub(super) async fn told(slug: String, run: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(run).catch_unwind().await {
        let fault = words_of(&*panic);
        tracing::error!(exchange = %slug, fault, "the floor of {slug} has fallen: {fault}; it is opened anew from its log");
    }
}

impl Writer {
    /// Decides, commits, applies, answers and sends a batch. If the program fails at it, each of its commands is tried alone, and the
    /// one that it fails at alone is refused for good.
    pub(super) async fn commit(&mut self, mut waiting: Vec<Waiting>) {
        let committed = AssertUnwindSafe(self.try_commit(&mut waiting));
        let Err(panic) = committed.catch_unwind().await else {
            return;
        };
        self.must_be_whole(panic, &waiting);
        if waiting.len() == 1 {
            for waiting in waiting {
                let answer = self.refuse_for_good(&waiting.submission).await;
                // The client may be gone; it will ask again.
                let _ = waiting.reply.send(answer);
            }
        } else {
            for waiting in waiting {
                Box::pin(self.commit(vec![waiting])).await;
            }
        }
    }

    /// Decides and commits a bundle, and applies it to the boards; what is left is to send the frames. One that the program fails at is
    /// refused.
    pub(super) async fn commit_together(&mut self, bundle: Bundle) -> (Settled, Vec<(Audience, Frame)>) {
        let committed = AssertUnwindSafe(self.try_commit_together(bundle));
        match committed.catch_unwind().await {
            Ok(settled) => settled,
            Err(panic) => {
                self.must_be_whole(panic, &[]);
                (Settled::Refused(Refusal::Failed), Vec::new())
            }
        }
    }

    /// Tells of a panic, and lets the log be read before the next decision. If an event may be on a board in part, the writer falls.
    fn must_be_whole(&mut self, panic: Box<dyn Any + Send>, waiting: &[Waiting]) {
        let fault = words_of(&*panic);
        let commands: Vec<String> = waiting
            .iter()
            .map(|waiting| waiting.submission.id.to_string())
            .collect();
        if let Some(untold) = self.trouble.told.tell(!is_the_clocks(waiting)) {
            tracing::error!(exchange = %self.id, fault, ?commands, untold, "the program failed at commands of exchange {}: {fault}", self.id);
        }
        self.reread = true;
        if self.view.is_torn() {
            resume_unwind(panic);
        }
    }

    /// Keeps it as the command's outcome that the program failed at it, so that nobody sends it again.
    async fn refuse_for_good(&mut self, submission: &Submission) -> Answer {
        let refused = |refusal| Answer::Refused { refusal };
        if submission.actor.role == Role::Clock {
            // It asks for the same again.
            self.trouble.pause();
            return refused(Refusal::Failed);
        }
        let kept = AssertUnwindSafe(async {
            let at = self.clock.now().max(self.head.at);
            let outcome = Outcome {
                command: submission.id,
                device: submission.actor.device,
                content: content_of(&submission.command.tidied()),
                written_at: submission.written_at.map_or(at, |written_at| written_at.min(at)),
                answered_at: at,
                answer: refused(Refusal::Failed),
            };
            let batch = Batch {
                outcomes: vec![outcome],
                ..Batch::default()
            };
            self.append(&batch).await
        });
        match kept.catch_unwind().await {
            Ok(Appended::Conflict | Appended::No) => refused(Refusal::Unavailable),
            // What cannot even be kept would fail each time.
            Ok(Appended::Yes) | Err(_) => refused(Refusal::Failed),
        }
    }
}

/// Whether a command is the exchange's own clock's, which comes again by itself.
fn is_the_clocks(waiting: &[Waiting]) -> bool {
    waiting
        .iter()
        .any(|waiting| waiting.submission.actor.role == Role::Clock)
}

/// What a panic says.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it does not say what")
}
