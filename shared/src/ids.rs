//! Identifiers. Each is its own type, so that a deal's id cannot be passed where a participant's is meant; on the
//! wire and in the log they are plain strings and numbers.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// One exchange: one event on one evening.
    ExchangeId
);
uuid_id!(
    /// A participant. Made by the client that registers it, so that a walk-in can wait in an outbox.
    ParticipantId
);
uuid_id!(
    /// An offer or a wish. Made by the client.
    ListingId
);
uuid_id!(
    /// A deal. Made by the client that writes it.
    DealId
);
uuid_id!(
    /// A command. It takes effect at most once, for ever.
    CommandId
);
uuid_id!(
    /// A paired device: one tablet, one desk, one token.
    DeviceId
);
uuid_id!(
    /// An organiser's account on a server.
    AccountId
);
uuid_id!(
    /// A picture of an exchange: its logo, or a sponsor's. Made by the client that uploads it.
    PictureId
);
uuid_id!(
    /// A photo of a deal. Made by the server, and nobody can guess it; another photo of the same deal has another.
    PhotoId
);
uuid_id!(
    /// A registration that somebody sent. The participant that it becomes has the same id.
    RegistrationId
);
uuid_id!(
    /// An address of another program that is told what happens.
    WebhookId
);
uuid_id!(
    /// Something that is sent to such an address. It stays the same however often it is tried.
    DeliveryId
);
uuid_id!(
    /// A token by which another program reads.
    ProgramTokenId
);
uuid_id!(
    /// A call that was made to follow a deal up.
    FollowUpCallId
);
uuid_id!(
    /// A mail: what its `Message-ID` is made of.
    MailId
);
uuid_id!(
    /// An announcement on the wall. Made by the client.
    AnnouncementId
);
uuid_id!(
    /// One unbroken history of an exchange. A redaction starts a new one, and every client drops its copies.
    Epoch
);

/// A round's number in the programme, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoundId(pub u32);

/// The number that the wall shows for a deal, counted from 1. Given when the deal becomes public, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DealNumber(pub u32);

/// A position in the log of one exchange, as one audience counts it. The first event that it sees is at 1; 0 is before all events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A category's key within an exchange, such as `hands`. Its name is the organiser's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryId(pub String);
