//! What is seldom taken out of a map of the board, in little code: the maps' own ways keep their trees balanced, which every type of
//! map has code for, and each of them is loaded by the wall.

use std::collections::BTreeMap;
use std::mem;

/// Takes a value out. All others are put in anew.
pub(crate) fn take_out<K: Ord, V>(map: &mut BTreeMap<K, V>, key: &K) -> Option<V> {
    if !map.contains_key(key) {
        return None;
    }
    let mut taken = None;
    for (other, value) in mem::take(map) {
        if other == *key {
            taken = Some(value);
        } else {
            map.insert(other, value);
        }
    }
    taken
}

/// Keeps the values that are to stay. They are put in anew.
pub(crate) fn keep_in<K: Ord, V>(map: &mut BTreeMap<K, V>, stays: impl Fn(&V) -> bool) {
    for (key, value) in mem::take(map) {
        if stays(&value) {
            map.insert(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_out_is_gone_and_the_rest_is_there() {
        let all: BTreeMap<u32, u32> = (0..200).map(|number| (number, number * 2)).collect();
        let mut map = all.clone();
        assert_eq!(take_out(&mut map, &200), None);
        assert_eq!(map, all);
        assert_eq!(take_out(&mut map, &77), Some(154));
        assert_eq!((map.len(), map.get(&77)), (199, None));
        keep_in(&mut map, |value| value % 4 == 0);
        assert!(map.keys().eq((0..200).step_by(2).collect::<Vec<_>>().iter()));
    }
}
