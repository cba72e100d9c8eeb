//! The deal that is being written: what the fields hold, and the terms they make.

pub mod figures;
pub mod meanwhile;
pub mod place;
pub mod question;
pub mod usual;
pub mod wording;

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, FirstStep, Terms};
use borsklokka_shared::ids::{CommandId, DealId, ListingId, ParticipantId};
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::wire::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

pub use self::place::{Field, Half, Side};
use self::usual::Usual;
pub use self::wording::Wording;

/// Who moves first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstBy {
    /// Whoever gives, as it mostly is.
    #[default]
    Giver,
    /// This party.
    Party(ParticipantId),
    /// No first step was agreed.
    Nobody,
}

/// Somebody new who is being written for a side and is not registered yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Newcomer {
    /// What it is called.
    pub name: String,
    /// Its sector.
    pub sector: Sector,
    /// How to reach it, as it was typed.
    pub contact: String,
    /// Where it stands in the hall.
    pub place: String,
    /// What the wall calls an individual, once somebody wrote it.
    pub shown: Option<String>,
}

impl Default for Newcomer {
    fn default() -> Self {
        Self {
            name: String::new(),
            sector: Sector::Voluntary,
            contact: String::new(),
            place: String::new(),
            shown: None,
        }
    }
}

impl Newcomer {
    /// Whether nothing would be lost without it.
    pub fn is_blank(&self) -> bool {
        [&self.name, &self.contact, &self.place]
            .into_iter()
            .all(|text| text.trim().is_empty())
    }
}

/// What stands in the form and does not go out with the deal as things are. It is kept, and comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The return, as an intention has none.
    Return(String),
    /// What the first step is and by when, as nobody takes it.
    FirstStep(String),
}

/// What turned when the deal was turned round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Who gives and who receives; nothing was written yet.
    Parties,
    /// Those, and not the texts, which are a hand's and may be of either.
    PartiesOnly,
    /// Everything: the offers and wishes are of those who now stand on the other side.
    All,
}

/// What the form holds. It is kept on the device as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Draft {
    /// The deal that this changes; else it is a new one.
    pub amends: Option<DealId>,
    /// What that deal said when it was opened.
    pub amended: Option<Box<Terms>>,
    /// The refused command in the outbox that this takes the place of.
    pub mends: Option<CommandId>,
    /// Who gives.
    pub givers: Vec<ParticipantId>,
    /// Who receives.
    pub receivers: Vec<ParticipantId>,
    /// What the givers do.
    pub service: Wording,
    /// What the receivers do in return.
    pub returned: Wording,
    /// Whether they only agree to meet.
    pub intention: bool,
    /// Who moves first.
    pub first_by: FirstBy,
    /// What they do; what is usual if it is empty.
    pub first_what: String,
    /// By when, as `YYYY-MM-DD`; empty for no day. None until somebody chose: then it is what is usual.
    pub due: Option<String>,
    /// When all is done, likewise.
    pub deadline: Option<String>,
    /// What is typed in the givers' field and was not chosen.
    pub giver_typed: String,
    /// What is typed in the receivers' field and was not chosen.
    pub receiver_typed: String,
    /// Who is being registered to give.
    pub giver_newcomer: Option<Newcomer>,
    /// Who is being registered to receive.
    pub receiver_newcomer: Option<Newcomer>,
    /// It stood on paper before the closing bell. That is said of this deal, and of no other.
    pub on_paper: bool,
    /// What was being written when this deal was opened.
    aside: Option<Box<Draft>>,
}

/// What is kept on the device is read field by field, as frames are: serde's own readers of these were a hundredth of what a tablet
/// loads. One that is missing is as nobody has written anything.
impl TryFrom<Value> for Draft {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        // An earlier version kept one newcomer, and in it for which side.
        let is_of_receivers = value["newcomer"]["side"] == "Receivers";
        let mut fields = Fields::in_value(value)?;
        let fields = &mut fields;
        let earlier: Option<Newcomer> = fields.take_or_default("newcomer")?;
        let (giver, receiver) = if is_of_receivers {
            (None, earlier)
        } else {
            (earlier, None)
        };
        Ok(Self {
            amends: fields.take_or_default("amends")?,
            amended: fields.take_or_default("amended")?,
            mends: fields.take_or_default("mends")?,
            givers: fields.take_or_default("givers")?,
            receivers: fields.take_or_default("receivers")?,
            service: fields.take_or_default("service")?,
            returned: fields.take_or_default("returned")?,
            intention: fields.take_or_default("intention")?,
            first_by: fields.take_or_default("first_by")?,
            first_what: fields.take_or_default("first_what")?,
            due: fields.take_or_default("due")?,
            deadline: fields.take_or_default("deadline")?,
            giver_typed: fields.take_or_default("giver_typed")?,
            receiver_typed: fields.take_or_default("receiver_typed")?,
            giver_newcomer: fields.take_or_default::<Option<_>>("giver_newcomer")?.or(giver),
            receiver_newcomer: fields
                .take_or_default::<Option<_>>("receiver_newcomer")?
                .or(receiver),
            on_paper: fields.take_or_default("on_paper")?,
            aside: fields.take_or_default("aside")?,
        })
    }
}

