//! What the phone says.

/// The phone's texts.
#[derive(Debug)]
pub struct Phone {
    /// Over the newest deals.
    pub newest: &'static str,
    /// Shows more deals, of which so many are hidden.
    pub more_deals: fn(usize) -> String,
    /// There are no deals yet.
    pub no_deals: &'static str,
    /// Over the wishes that nobody has met.
    pub still_wished: &'static str,
    /// Over the search.
    pub who_to_find: &'static str,
    /// In the search field.
    pub search: &'static str,
    /// Under the search field, before anything is written.
    pub search_hint: &'static str,
    /// Nothing was found.
    pub nothing_found: &'static str,
    /// More was found than is shown.
    pub narrow_down: fn(usize) -> String,
    /// A listing is an offer.
    pub offers: &'static str,
    /// A listing is a wish.
    pub wishes: &'static str,
    /// A participant has no place.
    pub no_place: &'static str,
}

/// Norwegian bokmål.
pub const NB: Phone = Phone {
    newest: "Siste avtaler",
    more_deals: |hidden| format!("Vis flere ({hidden})"),
    no_deals: "Ingen avtaler ennå.",
    still_wished: "Ønskes ennå",
    who_to_find: "Hvem finner jeg hvor?",
    search: "Søk: snekker, lokale, bord 14 …",
    search_hint: "Søk i børskatalogen etter hjelp, navn, kortnavn eller bord, eller etter en avtale: nr. 5.",
    nothing_found: "Fant ingen. Prøv et annet ord.",
    narrow_down: |count| format!("{count} til. Skriv litt mer."),
    offers: "tilbyr",
    wishes: "ønsker",
    no_place: "i salen",
};

/// English.
pub const EN: Phone = Phone {
    newest: "Newest deals",
    more_deals: |hidden| format!("Show more ({hidden})"),
    no_deals: "No deals yet.",
    still_wished: "Still wished for",
    who_to_find: "Who do I find where?",
    search: "Search: carpenter, room, table 14 …",
    search_hint: "Search the catalogue for help, a name, a symbol or a table, or for a deal: no. 5.",
    nothing_found: "Nobody found. Try another word.",
    narrow_down: |count| format!("{count} more. Write a little more."),
    offers: "offers",
    wishes: "wishes for",
    no_place: "in the hall",
};
