//! A local authority, a clock that it goes by, and clients that trust it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use borsklokka::clock::{Clock, MachineClock, SharedClock};
use borsklokka::tls::{DAY_MS, Names, Tls};
use borsklokka_shared::instant::Instant;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Clocks that are moved by hand.
#[expect(clippy::struct_field_names, reason = "a unit is the last word of a name")]
pub(crate) struct HandClock {
    wall_ms: AtomicI64,
    elapsed_ms: AtomicI64,
    slept_ms: AtomicI64,
}

impl HandClock {
    pub(crate) fn shared() -> Arc<Self> {
        Self::behind(0)
    }

    /// So many days behind the machine's, by which the clients here go.
    pub(crate) fn behind(days: i64) -> Arc<Self> {
        let now = MachineClock::anchored().now().plus_ms(-days * DAY_MS);
        Arc::new(Self {
            wall_ms: AtomicI64::new(now.unix_ms),
            elapsed_ms: AtomicI64::new(0),
            slept_ms: AtomicI64::new(0),
        })
    }

    pub(crate) fn pass_ms(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
        self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// The machine sleeps.
    pub(crate) fn sleep_ms(&self, ms: i64) {
        self.slept_ms.fetch_add(ms, Ordering::SeqCst);
        self.pass_ms(ms);
    }

    /// Somebody sets the clock.
    pub(crate) fn set_by_ms(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.pass_ms(days * DAY_MS);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.wall_ms.load(Ordering::SeqCst))
    }

    fn elapsed_ms(&self) -> i64 {
        self.elapsed_ms.load(Ordering::SeqCst)
    }

    fn slept_ms(&self) -> i64 {
        self.slept_ms.load(Ordering::SeqCst)
    }
}

pub(crate) fn names(addresses: &[&str]) -> Names {
    Names::of(
        "laptop",
        addresses.iter().map(|ip| ip.parse().expect("an address")),
    )
}

/// An authority for localhost and one address of the hall.
pub(crate) fn local(folder: &Path, clock: &Arc<HandClock>) -> Arc<Tls> {
    Tls::of_authority(
        folder,
        || names(&["192.168.1.5"]),
        Arc::clone(clock) as SharedClock,
    )
    .expect("a folder that may be written to")
}

/// Trusts one certificate and nothing else.
pub(crate) fn trusting(certificate: &CertificateDer<'static>) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).expect("a certificate");
    Arc::new(roots)
}

pub(crate) fn connector(roots: Arc<RootCertStore>) -> TlsConnector {
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

pub(crate) async fn connect(
    server: SocketAddr,
    name: &'static str,
    roots: Arc<RootCertStore>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(server).await?;
    connector(roots)
        .connect(ServerName::try_from(name).expect("a name"), stream)
        .await
}
