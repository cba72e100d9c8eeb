//! Who registers by the form: the form itself, how far it has come, and everything that was sent, with a yes or a no to each.

pub mod form;
pub mod progress;
pub mod row;

use borsklokka_shared::registration::{FormState, RegistrationState};
use leptos::html;
use leptos::prelude::*;

use self::form::FormCard;
use self::progress::ProgressCard;
use self::row::{Row, of};
use super::office::Office;
use super::rail::{Onward, Title};
use crate::components::focus::focus;
use crate::readiness::pages::Page;
use crate::texts::organiser::registration_words;

/// In which order they stand: those that wait for an answer first.
const ORDER: [RegistrationState; 4] = [
    RegistrationState::Waiting,
    RegistrationState::Approved,
    RegistrationState::Declined,
    RegistrationState::Withdrawn,
];

/// The page.
#[component]
pub fn RegistrationsPage() -> impl IntoView {
    let office = Office::of_page();
    let all = office.registrations();
    let is_known = Memo::new(move |_| all.with(Option::is_some));
    view! {
        <Title page=Page::Registrations />
        {move || {
            is_known
                .get()
                .then(|| {
                    view! {
                        <FormCard />
                        <ProgressCard />
                        <Lists />
                    }
                })
        }}
        <Onward page=Page::Registrations />
    }
}

/// Everything that was sent, by what became of it.
#[component]
fn Lists() -> impl IntoView {
    let t = registration_words();
    let all = Office::of_page().registrations();
    let nobody = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_ref()?;
            all.registrations.is_empty().then_some(all.form_state)
        })
    });
    move || match nobody.get() {
        Some(state) => {
            let words = match state {
                FormState::Open | FormState::NotYet => t.nobody,
                FormState::Off | FormState::Full | FormState::Closed => t.nobody_closed,
            };
            view! {
                <section class="card">
                    <p data-testid="registrations-none">{words}</p>
                </section>
            }
            .into_any()
        }
        None => ORDER
            .map(|state| view! { <List state /> })
            .into_iter()
            .collect_view()
            .into_any(),
    }
}

/// Those of one state.
#[component]
fn List(state: RegistrationState) -> impl IntoView {
    let t = registration_words();
    let all = Office::of_page().registrations();
    let ids = Memo::new(move |_| all.with(|all| all.as_ref().map(|all| of(all, state)).unwrap_or_default()));
    let heading = NodeRef::<html::H2>::new();
    // Whoever judged the last one is heard where the list began.
    let go_to_heading = move || {
        if let Some(heading) = heading.try_get_untracked().flatten() {
            focus(&heading);
        }
    };
    let is_asked = state == RegistrationState::Waiting;
    view! {
        <section
            class="card"
            data-testid=format!("registrations-{}", state.as_str())
            hidden=move || !is_asked && ids.with(Vec::is_empty)
        >
            <div class="card-head">
                <h2 class="form-heading" tabindex="-1" node_ref=heading>
                    {t.state_heading(state)}
                </h2>
                <b class="form-heading">{move || ids.with(Vec::len)}</b>
            </div>
            <p class="office-note" hidden=move || !ids.with(Vec::is_empty)>
                {t.none_waiting}
            </p>
            <ul class="registrations">
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id go_to_heading />
                </For>
            </ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::RegistrationId;
    use borsklokka_shared::registration::Registrations;

    use super::row::beside;
    use super::*;
    use crate::readiness::work::waiting;

    /// Registrations 1, 2 and so on, each of a state.
    pub(super) fn sent(states: &[RegistrationState]) -> Registrations {
        let one = |(number, state): (usize, &RegistrationState)| {
            format!(
                r#"{{"id":"00000000-0000-0000-0000-{number:012}","state":"{}","language":"nb",
                    "entry":{{"name":"Lag {number}","sector":"voluntary","contact":{{"person":"Kari"}},"people":2,"listings":[]}},
                    "made_at":"2026-11-01T17:00:00.000Z","changed_at":"2026-11-01T17:00:00.000Z","participant":null,
                    "alike":[],"alike_registrations":[]}}"#,
                state.as_str()
            )
        };
        let all: Vec<String> = (1..).zip(states).map(one).collect();
        let all = all.join(",");
        serde_json::from_str(&format!(
            r#"{{"form":{{}},"form_state":"off","url":"http://localhost/x/register","registrations":[{all}]}}"#
        ))
        .unwrap()
    }

    fn id(number: u128) -> RegistrationId {
        RegistrationId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn whoever_judges_goes_on_to_the_next_that_waits() {
        use RegistrationState::{Approved, Declined, Waiting};
        let all = sent(&[Waiting, Approved, Waiting, Waiting, Declined]);
        assert_eq!(of(&all, Waiting), [id(1), id(3), id(4)]);
        assert_eq!(beside(&all, id(1)), Some(id(3)));
        assert_eq!(
            beside(&all, id(4)),
            Some(id(3)),
            "after the last comes the one before it"
        );
        assert_eq!(beside(&all, id(2)), None, "it was the only one");
        assert_eq!(beside(&all, id(9)), None, "it is gone");
    }

    #[test]
    fn who_withdrew_waits_while_the_catalogue_has_them() {
        use RegistrationState::{Approved, Declined, Waiting, Withdrawn};
        let mut all = sent(&[Waiting, Approved, Declined, Withdrawn]);
        assert_eq!(waiting(&all), Some(1));
        all.registrations[3].participant = Some("00000000-0000-0000-0000-0000000a0001".parse().unwrap());
        assert_eq!(waiting(&all), Some(2));
        let mut none = sent(&[]);
        assert_eq!(waiting(&none), None, "nobody registers by the form");
        none.form.is_on = true;
        assert_eq!(waiting(&none), Some(0));
    }
}
