//! The press: has papers set as PDF. It runs on threads of its own, at most half of the machine's, so that however many
//! copies are asked for, the floors' writers have the rest.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use borsklokka_typesetter::{Job, Memory, SetError, Template};
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

    /// A sheaf of papers as one PDF.
    pub(crate) async fn print(self: &Arc<Self>, sheaf: Sheaf) -> Result<Vec<u8>, Denied> {
        let free = Arc::clone(&self.free).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(Duration::from_secs(WAIT_S), free).await else {
            return Err(Denied::PressBusy);
        };
        let press = Arc::clone(self);
        let printed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            press.threads.install(|| print(&sheaf))
        });
        printed
            .await
            .map_err(|error| Denied::Broken(format!("an agreement cannot be typeset: {error}")))?
            .map_err(|error| Denied::Broken(format!("an agreement cannot be typeset: {error}")))
    }
}

/// A logo that cannot be shown must not keep anybody from the agreement.
fn print(sheaf: &Sheaf) -> Result<Vec<u8>, SetError> {
    set(sheaf, sheaf.logo.as_ref()).or_else(|error| match &sheaf.logo {
        Some(_) => {
            tracing::warn!(%error, "an agreement is printed without the exchange's logo: {error}");
            set(sheaf, None)
        }
        None => Err(error),
    })
}

fn set(sheaf: &Sheaf, logo: Option<&Logo>) -> Result<Vec<u8>, SetError> {
    TEMPLATE.set(Job {
        data: sheaf.data(logo.is_some()).to_string().into_bytes(),
        logo: logo.map(|logo| logo.content.clone()),
        ident: sheaf.ident.clone(),
        creator: "Børsklokka".to_owned(),
        memory: if sheaf.papers.len() > 1 {
            Memory::Emptied
        } else {
            Memory::Kept
        },
    })
}
