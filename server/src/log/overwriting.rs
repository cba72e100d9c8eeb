//! That nothing of what was deleted can be read in the database's files, as soon as they can be written.

use std::time::Duration;

use crate::database::Database;

/// How long it is waited before what could not be overwritten is tried again, in seconds.
const AGAIN_S: u64 = 60;

/// What there is to overwrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Where somebody stood in rows that are others' too.
    Replaced,
    /// Rows that went whole.
    Deleted,
}

impl Rest {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "somebody was erased",
            Self::Deleted => "an exchange was deleted",
        }
    }

    async fn overwrite(self, database: &Database) -> Result<(), sqlx::Error> {
        match self {
            Self::Replaced => database.scrub().await,
            Self::Deleted => database.forget_deleted().await,
        }
    }
}

/// Overwrites it; if that fails, as soon as it can be: there may have been no room, or somebody who read.
pub(super) async fn overwrite(database: &Database, rest: Rest) {
    if let Err(error) = rest.overwrite(database).await {
        tracing::error!(
            %error,
            "{}, but the space where that stood is not overwritten yet: {error}; it is tried again each minute, and is when the server starts again",
            rest.as_str()
        );
        tokio::spawn(again(database.clone(), rest, Duration::from_secs(AGAIN_S)));
    }
}

/// Tries it again and again. It ends with the database.
async fn again(database: Database, rest: Rest, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match rest.overwrite(&database).await {
            Ok(()) => {
                tracing::info!("{}: the space where that stood is overwritten now", rest.as_str());
                return;
            }
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => {
                tracing::debug!(%error, "{}: the space where that stood is not overwritten yet: {error}", rest.as_str());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::write_on;

    // Elsewhere nobody takes a file away that is open.
    #[cfg(unix)]
    #[tokio::test]
    async fn what_could_not_be_overwritten_is_as_soon_as_it_can_be() {
        const NAME: &str = "Kari Nordmann";
        for rest in [Rest::Replaced, Rest::Deleted] {
            let folder = tempfile::tempdir().unwrap();
            let (file, away) = (folder.path().join("bors.db"), folder.path().join("away.db"));
            let database = Database::open(&Database::url_of(&file)).await.unwrap();
            for statement in [
                "CREATE TABLE said (text TEXT)",
                "INSERT INTO said VALUES ('Kari Nordmann')",
                "DELETE FROM said",
            ] {
                write_on!(&database, on => sqlx::query(statement).execute(on).await.map(drop)).unwrap();
            }
            let is_left = || {
                std::fs::read_dir(folder.path()).unwrap().any(|entry| {
                    let content = std::fs::read(entry.unwrap().path()).unwrap();
                    content.windows(NAME.len()).any(|part| part == NAME.as_bytes())
                })
            };
            assert!(is_left());
            std::fs::rename(&file, &away).unwrap();
            let overwriting = tokio::spawn(again(database.clone(), rest, Duration::from_millis(10)));
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert!(!overwriting.is_finished() && is_left(), "{rest:?}");
            std::fs::rename(&away, &file).unwrap();
            let done = tokio::time::timeout(Duration::from_secs(30), overwriting).await;
            done.unwrap().unwrap();
            assert!(!is_left(), "{rest:?}");
        }
    }
}
