//! Listings: what a participant offers and what it wishes for. Together they are the catalogue.

use serde::{Deserialize, Serialize};

use crate::fields::read_by_hand;
use crate::ids::{CategoryId, ListingId, ParticipantId};

/// Whether a listing gives or asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingKind {
    /// The participant gives this.
    Offer,
    /// The participant needs this.
    Wish,
}

/// How much of something, in a unit of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quantity {
    /// How many.
    pub amount: u32,
    /// Of what, such as `timer` or `stoler`.
    pub unit: String,
}

/// An offer or a wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct Listing {
    /// Made by the client.
    pub id: ListingId,
    /// Whose it is.
    pub participant: ParticipantId,
    /// Offer or wish.
    pub kind: ListingKind,
    /// In the participant's own words.
    pub text: String,
    /// More about it, for whoever looks it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// One of the exchange's categories.
    pub category: CategoryId,
    /// How much, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The effort, in minutes, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort_minutes: Option<u32>,
}

read_by_hand! {
    Listing {
        must: [id, participant, kind, text, category],
        may: [description, quantity, effort_minutes],
        usual: [],
        made: |fields| [],
    }
}
