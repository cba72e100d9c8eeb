//! The first page and the set-up: which text says what.

use borsklokka_shared::icon::Icon;

use super::spoken::home::Home;

impl Home {
    /// What a new exchange's categories are called and shown with, by key.
    pub fn categories(&self) -> [(&'static str, &'static str, Icon); 6] {
        let names = &self.categories;
        [
            ("expertise", names.expertise, Icon::Advice),
            ("care", names.care, Icon::Care),
            ("hands", names.hands, Icon::Hands),
            ("premises", names.premises, Icon::Premises),
            ("equipment", names.equipment, Icon::Equipment),
            ("know_how", names.know_how, Icon::Teaching),
        ]
    }
}
