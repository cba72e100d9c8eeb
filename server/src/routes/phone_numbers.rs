//! `POST /api/v1/exchanges/{slug}/phone-numbers`: how the telephone numbers of a contact line are read, while the guest is still
//! there. Nothing of it is kept or logged.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::text::readable;
use serde::{Deserialize, Serialize};

use crate::api::{Asked, Denied};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::phones;

/// Longest line, in characters.
const LINE_CHARS_MAX: usize = 500;

/// What somebody typed.
#[derive(Deserialize)]
pub(super) struct Line {
    line: String,
}

/// The numbers of a line, in its order.
#[derive(Serialize)]
pub(super) struct Numbers {
    numbers: Vec<Number>,
}

/// A number.
#[derive(Serialize)]
struct Number {
    /// As it stands in the line.
    written: String,
    /// As it is dialled from anywhere; none if no numbering plan has it.
    read: Option<String>,
}

pub(super) async fn read(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    asked: Result<Asked<Line>, Denied>,
) -> Result<Json<Numbers>, Denied> {
    let Asked(Line { line }) = asked?;
    let line = readable("line", &line, LINE_CHARS_MAX)?;
    let floor = hub.floors.by_id(exchange).await?;
    let settings = floor.view.with_staff_board(|board| board.settings.clone());
    let settings = settings.ok_or(Refusal::NotConfigured)?;
    let home = phones::home(&settings.time_zone);
    let contact = Contact::of_line(&line);
    let numbers = contact.numbers().map(|written| Number {
        read: phones::read(&written, home),
        written,
    });
    Ok(Json(Numbers {
        numbers: numbers.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use borsklokka_shared::role::Role;
    use serde_json::json;

    use crate::fixture::{Browser, open_hub};

    const NUMBERS: &str = "/api/v1/exchanges/drammen/phone-numbers";

    #[tokio::test]
    async fn a_line_is_read_while_the_guest_is_there() {
        let hub = open_hub().await;
        let door = Browser::bearing(&hub, &hub.token("drammen", Role::Door, "").await);
        let answer = door
            .post(
                NUMBERS,
                json!({ "line": "Kari Nordmann, tlf. 22334455 / 2233445, kari@example.org" }),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(
            answer.json,
            json!({ "numbers": [
                { "written": "22334455", "read": "+47 22 33 44 55" },
                { "written": "2233445", "read": null },
            ] })
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        let nobody = door.post(NUMBERS, json!({ "line": "Kari" })).await;
        assert_eq!(nobody.json, json!({ "numbers": [] }));
        let long = door.post(NUMBERS, json!({ "line": "1".repeat(501) })).await;
        assert_eq!(long.code(), "text_too_long");
    }
}
