//! One person's file: for programs, and to be read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use borsklokka_shared::deal::{Deal, Terms};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::follow_up::{FollowUpReason, FollowUpState};
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, Participant, Sector};
use borsklokka_shared::privacy::{Holding, Person};
use borsklokka_shared::prize::{PrizeKind, Winner};
use borsklokka_shared::redaction::{participants_of, terms_of, texts_of};
use borsklokka_shared::registration::Entry;
use borsklokka_shared::slug::slug_of;
use serde_json::Value;

use super::Words;
use crate::agreement::paper::is_void;
use crate::agreement::texts::Texts;
use crate::clock::day_at;
use crate::log::Kept;
use crate::spoken::follow_up::FollowUp as Page;
use crate::spoken::newspaper::Newspaper;
use crate::spoken::registration::Registration as Form;

/// When something came to be, by what the tables call it.
const MADE_AT: [&str; 5] = [
    "signed_at_ms",
    "done_at_ms",
    "taken_at_ms",
    "agreed_at_ms",
    "made_at_ms",
];

#[derive(serde::Serialize)]
struct File<'a> {
    person: &'a Person,
    #[serde(flatten)]
    kept: &'a Kept,
}

/// What the file is called: as the person is, if that has letters of an address.
pub(super) fn name(person: &Person, ending: &str) -> String {
    let slug = slug_of(&person.name);
    if slug.is_empty() {
        format!("{}.{ending}", person.id)
    } else {
        format!("{slug}.{ending}")
    }
}

pub(super) fn json(person: &Person, kept: &Kept) -> String {
    serde_json::to_string_pretty(&File { person, kept }).expect("it has string keys only")
}

pub(super) fn text(person: &Person, kept: &Kept, settings: Option<&Settings>, language: Language) -> String {
    let teller = Teller::new(kept, settings, language);
    let words = teller.words;
    let mut text = String::new();
    let mut line = |what: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{what}");
    };
    line(&words.title(&person.name));
    if let Some(settings) = settings {
        line(&settings.name);
    }
    for holding in Holding::ALL {
        let lines = match holding {
            Holding::Board => teller.said(),
            Holding::Registrations => teller.registered(),
            Holding::FollowUps => teller.followed_up(),
            Holding::Mails => teller.mailed(),
            _ => teller.rows(holding),
        };
        if lines.is_empty() {
            continue;
        }
        line("");
        line(words.holding(holding));
        for said in lines.iter().filter(|said| !said.is_empty()) {
            line(&format!("  {said}"));
        }
    }
    if !kept.mentions.is_empty() {
        line("");
        line(words.mentions);
        for mention in &kept.mentions {
            line(&format!("  {mention}"));
        }
    }
    text
}

/// Says in words what is kept of somebody.
struct Teller<'a> {
    kept: &'a Kept,
    words: &'static Words,
    /// What the agreement calls things.
    paper: &'static Texts,
    /// What the form calls them.
    form: &'static Form,
    language: Language,
    currency: &'a str,
    time_zone: &'a str,
}

impl<'a> Teller<'a> {
    fn new(kept: &'a Kept, settings: Option<&'a Settings>, language: Language) -> Self {
        Self {
            kept,
            words: Words::of(language),
            paper: Texts::of(language),
            form: Form::of(language),
            language,
            currency: settings.map_or("", |settings| &settings.currency),
            time_zone: settings.map_or("", |settings| &settings.time_zone),
        }
    }

    /// What was said of them on the board: who they are, what they offer and wish, their deals, and what else was written. What others agreed or
    /// offered and names them is among the mentions.
    fn said(&self) -> Vec<String> {
        let is_theirs = |id: ParticipantId| self.kept.is_theirs(id);
        let mut said = Vec::new();
        for event in self.kept.said() {
            let participants = participants_of(event).into_iter();
            let participants = participants.filter(|one| is_theirs(one.id));
            said.extend(participants.map(|one| self.participant(one)));
            match event {
                Event::ListingAdded { listing } | Event::ListingAmended { listing } => {
                    said.extend(is_theirs(listing.participant).then(|| self.listing(listing)));
                }
                Event::BegunAnew { kept: Some(kept), .. } => {
                    said.extend(kept.listings.iter().map(|listing| self.listing(listing)));
                }
                Event::ParticipantRegistered { .. } | Event::ParticipantAmended { .. } => {}
                event if terms_of(event).next().is_some() => {
                    // As it stands it is said below; what was agreed or proposed besides is kept too.
                    let besides = terms_of(event)
                        .filter(|(deal, terms)| terms.parties().any(is_theirs) && !self.stands(*deal, terms));
                    said.extend(besides.map(|(_, terms)| self.agreed(terms)));
                }
                event => said.extend(texts_of(event)),
            }
        }
        let deals = self.kept.deals.iter();
        said.extend(deals.map(|(deal, is_past)| self.deal(deal, *is_past)));
        // What each history began with is the same again.
        let mut told = BTreeSet::new();
        said.retain(|line| told.insert(line.clone()));
        said.extend(
            self.kept
                .happened()
                .filter_map(|(at, event)| self.happened(at, event)),
        );
        said
    }

