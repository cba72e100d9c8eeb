//! Passkeys, with an authenticator in software: what browsers and their keys do, byte by byte.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, SigningKey};
use sha2::{Digest, Sha256};

use super::*;
use crate::config::TlsMode;
use crate::database::on_either;
use crate::fixture::open_hub_with;

const PASSKEYS: &str = "/api/v1/account/passkeys";
const BEGIN: &str = "/api/v1/account/passkeys/begin";
const ASK: &str = "/api/v1/account/passkeys/ask";
const LOG_IN: &str = "/api/v1/account/passkeys/log-in";
const HOST: &str = "bors.example.org";
const ORIGIN: &str = "https://bors.example.org";
/// Somebody was there, and was known.
const KNOWN: u8 = 0x05;
/// Somebody was there.
const THERE: u8 = 0x01;

/// A server with a certificate of its own.
async fn hub() -> Fixture {
    open_hub_with(|config| {
        config.public_url = Some(ORIGIN.to_owned());
        config.tls = TlsMode::Files;
    })
    .await
}

/// A key of an authenticator.
struct Key {
    pair: KeyPair,
    id: Vec<u8>,
    user: String,
    signed: u32,
    origin: &'static str,
    flags: u8,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    /// One that is made for what a browser was asked.
    fn made(asked: &Value) -> Self {
        let options = &asked["options"]["publicKey"];
        assert_eq!(options["rp"]["id"], HOST);
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let pair = KeyPair::generate().unwrap();
        Self {
            id: Sha256::digest(pair.public_key_raw()).to_vec(),
            pair,
            user: options["user"]["id"].as_str().unwrap().to_owned(),
            signed: 0,
            origin: ORIGIN,
            flags: KNOWN,
        }
    }

    fn client(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = &asked["options"]["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn head(&self, more: u8) -> Vec<u8> {
        let mut head = Sha256::digest(HOST).to_vec();
        head.push(self.flags | more);
        head.extend(self.signed.to_be_bytes());
        head
    }

    /// What a browser sends of a key that was made.
    fn creation(&self, asked: &Value) -> Value {
        let mut about = self.head(0x40);
        about.extend([0; 16]);
        about.extend((self.id.len() as u16).to_be_bytes());
        about.extend(&self.id);
        let point = self.pair.public_key_raw();
        about.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        about.extend(&point[1..33]);
        about.extend([0x22, 0x58, 0x20]);
        about.extend(&point[33..]);
        let mut attestation = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(about.len()).unwrap());
        attestation.extend(about);
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "attestationObject": text(attestation),
                "clientDataJSON": text(self.client("webauthn.create", asked)),
            },
        })
    }

    /// What a browser sends of a key that has signed.
    fn signature(&mut self, asked: &Value) -> Value {
        self.signed += 1;
        let (about, client) = (self.head(0), self.client("webauthn.get", asked));
        let mut signed = about.clone();
        signed.extend(Sha256::digest(&client));
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": text(about), "clientDataJSON": text(client),
                "signature": text(self.pair.sign(&signed).unwrap()), "userHandle": self.user,
            },
        })
    }
}

/// Kari's browser, at this server's address.
async fn kari_there<'a>(hub: &'a Fixture, operator: &Browser<'_>) -> (String, Browser<'a>) {
    let asked = json!({ "email": "kari@example.org", "name": "Kari", "exchanges": ["drammen"] });
    let made = operator.post(ACCOUNTS, asked).await;
    let link = made.json["link"].as_str().unwrap();
    let secret = link.strip_prefix("https://bors.example.org/account#").unwrap();
    let mut browser = hub.browser();
    let answer = browser.post(OPEN, choice(secret)).await;
    keep_all(&mut browser, &answer);
    (id_of(&made), browser)
}

async fn begin(browser: &Browser<'_>) -> Value {
    let asked = browser.post(BEGIN, json!({ "passphrase": HERS })).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    asked.json
}

async fn add(browser: &Browser<'_>, name: &str) -> (String, Key) {
    let asked = begin(browser).await;
    let key = Key::made(&asked);
    let added = json!({ "token": asked["token"], "name": name, "credential": key.creation(&asked) });
    let added = browser.post(PASSKEYS, added).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    (id_of(&added), key)
}

async fn question(hub: &Fixture) -> Value {
    let asked = hub.browser().ask("POST", ASK, None).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    asked.json
}

async fn log_in_by(hub: &Fixture, key: &mut Key) -> Answer {
    let asked = question(hub).await;
    let credential = key.signature(&asked);
    let body = json!({ "token": asked["token"], "credential": credential });
    hub.browser().post(LOG_IN, body).await
}

