//! Why the server cannot speak TLS.

use std::path::PathBuf;

use borsklokka_shared::instant::Instant;

use super::day::day;

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
