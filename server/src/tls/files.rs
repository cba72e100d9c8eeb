//! A certificate and its key in files that somebody else renews.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use borsklokka_shared::instant::Instant;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::sign::CertifiedKey;

use super::certificate::provider;
use super::{TlsError, certificate};

/// Where certificate and key lie, and what was read there.
pub struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// The host that people use: the certificate must be for it.
    host: String,
    seen: Mutex<Seen>,
}

/// What was read last.
#[derive(Default)]
struct Seen {
    content: (Vec<u8>, Vec<u8>),
    until: Instant,
}

impl Files {
    /// The files; nothing is read yet.
    pub fn new(certificate: &Path, key: &Path, host: String) -> Self {
        Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            host,
            seen: Mutex::default(),
        }
    }

    /// Reads both.
    pub(super) fn load(&self, now: Instant) -> Result<CertifiedKey, TlsError> {
        let content = self.read()?;
        let (loaded, until) = self.understand(&content, now)?;
        *self.seen() = Seen { content, until };
        Ok(loaded)
    }

    /// Reads both again; none if they are as they were. What cannot be used is told once, not each time it is looked at.
    pub(super) fn load_if_changed(&self, now: Instant) -> Result<Option<CertifiedKey>, TlsError> {
        let content = self.read()?;
        if self.seen().content == content {
            return Ok(None);
        }
        let understood = self.understand(&content, now);
        let mut seen = self.seen();
        seen.content = content;
        let (loaded, until) = understood?;
        seen.until = until;
        Ok(Some(loaded))
    }

    /// When the certificate that is in use ends.
    pub(super) fn until(&self) -> Instant {
        self.seen().until
    }

    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
        let read = |file: &Path| {
            fs::read(file).map_err(|source| TlsError::Unreadable {
                file: file.to_owned(),
                source,
            })
        };
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    fn understand(
        &self,
        (chain, key): &(Vec<u8>, Vec<u8>),
        now: Instant,
    ) -> Result<(CertifiedKey, Instant), TlsError> {
        let no_certificate = || TlsError::NoCertificate(self.certificate.clone());
        let no_key = || TlsError::NoKey(self.key.clone());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|_| no_certificate())?;
        let until = self.check(chain.first().ok_or_else(no_certificate)?, now)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| no_key())?;
        let key = provider()
            .key_provider
            .load_private_key(key)
            .map_err(|_| no_key())?;
        let loaded = CertifiedKey::new(chain, key);
        loaded.keys_match().map_err(|_| TlsError::KeyDoesNotFit {
            key: self.key.clone(),
            certificate: self.certificate.clone(),
        })?;
        Ok((loaded, until))
    }

    /// Whether browsers would take the certificate now, for the host that people use; and until when.
    fn check(&self, own: &CertificateDer<'static>, now: Instant) -> Result<Instant, TlsError> {
        let file = || self.certificate.clone();
        let no_certificate = |_| TlsError::NoCertificate(file());
        let read = certificate::parse(own).ok_or_else(|| TlsError::NoCertificate(file()))?;
        let (from, until) = certificate::validity(&read);
        if until <= now {
            return Err(TlsError::Expired { file: file(), until });
        }
        if from > now {
            return Err(TlsError::NotYet { file: file(), from });
        }
        let parsed = ParsedCertificate::try_from(own).map_err(no_certificate)?;
        let is_for_host = ServerName::try_from(self.host.as_str())
            .is_ok_and(|name| verify_server_name(&parsed, &name).is_ok());
        if is_for_host {
            Ok(until)
        } else {
            Err(TlsError::OtherName {
                file: file(),
                host: self.host.clone(),
                names: certificate::names(&read),
            })
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
