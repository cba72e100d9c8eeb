//! Every byte that a socket is sent.

use std::sync::{Arc, Mutex};

use test_support::raw::{HELLO, RawClient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Server;

/// A socket of which every byte is kept.
pub(crate) struct Ear {
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Ear {
    pub(crate) async fn open(server: &Server, token: &str) -> Self {
        Self::open_with(server, token, HELLO).await
    }

    /// One that begins with a message of its own, such as a position to resume from.
    pub(crate) async fn open_with(server: &Server, token: &str, hello: &str) -> Self {
        let mut io = TcpStream::connect(server.address)
            .await
            .expect("the server listens");
        let authorization = if token.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {token}\r\n")
        };
        let request = format!(
            "GET /api/v1/exchanges/drammen/live HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: borsklokka.v1\r\n{authorization}\r\n",
            server.address
        );
        io.write_all(request.as_bytes()).await.expect("sent");
        let mut client = RawClient {
            io,
            buffer: Vec::new(),
        };
        client.send_text(hello).await;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        tokio::spawn(async move {
            let mut part = vec![0; 1 << 16];
            while let Ok(bytes @ 1..) = client.io.read(&mut part).await {
                keep.lock().expect("no panic").extend_from_slice(&part[..bytes]);
            }
        });
        Self { heard }
    }

    pub(crate) fn has_heard(&self, text: &str) -> bool {
        holds(&self.heard.lock().expect("no panic"), text)
    }

    /// None of these has been heard.
    pub(crate) fn without(&self, texts: &[&str]) {
        let heard = self.heard.lock().expect("no panic");
        let found: Vec<&&str> = texts.iter().filter(|text| holds(&heard, text)).collect();
        assert!(found.is_empty(), "{found:?}");
    }

    pub(crate) async fn wait_for(&self, text: &str) {
        for _ in 0..500 {
            if self.has_heard(text) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{text} was never heard");
    }
}

/// Whether a text stands in bytes.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
