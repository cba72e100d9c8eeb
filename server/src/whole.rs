//! Whether the file of a picture came whole, by its own structure. It is not decoded, so a thousand of them are looked through in no time.

use std::ops::RangeInclusive;

/// What a JPEG begins with, and what each of its segments does.
const JPEG: &[u8] = b"\xFF\xD8";
const SEGMENT: u8 = 0xFF;
/// The segments that say how large it is, but for some of their numbers.
const SIZES: RangeInclusive<u8> = 0xC0..=0xCF;
const NO_SIZES: [u8; 3] = [0xC4, 0xC8, 0xCC];
/// The segments of which there is the name alone.
const BARE: RangeInclusive<u8> = 0xD0..=0xD7;
/// The segment behind which comes what is seen, and the last one.
const SCAN: u8 = 0xDA;
const END: [u8; 2] = [0xFF, 0xD9];
/// What a PNG begins with, and the name of its last part.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";
const LAST: &[u8; 4] = b"IEND";
/// What each part of a PNG has beside its length and its content, in bytes: a name, and a sum by which it is checked.
const PART_BYTES: usize = 8;
/// What a WebP does not count of itself, in bytes.
const UNCOUNTED_BYTES: usize = 8;

/// Whether all of a JPEG is there: how large it is, what is seen, and the end behind that. Cameras add more behind the end.
pub(crate) fn is_jpeg(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(JPEG) else {
        return false;
    };
    let mut is_sized = false;
    while let Some((name, behind)) = segment(rest) {
        if name == SCAN {
            return is_sized && behind.windows(END.len()).rposition(|pair| pair == END).is_some();
        }
        is_sized |= SIZES.contains(&name) && !NO_SIZES.contains(&name);
        let next = if BARE.contains(&name) {
            Some(behind)
        } else {
            behind_content(behind)
        };
        let Some(next) = next else { break };
        rest = next;
    }
    false
}

/// The name of the segment of a JPEG that comes next, and what comes behind the name.
fn segment(rest: &[u8]) -> Option<(u8, &[u8])> {
    let begun = rest.iter().take_while(|byte| **byte == SEGMENT).count();
    let (name, behind) = rest.get(begun..)?.split_first()?;
    (begun > 0).then_some((*name, behind))
}

/// What comes behind the content of a segment, whose length it begins with.
fn behind_content(content: &[u8]) -> Option<&[u8]> {
    let length = content.first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    content.get(length.max(size_of::<u16>())..)
}

/// Whether all of a PNG is there, to its last part.
pub(crate) fn is_png(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(PNG) else {
        return false;
    };
    while let Some((length, part)) = rest.split_first_chunk::<4>() {
        let bytes = (u32::from_be_bytes(*length) as usize).saturating_add(PART_BYTES);
        let Some(next) = part.get(bytes..) else { break };
        if part.starts_with(LAST) {
            return true;
        }
        rest = next;
    }
    false
}

/// Whether all of a WebP is there, as long as it says that it is.
pub(crate) fn is_webp(file: &[u8]) -> bool {
    let Some((length, kind)) = file
        .strip_prefix(b"RIFF")
        .and_then(<[u8]>::split_first_chunk::<4>)
    else {
        return false;
    };
    let bytes = (u32::from_le_bytes(*length) as usize).saturating_add(UNCOUNTED_BYTES);
    kind.starts_with(b"WEBP") && file.len() >= bytes
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, RgbImage};

    use super::*;

    fn jpeg() -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        RgbImage::new(48, 32)
            .write_to(&mut file, ImageFormat::Jpeg)
            .unwrap();
        file.into_inner()
    }

    /// One pixel.
    const PIXEL: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3A\x7E\x9B\x55\
        \0\0\0\x0AIDAT\x78\xDA\x63\x60\0\0\0\x02\0\x01\xE5\x27\xDE\xFC\0\0\0\0IEND\xAE\x42\x60\x82";
    const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 and so on";

    #[test]
    fn a_picture_is_whole_until_a_byte_of_its_end_is_missing() {
        let jpeg = jpeg();
        let is_whole: [fn(&[u8]) -> bool; 3] = [is_jpeg, is_png, is_webp];
        let files = [(jpeg.as_slice(), 0), (PIXEL, 0), (WEBP, 1)];
        for (is_whole, (file, spare)) in is_whole.into_iter().zip(files) {
            assert!(is_whole(file) && is_whole(&[file, b" and more"].concat()));
            for bytes in 0..file.len() - spare {
                assert!(!is_whole(&file[..bytes]), "{bytes} of {} bytes", file.len());
            }
        }
    }

    #[test]
    fn what_a_camera_put_before_a_photo_is_no_end_of_it() {
        let photo = jpeg();
        // A small one of it lies before, in a segment of its own.
        let length = u16::try_from(photo.len() + 2).unwrap().to_be_bytes();
        let with_small = [
            &photo[..2],
            b"\xFF\xE1".as_slice(),
            &length[..],
            &photo[..],
            &photo[2..],
        ]
        .concat();
        assert!(is_jpeg(&with_small));
        for bytes in [200, photo.len() + 6, photo.len() + 200, with_small.len() - 1] {
            assert!(!is_jpeg(&with_small[..bytes]), "{bytes}");
        }
    }

    #[test]
    fn what_only_begins_like_one_is_none() {
        for file in [
            b"".as_slice(),
            b"\xFF\xD8\xFF\xE0 and so on",
            b"\xFF\xD8\xFF\xDA\0\x02\xFF\xD9",
            b"\x89PNG\r\n\x1A\n and so on",
            b"RIFF\x10\0\0\0WAVEfmt and so on",
        ] {
            assert!(!is_jpeg(file) && !is_png(file) && !is_webp(file), "{file:?}");
        }
    }
}
