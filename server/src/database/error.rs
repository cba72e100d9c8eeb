//! Why a database cannot be used, and what to do about it.

use std::path::PathBuf;

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteError;

pub(super) use crate::urls::without_password as named;

use super::writes::{FULL_DISK, Fault, NOT_ALLOWED, is_not_let_in};

/// What SQLite calls a file that may only be read, a disk that fails, a file that is damaged, a full disk, and a file that it cannot open.
pub(super) const READ_ONLY: u32 = 8;
const DISK_FAILED: u32 = 10;
const CORRUPT: u32 = 11;
pub(super) const FULL: u32 = 13;
pub(super) const CANNOT_OPEN: u32 = 14;
/// What it calls a file that is none of its own, and what it says of one whose beginning names a format that there is not.
const NOT_A_DATABASE: u32 = 26;
const NO_SUCH_FORMAT: &str = "unsupported file format";
/// What PostgreSQL says of a password that is not the user's, or of a user that there is not: it does not tell which.
const WRONG_PASSWORD: &str = "28P01";

/// How a backup comes in the place of a file.
macro_rules! put_in_place {
    () => {
        "which `borsklokka restore --aside FILE BACKUP` puts in its place"
    };
}

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of a database that is not built in.
    #[error(
        "--database {0}: not a database that this version knows; use sqlite:PATH, such as sqlite:data/borsklokka.db, \
         or postgres://USER@HOST/NAME"
    )]
    UnknownDatabase(String),
    /// The URL is of none that is kept.
    #[error(
        "--database {0} names no file, and what is in memory alone is gone with the program; use sqlite:PATH, such as \
         sqlite:data/borsklokka.db"
    )]
    NoFile(String),
    /// The file cannot be opened.
    #[error("cannot open the database {url}: {source}; {}", advice(.source))]
    Open {
        /// As it was given.
        url: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A copy of it has no place.
    #[error("the copy cannot be written at {}: {source}; make room there, or choose another disk", .to.display())]
    Copy {
        /// Where it was to lie.
        to: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// There is no such file.
    #[error("there is no database {}; check the name", .0.display())]
    Missing(PathBuf),
    /// Whether there is one may not be known.
    #[error(
        "{} may not be looked at: its folder is another user's; do this as root, or as the user whom the server runs as", .0.display()
    )]
    Hidden(PathBuf),
    /// There is a folder of that name.
    #[error("{} is a folder; name the file in it", .0.display())]
    Folder(PathBuf),
    /// What has that name is neither.
    #[error(
        "{} is no file, but a device, a pipe or the like, and was not touched; name a file, such as data/borsklokka.db", .0.display()
    )]
    Device(PathBuf),
    /// It cannot be read as a database at all.
    #[error(
        "{0} is damaged, or no database at all: its beginning is not that of one, and nothing in it was touched; check the name, or go \
         on with a backup, which `borsklokka restore --aside FILE BACKUP` puts in its place"
    )]
    Damaged(String),
    /// It is no database of this program.
    #[error(
        "{0} is no database of Børsklokka: it has none of its tables; check the name, or name a database that is empty or not there \
         yet"
    )]
    NotOurs(String),
    /// Something was taken out of it that this program keeps there.
    #[error("{}", incomplete(.database, .missing))]
    Incomplete {
        /// As it is called.
        database: String,
        /// What is gone.
        missing: String,
    },
    /// An earlier version made its tables.
    #[error(
        "the tables of {0} are an earlier version's; `borsklokka serve` brings them up to date, and a backup is best checked by \
         the version that made it"
    )]
    Older(String),
    /// A later version made its tables.
    #[error("the tables of {0} are a later version's: use that version")]
    Newer(String),
    /// The server cannot be reached, or does not let this program in.
    #[error("{}", unconnected(.0))]
    Connect(sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the database's tables up to date: {source}; {advice}", source = .0, advice = advice_on_tables(.0))]
    Migrate(#[from] MigrateError),
}

/// What helps against what a database said, if it is known.
pub(crate) fn remedy(source: &sqlx::Error) -> Option<&'static str> {
    match (Fault::of(source), primary_code(source)) {
        (_, Some(CORRUPT | NOT_A_DATABASE)) => Some(concat!(
            "it is damaged: `borsklokka check` says where; go on with a backup from before, ",
            put_in_place!()
        )),
        (Some(Fault::Full), _) => Some(FULL_DISK),
        (Some(Fault::ReadOnly), _) => {
            Some("it may only be read: let this program's user write in the file, and in its folder")
        }
        (Some(Fault::ServerReadOnly), _) => Some(
            "PostgreSQL lets it only be read: look whether its disk is full, or whether another server has taken its place",
        ),
        (Some(Fault::Busy), _) => Some("another program holds it: close that one, and try again"),
        // What SQLite says of a disk that is full in the middle of something may be no more than this.
        (_, Some(DISK_FAILED)) => {
            Some("its disk may be full, or fail: make room on it, and look whether it is well")
        }
        (Some(Fault::Refused), _) => Some(
            "PostgreSQL does not let this program in any more: check its user, its password and the name of the database",
        ),
        (Some(Fault::Denied), _) => {
            Some("its user may not do that there: let it own the database, or grant it what is missing")
        }
        _ => None,
    }
}

