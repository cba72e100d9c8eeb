//! Reads in the outbox that a tablet saved as a file: its deals, walk-ins and contacts are sent from here, one after the
//! other, and each answer is shown.
//!
//! What the tablet sends itself, before or after, has no second effect, nor has the file when it is read in again: commands,
//! deals and participants keep the ids that the tablet gave them. So an old file rolls back nothing that was done since.

use std::collections::BTreeMap;

use borsklokka_shared::ids::{CommandId, DealId, Seq};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::desk::Desk;
use crate::live::answer::Answer;
use crate::live::outbox::file::{self, Content};
use crate::live::outbox::personal::{self, Matter};
use crate::live::outbox::queue::{Errand, Record, is_passing};
use crate::organiser::choose_file::ChooseFile;
use crate::texts::texts;
use crate::{browser, http};
use uuid::Uuid;

/// A refusal that says that the server has it already.
const HAD: &str = "already_exists";

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
    /// Where the log stood when the reading began: what took effect by then was here.
    began: Seq,
    all: usize,
    accepted: usize,
    had: usize,
    /// What was refused, in words.
    refused: Vec<String>,
    /// What could not be read, in words.
    unread: Option<String>,
    /// The deals that are not here, since what posts them was not taken, and why.
    missing: BTreeMap<DealId, String>,
}

impl Course {
    /// Takes the answer to an errand.
    fn take(&mut self, errand: &Errand, answer: Answer, unsent: &str) {
        let why = match answer {
            Answer::Accepted { seq } if is_command(errand) && seq <= self.began => return self.had += 1,
            Answer::Accepted { .. } => return self.accepted += 1,
            Answer::Refused { code, .. } if code == HAD && !errand.posts_from_paper() => {
                return self.had += 1;
            }
            Answer::Refused { message, .. } => message,
            Answer::NotSent | Answer::Lost => unsent.to_owned(),
        };
        if let Some(deal) = errand.posts() {
            self.missing.insert(deal, why.clone());
        }
        self.refuse(errand, &why);
    }

    fn refuse(&mut self, errand: &Errand, why: &str) {
        self.refused.push(format!("{}: {why}", called(errand)));
    }

    /// Why an errand is not sent: the deal that it changes is not here. It would be refused under its id for ever.
    fn holds_up(&self, errand: &Errand) -> Option<&str> {
        Some(self.missing.get(&errand.changes()?)?.as_str())
    }

    /// How many are there now.
    fn done(&self) -> usize {
        self.accepted + self.had
    }
}

fn is_command(errand: &Errand) -> bool {
    matches!(errand, Errand::Command(_))
}

/// Chooses a file and reads it in.
#[component]
pub fn ReadOutbox() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts();
    let cut_off = desk.is_cut_off();
    let course = RwSignal::new(None::<Course>);
    let choose = move |chosen: File| {
        desk.alert.set(None);
        course.set(None);
        spawn_local(async move {
            let text = JsFuture::from(chosen.text()).await.ok();
            let text = text.and_then(|text| text.as_string()).unwrap_or_default();
            match file::read(&desk.live.slug(), &text) {
                Ok(content) => read_in(desk, content, course).await,
                Err(why) => desk.warn(t.outbox().unreadable(&why)),
            }
        });
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.outbox().read}</h2>
            <p class="office-note">{t.outbox().read_why}</p>
            <ChooseFile
                id="read-outbox"
                called=t.outbox().read
                accept="application/json,.json"
                disabled=cut_off
                chosen=choose
            />
            {move || {
                course
                    .get()
                    .map(|course| {
                        view! {
                            <p role="status" data-testid="outbox-read">
                                {t.outbox().course(course.done(), course.all, course.had)}
                            </p>
                            {course.unread.map(|unread| view! { <p role="alert">{unread}</p> })}
                            <div role="alert">
                                <ul data-testid="outbox-refused">
                                    {course.refused.iter().map(|why| view! { <li>{why.clone()}</li> }).collect_view()}
                                </ul>
                            </div>
                        }
                    })
            }}
        </section>
    }
}

async fn read_in(desk: Desk, content: Content, course: RwSignal<Option<Course>>) {
    let unsent = desk_unsent(desk);
    let Content { records, unreadable } = content;
    let words = crate::texts::Outbox::of(desk.live.language().get_untracked());
    course.set(Some(Course {
        began: desk.live.position(),
        all: records.len(),
        unread: (unreadable > 0).then(|| words.unread(unreadable)),
        ..Course::default()
    }));
    for record in records {
        let held_up = course.with_untracked(|course| {
            let why = course.as_ref()?.holds_up(&record.errand)?;
            Some(why.to_owned())
        });
        let answer = match &held_up {
            Some(_) => None,
            None => Some(answer(desk, &record).await),
        };
        course.update(|course| {
            let Some(course) = course else { return };
            match (answer, held_up) {
                (Some(answer), _) => course.take(&record.errand, answer, &unsent),
                (None, why) => course.refuse(&record.errand, &why.unwrap_or_default()),
            }
        });
    }
}

