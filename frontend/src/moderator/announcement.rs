//! A line over the wall: written or chosen, for a while, and taken down.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::AnnouncementId;
use borsklokka_shared::limits::ANNOUNCEMENT_CHARS_MAX;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Button, TooLong, Weight};
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::texts::texts;
use crate::typed::fields::Fields;

/// The field's name in the page.
pub const FIELD: &str = "announcement";
/// How long an announcement may stay, in seconds.
const SECONDS: [u32; 5] = [15, 30, 60, 180, 600];
/// How long it stays unless something else is chosen, in seconds.
const SECONDS_USUAL: u32 = 30;

/// Writes announcements, and shows the one that stands on the wall.
#[component]
pub fn AnnouncementPanel() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().moderator();
    // What is half written is there again when the desk is loaded anew.
    let kept = format!("{FIELD}/{}", desk.live.slug());
    let written = browser::session_item(&kept).unwrap_or_default();
    let text = RwSignal::new(written);
    let seconds = Fields::of_page().kept("announce-seconds", SECONDS_USUAL);
    Effect::new(move || text.with(|text| browser::keep_for_session(&kept, text)));
    let cut_off = desk.is_cut_off();
    let is_empty = Signal::derive(move || cut_off.get() || text.with(|text| text.trim().is_empty()));
    let announce = move || {
        let announcement = AnnouncementId(browser::fresh_uuid());
        let command = Command::Announce {
            announcement,
            text: text.get_untracked(),
            seconds: seconds.get_untracked(),
        };
        desk.ask_then(&command, move || {
            let _gone = text.try_set(String::new());
        });
    };
    view! {
        <section class="panel">
            <h2>
                <label for=FIELD>{t.announcement}</label>
            </h2>
            <Standing />
            <form
                class="announce"
                on:submit=move |event| {
                    event.prevent_default();
                    if !is_empty.get_untracked() {
                        announce();
                    }
                }
            >
                <input
                    id=FIELD
                    class="announce-text"
                    data-testid="announce-text"
                    autocomplete="off"
                    placeholder=t.announcement_hint
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <select
                    class="announce-seconds"
                    data-testid="announce-seconds"
                    aria-label=t.how_long
                    on:change=move |event| {
                        seconds.set(event_target_value(&event).parse().unwrap_or(SECONDS_USUAL));
                    }
                >
                    {SECONDS
                        .map(|length| {
                            view! {
                                <option value=length selected=length == seconds.get_untracked()>
                                    {t.for_seconds(length)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <Button weight=Weight::Primary testid="announce-send" disabled=is_empty press=announce>
                    {t.announce}
                </Button>
            </form>
            <TooLong text chars_max=ANNOUNCEMENT_CHARS_MAX />
            <p class="presets">
                {t
                    .presets
                    .iter()
                    .map(|preset| {
                        view! {
                            <button type="button" class="preset" on:click=move |_| text.set((*preset).to_owned())>
                                {*preset}
                            </button>
                        }
                    })
                    .collect_view()}
            </p>
        </section>
    }
}

/// The announcement that stands on the wall, and the way to take it down.
#[component]
fn Standing() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().moderator();
    let live = desk.live;
    let standing = live.board_at(|board, now| board.announced(now).cloned());
    let left_s = live.board_at(|board, now| {
        let announcement = board.announced(now)?;
        Some((announcement.until.ms_since(now) + 999) / 1_000)
    });
    let undo = Undo::of_page();
    let take_down = move |announcement: AnnouncementId| {
        let now = live.now();
        let again = live.peek(|board| {
            let standing = board.announcement.as_ref()?;
            let left_s = standing.until.ms_since(now) / 1_000;
            Some(Command::Announce {
                announcement: AnnouncementId(browser::fresh_uuid()),
                text: standing.text.clone(),
                seconds: u32::try_from(left_s).unwrap_or(0).max(SECONDS[0]),
            })
        });
        if let Some(again) = again.flatten() {
            let end = Command::EndAnnouncement { announcement };
            undo.ask(&end, t.did_end_announcement.to_owned(), again);
        }
    };
    let standing = Memo::new(move |_| standing.get().flatten());
    let is_down = Signal::derive(move || desk.is_cut_off().get() || standing.with(Option::is_none));
    // It has its place whether a line stands on the wall or not: one ends by itself.
    view! {
        <p class="announcement-standing" data-stands=move || standing.with(Option::is_some).to_string()>
            <span data-testid=move || standing.with(Option::is_some).then_some("announcement")>
                <b dir="auto">{move || standing.get().map_or_else(|| t.no_announcement.to_owned(), |standing| standing.text)}</b>
                <small>
                    {move || standing.with(Option::is_some).then(|| left_s.get().flatten().map(|left_s| t.standing_for(left_s)))}
                </small>
            </span>
            <Button
                testid="announce-end"
                disabled=is_down
                press=move || {
                    if let Some(id) = standing.with_untracked(|standing| standing.as_ref().map(|standing| standing.id)) {
                        take_down(id);
                    }
                }
            >
                {t.end_announcement}
            </Button>
        </p>
    }
}
