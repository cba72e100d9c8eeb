//! The press: typesets papers as PDF. It runs on threads of its own, at most half of the machine's, so that however many
//! copies are asked for, the floors' writers have the rest.
//!
//! What people wrote reaches the template as data, in a file of JSON: nothing of it is ever read as markup.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::ecow::EcoVec;
use typst::foundations::{Bytes, Datetime, Duration as TypstDuration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::fonts::fonts;
use super::paper::{Logo, Sheaf};
use crate::api::Denied;

/// Most papers that are typeset at once.
const PRESSES_MAX: usize = 4;
/// How long a paper waits for a press, in seconds.
const WAIT_S: u64 = 30;
/// The stack of a press, in MiB: layout goes deep, and deeper without optimisation.
const STACK_MIB: usize = 16;
/// Papers whose intermediate results are remembered, so that a second copy costs little. A file of many empties the memory.
const REMEMBERED: usize = 8;
/// Most pixels of a logo, counted: what it takes when it is unpacked.
const LOGO_PIXELS_MAX: usize = 16_000_000;

/// The same for every paper: template, library, the book of the fonts.
struct Case {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    template: Source,
    data: FileId,
    logo: FileId,
}

static CASE: LazyLock<Case> = LazyLock::new(|| {
    let file = |name: &str| {
        let path = VirtualPath::new(name).expect("a plain name is a path");
        RootedPath::new(VirtualRoot::Project, path).intern()
    };
    let template = include_str!("agreement.typ").to_owned();
    Case {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(fonts())),
        template: Source::new(file("agreement.typ"), template),
        data: file("data.json"),
        logo: file("logo"),
    }
});

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

/// A logo that cannot be shown must not keep anybody from the agreement, nor must a fault against PDF/UA.
pub(crate) fn print(sheaf: &Sheaf) -> Result<Vec<u8>, String> {
    let printed = typeset(sheaf, sheaf.logo.as_ref()).or_else(|error| match &sheaf.logo {
        Some(_) => {
            tracing::warn!("an agreement is printed without the exchange's logo: {error}");
            typeset(sheaf, None)
        }
        None => Err(error),
    });
    comemo::evict(if sheaf.papers.len() > 1 { 0 } else { REMEMBERED });
    printed
}

fn typeset(sheaf: &Sheaf, logo: Option<&Logo>) -> Result<Vec<u8>, String> {
    let data = serde_json::to_vec(&sheaf.data(logo.is_some())).map_err(|error| error.to_string())?;
    let job = Job {
        data: Bytes::new(data),
        logo: logo.map(|logo| Bytes::new(logo.content.clone())),
    };
    let document: PagedDocument = typst::compile(&job).output.map_err(|errors| said(&errors))?;
    if sheaf.papers.len() > 1 {
        // The export needs the pages alone.
        comemo::evict(0);
    }
    let accessible = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| error.message().to_string())?;
    let options = |standards| PdfOptions {
        ident: Smart::Custom(sheaf.ident.clone()),
        creator: Smart::Custom(Some("Børsklokka".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options(accessible)).or_else(|error| {
        let error = said(&error);
        tracing::warn!("an agreement is not fully accessible: {error}");
        typst_pdf::pdf(&document, &options(PdfStandards::default())).map_err(|errors| said(&errors))
    })
}

fn said(errors: &EcoVec<SourceDiagnostic>) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("; ")
}

/// What the template may reach: itself, its data, a logo and the fonts. No file of the machine, no network, no clock.
struct Job {
    data: Bytes,
    logo: Option<Bytes>,
}

impl World for Job {
    fn library(&self) -> &LazyHash<Library> {
        &CASE.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &CASE.book
    }

    fn main(&self) -> FileId {
        CASE.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == CASE.template.id() {
            Ok(CASE.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == CASE.data {
            Ok(self.data.clone())
        } else if id == CASE.logo {
            self.logo.clone().ok_or(FileError::AccessDenied)
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().get(index).cloned()
    }

    fn today(&self, _offset: Option<TypstDuration>) -> Option<Datetime> {
        None
    }
}
