//! The first page and the set-up: which text says what.

use super::spoken::home::Home;

impl Home {
    /// What a new exchange's categories are called, by key.
    pub fn categories(&self) -> [(&'static str, &'static str); 6] {
        let names = &self.categories;
        [
            ("expertise", names.expertise),
            ("care", names.care),
            ("hands", names.hands),
            ("premises", names.premises),
            ("equipment", names.equipment),
            ("know_how", names.know_how),
        ]
    }
}
