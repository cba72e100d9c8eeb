//! The wall: which text says what.

use borsklokka_shared::numbers::decimal;

use super::spoken::wall::Wall;

impl Wall {
    /// What the index is called, after a place or, without one, by itself.
    pub fn index(&self, place: &str) -> String {
        if place.is_empty() {
            self.index.alone.to_owned()
        } else {
            self.index.of_place(place)
        }
    }

    /// A figure given in tenths.
    pub fn tenths(&self, tenths: u32) -> String {
        format!("{}{}{}", tenths / 10, decimal(self.language), tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn the_index_reads_as_each_language_writes_it() {
        assert_eq!(
            (
                Wall::of(Language::Nb).index("Drammen"),
                Wall::of(Language::Nb).tenths(1_372)
            ),
            ("Drammen-indeksen".to_owned(), "137,2".to_owned())
        );
        assert_eq!(
            (
                Wall::of(Language::En).index("Drammen"),
                Wall::of(Language::En).tenths(4)
            ),
            ("Drammen Index".to_owned(), "0.4".to_owned())
        );
        assert_eq!(Wall::of(Language::Nb).index(""), "Børsindeksen");
    }
}
