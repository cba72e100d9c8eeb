//! Every agreement as a PDF: one file, or several where one would be too large for the server.

use borsklokka_shared::limits::AGREEMENTS_PER_FILE_MAX;
use leptos::prelude::*;

use super::prints::{Boxes, OnPaper};
use crate::desk::Desk;
use crate::texts::texts;

/// One file: from which number, to which.
type Part = (u32, Option<u32>);

/// The files that hold all of them, if there is any; `last` is the highest number, `unnumbered` counts those without one,
/// which come in the last file.
fn parts(last: u32, unnumbered: u32) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = 1;
    while last + 1 - from + unnumbered > AGREEMENTS_PER_FILE_MAX && from <= last {
        let to = last.min(from + AGREEMENTS_PER_FILE_MAX - 1);
        parts.push((from, Some(to)));
        from = to + 1;
    }
    if from <= last || unnumbered > 0 {
        parts.push((from, None));
    }
    parts
}

/// The way to each file.
#[component]
pub fn Agreements() -> impl IntoView {
    let live = Desk::of_page().live;
    let t = texts().agreement();
    let files = live.board(|board| {
        let numbers = || board.deals.values().filter_map(|deal| deal.number);
        let last = numbers().map(|number| number.0).max().unwrap_or_default();
        parts(last, (board.deals.len() - numbers().count()) as u32)
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
        for (last, unnumbered, expected) in [
            (0, 0, vec![]),
            (0, 3, vec![(1, None)]),
            (1, 0, vec![(1, None)]),
            (500, 0, vec![(1, None)]),
            (498, 2, vec![(1, None)]),
            (498, 3, vec![(1, Some(498)), (499, None)]),
            (501, 0, vec![(1, Some(500)), (501, None)]),
            (1_200, 7, vec![(1, Some(500)), (501, Some(1_000)), (1_001, None)]),
        ] {
            assert_eq!(parts(last, unnumbered), expected, "{last} and {unnumbered}");
        }
    }
}
