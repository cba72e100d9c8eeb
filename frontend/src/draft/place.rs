//! The places of a deal in the form: its sides, its directions, and where something can be wrong.

use borsklokka_shared::refusal::Refusal;

/// Where something can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
    /// What they agreed on.
    Service,
    /// What is given back.
    Return,
    /// What the service counts in.
    Category,
    /// What the return counts in.
    ReturnCategory,
    /// How many, of what the service is counted in.
    Amount,
    /// How many, of what the return is counted in.
    ReturnAmount,
    /// How many hours the service takes.
    Hours,
    /// How many hours the return takes.
    ReturnHours,
    /// What it is worth.
    Worth,
    /// What the return is worth.
    ReturnWorth,
    /// Who moves first.
    FirstStep,
    /// By when.
    Due,
    /// When all is done.
    Deadline,
    /// Nowhere in particular.
    Form,
}

impl Field {
    /// Where a refusal belongs.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::TextMissing { field }
            | Refusal::TextTooLong { field, .. }
            | Refusal::TextUnprintable { field }
            | Refusal::OutOfRange { field, .. }
            | Refusal::Repeated { field }
            | Refusal::DateTooEarly { field } => match field.as_str() {
                "givers" => Field::Givers,
                "receivers" => Field::Receivers,
                "service" => Field::Service,
                "return_service" => Field::Return,
                "effort_minutes" => Field::Hours,
                "quantity" => Field::Amount,
                "worth" => Field::Worth,
                "first_step" => Field::FirstStep,
                "due" => Field::Due,
                "deadline" => Field::Deadline,
                _ => Field::Form,
            },
            Refusal::SameSides => Field::Receivers,
            Refusal::FirstStepByStranger => Field::FirstStep,
            Refusal::StepAfterDeadline => Field::Due,
            Refusal::UnknownListing => Field::Service,
            Refusal::UnknownCategory => Field::Category,
            _ => Field::Form,
        }
    }
}

/// One of a deal's two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// What the givers do.
    Service,
    /// What the receivers do in return.
    Return,
}

impl Half {
    /// Where it is said that the text is wrong.
    pub const fn text_field(self) -> Field {
        match self {
            Half::Service => Field::Service,
            Half::Return => Field::Return,
        }
    }

    /// Where it is said that the category is wrong.
    pub const fn category_field(self) -> Field {
        match self {
            Half::Service => Field::Category,
            Half::Return => Field::ReturnCategory,
        }
    }

    /// Where it is said that the amount is wrong.
    pub const fn amount_field(self) -> Field {
        match self {
            Half::Service => Field::Amount,
            Half::Return => Field::ReturnAmount,
        }
    }

    /// Where it is said that the worth is wrong.
    pub const fn worth_field(self) -> Field {
        match self {
            Half::Service => Field::Worth,
            Half::Return => Field::ReturnWorth,
        }
    }

    /// Where it is said that the hours are wrong.
    pub const fn hours_field(self) -> Field {
        match self {
            Half::Service => Field::Hours,
            Half::Return => Field::ReturnHours,
        }
    }
}

/// A side of the deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
}

impl Side {
    /// The side's name in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Side::Givers => "giver",
            Side::Receivers => "receiver",
        }
    }

    /// Where what is wrong with it is said.
    pub const fn field(self) -> Field {
        match self {
            Side::Givers => Field::Givers,
            Side::Receivers => Field::Receivers,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Side::Givers => Side::Receivers,
            Side::Receivers => Side::Givers,
        }
    }
}
