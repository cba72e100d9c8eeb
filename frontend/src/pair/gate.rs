//! The door of a staff screen. Without a session it shows the form that makes one; a session that ends is said in
//! words, and what stands on the screen stays.

use std::time::Duration;

use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::form::{PairForm, screen_address, texts_tag};
use super::session::{self, Held};
use crate::live::connection::LinkState;
use crate::live::{Live, Outbox};
use crate::tablet::save::SaveOutbox;
use crate::texts::texts;

/// How often a screen that does not get through asks whether its session has ended, in milliseconds.
const ASK_EVERY_MS: u64 = 4_000;

/// How the door stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Nobody knows yet.
    Waiting,
    /// Come in.
    Open,
    /// Paired as another role.
    Other(Role),
    /// Not paired.
    Shut,
}

/// Asks the server what this device is: whether its pairing has `ended`, or why it has nothing to do here.
fn ask(live: Live, ended: RwSignal<bool>, gone: RwSignal<bool>, not_here: RwSignal<Option<String>>) {
    spawn_local(async move {
        let held = session::ask(&live.slug()).await;
        if held == Held::Ended {
            ended.try_set(true);
        }
        let why = match held {
            Held::NotHere(why) => Some(why),
            Held::Gone(why) => {
                live.forget();
                live.lose();
                gone.try_set(true);
                Some(why)
            }
            // What was said holds until something else is known.
            Held::Unknown => return,
            Held::As(_) | Held::Ended => None,
        };
        not_here.try_set(why);
    });
}

/// Shows the screen to devices that may do what it is for.
#[component]
pub fn Gate(
    /// What the screen is for.
    right: Right,
    /// The screen.
    children: ChildrenFn,
) -> impl IntoView {
    let live = Live::of_page();
    let ended = RwSignal::new(false);
    // The exchange was deleted: one that is made at its address is another, and nothing on the screen is of that.
    let gone = RwSignal::new(false);
    // Why its session does not count here, in the server's words.
    let not_here = RwSignal::new(None::<String>);
    let (link, session) = (live.link(), live.session());
    let ask = move || ask(live, ended, gone, not_here);
    let asking = set_interval_with_handle(
        move || {
            let away = match link.get_untracked() {
                LinkState::Connecting | LinkState::Reconnecting { .. } => true,
                LinkState::Connected | LinkState::PairedAway => false,
            };
            if away && !ended.get_untracked() {
                ask();
            }
        },
        Duration::from_millis(ASK_EVERY_MS),
    );
    on_cleanup(move || {
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
    // Whoever is let in anew sees what there is now.
    Effect::new(move |before: Option<()>| {
        session.track();
        if before.is_some() {
            gone.set(false);
        }
    });
    let (was_open, was_paired) = (StoredValue::new(false), StoredValue::new(false));
    let door = Memo::new(move |_| {
        if gone.get() {
            was_open.set_value(false);
            return Door::Shut;
        }
        let role = session.with(|session| session.as_ref().map(|session| session.role));
        let door = match role {
            Some(role) if role.has(right) => Door::Open,
            // The tablet was one of the staff's: what it holds stays on the screen.
            _ if was_open.get_value() => Door::Open,
            Some(Role::Viewer) => Door::Shut,
            Some(role) => Door::Other(role),
            None if ended.get() => Door::Shut,
            None => Door::Waiting,
        };
        if door == Door::Open {
            was_open.set_value(true);
            was_paired.set_value(true);
        }
        door
    });
    let lost = Memo::new(move |_| {
        let role = session.with(|session| session.as_ref().map(|session| session.role));
        link.get() == LinkState::PairedAway
            || ended.get()
            || (was_paired.get_value() && role == Some(Role::Viewer))
    });
    // What the device holds of others is not whoever finds it's to read.
    Effect::new(move || {
        if lost.get() {
            live.forget();
        }
    });
    let is_out = Memo::new(move |_| lost.get() || door.get() == Door::Shut);
    // Nobody pairs an organiser's own browser whose exchange was taken away: it is told so.
    Effect::new(move || {
        if is_out.get() {
            ask();
        }
    });
    let kept_out = Memo::new(move |_| {
        not_here
            .get()
            .filter(|_| link.get() != LinkState::Connected || is_out.get())
    });
    view! {
        <Show when=move || lost.get() && kept_out.with(Option::is_none)><Ended /></Show>
        {move || kept_out.get().map(|why| view! { <NotHere why /> })}
        {move || match door.get() {
            Door::Waiting | Door::Shut if kept_out.with(Option::is_some) => ().into_any(),
            Door::Waiting => view! { <main class="notice">{texts().common().connecting}</main> }.into_any(),
            Door::Open => children().into_any(),
            Door::Other(role) => view! { <main class="pair"><PairedAs role /><PairForm /></main> }.into_any(),
            Door::Shut if lost.get() => ().into_any(),
            Door::Shut => {
                view! {
                    <main class="pair">
                        <Kept />
                        <PairForm />
                        <p class="pair-way-out">
                            <a class="pair-link" href="/">
                                {texts().front().front_page}
                            </a>
                        </p>
                    </main>
                }
                    .into_any()
            }
        }}
    }
}

/// Says what waits here, if something does, and saves it as a file: also on a tablet that was loaded anew, which may be lent to somebody else.
#[component]
fn Kept() -> impl IntoView {
    let t = texts().pair();
    use_context::<Outbox>().map(|outbox| {
        let kept = outbox.waiting();
        let said = move || {
            let kept = kept.get();
            (kept > 0)
                .then(|| view! { <p class="pair-notice" role="status" data-testid="kept">{t.kept(kept)}</p> })
        };
        view! { {said} <SaveOutbox outbox /> }
    })
}

/// Says that the session has ended, what is kept, and how to go on.
#[component]
fn Ended() -> impl IntoView {
    view! {
        <section class="pair pair-ended" data-testid="session-ended">
            <p class="pair-notice" role="alert">{texts().pair().ended}</p>
            <Kept />
            <PairForm />
        </section>
    }
}

/// Says why this browser has nothing to do here, and what is kept: it is sent when it has again.
#[component]
fn NotHere(
    /// The server's sentence.
    why: String,
) -> impl IntoView {
    view! {
        <section class="pair pair-ended" data-testid="not-here">
            <p class="pair-notice" role="alert">{why}</p>
            <Kept />
            <p class="pair-way-out">
                <a class="pair-link" href="/">
                    {texts().front().front_page}
                </a>
            </p>
        </section>
    }
}

/// As what this device is paired, and the way to its screen.
#[component]
pub(super) fn PairedAs(role: Role) -> impl IntoView {
    let t = texts().pair();
    let address = screen_address(&Live::of_page().slug(), role, texts_tag());
    let role = t.role(role);
    view! {
        <p class="pair-notice">
            {t.other_role(role)} " " <a class="pair-link" href=address>{t.to_screen(role)}</a>
        </p>
    }
}
