//! What stands on the paper: an agreement's facts, put in words of the exchange's language.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Bargain, Deal, Service, Standing};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::participant::Participant;
use serde::Serialize;
use serde_json::{Value, json};

use super::legible::legible;
use super::signature::Signature;
use super::texts::Texts;
use crate::log::terms_sha256;
use borsklokka_shared::contact::Contact;

/// What the board knows of some deals.
pub(crate) struct Facts {
    pub(crate) settings: Settings,
    pub(crate) deals: Vec<Deal>,
    /// For whom each of them is, in the same order; nobody in particular where there are none.
    pub(crate) addressees: Vec<ParticipantId>,
    pub(crate) participants: BTreeMap<ParticipantId, Participant>,
}

impl Facts {
    /// What the board knows of the deals that are wanted, and of their parties.
    pub(crate) fn of<'a>(board: &Board, wanted: impl IntoIterator<Item = &'a Deal>) -> Option<Self> {
        let mut deals: Vec<Deal> = wanted.into_iter().cloned().collect();
        // By number; those that have none yet come last, in the order in which they were written.
        deals.sort_by_key(|deal| (deal.number.is_none(), deal.number, deal.written_at, deal.id));
        let parties = deals.iter().flat_map(|deal| deal.terms.parties());
        let participants = parties
            .filter_map(|id| board.participant(id).map(|party| (id, party.clone())))
            .collect();
        Some(Self {
            settings: board.settings.clone()?,
            deals,
            addressees: Vec::new(),
            participants,
        })
    }

    /// The same deals once for each of their parties that is wanted, all of one party together, by name.
    #[must_use]
    pub(crate) fn by_party(self, wanted: impl Fn(ParticipantId) -> bool) -> Self {
        let parties: BTreeSet<_> = self
            .deals
            .iter()
            .flat_map(|deal| deal.terms.parties())
            .filter(|party| wanted(*party))
            .collect();
        let mut parties: Vec<_> = parties
            .into_iter()
            .map(|party| {
                let name = self.participants.get(&party).map(|one| one.name.to_lowercase());
                (name, party)
            })
            .collect();
        parties.sort();
        let copies = parties.into_iter().flat_map(|(_, party)| {
            let own = self.deals.iter();
            let own = own.filter(move |deal| deal.terms.parties().any(|one| one == party));
            own.map(move |deal| (deal.clone(), party))
        });
        let (deals, addressees) = copies.unzip();
        Self {
            deals,
            addressees,
            ..self
        }
    }
}

/// The exchange's logo, as it is stored.
pub(crate) struct Logo {
    pub(crate) content: Vec<u8>,
}

/// Papers that are printed as one file.
pub(crate) struct Sheaf {
    /// What the file is, for ever: two prints of the same have the same identifier.
    pub(crate) ident: String,
    pub(crate) papers: Vec<Paper>,
    pub(crate) logo: Option<Logo>,
    heading: Heading,
}

/// What all papers of an exchange share.
#[derive(Serialize)]
struct Heading {
    tag: &'static str,
    region: &'static str,
    title: String,
    exchange: String,
    place_and_day: String,
    logo_of: String,
    page: String,
    of: String,
    of_end: String,
    parties: &'static str,
    agreed: &'static str,
    signatures: &'static str,
    no_party: &'static str,
    worth: &'static str,
    worth_note: &'static str,
}

/// One agreement.
#[derive(Serialize)]
pub(crate) struct Paper {
    title: String,
    remark: Option<String>,
    kind: &'static str,
    void: Option<Void>,
    sides: [Side; 2],
    rows: Vec<Row>,
    worth: Option<String>,
    signatures: Vec<Line>,
}

#[derive(Serialize)]
struct Void {
    mark: &'static str,
    sentence: &'static str,
}

#[derive(Serialize)]
struct Side {
    role: &'static str,
    parties: Vec<Party>,
}

#[derive(Serialize)]
struct Party {
    name: String,
    /// The sector's name on the wire: its shape hangs on it.
    shape: &'static str,
    sector: &'static str,
    symbol: String,
    contact: Vec<Reach>,
}

