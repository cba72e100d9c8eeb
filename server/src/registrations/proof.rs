//! The proof of work that the form asks for in a rush: a number that is found by trying, and is told by one hash whether it is the right one.
//!
//! The format is ALTCHA's (version 1): the challenge is the SHA-256 of a salt and a secret number, and signed, so that nothing of it is kept
//! here. The salt is the form's token, its exchange and until when it may be used, and ends in a sign that no number begins with: what
//! stands behind it is the number and nothing else. A token has one entry for ever, so a proof holds once, on every node.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, link_token};
use crate::api::Denied;

/// What solves it, in the browser.
pub(super) const SCRIPT: &str = include_str!("proof.js");
/// Where that is.
pub(super) const SCRIPT_PATH: &str = "/proof.js";
/// The largest number that it may be, one below a power of two; half as many are tried, in the middle. A cheap phone tries some 275,000 to
/// 450,000 a second (Chromium, ten and six times as slow as a desktop computer), which is 1.2 to 1.9 s.
const NUMBER_MAX: u32 = (1 << 20) - 1;
/// How long one may be used, in seconds: it is asked when the form is shown, and somebody fills it in meanwhile.
const LASTS_S: i64 = 15 * 60;
/// The one hash that there is.
const ALGORITHM: &str = "SHA-256";

/// What is asked, as ALTCHA names it.
#[derive(Serialize)]
struct Question {
    algorithm: &'static str,
    challenge: String,
    maxnumber: u32,
    salt: String,
    signature: String,
}

/// What is answered.
#[derive(Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u64,
    salt: String,
    signature: String,
}

/// What signs challenges.
pub(super) struct Key(Vec<u8>);

impl Key {
    /// The same on every node: made of what the database keeps of the operator's passphrase, which nobody can guess and nobody is shown.
    /// Before there is one, it is this process's own.
    ///
    /// # Errors
    /// If the database cannot be read, or the machine gives no randomness.
    pub(super) async fn of(access: &Access) -> Result<Self, Denied> {
        static OWN: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let secret = match (access.passphrase_phc().await?, OWN.get()) {
            (Some(stored), _) => stored,
            (None, Some(own)) => own.clone(),
            (None, None) => {
                let new = link_token()?;
                OWN.get_or_init(|| new).clone()
            }
        };
        let purpose = Sha256::new_with_prefix("borsklokka proof of work");
        Ok(Self(purpose.chain_update(secret).finalize().to_vec()))
    }

    fn mac(&self, challenge: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.chain_update(challenge)
    }

    /// What is asked of whoever sends the form with this token, as JSON.
    ///
    /// # Errors
    /// If the machine gives no randomness.
    pub(super) fn ask(&self, exchange: ExchangeId, token: &str, now: Instant) -> Result<String, Denied> {
        let mut random = [0; 4];
        getrandom::fill(&mut random)
            .map_err(|error| Denied::Broken(format!("the machine gives no randomness: {error}")))?;
        let number = u64::from(u32::from_le_bytes(random) & NUMBER_MAX);
        let salt = salt(exchange, token, now.unix_ms / 1_000 + LASTS_S);
        let challenge = hashed(&salt, number);
        let asked = Question {
            algorithm: ALGORITHM,
            maxnumber: NUMBER_MAX,
            signature: hex::encode(self.mac(&challenge).finalize().into_bytes()),
            challenge,
            salt,
        };
        Ok(serde_json::to_string(&asked).expect("it has string keys only"))
    }

    /// Whether a proof is one that was asked of this form, and still may be used.
    pub(super) fn holds(&self, exchange: ExchangeId, token: &str, now: Instant, proof: &str) -> bool {
        let json = BASE64_STANDARD.decode(proof.trim()).unwrap_or_default();
        let Ok(solution) = serde_json::from_slice::<Solution>(&json) else {
            return false;
        };
        let Some(until_s) = until_s(&solution.salt) else {
            return false;
        };
        let signature = hex::decode(&solution.signature);
        solution.algorithm == ALGORITHM
            && solution.salt == salt(exchange, token, until_s)
            && now.unix_ms / 1_000 <= until_s
            && solution.challenge == hashed(&solution.salt, solution.number)
            && signature.is_ok_and(|tag| self.mac(&solution.challenge).verify_slice(&tag).is_ok())
    }
}

