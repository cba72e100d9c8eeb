//! Photos of deals, on the wire. They are not in the log and on no socket: whoever may see one asks for it over HTTP. What the public
//! can read is about those alone whose every party has agreed.

use serde::{Deserialize, Serialize};

use crate::fields::read_by_hand;
use crate::ids::{DealId, ParticipantId, PhotoId};
use crate::instant::Instant;

/// The longest side of a photo, in pixels. A tablet sends none that is larger, and the server keeps none.
pub const SIDE_PX_MAX: u32 = 1_600;

/// The photos that everybody may see, those of the deals with the lowest numbers first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photos {
    /// Each with its deal.
    pub photos: Vec<Photo>,
}

/// A photo that everybody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Of which deal.
    pub deal: DealId,
    /// Which.
    pub photo: PhotoId,
}

/// The photos that are kept, to whoever may take them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPhotos {
    /// The latest first.
    pub photos: Vec<KeptPhoto>,
}

/// A photo that is kept, and who wants it shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct KeptPhoto {
    /// Of which deal.
    pub deal: DealId,
    /// Which.
    pub photo: PhotoId,
    /// When it was taken.
    pub taken_at: Instant,
    /// The parties that agreed to have it shown.
    pub agreed: Vec<ParticipantId>,
    /// Whether everybody may see it: all parties have agreed, and the deal is one that the public sees and counts.
    pub is_shown: bool,
}

read_by_hand!(KeptPhoto {
    must: [deal, photo, taken_at, agreed, is_shown],
    may: [],
    usual: [],
    made: |fields| [],
});

/// That a party agrees to have a photo shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agree {
    /// Which one they looked at.
    pub photo: PhotoId,
}
