//! The list of exchanges, as the server gives it to the operator or to an organiser with an account.

use borsklokka_shared::date::Date;
use serde::Deserialize;

use crate::texts::Common;

/// What the server lists.
#[derive(Deserialize)]
pub struct Listing {
    /// Every exchange of the server, or of an organiser.
    pub exchanges: Vec<Listed>,
    /// Who asks, if it is an organiser with an account.
    #[serde(default)]
    pub account: Option<Asking>,
}

/// An organiser with an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Asking {
    /// What she is called.
    pub name: String,
    /// Whether she may make exchanges of her own.
    pub may_make: bool,
}

/// An exchange in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its address.
    pub slug: String,
    /// Its name, which another may have too.
    pub name: String,
    /// On which day it is held; none if it was never set up.
    #[serde(default)]
    pub date: Option<Date>,
    /// Whether it was put away.
    pub put_away: bool,
    /// Whether who looks may copy it and put it away.
    pub may_keep: bool,
    /// Whether who looks may delete it.
    pub may_delete: bool,
}

impl Listed {
    /// What tells it from another of the same name: its day and its address.
    pub fn told_by(&self, common: &Common) -> String {
        let address = format!("/{}", self.slug);
        match self.date {
            Some(date) => format!("{} · {address}", common.date(date)),
            None => address,
        }
    }

    /// Whether another of these has the same name.
    pub fn has_namesake(&self, all: &[Listed]) -> bool {
        let folded = |one: &Listed| one.name.trim().to_lowercase();
        all.iter()
            .any(|other| other.slug != self.slug && folded(other) == folded(self))
    }

    /// Its name among these, with the address where another has the same.
    pub fn named_among(&self, all: &[Listed]) -> String {
        if self.has_namesake(all) {
            format!("{} (/{})", self.name, self.slug)
        } else {
            self.name.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn two_of_the_same_name_are_told_apart() {
        let listed = r#"{"exchanges":[
            {"id":"1","slug":"drammen","name":"Børs","date":"2026-11-26","put_away":false,"may_keep":true,"may_delete":true},
            {"id":"2","slug":"drammen-2","name":"børs ","put_away":false,"may_keep":true,"may_delete":true},
            {"id":"3","slug":"svelvik","name":"Svelvik","date":"2027-02-01","put_away":true,"may_keep":true,"may_delete":true}]}"#;
        let Listing { exchanges: all, .. } = serde_json::from_str(listed).unwrap();
        let common = Common::of(Language::Nb);
        let told: Vec<String> = all.iter().map(|one| one.told_by(common)).collect();
        assert_eq!(
            told,
            [
                "26. november 2026 · /drammen",
                "/drammen-2",
                "1. februar 2027 · /svelvik"
            ]
        );
        let namesakes: Vec<bool> = all.iter().map(|one| one.has_namesake(&all)).collect();
        assert_eq!(namesakes, [true, true, false]);
        let named: Vec<String> = all.iter().map(|one| one.named_among(&all)).collect();
        assert_eq!(named, ["Børs (/drammen)", "børs  (/drammen-2)", "Svelvik"]);
    }
}
