//! Instants as the clocks in the hall show them. The browser knows every time zone, so the app carries none.
//!
//! Exchange time may be ahead of the hall's clocks, or behind them: the server says by how much, and it is taken off here, for
//! the whole page.

use std::sync::atomic::{AtomicI64, Ordering};

use borsklokka_shared::date::Date as Day;
use borsklokka_shared::instant::Instant;
use js_sys::{Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A locale that writes `2026-11-26 18:36:05` in every browser.
const SORTABLE: &str = "sv-SE";

/// How far exchange time is ahead of the hall's clocks, in milliseconds.
static AHEAD_MS: AtomicI64 = AtomicI64::new(0);

/// Notes how far exchange time is ahead of the hall's clocks, in milliseconds; none if it is no matter.
pub fn set_ahead_ms(ahead_ms: Option<i64>) {
    AHEAD_MS.store(ahead_ms.unwrap_or(0), Ordering::Relaxed);
}

/// Exchange time as the hall's clocks have it.
fn in_hall(instant: Instant) -> Instant {
    instant.plus_ms(-AHEAD_MS.load(Ordering::Relaxed))
}

/// The hall's clock as exchange time: for [`time_of_day`] of an instant that somebody read off a clock.
pub fn of_hall(instant: Instant) -> Instant {
    instant.plus_ms(AHEAD_MS.load(Ordering::Relaxed))
}

/// The time of day of an instant, such as `18:36`: in this time zone, or in the device's own if the browser does not
/// know it.
pub fn time_of_day(instant: Instant, time_zone: &str) -> String {
    let date = Date::new(&JsValue::from_f64(in_hall(instant).unix_ms as f64));
    let text = written(&date, Some(time_zone))
        .or_else(|_| written(&date, None))
        .unwrap_or_default();
    minute_of(&text)
}

/// The time of day to the second, such as `18:36:05`, as [`time_of_day`] gives the minute.
pub fn clock(instant: Instant, time_zone: &str) -> String {
    let date = Date::new(&JsValue::from_f64(instant.unix_ms as f64));
    let text = written(&date, Some(time_zone))
        .or_else(|_| written(&date, None))
        .unwrap_or_default();
    text.split_once(' ')
        .map(|(_day, time)| time.to_owned())
        .unwrap_or_default()
}

/// The day and the month of an instant on this device, such as 26 and 11.
pub fn day_and_month(instant: Instant) -> (u8, u8) {
    let date = Date::new(&JsValue::from_f64(instant.unix_ms as f64));
    (date.get_date() as u8, date.get_month() as u8 + 1)
}

/// The day of an instant in a time zone, or in the device's own if the browser does not know it.
pub fn day(instant: Instant, time_zone: &str) -> Option<Day> {
    let date = Date::new(&JsValue::from_f64(in_hall(instant).unix_ms as f64));
    let text = written(&date, Some(time_zone))
        .or_else(|_| written(&date, None))
        .ok()?;
    let (day, _time) = text.split_once(' ')?;
    day.parse().ok()
}

fn minute_of(text: &str) -> String {
    let (_day, time) = text.split_once(' ').unwrap_or_default();
    time.chars().take("18:36".len()).collect()
}

/// The device's own time zone, such as `Europe/Oslo`, if the browser tells.
pub fn device_time_zone() -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let make: Function = Reflect::get(&intl, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let format = make.call0(&intl).ok()?;
    let options: Function = Reflect::get(&format, &"resolvedOptions".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let resolved = options.call0(&format).ok()?;
    Reflect::get(&resolved, &"timeZone".into()).ok()?.as_string()
}

/// Called by name, because an unknown time zone throws and the bindings do not catch it.
fn written(date: &Date, time_zone: Option<&str>) -> Result<String, JsValue> {
    let options = Object::new();
    if let Some(time_zone) = time_zone {
        Reflect::set(&options, &"timeZone".into(), &time_zone.into())?;
    }
    let write: Function = Reflect::get(date, &"toLocaleString".into())?.dyn_into()?;
    let text = write.call2(date, &SORTABLE.into(), &options)?;
    Ok(text.as_string().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_on_the_wall_shows_the_halls_time() {
        let shown = Instant::from_unix_ms(10_000_000);
        set_ahead_ms(Some(3_600_000));
        assert_eq!(in_hall(shown).unix_ms, 6_400_000);
        assert_eq!(in_hall(of_hall(shown)), shown);
        set_ahead_ms(None);
        assert_eq!(in_hall(shown), shown);
    }

    #[test]
    fn reads_the_minute() {
        assert_eq!(minute_of("2026-11-26 18:36:05"), "18:36");
        assert_eq!(minute_of(""), "");
    }
}
