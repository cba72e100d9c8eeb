//! What is written of one direction of a deal, and who wrote each part of it.
//!
//! A tap fills only what is empty, and tapped off it takes away only what it brought. What a hand wrote stays. The words go
//! on the wall and on the paper, so figures follow the text that they came from; one that a hand wrote is asked about
//! ([`Clash`]).

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Service;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::{CategoryId, ListingId};
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::wire::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

use super::figures::{amount_in, time_in, with_amount, with_time};
use super::place::{Field, Half};
use crate::numbers::{hours_text, is_hour, minutes, whole, whole_of};

/// Minutes of an hour.
const HOUR_MINUTES: u32 = 60;

/// Who wrote a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Origin {
    /// Nobody, or the text.
    #[default]
    Nobody,
    /// A tap on this offer or wish.
    Tap(ListingId),
    /// The deal says so that was sent before.
    Deal,
    /// A hand.
    Hand,
}

/// Who wrote each part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
struct Origins {
    text: Origin,
    category: Origin,
    hours: Origin,
    amount: Origin,
    /// What stood in the hours before they followed the text.
    hours_before: Option<String>,
    /// What stood in the amount before it followed the text.
    amount_before: Option<String>,
}

/// Two figures that cannot both be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// Of time, in minutes: the text's, then the field's.
    Time(u32, u32),
    /// Of what is counted: the text's, then the field's, and the unit.
    Amount(u32, u32, String),
}

impl Clash {
    /// The figures, of which one holds: the text's, then the field's.
    pub const fn figures(&self) -> [u32; 2] {
        let (Self::Time(said, stands) | Self::Amount(said, stands, _)) = self;
        [*said, *stands]
    }
}

/// What is written of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Wording {
    /// In words.
    pub text: String,
    /// The category it counts in.
    pub category: Option<CategoryId>,
    /// What the category was called that stood there and is gone, until another is chosen; empty if nobody knows.
    pub gone: Option<String>,
    /// The hours, as they were typed.
    pub hours: String,
    /// The offers and wishes that were tapped.
    pub listings: Vec<ListingId>,
    /// Those that were tapped off: they are not met by this.
    pub declined: Vec<ListingId>,
    /// How many, as it was typed.
    pub amount: String,
    /// Of what, such as `stoler`; empty if it is not counted.
    pub unit: String,
    /// What it is worth in the exchange's currency, as it was typed.
    pub worth: String,
    from: Origins,
}

impl TryFrom<Value> for Wording {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::in_value(value)?;
        let fields = &mut fields;
        Ok(Self {
            text: fields.take_or_default("text")?,
            category: fields.take_or_default("category")?,
            gone: fields.take_or_default("gone")?,
            hours: fields.take_or_default("hours")?,
            listings: fields.take_or_default("listings")?,
            declined: fields.take_or_default("declined")?,
            amount: fields.take_or_default("amount")?,
            unit: fields.take_or_default("unit")?,
            worth: fields.take_or_default("worth")?,
            from: fields.take_or_default("from")?,
        })
    }
}

impl TryFrom<Value> for Origins {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::in_value(value)?;
        let fields = &mut fields;
        Ok(Self {
            text: fields.take_or_default("text")?,
            category: fields.take_or_default("category")?,
            hours: fields.take_or_default("hours")?,
            amount: fields.take_or_default("amount")?,
            hours_before: fields.take_or_default("hours_before")?,
            amount_before: fields.take_or_default("amount_before")?,
        })
    }
}

impl Wording {
    /// What a service says that was sent before.
    pub fn of(service: &Service) -> Self {
        let quantity = service.quantity.as_ref();
        Self {
            text: service.text.clone(),
            category: service.category.clone(),
            gone: None,
            hours: service.effort_minutes.map(hours_text).unwrap_or_default(),
            listings: service.listings.clone(),
            declined: Vec::new(),
            amount: quantity
                .map(|quantity| quantity.amount.to_string())
                .unwrap_or_default(),
            unit: quantity.map(|quantity| quantity.unit.clone()).unwrap_or_default(),
            worth: service.worth.map(|worth| worth.to_string()).unwrap_or_default(),
            from: Origins {
                text: Origin::Deal,
                category: Origin::Deal,
                hours: Origin::Deal,
                amount: Origin::Deal,
                ..Origins::default()
            },
        }
    }

