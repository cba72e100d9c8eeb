//! TLS that the server speaks itself: which certificate it shows, and how that is kept fresh. The certificate is from files,
//! or from a local authority that tablets are taught to trust ([`crate::trust`]).

mod authority;
mod certificate;
mod files;
mod leaf;
mod names;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use borsklokka_shared::instant::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::clock::SharedClock;
use crate::config::{Config, TlsMode};
use crate::stop::{Stop, stopped};

pub use self::authority::AUTHORITY_DAYS;
pub use self::certificate::Authority;
pub use self::files::Files;
pub use self::leaf::{LEAF_DAYS, Local};
pub use self::names::Names;

/// How often the certificate is looked at again, in seconds.
const LOOK_S: u64 = 30;
/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The first byte of a TLS connection: a handshake record. No http request begins with it.
pub const HANDSHAKE: u8 = 0x16;

/// Why the server cannot speak TLS. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// An address that people use is not https.
    #[error("--public-url {0} is not https: with --tls, give it with https://")]
    NotHttps(String),
    /// A file cannot be read.
    #[error("cannot read {}: {source}; check the path and who may read it", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}; choose another folder with --tls-folder", file.display())]
    Unwritable {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file holds no certificate.
    #[error("{} holds no certificate that can be read; it must be PEM, with the server's own certificate first", .0.display())]
    NoCertificate(PathBuf),
    /// A file holds no key.
    #[error("{} holds no private key that can be read; it must be PEM, without a passphrase", .0.display())]
    NoKey(PathBuf),
    /// The two do not belong together.
    #[error("the key in {} does not fit the certificate in {}", key.display(), certificate.display())]
    KeyDoesNotFit {
        /// The key's file.
        key: PathBuf,
        /// The certificate's.
        certificate: PathBuf,
    },
    /// It holds no longer.
    #[error("the certificate in {} expired on {}: renew it", file.display(), day(*until))]
    Expired {
        /// Which.
        file: PathBuf,
        /// When it ended.
        until: Instant,
    },
    /// It does not hold yet.
    #[error("the certificate in {} holds only from {}: check the machine's clock", file.display(), day(*from))]
    NotYet {
        /// Which.
        file: PathBuf,
        /// When it begins.
        from: Instant,
    },
    /// It is for other names.
    #[error(
        "the certificate in {} is not for {host}, but for {}: give --public-url with one of its names", file.display(),
        names.join(", ")
    )]
    OtherName {
        /// Which.
        file: PathBuf,
        /// The host that people use.
        host: String,
        /// The certificate's names.
        names: Vec<String>,
    },
    /// Nowhere to keep the authority.
    #[error("the local authority needs a folder on this machine: give --tls-folder")]
    NoFolder,
    /// The authority's file is damaged.
    #[error(
        "{} cannot be used ({reason}); if you remove it, the server makes a new authority, which every tablet must be taught \
         to trust anew", file.display()
    )]
    BadAuthority {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A certificate cannot be made.
    #[error("a certificate cannot be made: {0}")]
    NotMade(String),
}

/// A day as it is read, such as `2026-12-24` (UTC).
pub(crate) fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}

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
    pub async fn keep_fresh(self: Arc<Self>, mut stop: Stop) {
        let mut every = tokio::time::interval(Duration::from_secs(LOOK_S));
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = stopped(&mut stop) => return,
            }
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

/// What rustls reckons with.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
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
