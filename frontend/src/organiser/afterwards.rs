//! The morning after: what is left to do, each with what does it. What can be seen to be done is; the rest is ticked off.

use std::time::Duration;

use borsklokka_shared::afterwards::{Afterwards, Errand};
use borsklokka_shared::mail::MailsDone;
use borsklokka_shared::numbers;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::office::Office;
use super::photos::PhotosKept;
use super::rail::{Onward, Title};
use super::reading::read_again;
use crate::browser;
use crate::components::{Button, Weight};
use crate::readiness::pages::Page;
use crate::request;
use crate::texts::organiser::{Afterwards as Words, afterwards_words, work_words};
use crate::texts::texts;

/// How often the page is read again: mails go by themselves.
const READ_EVERY: Duration = Duration::from_secs(5);

/// What the page knows and does. Copied freely.
#[derive(Clone, Copy)]
struct Morning {
    office: Office,
    /// What was done last, or what went wrong.
    told: RwSignal<Option<String>>,
}

impl Morning {
    /// Begins to read what is left.
    fn begin() -> Self {
        let morning = Self {
            office: Office::of_page(),
            told: RwSignal::new(None),
        };
        morning.read();
        read_again(READ_EVERY, move || morning.read());
        morning
    }

    fn read(self) {
        self.office.read_afterwards();
    }

    fn known(self) -> Signal<Option<Afterwards>> {
        self.office.afterwards()
    }

    fn tell(self, words: String) {
        let _gone = self.told.try_set(Some(words));
    }

    fn tick(self, errand: Errand, done: bool) {
        let url = self.office.url(&format!("afterwards/{}", errand.as_str()));
        spawn_local(async move {
            if let Err(trouble) = request::ask::<()>("PUT", &url, &json!({ "done": done })).await {
                self.tell(self.office.desk.words_of(trouble));
            }
            self.read();
        });
    }

    fn send_agreements(self) {
        let url = self.office.url("mails");
        // Of the page, which nothing after a wait is.
        let t = afterwards_words();
        spawn_local(async move {
            let asked = request::ask::<MailsDone>("POST", &url, &json!({ "deed": "agreements" })).await;
            self.tell(match asked {
                Ok(MailsDone { mails: 0, .. }) => t.nothing_queued.to_owned(),
                Ok(done) => t.queued(done.mails),
                Err(trouble) => self.office.desk.words_of(trouble),
            });
            self.read();
        });
    }
}

/// The page.
#[component]
pub fn AfterwardsPage() -> impl IntoView {
    let t = afterwards_words();
    let morning = Morning::begin();
    let left = Memo::new(move |_| morning.known().with(|known| known.as_ref().map(Afterwards::left)));
    // Of an evening without a deal nothing is done, and nothing is left.
    let is_empty = Memo::new(move |_| {
        morning
            .known()
            .with(|known| known.as_ref().is_some_and(|known| known.deals == 0))
    });
    view! {
        <Title page=Page::Afterwards />
        <p class="office-note" role="status" data-testid="afterwards-left" data-left=move || left.get()>
            {move || left.get().map(|left| match left {
                _ if is_empty.get() => t.nothing_here.to_owned(),
                0 => t.all_done.to_owned(),
                left => t.left(left),
            })}
        </p>
        <p class="office-note" role="status" data-testid="afterwards-told">
            {morning.told}
        </p>
        <ul class="errands">
            {Errand::ALL.map(|errand| view! { <Line errand morning /> }).collect_view()}
        </ul>
        <PhotosKept />
        <Onward page=Page::Afterwards />
    }
}

/// What is left after the evening, for the overview: each thing by name, and the way to its page.
#[component]
pub fn AfterwardsLeft() -> impl IntoView {
    let t = afterwards_words();
    let morning = Morning::begin();
    let lines = move || {
        let known = morning.known().get()?;
        let left = Errand::ALL
            .into_iter()
            .filter(|errand| !known.is_done(*errand) && !known.is_nothing(*errand));
        let line = |errand: Errand| {
            view! {
                <li class="task" data-testid="errand-left" data-errand=errand.as_str()>
                    <i class="standing" aria-hidden="true"></i>
                    <div>
                        <b>{name(errand, t)}</b>
                        <p class="office-note">{says(errand, &known, t)}</p>
                    </div>
                </li>
            }
        };
        Some(match known.left() {
            _ if known.deals == 0 => view! { <p class="office-note">{t.nothing_here}</p> }.into_any(),
            0 => view! { <p class="office-note">{t.all_done}</p> }.into_any(),
            _ => view! { <ul class="tasks">{left.map(line).collect_view()}</ul> }.into_any(),
        })
    };
    let page = Page::Afterwards;
    view! {
        <section class="card card-now" data-testid="afterwards-card">
            <div class="card-head">
                <h2 class="form-heading">{work_words().page_name(page)}</h2>
                <a class="button button-primary" href=page.address()>
                    {work_words().page_name(page)}
                </a>
            </div>
            {lines}
            <p class="office-note" role="status">
                {morning.told}
            </p>
        </section>
    }
}

