//! Redaction: what events say of somebody, taken out of them. What is left folds to the same board but for names and texts, so that
//! every count stays as it was. It is pure: which events a log has, and how it is written anew, is the server's matter.

mod names;
mod placeholders;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

pub use self::names::{Likeness, Names, is_address};
pub use self::placeholders::Placeholders;
use crate::deal::{Deal, Service, Standing, Terms};
use crate::event::Event;
use crate::ids::{DealId, ParticipantId};
use crate::listing::Listing;
use crate::participant::{Participant, Symbol};

/// Who is taken out of a log, and what takes their place.
#[derive(Clone, Debug)]
pub struct Redaction {
    placeholders: Placeholders,
    /// The participants whose names and texts go, by every id that they had, and what the ticker calls them from now on.
    whole: BTreeMap<ParticipantId, Symbol>,
    /// The deals that named one of them at any time.
    deals: BTreeSet<DealId>,
    /// By which they are found in what others wrote.
    names: Names,
    /// The texts of others in which they are taken out.
    mentions: BTreeSet<String>,
}

impl Redaction {
    /// Plans it for a whole log, from its first event: what was archived, too. `whole` are the participants whose own names and texts go;
    /// `names` by which somebody is found in what others wrote.
    pub fn plan<'a>(
        events: impl Iterator<Item = &'a Event> + Clone,
        whole: &BTreeSet<ParticipantId>,
        placeholders: Placeholders,
        names: Names,
    ) -> Self {
        let mut taken = BTreeSet::new();
        for participant in events.clone().flat_map(participants_of) {
            taken.insert(participant.symbol.clone());
            taken.extend(participant.was_symbols.iter().cloned());
        }
        let mut free = symbols().filter(|symbol| !taken.contains(symbol));
        let all = every_id(events.clone(), whole);
        let named = all.into_iter().filter_map(|id| Some((id, free.next()?)));
        let mut redaction = Self {
            placeholders,
            whole: named.collect(),
            deals: BTreeSet::new(),
            names,
            mentions: BTreeSet::new(),
        };
        for event in events {
            let deals = terms_of(event).filter(|(_, terms)| redaction.is_party(terms));
            let deals: Vec<DealId> = deals.map(|(deal, _)| deal).collect();
            redaction.deals.extend(deals);
        }
        redaction
    }

    /// Takes them out of these texts of others too.
    #[must_use]
    pub fn out_of(mut self, mentions: BTreeSet<String>) -> Self {
        self.mentions = mentions;
        self
    }

    /// By which they are found in what others wrote.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Every id of the participants whose own names and texts go.
    pub fn whole(&self) -> impl Iterator<Item = ParticipantId> {
        self.whole.keys().copied()
    }

    /// The deals that named one of them at any time.
    pub fn deals(&self) -> &BTreeSet<DealId> {
        &self.deals
    }

    /// What takes the place of what is erased.
    pub fn placeholders(&self) -> &Placeholders {
        &self.placeholders
    }

    /// The event without them; none if it says nothing of them.
    pub fn redacted(&self, event: &Event) -> Option<Event> {
        let mut left = event.clone();
        self.own(&mut left);
        for text in left.texts() {
            self.text(text);
        }
        (left != *event).then_some(left)
    }

    /// Whether a text of others is one of those that they are taken out of.
    pub fn is_chosen(&self, text: &str) -> bool {
        self.mentions.contains(text)
    }

    /// Takes them out of a text that others wrote, if it is one of those that were chosen.
    pub fn text(&self, text: &mut String) {
        if self.is_chosen(text) {
            *text = self.names.replaced(text, &self.placeholders);
        }
    }

    /// The texts of an event that others wrote and that may name them.
    pub fn mentioned(&self, event: &Event) -> Vec<String> {
        let mut left = event.clone();
        self.own(&mut left);
        let texts = left.texts().into_iter();
        texts
            .filter(|text| self.names.found(text).is_some())
            .map(|text| text.clone())
            .collect()
    }

    /// Each text of theirs that goes from an event, with what takes its place: wherever else it stands alone, it is theirs too.
    pub fn gone(&self, event: &Event) -> Vec<(String, String)> {
        let (mut before, mut after) = (event.clone(), event.clone());
        self.own(&mut after);
        let names: Vec<String> = participants_of(event)
            .into_iter()
            .map(|one| one.name.clone())
            .collect();
        let is_name = |text: &String| {
            let named = matches!(
                event,
                Event::ParticipantsMerged { .. } | Event::ParticipantRemoved { .. }
            );
            named || names.contains(text)
        };
        let left: BTreeSet<String> = after.texts().into_iter().map(|text| text.clone()).collect();
        let texts = before.texts().into_iter().map(|text| text.clone());
        let texts = texts.filter(|text| !left.contains(text)).map(|text| {
            let placeholder = if is_name(&text) {
                &self.placeholders.name
            } else {
                &self.placeholders.text
            };
            let placeholder = placeholder.clone();
            (text, placeholder)
        });
        let mut gone: Vec<(String, String)> = texts.collect();
        for participant in participants_of(event) {
            if let Some(symbol) = self.whole.get(&participant.id) {
                let symbols = std::iter::once(&participant.symbol).chain(&participant.was_symbols);
                gone.extend(symbols.map(|was| (was.to_string(), symbol.to_string())));
            }
        }
        gone
    }

    /// Takes their own names and texts out.
    fn own(&self, event: &mut Event) {
        for participant in participants_in(event) {
            self.participant(participant);
        }
        for listing in listings_in(event) {
            self.listing(listing);
        }
        for deal in deals_in(event) {
            self.deal(deal);
        }
        match event {
            Event::ParticipantsMerged { kept, gone, name, .. }
                if self.whole.contains_key(kept) || self.whole.contains_key(gone) =>
            {
                name.clone_from(&self.placeholders.name);
            }
            Event::ParticipantRemoved { participant, name } if self.whole.contains_key(participant) => {
                name.clone_from(&self.placeholders.name);
            }
            Event::DealAmended { terms, .. } | Event::DealChangeProposed { terms, .. } => self.terms(terms),
            Event::DealSentBack { deal, remark } | Event::DealChangeDeclined { deal, remark }
                if self.deals.contains(deal) =>
            {
                remark.clone_from(&self.placeholders.text);
            }
            _ => {}
        }
    }

    fn participant(&self, participant: &mut Participant) {
        if let Some(symbol) = self.whole.get(&participant.id) {
            participant.name.clone_from(&self.placeholders.name);
            participant.symbol = symbol.clone();
            participant.place = None;
            participant.was_symbols.clear();
            participant.is_erased = true;
        }
    }

    fn listing(&self, listing: &mut Listing) {
        if self.whole.contains_key(&listing.participant) {
            listing.text.clone_from(&self.placeholders.text);
            listing.description = None;
            listing.quantity = None;
        }
    }

    fn deal(&self, deal: &mut Deal) {
        self.terms(&mut deal.terms);
        if self.deals.contains(&deal.id) {
            self.standing(&mut deal.standing);
        }
    }

    fn standing(&self, standing: &mut Standing) {
        match standing {
            Standing::SentBack { remark } => remark.clone_from(&self.placeholders.text),
            Standing::Withdrawn { before } | Standing::Removed { before } => self.standing(before),
            Standing::Written
            | Standing::Held { .. }
            | Standing::Declined
            | Standing::Concealed
            | Standing::Posted => {}
        }
    }

    fn is_party(&self, terms: &Terms) -> bool {
        terms.parties().any(|party| self.whole.contains_key(&party))
    }

    /// What was agreed with them: how much of it stays, for the totals.
    pub fn terms(&self, terms: &mut Terms) {
        if !self.is_party(terms) {
            return;
        }
        let say_nothing = |service: &mut Service| {
            service.text.clone_from(&self.placeholders.text);
            service.quantity = None;
        };
        for service in terms.bargain.services_mut() {
            say_nothing(service);
        }
        if let Some(step) = &mut terms.first_step {
            step.what.clone_from(&self.placeholders.text);
        }
    }
}

