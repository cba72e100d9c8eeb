//! The certificates that the local authority gives this server: short-lived, for every name that it has just now. Their key
//! is never written down.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use borsklokka_shared::instant::Instant;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType,
};
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::sign::CertifiedKey;

use super::authority::{CLOCK_BEHIND_MS, Signer, moment};
use super::certificate::provider;
use super::{Authority, DAY_MS, Names, TlsError};

/// How long a server's certificate holds, in days.
pub const LEAF_DAYS: i64 = 7;
/// It is renewed so long before its end, in milliseconds: a machine that sleeps for a weekend wakes up with one that holds.
const RENEW_MS: i64 = 3 * DAY_MS;

/// A local authority at work.
pub struct Local {
    folder: PathBuf,
    names: Box<dyn Fn() -> Names + Send + Sync>,
    state: Mutex<State>,
}

struct State {
    signer: Signer,
    /// For what the newest certificate is, as the machine had it.
    names: Names,
    /// When the newest certificate ends.
    until: Instant,
}

impl Local {
    /// Opens or makes the authority in `folder`, and lets it give the first certificate.
    pub(super) fn open(
        folder: &Path,
        names: impl Fn() -> Names + Send + Sync + 'static,
        now: Instant,
    ) -> Result<(Self, CertifiedKey), TlsError> {
        let now_named = names();
        let signer = Signer::open(folder, &now_named, now)?;
        let (leaf, until) = issue(&signer, now_named.clone(), now)?;
        let local = Self {
            folder: folder.to_owned(),
            names: Box::new(names),
            state: Mutex::new(State {
                signer,
                names: now_named,
                until,
            }),
        };
        Ok((local, leaf))
    }

    /// A new certificate, if the machine's names have changed or the old one nears its end.
    pub(super) fn renew_if_due(&self, now: Instant) -> Result<Option<CertifiedKey>, TlsError> {
        let names = (self.names)();
        let mut state = self.state();
        let authority_ended = state.signer.public.until <= now;
        // The last one ends with the authority, however soon that is.
        let ends_early = state.until < state.signer.public.until && state.until.ms_since(now) <= RENEW_MS;
        // Made while the machine's clock was ahead: browsers would not take it yet.
        let from_the_future = state.until.ms_since(now) > LEAF_DAYS * DAY_MS + CLOCK_BEHIND_MS;
        if names == state.names && !ends_early && !authority_ended && !from_the_future {
            return Ok(None);
        }
        if authority_ended {
            state.signer = Signer::open(&self.folder, &names, now)?;
        }
        let (leaf, until) = issue(&state.signer, names.clone(), now)?;
        state.names = names;
        state.until = until;
        Ok(Some(leaf))
    }

    /// The earlier of its end and the end of the certificate that it gave.
    pub(super) fn until(&self) -> Instant {
        let state = self.state();
        state.until.min(state.signer.public.until)
    }

    /// Its public side.
    pub(super) fn authority(&self) -> Authority {
        self.state().signer.public.clone()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A certificate with a key of its own, and when it ends.
fn issue(signer: &Signer, names: Names, now: Instant) -> Result<(CertifiedKey, Instant), TlsError> {
    let not_made = |error: rcgen::Error| TlsError::NotMade(error.to_string());
    let (names, others) = signer.sort(names);
    if !others.is_empty() {
        tracing::warn!(
            "no tablet will trust this server at {}: the local authority was not made for it. Use another address, or \
             remove the authority's file and let every tablet trust a new one",
            others.join(", ")
        );
    }
    let until = now.plus_ms(LEAF_DAYS * DAY_MS).min(signer.public.until);
    let key = KeyPair::generate().map_err(not_made)?;
    let mut params = CertificateParams::default();
    params.not_before = moment(now.plus_ms(-CLOCK_BEHIND_MS));
    params.not_after = moment(until);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Børsklokka");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let addresses = names.addresses.into_iter().map(SanType::IpAddress);
    params.subject_alt_names = names
        .dns
        .into_iter()
        .map(|name| name.try_into().map(SanType::DnsName))
        .chain(addresses.map(Ok))
        .collect::<Result<_, _>>()
        .map_err(not_made)?;
    let made = params.signed_by(&key, &signer.issuer).map_err(not_made)?;
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der());
    let secret = provider()
        .key_provider
        .load_private_key(secret.into())
        .map_err(|error| TlsError::NotMade(error.to_string()))?;
    let chain = vec![made.der().clone(), signer.public.certificate.clone()];
    Ok((CertifiedKey::new(chain, secret), until))
}
