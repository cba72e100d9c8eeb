//! Pictures in which nothing can be seen.

/// What a PNG begins with.
const BEGIN: &[u8] = b"\x89PNG\r\n\x1A\n";
/// Its last part.
const END: &[u8] = b"\0\0\0\0IEND\xAE\x42\x60\x82";
/// What a part has beside its content, in bytes: its length, its name, and a sum.
const PART_BYTES: usize = 12;

/// A file of so many bytes that is a whole PNG by its parts.
pub fn png_of(bytes: usize) -> Vec<u8> {
    let content = bytes - BEGIN.len() - PART_BYTES - END.len();
    let mut file = BEGIN.to_vec();
    file.extend_from_slice(&(content as u32).to_be_bytes());
    file.extend_from_slice(b"fill");
    file.resize(bytes - END.len(), 7);
    file.extend_from_slice(END);
    file
}
