//! What is half typed as the names of categories: see [`HalfTyped`]. What was typed of a category that is gone is told of as that.

use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::limits::NAME_CHARS_MAX;
use leptos::prelude::*;

use crate::live::Live;
use crate::organiser::gone::{Gone, tell};
use crate::organiser::half_typed::{Fate, HalfTyped, Sending};
use crate::organiser::overtaken::Overtaken;
use crate::organiser::unsaved::Unsaved;
use crate::spelling::fold;

/// Why a category cannot be called as is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no name, or too long for one.
    NoName,
    /// Another category is called so.
    SameName,
}

/// What is typed into all of them. Copied freely; made once for all pages, by [`Names::of_pages`].
#[derive(Clone, Copy)]
pub struct Names {
    /// That, by the category.
    pub typed: HalfTyped<CategoryId, Fault>,
    /// What sends it.
    pub overtaken: Overtaken,
}

impl Names {
    /// That of all pages, which begins when the categories are looked at for the first time.
    pub fn of_pages(live: Live) -> Self {
        let gone = Gone::of_page().categories;
        Unsaved::outliving("category-names", || Self::start(live, gone))
    }

    fn start(live: Live, gone: RwSignal<Vec<String>>) -> Self {
        let typed = HalfTyped::start();
        let stands = live.board(|board| {
            let settings = board.settings.as_ref();
            settings.map(|settings| settings.categories.clone())
        });
        Effect::new(move || {
            if let Some(categories) = stands.get().flatten() {
                let told = typed.hear(|id| fate(&categories, id)).into_iter();
                tell(gone, told.map(|(_, name)| name));
            }
        });
        Self {
            typed,
            overtaken: Overtaken::start(live),
        }
    }

    /// The field of a name was left; if `is_meant`, Enter was pressed in it. Returns the name that is to be sent, if one is.
    pub fn leave(
        self,
        id: &CategoryId,
        categories: &[Category],
        is_meant: bool,
    ) -> Option<Sending<CategoryId, Fault>> {
        let own = categories.iter().find(|one| one.id == *id)?;
        let check = |name: &str| check(categories, id, name);
        self.typed.leave(id, Some(&own.name), is_meant, check)
    }
}

/// What became of the field of a name.
fn fate(categories: &[Category], id: &CategoryId) -> Fate<CategoryId> {
    match categories.iter().find(|one| one.id == *id) {
        Some(own) => Fate::Stands(Some(own.name.clone())),
        None => Fate::Gone,
    }
}

/// Whether a category can be called so.
fn check(categories: &[Category], id: &CategoryId, name: &str) -> Result<(), Fault> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Fault::NoName);
    }
    if is_taken(categories, Some(id), name) {
        return Err(Fault::SameName);
    }
    Ok(())
}

/// Whether another category has that name.
pub(super) fn is_taken(categories: &[Category], own: Option<&CategoryId>, name: &str) -> bool {
    categories
        .iter()
        .any(|category| Some(&category.id) != own && fold(&category.name) == fold(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> CategoryId {
        CategoryId(id.to_owned())
    }

    fn categories() -> Vec<Category> {
        let category = |(key, name): (&str, &str)| Category {
            id: id(key),
            name: name.to_owned(),
            icon: None,
        };
        [("lent", "Utlån"), ("care", "Omsorg")].map(category).to_vec()
    }

    #[test]
    fn a_category_can_be_called_what_is_a_name_and_no_other_s() {
        let long = "å".repeat(NAME_CHARS_MAX);
        for (name, judged) in [
            ("Utlån av telt", Ok(())),
            (&*long, Ok(())),
            (&*format!("{long}å"), Err(Fault::NoName)),
            ("", Err(Fault::NoName)),
            ("OMSORG", Err(Fault::SameName)),
            ("UTLÅN", Ok(())),
        ] {
            assert_eq!(check(&categories(), &id("lent"), name), judged, "{name}");
        }
    }

    #[test]
    fn what_is_typed_stays_with_its_category_as_long_as_that_is_there() {
        let mut categories = categories();
        categories.swap(0, 1);
        let says = Fate::Stands(Some("Utlån".to_owned()));
        assert_eq!(fate(&categories, &id("lent")), says);
        categories.pop();
        assert_eq!(fate(&categories, &id("lent")), Fate::Gone);
    }
}
