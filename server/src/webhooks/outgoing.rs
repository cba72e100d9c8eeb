//! One request to another program: to the address that was judged and to no other, bounded in time and in what is read of the answer.
//! Whoever answers that it has moved is not followed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::address::{self, Reach};

/// How long one address of another program has to take the connection, in seconds.
const CONNECT_S: u64 = 5;
/// How long it has for everything, in seconds.
const ANSWER_S: u64 = 15;
/// How much of an answer is read, in bytes: what it says is for people who look for a fault.
const ANSWER_BYTES_MAX: usize = 2 * 1_024;
/// Longest answer that is kept, in characters.
const ANSWER_CHARS_MAX: usize = 300;

/// What is sent.
pub(super) struct Letter<'a> {
    pub(super) id: &'a str,
    pub(super) timestamp_s: i64,
    pub(super) signature: &'a str,
    pub(super) body: Vec<u8>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The other program has answered.
    Answered { status: StatusCode, answer: String },
    /// It could not be asked, or said nothing in time.
    Away(String),
}

/// The way out.
pub(super) struct Outgoing {
    tls: Arc<ClientConfig>,
    reach: Reach,
}

impl Outgoing {
    /// One that trusts the certificates that browsers trust.
    pub(super) fn new(reach: Reach) -> Self {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self::trusting(roots, reach)
    }

    pub(super) fn trusting(roots: RootCertStore, reach: Reach) -> Self {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has the usual versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            tls: Arc::new(tls),
            reach,
        }
    }

    /// Sends it once.
    pub(super) async fn post(&self, url: &str, letter: Letter<'_>) -> Outcome {
        let url = match address::read(url, self.reach) {
            Ok(url) => url,
            Err(fault) => return Outcome::Away(fault.to_string()),
        };
        let addresses = match address::look_up(&url, self.reach).await {
            Ok(addresses) => addresses,
            Err(unreached) => return Outcome::Away(unreached.to_string()),
        };
        let asked = timeout(Duration::from_secs(ANSWER_S), self.ask(&url, &addresses, letter)).await;
        match asked {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(why)) => Outcome::Away(why),
            Err(_) => Outcome::Away(format!("no answer within {ANSWER_S} s")),
        }
    }

    async fn ask(&self, url: &Url, addresses: &[SocketAddr], letter: Letter<'_>) -> Result<Outcome, String> {
        let stream = connect(addresses).await?;
        if url.scheme() != "https" {
            return exchange(stream, url, letter).await;
        }
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let name = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, stream)
            .await;
        let stream = stream.map_err(|error| format!("no encrypted connection: {error}"))?;
        exchange(stream, url, letter).await
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut why = "nowhere to connect to".to_owned();
    for address in addresses {
        match timeout(Duration::from_secs(CONNECT_S), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => why = format!("no connection: {error}"),
            Err(_) => why = format!("no connection within {CONNECT_S} s"),
        }
    }
    Err(why)
}

/// Sends the request on a connection, and reads the beginning of the answer.
async fn exchange<S>(stream: S, url: &Url, letter: Letter<'_>) -> Result<Outcome, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let said = |error: hyper::Error| format!("the connection failed: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(said)?;
    let driven = tokio::spawn(connection);
    let _ends = AbortOnDrop(driven.abort_handle());
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let asked_for = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Request::builder()
        .method(Method::POST)
        .uri(asked_for)
        .header(header::HOST, host)
        .header(
            header::USER_AGENT,
            concat!("borsklokka/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", letter.timestamp_s)
        .header("webhook-signature", letter.signature)
        .body(Full::new(Bytes::from(letter.body)))
        .map_err(|error| format!("not an address that can be asked: {error}"))?;
    let response = sender.send_request(request).await.map_err(said)?;
    let status = response.status();
    Ok(Outcome::Answered {
        status,
        answer: beginning(response.into_body()).await,
    })
}

/// The beginning of an answer, in one line. Whatever ends it, the status counts.
async fn beginning(mut body: Incoming) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(&data[..data.len().min(ANSWER_BYTES_MAX - bytes.len())]);
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    line.chars().take(ANSWER_CHARS_MAX).collect()
}

/// Ends a connection's task with whoever needed it.
struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;

    fn letter() -> Letter<'static> {
        Letter {
            id: "1",
            timestamp_s: 0,
            signature: "v1,x",
            body: b"{}".to_vec(),
        }
    }

    #[tokio::test]
    async fn over_https_it_goes_to_whom_the_address_names_alone() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let mut heard = [0; 4_096];
                let _ = stream.read(&mut heard).await;
                let _ = stream.write_all(b"HTTP/1.1 204 Taken\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        });
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let known = Outgoing::trusting(roots, Reach::PrivateNetworksToo);
        let unknown = Outgoing::new(Reach::PrivateNetworksToo);
        let url = format!("https://localhost:{port}/");
        let taken = known.post(&url, letter()).await;
        assert!(
            matches!(taken, Outcome::Answered { status, .. } if status == StatusCode::NO_CONTENT),
            "{taken:?}"
        );
        for (outgoing, url) in [(&unknown, url), (&known, format!("https://127.0.0.1:{port}/"))] {
            let refused = outgoing.post(&url, letter()).await;
            assert!(
                matches!(&refused, Outcome::Away(why) if why.starts_with("no encrypted connection")),
                "{refused:?}"
            );
        }
    }
}
