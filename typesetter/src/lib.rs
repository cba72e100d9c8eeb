//! Sets papers: a template in Typst's language and its data become a PDF, or one page a picture. What the papers are about is not known here.
//!
//! Typst is more code than all the rest of the server, and much of it is compiled where it is used. Behind this border it is
//! linked when the server changes, and not compiled again.
//!
//! What people wrote reaches the template as data, in a file of JSON: nothing of it is ever read as markup.

mod booklet;
mod fonts;

use std::collections::HashMap;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::ecow::EcoVec;
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, Scalar};
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_render::{RenderOptions, render};

use crate::fonts::fonts;

pub use crate::fonts::has_glyph;

/// Jobs whose intermediate results are remembered, so that a second copy costs little.
const REMEMBERED: usize = 8;

/// The same for every job: the template, Typst's library, the book of the fonts.
pub struct Template {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    text: Source,
    data: FileId,
    logo: FileId,
}

/// One file to set.
pub struct Job {
    /// What the template reads as `data.json`.
    pub data: Vec<u8>,
    /// What it reads as `logo`: a picture.
    pub logo: Option<Vec<u8>>,
    /// What it reads as `picture-0`, `picture-1` and so on.
    pub pictures: Vec<Vec<u8>>,
    /// What the file is, for ever: two prints of the same have the same identifier.
    pub ident: String,
    /// The program that the file says it was made with.
    pub creator: String,
    /// What is kept of it when it is done.
    pub memory: Memory,
    /// How its pages lie on the sheets.
    pub fold: Fold,
}

/// How pages lie on sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// One on each side.
    None,
    /// Two on each side, in the order in which sheets that are printed on both sides and folded together are read.
    Booklet,
}

/// What is kept of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Its intermediate results, beside those of the jobs before it: the next like it costs little.
    Kept,
    /// Nothing, of this job and all before it: it is large.
    Emptied,
}

/// A job cannot be set.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SetError(String);

impl Template {
    /// Reads a template.
    pub fn new(text: &str) -> Self {
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(fonts())),
            text: Source::new(file("template.typ"), text.to_owned()),
            data: file("data.json"),
            logo: file("logo"),
        }
    }

    /// Sets a job as PDF/UA, and as plain PDF if it has a fault against that: nobody is kept from a paper by it.
    ///
    /// # Errors
    /// With what Typst says, if the template does not fit the data or the logo is no picture.
    pub fn set(&self, job: Job) -> Result<Vec<u8>, SetError> {
        let memory = job.memory;
        let set = self.set_and_remember(job);
        comemo::evict(match memory {
            Memory::Kept => REMEMBERED,
            Memory::Emptied => 0,
        });
        set
    }

    /// Draws the first page of what the template makes of `data`, a pixel for each of its points, as PNG.
    ///
    /// # Errors
    /// With what Typst says, if the template does not fit the data.
    pub fn draw(&self, data: Vec<u8>) -> Result<Vec<u8>, SetError> {
        let reach = Reach {
            template: self,
            data: Bytes::new(data),
            logo: None,
            pictures: HashMap::new(),
        };
        let document = typst::compile::<PagedDocument>(&reach).output;
        let drawn = document.map_err(|errors| said(&errors)).and_then(|document| {
            let page = document.pages().first();
            let page = page.ok_or_else(|| SetError("the template makes no page".to_owned()))?;
            let options = RenderOptions {
                pixel_per_pt: Scalar::new(1.0),
                ..RenderOptions::default()
            };
            let picture = render(page, &options).encode_png();
            picture.map_err(|error| SetError(error.to_string()))
        });
        comemo::evict(REMEMBERED);
        drawn
    }

    fn set_and_remember(&self, job: Job) -> Result<Vec<u8>, SetError> {
        let fold = job.fold;
        let reach = Reach {
            template: self,
            data: Bytes::new(job.data),
            logo: job.logo.map(Bytes::new),
            pictures: job
                .pictures
                .into_iter()
                .enumerate()
                .map(|(number, picture)| (file(&format!("picture-{number}")), Bytes::new(picture)))
                .collect(),
        };
        let document: PagedDocument = typst::compile(&reach).output.map_err(|errors| said(&errors))?;
        if job.memory == Memory::Emptied {
            // The export needs the pages alone.
            comemo::evict(0);
        }
        if fold == Fold::Booklet {
            // Whoever reads on a screen has the pages in order; these are for the printer, and say nothing of the order.
            let options = PdfOptions {
                ident: Smart::Custom(job.ident.clone()),
                creator: Smart::Custom(Some(job.creator.clone())),
                tagged: false,
                ..PdfOptions::default()
            };
            return typst_pdf::pdf(&booklet::folded(&document), &options).map_err(|errors| said(&errors));
        }
        let accessible =
            PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| SetError(error.message().to_string()))?;
        let options = |standards| PdfOptions {
            ident: Smart::Custom(job.ident.clone()),
            creator: Smart::Custom(Some(job.creator.clone())),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options(accessible)).or_else(|error| {
            let error = said(&error);
            tracing::warn!(%error, "a paper is not fully accessible: {error}");
            typst_pdf::pdf(&document, &options(PdfStandards::default())).map_err(|errors| said(&errors))
        })
    }
}

fn said(errors: &EcoVec<SourceDiagnostic>) -> SetError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    SetError(messages.join("; "))
}

/// The file that a template calls so.
fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What a template may reach: itself, its data, a logo, pictures and the fonts. No file of the machine, no network, no clock.
struct Reach<'a> {
    template: &'a Template,
    data: Bytes,
    logo: Option<Bytes>,
    pictures: HashMap<FileId, Bytes>,
}

impl World for Reach<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.template.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.template.book
    }

    fn main(&self) -> FileId {
        self.template.text.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.text.id() {
            Ok(self.template.text.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.template.data {
            Ok(self.data.clone())
        } else if id == self.template.logo {
            self.logo.clone().ok_or(FileError::AccessDenied)
        } else {
            self.pictures.get(&id).cloned().ok_or(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
