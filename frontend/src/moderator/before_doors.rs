//! The check before doors, on a sheet: one list, and for each line what to do.

use borsklokka_shared::ids::ParticipantId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use super::screens::MarkDot;
use crate::attendance::health::Mark;
use crate::civil_time;
use crate::components::{Button, Weight};
use crate::desk::Desk;
use crate::readiness::papers::{Beside, evening};
use crate::readiness::{self, Check, ServerCheck};
use crate::request;
use crate::sheet::Sheet;
use crate::texts::moderator::details;
use crate::texts::texts;

#[derive(Deserialize)]
struct Answer {
    findings: Vec<ServerCheck>,
}

/// Who speaks for a participant.
#[derive(Deserialize)]
struct Person {
    participant: ParticipantId,
}

/// What is known of the server.
#[derive(Clone, Debug, PartialEq)]
enum Server {
    /// Asked.
    Asked,
    /// It answered.
    Said(Vec<ServerCheck>),
    /// It did not, and why.
    Silent(String),
}

/// The list, with the screens as they are from moment to moment and the server as it was when asked.
#[component]
pub fn DoorsSheet() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts();
    let words = details().checks();
    let server = RwSignal::new(Server::Asked);
    let ask = move || {
        server.set(Server::Asked);
        spawn_local(async move {
            let url = format!("/api/v1/exchanges/{}/check", desk.live.slug());
            let said = match request::read::<Answer>(&url).await {
                Ok(Answer { findings }) => Server::Said(findings),
                Err(trouble) => Server::Silent(trouble.words(t.desk())),
            };
            let _gone = server.try_set(said);
        });
    };
    ask();
    let list = checks(desk, server);
    let silent = move || match server.get() {
        Server::Silent(trouble) => Some(trouble),
        Server::Asked | Server::Said(_) => None,
    };
    let is_asked = Signal::derive(move || server.with(|server| *server == Server::Asked));
    view! {
        <Sheet testid="doors" title=words.title>
            <p class="sheet-lead" role="status">
                {move || words.amiss(list.with(|list| readiness::amiss(list)))}
            </p>
            <ul class="check-rows">
                {move || {
                    list.get()
                        .into_iter()
                        .map(|check| view! { <CheckRow check /> })
                        .collect_view()
                }}
                {move || {
                    silent()
                        .map(|trouble| {
                            view! {
                                <li class="check-row" data-testid="check-server" data-mark=Mark::Wrong.as_str()>
                                    <MarkDot mark=Signal::stored(Mark::Wrong) />
                                    <span>
                                        <b>{words.server}</b>
                                        <small>{trouble}</small>
                                    </span>
                                </li>
                            }
                        })
                }}
            </ul>
            <p class="sheet-acts">
                <Button weight=Weight::Primary testid="check-again" disabled=is_asked press=ask>
                    {words.again}
                </Button>
            </p>
        </Sheet>
    }
}

/// What is ready and what is not, from moment to moment; what must be put right stands first.
fn checks(desk: Desk, server: RwSignal<Server>) -> Memo<Vec<Check>> {
    let screens = desk.live.screens();
    desk.live.want_catalogue();
    let has_catalogue = desk.live.has_catalogue();
    let reachable = RwSignal::new(None);
    spawn_local(async move {
        let url = format!("/api/v1/exchanges/{}/contacts", desk.live.slug());
        if let Ok(people) = request::read::<Vec<Person>>(&url).await {
            let known = people.into_iter().map(|person| person.participant).collect();
            let _gone = reachable.try_set(Some(known));
        }
    });
    let today = desk
        .live
        .board_at(|board, now| civil_time::day(now, &board.settings.as_ref()?.time_zone));
    let beside = Memo::new(move |_| Beside {
        today: today.get().flatten(),
        has_catalogue: has_catalogue.get(),
        reachable: reachable.get(),
        ..Beside::default()
    });
    Memo::new(move |_| {
        let said = match server.get() {
            Server::Said(said) => said,
            Server::Asked | Server::Silent(_) => Vec::new(),
        };
        desk.live
            .read(|board| {
                screens.with(|screens| {
                    let papers = beside.with(|beside| evening(board, screens, beside));
                    let mut list = readiness::checks(screens, &said, board);
                    list.extend(papers);
                    list.sort_by_key(|check| std::cmp::Reverse(check.mark));
                    list
                })
            })
            .unwrap_or_default()
    })
}

#[component]
fn CheckRow(check: Check) -> impl IntoView {
    let words = details().checks();
    view! {
        <li
            class="check-row"
            data-testid=format!("check-{}", check.subject.as_str())
            data-mark=check.mark.as_str()
        >
            <MarkDot mark=Signal::stored(check.mark) />
            <span>
                <b>{words.subject(check.subject)}</b>
                <small>{words.says(&check)}</small>
            </span>
        </li>
    }
}
