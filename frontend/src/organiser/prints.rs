//! What lies in the hall on paper, and the spreadsheet of all participants: the way to each file.

use borsklokka_shared::paper::Illegible;
use leptos::prelude::*;

use super::office::Office;
use super::rail::{Onward, Title};
use super::reading::Reading;
use crate::reach::hands_out_nothing;
use crate::readiness::pages::Page;
use crate::texts::organiser::{Prints as Words, print_words};
use crate::texts::texts;

/// Most of those that are named whose letters no paper has.
const NAMED_MAX: usize = 12;

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnPaper {
    /// Participants, with their offers and wishes.
    People,
    /// Deals.
    Deals,
}

/// Whose letters no paper has, if anybody's: where a box will stand, she is to know before she prints.
#[component]
pub fn Boxes(of: OnPaper) -> impl IntoView {
    let told = Reading::<Illegible>::new();
    told.read(Office::of_page().url("illegible"), |told: Illegible| told);
    let told = told.known();
    let t = print_words();
    let words = Memo::new(move |_| told.with(|told| said(of, told.as_ref()?, t)));
    view! {
        <p class="lacks" role="status" data-testid="boxes" dir="auto" hidden=move || words.with(Option::is_none)>
            {words}
        </p>
    }
}

fn said(of: OnPaper, told: &Illegible, t: &Words) -> Option<String> {
    let all: Vec<String> = match of {
        OnPaper::People => told.participants.clone(),
        OnPaper::Deals => {
            let named = told.deals.iter().map(|deal| match deal.number {
                Some(number) => t.deal_number(number.0),
                None => deal.parties.join(" – "),
            });
            named.collect()
        }
    };
    let more = if all.len() > NAMED_MAX { " …" } else { "" };
    let named = all[..all.len().min(NAMED_MAX)].join(", ");
    (!all.is_empty()).then(|| t.boxes(format!("{named}{more}")))
}

/// The page.
#[component]
pub fn Prints() -> impl IntoView {
    let t = print_words();
    let office = Office::of_page();
    let leads_nobody = hands_out_nothing();
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
    let cards = view! {
        {link("tablet-cards.pdf?broker=4&notary=1&moderator=1", t.print)}
        <span class="lacks" data-testid="cards-only-here" hidden=move || !leads_nobody.get()>
            {texts().organiser().leads_nowhere()}
        </span>
    };
    view! {
        <Title page=Page::Prints />
        <p class="office-note" hidden=move || !nobody.get()>
            {t.nobody}
        </p>
        <Boxes of=OnPaper::People />
        <div class="page-columns page-halves" hidden=nobody>
            {card(t.catalogue, t.catalogue_why, catalogue.into_any())} {card(t.badges, t.badges_why, badges.into_any())}
            {card(t.signs, t.signs_why, link("table-signs.pdf", t.print).into_any())}
            {card(t.cards, t.cards_why, cards.into_any())}
            {card(t.blanks, t.blanks_why, link("blank-agreements.pdf?from=1&count=40", t.print).into_any())}
            {card(t.sheet, t.sheet_why, sheet.into_any())}
        </div>
        <Onward page=Page::Prints />
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::DealNumber;
    use borsklokka_shared::language::Language;
    use borsklokka_shared::paper::IllegibleDeal;

    use super::*;

    #[test]
    fn those_whose_letters_no_paper_has_are_named_as_far_as_there_is_room() {
        let people = |count: usize| Illegible {
            participants: (0..count).map(|n| format!("مركز {n}")).collect(),
            deals: Vec::new(),
        };
        let said = |of, told: &Illegible| super::said(of, told, Words::of(Language::Nb));
        assert_eq!(said(OnPaper::People, &people(0)), None);
        let some = said(OnPaper::People, &people(NAMED_MAX)).unwrap();
        assert!(some.contains("مركز 11") && !some.contains('…'), "{some}");
        let many = said(OnPaper::People, &people(NAMED_MAX + 1)).unwrap();
        assert!(!many.contains("مركز 12") && many.contains('…'), "{many}");
        let deal = |number, party: &str| IllegibleDeal {
            number,
            parties: vec![party.to_owned(), "Kor".to_owned()],
        };
        let told = Illegible {
            participants: Vec::new(),
            deals: vec![deal(Some(DealNumber(7)), "Bank"), deal(None, "مركز")],
        };
        assert_eq!(said(OnPaper::People, &told), None);
        let deals = said(OnPaper::Deals, &told).unwrap();
        assert!(
            deals.contains('7') && deals.contains("مركز – Kor") && !deals.contains("Bank"),
            "{deals}"
        );
    }
}