/// A way to reach a party; an unknown one leaves a line to write on.
#[derive(Serialize)]
struct Reach {
    label: &'static str,
    text: Option<String>,
}

#[derive(Serialize)]
struct Row {
    label: String,
    text: String,
    detail: Option<String>,
}

/// A line to sign on, or a signature that was drawn.
#[derive(Serialize)]
struct Line {
    party: String,
    drawn: Option<Drawn>,
}

#[derive(Serialize)]
struct Drawn {
    name: String,
    svg: String,
    alt: String,
}

/// What is known of the parties beside the board.
#[derive(Default)]
pub(crate) struct Private {
    pub(crate) contacts: HashMap<ParticipantId, Contact>,
    pub(crate) signatures: HashMap<(DealId, ParticipantId), Signature>,
    pub(crate) logo: Option<Logo>,
}

impl Sheaf {
    /// The papers of some deals.
    pub(crate) fn of(facts: &Facts, private: Private) -> Self {
        let texts = Texts::of(facts.settings.language);
        let writer = Writer {
            facts,
            private: &private,
            texts,
        };
        let addressees = facts.addressees.iter().copied().map(Some);
        let papers: Vec<Paper> = facts
            .deals
            .iter()
            .zip(addressees.chain(iter::repeat(None)))
            .map(|(deal, to)| writer.paper(deal, to))
            .collect();
        let name = legible(&facts.settings.name);
        let title = match papers.as_slice() {
            [only] => format!("{} · {name}", only.title),
            _ => format!("{} · {name}", texts.all),
        };
        let ids: Vec<String> = facts.deals.iter().map(|deal| deal.id.to_string()).collect();
        let [page, of, of_end] = texts.page_parts();
        Self {
            ident: ids.join(" "),
            papers,
            logo: private.logo,
            heading: Heading {
                tag: texts.language.as_str(),
                region: texts.language.region(),
                title,
                logo_of: texts.logo_of(&name),
                exchange: name,
                place_and_day: format!(
                    "{}, {}",
                    legible(&facts.settings.place),
                    texts.day(facts.settings.date)
                ),
                page,
                of,
                of_end,
                parties: texts.parties,
                agreed: texts.agreed,
                signatures: texts.signatures,
                no_party: texts.no_party,
                worth: texts.worth,
                worth_note: texts.worth_note,
            },
        }
    }

    /// As the template reads it.
    pub(crate) fn as_data(&self, with_logo: bool) -> Value {
        json!({ "heading": self.heading, "papers": self.papers, "logo": with_logo })
    }
}

/// Puts one exchange's facts in words.
struct Writer<'a> {
    facts: &'a Facts,
    private: &'a Private,
    texts: &'static Texts,
}

