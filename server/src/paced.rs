//! A connection whose answers must be read: one whose other end takes nothing of what waits for so long is cut.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::doors::Place;

/// How long an answer may wait without a byte of it being taken, in seconds.
const STUCK_S: u64 = 30;

/// A connection, and since when nothing of what is written to it is taken.
pub(crate) struct Paced<Io> {
    io: Io,
    /// Runs out when that has lasted too long.
    stuck: Option<Pin<Box<Sleep>>>,
    /// Where it is counted what waits to be read.
    place: Option<Arc<Place>>,
}

impl<Io> Paced<Io> {
    pub(crate) fn new(io: Io, place: Option<Arc<Place>>) -> Self {
        Self {
            io,
            stuck: None,
            place,
        }
    }

    /// The connection itself, for whoever has a pace of its own.
    pub(crate) fn into_inner(self) -> Io {
        self.io
    }

    /// What became of a write, unless it has waited too long.
    fn paced<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let wait = || Box::pin(tokio::time::sleep(Duration::from_secs(STUCK_S)));
        ready!(self.stuck.get_or_insert_with(wait).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Paced<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Paced<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.paced(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, pieces);
        self.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        // Whatever was written before has gone to the network: hyper flushes when it holds nothing back.
        if let (Poll::Ready(Ok(())), Some(place)) = (&flushed, &self.place) {
            place.all_said();
        }
        self.paced(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(cx);
        self.paced(cx, shut)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_nothing_is_cut_and_whoever_reads_slowly_is_not() {
        let (near, mut far) = duplex(64);
        let mut near = Paced::new(near, None);
        let answer = [7; 64 * 4];
        let reading = tokio::spawn(async move {
            let mut got = 0;
            while got < answer.len() {
                tokio::time::sleep(Duration::from_secs(STUCK_S - 1)).await;
                got += far.read(&mut [0; 64]).await.unwrap();
            }
            far
        });
        near.write_all(&answer).await.expect("slow, but it is read");
        let _far = reading.await.unwrap();
        let begun = tokio::time::Instant::now();
        let cut = near.write_all(&answer).await.expect_err("nobody reads");
        assert_eq!(cut.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), STUCK_S);
    }
}
