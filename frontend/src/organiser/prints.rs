//! What lies in the hall on paper, and the spreadsheet of all participants: the way to each file.

use leptos::prelude::*;

use super::office::Office;
use super::rail::{Onward, Title};
use crate::readiness::pages::Page;
use crate::texts::organiser::print_words;

/// The page.
#[component]
pub fn Prints() -> impl IntoView {
    let t = print_words();
    let office = Office::of_page();
    let nobody = office.desk.live.board(|board| board.participants.is_empty());
    let nobody = Memo::new(move |_| nobody.get() != Some(false));
    let link = move |path: &'static str, words: &'static str| {
        view! {
            <a class="button" target="_blank" rel="noopener" data-testid="print" href=office.url(path)>
                {words}
            </a>
        }
    };
    let card = |heading: &'static str, why: &'static str, links: AnyView| {
        view! {
            <section class="card">
                <h2 class="form-heading">{heading}</h2>
                <p class="office-note">{why}</p>
                <p class="form-acts">{links}</p>
            </section>
        }
    };
    let catalogue = view! {
        {link("catalogue.pdf?by=category", t.by_category)} {link("catalogue.pdf?by=participant", t.by_participant)}
        {link("catalogue.pdf?by=both&paper=a5_fold", t.folded)}
    };
    let badges = view! {
        {link("badges.pdf?per_sheet=8", t.eight)} {link("badges.pdf?per_sheet=10", t.ten)}
    };
    let sheet = view! {
        {link("roster.xlsx", t.sheet_xlsx)} {link("roster.csv?part=participants", t.sheet_guests)}
        {link("roster.csv?part=listings", t.sheet_listings)}
    };
    view! {
        <Title page=Page::Prints />
        <p class="office-note" hidden=move || !nobody.get()>
            {t.nobody}
        </p>
        <div class="page-columns page-halves" hidden=nobody>
            {card(t.catalogue, t.catalogue_why, catalogue.into_any())} {card(t.badges, t.badges_why, badges.into_any())}
            {card(t.signs, t.signs_why, link("table-signs.pdf", t.print).into_any())}
            {card(t.cards, t.cards_why, link("tablet-cards.pdf?broker=4&notary=1&moderator=1", t.print).into_any())}
            {card(t.blanks, t.blanks_why, link("blank-agreements.pdf?from=1&count=40", t.print).into_any())}
            {card(t.sheet, t.sheet_why, sheet.into_any())}
        </div>
        <Onward page=Page::Prints />
    }
}