/// One thing to do.
#[component]
fn Line(errand: Errand, morning: Morning) -> impl IntoView {
    let t = afterwards_words();
    let known = morning.known();
    let is_done =
        Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(|known| known.is_done(errand))));
    let is_ticked =
        Memo::new(move |_| known.with(|known| known.as_ref().is_some_and(|known| known.is_ticked(errand))));
    let is_nothing = Memo::new(move |_| {
        known.with(|known| {
            known
                .as_ref()
                .is_some_and(|known| known.is_nothing(errand) && !known.is_ticked(errand))
        })
    });
    // What is seen to be done is not ticked off by hand as well.
    let is_seen = move || is_done.get() && !is_ticked.get();
    let stands = move || known.with(|known| known.as_ref().map(|known| says(errand, known, t)));
    view! {
        <li
            class="card errand"
            data-testid="errand"
            data-errand=errand.as_str()
            data-done=move || if is_nothing.get() { "nothing".to_owned() } else { is_done.get().to_string() }
        >
            <div class="card-head">
                <h2 class="form-heading">{name(errand, t)}</h2>
                <label class="choice" hidden=is_nothing>
                    <input
                        type="checkbox"
                        data-testid="errand-done"
                        prop:checked=is_done
                        disabled=is_seen
                        on:change=move |event| morning.tick(errand, event_target_checked(&event))
                    />
                    {t.done}
                </label>
            </div>
            <p class="office-note">{stands}</p>
            <Acts errand morning />
        </li>
    }
}

/// What does it.
#[component]
fn Acts(errand: Errand, morning: Morning) -> impl IntoView {
    let t = afterwards_words();
    let office = morning.office;
    let link = move |testid: &'static str, href: String, words: &'static str| {
        view! {
            <a class="button" target="_blank" rel="noopener" data-testid=testid href=href>
                {words}
            </a>
        }
    };
    let page = |page: Page, words: &'static str| {
        view! {
            <a class="button" href=page.address()>
                {words}
            </a>
        }
    };
    let acts = match errand {
        Errand::Agreements => view! {
            <Button
                weight=Weight::Primary
                testid="agreements-send"
                disabled=office.desk.is_cut_off()
                press=move || morning.send_agreements()
            >
                {t.send}
            </Button>
            {page(Page::Mail, t.to_mail)}
        }
        .into_any(),
        Errand::Papers => {
            let no_mail = move || {
                let known = morning.known();
                known.with(|known| known.as_ref().is_some_and(|known| known.no_mail))
            };
            let href = move || {
                let parties = if no_mail() { "everyone" } else { "without_email" };
                office.url(&format!("agreements.pdf?parties={parties}"))
            };
            view! {
                <a class="button" target="_blank" rel="noopener" data-testid="papers-print" href=href>
                    {t.print}
                </a>
            }
            .into_any()
        }
        Errand::Newspaper => link("newspaper", office.url("newspaper.txt"), t.list).into_any(),
        Errand::Prizes => {
            let desk = Screen::Moderator.path(&office.desk.live.slug());
            link("prizes-desk", desk, t.to_desk).into_any()
        }
        Errand::Sponsors => view! { <Thanks morning /> }.into_any(),
        Errand::Report => page(Page::Report, t.to_report).into_any(),
    };
    view! { <div class="form-acts">{acts}</div> }
}

/// A letter of thanks, to be copied.
#[component]
fn Thanks(morning: Morning) -> impl IntoView {
    let t = afterwards_words();
    let letter = morning.office.desk.live.board(move |board| {
        let settings = board.settings.as_ref()?;
        let sponsors = &settings.staging.sponsors;
        if sponsors.is_empty() {
            return None;
        }
        let names: Vec<&str> = sponsors.iter().map(|sponsor| &*sponsor.name).collect();
        let deals = format!(
            "{} {}",
            board.totals.deals,
            texts().common().deals(board.totals.deals)
        );
        Some(t.thanks(&deals, &settings.name, numbers::row(&names, texts().language)))
    });
    let copy = move || {
        let Some(letter) = letter.get_untracked().flatten() else {
            return;
        };
        spawn_local(async move {
            let copied = browser::copy(&letter).await;
            morning.tell(if copied { t.copied } else { t.not_copied }.to_owned());
        });
    };
    view! {
        <div class="errand-letter" hidden=move || letter.get().flatten().is_none()>
            <p dir="auto" data-testid="thanks">
                {move || letter.get().flatten()}
            </p>
            <Button testid="thanks-copy" press=copy>
                {t.copy}
            </Button>
        </div>
    }
}

fn name(errand: Errand, t: &Words) -> &'static str {
    match errand {
        Errand::Agreements => t.name.agreements,
        Errand::Papers => t.name.papers,
        Errand::Newspaper => t.name.newspaper,
        Errand::Prizes => t.name.prizes,
        Errand::Sponsors => t.name.sponsors,
        Errand::Report => t.name.report,
    }
}

/// How far it has come.
fn says(errand: Errand, known: &Afterwards, t: &Words) -> String {
    match errand {
        Errand::Agreements | Errand::Papers if known.deals == 0 => t.no_deals.to_owned(),
        Errand::Agreements if known.no_mail => t.no_mail.to_owned(),
        Errand::Agreements if known.reachable == 0 => t.nobody_reachable.to_owned(),
        Errand::Agreements => {
            let sent = t.sent(known.reachable, known.sent);
            let waits = (known.waiting > 0).then(|| t.waits(known.waiting));
            let lost = (known.undelivered > 0).then(|| t.undelivered(known.undelivered));
            let said: Vec<String> = std::iter::once(sent).chain(waits).chain(lost).collect();
            said.join(" ")
        }
        Errand::Papers if known.unreachable == 0 => t.everybody_reachable.to_owned(),
        Errand::Papers if known.no_mail => t.all_on_paper(known.unreachable),
        Errand::Papers => t.unreachable(known.unreachable),
        Errand::Newspaper | Errand::Prizes | Errand::Report if known.deals == 0 => t.no_deals_yet.to_owned(),
        Errand::Newspaper => t.why_newspaper.to_owned(),
        Errand::Prizes if known.prizes == 0 => t.no_prizes.to_owned(),
        Errand::Prizes => t.awarded(known.prizes),
        Errand::Sponsors if known.sponsors == 0 => t.no_sponsors.to_owned(),
        Errand::Sponsors => t.why_sponsors.to_owned(),
        Errand::Report => t.why_report.to_owned(),
    }
}