impl TryFrom<Value> for Newcomer {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::in_value(value)?;
        let usual = Self::default();
        Ok(Self {
            name: fields.take_or_default("name")?,
            sector: fields
                .take_or_default::<Option<_>>("sector")?
                .unwrap_or(usual.sector),
            contact: fields.take_or_default("contact")?,
            place: fields.take_or_default("place")?,
            shown: fields.take_or_default("shown")?,
        })
    }
}

impl Draft {
    /// A draft that says what `terms` say.
    pub fn of(terms: &Terms, amends: Option<DealId>, mends: Option<CommandId>) -> Self {
        let (bargain, step) = (&terms.bargain, terms.first_step.as_ref());
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            amends,
            amended: amends.map(|_| Box::new(terms.clone())),
            mends,
            givers: terms.givers.clone(),
            receivers: terms.receivers.clone(),
            service: Wording::of(bargain.service()),
            returned: bargain.return_service().map(Wording::of).unwrap_or_default(),
            intention: matches!(bargain, Bargain::Intention { .. }),
            first_by: step.map_or(FirstBy::Nobody, |step| FirstBy::Party(step.by)),
            first_what: step.map(|step| step.what.clone()).unwrap_or_default(),
            due: Some(day(step.and_then(|step| step.due))),
            deadline: Some(day(terms.deadline)),
            ..Self::default()
        }
    }

    /// Whether it is a deal that nobody has sent yet.
    pub fn is_new(&self) -> bool {
        self.amends.is_none() && self.mends.is_none()
    }

    /// A deal that was sent before, opened over what is being written. What was written of it when another was opened over it is
    /// there again.
    #[must_use]
    pub fn over(self, written: Draft) -> Self {
        let mut layers = written.layers();
        layers.retain(|layer| !layer.is_as_opened());
        let written_before = layers
            .iter()
            .position(|layer| (layer.amends, layer.mends) == (self.amends, self.mends));
        let opened = match written_before {
            Some(place) => layers.remove(place),
            None => self,
        };
        layers.insert(0, opened);
        Self::of_layers(layers)
    }

    /// What comes back once this is sent or left.
    #[must_use]
    pub fn beneath(self) -> Self {
        self.aside.map(|written| *written).unwrap_or_default()
    }

    /// It, and what lies beneath it, one by one.
    fn layers(self) -> Vec<Self> {
        let mut layers = Vec::new();
        let mut next = Some(Box::new(self));
        while let Some(mut layer) = next {
            next = layer.aside.take();
            layers.push(*layer);
        }
        layers
    }

    /// The first over the second, and so on.
    fn of_layers(layers: Vec<Self>) -> Self {
        let pile = layers
            .into_iter()
            .rev()
            .fold(None, |aside, layer| Some(Box::new(Self { aside, ..layer })));
        pile.map(|top| *top).unwrap_or_default()
    }

    /// Whether nothing was written since it was opened, as far as can be told; of one with nothing beneath it.
    pub fn is_as_opened(&self) -> bool {
        match &self.amended {
            Some(terms) => *self == Self::of(terms, self.amends, self.mends),
            None => *self == Self::default(),
        }
    }

    /// Givers, then receivers.
    pub fn parties(&self) -> impl Iterator<Item = ParticipantId> {
        self.givers.iter().chain(&self.receivers).copied()
    }

    /// One direction.
    pub fn half(&self, half: Half) -> &Wording {
        match half {
            Half::Service => &self.service,
            Half::Return => &self.returned,
        }
    }

    /// One direction, to be changed.
    pub fn half_mut(&mut self, half: Half) -> &mut Wording {
        match half {
            Half::Service => &mut self.service,
            Half::Return => &mut self.returned,
        }
    }

    /// Takes a party off both sides. That it moves first is remembered until somebody else does.
    pub fn drop_party(&mut self, party: ParticipantId) {
        self.givers.retain(|id| *id != party);
        self.receivers.retain(|id| *id != party);
    }

    /// Turns the deal round. Texts turn with the offers and wishes that they were tapped from; a hand's text says who does it
    /// nowhere, so it stays, and [`Draft::turn_texts`] turns it.
    pub fn swap(&mut self) -> Turned {
        std::mem::swap(&mut self.givers, &mut self.receivers);
        std::mem::swap(&mut self.giver_typed, &mut self.receiver_typed);
        std::mem::swap(&mut self.giver_newcomer, &mut self.receiver_newcomer);
        if self.service.is_blank() && self.returned.is_blank() {
            Turned::Parties
        } else if self.service.listings.is_empty() && self.returned.listings.is_empty() {
            Turned::PartiesOnly
        } else {
            self.turn_texts();
            Turned::All
        }
    }

    /// Turns what each side does.
    pub fn turn_texts(&mut self) {
        std::mem::swap(&mut self.service, &mut self.returned);
    }

    /// Puts two parties, and the offer and the wish that join them, in the place of those that stand there.
    pub fn join(
        &mut self,
        giver: ParticipantId,
        receiver: ParticipantId,
        listings: &[&Listing],
        known: &dyn Fn(ListingId) -> Option<Listing>,
    ) {
        self.givers = vec![giver];
        self.receivers = vec![receiver];
        let is_other = |id: &ListingId| listings.iter().all(|listing| listing.id != *id);
        let others: Vec<_> = self.service.listings.iter().copied().filter(is_other).collect();
        for other in others {
            self.service.drop_listing(other, known);
        }
        for listing in listings {
            self.service.take(listing);
        }
    }

    /// The parties of a side.
    pub const fn side(&self, side: Side) -> &Vec<ParticipantId> {
        match side {
            Side::Givers => &self.givers,
            Side::Receivers => &self.receivers,
        }
    }

    /// The same, to be changed.
    pub const fn side_mut(&mut self, side: Side) -> &mut Vec<ParticipantId> {
        match side {
            Side::Givers => &mut self.givers,
            Side::Receivers => &mut self.receivers,
        }
    }

    /// What is typed in a side's field and was not chosen.
    pub fn typed(&self, side: Side) -> &str {
        match side {
            Side::Givers => &self.giver_typed,
            Side::Receivers => &self.receiver_typed,
        }
    }

    /// The same, to be changed.
    pub const fn typed_mut(&mut self, side: Side) -> &mut String {
        match side {
            Side::Givers => &mut self.giver_typed,
            Side::Receivers => &mut self.receiver_typed,
        }
    }

    /// Who is being registered for a side.
    pub const fn newcomer(&self, side: Side) -> Option<&Newcomer> {
        match side {
            Side::Givers => self.giver_newcomer.as_ref(),
            Side::Receivers => self.receiver_newcomer.as_ref(),
        }
    }

    /// The same, to be changed.
    pub const fn newcomer_mut(&mut self, side: Side) -> &mut Option<Newcomer> {
        match side {
            Side::Givers => &mut self.giver_newcomer,
            Side::Receivers => &mut self.receiver_newcomer,
        }
    }

    /// Who moves first, as things stand.
    pub fn first_mover(&self) -> Option<ParticipantId> {
        match self.first_by {
            FirstBy::Party(party) if self.parties().any(|other| other == party) => Some(party),
            FirstBy::Giver | FirstBy::Party(_) => self.givers.first().copied(),
            FirstBy::Nobody => None,
        }
    }

    /// The directions that go out.
    pub fn halves(&self) -> impl Iterator<Item = Half> + use<> {
        let has_return = !self.intention && !self.returned.text.trim().is_empty();
        std::iter::once(Half::Service).chain(has_return.then_some(Half::Return))
    }

    /// What is written and does not go out.
    pub fn left_out(&self) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        if self.intention && !self.returned.is_blank() {
            left_out.push(LeftOut::Return(self.returned.text.trim().to_owned()));
        }
        let due = self.due.as_deref().unwrap_or_default();
        let step = [self.first_what.trim(), due]
            .into_iter()
            .filter(|text| !text.is_empty());
        let step = step.collect::<Vec<_>>().join(", ");
        // What is usual is no loss, and neither is what a deal has without anybody's step.
        if self.first_by == FirstBy::Nobody && !step.is_empty() {
            left_out.push(LeftOut::FirstStep(step));
        }
        left_out
    }

    /// The sides on which somebody is written and nobody chosen or registered.
    pub fn unchosen(&self) -> impl Iterator<Item = (Side, &str)> {
        [Side::Givers, Side::Receivers].into_iter().flat_map(|side| {
            let typed = Some(self.typed(side)).filter(|typed| !typed.trim().is_empty());
            let newcomer = self.newcomer(side).map(|newcomer| &*newcomer.name);
            typed.into_iter().chain(newcomer).map(move |name| (side, name))
        })
    }

    /// Lets a party move first; once more, and nobody does.
    pub fn choose_first(&mut self, party: ParticipantId) {
        self.first_by = if self.first_mover() == Some(party) {
            FirstBy::Nobody
        } else {
            FirstBy::Party(party)
        };
    }

    /// By when the first step is done, as `YYYY-MM-DD`; empty for no day.
    pub fn due(&self, usual: &Usual) -> String {
        // What is usual is never after the day when all is done.
        let deadline = read_day(&self.deadline(usual)).flatten();
        let due = usual
            .due
            .map(|due| deadline.map_or(due, |deadline| due.min(deadline)));
        chosen_or(self.due.as_ref(), due)
    }

    /// When all is done, likewise.
    pub fn deadline(&self, usual: &Usual) -> String {
        chosen_or(self.deadline.as_ref(), usual.deadline.filter(|_| !self.intention))
    }

    /// What must be there and is not.
    pub fn missing(&self) -> Vec<Field> {
        let is_gone = |half: &Half| self.half(*half).gone.is_some();
        let gone = self.halves().filter(is_gone).map(Half::category_field);
        [
            (Field::Givers, self.givers.is_empty()),
            (Field::Receivers, self.receivers.is_empty()),
            (Field::Service, self.service.text.trim().is_empty()),
            (Field::Return, self.lacks_return_text()),
        ]
        .into_iter()
        .filter_map(|(field, missing)| missing.then_some(field))
        .chain(gone)
        .collect()
    }

    /// Whether something is given back and nothing says what.
    fn lacks_return_text(&self) -> bool {
        !self.intention && self.returned.text.trim().is_empty() && !self.returned.is_blank()
    }

    /// Whether an offer or a wish goes out with it: one of the parties', and of one that the board has not, be it that the deal had it
    /// before. `is_whole` says whether the board's catalogue has all that there are.
    pub fn keeps(&self, listing: ListingId, board: &Board, is_whole: bool) -> bool {
        let had = |terms: &Terms| {
            let mut services = terms.bargain.services();
            services.any(|service| service.listings.contains(&listing))
        };
        match board.listings.get(&listing) {
            Some(known) => self.parties().any(|party| party == known.participant),
            None => !is_whole || self.amended.as_deref().is_some_and(had),
        }
    }

    /// The terms that the fields make, with what is usual where nobody said anything else; only listings that `keep`
    /// approves of are named.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn terms(&self, usual: &Usual, keep: impl Fn(ListingId) -> bool) -> Result<Terms, Field> {
        let service = self.service.service(Half::Service, &keep)?;
        let bargain = if self.intention {
            Bargain::Intention { service }
        } else if self.returned.text.trim().is_empty() {
            Bargain::OneWay { service }
        } else {
            Bargain::TwoWay {
                service,
                return_service: self.returned.service(Half::Return, &keep)?,
            }
        };
        let first_step = match self.first_mover() {
            Some(by) => Some(FirstStep {
                by,
                what: match self.first_what.trim() {
                    "" => usual.step.to_owned(),
                    what => what.to_owned(),
                },
                due: read_day(&self.due(usual)).ok_or(Field::Due)?,
            }),
            None => None,
        };
        Ok(Terms {
            givers: self.givers.clone(),
            receivers: self.receivers.clone(),
            bargain,
            first_step,
            deadline: read_day(&self.deadline(usual)).ok_or(Field::Deadline)?,
        })
    }
}

fn chosen_or(chosen: Option<&String>, usual: Option<Date>) -> String {
    match chosen {
        Some(day) => day.clone(),
        None => usual.map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// A day as it was chosen; an empty field says nothing.
#[allow(clippy::option_option)]
fn read_day(text: &str) -> Option<Option<Date>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests;
