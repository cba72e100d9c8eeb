//! What tests and benches share. It knows the domain and the wire, and a server only as those outside of it do: a crate that
//! linked the server would have its own tests compile it twice, and meet its types twice. What starts one inside the test's
//! own process is therefore beside the tests that do, in `server/tests/it/common.rs`.
//!
//! Nothing here returns an error: what cannot go on fails its test.
#![allow(
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    reason = "verbs for tests: a `Result` is a refusal, and a command is given away where it reads well"
)]

mod evening;
pub mod examples;
mod exchange;
#[cfg(feature = "server")]
pub mod http;
mod picture;
#[cfg(feature = "server")]
pub mod post_office;
#[cfg(feature = "server")]
pub mod postgres;
#[cfg(feature = "server")]
pub mod process;
#[cfg(feature = "server")]
pub mod raw;
#[cfg(feature = "server")]
pub mod receiver;
mod tagged;
#[cfg(feature = "server")]
mod until;

pub use evening::*;
pub use exchange::*;
pub use picture::png_of;
pub use tagged::*;
#[cfg(feature = "server")]
pub use until::until;
