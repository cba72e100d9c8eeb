//! Who speaks for whom: asked of the server, kept in memory alone, never on the board.

use std::time::Duration;

use borsklokka_shared::contact::Contact;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::ParticipantId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use super::intake::Intake;
use crate::http;
use crate::json;
use crate::live::connection::LinkState;

/// How long after a registration the names are asked for anew, in milliseconds: the contact comes after it, and with an
/// import there are many.
const ARRIVED_MS: u64 = 5_000;

#[derive(Deserialize)]
struct Person {
    participant: ParticipantId,
    person: String,
}

/// Keeps the names as new as the connection allows, and notes who arrives.
pub(super) fn follow(intake: &Intake) {
    let intake = *intake;
    let link = intake.live.link();
    Effect::new(move || {
        if link.get() == LinkState::Connected {
            ask(&intake);
        }
    });
    let asks = StoredValue::new(false);
    intake.live.on_event(move |message| {
        let Event::ParticipantRegistered { participant } = &message.event else {
            return;
        };
        let id = participant.id;
        intake.arrived.update(|arrived| arrived.insert(0, id));
        if !asks.get_value() {
            asks.set_value(true);
            set_timeout(
                move || {
                    asks.try_set_value(false);
                    ask(&intake);
                },
                Duration::from_millis(ARRIVED_MS),
            );
        }
    });
}

fn ask(intake: &Intake) {
    let (slug, people) = (intake.live.slug(), intake.people);
    spawn_local(async move {
        let Ok(reply) = http::get(&format!("/api/v1/exchanges/{slug}/contacts")).await else {
            return;
        };
        let told = reply.content().map(|content| json::read::<Vec<Person>>(&content));
        if let Some(Ok(told)) = told {
            // Whoever was erased speaks for nobody any more.
            let known = told.into_iter().map(|known| (known.participant, known.person));
            people.try_update(|people| {
                people.clear();
                people.extend(known);
            });
        }
    });
}

/// How to reach a party, if the server tells.
pub(super) async fn contact_of(slug: &str, participant: ParticipantId) -> Option<Contact> {
    let url = format!("/api/v1/exchanges/{slug}/contacts/{participant}");
    let content = http::get(&url).await.ok()?.content()?;
    json::read(&content).ok()
}
