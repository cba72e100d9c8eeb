//! Agreements that were written on numbered paper. The number is in the deal's own id, which whoever types a sheet in makes of
//! it: of two who type in the same sheet, with a network or without, the second is told that it is there already.

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::ids::{DealId, DealNumber};

/// The largest number of a sheet of paper.
pub const SHEET_NUMBER_MAX: u32 = 99_999;
/// What the id of a deal that was on paper begins with.
const MARK: [u8; 6] = *b"paper#";
/// The version of ids that are made by a rule of our own, as UUIDs count them.
const OWN_RULE: usize = 8;

/// A sheet of paper: its number, and which it is of those with that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaperSheet {
    /// What is printed on it.
    pub number: u32,
    /// 0 for the first with the number, 1 for the next: two pads may be numbered alike.
    pub copy: u16,
}

impl PaperSheet {
    /// The first sheet with a number.
    pub const fn first(number: u32) -> Self {
        Self { number, copy: 0 }
    }

    /// The deal that is on it.
    pub fn deal(self) -> DealId {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&MARK);
        bytes[10..12].copy_from_slice(&self.copy.to_be_bytes());
        bytes[12..].copy_from_slice(&self.number.to_be_bytes());
        DealId(Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The sheet that a deal was on, if it was on one.
    pub fn of(deal: DealId) -> Option<Self> {
        let DealId(id) = deal;
        let sheet = Self::read(id);
        (id.get_version_num() == OWN_RULE && sheet.deal() == deal).then_some(sheet)
    }

    fn read(id: Uuid) -> Self {
        let [.., c1, c0, n3, n2, n1, n0] = *id.as_bytes();
        Self {
            number: u32::from_be_bytes([n3, n2, n1, n0]),
            copy: u16::from_be_bytes([c1, c0]),
        }
    }
}

/// Whose texts have characters that no paper can show: a small box stands for each of them. A screen shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Illegible {
    /// Participants, by the names that are shown.
    pub participants: Vec<String>,
    /// Deals: their own texts, or the names of their parties.
    pub deals: Vec<IllegibleDeal>,
}

/// A deal of which a paper cannot show all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IllegibleDeal {
    /// What the wall calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DealNumber>,
    /// Its parties, by the names that are shown.
    pub parties: Vec<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sheet_is_read_off_its_deal(number: u32, copy: u16) {
            let sheet = PaperSheet { number, copy };
            prop_assert_eq!(PaperSheet::of(sheet.deal()), Some(sheet));
        }

        /// Tablets make their ids by chance.
        #[test]
        fn no_other_deal_was_on_paper(bytes: [u8; 16]) {
            let by_chance = DealId(Builder::from_random_bytes(bytes).into_uuid());
            prop_assert_eq!(PaperSheet::of(by_chance), None);
        }
    }

    #[test]
    fn the_id_of_a_sheet_never_changes() {
        assert_eq!(
            PaperSheet::first(7).deal().to_string(),
            "70617065-7223-8000-8000-000000000007"
        );
    }
}
