//! What the screens sound like.

pub mod bell;
pub mod knock;
pub mod upkeep;
