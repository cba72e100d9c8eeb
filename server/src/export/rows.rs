//! Rows as they are in a table, and as lines of a file: one object of JSON each, with the columns in their order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::mail::Sending;
use futures_util::TryStreamExt as _;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Postgres, Row, Sqlite, Type};

use super::error::ExportError;
use super::tables::{Given, Kind, Table};
use super::value::Value;
use crate::check::numbers_of;
use crate::database::{Either, Transaction, within};

/// Rows that go into one statement.
pub(super) const ROWS_PER_STATEMENT: usize = 200;
/// What goes into one statement, in bytes, if it is more than a row: a slow line carries it before the database gives the statement up.
const BYTES_PER_STATEMENT: usize = 256 * 1_024;
/// Random bytes that no secret has for its hash.
const HASH_BYTES: usize = 32;

/// A row as a line.
struct Line<'a>(&'a Table, &'a [Value]);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Line(table, row) = self;
        let mut map = serializer.serialize_map(Some(row.len()))?;
        for ((name, _), value) in table.columns.iter().zip(*row) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A row as a line of a file, without its end.
pub(super) fn line(table: &Table, row: &[Value]) -> String {
    serde_json::to_string(&Line(table, row)).expect("names are texts")
}

/// Reads a line as a row of a table.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn read_line(table: &Table, line: &str) -> Result<Vec<Value>, String> {
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).map_err(|error| format!("not an object of JSON: {error}"))?;
    let mut row = Vec::with_capacity(table.columns.len());
    for (name, kind) in table.columns {
        let field = fields.remove(*name).ok_or_else(|| format!("without {name}"))?;
        let value = read_value(*kind, field).ok_or_else(|| format!("{name} is not as it is written"))?;
        if let Value::Number(number) = value {
            let can_be = numbers_of(name);
            if !can_be.contains(&number) {
                let (least, most) = can_be.into_inner();
                return Err(format!("{name} is {number}, and can be from {least} to {most}"));
            }
        }
        row.push(value);
    }
    match fields.keys().next() {
        Some(unknown) => Err(format!("{unknown:?} is not known")),
        None => Ok(row),
    }
}

fn read_value(kind: Kind, field: serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    match (kind, field) {
        // PostgreSQL takes no text with it.
        (Kind::Text | Kind::TextIfAny | Kind::OwnName, Json::String(text)) if text.contains('\0') => None,
        (Kind::Text | Kind::TextIfAny | Kind::OwnName, Json::String(text)) => Some(Value::Text(text)),
        (Kind::TextIfAny, Json::Null) => Some(Value::Nothing),
        (Kind::Number, Json::Number(number)) => number.as_i64().map(Value::Number),
        (Kind::Bytes, Json::String(text)) => BASE64.decode(text).ok().map(Value::Bytes),
        _ => None,
    }
}

/// Takes out of a row, the nth of its table, what somebody called it.
pub(super) fn without_own_names(table: &Table, row: &mut [Value], nth: u64) {
    let kinds = table.columns.iter().zip(row);
    for (_, value) in kinds.filter(|((_, kind), _)| *kind == Kind::OwnName) {
        *value = Value::Text(nth.to_string());
    }
}

/// A transaction that reads.
pub(super) type Reading = Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>;

/// Reads the rows of an exchange in a table, one after the other, in their order, which is that of their bytes in either database.
///
/// # Errors
/// If the database fails, or a row is not taken.
pub(super) async fn select(
    reading: &mut Reading,
    table: &Table,
    exchange: &str,
    mut take: impl FnMut(Vec<Value>) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let statement = |by_bytes: &str| {
        let is_text = |column: &&str| table.columns.contains(&(*column, Kind::Text));
        let order: Vec<String> = table
            .order
            .iter()
            .map(|column| format!("{column}{}", if is_text(column) { by_bytes } else { "" }))
            .collect();
        AssertSqlSafe(format!(
            "SELECT {} FROM {} WHERE exchange_id = $1 ORDER BY {}",
            names.join(", "),
            table.name,
            order.join(", ")
        ))
    };
    match reading {
        Either::Sqlite(on) => {
            let mut rows = sqlx::query(statement("")).bind(exchange).fetch(&mut **on);
            while let Some(row) = rows.try_next().await? {
                take(values(&row, table)?)?;
            }
        }
        Either::Postgres(on) => {
            let mut rows = sqlx::query(statement(" COLLATE \"C\""))
                .bind(exchange)
                .fetch(&mut **on);
            while let Some(row) = rows.try_next().await? {
                take(values(&row, table)?)?;
            }
        }
    }
    Ok(())
}

