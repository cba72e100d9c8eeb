//! Spelling as a hurried thumb has it: letters without case and accents, and how many mistakes lie between two words.

/// What is left of a text when case, accents and the two ways of writing æ, ø and å are taken away.
pub fn fold(text: &str) -> String {
    let bare: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'å' | 'á' | 'à' | 'â' | 'ä' | 'ą' | 'æ' => 'a',
            'ø' | 'ö' | 'ó' | 'ò' | 'ô' => 'o',
            'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
            'ü' | 'ú' => 'u',
            'š' | 'ś' => 's',
            'č' | 'ć' => 'c',
            'ž' | 'ź' | 'ż' => 'z',
            'ł' => 'l',
            'ŋ' | 'ń' => 'n',
            'đ' => 'd',
            'ŧ' => 't',
            other => other,
        })
        .collect();
    bare.replace("aa", "a").replace("ae", "a").replace("oe", "o")
}

/// The words of a folded text.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// How many letters are missing, too many, wrong or swapped with their neighbour between two words.
pub fn mistakes(one: &str, other: &str) -> usize {
    mistakes_by_length(one, other).last().copied().unwrap_or_default()
}

/// The same between what is typed and the beginning of a word that it comes closest to.
pub fn mistakes_so_far(typed: &str, word: &str) -> usize {
    mistakes_by_length(typed, word)
        .into_iter()
        .min()
        .unwrap_or_default()
}

/// The mistakes between `one` and each beginning of `other`, the empty one first: the last row of the table of optimal
/// string alignment.
fn mistakes_by_length(one: &str, other: &str) -> Vec<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut next = vec![i];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_folds_alike_however_it_is_spelt() {
        for (one, other) in [
            ("Åsskogen", "aasskogen"),
            ("BÆRUM", "baerum"),
            ("Ødegård", "oedegaard"),
            ("Kafé", "kafe"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn each_slip_is_one_mistake() {
        for (one, other, whole, so_far) in [
            ("bakkerud", "bakkerud", 0, 0),
            ("bakerud", "bakkerud", 1, 1),
            ("bakkkerud", "bakkerud", 1, 1),
            ("bakkreud", "bakkerud", 1, 1),
            ("bokkerud", "bakkerud", 1, 1),
            ("bakk", "bakkerud", 4, 0),
            ("padelklub", "padleklubb", 2, 1),
            ("", "bakk", 4, 0),
            ("bakk", "", 4, 4),
        ] {
            let found = (mistakes(one, other), mistakes_so_far(one, other));
            assert_eq!(found, (whole, so_far), "{one} {other}");
        }
    }
}
