//! The edge to HTTP: the guard that every request passes, what a handler knows of its caller, and how a request that is not
//! granted is answered. Nothing here knows the parts of the server.

mod answer;
mod asked;
mod caller;
mod denied;
mod etag;
mod guard;
mod host;
mod language;
mod limit;
mod proxy;
mod sentences;

pub(crate) use self::answer::{Period, Why, say_when};
pub use self::answer::{refused, refused_message, speak};
pub(crate) use self::asked::key_at;
pub use self::asked::{Asked, AskedWhole};
pub use self::caller::{Caller, Channel, Peer};
pub use self::denied::{Denied, Thing, WebhookFault};
pub(crate) use self::etag::is_known;
pub use self::guard::{HostPolicy, HttpsOnly, guard};
pub use self::language::{language, wanted_language};
pub(crate) use self::limit::Limit;
pub(crate) use self::proxy::{Front, as_of_the_client};
