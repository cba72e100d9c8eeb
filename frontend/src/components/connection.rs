//! A small mark that tells whether what the screen shows is live. Never more than a mark: the screen goes on.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::part::words;
use crate::browser;
use crate::http::{self, Reply};
use crate::live::Live;
use crate::live::connection::LinkState;
use crate::texts::texts;

/// When it is first thought about what keeps the server away.
const THINK_FIRST: Duration = Duration::from_millis(1_200);
/// How often it is thought about what keeps the server away.
const THINK_EVERY: Duration = Duration::from_secs(4);
/// At which of those times the server is asked: soon, and then seldom, since a hall of phones may be away at once.
const ASKED_OF: u32 = 5;

/// Whether the exchange is not there any more, in the server's words: a socket that does not open cannot tell why.
fn gone(live: Live) -> RwSignal<Option<String>> {
    let gone = RwSignal::new(None);
    let (link, times) = (live.link(), StoredValue::new(0_u32));
    let think = move || {
        let away = matches!(
            link.get_untracked(),
            LinkState::Connecting | LinkState::Reconnecting { .. }
        );
        let nth = times.get_value();
        times.set_value(if away { nth + 1 } else { 0 });
        if away && nth % ASKED_OF == 0 {
            let url = format!("/api/v1/exchanges/{}/follow-up", live.slug());
            spawn_local(async move {
                let Ok(reply) = http::get(&url).await else { return };
                let why = match reply {
                    Reply::Refused { code, message, .. } if code == "unknown_exchange" => Some(message),
                    Reply::Done | Reply::Content(_) | Reply::Refused { .. } => None,
                };
                let is_new = why.is_some() && gone.try_get_untracked() == Some(None);
                gone.try_set(why);
                if is_new {
                    live.lose();
                }
            });
        }
    };
    // Whoever comes to an address where nothing is waits no longer than for a slow network.
    let first = set_timeout_with_handle(think, THINK_FIRST);
    let asking = set_interval_with_handle(think, THINK_EVERY);
    on_cleanup(move || {
        // A screen that is made anew has gone by then, with all that is thought about.
        if let Ok(first) = first {
            first.clear();
        }
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
    gone
}

/// Why there is nothing to show, in the server's words, as long as the exchange is gone.
pub fn nowhere(live: Live) -> Memo<Option<String>> {
    let (link, gone) = (live.link(), gone(live));
    Memo::new(move |_| gone.get().filter(|_| link.get() != LinkState::Connected))
}

/// A screen, or that its exchange is gone: then nothing of it stays there to be read.
#[component]
pub fn WhileThere(children: ChildrenFn) -> impl IntoView {
    let nowhere = nowhere(Live::of_page());
    Effect::new(move || {
        if nowhere.with(Option::is_some) {
            browser::take_away("first-board");
        }
    });
    move || match nowhere.get() {
        None => children().into_any(),
        Some(why) => view! { <main class="notice" data-testid="not-here"><p>{why}</p></main> }.into_any(),
    }
}

/// The connection's mark: a dot, and words when it is lost.
#[component]
pub fn ConnectionMark() -> impl IntoView {
    let live = Live::of_page();
    let t = texts().common();
    let (link, tick) = (live.link(), live.tick());
    let gone = gone(live);
    let remark = words(move || match link.get() {
        LinkState::Connecting | LinkState::Reconnecting { .. } if gone.with(Option::is_some) => gone.get(),
        LinkState::Connecting => Some(t.connecting.to_owned()),
        LinkState::Connected => None,
        LinkState::Reconnecting { since_ms } => {
            tick.track();
            Some(t.offline_s(((browser::monotonic_ms() - since_ms) / 1_000.0) as i64))
        }
        LinkState::PairedAway => Some(t.paired_away.to_owned()),
    });
    view! {
        <span class="connection" data-testid="connection" data-state=move || state(link.get()) data-gone=move || gone.with(Option::is_some).to_string() role="status">
            {remark}
        </span>
    }
}

/// The name of a connection's state in style sheets and tests.
pub const fn state(link: LinkState) -> &'static str {
    match link {
        LinkState::Connecting => "connecting",
        LinkState::Connected => "connected",
        LinkState::Reconnecting { .. } => "reconnecting",
        LinkState::PairedAway => "paired_away",
    }
}
