//! Every table that there is.

use crate::log::TABLES;

/// Tables that belong to no exchange.
const SERVERS_TABLES: [&str; 10] = [
    "account_challenges",
    "account_mails",
    "account_passkeys",
    "account_sessions",
    "account_tokens",
    "accounts",
    "exchanges",
    "operator",
    "operator_sessions",
    "seen_clock",
];

/// Every table.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    SERVERS_TABLES.into_iter().chain(TABLES)
}
