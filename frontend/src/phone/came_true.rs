//! How many deals came true, if the organiser wants everybody to know: asked once, when the floor is closed.

use borsklokka_shared::exchange::Phase;
use borsklokka_shared::follow_up::FollowUpShown;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::live::Live;
use crate::request;
use crate::texts::texts;

/// The sentence.
#[component]
pub fn CameTrue() -> impl IntoView {
    let live = Live::of_page();
    let shown = RwSignal::new(None::<FollowUpShown>);
    let is_closed = live.board(|board| board.floor.settled_phase() == Phase::Closed);
    Effect::new(move || {
        if is_closed.get() != Some(true) {
            return;
        }
        let url = format!("/api/v1/exchanges/{}/follow-up", live.slug());
        spawn_local(async move {
            if let Ok(read) = request::read::<Option<FollowUpShown>>(&url).await {
                let _gone = shown.try_set(read);
            }
        });
    });
    move || {
        shown.get().map(
            |FollowUpShown {
                 deals,
                 done,
                 under_way,
             }| {
                view! {
                    <p class="phone-came-true" data-testid="came-true">
                        {texts().phone().came_true(deals, done, under_way)}
                    </p>
                }
            },
        )
    }
}