fn values<'r, R: Row>(row: &'r R, table: &Table) -> Result<Vec<Value>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(place, (_, kind))| {
            Ok(match kind {
                Kind::Text | Kind::TextIfAny | Kind::OwnName => row
                    .try_get::<Option<String>, _>(place)?
                    .map_or(Value::Nothing, Value::Text),
                Kind::Number => Value::Number(row.try_get(place)?),
                Kind::Bytes => Value::Bytes(row.try_get(place)?),
            })
        })
        .collect()
}

/// Splits rows into those of each statement.
fn statements(mut rows: &[Vec<Value>]) -> impl Iterator<Item = &[Vec<Value>]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |row: &&Vec<Value>| {
            bytes += row.iter().map(Value::bytes).sum::<usize>();
            bytes <= BYTES_PER_STATEMENT
        };
        let fitting = rows.iter().take(ROWS_PER_STATEMENT).take_while(fits).count();
        // One that is larger goes alone.
        let (first, others) = rows.split_at_checked(fitting.max(1))?;
        rows = others;
        Some(first)
    })
}

/// Writes rows of an exchange into their table.
///
/// # Errors
/// If the database fails, or the machine gives no randomness.
pub(super) async fn insert(
    transaction: &mut Transaction,
    table: &Table,
    exchange: &str,
    rows: &[Vec<Value>],
    now: Instant,
) -> Result<(), ExportError> {
    let named = table.columns.iter().map(|(name, _)| *name);
    let names: Vec<&str> = named.chain(table.given.iter().map(|(name, _)| *name)).collect();
    for rows in statements(rows) {
        let mut values = Vec::with_capacity(rows.len() * names.len());
        for row in rows {
            values.extend(row.iter().cloned());
            for (_, given) in table.given {
                values.push(given_value(*given, table, row, now)?);
            }
        }
        let places: Vec<String> = (0..rows.len())
            .map(|row| {
                let first = 2 + row * names.len();
                let places: Vec<String> = (first..first + names.len())
                    .map(|place| format!("${place}"))
                    .collect();
                format!("($1, {})", places.join(", "))
            })
            .collect();
        let statement = format!(
            "INSERT INTO {} (exchange_id, {}) VALUES {}",
            table.name,
            names.join(", "),
            places.join(", ")
        );
        within!(&mut *transaction, on => {
            let mut insert = sqlx::query(AssertSqlSafe(statement)).bind(exchange);
            for value in values {
                insert = match value {
                    // Only texts may be missing.
                    Value::Nothing => insert.bind(None::<String>),
                    Value::Text(text) => insert.bind(text),
                    Value::Number(number) => insert.bind(number),
                    Value::Bytes(bytes) => insert.bind(bytes),
                };
            }
            insert.execute(&mut **on).await.map(drop)
        })?;
    }
    Ok(())
}

fn given_value(given: Given, table: &Table, row: &[Value], now: Instant) -> Result<Value, ExportError> {
    Ok(match given {
        Given::NoSecret => {
            let mut hash = [0; HASH_BYTES];
            getrandom::fill(&mut hash).map_err(ExportError::Random)?;
            Value::Text(hex::encode(hash))
        }
        Given::Off => Value::Text(Sending::Off.as_str().to_owned()),
        Given::Now => Value::Number(now.unix_ms),
        Given::Nothing => Value::Nothing,
        Given::SameAs(column) => Value::Number(table.number(row, column)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_so_many_rows_and_so_many_bytes_and_no_row_is_left_out() {
        let row = |bytes: usize| vec![Value::Text("x".to_owned()), Value::Bytes(vec![7; bytes])];
        let of = |rows: &[Vec<Value>]| statements(rows).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(of(&[]), [0; 0]);
        assert_eq!(of(&vec![row(8); 450]), [200, 200, 50]);
        // Photos, as an evening has them.
        assert_eq!(of(&vec![row(420 * 1_024); 3]), [1, 1, 1]);
        assert_eq!(of(&vec![row(100 * 1_024); 5]), [2, 2, 1]);
        let mixed = [row(8), row(700 * 1_024), row(8), row(8)];
        assert_eq!(of(&mixed), [1, 1, 2]);
    }
}
