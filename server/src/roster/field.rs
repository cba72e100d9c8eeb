//! What a column may hold.

use std::str::FromStr;

use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::listing::ListingKind;
use serde::{Deserialize, Serialize};

/// What a column holds. Its name is what the route and the kept mapping call it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Field {
    /// The participant's id: a column of our own export.
    Id,
    /// The name.
    Name,
    /// The sector, in words.
    Sector,
    /// The symbol.
    Symbol,
    /// The place in the hall.
    Place,
    /// The contact person.
    Person,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A contact, or several, as somebody wrote them: name, number and address in any order.
    Contact,
    /// Offers, one a line.
    Offer,
    /// Wishes, one a line.
    Wish,
    /// The category of the offers and wishes to its left, or if there are none of those to its right.
    Category,
    /// A listing's id: a column of our own export. With it and the four that follow, a row is one offer or wish.
    ListingId,
    /// Whether the row is an offer or a wish.
    Kind,
    /// What the row offers or wishes.
    Text,
    /// How much of it.
    Amount,
    /// Of what.
    Unit,
    /// The effort, in minutes.
    Minutes,
}

impl Field {
    /// Whether several columns may hold it.
    pub(super) const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Field::Offer | Field::Wish | Field::Category | Field::Contact | Field::Email | Field::Phone
        )
    }

    /// What a column of listings holds.
    pub(super) const fn kind(self) -> Option<ListingKind> {
        match self {
            Field::Offer => Some(ListingKind::Offer),
            Field::Wish => Some(ListingKind::Wish),
            _ => None,
        }
    }
}

/// A column: what it holds, and the category of what it holds if its head says it. Written `offer`, `offer:hands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Column {
    pub(super) field: Field,
    pub(super) category: Option<CategoryId>,
}

impl From<Field> for Column {
    fn from(field: Field) -> Self {
        Self {
            field,
            category: None,
        }
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        let field: &'static str = column.field.into();
        match column.category {
            Some(category) => format!("{field}:{}", category.0),
            None => field.to_owned(),
        }
    }
}

/// A column's name that is none.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not what a column may hold")]
pub(crate) struct NotAField(String);

impl TryFrom<String> for Column {
    type Error = NotAField;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (field, category) = match text.split_once(':') {
            Some((field, category)) => (field, Some(CategoryId(category.to_owned()))),
            None => (text.as_str(), None),
        };
        let field = Field::from_str(field).map_err(|_| NotAField(text.clone()))?;
        Ok(Self { field, category })
    }
}