/// Everything in an event that somebody typed.
pub fn texts_of(event: &Event) -> Vec<String> {
    let mut event = event.clone();
    event.texts().into_iter().map(|text| text.clone()).collect()
}

/// Every id that these participants had in a log: those of mergers are theirs too.
pub fn every_id<'a>(
    events: impl Iterator<Item = &'a Event>,
    of: &BTreeSet<ParticipantId>,
) -> BTreeSet<ParticipantId> {
    let mut all = of.clone();
    let merged: Vec<(ParticipantId, ParticipantId)> = events
        .flat_map(|event| match event {
            Event::ParticipantsMerged { kept, gone, .. } => vec![(*kept, *gone)],
            event => participants_of(event)
                .into_iter()
                .flat_map(|one| one.was.iter().map(|was| (one.id, *was)))
                .collect(),
        })
        .collect();
    // A merger may come before the one that it is a part of, and after.
    loop {
        let before = all.len();
        let gone = merged.iter().filter(|(kept, _)| all.contains(kept));
        let gone: Vec<ParticipantId> = gone.map(|(_, gone)| *gone).collect();
        all.extend(gone);
        if all.len() == before {
            return all;
        }
    }
}

/// Ticker symbols that say nothing, in an order that is always the same.
fn symbols() -> impl Iterator<Item = Symbol> {
    let letters = || 'A'..='Z';
    letters().flat_map(move |second| {
        letters().flat_map(move |third| {
            letters().filter_map(move |fourth| Symbol::parse(&format!("X{second}{third}{fourth}")).ok())
        })
    })
}

