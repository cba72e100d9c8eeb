//! The press: has papers set as PDF. It runs on threads of its own, at most half of the machine's, so that however many
//! copies are asked for, the floors' writers have the rest.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use borsklokka_typesetter::{Fold, Job, Memory, SetError, Template};
use tokio::sync::Semaphore;

use super::paper::{Logo, Sheaf};
use crate::api::Denied;

/// Most papers that are typeset at once.
const PRESSES_MAX: usize = 4;
/// How long a paper waits for a press, in seconds.
const WAIT_S: u64 = 30;
/// The stack of a press, in MiB: layout goes deep, and deeper without optimisation.
const STACK_MIB: usize = 16;
/// Most pixels of a logo, counted: what it takes when it is unpacked.
const LOGO_PIXELS_MAX: usize = 16_000_000;

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("agreement.typ")));

/// Whether a logo can be unpacked without filling the memory. A drawing has no pixels.
pub(crate) fn has_room_for(logo: &Logo) -> bool {
    imagesize::blob_size(&logo.content).map_or(true, |size| {
        size.width.saturating_mul(size.height) <= LOGO_PIXELS_MAX
    })
}

/// Something that is printed.
pub(crate) trait Printed: Send + Sync + 'static {
    /// How it is set.
    fn template(&self) -> &'static Template;
    /// What it says, and whether with a logo.
    fn data(&self, with_logo: bool) -> serde_json::Value;
    /// The exchange's logo, if it shows it.
    fn logo(&self) -> Option<&Logo>;
    /// What else it shows, each a picture's file.
    fn pictures(&self) -> &[Vec<u8>] {
        &[]
    }
    /// What the file is, for ever: two prints of the same have the same identifier.
    fn ident(&self) -> String;
    /// What is kept of it when it is done.
    fn memory(&self) -> Memory;
    /// How its pages lie on the sheets.
    fn fold(&self) -> Fold {
        Fold::None
    }
}

impl Printed for Sheaf {
    fn template(&self) -> &'static Template {
        &TEMPLATE
    }

    fn data(&self, with_logo: bool) -> serde_json::Value {
        self.as_data(with_logo)
    }

    fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    fn ident(&self) -> String {
        self.ident.clone()
    }

    fn memory(&self) -> Memory {
        if self.papers.len() > 1 {
            Memory::Emptied
        } else {
            Memory::Kept
        }
    }
}

/// Typesets papers.
pub struct Press {
    threads: rayon::ThreadPool,
    free: Arc<Semaphore>,
}

impl Press {
    /// A press that takes half of the machine's threads, and at least one.
    ///
    /// # Errors
    /// If the machine gives no threads.
    pub fn new() -> Result<Self, rayon::ThreadPoolBuildError> {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let presses = (cores / 2).clamp(1, PRESSES_MAX);
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(presses)
            .stack_size(STACK_MIB << 20)
            .thread_name(|index| format!("press-{index}"))
            .build()?;
        Ok(Self {
            threads,
            free: Arc::new(Semaphore::new(presses)),
        })
    }

    /// Prints a PDF.
    pub(crate) async fn print(self: &Arc<Self>, printed: impl Printed) -> Result<Vec<u8>, Denied> {
        self.work(move || print(&printed)).await
    }

    /// Draws a picture, as PNG.
    pub(crate) async fn draw(
        self: &Arc<Self>,
        template: &'static Template,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, Denied> {
        self.work(move || template.draw(data)).await
    }

    /// Does something when a press is free.
    async fn work(
        self: &Arc<Self>,
        work: impl FnOnce() -> Result<Vec<u8>, SetError> + Send + 'static,
    ) -> Result<Vec<u8>, Denied> {
        let free = Arc::clone(&self.free).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(Duration::from_secs(WAIT_S), free).await else {
            return Err(Denied::PressBusy);
        };
        let press = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            press.threads.install(work)
        });
        done.await
            .map_err(|error| Denied::Broken(format!("a paper cannot be typeset: {error}")))?
            .map_err(|error| Denied::Broken(format!("a paper cannot be typeset: {error}")))
    }
}

/// A logo that cannot be shown must not keep anybody from the paper.
fn print(printed: &impl Printed) -> Result<Vec<u8>, SetError> {
    let logo = printed.logo();
    set(printed, logo).or_else(|error| match logo {
        Some(_) => {
            tracing::warn!(%error, "a paper is printed without the exchange's logo: {error}");
            set(printed, None)
        }
        None => Err(error),
    })
}

fn set(printed: &impl Printed, logo: Option<&Logo>) -> Result<Vec<u8>, SetError> {
    printed.template().set(Job {
        data: printed.data(logo.is_some()).to_string().into_bytes(),
        logo: logo.map(|logo| logo.content.clone()),
        pictures: printed.pictures().to_vec(),
        ident: printed.ident(),
        creator: "Børsklokka".to_owned(),
        memory: printed.memory(),
        fold: printed.fold(),
    })
}