    /// Takes what was typed in the text.
    pub fn write(&mut self, text: String) {
        self.from.text = if is_blank(&text) {
            Origin::Nobody
        } else {
            Origin::Hand
        };
        let before = std::mem::replace(&mut self.text, text);
        self.follow(&before);
    }

    /// Takes what was typed in the hours; an amount that is counted in hours is the same figure.
    pub fn write_hours(&mut self, hours: String) {
        self.hours = hours;
        self.from.hours = Origin::Hand;
        self.from.hours_before = None;
        if is_hour(&self.unit)
            && self.from.amount != Origin::Hand
            && let Ok(Some(minutes)) = minutes(&self.hours)
            && minutes.is_multiple_of(HOUR_MINUTES)
        {
            self.amount = (minutes / HOUR_MINUTES).to_string();
            self.from.amount_before = None;
        }
    }

    /// Takes what was typed in the amount; hours are the same figure if it is counted in them.
    pub fn write_amount(&mut self, amount: String) {
        self.amount = amount;
        self.from.amount = Origin::Hand;
        self.from.amount_before = None;
        if is_hour(&self.unit)
            && self.from.hours != Origin::Hand
            && let Some(minutes) = self.amount_minutes()
        {
            self.hours = hours_text(minutes);
            self.from.hours_before = None;
        }
    }

    /// Takes the category that was chosen.
    pub fn choose_category(&mut self, category: Option<CategoryId>) {
        self.from.category = Origin::Hand;
        self.category = category;
        self.gone = None;
    }

    /// Leaves a category that the board has no more: for the one by now of the offer or wish that brought it, or for none. Then another is
    /// to be chosen, and it is kept what it was `called`.
    pub(super) fn leave_category(&mut self, board: &Board, called: &[Category]) {
        let Some(settings) = &board.settings else { return };
        let is_there = |id: &CategoryId| settings.categories.iter().any(|one| one.id == *id);
        if self.category.as_ref().is_none_or(is_there) {
            return;
        }
        let gone = self.category.take();
        if let Origin::Tap(id) = self.from.category {
            let listing = board.listings.get(&id);
            self.category = listing.map(|listing| listing.category.clone()).filter(is_there);
        }
        if self.category.is_none() {
            let known = called.iter().find(|one| Some(&one.id) == gone.as_ref());
            self.gone = Some(known.map(|one| one.name.clone()).unwrap_or_default());
        }
    }

    /// Taps an offer or a wish: names it, and fills in what is empty. A second tap takes back what it brought; what was
    /// empty until then is filled by those that are still tapped, which `known` finds.
    pub fn tap(&mut self, listing: &Listing, known: &dyn Fn(ListingId) -> Option<Listing>) {
        if !self.listings.contains(&listing.id) {
            self.take(listing);
            return;
        }
        self.drop_listing(listing.id, known);
        self.declined.push(listing.id);
    }

    /// Names an offer or a wish, and fills in what is empty.
    pub fn take(&mut self, listing: &Listing) {
        self.declined.retain(|id| *id != listing.id);
        if !self.listings.contains(&listing.id) {
            self.listings.push(listing.id);
        }
        let empty = Empty {
            text: is_blank(&self.text),
            category: self.category.is_none(),
            hours: is_blank(&self.hours),
            amount: is_blank(&self.amount),
        };
        self.fill(listing, empty);
    }

    /// Names a listing no more, and takes back what it brought.
    pub fn drop_listing(&mut self, id: ListingId, known: &dyn Fn(ListingId) -> Option<Listing>) {
        self.listings.retain(|other| *other != id);
        let brought = |origin: Origin| origin == Origin::Tap(id);
        let empty = Empty {
            text: brought(self.from.text),
            category: brought(self.from.category),
            hours: brought(self.from.hours),
            amount: brought(self.from.amount),
        };
        let before = self.text.clone();
        if empty.text {
            self.text.clear();
            self.from.text = Origin::Nobody;
        }
        if empty.category {
            (self.category, self.from.category) = (None, Origin::Nobody);
            self.gone = None;
        }
        if empty.hours {
            self.hours.clear();
            (self.from.hours, self.from.hours_before) = (Origin::Nobody, None);
        }
        if empty.amount {
            self.amount.clear();
            self.unit.clear();
            (self.from.amount, self.from.amount_before) = (Origin::Nobody, None);
        }
        for id in self.listings.clone() {
            if let Some(listing) = known(id) {
                let still = Empty {
                    text: empty.text && self.text.is_empty(),
                    category: empty.category && self.category.is_none(),
                    hours: empty.hours && self.hours.is_empty(),
                    amount: empty.amount && self.amount.is_empty(),
                };
                self.fill(&listing, still);
            }
        }
        self.follow(&before);
    }

