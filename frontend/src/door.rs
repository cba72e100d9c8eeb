//! The entrance: who has come is ticked off. A helper there has the public's board, so who is here is asked of the server.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::components::{ConnectionMark, SymbolChip};
use crate::desk::{Alert, Desk};
use crate::http;
use crate::live::Live;
use crate::live::connection::LinkState;
use crate::own_language::DeviceLanguage;
use crate::pair::Gate;
use crate::rank::rank;
use crate::spelling::{alphabetical, fold};
use crate::texts::desk_texts;

/// Most participants that are shown at once: more are found by typing.
const ROWS_MAX: usize = 40;

/// The screen of the entrance.
#[component]
pub fn Door() -> impl IntoView {
    Desk::start(Screen::Door);
    view! {
        <Gate right=Right::CheckIn>
            <Room />
        </Gate>
    }
}

#[component]
fn Room() -> impl IntoView {
    let desk = Desk::of_page();
    let live = Live::of_page();
    let t = desk_texts();
    let arrived = RwSignal::new(BTreeSet::new());
    let query = RwSignal::new(String::new());
    let link = live.link();
    Effect::new(move || {
        if link.get() == LinkState::Connected {
            ask_who_has_come(live, arrived);
        }
    });
    let found = live.board(move |board| query.with(|query| found(board, query)));
    view! {
        <div class="office entrance">
            <header class="entrance-head">
                <h1 class="form-heading">{t.door.title}</h1>
                <b data-testid="door-count">{move || {
                    let number = arrived.with(BTreeSet::len);
                    t.door.arrived(number, number)
                }}</b>
                <ConnectionMark />
            </header>
            <Alert alert=desk.alert />
            <main class="entrance-main">
                <input
                    type="search"
                    class="field-input"
                    data-testid="door-query"
                    autocomplete="off"
                    aria-label=t.door.find
                    placeholder=t.door.find
                    prop:value=query
                    on:input=move |event| query.set(event_target_value(&event))
                />
                <ul class="entrance-list">
                    <For
                        each=move || found.get().unwrap_or_default()
                        key=|participant| participant.id
                        children=move |participant| view! { <Row participant arrived /> }
                    />
                </ul>
                <DeviceLanguage />
            </main>
        </div>
    }
}

#[component]
fn Row(participant: Participant, arrived: RwSignal<BTreeSet<ParticipantId>>) -> impl IntoView {
    let desk = Desk::of_page();
    let t = &desk_texts().door;
    let id = participant.id;
    let is_here = move || arrived.with(|arrived| arrived.contains(&id));
    let press = move || {
        let command = if untrack(is_here) {
            Command::TakeBackArrival { participant: id }
        } else {
            Command::MarkArrived { participant: id }
        };
        desk.ask_then(&command, move || ask_who_has_come(desk.live, arrived));
    };
    view! {
        <li class="entrance-row" data-testid="door-row" data-here=move || is_here().to_string()>
            <SymbolChip symbol=participant.symbol.to_string() sector=participant.sector />
            <span class="entrance-name" dir="auto">{participant.name}</span>
            <button
                type="button"
                class="button"
                data-testid="door-mark"
                aria-pressed=move || is_here().to_string()
                disabled=desk.is_cut_off()
                on:click=move |_| press()
            >
                {move || if is_here() { t.here } else { t.mark }}
            </button>
        </li>
    }
}

/// Who is meant by what was typed; everyone by name, if nothing was.
fn found(board: &Board, query: &str) -> Vec<Participant> {
    let query = fold(query);
    let typed: Vec<&str> = query.split_whitespace().collect();
    let mut fitting: Vec<_> = board
        .participants
        .values()
        .filter_map(|one| rank(one, None, &typed).map(|rank| (rank, alphabetical(&one.name), one)))
        .collect();
    fitting.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    fitting
        .into_iter()
        .take(ROWS_MAX)
        .map(|(_, _, one)| one.clone())
        .collect()
}

#[derive(Deserialize)]
struct Arrivals {
    arrived: BTreeSet<ParticipantId>,
}

fn ask_who_has_come(live: Live, arrived: RwSignal<BTreeSet<ParticipantId>>) {
    let url = format!("/api/v1/exchanges/{}/arrivals", live.slug());
    spawn_local(async move {
        let Ok(reply) = http::get(&url).await else { return };
        let told = reply
            .content()
            .map(|content| serde_json::from_str::<Arrivals>(&content));
        if let Some(Ok(told)) = told {
            arrived.try_set(told.arrived);
        }
    });
}
