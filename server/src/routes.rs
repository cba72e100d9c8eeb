//! Every route on one page: who is let through, the largest body, how often it may be asked. The router is built from this table and
//! from nothing else, so what is not in it is not served; `routes/tests.rs` tries each row with every caller over every channel.

mod access;
mod addresses;
mod agreement;
mod archives;
mod arrivals;
mod audit;
mod board;
mod catalogue;
mod categories;
mod check;
mod commands;
#[cfg(test)]
mod fences;
mod handouts;
mod healthz;
mod live;
mod nudge;
mod openapi;
mod pages;
mod phone_numbers;
mod poster;
mod preview;
mod qr;
mod report;
mod roster;
mod route;
#[cfg(test)]
mod secrets;
mod security;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::handler::Handler;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use borsklokka_shared::right::Right;
use borsklokka_shared::security::SecurityEvent::{
    AgreementPrinted, AgreementsPrinted, CalendarLinksSet, CodeMade, ContactRead, ContactWritten,
    ContactsRead, DeviceRevoked, FollowUpLinkMade, FollowUpLinksRevoked, FollowUpWritten, FollowUpsAsked,
    FollowUpsRead, HandoutPrinted, LinkMade, LinksRevoked, MailHandled, MailRead, MailsHandled, MailsRead,
    MailsSet, PersonExported, PhotoAgreed, PhotoDeleted, PhotoNotAgreed, PhotoTaken, PrivacyRead,
    ProgramTokenMade, ProgramTokenRevoked, RegistrationJudged, RegistrationsRead, ReportTaken,
    RosterExported, RosterImported, SignatureWiped, Signed, WebhooksSet,
};
use tower::util::MapRequest;
use tracing::Instrument as _;

use self::access::{account, accounts, devices, know_cookies, operator, pair, pairing, passkeys, session};
use self::agreement::{copies, links, photos, signatures};
pub(crate) use self::healthz::{is_ready, silent};
use self::openapi::Description;
use self::route::Admits::{Account, Everyone, Having, Member, Operator, Paired, Partly, Private, Viewers};
use self::route::{Rate, Route};
use crate::access::Deed;
use crate::api::{
    Caller, Denied, Front, HostPolicy, HttpsOnly, Why, as_of_the_client, guard, say_when, speak,
};
use crate::config::{TRUST_PATH, TlsMode, hall_addresses};
use crate::hub::Hub;
use crate::measure;
use crate::policy::ContentPolicy;
use crate::tls::Names;
use crate::traces;
use crate::{
    afterwards, contacts, exchanges, follow_up, mail, pictures, privacy, programs, registrations, strangers,
    trust, webhooks,
};

/// Where exchanges are, up to an exchange's own address.
const EXCHANGES: &str = "/api/v1/exchanges/";

/// Largest body of a request, in bytes, where nothing else is said. The largest is an exchange's settings.
const BODY_BYTES_MAX: usize = 64 * 1_024;
/// How long somebody waits for a refusal who was refused very often.
const REFUSED_WAIT: Duration = Duration::from_secs(1);
/// Largest body of what is sent without a credential, in bytes: a code and a name, or a passphrase. Thousands of them may wait for their
/// last byte at once.
const SECRET_BYTES_MAX: usize = 8 * 1_024;

