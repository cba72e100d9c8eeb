//! Secrets: tokens that no one can guess, and codes that a person can type. Only their hashes are kept.

use borsklokka_shared::ids::ExchangeId;
use sha2::{Digest, Sha256};

use crate::api::Denied;

/// Random bytes of a token: 256 bits.
const TOKEN_BYTES: usize = 32;
/// Characters of a pairing code: 30 bits, so that 20 tries in a quarter of an hour meet one of 50 open codes once in a
/// million such quarters.
const CODE_CHARS: usize = 6;
/// Characters before the hyphen.
const CODE_HEAD_CHARS: usize = 4;
/// What a code is written with: 32 characters, none of which looks like another (no 0, O, 1, I).
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A new token: 64 hexadecimal digits.
///
/// # Errors
/// If the machine gives no randomness.
pub(crate) fn token() -> Result<String, Denied> {
    Ok(hex::encode(random::<TOKEN_BYTES>()?))
}

/// What the token of a session begins with. Those that were given out before cookies were called `__Host-…` over TLS begin with none.
const SESSION: &str = "s";

/// A new token of a session: an s and 64 hexadecimal digits.
///
/// # Errors
/// As [`token`].
pub(crate) fn session_token() -> Result<String, Denied> {
    Ok(format!("{SESSION}{}", token()?))
}

/// Whether a session with this token began before cookies were called `__Host-…` over TLS. Nobody can make a new one look so: what is
/// stored is the hash of all of it.
pub(super) fn is_of_before_host_cookies(token: &str) -> bool {
    token.len() == 2 * TOKEN_BYTES && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is stored of a token.
pub(crate) fn token_sha256(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A short code for pairing, without its hyphen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PairingCode(String);

impl PairingCode {
    /// A new code.
    ///
    /// # Errors
    /// If the machine gives no randomness.
    pub(crate) fn random() -> Result<Self, Denied> {
        // 32 divides 256: every character is as likely as another.
        let characters = random::<CODE_CHARS>()?
            .map(|byte| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]));
        Ok(Self(characters.iter().collect()))
    }

    /// Reads a code as people type it: small letters, spaces and hyphens do no harm.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(CODE_CHARS + 1)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let known = |c: char| CODE_ALPHABET.iter().any(|known| char::from(*known) == c);
        (code.chars().count() == CODE_CHARS && code.chars().all(known)).then_some(Self(code))
    }

    /// What is stored of it. The same code in two exchanges has two hashes.
    pub(crate) fn sha256(&self, exchange: ExchangeId) -> String {
        hex::encode(
            Sha256::new()
                .chain_update(exchange.0.as_bytes())
                .chain_update(self.0.as_bytes())
                .finalize(),
        )
    }
}

/// As it is shown: `4F7K-2Q`.
impl std::fmt::Display for PairingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (head, tail) = self.0.split_at(CODE_HEAD_CHARS);
        write!(f, "{head}-{tail}")
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Denied> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| Denied::Broken(format!("the machine gives no randomness: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_256_bits() {
        let token = token().unwrap();
        assert_eq!(token.len(), 64);
        assert_ne!(token, super::token().unwrap());
        assert_ne!(token, token_sha256(&token));
        let session = session_token().unwrap();
        assert_eq!(session.len(), 65);
        assert!(is_of_before_host_cookies(&token) && !is_of_before_host_cookies(&session));
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = PairingCode("4F7K2Q".into());
        for text in ["4F7K-2Q", "4f7k2q", " 4f7k - 2q "] {
            assert_eq!(PairingCode::parse(text), Some(code.clone()), "{text}");
        }
        for text in [
            "", "4F7K-2", "4F7K-2QQ", "4F7K-20", "4F7K-2O", "4F7K-2Å", "4F7K-2ı",
        ] {
            assert_eq!(PairingCode::parse(text), None, "{text}");
        }
        assert_eq!(code.to_string(), "4F7K-2Q");
    }

    #[test]
    fn a_new_code_can_be_read() {
        for _ in 0..100 {
            let code = PairingCode::random().unwrap();
            assert_eq!(PairingCode::parse(&code.to_string()), Some(code));
        }
    }
}