    fn fill(&mut self, listing: &Listing, empty: Empty) {
        let before = self.text.clone();
        let tap = Origin::Tap(listing.id);
        if empty.text {
            self.text.clone_from(&listing.text);
            self.from.text = tap;
        }
        if empty.category {
            self.category = Some(listing.category.clone());
            self.from.category = tap;
            self.gone = None;
        }
        if empty.hours
            && let Some(minutes) = listing.effort_minutes
        {
            self.hours = hours_text(minutes);
            (self.from.hours, self.from.hours_before) = (tap, None);
            // What a hand wrote says how much of it they agreed on.
            if self.from.text != tap
                && let Some(said) = time_in(&self.text)
            {
                self.from.hours_before = Some(std::mem::replace(&mut self.hours, hours_text(said.number)));
            }
        }
        if empty.amount
            && let Some(quantity) = &listing.quantity
        {
            self.amount = quantity.amount.to_string();
            self.unit.clone_from(&quantity.unit);
            (self.from.amount, self.from.amount_before) = (tap, None);
            self.fit_amount(tap);
        }
        self.follow(&before);
    }

    /// An amount that came just now says what the text says, or the hours that a hand wrote.
    fn fit_amount(&mut self, tap: Origin) {
        let said = amount_in(&self.text, &self.unit)
            .filter(|_| self.from.text != tap)
            .map(|said| said.number);
        let hours = || {
            let minutes = minutes(&self.hours).ok()??;
            let is_same =
                is_hour(&self.unit) && self.from.hours != tap && minutes.is_multiple_of(HOUR_MINUTES);
            is_same.then_some(minutes / HOUR_MINUTES)
        };
        if let Some(number) = said.or_else(hours) {
            self.from.amount_before = Some(std::mem::replace(&mut self.amount, number.to_string()));
        }
    }

    /// Lets the figures beside the text follow it, unless a hand wrote them or they said something else before.
    fn follow(&mut self, before: &str) {
        let (was, is) = (time_in(before), time_in(&self.text));
        let agreed = match minutes(&self.hours) {
            Ok(None) => is_blank(&self.hours),
            Ok(minutes) => was.is_some_and(|was| minutes == Some(was.number)),
            Err(_) => false,
        };
        follow(
            &mut self.hours,
            &mut self.from.hours_before,
            self.from.hours != Origin::Hand && agreed,
            is.map(|is| hours_text(is.number)),
        );
        if self.unit.is_empty() {
            return;
        }
        let (was, is) = (amount_in(before, &self.unit), amount_in(&self.text, &self.unit));
        let agreed = was.is_some_and(|was| whole(&self.amount) == Ok(Some(was.number)));
        follow(
            &mut self.amount,
            &mut self.from.amount_before,
            self.from.amount != Origin::Hand && agreed,
            is.map(|is| is.number.to_string()),
        );
    }

    fn amount_minutes(&self) -> Option<u32> {
        if !is_hour(&self.unit) {
            return None;
        }
        whole_of(&self.amount, &self.unit)
            .ok()??
            .checked_mul(HOUR_MINUTES)
    }