/// Every route but the pages of the screens, which have all other addresses.
#[rustfmt::skip] // A table: a row a line.
#[expect(clippy::too_many_lines, reason = "a row a line")]
fn table() -> Vec<Route> {
    vec![
        Route::get("/livez", Everyone, healthz::livez).for_guests(),
        Route::get("/readyz", Everyone, healthz::readyz).for_guests(),
        Route::get("/healthz", Everyone, healthz::healthz).for_guests(),
        Route::get("/sw.js", Everyone, pages::worker).cached(),
        Route::get("/assets/{file}", Everyone, pages::asset).cached().for_guests(),
        Route::get("/favicon.ico", Everyone, pages::icon).cached().for_guests(),
        Route::get("/robots.txt", Everyone, pages::robots).cached().for_guests(),
        Route::get("/agreement/{token}", Everyone, links::open).cached().rate(Rate::Links),
        Route::get("/{slug}/register", Everyone, registrations::form).cached(),
        Route::post("/{slug}/register", Everyone, registrations::send).body(registrations::FORM_BYTES_MAX).rate(Rate::Registrations).cached(),
        Route::get("/proof.js", Everyone, registrations::script).cached(),
        Route::get("/typed.js", Everyone, strangers::script).cached(),
        Route::get("/registration/{token}", Everyone, registrations::open).rate(Rate::Links).cached(),
        Route::post("/registration/{token}", Everyone, registrations::change).body(registrations::FORM_BYTES_MAX).rate(Rate::Registrations).cached(),
        Route::get("/follow-up/{token}", Everyone, follow_up::open).rate(Rate::Links).cached(),
        Route::post("/follow-up/{token}", Everyone, follow_up::answer).body(follow_up::FORM_BYTES_MAX).rate(Rate::Registrations).cached(),

        Route::get("/calendar/{token}", Everyone, programs::calendar).cached().rate(Rate::Links),
        Route::get("/api/openapi.json", Everyone, describe).cached(),

        Route::get("/api/v1/addresses", Everyone, addresses::show).for_guests(),
        Route::post("/api/v1/setup", Private, operator::set_up).body(SECRET_BYTES_MAX),
        Route::post("/api/v1/login", Private, operator::log_in).body(SECRET_BYTES_MAX).rate(Rate::Logins),
        Route::post("/api/v1/logout", Everyone, operator::log_out),
        Route::post("/api/v1/passphrase", Operator, operator::change_passphrase).body(BODY_BYTES_MAX).rate(Rate::Logins),
        Route::get("/api/v1/login", Everyone, operator::ways),
        Route::get("/api/v1/accounts", Operator, accounts::list),
        Route::post("/api/v1/accounts", Operator, accounts::invite).body(BODY_BYTES_MAX),
        Route::patch("/api/v1/accounts/{id}", Operator, accounts::change).body(BODY_BYTES_MAX),
        Route::delete("/api/v1/accounts/{id}", Operator, accounts::delete),
        Route::post("/api/v1/accounts/{id}/link", Operator, accounts::link),
        Route::post("/api/v1/accounts/{id}/mail", Operator, accounts::mail),
        Route::post("/api/v1/account/forgotten", Private, account::forgotten).body(SECRET_BYTES_MAX).rate(Rate::Logins),
        Route::post("/api/v1/account/passkeys/ask", Private, passkeys::ask_to_log_in).rate(Rate::Logins),
        Route::post("/api/v1/account/passkeys/log-in", Private, passkeys::log_in).body(SECRET_BYTES_MAX).rate(Rate::Logins),
        Route::get("/api/v1/account/passkeys", Account, passkeys::list),
        Route::post("/api/v1/account/passkeys/begin", Account, passkeys::begin).body(BODY_BYTES_MAX).rate(Rate::Logins),
        Route::post("/api/v1/account/passkeys", Account, passkeys::add).body(BODY_BYTES_MAX),
        Route::patch("/api/v1/account/passkeys/{id}", Account, passkeys::rename).body(BODY_BYTES_MAX),
        Route::delete("/api/v1/account/passkeys/{id}", Account, passkeys::remove),
        Route::post("/api/v1/account/link", Private, account::look).body(SECRET_BYTES_MAX).rate(Rate::Links),
        Route::post("/api/v1/account/open", Private, account::open).body(SECRET_BYTES_MAX).rate(Rate::Links),
        Route::get("/api/v1/account", Account, account::show),
        Route::patch("/api/v1/account", Account, account::change).body(BODY_BYTES_MAX),
        Route::post("/api/v1/account/passphrase", Account, account::change_passphrase).body(BODY_BYTES_MAX).rate(Rate::Logins),
        Route::delete("/api/v1/account/sessions/{id}", Account, account::end_session),
        Route::get("/api/v1/exchanges", Member(Deed::List), exchanges::list),
        Route::post("/api/v1/exchanges", Member(Deed::Make), exchanges::make).body(BODY_BYTES_MAX),
        Route::patch("/api/v1/exchanges/{slug}", Member(Deed::Keep), exchanges::change).body(BODY_BYTES_MAX),
        Route::delete("/api/v1/exchanges/{slug}", Member(Deed::Delete), exchanges::delete).body(BODY_BYTES_MAX),
        Route::post("/api/v1/exchanges/{slug}/copy", Member(Deed::Keep), exchanges::copy::make).body(BODY_BYTES_MAX),

        Route::get("/api/v1/exchanges/{slug}/live", Viewers, live::live).for_guests(),
        Route::post("/api/v1/exchanges/{slug}/commands", Paired, commands::commands).body(BODY_BYTES_MAX).rate(Rate::Commands),
        Route::get("/api/v1/exchanges/{slug}/catalogue", Everyone, catalogue::catalogue).cached().for_guests(),
        Route::get("/api/v1/exchanges/{slug}/session", Viewers, session::show).for_guests(),
        Route::put("/api/v1/exchanges/{slug}/session/name", Having(Right::NameOwnDevice), devices::rename_own).body(BODY_BYTES_MAX),
        Route::post("/api/v1/exchanges/{slug}/pair", Everyone, pair::pair).body(SECRET_BYTES_MAX).rate(Rate::Pairings),
        Route::get("/api/v1/exchanges/{slug}/pairing-codes", Having(Right::PairDevice), pairing::list),
        Route::post("/api/v1/exchanges/{slug}/pairing-codes", Having(Right::PairDevice), pairing::make).body(BODY_BYTES_MAX).noted(CodeMade),
        Route::delete("/api/v1/exchanges/{slug}/pairing-codes/{id}", Having(Right::PairDevice), pairing::withdraw),
        Route::get("/api/v1/exchanges/{slug}/devices", Having(Right::ManageDevices), devices::list),
        Route::patch("/api/v1/exchanges/{slug}/devices/{id}", Having(Right::ManageDevices), devices::rename).body(BODY_BYTES_MAX),
        Route::delete("/api/v1/exchanges/{slug}/devices/{id}", Having(Right::ManageDevices), devices::revoke).noted(DeviceRevoked),
        Route::get("/api/v1/exchanges/{slug}/contacts", Having(Right::ReadContacts), contacts::people).noted(ContactsRead),
        Route::get("/api/v1/exchanges/{slug}/contacts/{participant}", Having(Right::ReadContacts), contacts::show).noted(ContactRead),
        Route::put("/api/v1/exchanges/{slug}/contacts/{participant}", Having(Right::WriteFirstContact), contacts::write).body(BODY_BYTES_MAX).noted(ContactWritten),
        Route::post("/api/v1/exchanges/{slug}/phone-numbers", Having(Right::WriteFirstContact), phone_numbers::read).body(BODY_BYTES_MAX),
        Route::post("/api/v1/exchanges/{slug}/roster/preview", Having(Right::ImportRoster), roster::show).file(roster::BODY_BYTES_MAX, roster::too_large),
        Route::post("/api/v1/exchanges/{slug}/roster", Having(Right::ImportRoster), roster::write).file(roster::BODY_BYTES_MAX, roster::too_large).noted(RosterImported),
        Route::get("/api/v1/exchanges/{slug}/roster.xlsx", Having(Right::ExportRoster), roster::xlsx).noted(RosterExported),
        Route::get("/api/v1/exchanges/{slug}/roster.csv", Having(Right::ExportRoster), roster::csv).noted(RosterExported),
        Route::post("/api/v1/exchanges/{slug}/categories/merge", Having(Right::Configure), categories::merge).body(BODY_BYTES_MAX),
        Route::get("/api/v1/exchanges/{slug}/registrations", Having(Right::ReadRegistrations), registrations::list).noted(RegistrationsRead),
        Route::put("/api/v1/exchanges/{slug}/registrations/form", Having(Right::JudgeRegistrations), registrations::set_form).body(BODY_BYTES_MAX),
        Route::post("/api/v1/exchanges/{slug}/registrations/{id}", Having(Right::JudgeRegistrations), registrations::judge).body(BODY_BYTES_MAX).noted(RegistrationJudged),
        Route::get("/api/v1/exchanges/{slug}/mails", Having(Right::ReadMails), mail::list).noted(MailsRead),
        Route::post("/api/v1/exchanges/{slug}/mails", Having(Right::ManageMails), mail::handle_all).body(BODY_BYTES_MAX).noted(MailsHandled),
        Route::put("/api/v1/exchanges/{slug}/mails/settings", Having(Right::ManageMails), mail::set).body(mail::SETTINGS_BYTES_MAX).noted(MailsSet),
        Route::get("/api/v1/exchanges/{slug}/mails/texts", Having(Right::ReadMails), mail::usual_texts),
        Route::post("/api/v1/exchanges/{slug}/mails/preview", Having(Right::ReadMails), mail::preview).body(BODY_BYTES_MAX),
        Route::get("/api/v1/exchanges/{slug}/mails/{id}", Having(Right::ReadMails), mail::show).noted(MailRead),
        Route::post("/api/v1/exchanges/{slug}/mails/{id}", Having(Right::ManageMails), mail::handle).body(BODY_BYTES_MAX).noted(MailHandled),
        Route::get("/api/v1/exchanges/{slug}/follow-up", Everyone, follow_up::shown).for_guests(),
        Route::get("/api/v1/exchanges/{slug}/follow-ups", Having(Right::ReadFollowUps), follow_up::list).noted(FollowUpsRead),
        Route::put("/api/v1/exchanges/{slug}/follow-ups/settings", Having(Right::WriteFollowUps), follow_up::set_settings).body(BODY_BYTES_MAX),
        Route::post("/api/v1/exchanges/{slug}/follow-ups/ask", Having(Right::WriteFollowUps), follow_up::ask).noted(FollowUpsAsked),
        Route::put("/api/v1/exchanges/{slug}/follow-ups/{deal}/answers/{teller}", Having(Right::WriteFollowUps), follow_up::say).body(BODY_BYTES_MAX).noted(FollowUpWritten),
        Route::delete("/api/v1/exchanges/{slug}/follow-ups/{deal}/answers/{teller}", Having(Right::WriteFollowUps), follow_up::take_back).noted(FollowUpWritten),
        Route::post("/api/v1/exchanges/{slug}/follow-ups/{deal}/calls", Having(Right::WriteFollowUps), follow_up::call).body(BODY_BYTES_MAX).noted(FollowUpWritten),
        Route::post("/api/v1/exchanges/{slug}/follow-ups/{deal}/links/{participant}", Having(Right::WriteFollowUps), follow_up::link).noted(FollowUpLinkMade),
        Route::delete("/api/v1/exchanges/{slug}/follow-ups/{deal}/links", Having(Right::WriteFollowUps), follow_up::revoke).noted(FollowUpLinksRevoked),
        Route::get("/api/v1/exchanges/{slug}/privacy", Having(Right::HandlePersonalData), privacy::overview).noted(PrivacyRead),
        Route::get("/api/v1/exchanges/{slug}/privacy/{participant}", Having(Right::HandlePersonalData), privacy::preview).noted(PrivacyRead),
        Route::get("/api/v1/exchanges/{slug}/privacy/{participant}/data.json", Having(Right::HandlePersonalData), privacy::json).noted(PersonExported),
        Route::get("/api/v1/exchanges/{slug}/privacy/{participant}/data.txt", Having(Right::HandlePersonalData), privacy::text).noted(PersonExported),
        Route::post("/api/v1/exchanges/{slug}/privacy/{participant}/erase", Having(Right::HandlePersonalData), privacy::erase).body(BODY_BYTES_MAX),
        Route::get("/api/v1/exchanges/{slug}/board", Having(Right::ReadPublicBoard), board::show),
        Route::get("/api/v1/exchanges/{slug}/calendar.ics", Everyone, programs::public_calendar).cached().for_guests(),
        Route::get("/api/v1/exchanges/{slug}/programs", Having(Right::ManagePrograms), programs::show),
        Route::post("/api/v1/exchanges/{slug}/webhooks", Having(Right::ManagePrograms), webhooks::add).body(BODY_BYTES_MAX).noted(WebhooksSet),
        Route::patch("/api/v1/exchanges/{slug}/webhooks/{id}", Having(Right::ManagePrograms), webhooks::change).body(BODY_BYTES_MAX).noted(WebhooksSet),
        Route::delete("/api/v1/exchanges/{slug}/webhooks/{id}", Having(Right::ManagePrograms), webhooks::remove).noted(WebhooksSet),
        Route::post("/api/v1/exchanges/{slug}/webhooks/{id}/test", Having(Right::ManagePrograms), webhooks::test),
        Route::post("/api/v1/exchanges/{slug}/deliveries/{id}", Having(Right::ManagePrograms), webhooks::again),
        Route::post("/api/v1/exchanges/{slug}/tokens", Having(Right::ManagePrograms), programs::make_token).body(BODY_BYTES_MAX).noted(ProgramTokenMade),
        Route::delete("/api/v1/exchanges/{slug}/tokens/{id}", Having(Right::ManagePrograms), programs::revoke_token).noted(ProgramTokenRevoked),
        Route::post("/api/v1/exchanges/{slug}/calendar", Having(Right::ManagePrograms), programs::make_calendar).noted(CalendarLinksSet),
        Route::delete("/api/v1/exchanges/{slug}/calendar", Having(Right::ManagePrograms), programs::revoke_calendars).noted(CalendarLinksSet),
        Route::get("/api/v1/exchanges/{slug}/qr.svg", Partly(Right::ShowDeskAddresses), qr::show).for_guests(),
        Route::get("/api/v1/exchanges/{slug}/poster.png", Everyone, poster::show).cached().for_guests(),
        Route::get("/api/v1/exchanges/{slug}/pictures/{id}", Everyone, pictures::show).cached().for_guests(),
        Route::put("/api/v1/exchanges/{slug}/pictures/{id}", Having(Right::HangPictures), pictures::hang).file(pictures::BODY_BYTES_MAX, pictures::too_large),
        Route::delete("/api/v1/exchanges/{slug}/pictures/{id}", Having(Right::HangPictures), pictures::take_down),
        Route::post("/api/v1/exchanges/{slug}/screens/{number}", Having(Right::NudgeScreen), nudge::nudge).body(BODY_BYTES_MAX),
        Route::get("/api/v1/exchanges/{slug}/audit", Having(Right::ReadAudit), audit::audit),
        Route::get("/api/v1/exchanges/{slug}/security", Having(Right::ReadSecurity), security::list),
        Route::get("/api/v1/exchanges/{slug}/arrivals", Having(Right::CheckIn), arrivals::arrivals),
        Route::get("/api/v1/exchanges/{slug}/archives", Having(Right::ReadArchives), archives::list),
        Route::get("/api/v1/exchanges/{slug}/archives/{epoch}", Having(Right::ReadArchives), archives::open),
        Route::get("/api/v1/exchanges/{slug}/report", Having(Right::ReadReport), report::show),
        Route::get("/api/v1/exchanges/{slug}/report.xlsx", Having(Right::ReadReport), report::xlsx).noted(ReportTaken),
        Route::get("/api/v1/exchanges/{slug}/newspaper.txt", Having(Right::ReadReport), report::newspaper),
        Route::get("/api/v1/exchanges/{slug}/afterwards", Having(Right::ReadErrands), afterwards::show),
        Route::put("/api/v1/exchanges/{slug}/afterwards/{errand}", Having(Right::Configure), afterwards::tick).body(BODY_BYTES_MAX),
        Route::get("/api/v1/exchanges/{slug}/check", Having(Right::CheckServer), check::check),

        Route::get("/api/v1/exchanges/{slug}/report.pdf", Having(Right::ReadReport), report::pdf).noted(ReportTaken),
        Route::get("/api/v1/exchanges/{slug}/agreements.pdf", Having(Right::PrintAll), copies::all).noted(AgreementsPrinted),
        Route::get("/api/v1/exchanges/{slug}/catalogue.pdf", Having(Right::PrintHandouts), handouts::catalogue).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/badges.pdf", Having(Right::PrintBadges), handouts::badges).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/participants/{participant}/badge.pdf", Having(Right::PrintBadge), handouts::badge).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/table-signs.pdf", Having(Right::PrintHandouts), handouts::signs).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/tablet-cards.pdf", Having(Right::PairDevice), handouts::cards).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/blank-agreements.pdf", Having(Right::PrintHandouts), handouts::blanks).noted(HandoutPrinted),
        Route::get("/api/v1/exchanges/{slug}/illegible", Having(Right::PrintHandouts), handouts::illegible),
        Route::get("/api/v1/exchanges/{slug}/deals/{deal}/agreement.pdf", Having(Right::PrintDeal), copies::show).noted(AgreementPrinted),
        Route::get("/api/v1/exchanges/{slug}/deals/{deal}/signatures", Having(Right::ReadSignatures), signatures::list),
        Route::put("/api/v1/exchanges/{slug}/deals/{deal}/signatures/{participant}", Having(Right::Sign), signatures::sign).body(BODY_BYTES_MAX).noted(Signed),
        Route::delete("/api/v1/exchanges/{slug}/deals/{deal}/signatures/{participant}", Having(Right::WipeSignature), signatures::wipe).noted(SignatureWiped),
        Route::get("/api/v1/exchanges/{slug}/photos", Everyone, photos::shown).for_guests(),
        Route::get("/api/v1/exchanges/{slug}/photos/{photo}", Everyone, photos::show).for_guests(),
        Route::get("/api/v1/exchanges/{slug}/deal-photos", Having(Right::PhotographDeals), photos::list),
        Route::get("/api/v1/exchanges/{slug}/deals/{deal}/photo", Having(Right::PhotographDeals), photos::look),
        Route::put("/api/v1/exchanges/{slug}/deals/{deal}/photo", Having(Right::PhotographDeals), photos::take).file(crate::photos::BODY_BYTES_MAX, crate::photos::too_large).noted(PhotoTaken),
        Route::put("/api/v1/exchanges/{slug}/deals/{deal}/photo/consents/{participant}", Having(Right::PhotographDeals), photos::agree).body(BODY_BYTES_MAX).noted(PhotoAgreed),
        Route::delete("/api/v1/exchanges/{slug}/deals/{deal}/photo/consents/{participant}", Having(Right::PhotographDeals), photos::take_back).noted(PhotoNotAgreed),
        Route::delete("/api/v1/exchanges/{slug}/deals/{deal}/photo", Having(Right::PhotographDeals), photos::delete).noted(PhotoDeleted),
        Route::post("/api/v1/exchanges/{slug}/deals/{deal}/link", Having(Right::ShareLink), links::make).noted(LinkMade),
        Route::delete("/api/v1/exchanges/{slug}/deals/{deal}/link", Having(Right::ShareLink), links::revoke).noted(LinksRevoked),
    ]
}

