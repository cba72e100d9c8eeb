//! Passphrases: how long one is and whether anybody would guess it, what is stored of it, and whether another is the same. One is hashed
//! at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use borsklokka_shared::limits::{PASSPHRASE_CHARS_MAX, PASSPHRASE_CHARS_MIN};
use borsklokka_shared::text::bare;
use tokio::sync::Semaphore;

use super::Access;
use crate::api::Denied;
use crate::log;

/// How many guesses a new one must take, as a power of ten: ten years of one core, if somebody has the database and hashes a guess in
/// 30 milliseconds.
const GUESSES_LOG10_MIN: f64 = 10.0;
/// Exchanges whose names are looked for in a new one, counted.
const EXCHANGES_MAX: usize = 1_000;
/// Fewer characters of a name are found in many a good passphrase.
const KNOWN_CHARS_MIN: usize = 6;
/// What is put to a name must be so long to be something of its own, in characters: a year with signs around it is not.
const MORE_CHARS_MIN: usize = 8;
/// What comes to anybody's mind here, beside the thirty thousand passwords and words that `zxcvbn` knows: the product's name, and what
/// people write for "password" and "welcome" in the languages that it speaks.
const NEAR_AT_HAND: [&str; 18] = [
    "børsklokka",
    "borsklokka",
    "frivilligbørs",
    "frivilligbors",
    "beursvloer",
    "marktplatz",
    "arrangør",
    "arrangor",
    "organiser",
    "organisator",
    "passord",
    "passordfrase",
    "wachtwoord",
    "wachtzin",
    "passwort",
    "velkommen",
    "welkom",
    "willkommen",
];

impl Access {
    /// Refuses a new passphrase that is too short or too long, or that would be guessed: a common one, a pattern, or what everybody
    /// knows of this server and of whoever chooses it.
    pub(super) async fn check_new(&self, passphrase: &str, known: &[&str]) -> Result<(), Denied> {
        check_length(passphrase)?;
        let log = log::open(&self.database);
        let mut of_exchanges = Vec::new();
        let exchanges = log.exchanges().await?;
        for exchange in exchanges.into_iter().take(EXCHANGES_MAX) {
            // One whose log cannot be read keeps nobody from choosing a passphrase.
            let settings = log.settings(exchange.id).await.ok().flatten();
            of_exchanges.extend(
                settings
                    .into_iter()
                    .flat_map(|settings| [settings.name, settings.place]),
            );
            of_exchanges.push(exchange.slug);
        }
        let known: Vec<&str> = known
            .iter()
            .copied()
            .chain(of_exchanges.iter().map(String::as_str))
            .collect();
        if would_be_guessed(passphrase, &known) {
            Err(Denied::PassphraseCommon)
        } else {
            Ok(())
        }
    }
}

/// Whether a passphrase takes too few guesses for somebody who knows all this.
fn would_be_guessed(passphrase: &str, known: &[&str]) -> bool {
    // Also each part of an address or a name by itself.
    let parts = known
        .iter()
        .flat_map(|text| std::iter::once(*text).chain(text.split(|c: char| !c.is_alphanumeric())));
    let near: Vec<&str> = NEAR_AT_HAND
        .into_iter()
        .chain(parts.filter(|part| part.len() > 2))
        .collect();
    zxcvbn::zxcvbn(passphrase, &near).guesses_log10() < GUESSES_LOG10_MIN
        || is_written_otherwise(passphrase, known)
}

/// Whether a passphrase is one of what is known, written with other letters, signs and spaces, and little more. What consists of several
/// words takes many guesses one by one, and none as a whole.
fn is_written_otherwise(passphrase: &str, known: &[&str]) -> bool {
    let folded = folded(passphrase);
    let before_at = known
        .iter()
        .filter_map(|text| text.split_once('@'))
        .map(|(own, _)| own);
    known
        .iter()
        .copied()
        .chain(before_at)
        .map(self::folded)
        .any(|known| {
            let rest = folded.replacen(&known, "", 1);
            known.chars().count() >= KNOWN_CHARS_MIN
                && rest.len() < folded.len()
                && rest.chars().count() < MORE_CHARS_MIN
        })
}

/// What is left of a text without case, accents, signs and spaces.
fn folded(text: &str) -> String {
    let small = text.chars().flat_map(char::to_lowercase).map(bare);
    small.filter(|c| c.is_alphanumeric()).collect()
}

