//! The line over the desk: whose it is, the phase, the count and where it is heading, the connection, the time, and what
//! can be laid over the desk.

use borsklokka_shared::deal::Deal;
use leptos::prelude::*;

use super::audit::AuditSheet;
use super::before_doors::DoorsSheet;
use super::faults::FaultPlace;
use super::keys::KeysSheet;
use crate::civil_time::time_of_day;
use crate::components::ConnectionMark;
use crate::desk::Desk;
use crate::evening::pace;
use crate::sheet::Sheets;
use crate::texts::moderator::details;
use crate::texts::texts;

/// The line over the desk.
#[component]
pub fn Header() -> impl IntoView {
    let desk = Desk::of_page();
    let (live, t, sheets) = (desk.live, texts(), Sheets::of_page());
    let title = live.board(move |board| {
        let settings = board.settings.as_ref()?;
        let role = settings
            .role_titles
            .get("moderator")
            .map_or(t.moderator().title, String::as_str);
        Some(format!("{role} · {}", settings.name))
    });
    let phase = live.board_at(|board, now| board.floor.phase(now));
    let count = live.board(|board| board.totals.deals);
    let goal = live.board(move |board| {
        let goal = board.settings.as_ref()?.goal;
        Some(t.moderator().of_goal(goal))
    });
    // Where nobody notes who comes, nothing is said of it.
    let arrived = live.board(move |board| {
        let here = board.arrived.len();
        (here > 0).then(|| t.door().arrived_of(board.participants.len(), here))
    });
    let forecast = live.board_at(pace::forecast);
    let recent = live.board_at(|board, now| {
        let is_recent = |deal: &&Deal| deal.counts() && pace::is_recent(deal, now);
        board.deals.values().filter(is_recent).count()
    });
    let concealed = live.board(|board| board.concealed_deals().len());
    let time = live.board_at(|board, now| Some(time_of_day(now, &board.settings.as_ref()?.time_zone)));
    view! {
        <header class="desk-header">
            <h1 class="desk-title" dir="auto">{move || title.get().flatten()}</h1>
            {move || {
                phase
                    .get()
                    .map(|phase| {
                        view! {
                            <span class="phase" data-testid="phase" data-phase=phase.as_str()>
                                {t.common().phase(phase)}
                            </span>
                        }
                    })
            }}
            <p class="desk-count">
                <b data-testid="count">{count}</b>
                <span>{move || goal.get().flatten()}</span>
                {move || {
                    concealed
                        .get()
                        .filter(|count| *count > 0)
                        .map(|count| {
                            view! { <span class="desk-concealed">{t.moderator().concealed(count)}</span> }
                        })
                }}
                {move || {
                    arrived
                        .get()
                        .flatten()
                        .map(|words| view! { <span class="desk-arrived" data-testid="arrived">{words}</span> })
                }}
                {move || {
                    let pace = recent.get().filter(|recent| *recent > 0).map(|recent| t.moderator().recent(recent));
                    let course = forecast.get().flatten().map(|deals| t.moderator().forecast(deals));
                    let words: Vec<String> = [course, pace].into_iter().flatten().collect();
                    (!words.is_empty())
                        .then(|| view! { <span class="desk-pace" data-testid="pace">{words.join(" · ")}</span> })
                }}
            </p>
            <span class="desk-link">
                <ConnectionMark />
            </span>
            <span class="desk-time">{move || time.get().flatten()}</span>
            <FaultPlace />
            <div class="desk-right">
                {[
                    ("open-doors", details().checks().open, lay_doors as fn(Sheets)),
                    ("open-audit", details().audit().open, lay_audit),
                    ("open-keys", details().keys().open, lay_keys),
                ]
                    .map(|(testid, words, lay)| {
                        view! {
                            <button
                                type="button"
                                class="desk-open"
                                data-testid=testid
                                aria-haspopup="dialog"
                                on:click=move |_| lay(sheets)
                            >
                                {words}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </header>
    }
}

fn lay_doors(sheets: Sheets) {
    sheets.lay(|| view! { <DoorsSheet /> });
}

fn lay_audit(sheets: Sheets) {
    sheets.lay(|| view! { <AuditSheet /> });
}

fn lay_keys(sheets: Sheets) {
    sheets.lay(|| view! { <KeysSheet /> });
}
