//! What the desks share: asking over the live connection, hearing the answer in words, asking twice.

pub mod finding;
pub mod surety;
pub mod undo;

use std::time::Duration;

use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::surety::{Surety, needed};
use crate::components::{Lapse, nowhere};
use crate::live::Live;
use crate::live::answer::Answer;
use crate::live::connection::LinkState;
use crate::request::Trouble;
use crate::route::log_in_for;
use crate::texts::{self, texts};
use crate::{browser, http};

/// A desk: what its buttons do. Copied freely; made once a screen, by [`Desk::start`].
#[derive(Clone, Copy)]
pub struct Desk {
    /// The exchange.
    pub live: Live,
    /// What went wrong last, in words.
    pub alert: RwSignal<Option<String>>,
    words: &'static texts::Desk,
    connected: Memo<bool>,
}

impl Desk {
    /// Sets the desk up and lets the components below find it. `screen` is which it is.
    pub fn start(screen: Screen) -> Self {
        let live = Live::of_page();
        let link = live.link();
        let desk = Self {
            live,
            alert: RwSignal::new(None),
            words: texts().desk(),
            connected: Memo::new(move |_| link.get() == LinkState::Connected),
        };
        live.report(|status| screen.as_str().clone_into(&mut status.screen));
        provide_context(desk);
        desk
    }

    /// The desk of this screen.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether nothing can be asked just now.
    pub fn is_cut_off(self) -> Signal<bool> {
        let connected = self.connected;
        Signal::derive(move || !connected.get())
    }

    /// [`Desk::is_cut_off`], once, without following it.
    pub fn is_cut_off_now(self) -> bool {
        !self.connected.get_untracked()
    }

    /// What the board says a floor command may rely on; follows the board.
    pub fn expected(self) -> Memo<Expected> {
        let expected = self.live.board(Expected::of);
        Memo::new(move |_| {
            expected
                .get()
                .unwrap_or(Expected::exactly(Phase::Preparing, None))
        })
    }

    /// Asks now or not at all, by one press; a refusal is shown in words.
    pub fn ask(self, command: &Command) {
        self.ask_then(command, || ());
    }

    /// Like [`Desk::ask`], and goes on with `accepted` if it took effect.
    pub fn ask_then(self, command: &Command, accepted: impl FnOnce() + 'static) {
        self.ask_as(Surety::Pressed, command, accepted);
    }

    /// Asks for what was held or pressed twice.
    pub fn ask_surely(self, command: &Command) {
        self.ask_as(Surety::Sure, command, || ());
    }

    /// Asks, if whoever presses is as sure of it as [`needed`] says; goes on with `accepted` if it took effect.
    pub fn ask_as(self, surety: Surety, command: &Command, accepted: impl FnOnce() + 'static) {
        self.ask_beside(self.alert, surety, command, accepted);
    }

    /// Like [`Desk::ask_as`], and says what went wrong in `said`, beside what it is about.
    pub fn ask_beside(
        self,
        said: RwSignal<Option<String>>,
        surety: Surety,
        command: &Command,
        accepted: impl FnOnce() + 'static,
    ) {
        if self.live.peek(|board| needed(command, board)) > Some(surety) {
            said.set(Some(self.words.hold_or_twice.to_owned()));
            return;
        }
        said.set(None);
        self.live.ask(command, move |answer| {
            let trouble = match answer {
                Answer::Accepted { .. } => {
                    accepted();
                    return;
                }
                Answer::Refused { message, .. } => message,
                Answer::NotSent => self.words.not_sent.to_owned(),
                Answer::Lost => self.words.lost.to_owned(),
            };
            // What it was said beside may be gone by now, and then nobody needs to know.
            let _gone = said.try_set(Some(trouble));
        });
    }

    /// Shows what went wrong. The screen may be gone by now, and then nobody needs to know.
    pub fn warn(self, trouble: String) {
        let _gone = self.alert.try_set(Some(trouble));
    }

    /// Shows why there is no answer.
    pub fn warn_of(self, trouble: Trouble) {
        self.warn(self.words_of(trouble));
    }

    /// Why there is no answer, in words: also where no text can be looked up, since nothing of the page calls.
    pub fn words_of(self, trouble: Trouble) -> String {
        trouble.words(self.words)
    }
}

