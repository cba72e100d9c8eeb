//! The certificates that the server shows: its local authority's, and those in files.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex};

use crate::common::Server;
use crate::common::trust::{HandClock, connect, local, names, trusting};
use borsklokka::clock::{Clock, SharedClock};
use borsklokka::config::TlsMode;
use borsklokka::tls::{AUTHORITY_DAYS, DAY_MS, Files, LEAF_DAYS, Names, Tls, TlsError};
use borsklokka_shared::instant::Instant;
use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use test_support::http;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{CertificateError, Error};

/// What the server shows just now, without any trust: its own certificate and its issuer's.
async fn chain(tls: &Tls) -> Vec<CertificateDer<'static>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("bound");
    let acceptor = tls.acceptor();
    let accepting = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.expect("a client");
        acceptor.accept(socket).await
    });
    let authority = tls.authority().expect("a local authority").certificate;
    let stream = connect(address, "localhost", trusting(&authority))
        .await
        .expect("trusted");
    let shown = stream.get_ref().1.peer_certificates().expect("shown").to_vec();
    drop(stream);
    let _ = accepting.await;
    shown
}

/// Whether a client that trusts `authority` takes `certificate` for `name`, at a time.
fn verify(
    authority: &CertificateDer<'static>,
    certificate: &CertificateDer<'static>,
    name: &str,
    at: Instant,
) -> Result<(), Error> {
    let verifier = WebPkiServerVerifier::builder(trusting(authority))
        .build()
        .expect("a verifier");
    let at = UnixTime::since_unix_epoch(std::time::Duration::from_millis(at.unix_ms as u64));
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    verifier
        .verify_server_cert(certificate, &[], &name, &[], at)
        .map(|_| ())
}

#[tokio::test]
async fn a_restart_keeps_the_authority_and_its_end_makes_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = HandClock::shared();
    let first = local(folder.path(), &clock);
    let authority = first.authority().expect("a local authority");
    let again = local(folder.path(), &clock);
    assert_eq!(again.authority(), Some(authority.clone()));
    assert_ne!(
        chain(&first).await[0],
        chain(&again).await[0],
        "the certificate is a new one"
    );
    clock.pass_days(AUTHORITY_DAYS + 1);
    let later = local(folder.path(), &clock)
        .authority()
        .expect("a local authority");
    assert_ne!(later.certificate, authority.certificate);
    assert_ne!(later.fingerprint(), authority.fingerprint());
    // A server that runs through it, too.
    first.look_again();
    assert_eq!(first.authority(), Some(later));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_enters_the_folder_of_the_authority() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let open_to_all = || fs::Permissions::from_mode(0o755);
    let above = tempfile::tempdir().expect("a folder");
    let folder = above.path().join("tls");
    local(&folder, &HandClock::shared());
    assert_eq!(mode(&folder), 0o700, "as it is made");
    fs::set_permissions(&folder, open_to_all()).expect("opened");
    local(&folder, &HandClock::shared());
    assert_eq!(mode(&folder), 0o700, "and where it lay open");

    fs::write(folder.join("notes.txt"), "of somebody else").expect("written");
    fs::set_permissions(&folder, open_to_all()).expect("opened");
    local(&folder, &HandClock::shared());
    assert_eq!(
        mode(&folder),
        0o755,
        "a folder for other things too is not ours to close"
    );
}