/// `GET /api/openapi.json`
async fn describe(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Result<Response, Denied> {
    /// Without the way to trust, and with it: nothing else makes a difference.
    static DESCRIBED: [OnceLock<Description>; 2] = [const { OnceLock::new() }; 2];
    let described = &DESCRIBED[usize::from(hub.trust_url().is_some())];
    let description = match described.get() {
        Some(description) => description,
        None => {
            let routes: Vec<Route> = table().into_iter().chain(ways_to_trust(&hub)).collect();
            let description = Description::of(&routes)?;
            described.get_or_init(|| description)
        }
    };
    Ok(description.respond(&headers))
}

/// The rows of the way to trust, if the server has an authority to trust.
fn ways_to_trust(hub: &Hub) -> Vec<Route> {
    hub.trust_url().map_or_else(Vec::new, |_| trust_table())
}

/// The way to trust. All of it is public.
fn trust_table() -> Vec<Route> {
    vec![
        Route::get(TRUST_PATH, Everyone, trust::page),
        Route::get(trust::CERTIFICATE, Everyone, trust::certificate),
        Route::get(trust::PROFILE, Everyone, trust::profile),
        // The page's typeface.
        Route::get("/trust/{file}", Everyone, pages::asset).cached(),
    ]
}

/// The server's routes.
pub fn routes(hub: Arc<Hub>) -> Router {
    let mut table = table();
    table.extend(ways_to_trust(&hub));
    served(hub, table, pages::screen)
}

/// What the listener of `--metrics` has, and nothing else.
pub(crate) fn of_metrics<T: 'static, S>(show: impl Handler<T, S>, state: S) -> Router
where
    S: Clone + Send + Sync + 'static,
{
    Router::new().route("/metrics", get(show)).with_state(state)
}

/// What plain http from other machines gets where there is TLS: the way to https. Where a device must be taught to trust this
/// server before that, plain http has the way to trust too; and guests, whom nobody teaches, have there what is public of the
/// board. No session counts over it, whatever is shown.
pub fn in_plain(hub: Arc<Hub>) -> Router {
    let ways = ways_to_trust(&hub);
    if ways.is_empty() {
        return served(hub, ways, trust::to_https);
    }
    before_trust(hub, ways)
}

fn before_trust(hub: Arc<Hub>, ways: Vec<Route>) -> Router {
    let table = for_guests().chain(ways).collect();
    served(hub, table, pages::board_or_https).layer(axum::middleware::map_request(without_credentials))
}

fn for_guests() -> impl Iterator<Item = Route> {
    table().into_iter().filter(|route| route.for_guests)
}

/// A request of nobody's.
async fn without_credentials(mut request: Request) -> Request {
    for credential in [header::AUTHORIZATION, header::COOKIE] {
        request.headers_mut().remove(credential);
    }
    request
}

/// Serves a table; every other address is the business of `otherwise`.
fn served<T: 'static>(hub: Arc<Hub>, table: Vec<Route>, otherwise: impl Handler<T, Arc<Hub>>) -> Router {
    let hosts = Arc::new(host_policy(&hub));
    let trusted: Arc<[_]> = hub.config.trusted_proxies.clone().into();
    let says = hub.config.proxy_header;
    let front = if hub.is_behind_tls() {
        Front::Proxy
    } else {
        Front::Server
    };
    let app = table
        .into_iter()
        .fold(Router::new(), |router, route| {
            router.route(route.path, route.serve(&hub))
        })
        .fallback(otherwise)
        .method_not_allowed_fallback(no_such_method)
        .layer(axum::middleware::from_fn(speak))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&hub),
            know_cookies,
        ))
        .layer(axum::middleware::from_fn_with_state(hosts, guard))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&hub), patience))
        .with_state(hub);
    // Around the router, which chooses by the address.
    Router::new().fallback_service(MapRequest::new(app, move |request| {
        as_meant(as_of_the_client(&trusted, says, front, request))
    }))
}

