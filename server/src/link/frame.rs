//! Server frames, ready for the wire: one text message a frame, never masked.

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// A text message as a frame.
pub fn text_frame(text: &[u8]) -> Bytes {
    frame_of_length(text.len(), text)
}

/// A ping of the protocol itself, without a payload. Browsers answer it by themselves, whatever their page does.
pub const PING_FRAME: Bytes = Bytes::from_static(&[0x89, 0]);

/// The frame of a text message of `length` bytes, up to and with `start`, the message's first bytes.
pub fn frame_of_length(length: usize, start: &[u8]) -> Bytes {
    let header = FrameHeader {
        opcode: OpCode::Data(Data::Text),
        ..FrameHeader::default()
    };
    let mut frame = Vec::with_capacity(header.len(length as u64) + start.len());
    header
        .format(length as u64, &mut frame)
        .expect("a Vec takes every write");
    frame.extend_from_slice(start);
    frame.into()
}
