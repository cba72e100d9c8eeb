//! The product's signature: a ticker symbol in its sector's colour, with its sector's shape.

use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

/// A ticker symbol.
#[component]
pub fn SymbolChip(
    /// Its letters.
    symbol: String,
    /// Whose colour and shape it wears.
    sector: Sector,
) -> impl IntoView {
    view! { <span class=format!("chip chip-{}", sector.as_str())>{symbol}</span> }
}