    /// What the text and the fields beside it say against each other. What came from one offer or one deal may stand: it was
    /// written so, and nobody touched it.
    pub fn clash(&self) -> Option<Clash> {
        let apart = |origin: Origin| origin == Origin::Hand || origin != self.from.text;
        let hours = minutes(&self.hours).ok().flatten();
        let said = time_in(&self.text).map(|said| said.number);
        if let (Some(said), Some(hours)) = (said, hours)
            && said != hours
            && apart(self.from.hours)
        {
            return Some(Clash::Time(said, hours));
        }
        if let Some(amount) = self.amount_minutes()
            && let Some(said) = said.or(hours)
            && said != amount
            && apart(self.from.amount)
        {
            return Some(Clash::Time(said, amount));
        }
        if !is_hour(&self.unit)
            && let Some(said) = amount_in(&self.text, &self.unit)
            && let Ok(Some(amount)) = whole_of(&self.amount, &self.unit)
            && said.number != amount
            && apart(self.from.amount)
        {
            return Some(Clash::Amount(said.number, amount, self.unit.clone()));
        }
        None
    }

    /// Settles a clash: the text and the fields say this figure.
    pub fn settle(&mut self, clash: &Clash, figure: u32) {
        match clash {
            Clash::Time(..) => self.settle_time(figure),
            Clash::Amount(..) => self.settle_amount(figure),
        }
    }

    /// Settles a clash of time: the text and the fields say this, in minutes.
    pub fn settle_time(&mut self, minutes: u32) {
        if let Some(said) = time_in(&self.text)
            && said.number != minutes
        {
            self.text = with_time(&self.text, &said, minutes);
            self.from.text = Origin::Hand;
        }
        self.hours = hours_text(minutes);
        (self.from.hours, self.from.hours_before) = (Origin::Hand, None);
        if is_hour(&self.unit) {
            // Half an hour has no whole amount; the hours say it.
            self.amount = if minutes.is_multiple_of(HOUR_MINUTES) {
                (minutes / HOUR_MINUTES).to_string()
            } else {
                String::new()
            };
            (self.from.amount, self.from.amount_before) = (Origin::Hand, None);
        }
    }

    /// Settles a clash of what is counted: the text and the amount say this.
    pub fn settle_amount(&mut self, amount: u32) {
        if let Some(said) = amount_in(&self.text, &self.unit)
            && said.number != amount
        {
            self.text = with_amount(&self.text, &said, amount);
            self.from.text = Origin::Hand;
        }
        self.amount = amount.to_string();
        (self.from.amount, self.from.amount_before) = (Origin::Hand, None);
    }

    /// Whether nothing would be lost without it.
    pub fn is_blank(&self) -> bool {
        [&self.text, &self.hours, &self.amount, &self.worth]
            .into_iter()
            .all(|text| is_blank(text))
            && self.listings.is_empty()
    }

    /// Whether it says how many and not of what, or the other way round. Only a desk writes the unit.
    pub fn is_half_counted(&self) -> bool {
        (whole_of(&self.amount, &self.unit) == Ok(None)) != is_blank(&self.unit)
    }

    /// The service that this makes.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn service(&self, half: Half, keep: &dyn Fn(ListingId) -> bool) -> Result<Service, Field> {
        let amount = whole_of(&self.amount, &self.unit).map_err(|_| half.amount_field())?;
        Ok(Service {
            text: self.text.trim().to_owned(),
            category: self.category.clone(),
            quantity: amount.filter(|_| !self.unit.is_empty()).map(|amount| Quantity {
                amount,
                unit: self.unit.trim().to_owned(),
            }),
            effort_minutes: minutes(&self.hours).map_err(|_| half.hours_field())?,
            worth: whole(&self.worth).map_err(|_| half.worth_field())?,
            listings: self.listings.iter().copied().filter(|id| keep(*id)).collect(),
        })
    }
}

/// Which parts are to be filled.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each part is filled or not by itself"
)]
struct Empty {
    text: bool,
    category: bool,
    hours: bool,
    amount: bool,
}

/// One figure follows the text, and comes back to what it was while the text says none.
fn follow(figure: &mut String, before: &mut Option<String>, agreed: bool, said: Option<String>) {
    if before.is_none() {
        let has_nothing_to_follow = is_blank(figure) && said.is_none();
        if !agreed || has_nothing_to_follow {
            return;
        }
        *before = Some(figure.clone());
    }
    match said {
        Some(said) => *figure = said,
        None => figure.clone_from(before.as_ref().expect("it was just set")),
    }
    if is_blank(figure) {
        *before = None;
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests;