#[tokio::test]
async fn the_certificate_is_renewed_before_its_end_and_when_addresses_change() {
    let folder = tempfile::tempdir().expect("a folder");
    // Its first certificate holds today, and so does the one after it.
    let clock = HandClock::behind(LEAF_DAYS - 2);
    let addresses = Arc::new(Mutex::new(vec!["192.168.1.5"]));
    let now_named = Arc::clone(&addresses);
    let tls = Tls::of_authority(
        folder.path(),
        move || names(&now_named.lock().expect("not poisoned")),
        Arc::clone(&clock) as SharedClock,
    )
    .expect("made");
    let authority = tls.authority().expect("a local authority").certificate;
    let first = chain(&tls).await;
    assert_eq!(first[1], authority, "the chain leads to the authority");
    for name in [
        "localhost",
        "laptop",
        "laptop.local",
        "127.0.0.1",
        "::1",
        "192.168.1.5",
    ] {
        assert_eq!(verify(&authority, &first[0], name, clock.now()), Ok(()), "{name}");
    }
    assert!(verify(&authority, &first[0], "10.0.0.7", clock.now()).is_err());
    tls.look_again();
    assert_eq!(chain(&tls).await[0], first[0], "nothing has changed");

    *addresses.lock().expect("not poisoned") = vec!["10.0.0.7"];
    tls.look_again();
    let moved = chain(&tls).await;
    assert_eq!(verify(&authority, &moved[0], "10.0.0.7", clock.now()), Ok(()));

    let end = clock.now().plus_ms((LEAF_DAYS + 1) * DAY_MS);
    assert!(matches!(
        verify(&authority, &moved[0], "localhost", end),
        Err(Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        ))
    ));
    clock.pass_days(LEAF_DAYS - 2);
    tls.look_again();
    let renewed = chain(&tls).await;
    assert_eq!(verify(&authority, &renewed[0], "localhost", end), Ok(()));
    assert_eq!(tls.authority().expect("the same").certificate, authority);
}

#[tokio::test]
async fn whoever_steals_the_key_can_vouch_for_nothing_on_the_internet() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = HandClock::shared();
    let tls = local(folder.path(), &clock);
    let authority = tls.authority().expect("a local authority").certificate;
    let pem = fs::read_to_string(folder.path().join("authority.pem")).expect("the file");
    let stolen =
        Issuer::from_ca_cert_der(&authority, KeyPair::from_pem(&pem).expect("its key")).expect("an issuer");
    let forge = |name: &str, is_ca: IsCa| {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.is_ca = is_ca;
        params.signed_by(&key, &stolen).expect("signed").der().clone()
    };
    for name in ["localhost", "laptop.local", "192.168.7.7", "10.1.2.3", "fd00::9"] {
        let forged = forge(name, IsCa::NoCa);
        assert_eq!(verify(&authority, &forged, name, clock.now()), Ok(()), "{name}");
    }
    for name in [
        "example.org",
        "drammen.kommune.no",
        "xlocalhost",
        "local",
        "8.8.8.8",
        "2001:db8::1",
    ] {
        let forged = forge(name, IsCa::NoCa);
        let refused = verify(&authority, &forged, name, clock.now());
        assert!(
            matches!(&refused, Err(error) if format!("{error:?}").contains("NameConstraintViolation")),
            "{name}: {refused:?}"
        );
    }
}

#[test]
fn an_authority_that_is_damaged_is_told_and_not_replaced_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = HandClock::shared();
    local(folder.path(), &clock);
    let file = folder.path().join("authority.pem");
    let pem = fs::read_to_string(&file).expect("the file");
    let other = KeyPair::generate().expect("a key").serialize_pem();
    let certificate = pem.find("-----BEGIN CERTIFICATE").expect("its certificate");
    for damaged in [
        String::new(),
        pem[..certificate].to_owned(),
        other + &pem[certificate..],
    ] {
        fs::write(&file, damaged).expect("written");
        let opened = Tls::of_authority(folder.path(), || names(&[]), Arc::clone(&clock) as SharedClock);
        assert!(matches!(opened, Err(TlsError::BadAuthority { .. })));
    }
}

#[test]
fn names_that_the_authority_was_not_made_for_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = HandClock::shared();
    local(folder.path(), &clock);
    let wider = || Names {
        dns: BTreeSet::from(["localhost".to_owned(), "bors.example.org".to_owned()]),
        addresses: BTreeSet::from(["203.0.113.9".parse().expect("an address")]),
    };
    let tls = Tls::of_authority(folder.path(), wider, Arc::clone(&clock) as SharedClock).expect("opened");
    let shown = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(chain(&tls));
    let authority = tls.authority().expect("the same").certificate;
    assert_eq!(verify(&authority, &shown[0], "localhost", clock.now()), Ok(()));
    assert!(verify(&authority, &shown[0], "bors.example.org", clock.now()).is_err());
}

