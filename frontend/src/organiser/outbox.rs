//! Reads in the outbox that a tablet saved as a file: its deals, walk-ins and contacts are sent from here, one after the
//! other, and each answer is shown.
//!
//! What the tablet sends itself, before or after, has no second effect: deals and participants keep the ids that it gave them.

use borsklokka_shared::ids::CommandId;
use borsklokka_shared::wire::CommandMessage;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::desk::Desk;
use crate::live::answer::Answer;
use crate::live::outbox::file::{self, Content};
use crate::live::outbox::personal::{self, Matter};
use crate::live::outbox::queue::Errand;
use crate::organiser::choose_file::ChooseFile;
use crate::texts::texts;
use crate::{browser, http};

/// A refusal that says that the server has it already.
const HAD: &str = "already_exists";

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
    all: usize,
    accepted: usize,
    had: usize,
    /// What was refused, in words.
    refused: Vec<String>,
    /// What could not be read, in words.
    unread: Option<String>,
}

impl Course {
    /// Takes the answer to what is called so.
    fn take(&mut self, called: &str, answer: Answer, unsent: &str) {
        let why = match answer {
            Answer::Accepted { .. } => return self.accepted += 1,
            Answer::Refused { code, .. } if code == HAD => return self.had += 1,
            Answer::Refused { message, .. } => message,
            Answer::NotSent | Answer::Lost => unsent.to_owned(),
        };
        self.refused.push(format!("{called}: {why}"));
    }

    /// How many are there now.
    fn done(&self) -> usize {
        self.accepted + self.had
    }
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
        all: records.len(),
        unread: (unreadable > 0).then(|| words.unread(unreadable)),
        ..Course::default()
    }));
    for record in records {
        let called = called(&record.errand);
        let answer = match record.errand {
            Errand::Command(message) => {
                // An id belongs to the device that made it, so the organiser's desk gives one of its own.
                let message = CommandMessage {
                    id: CommandId(browser::fresh_uuid()),
                    ..message
                };
                desk.live.answer_to(message).await
            }
            Errand::Personal(personal) => send(desk, &personal.matter).await,
        };
        course.update(|course| {
            if let Some(course) = course {
                course.take(&called, answer, &unsent);
            }
        });
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
    personal::answer(http::send("PUT", &matter.address(&desk.live.slug()), &matter.body()).await)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::Seq;

    use super::*;

    #[test]
    fn every_answer_is_counted() {
        let mut course = Course::default();
        let refused = |code: &str| Answer::Refused {
            code: code.to_owned(),
            message: "Nei.".to_owned(),
        };
        for answer in [
            Answer::Accepted { seq: Seq(1) },
            refused(HAD),
            refused("floor_closed"),
            Answer::Lost,
        ] {
            course.take("Kaker", answer, "ikke sendt");
        }
        assert_eq!((course.done(), course.accepted, course.had), (2, 1, 1));
        assert_eq!(course.refused, ["Kaker: Nei.", "Kaker: ikke sendt"]);
    }
}
