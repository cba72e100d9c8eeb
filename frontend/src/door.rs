//! The entrance: who comes is noted, by a tap, by name, or by the code on the badge; whoever is not registered is, and gets a badge.
//!
//! A helper there has the public's board, so who is here is asked of the server. What is noted goes by the outbox, like deals: the
//! door has no network to spare either.

pub mod camera;
pub mod entrance;
pub mod presence;
pub mod walk_in;

use borsklokka_shared::participant::Participant;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use self::camera::Camera;
use self::entrance::{Did, Entrance};
use self::presence::{Refused, What, found, refused};
use self::walk_in::WalkIn;
use crate::components::SymbolChip;
use crate::components::focus::focus;
use crate::desk::TwicePressed;
use crate::live::{Live, Outbox};
use crate::newcomer::Written;
use crate::offline;
use crate::own_language::DeviceLanguage;
use crate::pair::Gate;
use crate::tablet::header::TabletConnection;
use crate::tablet::save::SaveOutbox;
use crate::texts::texts;

/// Most participants that are shown at once: more are found by typing.
const ROWS_MAX: usize = 40;

/// The screen of the entrance.
#[component]
pub fn Door() -> impl IntoView {
    view! {
        <Gate right=Right::CheckIn>
            <Room />
        </Gate>
    }
}

#[component]
fn Room() -> impl IntoView {
    let (live, outbox) = (Live::of_page(), Outbox::of_page());
    let t = texts().door();
    let entrance = Entrance::start(live, outbox);
    let waiting = outbox.waiting();
    provide_context(offline::start(move || {
        waiting.get_untracked() == 0 && entrance.walk_in.with_untracked(Option::is_none)
    }));
    outbox.report(live, Screen::Door);
    let count = move || {
        let all = entrance.parties.with(Vec::len);
        let here = entrance
            .parties
            .with(|parties| entrance.presence.with(|presence| presence.count(parties)));
        t.arrived_of(all, here)
    };
    let fitting = Memo::new(move |_| {
        let query = entrance.query.get();
        entrance.parties.with(|parties| found(parties, &query))
    });
    let rows = Memo::new(move |_| {
        fitting.with(|fitting| fitting.iter().take(ROWS_MAX).cloned().collect::<Vec<_>>())
    });
    let more = Memo::new(move |_| fitting.with(Vec::len).saturating_sub(ROWS_MAX));
    view! {
        <div class="tablet entrance">
            <header class="tablet-header">
                <h1 class="tablet-name">{t.title}</h1>
                <span class="tablet-pill" data-testid="door-count">
                    {count}
                </span>
                <TabletConnection />
            </header>
            <main class="entrance-main">
                <Find />
                <Done />
                <NotTaken />
                <ul class="entrance-list">
                    <For
                        each=move || rows.get()
                        key=|one| (one.id, one.name.clone(), one.symbol.to_string(), one.sector, one.place.clone())
                        children=move |participant| view! { <Row participant /> }
                    />
                </ul>
                <p class="entrance-note">{move || Some(more.get()).filter(|more| *more > 0).map(|more| t.more(more))}</p>
                <SaveOutbox outbox />
                <DeviceLanguage />
            </main>
            {move || entrance.walk_in.get().map(|id| view! { <WalkIn id /> })}
        </div>
    }
}

/// The field that a scanner types into, and the two other ways in. Whatever is typed anywhere on the page goes there.
#[component]
fn Find() -> impl IntoView {
    let entrance = Entrance::of_page();
    let t = texts().door();
    let field = NodeRef::<html::Input>::new();
    let typing = window_event_listener(ev::keydown, move |event| {
        let is_text = event.key().chars().count() == 1 && !event.ctrl_key() && !event.meta_key();
        let is_elsewhere = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|target| {
                target
                    .closest("input, textarea, select, dialog")
                    .ok()
                    .flatten()
                    .is_none()
            });
        // A button that has the focus keeps its space bar.
        if is_text
            && is_elsewhere
            && event.key() != " "
            && let Some(field) = field.try_get_untracked().flatten()
        {
            focus(&field);
        }
    });
    on_cleanup(move || typing.remove());
    Effect::new(move || {
        // The next badge takes the place of what told nobody.
        if entrance.did.get() == Some(Did::Several)
            && let Some(field) = field.get_untracked()
        {
            request_animation_frame(move || field.select());
        }
    });
    view! {
        <form
            class="entrance-find"
            on:submit=move |event| {
                event.prevent_default();
                entrance.read(&entrance.query.get_untracked());
            }
        >
            <input
                type="search"
                class="field-input"
                node_ref=field
                data-testid="door-query"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                aria-label=t.find
                placeholder=t.find
                prop:value=entrance.query
                on:input=move |event| {
                    entrance.query.set(event_target_value(&event));
                    entrance.did.set(None);
                }
            />
            <button
                type="button"
                class="paper-button paper-button-main"
                data-testid="door-walk-in"
                on:click=move |_| {
                    let name = entrance.query.get_untracked().trim().to_owned();
                    entrance.register(Written { name, ..Written::default() });
                }
            >
                {t.walk_in}
            </button>
            <Camera found=move |code: String| entrance.read(&code) />
        </form>
    }
}