#[test]
fn the_certificate_can_be_read_from_the_file_by_other_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    let tls = local(folder.path(), &HandClock::shared());
    let pem = fs::read(folder.path().join("authority.pem")).expect("the file");
    let read = CertificateDer::from_pem_slice(&pem).expect("PEM");
    assert_eq!(Some(read), tls.authority().map(|authority| authority.certificate));
    rustls::RootCertStore::empty()
        .add(CertificateDer::from_pem_slice(&pem).expect("PEM"))
        .expect("an authority");
}

/// Certificate and key in files, as somebody else's authority gives them.
struct Given {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
    clock: Arc<HandClock>,
}

impl Given {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Somebody else");
        let key = KeyPair::generate().expect("a key");
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            issuer: CertifiedIssuer::self_signed(params, key).expect("an authority"),
            clock: HandClock::shared(),
        }
    }

    /// Writes a certificate that begins and ends in so many days, and its key.
    fn write(&self, name: &str, (from, until): (i64, i64)) {
        let at = |days| {
            let at = self.clock.now().plus_ms(days * DAY_MS);
            OffsetDateTime::from_unix_timestamp(at.unix_ms / 1_000).expect("a time")
        };
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (at(from), at(until));
        let made = params.signed_by(&key, &self.issuer).expect("signed");
        self.put("cert.pem", &(made.pem() + &self.issuer.pem()));
        self.put("key.pem", &key.serialize_pem());
    }

    fn put(&self, file: &str, content: &str) {
        fs::write(self.folder.path().join(file), content).expect("written");
    }

    fn open(&self) -> Result<Arc<Tls>, TlsError> {
        let file = |name| self.folder.path().join(name);
        let files = Files::new(&file("cert.pem"), &file("key.pem"), "bors.example.org".to_owned());
        Tls::of_files(files, Arc::clone(&self.clock) as SharedClock)
    }
}

#[tokio::test]
async fn a_certificate_in_files_serves_and_is_read_again_when_it_is_renewed() {
    let given = Given::new();
    given.write("bors.example.org", (-1, 5));
    let tls = given.open().expect("good files");
    let server = Server::start_over(Some(Arc::clone(&tls)), |config| {
        config.tls = TlsMode::Files;
        config.public_url = Some("https://bors.example.org".to_owned());
    })
    .await;
    let roots = trusting(given.issuer.der());
    let shown = async || {
        let mut stream = connect(server.address, "bors.example.org", Arc::clone(&roots))
            .await
            .expect("trusted");
        let request = "GET /healthz HTTP/1.1\r\nHost: bors.example.org\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        // The server closes without TLS's own goodbye, which says nothing about the answer.
        let _ = stream.read_to_string(&mut answer).await;
        assert!(answer.ends_with("ok"), "{answer}");
        stream.get_ref().1.peer_certificates().expect("shown")[0].clone()
    };
    let first = shown().await;
    given.put("cert.pem", "half a ");
    tls.look_again();
    assert_eq!(
        shown().await,
        first,
        "a renewal that goes wrong leaves the old one"
    );
    given.write("bors.example.org", (-1, 90));
    tls.look_again();
    assert_ne!(shown().await, first);
    assert!(tls.until() > given.clock.now().plus_ms(80 * DAY_MS));
    // No authority of ours, so no page that asks to trust it.
    let path = http::get(server.address, "/authority.crt", "").await;
    assert_ne!(path.header("content-type"), Some("application/x-x509-ca-cert"));
}

#[test]
fn files_that_are_of_no_use_are_told_with_what_to_do() {
    let given = Given::new();
    let told = || given.open().err().expect("an error").to_string();
    assert!(told().contains("cert.pem: No such file"), "{}", told());
    given.write("bors.example.org", (-1, 5));
    given.put("key.pem", &KeyPair::generate().expect("a key").serialize_pem());
    assert!(told().contains("does not fit"), "{}", told());
    given.put("key.pem", "no key");
    assert!(told().contains("holds no private key"), "{}", told());
    given.put("cert.pem", "no certificate");
    assert!(told().contains("holds no certificate"), "{}", told());
    given.write("bors.example.org", (-9, -1));
    assert!(told().contains("expired on"), "{}", told());
    given.write("bors.example.org", (1, 9));
    assert!(told().contains("check the machine's clock"), "{}", told());
    given.write("other.example.org", (-1, 9));
    let told = told();
    assert!(
        told.contains("not for bors.example.org, but for other.example.org: give --public-url"),
        "{told}"
    );
}
