//! A registration: what was sent, who it may be, and the organiser's yes or no.

use borsklokka_shared::contact::dialling;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::{ParticipantId, RegistrationId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::registration::{
    Entry, Judgement, Registration, RegistrationState, Registrations, Verdict,
};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::civil_time::{day, of_hall, time_of_day};
use crate::components::focus::focus;
use crate::components::{Button, SymbolChip, Weight, drawn};
use crate::desk::TwicePressed;
use crate::organiser::office::Office;
use crate::readiness::pages::Page;
use crate::request::{self, Trouble};
use crate::texts::organiser::{listing_words, registration_words};
use crate::texts::texts;

/// What the server says when something else was written than was seen.
const CHANGED: &str = "registration_changed";

/// Where a row is on the page.
fn row_id(id: RegistrationId) -> String {
    format!("registration-{id}")
}

/// Which are of a state, in their order.
pub fn of(all: &Registrations, state: RegistrationState) -> Vec<RegistrationId> {
    let of_it = all.registrations.iter().filter(|one| one.state == state);
    of_it.map(|one| one.id).collect()
}

/// Where to go on from one that has its answer: to the next of those that it stood among, else to the one before.
pub fn beside(all: &Registrations, id: RegistrationId) -> Option<RegistrationId> {
    let state = all.registrations.iter().find(|one| one.id == id)?.state;
    let among = of(all, state);
    let place = among.iter().position(|one| *one == id)?;
    let before = place.checked_sub(1).and_then(|place| among.get(place));
    among.get(place + 1).or(before).copied()
}

/// How one stands, in the page.
fn standing(registration: &Registration) -> &'static str {
    match (registration.state, registration.participant) {
        (RegistrationState::Waiting, None) => "new",
        (RegistrationState::Waiting, Some(_)) => "changed",
        (state, _) => state.as_str(),
    }
}

/// One of the list.
#[component]
pub fn Row(
    /// Which one.
    id: RegistrationId,
    /// Where to go on when no other stands in the list.
    go_to_heading: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = registration_words();
    let office = Office::of_page();
    let all = office.registrations();
    let one = Memo::new(move |_| {
        let find = |all: &Registrations| all.registrations.iter().find(|one| one.id == id).cloned();
        all.with(|all| all.as_ref().and_then(find))
    });
    let said = RwSignal::new(None::<String>);
    let row = NodeRef::<html::Li>::new();
    let judge = move |verdict: Verdict, same_as: Option<ParticipantId>| {
        let seen = one.with_untracked(|one| one.as_ref().map(|one| (one.changed_at, one.state)));
        let Some((seen, state)) = seen else {
            return;
        };
        said.set(None);
        let next = all.with_untracked(|all| beside(all.as_ref()?, id));
        let judgement = Judgement {
            seen,
            state: Some(state),
            verdict,
            same_as,
        };
        let url = office.url(&format!("registrations/{id}"));
        spawn_local(async move {
            match request::ask::<()>("POST", &url, &json!(judgement)).await {
                Ok(()) => {
                    go_on(row, next, go_to_heading);
                    office.read_people();
                }
                Err(Trouble::Refused { code, .. }) if code == CHANGED => {
                    let _gone = said.try_set(Some(t.read_anew.to_owned()));
                }
                Err(trouble) => {
                    let _gone = said.try_set(Some(office.desk.words_of(trouble)));
                }
            }
            office.read_registrations();
        });
    };
    view! {
        <li
            class="registration"
            id=row_id(id)
            tabindex="-1"
            aria-labelledby=format!("{}-name", row_id(id))
            data-testid="registration"
            data-state=move || one.with(|one| one.as_ref().map(standing))
            node_ref=row
        >
            {move || one.get().map(|one| view! { <Sent one /> })}
            <Doubles one judge />
            <p class="field-error" role="alert" hidden=move || said.with(Option::is_none)>
                {said}
            </p>
            {move || {
                let (state, participant) = one.with(|one| one.as_ref().map(|one| (one.state, one.participant)))?;
                Some(view! { <Acts state participant judge /> })
            }}
        </li>
    }
}

/// Goes on to the next, unless somebody went elsewhere while the server was asked.
fn go_on(row: NodeRef<html::Li>, next: Option<RegistrationId>, go_to_heading: impl Fn()) {
    let Some(row) = row.try_get_untracked().flatten() else {
        return;
    };
    let has_focus = document().active_element();
    let is_here = has_focus
        .as_ref()
        .is_none_or(|element| element.tag_name() == "BODY" || row.contains(Some(element)));
    if !is_here {
        return;
    }
    let next = next.and_then(|next| document().get_element_by_id(&row_id(next)));
    match next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        Some(next) => focus(&next),
        None => go_to_heading(),
    }
}