/// Lets whoever goes on asking for what is refused wait for each further answer: their connections are few, so are their questions then.
async fn patience(State(hub): State<Arc<Hub>>, caller: Caller, request: Request, next: Next) -> Response {
    // The row's, in which no secret of an address stands.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = traces::request(request.method(), route.as_ref().map_or("", MatchedPath::as_str));
    let mut response = next.run(request).instrument(span.clone()).await;
    say_when(&mut response);
    measure::answered(response.status());
    traces::answered(&span, response.status());
    if is_turned_away(response.status()) {
        // A page for people says it in words.
        let code = response.extensions().get().map_or("refused", |Why(code)| *code);
        let route = route.as_ref().map_or("", MatchedPath::as_str);
        hub.access.tell_turned_away(caller.peer.address, code, route);
    }
    let is_refused = response.status().is_client_error() && !caller.is_on_this_machine();
    if is_refused && hub.rates.refused(caller.peer.address) {
        tokio::time::sleep(REFUSED_WAIT).await;
    }
    response
}

/// Whether an answer says that somebody may not, came by a wrong way, or came too often.
fn is_turned_away(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::MISDIRECTED_REQUEST
            | StatusCode::TOO_MANY_REQUESTS
    )
}

/// A route of another method has the address. The router says of which.
async fn no_such_method() -> Denied {
    Denied::MethodNotAllowed { allow: None }
}

