//! What Unicode says of letters: their composed form (NFC), and which characters stand on the one before them.
//!
//! Its tables are a tenth of what a tablet would load, and a browser has them: there it is asked.

use std::borrow::Cow;

pub(super) use tables::is_combining_mark;

/// A text with its accents in the letters that they stand on, wherever there is such a letter.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(tables::compose(text))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use unicode_normalization::UnicodeNormalization as _;
    pub(in super::super) use unicode_normalization::char::is_combining_mark;

    pub(super) fn compose(text: &str) -> String {
        text.nfc().collect()
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::{JsString, RegExp};

    /// Before it there is none.
    const FIRST_MARK: char = '\u{300}';

    pub(in super::super) fn is_combining_mark(c: char) -> bool {
        thread_local! {
            static MARK: RegExp = RegExp::new(r"\p{M}", "u");
        }
        c >= FIRST_MARK && MARK.with(|mark| mark.test(c.encode_utf8(&mut [0; 4])))
    }

    pub(super) fn compose(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }
}
