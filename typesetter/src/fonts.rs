//! The fonts that papers are set in, and what they can show.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::Font;

const FILES: [&[u8]; 4] = [
    include_bytes!("../fonts/Archivo-Regular.ttf"),
    include_bytes!("../fonts/Archivo-Bold.ttf"),
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
];

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .filter_map(|file| Font::new(Bytes::new(file), 0))
        .collect()
});

/// The fonts, in the order in which a character is looked for.
pub(crate) fn fonts() -> &'static [Font] {
    &FONTS
}

/// Whether one of the fonts has a character.
pub fn has_glyph(character: char) -> bool {
    FONTS
        .iter()
        .any(|font| font.info().coverage.contains(u32::from(character)))
}
