//! A party of a deal: how to reach it, what it says, and its link.

use borsklokka_shared::contact::dialling;
use borsklokka_shared::follow_up::{
    Answer, AnsweredBy, FollowUpLink, FollowUpReason, FollowUpState, FollowedDeal, FollowedParty,
};
use borsklokka_shared::ids::{DealId, ParticipantId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::desk::{Desk, day};
use crate::components::{Button, SymbolChip};
use crate::reach::{Short, falls_short};
use crate::texts::organiser::follow_up_words;
use crate::texts::texts;
use crate::{browser, civil_time, request};

/// Its row.
#[component]
pub fn PartyRow(desk: Desk, deal: Memo<Option<FollowedDeal>>, of: ParticipantId) -> impl IntoView {
    let t = follow_up_words();
    let party = Memo::new(move |_| {
        deal.with(|deal| {
            let deal = deal.as_ref()?;
            let found = deal.parties.iter().find(|party| party.participant == of)?;
            Some((deal.deal, found.clone()))
        })
    });
    let Some((id, first)) = party.get_untracked() else {
        return ().into_any();
    };
    let FollowedParty {
        name,
        sector,
        contact,
        is_erased,
        ..
    } = first;
    let said = Signal::derive(move || party.with(|party| party.as_ref()?.1.answer.clone()));
    let linked = move || {
        let zone = desk
            .office
            .desk
            .live
            .peek(|board| Some(board.settings.as_ref()?.time_zone.clone()));
        let at = party.with(|party| party.as_ref()?.1.linked_at)?;
        let at = civil_time::day(at, &zone.flatten().unwrap_or_default())?;
        Some(t.linked(day(at)))
    };
    let words = move || {
        said.get().map(|said| {
            let by = match said.by {
                AnsweredBy::Link => t.by_link,
                AnsweredBy::Office => t.by_office,
            };
            let text = said.text.map(|text| format!("«{text}»"));
            let all: Vec<String> = std::iter::once(by.to_owned()).chain(text).collect();
            all.join(": ")
        })
    };
    let is_nowhere = !is_erased && contact.phone.is_none() && contact.email.is_none();
    let reached = |address: String, words: String| view! { <a href=address>{words}</a> };
    view! {
        <li data-testid="follow-up-party">
            <div class="follow-up-who">
                <SymbolChip symbol=name.clone() sector />
                {contact.person.map(|person| view! { <b dir="auto">{person}</b> })}
                {contact
                    .phone
                    .map(|phone| {
                        let href = dialling(&phone);
                        view! {
                            <a
                                class="follow-up-phone"
                                data-testid="follow-up-phone"
                                href=href
                            >
                                {phone}
                            </a>
                        }
                    })}
                {contact.email.map(|email| reached(format!("mailto:{email}"), email))}
                {is_nowhere.then(|| view! { <span class="lacks">{t.no_contact}</span> })}
            </div>
            <div class="follow-up-says">
                <Buttons desk deal=id teller=of.to_string() who=name.clone() said />
                {(!is_erased).then(|| view! { <MakeLink desk deal=id of name /> })}
            </div>
            <Reason desk deal=id teller=of.to_string() said />
            <p class="office-note" dir="auto">
                {words}
            </p>
            <p class="office-note">{linked}</p>
        </li>
    }
    .into_any()
}

/// Five buttons, of which one says it; and one that takes it back.
#[component]
pub fn Buttons(
    desk: Desk,
    deal: DealId,
    teller: String,
    who: String,
    #[prop(into)] said: Signal<Option<Answer>>,
) -> impl IntoView {
    let t = follow_up_words();
    let teller = StoredValue::new(teller);
    let path = move || teller.with_value(|teller| format!("{deal}/answers/{teller}"));
    let state = move || said.with(|said| said.as_ref().map(|said| said.state));
    let buttons = FollowUpState::ALL.map(|one| {
        view! {
            <button
                type="button"
                class="button"
                data-testid=format!("follow-up-{}", one.as_str())
                aria-pressed=move || (state() == Some(one)).to_string()
                on:click=move |_| desk.ask("PUT", &path(), json!({ "state": one }))
            >
                {t.stand_name(one.into())}
            </button>
        }
    });
    view! {
        <div class="follow-up-states" role="group" aria-label=t.says(who)>
            {buttons.into_iter().collect_view()}
            <button
                type="button"
                class="button quiet"
                data-testid="follow-up-take-back"
                hidden=move || state().is_none()
                on:click=move |_| desk.ask("DELETE", &path(), json!({}))
            >
                {t.take_back}
            </button>
        </div>
    }
}

/// Why it comes to nothing, if it does.
#[component]
fn Reason(desk: Desk, deal: DealId, teller: String, said: Signal<Option<Answer>>) -> impl IntoView {
    let t = follow_up_words();
    let teller = StoredValue::new(teller);
    let is_over = move || {
        said.with(|said| {
            said.as_ref()
                .is_some_and(|said| said.state == FollowUpState::Infeasible)
        })
    };
    let reason = move || said.with(|said| said.as_ref().and_then(|said| said.reason));
    let choose = move |name: String| {
        let path = teller.with_value(|teller| format!("{deal}/answers/{teller}"));
        let text = said.with_untracked(|said| said.as_ref().and_then(|said| said.text.clone()));
        let reason = FollowUpReason::named(&name);
        let body = json!({ "state": FollowUpState::Infeasible, "reason": reason, "text": text });
        desk.ask("PUT", &path, body);
    };
    let options = FollowUpReason::ALL.map(|one| {
        view! {
            <option value=one.as_str() selected=move || reason() == Some(one)>
                {t.reason_name(one)}
            </option>
        }
    });
    view! {
        <label class="follow-up-reason" hidden=move || !is_over()>
            <span class="field-label">{t.reason_of}</span>
            <select
                class="field-input"
                data-testid="follow-up-reason"
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="" selected=move || reason().is_none()>
                    {t.no_reason}
                </option>
                {options.into_iter().collect_view()}
            </select>
        </label>
    }
}

/// A link for the party, shown once.
#[component]
fn MakeLink(desk: Desk, deal: DealId, of: ParticipantId, name: String) -> impl IntoView {
    let t = follow_up_words();
    let link = RwSignal::new(None::<FollowUpLink>);
    let said = RwSignal::new(None::<&'static str>);
    let make = move || {
        let url = desk.office.url(&format!("follow-ups/{deal}/links/{of}"));
        spawn_local(async move {
            match request::ask::<FollowUpLink>("POST", &url, &json!({})).await {
                Ok(made) => {
                    let _gone = link.try_set(Some(made));
                    desk.read();
                }
                Err(trouble) => {
                    let words = desk.office.desk.words_of(trouble);
                    let _gone = desk.refused.try_set(Some(words));
                }
            }
        });
    };
    let copy = move || {
        let Some(url) = link.with_untracked(|link| link.as_ref().map(|link| link.url.clone())) else {
            return;
        };
        spawn_local(async move {
            let words = if browser::copy(&url).await {
                t.copied
            } else {
                t.not_copied
            };
            let _gone = said.try_set(Some(words));
        });
    };
    let name = StoredValue::new(name);
    view! {
        <div class="form-acts">
            <Button testid="follow-up-link" press=make>
                {t.make_link}
            </Button>
            <span role="status">
                {move || {
                    link.get()
                        .map(|made| {
                            let short = falls_short(&made.url, made.lasts)
                                .map(|short| match short {
                                    Short::Nowhere => texts().organiser().leads_nowhere(),
                                    Short::InTheHall => t.link_here.to_owned(),
                                });
                            view! {
                                <span class="follow-up-new-link">
                                    <span>{t.link_once(name.get_value())}</span>
                                    <a href=made.url.clone() target="_blank" rel="noopener" data-testid="follow-up-url">
                                        {made.url.clone()}
                                    </a>
                                    <Button testid="follow-up-copy" press=copy>
                                        {t.copy}
                                    </Button>
                                    <span>{said}</span>
                                    {short
                                        .map(|words| {
                                            view! {
                                                <span class="lacks" data-testid="follow-up-short">
                                                    {words}
                                                </span>
                                            }
                                        })}
                                </span>
                            }
                        })
                }}
            </span>
        </div>
    }
}
