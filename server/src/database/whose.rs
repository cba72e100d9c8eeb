//! Whose a database is, before anything in it is touched: ours, if what made its tables is; nobody's yet, if nothing is in it; else another
//! program's. What cannot be read as a database at all is nobody's to judge: it may be ours, and damaged.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgPool, SqliteConnection};

use super::error::{OpenError, named};
use super::migrations::migrator;
use super::tables::made_by;
use super::writes::Fault;

/// The table in which the library lists what has made the others.
const LIST: &str = "_sqlx_migrations";
/// Reads it.
const DONE: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
/// Reads what there is in a file, but for what SQLite keeps there itself.
const IN_FILE: &str = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'";
/// Reads which program has signed a file, if one has: this one does not.
const SIGNED: &str = "PRAGMA application_id";
/// Reads what there is where this program's tables would be made on a server, other users' too, but for what an extension has brought.
const ON_SERVER: &str = "SELECT relname::text FROM pg_class AS found \
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p', 'v', 'm', 'f') \
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = found.oid AND deptype = 'e')";

/// What made tables: its number and its checksum.
type Done = (i64, Vec<u8>);

/// Whether a database is made ready for what this version writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    /// It is made if there is none, and its tables are brought up to date.
    Made,
    /// It must be there, with the tables of this version. Nothing is changed by opening it.
    Found,
    /// The same, and nothing is written at all.
    Read,
}

/// What a database holds, as far as it says whose it is.
#[derive(Debug)]
pub(super) struct Content {
    /// What is in it, by name.
    names: Vec<String>,
    /// Whether another program has signed it.
    is_signed: bool,
    done: Vec<Done>,
}

impl Content {
    /// Looks into a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn of_file(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let mut on = options.connect().await?;
        let content = Self::of(&mut on).await;
        on.close().await?;
        content
    }

    /// Looks into a file that is open.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn of(on: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let names: Vec<String> = sqlx::query_scalar(IN_FILE).fetch_all(&mut *on).await?;
        let signed: i64 = sqlx::query_scalar(SIGNED).fetch_one(&mut *on).await?;
        let done = if is_listed(&names) {
            or_another(sqlx::query_as(DONE).fetch_all(&mut *on).await)?
        } else {
            Vec::new()
        };
        Ok(Self {
            names,
            is_signed: signed != 0,
            done,
        })
    }

    /// Looks into a database on a server. What made a table is there before anybody sees that table: the list is read after the names.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) async fn of_server(on: &PgPool) -> Result<Self, sqlx::Error> {
        let names: Vec<String> = sqlx::query_scalar(ON_SERVER).fetch_all(on).await?;
        let done = if is_listed(&names) {
            or_another(sqlx::query_as(DONE).fetch_all(on).await)?
        } else {
            Vec::new()
        };
        Ok(Self {
            names,
            is_signed: false,
            done,
        })
    }

    /// Whether it is nobody's yet. A start that was cut short may have left the list.
    pub(super) fn is_empty(&self) -> bool {
        self.names.iter().all(|name| name == LIST) && !self.is_signed && self.done.is_empty()
    }

    /// Whether every table of ours is in it, and what says so is not.
    fn lacks_the_list(&self, ours: &[(i64, &'static str, &'static str)]) -> bool {
        let is_there = |table: &str| self.names.iter().any(|name| name == table);
        !is_listed(&self.names) && made_by(ours).iter().all(|(table, _)| is_there(table))
    }
}

fn is_listed(names: &[String]) -> bool {
    names.iter().any(|name| name == LIST)
}

/// What a list says; nothing, if it is another program's, which has other columns.
fn or_another(done: Result<Vec<Done>, sqlx::Error>) -> Result<Vec<Done>, sqlx::Error> {
    match done {
        Err(error) if Fault::of(&error) == Some(Fault::Unknown) => Ok(Vec::new()),
        done => done,
    }
}

