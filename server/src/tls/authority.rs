//! The local authority: made once, kept in one file that only its owner may read, and limited in what it may vouch for.
//!
//! A tablet that trusts it would believe whoever gets its key. So it ends after a month, and holds for this machine's names
//! and for addresses that exist inside private networks only: for no site on the internet.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use borsklokka_shared::instant::Instant;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use time::OffsetDateTime;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use x509_parser::extensions::GeneralName;

use super::{Authority, DAY_MS, Names, TlsError, certificate, day};
use crate::keeping;

/// How long an authority holds, in days: to set tablets up well before the event, and to be gone soon after it.
pub const AUTHORITY_DAYS: i64 = 30;
/// How far a tablet's clock may be behind, in milliseconds.
pub(super) const CLOCK_BEHIND_MS: i64 = DAY_MS;
/// The file in the authority's folder: its key, then its certificate. One file, so that they are always of one make.
const FILE: &str = "authority.pem";
/// The file while it is written.
const DRAFT: &str = "authority.new";

/// Networks whose addresses mean something else in every hall, with the length of their prefix in bits. All of them may be
/// vouched for: the router may give the machine another address tomorrow.
const PRIVATE_NETWORKS: [(&str, u8); 8] = [
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("127.0.0.0", 8),
    ("fc00::", 7),
    ("fe80::", 10),
    ("::1", 128),
];

/// The authority with its key.
pub(super) struct Signer {
    pub(super) public: Authority,
    pub(super) issuer: Issuer<'static, KeyPair>,
    limits: Limits,
}

impl Signer {
    /// The authority in a folder; a new one for `names`, if there is none or its time is over.
    pub(super) fn open(folder: &Path, names: &Names, now: Instant) -> Result<Self, TlsError> {
        let file = folder.join(FILE);
        match fs::read(&file) {
            Ok(pem) => {
                keep_private(&file);
                keeping::close_folder(folder, &[FILE, DRAFT]);
                let kept = Self::read(&file, &pem)?;
                if kept.public.until > now {
                    return Ok(kept);
                }
                tracing::warn!(
                    "the local authority ended on {}: a new one is made, which every tablet must be taught to trust",
                    day(kept.public.until)
                );
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(TlsError::Unreadable { file, source }),
        }
        let pem = make(names, now)?;
        write_private(folder, &file, &pem).map_err(|(file, source)| TlsError::Unwritable { file, source })?;
        Self::read(&file, pem.as_bytes())
    }

    fn read(file: &Path, pem: &[u8]) -> Result<Self, TlsError> {
        let bad = |reason: String| TlsError::BadAuthority {
            file: file.to_owned(),
            reason,
        };
        let text = std::str::from_utf8(pem).map_err(|error| bad(error.to_string()))?;
        let key = KeyPair::from_pem(text).map_err(|error| bad(error.to_string()))?;
        let der = CertificateDer::from_pem_slice(pem).map_err(|error| bad(error.to_string()))?;
        let read = certificate::parse(&der).ok_or_else(|| bad("no certificate".to_owned()))?;
        if *read.public_key().subject_public_key.data != *key.public_key_raw() {
            return Err(bad("the key does not fit the certificate".to_owned()));
        }
        let common_name = read.subject().iter_common_name().next();
        let name = common_name
            .and_then(|name| name.as_str().ok())
            .unwrap_or_default()
            .to_owned();
        let (_, until) = certificate::validity(&read);
        let limits = Limits::of(&read).ok_or_else(|| bad("no limits on its names".to_owned()))?;
        let issuer = Issuer::from_ca_cert_der(&der, key).map_err(|error| bad(error.to_string()))?;
        Ok(Self {
            public: Authority {
                certificate: der,
                name,
                until,
            },
            issuer,
            limits,
        })
    }

    /// Those of `names` that it may vouch for, and those that it may not.
    pub(super) fn sort(&self, names: Names) -> (Names, Vec<String>) {
        let (dns, other_dns): (BTreeSet<_>, BTreeSet<_>) = names
            .dns
            .into_iter()
            .partition(|name| self.limits.allow_dns(name));
        let (addresses, other_addresses): (BTreeSet<_>, BTreeSet<_>) = names
            .addresses
            .into_iter()
            .partition(|address| self.limits.allow_address(*address));
        let others = other_addresses.into_iter().map(|address| address.to_string());
        (
            Names { dns, addresses },
            other_dns.into_iter().chain(others).collect(),
        )
    }
}

/// Key and certificate of a new authority, as PEM.
fn make(names: &Names, now: Instant) -> Result<String, TlsError> {
    let not_made = |error: rcgen::Error| TlsError::NotMade(error.to_string());
    let key = KeyPair::generate().map_err(not_made)?;
    let mut params = CertificateParams::default();
    params.not_before = moment(now.plus_ms(-CLOCK_BEHIND_MS));
    params.not_after = moment(now.plus_ms(AUTHORITY_DAYS * DAY_MS));
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Børsklokka {}", day(now)));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted(names),
        excluded_subtrees: Vec::new(),
    });
    let made = params.self_signed(&key).map_err(not_made)?;
    Ok(key.serialize_pem() + &made.pem())
}