    /// What happened to them beside what was agreed.
    fn happened(&self, at: Instant, event: &Event) -> Option<String> {
        match event {
            Event::ParticipantArrived { .. } => Some(self.words.arrived(self.day(at))),
            Event::ArrivalTakenBack { .. } => Some(self.words.arrival_taken_back(self.day(at))),
            Event::PrizeAwarded { prize } => {
                let names = &Newspaper::of(self.language).prize;
                let name = match prize.kind() {
                    PrizeKind::Best => names.best,
                    PrizeKind::MostOriginal => names.most_original,
                    PrizeKind::MostDeals => names.most_deals,
                };
                let what = match prize.winner() {
                    Winner::Deal(deal) => self.what(deal),
                    Winner::Participant(_) => None,
                };
                let parts = [Some(name), what];
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            }
            _ => None,
        }
    }

    fn stands(&self, deal: DealId, terms: &Terms) -> bool {
        let mut deals = self.kept.deals.iter();
        deals.any(|(one, _)| one.id == deal && one.terms == *terms)
    }

    fn participant(&self, participant: &Participant) -> String {
        let Participant {
            name,
            symbol,
            sector,
            place,
            ..
        } = participant;
        let parts = [name, self.paper.sector(*sector), symbol.as_str()].into_iter();
        parts.chain(place.as_deref()).collect::<Vec<_>>().join(" · ")
    }

    fn listing(&self, listing: &Listing) -> String {
        let quantity = listing.quantity.as_ref();
        let quantity = quantity.map(|how| self.paper.quantity(u64::from(how.amount), &how.unit));
        let rest = [quantity, listing.description.clone()].into_iter().flatten();
        let parts: Vec<String> = std::iter::once(listing.text.clone()).chain(rest).collect();
        format!("{}: {}", self.kind(listing.kind), parts.join(" · "))
    }

