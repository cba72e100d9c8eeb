//! The column beside the deals: how the evening stands.

use leptos::prelude::*;

use super::chart::Chart;
use crate::evening::count::Count;
use crate::evening::round::RoundTimer;

/// The column.
#[component]
pub fn StandingColumn() -> impl IntoView {
    view! {
        <aside class="standing">
            <Count />
            <RoundTimer />
            <Chart />
        </aside>
    }
}
