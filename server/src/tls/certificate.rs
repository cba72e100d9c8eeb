//! What a certificate says of itself.

use std::net::IpAddr;
use std::sync::Arc;

use borsklokka_shared::instant::Instant;
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// The local authority's public side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its certificate, which holds no secret.
    pub certificate: CertificateDer<'static>,
    /// What it is called in a device's list.
    pub name: String,
    /// When it ends.
    pub until: Instant,
}

impl Authority {
    /// SHA-256 of the certificate, as devices show it: 32 pairs of hexadecimal digits.
    pub fn fingerprint(&self) -> Vec<String> {
        Sha256::digest(&self.certificate)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }
}

/// Reads a certificate; none if it cannot be read.
pub(super) fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    X509Certificate::from_der(der).ok().map(|(_, read)| read)
}

/// From when until when it holds.
pub(super) fn validity(certificate: &X509Certificate<'_>) -> (Instant, Instant) {
    let at =
        |time: x509_parser::time::ASN1Time| Instant::from_unix_ms(time.timestamp().saturating_mul(1_000));
    let validity = certificate.validity();
    (at(validity.not_before), at(validity.not_after))
}

/// The names and addresses that it is for, as people read them.
pub(super) fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    alternatives
        .map(|found| found.value.general_names.as_slice())
        .unwrap_or_default()
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
            _ => None,
        })
        .collect()
}

/// An address as it stands in a certificate.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

/// What rustls reckons with.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