/// Checks how long a new one is.
fn check_length(passphrase: &str) -> Result<(), Denied> {
    if (PASSPHRASE_CHARS_MIN..=PASSPHRASE_CHARS_MAX).contains(&passphrase.chars().count()) {
        return Ok(());
    }
    Err(Denied::PassphraseLength {
        min: PASSPHRASE_CHARS_MIN,
        max: PASSPHRASE_CHARS_MAX,
    })
}

/// A new passphrase as it is stored.
pub(super) async fn hashed(passphrase: String) -> Result<String, Denied> {
    off_the_executor(move || hash(&passphrase)).await?
}

fn hash(passphrase: &str) -> Result<String, Denied> {
    let hashed = Argon2::default().hash_password(passphrase.as_bytes());
    hashed
        .map(|phc| phc.to_string())
        .map_err(|error| Denied::Broken(format!("the passphrase cannot be hashed: {error}")))
}

/// Whether a passphrase is the stored one. If none is stored it is not, and that takes as long to find out.
pub(super) async fn is_stored(passphrase: String, stored: Option<String>) -> Result<bool, Denied> {
    let verified = off_the_executor(move || {
        let Some(stored) = stored else {
            return hash(&passphrase).map(|_| false);
        };
        match verify(&passphrase, &stored) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Denied::Broken(format!(
                "the stored passphrase cannot be used: {error}"
            ))),
        }
    });
    verified.await?
}

fn verify(passphrase: &str, stored: &str) -> Result<(), argon2::password_hash::Error> {
    let phc = PasswordHash::new(stored)?;
    Argon2::default().verify_password(passphrase.as_bytes(), &phc)
}

/// One passphrase is hashed at a time: each takes 19 MiB, and who tries them may come from many addresses.
static HASHING: Semaphore = Semaphore::const_new(1);

#[cfg(test)]
tokio::task_local! {
    /// How many a test's task has had hashed.
    pub(crate) static HASHED: std::cell::Cell<u32>;
}

/// Hashing a passphrase takes tens of milliseconds of one core: elsewhere than where sockets wait. On a thread of its own, since each of
/// the executor's would keep what the hash took.
async fn off_the_executor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Denied> {
    let turn = HASHING.acquire().await.expect("it is never closed");
    // Only where a test counts.
    #[cfg(test)]
    let _ = HASHED.try_with(|count| count.set(count.get() + 1));
    let (give, given) = tokio::sync::oneshot::channel();
    let hashing = std::thread::Builder::new().spawn(move || {
        // Until it is done, also if whoever asked has gone.
        let _turn = turn;
        let _ = give.send(work());
    });
    hashing.map_err(|error| Denied::Broken(format!("hashing a passphrase did not begin: {error}")))?;
    given
        .await
        .map_err(|error| Denied::Broken(format!("hashing a passphrase did not finish: {error}")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_passphrase_is_hashed_at_a_time() {
        let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let hashing = (0..4).map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            off_the_executor(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        futures_util::future::try_join_all(hashing).await.unwrap();
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn what_is_common_repeats_or_goes_on_by_itself_is_no_passphrase() {
        let known = [
            "drammen-2026",
            "kari.nordmann@example.org",
            "bors.example.no",
            "Frivilligbørsen i Øvre Eiker",
            "Biblioteket",
        ];
        for weak in [
            "passwordpassword",
            "password12345",
            "qwertyuiop123",
            "abcdefghijklmnop",
            "123456789012",
            "aaaaaaaaaaaa",
            "Passord123456",
            "wachtwoord2026",
            "Willkommen2026",
            "Børsklokka2026",
            "frivilligbørs",
            "drammen2026!",
            "drammendrammen",
            "nordmann12345",
            "kari.nordmann",
            "1qaz2wsx3edc",
            "iloveyou1234",
            "FRIVILLIGBØRSEN I ØVRE EIKER",
            "frivilligborseniovreeiker",
            "Frivillig-Børsen i Øvre Eiker 2026!",
            "2026frivilligbørseniøvreeiker",
            "kari nordmann",
            "KariNordmann",
            "KARI.NORDMANN@EXAMPLE.ORG",
            "kari_nordmann-26",
        ] {
            assert!(would_be_guessed(weak, &known), "{weak}");
        }
        for good in [
            "fire helt vanlige ord",
            "fem ganske andre ord",
            "den nye setningen om børsen",
            "correct horse battery staple",
            "ruccola-hvalross",
            "biblioteket ruccola hvalross",
            "вишня трамвай олівець",
            "x7Qp!mL2vR9t",
        ] {
            assert!(!would_be_guessed(good, &known), "{good}");
        }
    }
}
