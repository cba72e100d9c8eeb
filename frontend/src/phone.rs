//! The phone: the live board and the catalogue in anyone's hand.

pub mod came_true;
pub mod deals;
pub mod finder;
pub mod pause;
pub mod search;
pub mod wishes;

use leptos::prelude::*;

use self::came_true::CameTrue;
use self::deals::NewestDeals;
use self::finder::Finder;
use self::pause::RoundOrBreak;
use self::wishes::StillWished;
use crate::browser;
use crate::components::{AnnouncementLine, BellGlyph, ConnectionMark, PhasePill, words};
use crate::evening::count::Count;
use crate::live::Live;
use crate::look;
use crate::own_language::LanguageChoice;
use crate::texts::texts;

/// What the organiser promises of personal data, if she wrote it.
#[component]
fn Promise() -> impl IntoView {
    let t = texts().phone();
    let privacy = Live::of_page().board(|board| board.settings.as_ref()?.privacy.clone());
    move || {
        privacy.get().flatten().map(|privacy| {
            view! {
                <details class="phone-privacy" data-testid="privacy">
                    <summary>{t.privacy}</summary>
                    <p dir="auto">{privacy.text}</p>
                    <p>{t.kept(privacy.keep_months)}</p>
                </details>
            }
        })
    }
}

/// The phone.
#[component]
pub fn Phone() -> impl IntoView {
    let live = Live::of_page();
    let t = texts().phone();
    live.want_catalogue();
    look::follow(live);
    let name = words(move || live.read(|board| Some(board.settings.as_ref()?.name.clone()))?);
    // Nothing is shown before all of it is there, so that nothing is pushed about under a reader's eyes.
    let has_board = live.board(|_| ());
    Effect::new(move || {
        if has_board.get().is_some() {
            browser::take_away("first-board");
        }
    });
    view! {
        <main class="phone" class:waiting=move || has_board.get().is_none() data-testid="phone">
            <header class="phone-header">
                <BellGlyph />
                <h1 dir="auto">{name}</h1>
                <ConnectionMark />
            </header>
            <section class="phone-standing">
                <PhasePill />
                <AnnouncementLine />
                <Count />
                <CameTrue />
                <RoundOrBreak />
            </section>
            <Finder />
            <NewestDeals />
            <StillWished />
            <Promise />
            <LanguageChoice label=t.own_language usual=t.usual_language />
        </main>
    }
}
