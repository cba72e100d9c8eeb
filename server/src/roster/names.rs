//! Names that may be one. They are found by the words that tell them apart, so that not each is held against each.

use std::collections::{BTreeSet, HashMap};

use super::fold::{fold, likeness, telling};

/// How alike two names are that may be one, of 1.
const ALIKE_MIN: f64 = 0.85;
/// Most names that share a word by which the same is looked for: more is the town.
const SHARING_MAX: usize = 60;

/// Names, each with whose it is.
pub(crate) struct Names<Id> {
    folded: Vec<(Id, String)>,
    /// Which of them have a word.
    by_word: HashMap<String, Vec<usize>>,
}

impl<Id: Copy> Names<Id> {
    pub(crate) fn of<'a>(names: impl IntoIterator<Item = (Id, &'a str)>) -> Self {
        let folded: Vec<_> = names.into_iter().map(|(id, name)| (id, fold(name))).collect();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, (_, name)) in folded.iter().enumerate() {
            for word in telling(name) {
                by_word.entry(word).or_default().push(place);
            }
        }
        Self { folded, by_word }
    }

    /// Whose names may be this one, the likeliest first.
    pub(crate) fn alike(&self, name: &str) -> Vec<Id> {
        let name = fold(name);
        let near: BTreeSet<usize> = telling(&name)
            .filter_map(|word| self.by_word.get(&word))
            .filter(|sharing| sharing.len() <= SHARING_MAX)
            .flatten()
            .copied()
            .collect();
        let mut found: Vec<(f64, Id)> = near
            .into_iter()
            .map(|place| &self.folded[place])
            .filter_map(|(id, other)| Some((likeness(&name, other, ALIKE_MIN)?, *id)))
            .collect();
        found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        found.into_iter().map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_spelt_alike_may_be_one_and_those_of_a_town_are_not() {
        let names = [
            (1, "Drammen Turlag"),
            (2, "Turlaget Drammen og omegn"),
            (3, "Røde Kors Drammen"),
        ];
        let names = Names::of(names);
        assert_eq!(names.alike("DRAMMEN  turlag"), [1]);
        assert_eq!(names.alike("Røde Kors"), [3], "the same with a word more");
        assert_eq!(names.alike("Fotballklubben"), [0; 0]);
        let town: Vec<_> = (0..=SHARING_MAX)
            .map(|nth| (nth, format!("Drammen lag {nth}")))
            .collect();
        let town = Names::of(town.iter().map(|(nth, name)| (*nth, name.as_str())));
        assert_eq!(town.alike("Drammen lag 7"), [0; 0], "everybody here is called so");
    }
}
