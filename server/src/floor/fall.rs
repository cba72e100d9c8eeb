//! A panic, which is a fault of the program, as something that one can speak of and go on after.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;

/// That the program failed at something.
pub(super) struct Fall(Box<dyn Any + Send>);

impl Fall {
    /// Falls after all.
    pub(super) fn on(self) -> ! {
        resume_unwind(self.0)
    }
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| self.0.downcast_ref::<&str>().copied());
        f.write_str(text.unwrap_or("it does not say what"))
    }
}

/// Does some work. Whoever goes on after a fall knows what it may have left half done.
///
/// # Errors
/// If it panics.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Fall> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(Fall)
}