/// What was sent.
#[component]
fn Sent(one: Registration) -> impl IntoView {
    let t = registration_words();
    let live = Office::of_page().desk.live;
    let (categories, zone) = live
        .peek(|board| {
            let settings = board.settings.as_ref()?;
            Some((settings.categories.clone(), settings.time_zone.clone()))
        })
        .flatten()
        .unwrap_or_default();
    let at = |instant: Instant| {
        let at = of_hall(instant);
        let time = time_of_day(at, &zone);
        match day(at, &zone) {
            Some(day) => t.at(texts().common().day(day.day(), day.month()), time),
            None => time,
        }
    };
    let when = if one.made_at == one.changed_at {
        t.sent(at(one.made_at))
    } else {
        t.changed(at(one.changed_at))
    };
    let mark = match standing(&one) {
        "new" => Some(t.is_new),
        "changed" => Some(t.is_changed),
        _ => None,
    };
    let Entry {
        name,
        sector,
        contact,
        people,
        listings,
        ..
    } = one.entry;
    let lines = listings
        .into_iter()
        .map(|listing| {
            let category = categories.iter().find(|one| one.id == listing.category);
            let Category { name, icon, .. } = category?;
            let kind = match listing.kind {
                ListingKind::Offer => "offer",
                ListingKind::Wish => "wish",
            };
            Some(view! {
                <li class="listing" data-kind=kind>
                    <span class="kind">{listing_words().kind_name(listing.kind)}</span>
                    <span class="listing-words">
                        <b dir="auto">{listing.text}</b>
                        <small dir="auto">
                            <span>{icon.map(drawn)} {name.clone()}</span>
                        </small>
                    </span>
                </li>
            })
        })
        .collect::<Vec<_>>();
    let reached = |address: String, words: String| view! { <a href=address>{words}</a> };
    let nothing = lines.is_empty().then_some(t.nothing_listed);
    view! {
        <div class="registration-head">
            <h3 dir="auto" id=format!("{}-name", row_id(one.id))>
                {name}
            </h3>
            <SymbolChip symbol=texts().common().sector(sector).to_owned() sector />
            {mark.map(|mark| view! { <span class="row-state">{mark}</span> })}
        </div>
        <p class="registration-reach" dir="auto">
            {contact.person.map(|person| view! { <b>{person}</b> })}
            {contact.phone.map(|phone| reached(dialling(&phone), phone))}
            {contact.email.map(|email| reached(format!("mailto:{email}"), email))}
        </p>
        <ul>{lines}</ul>
        <p class="office-note">{nothing}</p>
        <p class="registration-facts office-note">
            <span>{t.come(people as usize)}</span>
            <span>{one.language.own_name()}</span>
            <span>{when}</span>
        </p>
    }
}

/// Who it may be, and which others look like it.
#[component]
fn Doubles(
    one: Memo<Option<Registration>>,
    judge: impl Fn(Verdict, Option<ParticipantId>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = registration_words();
    let office = Office::of_page();
    let all = office.registrations();
    let asks = |one: &Registration| one.state == RegistrationState::Waiting;
    let alike = Memo::new(move |_| {
        let ids = one.with(|one| one.as_ref().filter(|one| asks(one)).map(|one| one.alike.clone()))?;
        office.desk.live.read(|board| {
            let named = ids
                .iter()
                .filter_map(|id| Some((*id, board.participant(*id)?.name.clone())));
            named.collect::<Vec<_>>()
        })
    });
    let others = Memo::new(move |_| {
        let ids = one.with(|one| {
            one.as_ref()
                .filter(|one| asks(one))
                .map(|one| one.alike_registrations.clone())
        })?;
        let names = all.with(|all| {
            let others = all
                .as_ref()?
                .registrations
                .iter()
                .filter(|one| ids.contains(&one.id));
            Some(others.map(|one| one.entry.name.clone()).collect::<Vec<_>>())
        })?;
        (!names.is_empty()).then(|| names.join(", "))
    });
    let asked = move |(participant, name): (ParticipantId, String)| {
        // Who is on the board by it already is not somebody else too.
        let is_in = one.with_untracked(|one| one.as_ref().is_some_and(|one| one.participant.is_some()));
        view! {
            <li class="import-alike" data-testid="registration-alike">
                <a dir="auto" href=Page::Participant(Some(participant)).address()>
                    {t.is_it(name)}
                </a>
                {(!is_in)
                    .then(|| {
                        view! {
                            <Button testid="registration-same" press=move || judge(Verdict::Approve, Some(participant))>
                                {t.same}
                            </Button>
                        }
                    })}
            </li>
        }
    };
    view! {
        <ul class="registration-alike" hidden=move || alike.with(|alike| alike.as_ref().is_none_or(Vec::is_empty))>
            {move || alike.get().unwrap_or_default().into_iter().map(asked).collect_view()}
        </ul>
        <p class="office-note" dir="auto" hidden=move || others.with(Option::is_none)>
            {move || others.get().map(|names| t.alike(names))}
        </p>
    }
}

/// The buttons.
#[component]
fn Acts(
    state: RegistrationState,
    participant: Option<ParticipantId>,
    judge: impl Fn(Verdict, Option<ParticipantId>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = registration_words();
    let cut_off = Office::of_page().desk.is_cut_off();
    let see = participant.map(|participant| {
        view! {
            <a class="button" data-testid="registration-see" href=Page::Participant(Some(participant)).address()>
                {t.see}
            </a>
        }
    });
    let approve = move || judge(Verdict::Approve, None);
    let words = if participant.is_some() {
        t.approve_changes
    } else {
        t.approve
    };
    let acts = match state {
        RegistrationState::Waiting => view! {
            <Button weight=Weight::Primary testid="registration-approve" disabled=cut_off press=approve>
                {words}
            </Button>
            <TwicePressed testid="registration-decline" disabled=cut_off press=move || judge(Verdict::Decline, None)>
                {t.decline}
            </TwicePressed>
        }
        .into_any(),
        RegistrationState::Declined => view! {
            <Button testid="registration-approve" disabled=cut_off press=approve>
                {words}
            </Button>
        }
        .into_any(),
        RegistrationState::Withdrawn if participant.is_some() => view! {
            <span class="lacks">{t.still_there}</span>
            <TwicePressed testid="registration-take-out" disabled=cut_off press=approve>
                {t.take_out}
            </TwicePressed>
        }
        .into_any(),
        RegistrationState::Withdrawn | RegistrationState::Approved => ().into_any(),
    };
    view! { <p class="form-acts">{acts} {see}</p> }
}