/// The names as they are, every private network, and of other addresses those that the machine has now.
fn permitted(names: &Names) -> Vec<GeneralSubtree> {
    let networks = PRIVATE_NETWORKS.map(|(address, bits)| {
        let address: IpAddr = address.parse().expect("the networks are written right");
        CidrSubnet::from_addr_prefix(address, bits)
    });
    let own = names.addresses.iter().map(|address| {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        CidrSubnet::from_addr_prefix(*address, bits)
    });
    let own = own.filter(|own| !networks.iter().any(|network| holds(network, own)));
    let dns = names.dns.iter().cloned().map(GeneralSubtree::DnsName);
    dns.chain(networks.into_iter().chain(own).map(GeneralSubtree::IpAddress))
        .collect()
}

fn holds(network: &CidrSubnet, one: &CidrSubnet) -> bool {
    match (network, one) {
        (CidrSubnet::V4(base, mask), CidrSubnet::V4(address, _)) => is_within(address, base, mask),
        (CidrSubnet::V6(base, mask), CidrSubnet::V6(address, _)) => is_within(address, base, mask),
        (CidrSubnet::V4(..), CidrSubnet::V6(..)) | (CidrSubnet::V6(..), CidrSubnet::V4(..)) => false,
    }
}

fn is_within(address: &[u8], base: &[u8], mask: &[u8]) -> bool {
    address.len() == base.len()
        && address
            .iter()
            .zip(base)
            .zip(mask)
            .all(|((address, base), mask)| address & mask == base & mask)
}

/// A time as certificates have it, in whole seconds.
pub(super) fn moment(at: Instant) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.unix_ms.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// What an authority may vouch for, as its certificate says.
struct Limits {
    dns: Vec<String>,
    /// Base and mask.
    networks: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Limits {
    fn of(certificate: &x509_parser::certificate::X509Certificate<'_>) -> Option<Self> {
        let constraints = certificate.name_constraints().ok()??.value;
        let (mut dns, mut networks) = (Vec::new(), Vec::new());
        for subtree in constraints.permitted_subtrees.as_ref()? {
            match &subtree.base {
                GeneralName::DNSName(name) => dns.push((*name).to_owned()),
                GeneralName::IPAddress(bytes) => {
                    let (base, mask) = bytes.split_at(bytes.len() / 2);
                    networks.push((base.to_vec(), mask.to_vec()));
                }
                _ => {}
            }
        }
        Some(Self { dns, networks })
    }

    fn allow_dns(&self, name: &str) -> bool {
        let is_below = |base: &String| {
            name.strip_suffix(base.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.dns.iter().any(is_below)
    }

    fn allow_address(&self, address: IpAddr) -> bool {
        let bytes = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        self.networks
            .iter()
            .any(|(base, mask)| is_within(&bytes, base, mask))
    }
}

/// Writes the file anew, whole or not at all; only its owner may read it. On failure, which file.
fn write_private(folder: &Path, file: &Path, pem: &str) -> Result<(), (PathBuf, std::io::Error)> {
    let at = |file: &Path| {
        let file = file.to_owned();
        move |error| (file, error)
    };
    keeping::make_folder(folder).map_err(at(folder))?;
    keeping::close_folder(folder, &[FILE, DRAFT]);
    let draft = folder.join(DRAFT);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut writing = keeping::private(&mut options).open(&draft).map_err(at(&draft))?;
    keep_private(&draft);
    writing
        .write_all(pem.as_bytes())
        .and_then(|()| writing.sync_all())
        .map_err(at(&draft))?;
    fs::rename(&draft, file).map_err(at(file))
}

/// Takes the file from everybody but its owner, if somebody opened it to others.
fn keep_private(file: &Path) {
    match keeping::close_file(file) {
        Ok(false) => {}
        Ok(true) => tracing::warn!("{} was open to others: it is closed now", file.display()),
        Err(error) => {
            tracing::error!(%error, "{} is open to others and cannot be closed: {error}", file.display());
        }
    }
}