impl Writer<'_> {
    fn paper(&self, deal: &Deal, to: Option<ParticipantId>) -> Paper {
        let texts = self.texts;
        let (title, remark) = match deal.number {
            Some(number) => (texts.numbered(number.0), None),
            None => (texts.unnumbered.to_owned(), Some(texts.not_yet)),
        };
        let (kind, roles) = match deal.terms.bargain {
            Bargain::OneWay { .. } => (texts.gift, (texts.gives, texts.receives)),
            Bargain::TwoWay { .. } => (texts.trade, (texts.gives, texts.gives_in_return)),
            Bargain::Intention { .. } => (texts.intention, (texts.one_party, texts.other_party)),
        };
        let side = |role, parties: &[ParticipantId]| Side {
            role,
            parties: parties.iter().map(|id| self.party(*id)).collect(),
        };
        let is_void = is_void(&deal.standing);
        Paper {
            title,
            remark: to
                .map(|party| texts.copy_for(self.name(party)))
                .or_else(|| remark.filter(|_| !is_void).map(str::to_owned)),
            kind,
            void: is_void.then_some(Void {
                mark: texts.void.mark,
                sentence: texts.void.sentence,
            }),
            sides: [
                side(roles.0, &deal.terms.givers),
                side(roles.1, &deal.terms.receivers),
            ],
            rows: self.rows(deal),
            worth: texts.estimate(&deal.terms.bargain, &self.facts.settings.currency),
            signatures: deal.terms.parties().map(|id| self.line(deal, id)).collect(),
        }
    }

    fn name(&self, id: ParticipantId) -> String {
        self.facts.participants.get(&id).map_or_else(
            || self.texts.unknown_party.to_owned(),
            |party| legible(&party.name),
        )
    }

    fn party(&self, id: ParticipantId) -> Party {
        let known = self.facts.participants.get(&id);
        let contact = self.private.contacts.get(&id).cloned().unwrap_or_default();
        let reach = |label, text: Option<String>| Reach {
            label,
            text: text.as_deref().map(legible),
        };
        Party {
            name: self.name(id),
            shape: known.map_or("", |party| party.sector.as_str()),
            sector: known.map_or("", |party| self.texts.sector(party.sector)),
            symbol: known.map_or_else(String::new, |party| legible(party.symbol.as_str())),
            contact: vec![
                reach(self.texts.person, contact.person),
                reach(self.texts.email, contact.email),
                reach(self.texts.phone, contact.phone),
            ],
        }
    }

    fn rows(&self, deal: &Deal) -> Vec<Row> {
        let texts = self.texts;
        let terms = &deal.terms;
        let row = |label: &str, text: String, detail| Row {
            label: label.to_owned(),
            text,
            detail,
        };
        let service = |label, service: &Service| row(label, legible(&service.text), self.detail(service));
        let mut rows = match &terms.bargain {
            Bargain::OneWay { service: given } => vec![
                service(texts.service, given),
                row(texts.return_service, texts.no_return.to_owned(), None),
            ],
            Bargain::TwoWay {
                service: given,
                return_service,
            } => vec![
                service(texts.service, given),
                service(texts.return_service, return_service),
            ],
            Bargain::Intention { service: about } => vec![service(texts.meet_about, about)],
        };
        let not_agreed = || texts.not_agreed.to_owned();
        rows.push(match &terms.first_step {
            Some(step) => {
                let due = step.due.map(|due| texts.by_day(texts.day(due)));
                let text = format!("{}: {}", self.name(step.by), legible(&step.what));
                row(texts.first_step, text, due)
            }
            None => row(texts.first_step, not_agreed(), None),
        });
        let deadline = terms.deadline.map_or_else(not_agreed, |day| texts.day(day));
        rows.push(row(texts.deadline, deadline, None));
        let title = self.facts.settings.role_titles.get("broker");
        let title = title.map_or_else(|| texts.broker.to_owned(), |title| legible(title));
        rows.push(row(&title, legible(&deal.broker.name), None));
        rows
    }

    /// Category, quantity and effort of a service.
    fn detail(&self, service: &Service) -> Option<String> {
        let categories = &self.facts.settings.categories;
        let category = service.category.as_ref().map(|id| {
            let known = categories.iter().find(|category| category.id == *id);
            known.map_or_else(|| legible(&id.0), |category| legible(&category.name))
        });
        let quantity = service.quantity.as_ref().map(|quantity| {
            self.texts
                .quantity(u64::from(quantity.amount), &legible(&quantity.unit))
        });
        let effort = service
            .effort_minutes
            .map(|minutes| self.texts.effort(u64::from(minutes)))
            // "20 hours" of help take 20 hours: that is said once.
            .filter(|effort| quantity.as_ref() != Some(effort));
        let parts: Vec<String> = [category, quantity, effort].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// A signature counts only under the terms that it was made under.
    fn line(&self, deal: &Deal, id: ParticipantId) -> Line {
        let terms = terms_sha256(&deal.terms);
        let signature = self
            .private
            .signatures
            .get(&(deal.id, id))
            .filter(|signature| signature.terms_sha256 == terms);
        Line {
            party: self.name(id),
            drawn: signature.map(|signature| {
                let name = legible(&signature.name);
                Drawn {
                    svg: signature.strokes.svg(),
                    alt: self.texts.signature_of(&name),
                    name,
                }
            }),
        }
    }
}

/// Whether an agreement is off: taken back, or taken off every screen.
pub(crate) fn is_void(standing: &Standing) -> bool {
    match standing {
        Standing::Withdrawn { .. } | Standing::Removed { .. } => true,
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Declined
        | Standing::Concealed
        | Standing::Posted => false,
    }
}
