//! How a delivery is signed, as [Standard Webhooks](https://www.standardwebhooks.com) says it: whoever has the secret knows that it is of
//! this server, of now, and whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::api::Denied;

/// What a secret begins with, so that people know one when they see it.
const PREFIX: &str = "whsec_";
/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// A new secret, as it is shown.
///
/// # Errors
/// If the machine gives no randomness.
pub(super) fn new_secret() -> Result<String, Denied> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Denied::Broken(format!("the machine gives no randomness: {error}")))?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The value of `webhook-signature` for what is sent under an id at an instant, in seconds since 1970; none if the secret is none.
pub(super) fn sign(secret: &str, id: &str, timestamp_s: i64, body: &[u8]) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp_s}.").as_bytes());
    mac.update(body);
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries, which the guide has too.
    #[test]
    fn it_signs_as_the_standard_says() {
        let signed = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signed.as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
        let guide = include_str!("../../../docs/programs.md");
        assert!(guide.contains(&format!("`{}`", signed.unwrap_or_default())));
    }

    #[test]
    fn a_secret_is_as_long_as_the_hash_and_another_each_time() {
        let secret = new_secret().unwrap();
        assert_eq!(
            STANDARD
                .decode(secret.strip_prefix(PREFIX).unwrap())
                .unwrap()
                .len(),
            SECRET_BYTES
        );
        assert_ne!(secret, new_secret().unwrap());
        assert_eq!(sign("no secret", "", 0, b""), None);
    }
}
