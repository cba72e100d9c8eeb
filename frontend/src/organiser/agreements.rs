//! The agreements of all deals that stand as PDF: one file, or several where one would be too large for the server.

use borsklokka_shared::limits::AGREEMENTS_PER_FILE_MAX;
use leptos::prelude::*;

use super::prints::{Boxes, OnPaper};
use crate::desk::Desk;
use crate::texts::texts;

/// One file: from which number, to which.
type Part = (u32, Option<u32>);

/// The files that hold those of the deals with these numbers, if there is any. What is struck meanwhile comes in the last file.
fn parts(mut numbers: Vec<u32>) -> Vec<Part> {
    numbers.sort_unstable();
    let files = numbers.chunks(AGREEMENTS_PER_FILE_MAX as usize);
    let mut parts: Vec<Part> = files
        .filter_map(|some| Some((*some.first()?, some.last().copied())))
        .collect();
    if let Some((_, to)) = parts.last_mut() {
        *to = None;
    }
    parts
}

/// The way to each file.
#[component]
pub fn Agreements() -> impl IntoView {
    let live = Desk::of_page().live;
    let t = texts().agreement();
    let files = live.board(|board| {
        let standing = board.standing_deals().filter(|deal| !board.is_of_erased(deal));
        parts(standing.filter_map(|deal| Some(deal.number?.0)).collect())
    });
    let address = move |(from, to): Part| {
        let to = to.map(|to| format!("&to={to}")).unwrap_or_default();
        format!("/api/v1/exchanges/{}/agreements.pdf?from={from}{to}", live.slug())
    };
    let whole = format!("/api/v1/exchanges/{}/agreements.pdf", live.slug());
    let link = move |part: Part, is_whole: bool| {
        let (words, href) = if is_whole {
            (t.all.to_owned(), whole.clone())
        } else {
            (t.part(part.0, part.1), address(part))
        };
        view! {
            <a class="button" target="_blank" rel="noopener" data-testid="agreements" href=href>
                {words}
            </a>
        }
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.all}</h2>
            <p class="office-note">{t.all_why}</p>
            <Boxes of=OnPaper::Deals />
            <p class="agreement-files">
                {move || {
                    let files = files.get().unwrap_or_default();
                    let is_whole = files.len() == 1;
                    files.into_iter().map(|part| link(part, is_whole)).collect_view()
                }}
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_500_are_one_file_and_every_deal_is_in_one() {
        for (last, expected) in [
            (0, vec![]),
            (1, vec![(1, None)]),
            (500, vec![(1, None)]),
            (501, vec![(1, Some(500)), (501, None)]),
            (1_200, vec![(1, Some(500)), (501, Some(1_000)), (1_001, None)]),
        ] {
            assert_eq!(parts((1..=last).rev().collect()), expected, "{last}");
        }
        let some_are_off = (101..=601).filter(|number| *number != 300).collect();
        assert_eq!(parts(some_are_off), [(101, None)], "those that stand are 500");
    }
}