#[tokio::test]
async fn a_passkey_is_added_named_used_and_removed() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari_there(&hub, &operator).await;
    let wrong = json!({ "passphrase": "tre ganske gale ord" });
    assert_eq!(
        browser.post(BEGIN, wrong).await.code(),
        "passphrase_wrong",
        "a browser that was left open adds none"
    );
    let (id, mut key) = add(&browser, "Telefonen").await;
    let listed = browser.get(PASSKEYS).await.json;
    assert_eq!(
        (&listed["at"], &listed["passkeys"][0]["name"]),
        (&json!(HOST), &json!("Telefonen"))
    );
    assert_eq!(listed["passkeys"][0]["last_used"], Value::Null);

    let mut other = hub.browser();
    let answer = log_in_by(&hub, &mut key).await;
    keep_all(&mut other, &answer);
    assert_eq!(other.get(ACCOUNT).await.json["name"], "Kari");
    let used = browser.get(PASSKEYS).await.json["passkeys"][0]["last_used"].clone();
    assert!(used.is_string(), "{used}");

    let path = format!("{PASSKEYS}/{id}");
    let renamed = browser.patch(&path, json!({ "name": "Nettbrettet" })).await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT);
    assert_eq!(
        browser.get(PASSKEYS).await.json["passkeys"][0]["name"],
        "Nettbrettet"
    );
    assert_eq!(browser.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.delete(&path).await.code(), "unknown_passkey");
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_unknown");
}

#[tokio::test]
async fn what_a_passkey_was_asked_is_answered_once_and_not_for_long_and_as_it_was_asked() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari_there(&hub, &operator).await;
    let (_, mut key) = add(&browser, "Telefonen").await;
    let send = async |token: &Value, credential: Value| {
        let body = json!({ "token": token, "credential": credential });
        let answer = hub.browser().post(LOG_IN, body).await;
        (answer.status, answer.code().to_owned())
    };
    let asked = question(&hub).await;
    let credential = key.signature(&asked);
    assert_eq!(
        send(&asked["token"], credential.clone()).await.0,
        StatusCode::NO_CONTENT
    );
    let late = (StatusCode::GONE, "passkey_too_late".to_owned());
    assert_eq!(send(&asked["token"], credential).await, late, "it is taken once");
    let asked = question(&hub).await;
    hub.clock.pass_ms(5 * 60 * 1_000);
    assert_eq!(send(&asked["token"], key.signature(&asked)).await, late);
    let asked = begin(&browser).await;
    assert_eq!(
        send(&asked["token"], key.signature(&asked)).await,
        late,
        "what was to make one logs nobody in"
    );
    let (signed, sent) = (question(&hub).await, question(&hub).await);
    let answer = send(&sent["token"], key.signature(&signed)).await;
    assert_eq!(answer.1, "passkey_refused", "it has signed another question");
}

#[tokio::test]
async fn a_page_of_another_origin_and_a_key_that_knew_nobody_are_refused() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari_there(&hub, &operator).await;
    let (_, mut key) = add(&browser, "Telefonen").await;
    key.origin = "https://bors.example.com";
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_refused");
    key.origin = ORIGIN;
    key.flags = THERE;
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_refused");
    key.flags = KNOWN;
    assert_eq!(log_in_by(&hub, &mut key).await.status, StatusCode::NO_CONTENT);
    let own = std::mem::replace(&mut key.pair, KeyPair::generate().unwrap());
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_refused");
    key.pair = own;
    key.user = text(uuid::Uuid::new_v4().as_bytes());
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_unknown");
}

#[tokio::test]
async fn a_passkey_that_has_signed_less_often_than_is_known_is_refused_as_copied() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari_there(&hub, &operator).await;
    let (_, mut key) = add(&browser, "Telefonen").await;
    key.signed = 7;
    assert_eq!(log_in_by(&hub, &mut key).await.status, StatusCode::NO_CONTENT);
    key.signed = 7;
    let answer = log_in_by(&hub, &mut key).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::FORBIDDEN, "passkey_copied")
    );
    key.signed = 8;
    assert_eq!(log_in_by(&hub, &mut key).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn passkeys_go_with_their_account_and_a_closed_one_opens_to_none() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (id, browser) = kari_there(&hub, &operator).await;
    let (_, mut key) = add(&browser, "Telefonen").await;
    let path = format!("{ACCOUNTS}/{id}");
    operator.patch(&path, json!({ "disabled": true })).await;
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_unknown");
    operator.patch(&path, json!({ "disabled": false })).await;
    assert_eq!(log_in_by(&hub, &mut key).await.status, StatusCode::NO_CONTENT);
    let gone = operator.delete(&path).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    assert_eq!(log_in_by(&hub, &mut key).await.code(), "passkey_unknown");
    let left: i64 =
        on_either!(hub.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM account_passkeys")
        .fetch_one(on)
        .await)
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn an_account_has_ten_passkeys_and_an_address_without_a_name_has_none() {
    let hub = hub().await;
    let operator = hub.operator().await;
    let (_, browser) = kari_there(&hub, &operator).await;
    for n in 0..PASSKEYS_MAX {
        add(&browser, &n.to_string()).await;
    }
    let full = browser.post(BEGIN, json!({ "passphrase": HERS })).await;
    assert_eq!((full.status, full.code()), (StatusCode::CONFLICT, "too_many"));

    let hub = open_hub().await;
    let asked = hub.browser().ask("POST", ASK, None).await;
    assert_eq!(
        (asked.status, asked.code()),
        (StatusCode::CONFLICT, "no_passkeys")
    );
    let ways = hub.browser().get("/api/v1/login").await.json;
    assert_eq!(ways["passkeys_at"], Value::Null);
}
