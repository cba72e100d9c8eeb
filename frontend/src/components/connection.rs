//! A small mark that tells whether what the screen shows is live. Never more than a mark: the screen goes on.

use leptos::prelude::*;

use super::part::words;
use crate::browser;
use crate::live::Live;
use crate::live::connection::LinkState;
use crate::texts::texts;

/// The connection's mark: a dot, and words when it is lost.
#[component]
pub fn ConnectionMark() -> impl IntoView {
    let live = Live::of_page();
    let t = texts().common();
    let (link, tick) = (live.link(), live.tick());
    let remark = words(move || match link.get() {
        LinkState::Connecting => Some(t.connecting.to_owned()),
        LinkState::Connected => None,
        LinkState::Reconnecting { since_ms } => {
            tick.track();
            Some(t.offline_s(((browser::monotonic_ms() - since_ms) / 1_000.0) as i64))
        }
        LinkState::PairedAway => Some(t.paired_away.to_owned()),
    });
    view! {
        <span class="connection" data-testid="connection" data-state=move || state(link.get()) role="status">
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
