//! A text as a QR code.

use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;

use crate::api::Denied;

/// A text as a QR code, as SVG.
///
/// # Errors
/// If the text is too long for one.
pub(crate) fn svg(text: &str) -> Result<String, Denied> {
    let code = QRBuilder::new(text)
        .build()
        .map_err(|error| Denied::Broken(format!("no QR code holds {text}: {error}")))?;
    Ok(SvgBuilder::default().to_str(&code))
}
