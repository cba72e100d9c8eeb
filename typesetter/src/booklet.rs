//! Pages as a booklet: two on each side of a sheet twice as wide, so that sheets that are printed on both sides, laid together
//! and folded once are read in order.

use typst::ecow::EcoVec;
use typst::foundations::Smart;
use typst::layout::{Abs, Frame, Point, Size};
use typst_layout::{Page, PagedDocument};

/// The sheets of a booklet of a document's pages.
pub(crate) fn folded(document: &PagedDocument) -> PagedDocument {
    let pages = document.pages();
    let Some(first) = pages.first() else {
        return document.clone();
    };
    let size = first.frame.size();
    let sides = sides(pages.len()).into_iter().map(|(left, right)| {
        let mut frame = Frame::hard(Size::new(size.x * 2.0, size.y));
        for (page, x) in [(left, Abs::zero()), (right, size.x)] {
            if let Some(page) = page.and_then(|page| pages.get(page)) {
                frame.push_frame(Point::new(x, Abs::zero()), page.frame.clone());
            }
        }
        Page {
            frame,
            fill: Smart::Custom(None),
            numbering: None,
            ..first.clone()
        }
    });
    let sides: EcoVec<Page> = sides.collect();
    let info = typst::model::Document::info(document).clone();
    PagedDocument::new(sides, info)
}

/// Which pages lie on each side, left and right, counted from 0: front and back of the outermost sheet, then of those within.
fn sides(pages: usize) -> Vec<(Option<usize>, Option<usize>)> {
    let places = pages.div_ceil(4) * 4;
    let page = |place: usize| (place < pages).then_some(place);
    (0..places / 4)
        .flat_map(|sheet| {
            let (first, last) = (2 * sheet, places - 1 - 2 * sheet);
            [(page(last), page(first)), (page(first + 1), page(last - 1))]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_sheets_are_read_in_order() {
        assert_eq!(sides(0), []);
        assert_eq!(sides(1), [(None, Some(0)), (None, None)]);
        assert_eq!(sides(4), [(Some(3), Some(0)), (Some(1), Some(2))]);
        assert_eq!(
            sides(6),
            [
                (None, Some(0)),
                (Some(1), None),
                (Some(5), Some(2)),
                (Some(3), Some(4)),
            ]
        );
    }
}
