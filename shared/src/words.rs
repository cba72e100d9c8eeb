//! What the texts in `words/` are made of: texts that are filled in, and texts that are counted.
//!
//! The build joins the texts of a room in a language to one, which is taken apart when the room is first asked for: the address of
//! each in a table of its own would be half as much again, for every language, in what a tablet loads.

use std::fmt::{Display, Write as _};

/// Stands between the texts of a room, as the build joins them.
const NEXT_TEXT: char = '\0';
/// Stands between the parts of a text: the items of a list, the forms of what is counted.
const NEXT_PART: char = '\u{1f}';

/// The texts of a room in a language, taken one by one in the order of its fields.
pub struct Words {
    rest: std::str::Split<'static, char>,
    rule: &'static Rule,
}

impl Words {
    /// Texts that the build has joined, and how their language counts.
    pub fn new(joined: &'static str, rule: &'static Rule) -> Self {
        Self {
            rest: joined.split(NEXT_TEXT),
            rule,
        }
    }

    /// The next text.
    ///
    /// # Panics
    /// If there is none: the build joined others.
    pub fn text(&mut self) -> &'static str {
        self.rest.next().expect("the build joins a text for each field")
    }

    /// The next text, with gaps.
    pub fn template(&mut self) -> Template {
        Template::new(self.text())
    }

    /// The next text, in the forms that numbers take.
    pub fn counted(&mut self) -> Counted {
        Counted::new(self.rule, self.text())
    }

    /// The next list.
    pub fn list(&mut self) -> &'static [&'static str] {
        Vec::leak(self.text().split(NEXT_PART).collect())
    }
}

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
    forms: &'static str,
}

impl Counted {
    /// The forms in the rule's order, as the build joins them.
    pub const fn new(rule: &'static Rule, forms: &'static str) -> Self {
        Self { rule, forms }
    }

    /// The form of a number.
    pub fn of(self, count: Count) -> &'static str {
        let form = usize::from(self.rule.form(count));
        self.forms.split(NEXT_PART).nth(form).unwrap_or(self.forms)
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
            "\u{1} угода \u{2}\u{1f}\u{1} угоди \u{2}\u{1f}\u{1} угод \u{2}\u{1f}\u{1} угоди \u{2}",
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

    #[test]
    fn a_room_is_taken_apart_in_the_order_of_its_fields() {
        static RULE: Rule = Rule {
            below_hundred: [1; 100],
            from_hundred: [1; 100],
            halves: [1; 3],
        };
        let words = &mut Words::new("Pause\0\0\u{1} starter\0en\u{1f}flere\0a\u{1f}b", &RULE);
        assert_eq!((words.text(), words.text()), ("Pause", ""));
        assert_eq!(words.template().fill(&[&"Runde 2"]), "Runde 2 starter");
        assert_eq!(words.counted().of(2_u32.into()), "flere");
        assert_eq!(words.list(), ["a", "b"]);
    }
}