/// The hosts that the server answers for: with `--lan`, the hall's network too, whatever addresses this machine gets there.
fn host_policy(hub: &Hub) -> HostPolicy {
    let config = &hub.config;
    let https_only = match config.tls {
        TlsMode::Files => HttpsOnly::OverOwnTls,
        TlsMode::Off if hub.is_behind_tls() => HttpsOnly::BehindProxy,
        TlsMode::Off | TlsMode::Local => HttpsOnly::No,
    };
    let content = ContentPolicy::default()
        .framed_by(&config.frame_ancestors)
        .showing_to_organisers(&mail::STYLES);
    let mut policy = HostPolicy::new(config.listen, config.public_url.as_deref())
        .with_https_only(https_only)
        .with_content(content);
    if config.listen.ip().is_unspecified() {
        policy = policy.with_addresses_of(hall_addresses);
    }
    match config.tls {
        TlsMode::Off | TlsMode::Files => policy,
        TlsMode::Local => policy.with_names(Names::of_machine(config).dns),
    }
}

/// A request at the address that is meant, however it was typed, or whatever a mail program made of it.
fn as_meant(mut request: Request) -> Request {
    let uri = request.uri();
    let Some(path) = meant(uri.path()) else {
        return request;
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // An address stays one when letters of it become small. Its host, if it has one, is judged by the guard.
    if let Ok(path) = PathAndQuery::try_from(format!("{path}{query}")) {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path);
        if let Ok(meant) = Uri::from_parts(parts) {
            *request.uri_mut() = meant;
        }
    }
    request
}

