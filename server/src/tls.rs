//! TLS that the server speaks itself: which certificate it shows, and how that is kept fresh. The certificate is from files,
//! or from a local authority that tablets are taught to trust ([`crate::trust`]).

mod authority;
mod certificate;
mod day;
mod error;
mod files;
mod leaf;
mod names;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use borsklokka_shared::instant::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::clock::SharedClock;
use crate::config::{Config, TlsMode};
use crate::stop::{Stop, Ticks};

pub use self::authority::AUTHORITY_DAYS;
pub use self::certificate::Authority;
use self::certificate::provider;
pub use self::day::DAY_MS;
pub(crate) use self::day::day;
pub use self::error::TlsError;
pub use self::files::Files;
pub use self::leaf::{LEAF_DAYS, Local};
pub use self::names::Names;

/// How often the certificate is looked at again, in seconds.
const LOOK_S: u64 = 30;
/// The first byte of a TLS connection: a handshake record. No http request begins with it.
pub const HANDSHAKE: u8 = 0x16;

/// The certificate that every connection is shown, and its source.
pub struct Tls {
    shown: Arc<Shown>,
    source: Source,
    clock: SharedClock,
}

enum Source {
    Files(Files),
    Local(Box<Local>),
}

impl Tls {
    /// What the command line asks for; none without TLS. `folder` is the database's.
    ///
    /// # Errors
    /// If the files are missing or of no use, or the authority cannot be read or kept.
    pub fn open(
        config: &Config,
        folder: Option<&Path>,
        clock: SharedClock,
    ) -> Result<Option<Arc<Self>>, TlsError> {
        if config.tls != TlsMode::Off && !config.base_url().starts_with("https://") {
            return Err(TlsError::NotHttps(config.base_url()));
        }
        match (config.tls, &config.tls_cert, &config.tls_key) {
            (TlsMode::Off, ..) => Ok(None),
            (TlsMode::Files, Some(certificate), Some(key)) => {
                let host = names::host(&config.base_url()).unwrap_or_default();
                Self::of_files(Files::new(certificate, key, host), clock).map(Some)
            }
            (TlsMode::Files, Some(_), None) => Err(TlsError::NoKey(PathBuf::new())),
            (TlsMode::Files, None, _) => Err(TlsError::NoCertificate(PathBuf::new())),
            (TlsMode::Local, ..) => {
                let folder = match (&config.tls_folder, folder) {
                    (Some(told), _) => told.clone(),
                    (None, Some(database)) => database.join("tls"),
                    (None, None) => return Err(TlsError::NoFolder),
                };
                let config = config.clone();
                let names = move || Names::of_machine(&config);
                Self::of_authority(&folder, names, clock).map(Some)
            }
        }
    }

    /// With a certificate in files.
    ///
    /// # Errors
    /// As of [`Tls::open`].
    pub fn of_files(files: Files, clock: SharedClock) -> Result<Arc<Self>, TlsError> {
        let shown = Shown::new(files.load(clock.now())?);
        Ok(Arc::new(Self {
            shown,
            source: Source::Files(files),
            clock,
        }))
    }

    /// With the local authority that is kept in `folder`; it is made if there is none. `names` tells at any time under which
    /// names people reach this machine.
    ///
    /// # Errors
    /// As of [`Tls::open`].
    pub fn of_authority(
        folder: &Path,
        names: impl Fn() -> Names + Send + Sync + 'static,
        clock: SharedClock,
    ) -> Result<Arc<Self>, TlsError> {
        let (local, leaf) = Local::open(folder, names, clock.now())?;
        Ok(Arc::new(Self {
            shown: Shown::new(leaf),
            source: Source::Local(Box::new(local)),
            clock,
        }))
    }

    /// Takes connections over.
    pub fn acceptor(&self) -> TlsAcceptor {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config).into()
    }

    /// Reads the files again, or makes a new certificate, if it is time to. What cannot be used leaves the old one in place.
    pub fn look_again(&self) {
        let now = self.clock.now();
        let fresh = match &self.source {
            Source::Files(files) => files.load_if_changed(now),
            Source::Local(local) => local.renew_if_due(now),
        };
        match fresh {
            Ok(Some(fresh)) => {
                tracing::info!(
                    "a new certificate is shown, which holds until {}",
                    day(self.until())
                );
                self.shown.show(fresh);
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the old certificate is kept: {error}"),
        }
    }

    /// Looks again from time to time, until the server stops.
    pub async fn keep_fresh(self: Arc<Self>, stop: Stop) {
        let mut ticks = Ticks::every_s(LOOK_S, &stop);
        while ticks.go_on().await {
            let tls = Arc::clone(&self);
            // Files are read, and a key may be made.
            let looked = tokio::task::spawn_blocking(move || tls.look_again()).await;
            if let Err(error) = looked {
                tracing::error!(%error, "looking at the certificate failed: {error}");
            }
        }
    }

    /// The local authority, if the certificate is of one.
    pub fn authority(&self) -> Option<Authority> {
        match &self.source {
            Source::Files(_) => None,
            Source::Local(local) => Some(local.authority()),
        }
    }

    /// When browsers begin to refuse: at the certificate's end. The local authority's is renewed by itself, and ends with the
    /// authority at the latest; if it was not, that is told in time.
    pub fn until(&self) -> Instant {
        match &self.source {
            Source::Files(files) => files.until(),
            Source::Local(local) => local.until(),
        }
    }
}

/// The certificate and key that connections are shown from now on.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    fn new(first: CertifiedKey) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(first))))
    }

    fn show(&self, fresh: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
