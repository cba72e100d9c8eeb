//! A sheet that is half typed in, as the tab keeps it over a reload.

use borsklokka_shared::ids::ParticipantId;
use serde::{Deserialize, Serialize};

/// What is typed of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// What stands in the field.
    pub text: String,
    /// Who it is, once somebody was chosen.
    pub chosen: Option<ParticipantId>,
}

/// What is typed of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// Its number, as it was typed or proposed.
    pub number: String,
    /// Who gives.
    pub giver: Name,
    /// Who receives.
    pub receiver: Name,
    /// What is agreed.
    pub what: String,
    /// What is given back.
    pub returned: String,
}

impl Half {
    /// Whether nothing is typed but perhaps the number.
    pub fn is_blank(&self) -> bool {
        [&self.giver.text, &self.receiver.text, &self.what, &self.returned]
            .into_iter()
            .all(|text| text.trim().is_empty())
    }

    /// Whether nothing is typed: what stands there is the number that was `proposed`.
    pub fn is_untouched(&self, proposed: &str) -> bool {
        self.is_blank() && self.number == proposed
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::json;

    #[test]
    fn a_sheet_is_kept_as_it_was_typed() {
        let half = Half {
            number: "12".to_owned(),
            giver: Name {
                text: "BAKK Bakkerud Bygg AS".to_owned(),
                chosen: Some(ParticipantId(Uuid::from_u128(1))),
            },
            receiver: Name {
                text: "elv".to_owned(),
                chosen: None,
            },
            what: "Maler klubbhuset".to_owned(),
            returned: "Kaker".to_owned(),
        };
        let kept = serde_json::to_string(&half).unwrap();
        assert_eq!(json::read::<Half>(&kept).unwrap(), half);
    }

    #[test]
    fn a_number_that_was_proposed_is_nothing_that_was_typed() {
        let numbered = |number: &str| Half {
            number: number.to_owned(),
            ..Half::default()
        };
        assert!(Half::default().is_untouched(""));
        assert!(numbered("12").is_blank() && numbered("12").is_untouched("12"));
        assert!(!numbered("12").is_untouched("1"));
        let written = Half {
            returned: "Kaker".to_owned(),
            ..numbered("12")
        };
        assert!(!written.is_blank() && !written.is_untouched("12"));
    }
}
