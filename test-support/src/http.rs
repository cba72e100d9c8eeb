//! Asks over HTTP, with a token.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The status, and the stable code of an error.
    pub fn refusal(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        (self.status, code)
    }

    /// A header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(found, value)| (found.to_lowercase() == name).then_some(value))
    }
}

pub async fn get(server: SocketAddr, path: &str, token: &str) -> Answer {
    ask(server, "GET", path, token, "application/json", b"").await
}

pub async fn post(server: SocketAddr, path: &str, token: &str, body: &str) -> Answer {
    ask(server, "POST", path, token, "application/json", body.as_bytes()).await
}

/// Asks; an empty token is left out.
pub async fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    media_type: &str,
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(server).await.expect("the server listens");
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("Authorization: Bearer {token}\r\n")
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nAccept-Language: en\r\n{authorization}\
         Content-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // A server that refuses by the head alone need not read the body.
    let _ = stream.write_all(body).await;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("answered");
    let end = response
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8_lossy(&response[..end]).into_owned();
    Answer {
        status: head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status line"),
        body: response.split_off(end + 4),
        head,
    }
}
