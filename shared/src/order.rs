//! Putting things in order, stably, by one routine that is compiled once for everything that is sorted: the standard library's is
//! compiled for each type, which on a tablet came to twenty times, a fiftieth of its first visit.

use std::cmp::Ordering;

/// Sorts by a comparison.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = sorted(items.len(), &mut |one, other| compare(&items[one], &items[other]));
    arrange(items, &order);
}

/// Sorts by a key, which is asked for once of each.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl FnMut(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let order = sorted(items.len(), &mut |one, other| keys[one].cmp(&keys[other]));
    arrange(items, &order);
}

/// The places of so many things, in their order.
fn sorted(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Brings each thing from its old place, which `order` says, to its new one.
fn arrange<T>(items: &mut [T], order: &[usize]) {
    for place in 0..items.len() {
        let mut from = order[place];
        // What stood there has been swapped away, as often as this says.
        while from < place {
            from = order[from];
        }
        items.swap(place, from);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_standard_library_does(keys in proptest::collection::vec(0..8_u8, 0..40)) {
            // What is alike stays as it stood.
            let items: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            let (mut by_key, mut by) = (items.clone(), items);
            sort_by_key(&mut by_key, |(key, _)| *key);
            sort_by(&mut by, |one, other| one.0.cmp(&other.0));
            prop_assert_eq!(&by_key, &expected);
            prop_assert_eq!(&by, &expected);
        }
    }
}
