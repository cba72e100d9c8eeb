//! Passphrases: how long one is, what is stored of it, and whether another is the same. One is hashed at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use borsklokka_shared::limits::{PASSPHRASE_CHARS_MAX, PASSPHRASE_CHARS_MIN};
use tokio::sync::Semaphore;

use crate::api::Denied;

/// Checks how long a new one is.
pub(super) fn check_length(passphrase: &str) -> Result<(), Denied> {
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
}
