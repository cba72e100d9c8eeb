//! `POST /api/v1/exchanges/{slug}/commands`: the same commands as on the socket, for scripts and buttons.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::{CommandId, Epoch};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::wire::{ServerMessage, read_command};
use serde::Deserialize;

use crate::api::{AskedWhole, Caller, Denied, refused, wanted_language};
use crate::entered::Entered;
use crate::exchanges::settings_of;
use crate::floor::Submission;
use crate::hub::Hub;
use crate::log::Answer;

/// A command by HTTP. Without an id it gets a fresh one, so that a fixed button works twice.
#[derive(Deserialize)]
pub(super) struct CommandRequest {
    /// As the message on the socket says it.
    #[serde(rename = "type")]
    _kind: Option<String>,
    id: Option<CommandId>,
    written_at: Option<Instant>,
    #[serde(default)]
    clock: ClockTrust,
    epoch: Option<Epoch>,
    command: serde_json::Value,
}

/// Hands a command to the floor and answers when it is committed.
pub(super) async fn commands(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { session, .. }: Entered,
    caller: Caller,
    request: Result<AskedWhole<CommandRequest>, Denied>,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let language = wanted_language(&caller.headers).unwrap_or_else(|| floor.language());
    let refuse = |id, refusal: &Refusal| Ok(refused(id, refusal, language));
    let request = match request {
        Ok(AskedWhole(request)) => request,
        Err(Denied::Malformed(detail)) => return refuse(None, &Refusal::Malformed { detail }),
        Err(denied) => return Err(denied),
    };
    let id = request.id.unwrap_or_else(|| CommandId(uuid::Uuid::now_v7()));
    if let Err(refusal) = hub.rates.command(session.device) {
        return refuse(Some(id), &refusal);
    }
    let command = match read_command(&request.command) {
        Ok(command) => command,
        Err(refusal) => return refuse(Some(id), &refusal),
    };
    // Settings take the place of those that stand: of a key that is misspelt, whoever wrote it by hand would never hear. What waits in an
    // outbox, or comes from a newer app, comes over the socket, which passes over what it does not know.
    if let Command::Configure { .. } = command
        && let Err(Denied::Malformed(detail)) = settings_of(request.command["settings"].clone())
    {
        return refuse(Some(id), &Refusal::Malformed { detail });
    }
    let submission = Submission {
        actor: session.called_in(floor.language()).actor(),
        id,
        command,
        written_at: request.written_at,
        clock: request.clock,
        epoch: request.epoch,
    };
    match floor.submit(submission).await {
        Answer::Accepted { seq } => Ok(Json(ServerMessage::Accepted { id, seq }).into_response()),
        Answer::Refused { refusal } => refuse(Some(id), &refusal),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use borsklokka_shared::role::Role;
    use serde_json::{Value, json};

    use crate::fixture::{Browser, caller_of, open_hub};

    #[tokio::test]
    async fn whoever_asks_too_often_is_told_when_to_ask_again() {
        let hub = open_hub().await;
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
        // Five commands a minute, and 300 of what else a device writes.
        for (method, path, body, wait_s) in [
            (
                "POST",
                "commands",
                json!({ "command": { "type": "freeze_totals" } }),
                "12",
            ),
            (
                "PUT",
                "contacts/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01",
                json!("nothing of the kind"),
                "1",
            ),
        ] {
            let path = format!("/api/v1/exchanges/drammen/{path}");
            let mut told = None;
            for _ in 0..=300 {
                let answer = broker.ask(method, &path, Some(body.clone())).await;
                if answer.status == StatusCode::TOO_MANY_REQUESTS {
                    told = answer.headers.get(header::RETRY_AFTER).cloned();
                    assert_eq!(answer.code(), "throttled", "{path}");
                    break;
                }
                assert!(!answer.headers.contains_key(header::RETRY_AFTER), "{path}");
            }
            assert_eq!(
                told.as_ref().and_then(|told| told.to_str().ok()),
                Some(wait_s),
                "{path}"
            );
        }
        let hall = hub.browser().at("192.168.1.79").over_tls();
        while hub.hub.rates.guest(&caller_of("192.168.1.79")).is_ok() {}
        let form = "application/x-www-form-urlencoded";
        for path in ["/drammen/register", "/registration/nobodys", "/follow-up/nobodys"] {
            let answer = hall.post_file(path, form, b"name=Svelvik+Korps").await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(answer.headers[header::RETRY_AFTER], "1", "{path}");
        }
        let catalogue = hall.get("/api/v1/exchanges/drammen/catalogue").await;
        assert_eq!(catalogue.code(), "throttled");
        assert_eq!(catalogue.headers[header::RETRY_AFTER], "1");
    }

    #[tokio::test]
    async fn what_may_be_left_out_is_not_misspelt_without_a_word() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let at = |what: &str| format!("/api/v1/exchanges/drammen/{what}");
        let contact = at("contacts/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01");
        let kept = json!({ "person": "Kari Nordmann", "email": null, "phone": null });
        assert_eq!(organiser.put(&contact, kept.clone()).await.status, 204);
        let bell = json!({ "type": "ring_bell" });
        for (method, path, body, key) in [
            (
                "POST",
                at("tokens"),
                json!({ "name": "Nettsiden", "dayz": 90 }),
                "dayz",
            ),
            ("PUT", contact.clone(), json!({ "persen": "Ola" }), "persen"),
            (
                "PUT",
                contact.clone(),
                json!({ "further": [{ "emial": "ola@example.org" }] }),
                "further.0.emial",
            ),
            (
                "POST",
                at("pairing-codes"),
                json!({ "role": "broker", "nmae": "1" }),
                "nmae",
            ),
            (
                "POST",
                at("commands"),
                json!({ "writen_at": "2026-11-26T17:00:00Z", "command": bell }),
                "writen_at",
            ),
            (
                "POST",
                at("copy"),
                json!({ "slug": "moss", "name": "Moss", "date": "2026-11-27", "with_participant": true }),
                "with_participant",
            ),
            (
                "POST",
                "/api/v1/accounts".to_owned(),
                json!({ "email": "kari@example.org", "name": "Kari", "exchange": ["drammen"] }),
                "exchange",
            ),
        ] {
            let refused = organiser.ask(method, &path, Some(body)).await;
            assert_eq!(
                (refused.status.as_u16(), refused.code()),
                (400, "malformed"),
                "{path}: {}",
                refused.text
            );
            let told = format!("the key `{key}` is not known");
            assert!(refused.text.contains(&told), "{path}: {}", refused.text);
        }
        assert_eq!(organiser.get(&contact).await.json, kept);
        // The message as it is on the socket.
        let message = json!({ "type": "command", "command": bell });
        assert_ne!(organiser.post(&at("commands"), message).await.status, 400);
    }

    #[tokio::test]
    async fn settings_have_no_key_that_nobody_knows() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let mut settings = json!({
            "name": "Børsen", "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "language": "nb",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        });
        let at = "/api/v1/exchanges/drammen/commands";
        let command = |settings: &Value| json!({ "command": { "type": "configure", "settings": settings } });
        assert_eq!(organiser.post(at, command(&settings)).await.status, 200);
        let new = |settings: &Value| json!({ "slug": "moss", "settings": settings });
        settings["celebrate_at"] = json!(50);
        for (path, asked) in [(at, command(&settings)), ("/api/v1/exchanges", new(&settings))] {
            let refused = organiser.post(path, asked).await;
            assert_eq!(
                (refused.status.as_u16(), refused.code()),
                (400, "malformed"),
                "{path}"
            );
            assert!(
                refused.text.contains("celebrate_at` is not known"),
                "{}",
                refused.text
            );
        }
        settings.as_object_mut().unwrap().remove("celebrate_at");
        for (part, nested) in [
            ("staging.acent", json!({ "staging": { "acent": "#0B7A75" } })),
            (
                "privacy.0",
                json!({ "privacy": { "text": "Vi sletter alt.", "keep_months": 3, "0": 1 } }),
            ),
        ] {
            let mut with = settings.clone();
            with.as_object_mut()
                .unwrap()
                .extend(nested.as_object().unwrap().clone());
            let refused = organiser.post(at, command(&with)).await;
            assert!(refused.text.contains(part), "{}", refused.text);
        }
        let made = organiser.post("/api/v1/exchanges", new(&settings)).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }

    #[tokio::test]
    async fn refusals_are_in_the_language_that_is_wanted_most() {
        let hub = open_hub().await;
        let nothing = json!({ "command": { "type": "freeze_totals" } });
        let unpaired = hub.browser();
        let revoked = Browser::bearing(&hub, "no token of ours");
        for (accepted, no_exchange, not_paired, not_allowed) in [
            (
                "en;q=0.1, nb",
                "Børsen finnes ikke her",
                "Denne enheten",
                "Denne enheten",
            ),
            (
                "nb;q=0.1, en",
                "There is no such exchange",
                "This device",
                "This device",
            ),
            (
                "nb;q=0, en-GB;q=0.2, fr",
                "There is no such exchange",
                "This device",
                "This device",
            ),
            ("fr", "Børsen finnes ikke her", "Denne enheten", "Denne enheten"),
            (
                "de",
                "Diesen Marktplatz gibt es hier nicht",
                "Dieses Gerät",
                "Dieses Gerät",
            ),
        ] {
            let (unpaired, revoked) = (unpaired.accepting(accepted), revoked.accepting(accepted));
            let at = |slug: &str, what: &str| format!("/api/v1/exchanges/{slug}/{what}");
            for (answer, sentence) in [
                (unpaired.get(&at("nowhere", "live")).await, no_exchange),
                (unpaired.get(&at("nowhere", "catalogue")).await, no_exchange),
                (
                    unpaired.post(&at("nowhere", "commands"), nothing.clone()).await,
                    no_exchange,
                ),
                (revoked.get(&at("drammen", "live")).await, not_allowed),
                (
                    revoked.post(&at("drammen", "commands"), nothing.clone()).await,
                    not_allowed,
                ),
                (
                    unpaired.post(&at("drammen", "commands"), nothing.clone()).await,
                    not_paired,
                ),
            ] {
                let message = answer.json["message"].as_str().unwrap_or_default();
                assert!(message.starts_with(sentence), "{accepted}: {}", answer.text);
            }
        }
    }
}
