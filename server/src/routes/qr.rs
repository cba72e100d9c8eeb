//! The exchange's addresses as QR codes.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use serde::Deserialize;

use crate::access::pairing::pairing_url;
use crate::access::secret::PairingCode;
use crate::api::{Caller, Denied};
use crate::entered::{enter, find_exchange};
use crate::hub::Hub;
use crate::{qr, registrations};

/// What a code leads to.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Place {
    Screen(Screen),
    Form(Form),
}

/// The form of those who register themselves, which is no screen.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Register,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    to: Place,
    code: Option<String>,
}

fn url(public_url: &str, slug: &str, screen: Screen) -> String {
    format!("{}{}", public_url.trim_end_matches('/'), screen.path(slug))
}

/// `GET /api/v1/exchanges/{slug}/qr.svg?to=phone`, or `to=register`. With `code`, where a tablet pairs by itself.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<impl IntoResponse, Denied> {
    let wanted = wanted.map_err(|rejection| Denied::Malformed(rejection.body_text()));
    let public_url = hub.public_url();
    let url = match wanted {
        Ok(Query(Wanted {
            to: Place::Screen(Screen::Phone),
            code: None,
        })) => {
            find_exchange(&hub, &slug)?;
            url(&hub.guests_url(), &slug, Screen::Phone)
        }
        Ok(Query(Wanted {
            to: Place::Form(Form::Register),
            code: None,
        })) => {
            find_exchange(&hub, &slug)?;
            registrations::url(&hub, &slug)
        }
        wanted => {
            enter(&hub, &slug, &caller, Right::ShowDeskAddresses).await?;
            match wanted? {
                Query(Wanted {
                    to: Place::Form(Form::Register),
                    ..
                }) => return Err(Denied::Malformed("a form is paired with nothing".to_owned())),
                Query(Wanted {
                    to: Place::Screen(to),
                    code: None,
                }) => url(&public_url, &slug, to),
                Query(Wanted {
                    to: _,
                    code: Some(code),
                }) => {
                    let code = PairingCode::parse(&code).ok_or(Denied::CodeWrong)?;
                    pairing_url(&public_url, &slug, &code)
                }
            }
        }
    };
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], qr::svg(&url)?))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use borsklokka_shared::role::Role;

    use super::*;
    use crate::fixture::{Browser, open_hub};

    const QR: &str = "/api/v1/exchanges/drammen/qr.svg";

    #[tokio::test]
    async fn everyone_may_have_the_phones_address_and_staff_the_rest() {
        let hub = open_hub().await;
        let phone = hub.browser().get(&format!("{QR}?to=phone")).await;
        assert_eq!(
            (phone.status, phone.text.as_str()),
            (
                StatusCode::OK,
                qr::svg("http://192.168.1.5:8080/drammen").unwrap().as_str()
            )
        );
        assert_eq!(phone.headers[header::CONTENT_TYPE], "image/svg+xml");
        let form = hub.browser().get(&format!("{QR}?to=register")).await;
        let address = "http://192.168.1.5:8080/drammen/register";
        assert_eq!(form.text, qr::svg(address).unwrap());
        for query in [
            "to=broker",
            "to=phone&code=4F7K-2Q",
            "to=register&code=4F7K-2Q",
            "to=nowhere",
            "",
        ] {
            let answer = hub.browser().get(&format!("{QR}?{query}")).await;
            assert_eq!(answer.code(), "not_paired", "{query}");
        }
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        for (query, url) in [
            ("to=broker", "broker"),
            ("to=wall", "wall"),
            ("to=broker&code=4f7k2q", "pair#4F7K-2Q"),
        ] {
            let answer = moderator.get(&format!("{QR}?{query}")).await;
            assert_eq!(
                answer.text,
                qr::svg(&format!("http://192.168.1.5:8080/drammen/{url}")).unwrap(),
                "{query}"
            );
        }
        assert_eq!(
            moderator.get(&format!("{QR}?to=nowhere")).await.code(),
            "malformed"
        );
        assert_eq!(
            moderator.get(&format!("{QR}?to=pair&code=x")).await.code(),
            "code_wrong"
        );
    }
}
