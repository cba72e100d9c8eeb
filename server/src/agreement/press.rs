//! The press: has papers set as PDF. It runs on threads of its own, at most half of the machine's, so that however many
//! copies are asked for, the floors' writers have the rest.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use borsklokka_typesetter::{Fold, Job, Memory, SetError, Template};
use tokio::sync::Semaphore;

use super::paper::{Logo, Sheaf};
use crate::api::Denied;
use crate::measure;

/// Most papers that are typeset at once.
const PRESSES_MAX: usize = 4;
/// How long a paper waits for a press, in seconds.
const WAIT_S: u64 = 30;
/// The stack of a press, in MiB: layout goes deep, and deeper without optimisation.
const STACK_MIB: usize = 16;
/// Most pixels of a logo, counted: what it takes when it is unpacked.
const LOGO_PIXELS_MAX: usize = 16_000_000;

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("agreement.typ")));

/// Whether a logo can be unpacked without filling the memory. A drawing has no pixels but those of the pictures in it, all of which
/// together count.
pub(crate) fn has_room_for(logo: &Logo) -> bool {
    let pixels = match std::str::from_utf8(&logo.content) {
        Ok(drawing) => pixels_in(drawing),
        Err(_) => Some(pixels_of(&logo.content).unwrap_or(0)),
    };
    pixels.is_some_and(|pixels| pixels <= LOGO_PIXELS_MAX)
}

fn pixels_of(picture: &[u8]) -> Option<usize> {
    let size = imagesize::blob_size(picture).ok()?;
    Some(size.width.saturating_mul(size.height))
}

/// The pixels of the pictures that a drawing brings along; none if nobody can tell before they are unpacked. What cannot be read is not
/// drawn either.
fn pixels_in(drawing: &str) -> Option<usize> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    let Ok(drawing) = roxmltree::Document::parse_with_options(drawing, options) else {
        return Some(0);
    };
    let links = drawing
        .descendants()
        .flat_map(|element| element.attributes())
        .filter(|attribute| attribute.name() == "href");
    let mut pixels = 0_usize;
    for link in links {
        // Browsers and the press pass over white space in it.
        let link: String = link.value().split_ascii_whitespace().collect();
        let Some((kind, data)) = link.split_once(',').filter(|_| link.starts_with("data:")) else {
            continue;
        };
        let data: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
        let data = if kind.ends_with(";base64") {
            BASE64.decode(data).ok()?
        } else {
            data
        };
        pixels = pixels.saturating_add(pixels_of(&data)?);
    }
    Some(pixels)
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
        let began = tokio::time::Instant::now();
        let free = Arc::clone(&self.free).acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(Duration::from_secs(WAIT_S), free).await else {
            return Err(Denied::PressBusy);
        };
        let press = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            press.threads.install(work)
        });
        let done = done.await;
        measure::print(began.elapsed());
        done.map_err(|error| Denied::Broken(format!("a paper cannot be typeset: {error}")))?
            .map_err(|error| Denied::Broken(format!("a paper cannot be typeset: {error}")))
    }

    /// The same without waiting for a turn, while the caller's thread stands still.
    pub(crate) fn print_here(&self, printed: &impl Printed) -> Result<Vec<u8>, SetError> {
        self.threads.install(|| print(printed))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG that says how large it is, and goes no further.
    fn png(side: u32) -> Vec<u8> {
        let side = side.to_be_bytes();
        [
            b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".as_slice(),
            &side,
            &side,
            &[8, 2, 0, 0, 0],
        ]
        .concat()
    }

    fn drawing(inside: &str) -> Vec<u8> {
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>"#).into_bytes()
    }

    fn with_picture(picture: &[u8]) -> Vec<u8> {
        let picture = BASE64.encode(picture);
        drawing(&format!(r#"<image href="data:image/png;base64,{picture}"/>"#))
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_has_no_room_on_paper_and_neither_in_a_drawing() {
        let nested = BASE64.encode(drawing("<rect/>"));
        let escaped = BASE64.encode(png(23_000));
        for (content, has_room) in [
            (png(4_000), true),
            (png(4_001), false),
            (drawing("<rect width='9' height='9'/>"), true),
            (drawing("<a href='https://example.org,base64'/>"), true),
            (with_picture(&png(4_000)), true),
            (with_picture(&png(23_000)), false),
            (
                drawing(&format!("<image href='data:image/svg+xml;base64,{nested}'/>")),
                false,
            ),
            (
                drawing(&format!(
                    "<image href='&#100;ata:image/png;base64,\n {escaped}'/>"
                )),
                false,
            ),
            (b"<svg".to_vec(), true),
        ] {
            let logo = Logo { content };
            let said = String::from_utf8_lossy(&logo.content).into_owned();
            assert_eq!(has_room_for(&logo), has_room, "{said}");
        }
        let twice = [
            r#"<image href="data:image/png;base64,"#,
            &BASE64.encode(png(3_000)),
            r#""/>"#,
        ]
        .concat();
        let content = drawing(&twice.repeat(2));
        assert!(!has_room_for(&Logo { content }), "all of them count");
    }
}