/// The participants that an event speaks of in whole.
pub fn participants_of(event: &Event) -> Vec<&Participant> {
    match event {
        Event::ParticipantRegistered { participant } | Event::ParticipantAmended { participant } => {
            vec![participant]
        }
        Event::BegunAnew { kept: Some(kept), .. } => kept.participants.iter().collect(),
        _ => Vec::new(),
    }
}

fn participants_in(event: &mut Event) -> Vec<&mut Participant> {
    match event {
        Event::ParticipantRegistered { participant } | Event::ParticipantAmended { participant } => {
            vec![participant]
        }
        Event::BegunAnew { kept: Some(kept), .. } => kept.participants.iter_mut().collect(),
        _ => Vec::new(),
    }
}

fn listings_in(event: &mut Event) -> Vec<&mut Listing> {
    match event {
        Event::ListingAdded { listing } | Event::ListingAmended { listing } => vec![listing],
        Event::BegunAnew { kept: Some(kept), .. } => kept.listings.iter_mut().collect(),
        _ => Vec::new(),
    }
}

fn deals_in(event: &mut Event) -> Vec<&mut Deal> {
    match event {
        Event::DealPosted { deal }
        | Event::DealWritten { deal }
        | Event::DealHeld { deal }
        | Event::DealReinstated { deal } => vec![deal],
        Event::DealsRevealed { deals } => deals.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// The terms that an event says, and of which deals.
pub fn terms_of(event: &Event) -> impl Iterator<Item = (DealId, &Terms)> {
    let (deals, terms) = match event {
        Event::DealPosted { deal }
        | Event::DealWritten { deal }
        | Event::DealHeld { deal }
        | Event::DealReinstated { deal } => (std::slice::from_ref(deal), None),
        Event::DealsRevealed { deals } => (deals.as_slice(), None),
        Event::DealAmended { deal, terms } | Event::DealChangeProposed { deal, terms } => {
            (Default::default(), Some((*deal, terms)))
        }
        _ => (Default::default(), None),
    };
    deals.iter().map(|deal| (deal.id, &deal.terms)).chain(terms)
}