/// The path that is meant, where it is written otherwise: in small letters, since a phone's keyboard writes a capital first, and without
/// a slash too much. A token stays as it is, and so does what programs ask for and what the server's own pages load, but for the
/// exchange's name.
fn meant(path: &str) -> Option<String> {
    let meant = match path.strip_prefix(EXCHANGES) {
        Some(rest) => {
            let (slug, behind) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{EXCHANGES}{}{behind}", slug.to_ascii_lowercase())
        }
        None => as_typed(path)?,
    };
    (meant != path).then_some(meant)
}

/// The same of a page that people open.
fn as_typed(path: &str) -> Option<String> {
    let words = path.strip_prefix('/')?.split('/');
    let mut words = words.filter(|word| !word.is_empty());
    let first = words.next()?.to_ascii_lowercase();
    let behind: Vec<&str> = words.collect();
    let behind = behind.join("/");
    let behind = match exchanges::check_slug(&first) {
        _ if crate::links::Page::is_below(&first) => behind,
        Ok(()) => behind.to_ascii_lowercase(),
        Err(Denied::SlugReserved) if behind.is_empty() => behind,
        Err(_) => return None,
    };
    let slash = if behind.is_empty() { "" } else { "/" };
    Some(format!("/{first}{slash}{behind}"))
}