/// What was done last, in words, with the badge and the way back.
#[component]
fn Done() -> impl IntoView {
    let entrance = Entrance::of_page();
    let t = texts().door();
    let take_back = move |id, is_here| {
        view! {
            <button type="button" class="paper-button" data-testid="door-undo" on:click=move |_| entrance.note(id, is_here)>
                {t.take_back}
            </button>
        }
    };
    let badge = move |id| match entrance.badge(id) {
        Some(address) => view! {
            <a class="paper-button" target="_blank" rel="noopener" data-testid="door-badge" href=address>
                {t.badge}
            </a>
        }
        .into_any(),
        None => view! { <span class="entrance-note">{t.badge_waits}</span> }.into_any(),
    };
    let said = move || {
        let did = entrance.did.get()?;
        // Who was taken out meanwhile is named by nobody.
        Some(match did {
            Did::Came(id) => view! {
                <b dir="auto">{t.came(&entrance.name(id)?)}</b>
                {badge(id)}
                {take_back(id, false)}
            }
            .into_any(),
            Did::Went(id) => {
                view! { <b dir="auto">{t.went(&entrance.name(id)?)}</b> {take_back(id, true)} }.into_any()
            }
            Did::WasHere(id) => {
                view! { <b dir="auto">{t.was_here(&entrance.name(id)?)}</b> {badge(id)} }.into_any()
            }
            Did::Several => view! { <b>{t.several}</b> }.into_any(),
        })
    };
    // The place is there before it speaks, so that a reader of screens hears it.
    view! {
        <div class="entrance-done" role="status" data-testid="door-done">
            {said}
        </div>
    }
}

/// What the server did not take: it stands here until somebody at the door has done something about it.
#[component]
fn NotTaken() -> impl IntoView {
    let entrance = Entrance::of_page();
    let t = texts();
    let lines = entrance.outbox.items(refused);
    let line = move |line: Refused| {
        let id = line.id;
        let about = match &line.what {
            What::Registration(entry) => entry.name.clone(),
            What::Contact(participant, contact) => t
                .door()
                .contact_of(contact, entrance.name(*participant).unwrap_or_default()),
            What::Presence(participant) => entrance.name(*participant).unwrap_or_default(),
            What::Other => t.outbox().raw.to_owned(),
        };
        let mend = match line.what {
            What::Registration(entry) => Some(view! {
                <button
                    type="button"
                    class="paper-button"
                    data-testid="door-mend"
                    on:click=move |_| {
                        let written = Written {
                            name: entry.name.clone(),
                            sector: entry.sector,
                            place: entry.place.clone().unwrap_or_default(),
                            symbol: entry.symbol.clone().unwrap_or_default(),
                            ..Written::default()
                        };
                        entrance.write_of(entry.id, written);
                    }
                >
                    {t.broker().mend}
                </button>
            }),
            What::Contact(..) | What::Presence(_) | What::Other => None,
        };
        view! {
            <li class="entrance-row" data-testid="door-refused">
                <span class="entrance-name" dir="auto">
                    {about} <small role="alert">{line.why}</small>
                </span>
                {mend}
                <TwicePressed
                    testid="delete"
                    class="paper-button"
                    asks=t.broker().delete_surely
                    press=move || entrance.outbox.delete(id)
                >
                    {t.broker().delete}
                </TwicePressed>
            </li>
        }
    };
    move || {
        lines.with(|lines| !lines.is_empty()).then(|| {
            view! {
                <section class="entrance-refused">
                    <h2 class="field-label">{t.door().not_taken}</h2>
                    <ul class="entrance-list">{lines.get().into_iter().map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}

#[component]
fn Row(participant: Participant) -> impl IntoView {
    let entrance = Entrance::of_page();
    let t = texts().door();
    let id = participant.id;
    let is_here = move || entrance.presence.with(|presence| presence.here.contains(&id));
    let waits = move || entrance.presence.with(|presence| presence.waits.contains(&id));
    view! {
        <li class="entrance-row" data-testid="door-row" data-here=move || is_here().to_string()>
            <SymbolChip symbol=participant.symbol.to_string() sector=participant.sector />
            <span class="entrance-name" dir="auto">
                {participant.name} " "
                <small dir="auto">{participant.place}</small> " "
                <small class="entrance-waits">{move || waits().then_some(t.waits)}</small>
            </span>
            {move || {
                entrance
                    .badge(id)
                    .filter(|_| is_here())
                    .map(|address| {
                        view! {
                            <a class="paper-button entrance-badge" target="_blank" rel="noopener" href=address>
                                {t.badge}
                            </a>
                        }
                    })
            }}
            <button
                type="button"
                class="paper-button"
                class:paper-button-main=move || !is_here()
                data-testid="door-mark"
                on:click=move |_| entrance.note(id, !untrack(is_here))
            >
                {move || if is_here() { t.here } else { t.mark }}
            </button>
        </li>
    }
}