/// What went wrong last, until the next attempt or until it is closed.
#[component]
pub fn Alert(
    /// The words.
    alert: RwSignal<Option<String>>,
) -> impl IntoView {
    let t = texts().desk();
    view! {
        <div class="alert-place" role="alert">
            {move || {
                alert
                    .get()
                    .map(|words| {
                        view! {
                            <p class="alert" data-testid="alert">
                                <span>{words}</span>
                                <button type="button" class="alert-close" on:click=move |_| alert.set(None)>
                                    {t.dismiss}
                                </button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Shows the organiser's page to who is logged in, and everyone else the door.
#[component]
pub fn LoggedIn(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let live = Live::of_page();
    let (session, t) = (live.session(), texts());
    // A browser whose session has ended is told so here, once, and loses its stale cookie: then it can connect.
    let ask = move || {
        let address = format!("/api/v1/exchanges/{}/session", live.slug());
        spawn_local(async move {
            let _answer = http::get(&address).await;
        });
    };
    ask();
    let admitted = Memo::new(move |_| {
        session.with(|session| session.as_ref().map(|session| session.role.has(Right::Configure)))
    });
    let (link, nowhere) = (live.link(), nowhere(live));
    let is_out = Memo::new(move |_| link.get() == LinkState::PairedAway);
    // The exchange may have been made anew under its name while the page was open: then this session ended with the one before.
    let again = set_interval_with_handle(
        move || {
            if matches!(
                link.get_untracked(),
                LinkState::Connecting | LinkState::Reconnecting { .. }
            ) {
                ask();
            }
        },
        ASK_AGAIN,
    );
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
    });
    Effect::new(move |was: Option<bool>| {
        let is_nowhere = nowhere.with(Option::is_some);
        if was == Some(true) && !is_nowhere {
            ask();
        }
        is_nowhere
    });
    // What the browser holds of others is nobody's to read here any more.
    Effect::new(move || {
        if is_out.get() || nowhere.with(Option::is_some) {
            live.forget();
        }
    });
    move || match admitted.get() {
        _ if nowhere.with(Option::is_some) => view! {
            <main class="notice door" data-testid="not-here">
                <p>{nowhere.get()}</p>
                <p>
                    <a class="button button-primary" href="/">
                        {t.front().front_page}
                    </a>
                </p>
            </main>
        }
        .into_any(),
        _ if is_out.get() => view! { <NeedsOrganiser /> }.into_any(),
        None => view! { <main class="notice">{t.common().connecting}</main> }.into_any(),
        Some(true) => children().into_any(),
        Some(false) => view! { <NeedsOrganiser /> }.into_any(),
    }
}

/// Says who works here, and leads to where one logs in, and from there back. What was on the page is not for whoever sits here now.
#[component]
fn NeedsOrganiser() -> impl IntoView {
    let t = texts().desk();
    let log_in = log_in_for(&browser::here());
    view! {
        <main class="notice door" data-testid="needs-organiser">
            <p>{t.needs_organiser}</p>
            <p>
                <a class="button button-primary" data-testid="to-log-in" href=log_in>
                    {t.log_in}
                </a>
            </p>
        </main>
    }
}

/// How often a page that cannot connect asks whether its session has ended.
const ASK_AGAIN: Duration = Duration::from_secs(20);

/// How long the second press is waited for.
const SECOND_PRESS: Duration = Duration::from_secs(5);

/// A press that asks first: the second one does it. A key may press it as well as a button.
#[derive(Clone, Copy)]
pub struct Twice {
    asked: Lapse<()>,
}

impl Twice {
    /// Not pressed yet.
    pub fn new() -> Self {
        Self { asked: Lapse::new() }
    }

    /// Whether it waits for the second press.
    pub fn asked(self) -> Signal<bool> {
        let asked = self.asked.now();
        Signal::derive(move || asked.with(Option::is_some))
    }

    /// Presses it.
    pub fn press(self, act: impl FnOnce()) {
        if self.asked.now().with_untracked(Option::is_some) {
            self.asked.end();
            act();
        } else {
            self.asked.begin((), SECOND_PRESS);
        }
    }
}

impl Default for Twice {
    fn default() -> Self {
        Self::new()
    }
}

/// A button for what cannot be undone: the first press asks, the second does it.
#[component]
pub fn TwicePressed(
    /// What tests call it.
    testid: &'static str,
    /// Whether it cannot be pressed just now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The press, if keys share it.
    #[prop(optional)]
    twice: Twice,
    /// The kind of button; what asks is marked as `-danger`.
    #[prop(default = "button")]
    class: &'static str,
    /// What it asks after the first, if not the usual.
    #[prop(optional)]
    asks: Option<&'static str>,
    /// Called by the second press.
    press: impl Fn() + 'static,
    /// What it says before the first.
    children: ChildrenFn,
) -> impl IntoView {
    let t = texts().desk();
    let asked = twice.asked();
    let asks = asks.unwrap_or(t.press_again);
    view! {
        <button
            type="button"
            class=move || if asked.get() { format!("{class} {class}-danger") } else { class.to_owned() }
            data-testid=testid
            disabled=disabled
            on:click=move |event| {
                // Two taps in a row are one hasty press.
                if event.detail() < 2 {
                    twice.press(&press);
                }
            }
        >
            {move || if asked.get() { asks.into_any() } else { children().into_any() }}
        </button>
    }
}