/// What to do about a database that cannot be opened.
fn advice(source: &sqlx::Error) -> &'static str {
    remedy(source).unwrap_or(match source {
        sqlx::Error::Configuration(_) => "write it as sqlite:PATH, such as sqlite:data/borsklokka.db",
        _ if is_of_server(source) => "look at what PostgreSQL says of it",
        _ => "check that the folder exists and may be written to",
    })
}

/// Why PostgreSQL cannot be had, and what to do about it. One that answers runs: nobody is sent to start it.
fn unconnected(source: &sqlx::Error) -> String {
    if let sqlx::Error::Configuration(_) = source {
        return format!("--database cannot be read: {source}; write it as postgres://USER@HOST/NAME");
    }
    match source.as_database_error().and_then(DatabaseError::code) {
        Some(code) => format!(
            "PostgreSQL runs, and does not let this program in: {source}; {}",
            advice_on_entry(&code)
        ),
        None => format!(
            "cannot reach PostgreSQL: {source}; check that it runs, and that the address in --database is right"
        ),
    }
}

/// What to do where PostgreSQL lets nobody in, by what it calls that.
fn advice_on_entry(code: &str) -> &'static str {
    match code {
        WRONG_PASSWORD => {
            "the password is another, or there is no such user: check both in --database (postgres://USER:PASSWORD@HOST/NAME), or the \
             password in the variable PGPASSWORD"
        }
        NOT_ALLOWED => {
            "let its user into the database (GRANT CONNECT ON DATABASE … TO …), or own it (ALTER DATABASE … OWNER TO …)"
        }
        _ if code.starts_with("3D") => {
            "there is no database of that name: check it in --database, or make it (createdb)"
        }
        _ if is_not_let_in(code) => {
            "check the user in --database: createuser makes one, ALTER ROLE … LOGIN lets one log in, and pg_hba.conf says who may from \
             where"
        }
        _ => "do what that says, or look into PostgreSQL's own log",
    }
}

/// What to do about tables that cannot be brought up to date: the file is there and open by then, and each step is done whole or not at all.
fn advice_on_tables(error: &MigrateError) -> &'static str {
    match error {
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            remedy(source).unwrap_or(
                "nothing that was saved is lost: start the version that was used last, and send us this line; if somebody changed the \
                 tables by hand, start on a backup from before",
            )
        }
        MigrateError::VersionMissing(_) => "a later version made them: use that version",
        _ => "another build of the program made them: use that one, or start on a backup",
    }
}

/// That a database lacks something, and what to do about it.
pub(crate) fn lacks(database: &str, missing: &str, is_on_server: bool) -> String {
    format!(
        "{database} lacks {missing}, without which nothing is served: somebody has taken that out; go on with a backup from before, {}",
        how_to_restore(is_on_server)
    )
}

fn incomplete(database: &str, missing: &str) -> String {
    lacks(database, missing, is_on_server(database))
}

/// How a backup comes in the place of a database.
pub(super) const fn how_to_restore(is_on_server: bool) -> &'static str {
    if is_on_server {
        "which pg_restore brings back, and then `borsklokka restore` without a file"
    } else {
        put_in_place!()
    }
}

/// That a database is damaged, in these tables as far as it is known, and what to do about it.
pub(crate) fn damaged(tables: &[String], is_on_server: bool) -> String {
    let place = if tables.is_empty() {
        String::new()
    } else {
        format!(" in {}", tables.join(", "))
    };
    format!(
        "the database is damaged{place}: go on with a backup from before, {}; do not stop or restart a server that runs on it before that \
         backup is checked, and the report and the agreements are taken out",
        how_to_restore(is_on_server)
    )
}

/// Whether SQLite cannot read a file as a database: its beginning is damaged, or it is none.
fn is_no_database(error: &sqlx::Error) -> bool {
    let said = error.as_database_error().map(DatabaseError::message);
    primary_code(error) == Some(NOT_A_DATABASE) || said == Some(NO_SUCH_FORMAT)
}