async fn answer(desk: Desk, record: &Record) -> Answer {
    let message = match &record.errand {
        Errand::Command(message) => message,
        Errand::Personal(personal) => return send(desk, &personal.matter).await,
    };
    let fresh = || CommandId(browser::fresh_uuid());
    let under = |id| {
        let mut message = message.clone();
        message.id = id;
        desk.live.answer_to(message)
    };
    let id = id_of(record, fresh);
    match under(id).await {
        // It may be an answer of another time, and what was in its way is gone: its deal keeps it from being there twice.
        Answer::Refused { code, .. }
            if id == record.id() && record.errand.may_be_renamed() && code != HAD && !is_passing(&code) =>
        {
            under(fresh()).await
        }
        answer => answer,
    }
}

/// The id under which a record's command is sent: its own, to which the server gives one answer, however often it comes. What
/// was refused has had that answer. It gets a fresh one if it brings the id of what it makes; else always the same other one,
/// so that what it changes is changed once.
fn id_of(record: &Record, fresh: impl FnOnce() -> CommandId) -> CommandId {
    let CommandId(own) = record.id();
    if record.refused.is_none() {
        CommandId(own)
    } else if record.errand.may_be_renamed() {
        fresh()
    } else {
        CommandId(Uuid::from_u128(own.as_u128() ^ 1))
    }
}

/// What a record is called: what was agreed, who is to be reached or who signed; else its kind.
fn called(errand: &Errand) -> String {
    match errand {
        Errand::Command(message) => {
            let command = &message.command;
            let text = ["/terms/bargain/service/text", "/participant/name", "/type"]
                .into_iter()
                .find_map(|place| command.pointer(place)?.as_str());
            text.unwrap_or_default().to_owned()
        }
        Errand::Personal(personal) => match &personal.matter {
            Matter::Contact { contact, .. } => contact.person.clone().unwrap_or_default(),
            Matter::Signature { signature, .. } => signature.name.clone(),
        },
    }
}

fn desk_unsent(desk: Desk) -> String {
    crate::texts::Texts::of(desk.live.language().get_untracked())
        .desk()
        .not_sent
        .to_owned()
}

async fn send(desk: Desk, matter: &Matter) -> Answer {
    let (url, body) = (matter.address(&desk.live.slug()), matter.body());
    let reply = match matter {
        // One that was written since is newer.
        Matter::Contact { .. } => http::put_first(&url, &body).await,
        Matter::Signature { .. } => http::send("PUT", &url, &body).await,
    };
    personal::answer(reply)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::decide::ClockTrust;
    use borsklokka_shared::wire::CommandMessage;
    use serde_json::json;

    use super::*;
    use crate::live::outbox::queue::Refused;

    const DEAL: u128 = 0xd1;

    fn record(kind: &str, refused: bool) -> Record {
        let deal = DealId(Uuid::from_u128(DEAL));
        Record {
            order: 1,
            errand: Errand::Command(CommandMessage {
                id: CommandId(Uuid::from_u128(0xc0)),
                written_at: None,
                clock: ClockTrust::Estimated,
                epoch: None,
                command: json!({
                    "type": kind, "deal": deal, "terms": { "bargain": { "service": { "text": "Kaker" } } },
                }),
            }),
            refused: refused.then(|| Refused {
                code: "floor_closed".to_owned(),
                message: "Nei.".to_owned(),
            }),
            tried: true,
        }
    }

    fn refused(code: &str) -> Answer {
        Answer::Refused {
            code: code.to_owned(),
            message: "Nei.".to_owned(),
        }
    }

    #[test]
    fn every_answer_is_counted() {
        let mut course = Course {
            began: Seq(7),
            ..Course::default()
        };
        let Record { errand, .. } = record("amend_deal", false);
        for answer in [
            // What took effect before the reading began was here.
            Answer::Accepted { seq: Seq(7) },
            Answer::Accepted { seq: Seq(8) },
            refused(HAD),
            refused("floor_closed"),
            Answer::Lost,
        ] {
            course.take(&errand, answer, "ikke sendt");
        }
        assert_eq!((course.done(), course.accepted, course.had), (3, 1, 2));
        assert_eq!(course.refused, ["Kaker: Nei.", "Kaker: ikke sendt"]);
    }

    #[test]
    fn what_took_effect_once_has_no_second_effect() {
        let fresh = CommandId(Uuid::from_u128(0xf));
        let id = |kind: &str, refused: bool| id_of(&record(kind, refused), || fresh);
        let own = record("post_deal", false).id();
        for kind in ["post_deal", "amend_deal", "withdraw_deal"] {
            assert_eq!(id(kind, false), own, "{kind}");
        }
        // A deal brings its id, and is there once under any.
        assert_eq!(id("post_deal", true), fresh);
        // What was refused is asked again, and under the same id however often the file is read in.
        let again = id("amend_deal", true);
        assert_ne!(again, own);
        assert_ne!(again, fresh);
        assert_eq!(again, id("amend_deal", true));
    }

    #[test]
    fn what_changes_a_deal_that_was_not_taken_is_not_sent() {
        let (posts, changes) = (record("post_deal", false), record("amend_deal", false));
        for (answer, why) in [
            (Answer::Accepted { seq: Seq(1) }, None),
            (refused(HAD), None),
            (refused("deadline_passed"), Some("Nei.")),
            (Answer::Lost, Some("ikke sendt")),
        ] {
            let mut course = Course::default();
            course.take(&posts.errand, answer.clone(), "ikke sendt");
            assert_eq!(course.holds_up(&changes.errand), why, "{answer:?}");
        }
    }
}