/// Judges whether this version may have a database, by what makes its tables.
///
/// # Errors
/// If it is another program's, of another version than it may be, or what says whose it is was taken out of it.
pub(super) fn judge(
    url: &str,
    content: &Content,
    ours: &[(i64, &'static str, &'static str)],
    readiness: Readiness,
) -> Result<(), OpenError> {
    let (url, is_made) = (|| named(url), readiness == Readiness::Made);
    if is_made && content.is_empty() {
        return Ok(());
    }
    let migrator = migrator(ours);
    let is_ours = |(number, checksum): &Done| {
        let mut all = migrator.iter();
        all.any(|one| one.version == *number && *one.checksum == **checksum)
    };
    if content.lacks_the_list(ours) {
        return Err(OpenError::Incomplete {
            database: url(),
            missing: format!("the table {LIST}"),
        });
    }
    if !content.done.iter().any(is_ours) {
        return Err(OpenError::NotOurs(url()));
    }
    let is_known = |(number, _): &Done| ours.iter().any(|(known, ..)| known == number);
    if !content.done.iter().all(is_known) {
        return Err(OpenError::Newer(url()));
    }
    if !is_made && content.done.len() < ours.len() {
        return Err(OpenError::Older(url()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::str::FromStr as _;

    use sqlx::AssertSqlSafe;
    #[cfg(unix)]
    use sqlx::postgres::PgConnectOptions;

    use super::*;
    use crate::database::{Database, disk};

    /// A list of what made tables, as the library keeps it, of another program.
    const LIST_OF_ANOTHER: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, \
        execution_time BIGINT NOT NULL); INSERT INTO _sqlx_migrations VALUES (1, 'log', '2026-11-26', TRUE, X'00', 1)";

    /// Everything that lies in a folder: names, what is in them, and who may read them.
    fn files(folder: &Path) -> Vec<(String, Vec<u8>, fs::Permissions)> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                let found = entry.metadata().unwrap();
                (name, fs::read(entry.path()).unwrap(), found.permissions())
            })
            .collect();
        files.sort_by(|one, other| one.0.cmp(&other.0));
        files
    }

    /// Makes a file as another program does.
    async fn make(file: &Path, statements: &str) {
        let options = SqliteConnectOptions::from_str(&disk::url(file)).unwrap();
        let mut on = options.create_if_missing(true).connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(&mut on)
            .await
            .unwrap();
        on.close().await.unwrap();
    }

    #[tokio::test]
    async fn another_programs_file_is_refused_and_left_as_it_was() {
        for statements in [
            "CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT); PRAGMA application_id = 77",
            "CREATE VIEW one AS SELECT 1",
            "PRAGMA application_id = 77",
            "PRAGMA journal_mode = WAL; CREATE TABLE events (id INTEGER PRIMARY KEY)",
            LIST_OF_ANOTHER,
            "CREATE TABLE _sqlx_migrations (id INTEGER); CREATE TABLE events (id INTEGER PRIMARY KEY)",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("theirs.db");
            make(&file, statements).await;
            let (before, url) = (files(folder.path()), disk::url(&file));
            for opened in [
                Database::look(&url).await,
                Database::open(&url).await.map(drop),
                Database::open_found(&url).await.map(drop),
                Database::open_to_read(&url).await.map(drop),
            ] {
                assert!(
                    matches!(opened, Err(OpenError::NotOurs(_))),
                    "{statements}: {opened:?}"
                );
            }
            assert!(files(folder.path()) == before, "{statements}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_is_no_file_is_refused_and_neither_touched_nor_waited_for() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe.db"), folder.path().join("link.db"));
        let _listener = std::os::unix::net::UnixListener::bind(&pipe).unwrap();
        fs::set_permissions(&pipe, fs::Permissions::from_mode(0o622)).unwrap();
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for file in [&pipe, &link] {
            let url = disk::url(file);
            for opened in [
                Database::look(&url).await,
                Database::open(&url).await.map(drop),
                Database::open_found(&url).await.map(drop),
                Database::open_to_read(&url).await.map(drop),
                Database::copy_file(file, &folder.path().join("copy.db")).await,
            ] {
                assert!(matches!(opened, Err(OpenError::Device(_))), "{opened:?}");
            }
            let held = Database::hold(&url).unwrap_err().to_string();
            assert!(held.contains("a pipe or the like; name a file"), "{held}");
        }
        let there = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(there, 2, "nothing lies beside it");
        let mode = fs::metadata(&pipe).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o622, "and it is as it was");
    }

    /// Whatever is tried with a file, it is said to be damaged, and is left as it was.
    async fn is_told_to_be_damaged(what: &str, bytes: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.db");
        fs::write(&file, bytes).unwrap();
        let (before, url) = (files(folder.path()), disk::url(&file));
        for opened in [
            Database::look(&url).await,
            Database::open(&url).await.map(drop),
            Database::open_found(&url).await.map(drop),
            Database::open_to_read(&url).await.map(drop),
        ] {
            assert!(matches!(opened, Err(OpenError::Damaged(_))), "{what}: {opened:?}");
            let said = opened.unwrap_err().to_string();
            assert!(said.contains("borsklokka restore"), "{what}: {said}");
        }
        assert!(files(folder.path()) == before, "{what}");
    }

    #[tokio::test]
    async fn an_own_file_whose_beginning_is_damaged_is_nobody_elses_and_is_left_as_it_was() {
        let disk = disk::Disk::new().await;
        disk.database.close().await;
        let whole = fs::read(disk.file("b.db")).unwrap();
        for (what, at, damage) in [
            ("what it calls itself", 0, &[0; 16][..]),
            ("all that it says of itself", 0, &[0; 100]),
            ("its first page", 0, &[0xA5; 4_096]),
            ("how long its pages are", 16, &[0x12, 0x34]),
            ("who may read it", 19, &[9]),
            ("its format", 44, &[0xFF; 4]),
        ] {
            let mut bytes = whole.clone();
            bytes[at..at + damage.len()].copy_from_slice(damage);
            is_told_to_be_damaged(what, &bytes).await;
        }
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_for_a_database_is_not_written_into() {
        for bytes in [&b"S"[..], b"\n", b"ab", b"SQLite format 3\0", &[0; 99]] {
            is_told_to_be_damaged(&format!("{} bytes", bytes.len()), bytes).await;
        }
    }

    #[tokio::test]
    async fn a_file_in_which_nothing_is_yet_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let list = LIST_OF_ANOTHER.split(';').next().unwrap();
        for (name, statements) in [("empty.db", ""), ("made.db", "VACUUM"), ("cut-short.db", list)] {
            let file = folder.path().join(name);
            if statements.is_empty() {
                fs::write(&file, b"").unwrap();
            } else {
                make(&file, statements).await;
            }
            let url = disk::url(&file);
            assert!(matches!(
                Database::open_found(&url).await.map(drop),
                Err(OpenError::NotOurs(_))
            ));
            Database::look(&url).await.unwrap();
            Database::open(&url).await.unwrap().close().await;
            Database::open_found(&url).await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_kept_in_no_file_is_refused_before_one_is_made() {
        for url in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:%3Amemory%3A",
            "sqlite://?mode=memory",
            "sqlite:b.db?cache=shared&mode=memory",
            "sqlite:file:b.db",
            "sqlite:",
        ] {
            for opened in [Database::look(url).await, Database::open(url).await.map(drop)] {
                assert!(matches!(opened, Err(OpenError::NoFile(_))), "{url}: {opened:?}");
            }
            assert!(Database::hold(url).unwrap().is_none(), "{url}");
        }
    }

    #[tokio::test]
    async fn what_a_later_version_added_is_that_versions_wherever_its_number_lies() {
        for number in [18, 9_999] {
            let disk = disk::Disk::new().await;
            disk.database.close().await;
            let url = disk::url(&disk.file("b.db"));
            let later = format!(
                "INSERT INTO _sqlx_migrations SELECT {number}, 'of tomorrow', installed_on, success, X'00', 1 FROM _sqlx_migrations LIMIT 1"
            );
            make(&disk.file("b.db"), &later).await;
            let before = files(disk.folder.path());
            for opened in [
                Database::open(&url).await.map(drop),
                Database::open_found(&url).await.map(drop),
                Database::open_to_read(&url).await.map(drop),
            ] {
                assert!(matches!(opened, Err(OpenError::Newer(_))), "{number}: {opened:?}");
            }
            assert!(files(disk.folder.path()) == before, "{number}");
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn another_programs_database_on_a_server_is_refused_and_left_as_it_was() {
        let url = test_support::postgres::fresh_database();
        let mut on = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE events (id BIGINT PRIMARY KEY)")
            .execute(&mut on)
            .await
            .unwrap();
        for opened in [
            Database::open(&url).await.map(drop),
            Database::open_found(&url).await.map(drop),
            Database::open_to_read(&url).await.map(drop),
        ] {
            assert!(matches!(opened, Err(OpenError::NotOurs(_))), "{opened:?}");
        }
        let there: Vec<String> = sqlx::query_scalar(ON_SERVER).fetch_all(&mut on).await.unwrap();
        assert_eq!(there, ["events"]);
        sqlx::raw_sql("DROP TABLE events").execute(&mut on).await.unwrap();
        Database::open(&url).await.unwrap().close().await;
        Database::open_found(&url).await.unwrap();
    }
}