/// Whether PostgreSQL said it.
fn is_of_server(error: &sqlx::Error) -> bool {
    let cause = error.as_database_error();
    cause.is_some_and(|cause| cause.try_downcast_ref::<SqliteError>().is_none())
}

/// Whether a database lies on a server, by what it is called.
fn is_on_server(database: &str) -> bool {
    database.starts_with("postgres://") || database.starts_with("postgresql://")
}

/// What SQLite calls the kind of an error: the last byte of its code, which says more of it above that.
pub(super) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let cause = error.as_database_error()?;
    cause.try_downcast_ref::<SqliteError>()?;
    let code = cause.code()?.parse::<u32>().ok()?;
    Some(code & 0xFF)
}

impl OpenError {
    /// Whether what lies there is damaged, or its disk fails.
    pub(crate) fn is_of_damage(&self) -> bool {
        matches!(self, Self::Open { source, .. } if Fault::of(source) == Some(Fault::Damaged))
    }

    /// What SQLite said of a file.
    pub(super) fn of_file(url: &str, source: sqlx::Error) -> Self {
        if is_no_database(&source) {
            return Self::Damaged(url.to_owned());
        }
        Self::Open {
            url: url.to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(unix)]
    use crate::database::Database;

    #[test]
    fn a_disk_that_is_full_is_told_so() {
        let told = |kind: std::io::ErrorKind| {
            OpenError::of_file("sqlite:b.db", sqlx::Error::Io(kind.into())).to_string()
        };
        let full = told(std::io::ErrorKind::StorageFull);
        assert!(full.contains("its disk is full: make room on it"), "{full}");
        let denied = told(std::io::ErrorKind::PermissionDenied);
        assert!(denied.contains("check that the folder exists"), "{denied}");
    }

    #[test]
    fn whom_postgres_does_not_let_in_is_told_why_and_is_not_sent_to_start_it() {
        for (code, advice) in [
            ("28P01", "the password is another"),
            ("28000", "ALTER ROLE"),
            ("3D000", "createdb"),
            ("42501", "GRANT CONNECT"),
            ("0A000", "PostgreSQL's own log"),
        ] {
            assert!(advice_on_entry(code).contains(advice), "{code}");
        }
        let away = OpenError::Connect(sqlx::Error::PoolTimedOut).to_string();
        assert!(away.contains("check that it runs"), "{away}");
        let misspelt = OpenError::Connect(sqlx::Error::Configuration("invalid port".into())).to_string();
        assert!(
            misspelt.contains("postgres://USER@HOST/NAME") && !misspelt.contains("runs"),
            "{misspelt}"
        );
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_or_a_database_that_postgres_does_not_know_is_told_as_that() {
        let url = test_support::postgres::fresh_database();
        let (server, name) = url.rsplit_once('/').unwrap();
        let at = server.split_once('@').unwrap().1;
        for (url, advice) in [
            (format!("{server}/no_such_database"), "createdb"),
            (format!("postgres://nobody_there@{at}/{name}"), "createuser"),
        ] {
            for opened in [
                Database::open(&url).await.map(drop),
                Database::open_found(&url).await.map(drop),
                Database::open_to_read(&url).await.map(drop),
            ] {
                let said = opened.unwrap_err().to_string();
                assert!(
                    said.starts_with("PostgreSQL runs") && said.contains(advice),
                    "{said}"
                );
            }
        }
    }

    #[test]
    fn of_tables_that_cannot_be_brought_up_to_date_nobody_is_sent_to_the_folder() {
        let full = sqlx::Error::Io(std::io::ErrorKind::StorageFull.into());
        for (error, advice) in [
            (MigrateError::ExecuteMigration(full, 3), "make room on it"),
            (
                MigrateError::ExecuteMigration(sqlx::Error::RowNotFound, 3),
                "start the version that was used last",
            ),
            (MigrateError::VersionMissing(9_999), "use that version"),
            (MigrateError::VersionMismatch(3), "another build of the program"),
        ] {
            let told = OpenError::from(error).to_string();
            assert!(told.contains(advice) && !told.contains("folder"), "{told}");
        }
    }

    #[test]
    fn of_what_is_gone_it_is_said_how_a_backup_comes_in_its_place() {
        for (database, how) in [
            ("sqlite:b.db", "restore --aside"),
            ("postgres://ola@localhost/bors", "pg_restore"),
        ] {
            let told = OpenError::Incomplete {
                database: database.to_owned(),
                missing: "the table events".to_owned(),
            };
            let told = told.to_string();
            assert!(
                told.starts_with(database) && told.contains("lacks the table events") && told.contains(how),
                "{told}"
            );
        }
    }
}
