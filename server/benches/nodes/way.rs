//! The way to the nodes: TLS to the proxy, which chooses one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use borsklokka::simulate::{Client, ClientError, upgrade};
use borsklokka_shared::follow::Follower;
use borsklokka_shared::wire::PONG_WAIT_MS_MAX;
use test_support::raw::LIVE;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite;

/// Whom the certificate is for.
const NAME: &str = "localhost";
/// How long somebody waits for a word before they take the server for lost.
pub(crate) const PATIENCE: Duration = Duration::from_millis(PONG_WAIT_MS_MAX as u64);

/// A client that came through the proxy.
pub(crate) type Through = Client<TlsStream<TcpStream>>;

pub(crate) struct Way {
    proxy: SocketAddr,
    base: String,
    origin: String,
    connector: TlsConnector,
}

impl Way {
    pub(crate) fn new(port: u16, certificate: &Path) -> Result<Self> {
        let certificate = CertificateDer::from_pem_file(certificate)
            .with_context(|| format!("{} is no certificate", certificate.display()))?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate)?;
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            proxy: SocketAddr::from(([127, 0, 0, 1], port)),
            base: format!("wss://{NAME}:{port}"),
            origin: format!("https://{NAME}:{port}"),
            connector: TlsConnector::from(Arc::new(config)),
        })
    }

    /// Comes in from an address, from where an earlier connection ended.
    pub(crate) async fn enter(
        &self,
        from: Ipv4Addr,
        token: Option<&str>,
        follower: Option<Follower>,
    ) -> Result<Through, ClientError> {
        let entering = async {
            let stream = self.shake_hands(from).await.map_err(tungstenite::Error::from)?;
            let slug = LIVE.split('/').nth(4).unwrap_or_default();
            let mut request = upgrade(&self.base, slug, token)?;
            let origin = self.origin.parse().map_err(tungstenite::Error::from)?;
            request.headers_mut().insert("Origin", origin);
            let (socket, _) = client_async(request, stream).await?;
            Client::over(socket, follower).await
        };
        timeout(PATIENCE, entering)
            .await
            .unwrap_or(Err(ClientError::Silent))
    }

    async fn shake_hands(&self, from: Ipv4Addr) -> std::io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(self.proxy).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from(NAME).expect("a name");
        self.connector.connect(name, stream).await
    }
}