    fn kind(&self, kind: ListingKind) -> &'static str {
        match kind {
            ListingKind::Offer => self.form.offers,
            ListingKind::Wish => self.form.wishes,
        }
    }

    /// A deal as it stands: its number, its day, what is agreed, and whether it holds.
    fn deal(&self, deal: &Deal, is_past: bool) -> String {
        let paper = self.paper;
        let number = deal.number.map(|number| paper.numbered(number.0));
        let number = number.unwrap_or_else(|| paper.unnumbered.to_owned());
        let day = self.day(deal.struck_at.unwrap_or(deal.written_at));
        let remarks = [
            is_void(&deal.standing).then_some(paper.void.sentence),
            deal.number.is_none().then_some(paper.not_yet),
            is_past.then_some(self.words.before_nought),
        ];
        let agreed = format!("{number}, {day}: {}", self.agreed(&deal.terms));
        let remarks = remarks.into_iter().flatten().map(str::to_owned);
        std::iter::once(agreed)
            .chain(remarks)
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// The rows of a holding, each with its day, the deal that it is of, and its texts.
    fn rows(&self, holding: Holding) -> Vec<String> {
        let rows = self.kept.lines(holding).map(|(row, texts)| {
            let text = |column: &str| row.get(column).and_then(Value::as_str);
            let at = MADE_AT.iter().find_map(|column| text(column));
            let day = at.and_then(|at| at.parse().ok());
            let day = day.map(|unix_ms| self.day(Instant { unix_ms }));
            let deal = text("deal_id").and_then(|deal| self.what(deal.parse().ok()?));
            let agreed = row
                .contains_key("agreed_at_ms")
                .then(|| self.words.photo_agreed.to_owned());
            let parts = [day, deal.map(str::to_owned), agreed]
                .into_iter()
                .flatten()
                .chain(texts);
            parts.collect::<Vec<_>>().join(" · ")
        });
        rows.collect()
    }

    /// Who does what for whom, at what estimate, with which first step and by when.
    fn agreed(&self, terms: &Terms) -> String {
        let paper = self.paper;
        let sentence = Newspaper::of(self.language).deal(terms, |id| self.kept.name(id));
        let worth = paper.estimate(&terms.bargain, self.currency);
        let worth = worth.map(|worth| format!("{}: {worth}", paper.worth));
        let step = terms.first_step.as_ref().map(|step| {
            let by = self.kept.name(step.by).unwrap_or(paper.unknown_party);
            let due = step.due.map(|due| format!(", {}", paper.by_day(paper.day(due))));
            format!(
                "{}: {by}: {}{}",
                paper.first_step,
                step.what,
                due.unwrap_or_default()
            )
        });
        let deadline = terms
            .deadline
            .map(|deadline| format!("{}: {}", paper.deadline, paper.day(deadline)));
        let rest = [worth, step, deadline].into_iter().flatten();
        let parts: Vec<String> = std::iter::once(sentence).chain(rest).collect();
        parts.join(" · ")
    }

    /// What they registered, each thing under what the form calls it; the same that was approved is said once.
    fn registered(&self) -> Vec<String> {
        let form = self.form;
        let mut lines = Vec::new();
        for row in self.kept.rows("registrations") {
            for column in ["entry", "approved"] {
                let entry = row.get(column).cloned().map(serde_json::from_value::<Entry>);
                if let Some(Ok(entry)) = entry {
                    lines.extend(self.entry(entry));
                }
            }
            let text = |column: &str| row.get(column).and_then(Value::as_str);
            let language = text("language").and_then(Language::from_tag);
            let sent = text("made_at_ms").and_then(|at| at.parse().ok());
            let sent = sent.map(|unix_ms| self.words.sent_in(self.day(Instant { unix_ms })));
            let fields = [
                (form.languages, language.map(Language::own_name)),
                (form.consent_heading, text("consent")),
            ];
            let said = fields
                .into_iter()
                .filter_map(|(field, said)| Some(format!("{field}: {}", said?)));
            lines.extend(said.chain(sent));
        }
        lines
    }

    fn entry(&self, entry: Entry) -> Vec<String> {
        let form = self.form;
        let Entry {
            name,
            sector,
            contact,
            people,
            listings,
            name_shown,
        } = entry;
        let shown = (sector == Sector::Individual).then(|| match name_shown {
            NameShown::Full => self.words.shown_in_full.to_owned(),
            NameShown::First => self.words.shown_by_first_name.to_owned(),
        });
        let fields = [
            (form.name, Some(name)),
            (form.sector, Some(self.paper.sector(sector).to_owned())),
            (form.person, contact.person),
            (form.email, contact.email),
            (form.phone, contact.phone),
            (form.people, Some(people.to_string())),
        ];
        let said = fields
            .into_iter()
            .filter_map(|(field, said)| Some((field, said?)));
        let listed = listings
            .into_iter()
            .map(|listing| (self.kind(listing.kind), listing.text));
        let said = said.chain(listed).map(|(field, said)| format!("{field}: {said}"));
        said.chain(shown).collect()
    }

    /// What they said of their deals.
    fn followed_up(&self) -> Vec<String> {
        let page = Page::of(self.language);
        let rows = self.kept.rows("follow_ups").filter_map(|row| {
            let text = |column: &str| row.get(column).and_then(Value::as_str);
            let deal = text("deal_id").and_then(|deal| self.what(deal.parse().ok()?));
            let state = page.state(FollowUpState::named(text("state")?)?);
            let reason = text("reason")
                .and_then(FollowUpReason::named)
                .map(|reason| page.reason(reason));
            let said = [Some(state), reason, text("text")].into_iter().flatten();
            let said = said.collect::<Vec<_>>().join(" · ");
            Some(match deal {
                Some(deal) => format!("{deal}: {said}"),
                None => said,
            })
        });
        rows.collect()
    }

    /// What was agreed in a deal of theirs.
    fn what(&self, deal: DealId) -> Option<&str> {
        let (deal, _) = self.kept.deals.iter().rev().find(|(one, _)| one.id == deal)?;
        Some(&deal.terms.bargain.service().text)
    }

    /// Mails to them: the day, where to, and what it was about, if it went.
    fn mailed(&self) -> Vec<String> {
        let rows = self.kept.rows("mails").map(|row| {
            let text = |column: &str| row.get(column).and_then(Value::as_str);
            let at = text("sent_at_ms").or(text("made_at_ms"));
            let day = at.and_then(|at| at.parse().ok());
            let day = day.map(|unix_ms| self.day(Instant { unix_ms }));
            let went = row.get("went");
            let subject = went.and_then(|went| Some(went.get("subject")?.as_str()?.to_owned()));
            let parts = [day, text("recipient").map(str::to_owned), subject];
            let answer = text("answer").map(str::to_owned);
            let parts: Vec<String> = parts.into_iter().chain([answer]).flatten().collect();
            parts.join(" · ")
        });
        rows.collect()
    }

    fn day(&self, at: Instant) -> String {
        self.paper.day(day_at(at, self.time_zone))
    }
}

impl Words {
    fn holding(&self, holding: Holding) -> &'static str {
        match holding {
            Holding::Board => self.holding.board,
            Holding::Contacts => self.holding.contacts,
            Holding::Registrations => self.holding.registrations,
            Holding::Signatures => self.holding.signatures,
            Holding::Photos => self.holding.photos,
            Holding::Links => self.holding.links,
            Holding::Mails => self.holding.mails,
            Holding::FollowUps => self.holding.follow_ups,
            Holding::Devices => self.holding.devices,
            Holding::Access => self.holding.access,
            Holding::Pictures => self.holding.pictures,
        }
    }
}
