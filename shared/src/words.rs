//! What the texts in `words/` are made of: texts that are filled in, and texts that are counted.

use std::fmt::{Display, Write as _};

/// A text with gaps. A gap is marked by one character below the line feed: the first by `\u{1}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template(&'static str);

impl Template {
    /// A text that the build has marked.
    pub const fn new(marked: &'static str) -> Self {
        Self(marked)
    }

    /// The text with what stands in its gaps.
    pub fn fill(self, gaps: &[&dyn Display]) -> String {
        fill(self.0, gaps)
    }
}

/// A text in the forms that numbers take in its language.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    rule: &'static Rule,
    forms: &'static [&'static str],
}

impl Counted {
    /// The forms in the rule's order.
    pub const fn new(rule: &'static Rule, forms: &'static [&'static str]) -> Self {
        Self { rule, forms }
    }

    /// The form of a number.
    pub fn of(self, count: Count) -> &'static str {
        self.forms[usize::from(self.rule.form(count))]
    }

    /// The form of a number, with the number in its first gap and the rest in theirs.
    pub fn fill(self, count: Count, gaps: &[&dyn Display]) -> String {
        let mut all: Vec<&dyn Display> = vec![&count];
        all.extend(gaps);
        fill(self.of(count), &all)
    }
}

/// Which form a number takes in a language: a place in its list of forms. The build reads it from Unicode's CLDR.
#[derive(Debug)]
pub struct Rule {
    /// For each number below a hundred.
    pub below_hundred: [u8; 100],
    /// For each number from there, by its last two digits.
    pub from_hundred: [u8; 100],
    /// For a half, for one and a half, and for more and a half.
    pub halves: [u8; 3],
}

impl Rule {
    fn form(&self, count: Count) -> u8 {
        let last_two = (count.whole % 100) as usize;
        match count {
            Count {
                whole,
                is_halved: true,
            } => self.halves[whole.min(2) as usize],
            Count {
                whole: ..100,
                is_halved: false,
            } => self.below_hundred[last_two],
            Count {
                whole: 100..,
                is_halved: false,
            } => self.from_hundred[last_two],
        }
    }
}

/// How many: a whole number, or one and a half more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    whole: u64,
    is_halved: bool,
}

impl Count {
    /// So many halves.
    pub fn halves(halves: u64) -> Self {
        Self {
            whole: halves / 2,
            is_halved: !halves.is_multiple_of(2),
        }
    }
}

impl From<u64> for Count {
    fn from(whole: u64) -> Self {
        Self {
            whole,
            is_halved: false,
        }
    }
}

impl From<u32> for Count {
    fn from(whole: u32) -> Self {
        u64::from(whole).into()
    }
}

impl From<usize> for Count {
    fn from(whole: usize) -> Self {
        (whole as u64).into()
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.whole, if self.is_halved { "½" } else { "" })
    }
}

fn fill(marked: &str, gaps: &[&dyn Display]) -> String {
    let mut text = String::with_capacity(marked.len() + 16);
    for letter in marked.chars() {
        match (letter as usize).checked_sub(1).and_then(|place| gaps.get(place)) {
            // Writing to a string cannot fail.
            Some(gap) => drop(write!(text, "{gap}")),
            None => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_wherever_they_stand() {
        let template = Template::new("{\u{2}} før \u{1},\nog \u{2} igjen");
        assert_eq!(template.fill(&[&7, &"en"]), "{en} før 7,\nog en igjen");
    }

    #[test]
    fn a_number_takes_its_form() {
        // As in Ukrainian, in short: one, few, many, other.
        let mut rule = Rule {
            below_hundred: [2; 100],
            from_hundred: [2; 100],
            halves: [3; 3],
        };
        (rule.below_hundred[1], rule.from_hundred[1], rule.below_hundred[3]) = (0, 0, 1);
        let rule: &'static Rule = Box::leak(Box::new(rule));
        let deals = Counted::new(
            rule,
            &[
                "\u{1} угода \u{2}",
                "\u{1} угоди \u{2}",
                "\u{1} угод \u{2}",
                "\u{1} угоди \u{2}",
            ],
        );
        for (count, said) in [
            (Count::from(1_u32), "1 угода тут"),
            (Count::from(3_u64), "3 угоди тут"),
            (Count::from(0_usize), "0 угод тут"),
            (Count::from(101_u32), "101 угода тут"),
            (Count::halves(3), "1½ угоди тут"),
            (Count::halves(202), "101 угода тут"),
        ] {
            assert_eq!(deals.fill(count, &[&"тут"]), said);
        }
    }
}