fn salt(exchange: ExchangeId, token: &str, until_s: i64) -> String {
    format!("{token}?exchange={exchange}&expires={until_s}&")
}

/// Until when a salt says that it may be used, in seconds since 1970.
fn until_s(salt: &str) -> Option<i64> {
    let (_, until) = salt.strip_suffix('&')?.rsplit_once("&expires=")?;
    until.parse().ok()
}

fn hashed(salt: &str, number: u64) -> String {
    hex::encode(Sha256::digest(format!("{salt}{number}")))
}

/// The number behind a challenge, and the proof that it makes, as a browser finds it.
#[cfg(test)]
pub(super) fn solved(asked: &str) -> String {
    let asked: serde_json::Value = serde_json::from_str(asked).unwrap();
    let salt = asked["salt"].as_str().unwrap();
    let begun = Sha256::new_with_prefix(salt);
    let wanted = asked["challenge"].as_str().unwrap();
    let is_it = |number: &u64| {
        let tried = begun.clone().chain_update(number.to_string()).finalize();
        tried[0] == u8::from_str_radix(&wanted[..2], 16).unwrap() && hex::encode(tried) == wanted
    };
    let number = (0..=u64::from(NUMBER_MAX)).find(is_it).unwrap();
    proof(&asked, number)
}

#[cfg(test)]
fn proof(asked: &serde_json::Value, number: u64) -> String {
    let mut solution = asked.clone();
    solution["number"] = number.into();
    BASE64_STANDARD.encode(solution.to_string())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_proof_holds_for_its_form_its_exchange_and_its_time() {
        let key = Key(b"of this server".to_vec());
        let (hall, other) = (ExchangeId(Uuid::now_v7()), ExchangeId(Uuid::now_v7()));
        let now = Instant::parse("2026-11-26T16:00:00Z").unwrap();
        let (token, another) = ("a1".repeat(32), "b2".repeat(32));
        let asked = key.ask(hall, &token, now).unwrap();
        let right = solved(&asked);
        assert!(key.holds(hall, &token, now, &right));
        assert!(key.holds(hall, &token, now.plus_ms(LASTS_S * 1_000), &right));
        assert!(
            !key.holds(hall, &token, now.plus_ms(LASTS_S * 1_000 + 1_000), &right),
            "old"
        );
        assert!(!key.holds(other, &token, now, &right), "another exchange's");
        assert!(!key.holds(hall, &another, now, &right), "another form's");
        assert!(!Key(b"of another".to_vec()).holds(hall, &token, now, &right));
        let asked: serde_json::Value = serde_json::from_str(&asked).unwrap();
        let number: u64 = {
            let json = BASE64_STANDARD.decode(&right).unwrap();
            serde_json::from_slice::<Solution>(&json).unwrap().number
        };
        assert!(
            !key.holds(hall, &token, now, &proof(&asked, number + 1)),
            "not the number"
        );
        // Digits of the number that are called part of the salt make a later day of it.
        let mut moved = asked.clone();
        let said = format!(
            "{}{}",
            asked["salt"].as_str().unwrap().trim_end_matches('&'),
            number / 10
        );
        moved["salt"] = said.into();
        assert!(!key.holds(hall, &token, now, &proof(&moved, number % 10)));
        // Its own number, which nobody asked for.
        let mut own = asked.clone();
        own["challenge"] = hashed(asked["salt"].as_str().unwrap(), 7).into();
        assert!(!key.holds(hall, &token, now, &proof(&own, 7)));
        for nonsense in ["", "{}", "e30=", "bm90IEpTT04="] {
            assert!(!key.holds(hall, &token, now, nonsense), "{nonsense}");
        }
    }
}
