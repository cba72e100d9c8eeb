//! The organiser's pages, in the order of her work: an overview that says what is left, and a page for each subject.

pub mod afterwards;
pub mod agreements;
pub mod categories;
pub mod choose_file;
pub mod compare;
pub mod contact_form;
pub mod course;
pub mod devices;
pub mod exchange;
pub mod fields;
pub mod follow_up;
pub mod form;
pub mod gone;
pub mod half_typed;
pub mod import;
pub mod listings;
pub mod look;
pub mod mail;
pub mod office;
pub mod outbox;
pub mod overtaken;
pub mod overview;
pub mod pairing;
pub mod participant;
pub mod participant_form;
pub mod participants;
pub mod photos;
pub mod picture;
pub mod plan;
pub mod prints;
pub mod privacy;
pub mod programme;
pub mod programs;
pub mod promised;
pub mod rail;
pub mod reading;
pub mod registered;
pub mod registrations;
pub mod rehearsal;
pub mod report;
pub mod screens;
pub mod security;
pub mod staging;
pub mod unsaved;
pub mod ways;

use borsklokka_shared::screen::Screen;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, window};

use self::afterwards::AfterwardsPage;
use self::agreements::Agreements;
use self::categories::Categories;
use self::compare::Compare;
use self::devices::Devices;
use self::exchange::ExchangePage;
use self::follow_up::FollowUpPage;
use self::gone::Gone;
use self::import::Import;
use self::listings::Listings;
use self::look::Look;
use self::mail::MailPage;
use self::mail::drafts::Drafts;
use self::office::Office;
use self::outbox::ReadOutbox;
use self::overview::Overview;
use self::pairing::Pairing;
use self::participant::ParticipantPage;
use self::participants::Participants;
use self::prints::Prints;
use self::privacy::PrivacyPage;
use self::programme::Programme;
use self::programs::ProgramsPage;
use self::promised::PromisedBanner;
use self::rail::{Head, Onward, Rail, Title};
use self::registrations::RegistrationsPage;
use self::rehearsal::Rehearsal;
use self::report::ReportPage;
use self::screens::Screens;
use self::security::Security;
use self::unsaved::Unsaved;
use crate::components::focus::focus;
use crate::desk::{Alert, Desk, LoggedIn};
use crate::readiness::pages::Page;
use crate::texts::texts;
use crate::typed::lasting;

/// The organiser's app.
#[component]
pub fn Organiser() -> impl IntoView {
    Desk::start(Screen::Organiser);
    view! {
        <LoggedIn>
            <Pages />
        </LoggedIn>
    }
}

/// Head, rail and the page that the address asks for.
#[component]
fn Pages() -> impl IntoView {
    let office = Office::start();
    let desk = office.desk;
    let live = desk.live;
    provide_context(lasting(Drafts::start));
    let gone = lasting(|| Gone::start(live));
    provide_context(gone);
    provide_context(lasting(|| Unsaved::start(live, gone)));
    let cut_off = desk.is_cut_off();
    let page = office.page();
    let whole = Memo::new(move |_| page.get().whole());
    let main = NodeRef::<html::Main>::new();
    // Whoever goes to another page hears its title and starts at its top.
    Effect::new(move |before: Option<Page>| {
        let whole = whole.get();
        if before.is_some_and(|before| before != whole) {
            request_animation_frame(move || begin_at_top(main));
        }
        whole
    });
    view! {
        <div class="office organiser" data-testid="organiser">
            <Head />
            <Rail />
            <main class="page" node_ref=main data-testid="organiser-page" data-page=move || page.get().as_str()>
                <Alert alert=desk.alert />
                {move || {
                    cut_off.get().then(|| view! { <p class="office-note" role="status">{texts().desk().offline}</p> })
                }}
                <PromisedBanner />
                {move || shown(whole.get())}
            </main>
        </div>
    }
}

fn begin_at_top(main: NodeRef<html::Main>) {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
    let title = main
        .try_get_untracked()
        .flatten()
        .and_then(|main| main.query_selector(".page-title").ok().flatten());
    if let Some(title) = title.and_then(|title| title.dyn_into::<HtmlElement>().ok()) {
        focus(&title);
    }
}

fn shown(page: Page) -> AnyView {
    match page {
        Page::Overview => view! { <Overview /> }.into_any(),
        Page::Exchange => view! { <ExchangePage /> }.into_any(),
        Page::Categories => view! { <Categories /> }.into_any(),
        Page::FollowUp => view! { <FollowUpPage /> }.into_any(),
        Page::Registrations => view! { <RegistrationsPage /> }.into_any(),
        Page::Participants(_) => view! { <Participants /> }.into_any(),
        Page::Participant(participant) => view! { <ParticipantPage participant /> }.into_any(),
        Page::Import => view! { <Import /> }.into_any(),
        Page::Compare(one, other) => view! { <Compare one other /> }.into_any(),
        Page::Listings(_) => view! { <Listings /> }.into_any(),
        Page::Programme => view! { <Programme /> }.into_any(),
        Page::Look => view! { <Look /> }.into_any(),
        Page::Devices => view! {
            <Title page />
            <div class="page-columns page-halves">
                <div class="page-column">
                    <Pairing />
                    <Devices />
                </div>
                <div class="page-column">
                    <Screens />
                    <ReadOutbox />
                </div>
            </div>
            <Security />
            <Onward page />
        }
        .into_any(),
        Page::Prints => view! { <Prints /> }.into_any(),
        Page::Afterwards => view! { <AfterwardsPage /> }.into_any(),
        Page::Mail => view! { <MailPage /> }.into_any(),
        Page::Programs => view! { <ProgramsPage /> }.into_any(),
        Page::Rehearsal => view! { <Rehearsal /> }.into_any(),
        Page::Agreements => view! {
            <Title page />
            <Agreements />
            <Onward page />
        }
        .into_any(),
        Page::Report => view! { <ReportPage /> }.into_any(),
        Page::Privacy => view! { <PrivacyPage /> }.into_any(),
    }
}
