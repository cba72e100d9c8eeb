//! Those who pay for the coffee, on a band of their own: on the welcome, in the break and with the result.

use borsklokka_shared::exchange::Sponsor;
use leptos::prelude::*;

use crate::components::{Part, Picture, part};
use crate::live::Live;
use crate::look::picture_url;
use crate::texts::texts;

/// With more than so many they stand on two lines.
const LINE_MAX: usize = 4;

/// The band, if there is anyone to thank.
pub fn sponsors(live: Live) -> Part {
    let sponsors = live.board(|board| Some(board.settings.as_ref()?.staging.sponsors.clone()));
    part(move || {
        let sponsors = sponsors.get().flatten().filter(|sponsors| !sponsors.is_empty())?;
        let columns = columns(sponsors.len()).to_string();
        let is_dense = sponsor_lines(sponsors.len()) > 1;
        let marks: Vec<_> = sponsors.into_iter().map(|sponsor| mark(live, sponsor)).collect();
        let band = view! {
            <footer class="sponsors" class:dense=is_dense data-testid="sponsors">
                <p>{texts().wall().sponsors}</p>
                <ul style:--columns=columns>{marks}</ul>
            </footer>
        };
        Some(band.into_any())
    })
}

/// On how many lines they stand.
pub(super) const fn sponsor_lines(count: usize) -> usize {
    match count {
        0 => 0,
        1..=LINE_MAX => 1,
        _ => 2,
    }
}

/// As few on a line as the lines allow.
const fn columns(count: usize) -> usize {
    if count > LINE_MAX {
        count.div_ceil(2)
    } else {
        count
    }
}

/// A logo, or the name where there is none or it does not load.
fn mark(live: Live, sponsor: Sponsor) -> AnyView {
    let logo = sponsor.picture.map(|picture| {
        let (src, alt) = (picture_url(live, picture), sponsor.name.clone());
        view! { <Picture class="sponsor" src alt /> }
    });
    view! {
        <li>
            {logo} <b dir="auto">{sponsor.name}</b>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_stand_on_two_even_lines() {
        let lines = [1, 2, 3, 4, 5, 6, 8, 11, 12].map(columns);
        assert_eq!(lines, [1, 2, 3, 4, 3, 3, 4, 6, 6]);
    }
}
