//! Other programs: the organiser's page of those that are told what happens and of those that may read, and the calendar.

mod calendar;
mod desk;
#[cfg(test)]
mod tests;

pub(crate) use self::calendar::{open as calendar, public as public_calendar};
pub(crate) use self::desk::{make_calendar, make_token, revoke_calendars, revoke_token, show};
