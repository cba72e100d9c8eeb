//! What becomes of a photo that comes in: it is read, turned upright, made as small as screens need it, and written anew. Nothing else
//! that was in its file is kept: no place, no time, no camera.

use std::io::Cursor;

use borsklokka_shared::photo::SIDE_PX_MAX;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::api::Denied;

/// Photos that are developed at a time, counted: each takes some 60 MB while it is, at most.
const AT_A_TIME: usize = 2;
/// The longest side of a photo that is read, in pixels: that of a tablet's camera.
const READ_PX_MAX: u32 = 4_608;
/// The most that reading one may take, in bytes.
const READ_BYTES_MAX: u64 = 128 * 1_024 * 1_024;
/// How well a photo is kept, of 100: the first with which it is small enough, or else the last.
const QUALITIES: [u8; 3] = [82, 65, 45];
/// How large a photo should be at most, in bytes: in the text of an export it takes a third more, and a line has two mebibytes.
pub(crate) const KEPT_BYTES_MAX: usize = 700 * 1_024;

static DARKROOM: Semaphore = Semaphore::const_new(AT_A_TIME);

/// Develops a photo.
///
/// # Errors
/// [`Denied::NotAPhoto`] if it is none.
pub(super) async fn develop(file: impl AsRef<[u8]> + Send + 'static) -> Result<Vec<u8>, Denied> {
    let _place = DARKROOM
        .acquire()
        .await
        .map_err(|error| Denied::Broken(error.to_string()))?;
    if !is_whole(file.as_ref()) {
        return Err(Denied::NotAPhoto);
    }
    let developed = tokio::task::spawn_blocking(move || developed(file.as_ref())).await;
    developed
        .map_err(|error| Denied::Broken(error.to_string()))?
        .map_err(|_| Denied::NotAPhoto)
}

/// Whether a photo came whole. Its reader makes grey of what a bad network kept back.
fn is_whole(file: &[u8]) -> bool {
    let last = |mark: [u8; 2]| file.windows(2).rposition(|bytes| bytes == mark);
    // What is seen begins with the one, and ends with the other.
    let (scan, end) = (last([0xFF, 0xDA]), last([0xFF, 0xD9]));
    scan.zip(end).is_some_and(|(scan, end)| scan < end)
}

fn developed(file: &[u8]) -> Result<Vec<u8>, image::ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(file), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(READ_PX_MAX);
    limits.max_image_height = Some(READ_PX_MAX);
    limits.max_alloc = Some(READ_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut photo = DynamicImage::from_decoder(decoder)?;
    photo.apply_orientation(orientation);
    if photo.width().max(photo.height()) > SIDE_PX_MAX {
        photo = photo.resize(SIDE_PX_MAX, SIDE_PX_MAX, FilterType::Triangle);
    }
    let photo = photo.into_rgb8();
    let mut written = Vec::new();
    for quality in QUALITIES {
        written.clear();
        JpegEncoder::new_with_quality(&mut written, quality).encode_image(&photo)?;
        if written.len() <= KEPT_BYTES_MAX {
            break;
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// A photo of one colour, as a camera writes it: with the place where it was taken, and to be turned.
    fn photo(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let picture = RgbImage::from_pixel(width, height, Rgb([180, 120, 60]));
        JpegEncoder::new(&mut file).encode_image(&picture).unwrap();
        // Exif: one entry that says how the camera was held (6: turn it a quarter to the right), and some words.
        let mut exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 59.7441 N 10.2045 E");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut segment = vec![0xFF, 0xE1];
        segment.extend(length);
        segment.extend(exif);
        file.splice(2..2, segment);
        file
    }

    #[test]
    fn a_photo_is_upright_no_larger_than_screens_need_and_says_nothing_of_where_it_was_taken() {
        let taken = photo(2_000, 1_000);
        assert!(taken.windows(3).any(|bytes| bytes == b"GPS"));
        let kept = developed(&taken).unwrap();
        assert!(!kept.windows(3).any(|bytes| bytes == b"GPS"));
        assert!(!kept.windows(4).any(|bytes| bytes == b"Exif"));
        let kept = image::load_from_memory_with_format(&kept, ImageFormat::Jpeg).unwrap();
        assert_eq!((kept.width(), kept.height()), (800, SIDE_PX_MAX));
    }

    #[test]
    fn a_photo_of_which_a_part_was_lost_on_its_way_is_none() {
        let whole = photo(640, 480);
        assert!(is_whole(&whole));
        for kept in [whole.len() - 2, whole.len() / 2, 300] {
            assert!(!is_whole(&whole[..kept]), "{kept} bytes");
        }
        // Cameras write more behind the picture.
        assert!(is_whole(&[&whole[..], b"and what a maker adds"].concat()));
    }

    #[test]
    fn what_is_no_photo_or_larger_than_any_camera_makes_it_is_not_read() {
        assert!(developed(b"\xFF\xD8\xFF\xE0 and so on").is_err());
        assert!(developed(b"\x89PNG\r\n\x1A\n").is_err());
        let mut cut = photo(64, 64);
        cut.truncate(200);
        assert!(developed(&cut).is_err());
        // A header that promises 65,000 pixels a side.
        let mut huge = photo(64, 64);
        let frame = huge.windows(2).position(|bytes| bytes == b"\xFF\xC0").unwrap();
        huge[frame + 5..frame + 9].copy_from_slice(&[0xFD, 0xE8, 0xFD, 0xE8]);
        assert!(developed(&huge).is_err());
    }
}
