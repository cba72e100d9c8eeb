//! The fields that the organiser's forms are made of.

use borsklokka_shared::limits::NAME_CHARS_MAX;
use leptos::prelude::*;

use crate::components::{FieldError, TextField, TooLong};

/// A field that writes into its own signal; tests call it by its id.
#[component]
pub fn Text(
    /// Joins label and control.
    id: &'static str,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// The kind of control, as HTML names it.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the keyboard shows, as HTML names it.
    #[prop(default = "text")]
    keyboard: &'static str,
    /// Most characters that can be written.
    #[prop(default = NAME_CHARS_MAX)]
    chars_max: usize,
    /// Shown while nothing is written.
    #[prop(default = "")]
    hint: &'static str,
    /// The list of what may be chosen, by its id.
    #[prop(optional)]
    list: Option<&'static str>,
    /// Takes the focus when the field appears.
    #[prop(optional)]
    focused: bool,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What is written.
    value: RwSignal<String>,
) -> impl IntoView {
    let Some(list) = list else {
        return view! {
            <TextField
                id
                label
                testid=id
                kind
                keyboard
                chars_max
                hint
                focused
                error
                value
                write=move |text| value.set(text)
            />
        }
        .into_any();
    };
    let is_wrong = move || error.with(Option::is_some);
    view! {
        <div class="field" class:wrong=is_wrong>
            <label class="field-label" for=id>
                {label}
            </label>
            <input
                class="field-input"
                id=id
                list=list
                placeholder=hint
                autocomplete="off"
                dir="auto"
                data-testid=id
                aria-invalid=move || is_wrong().to_string()
                aria-describedby=move || is_wrong().then(|| format!("{id}-error"))
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <TooLong text=value chars_max />
            <FieldError id error />
        </div>
    }
    .into_any()
}

/// A field of several lines that writes into its own signal; tests call it by its id.
#[component]
pub fn Lines(
    /// Joins label and control.
    id: &'static str,
    /// What is asked.
    label: &'static str,
    /// Lines that are seen at once.
    rows: u32,
    /// Most characters that can be written, if that is counted.
    #[prop(optional)]
    chars_max: Option<usize>,
    /// Shown while nothing is written.
    #[prop(default = "")]
    hint: &'static str,
    /// How it is written, below it.
    #[prop(optional)]
    note: Option<&'static str>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What is written.
    value: RwSignal<String>,
) -> impl IntoView {
    let described = match note {
        Some(_) => format!("{id}-note {id}-error"),
        None => format!("{id}-error"),
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
            </label>
            <textarea
                class="field-input"
                id=id
                data-testid=id
                rows=rows
                dir="auto"
                placeholder=hint
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).to_string()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            {chars_max.map(|chars_max| view! { <TooLong text=value chars_max /> })}
            <FieldError id error />
            {note
                .map(|note| {
                    view! {
                        <p class="office-note" id=format!("{id}-note")>
                            {note}
                        </p>
                    }
                })}
        </div>
    }
}

/// One of several values; tests call it by its id.
#[component]
pub fn Select<T>(
    /// Joins label and control.
    id: &'static str,
    /// What is asked.
    label: &'static str,
    /// The values.
    options: &'static [T],
    /// The name of one in the page.
    name: fn(T) -> &'static str,
    /// The words of one.
    words: fn(T) -> &'static str,
    /// What is chosen.
    value: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let chosen = value.get_untracked();
    let shown = options
        .iter()
        .map(|one| {
            view! {
                <option value=name(*one) selected=*one == chosen>
                    {words(*one)}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
            </label>
            <select
                class="field-input"
                id=id
                data-testid=id
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    if let Some(one) = options.iter().find(|one| name(**one) == chosen) {
                        value.set(*one);
                    }
                }
            >
                {shown}
            </select>
        </div>
    }
}

/// One of few values, all of which are seen.
#[component]
pub fn Choice<T>(
    /// What is asked.
    legend: &'static str,
    /// Joins the choices.
    name: &'static str,
    /// The values.
    options: &'static [T],
    /// The name of one in the page.
    key: fn(T) -> &'static str,
    /// The words of one.
    words: fn(T) -> &'static str,
    /// What is chosen.
    value: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let choices = options
        .iter()
        .map(|one| {
            let one = *one;
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=name
                        value=key(one)
                        prop:checked=move || value.get() == one
                        on:change=move |_| value.set(one)
                    />
                    {words(one)}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choices">
            <legend class="field-label">{legend}</legend>
            {choices}
        </fieldset>
    }
}

/// A box to tick.
#[component]
pub fn Tick(
    /// What tests call it.
    id: &'static str,
    /// What it stands for.
    words: &'static str,
    /// Whether it is ticked.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                data-testid=id
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            {words}
        </label>
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    /// What is ticked, picked or opened by a press, in which nothing is typed.
    const PRESSED: [&str; 4] = ["checkbox", "color", "file", "radio"];

    #[test]
    fn every_field_that_is_typed_in_is_found_again_in_other_words() {
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/organiser")];
        let (mut fields, mut lost) = (0, Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for (begins, _) in code
                    .match_indices("<input\n")
                    .chain(code.match_indices("<textarea\n"))
                {
                    // What it is comes before what happens in it.
                    let field = code[begins..].split("on:").next().unwrap_or_default();
                    let is_pressed = |kind: &&str| field.contains(&format!("type=\"{kind}\""));
                    if PRESSED.iter().any(is_pressed) {
                        continue;
                    }
                    fields += 1;
                    if !field.contains(" id=") && !field.contains(" id\n") {
                        lost.push(format!("{}: {}", path.display(), field.trim()));
                    }
                }
            }
        }
        assert!(fields > 0);
        assert_eq!(lost, Vec::<String>::new(), "the focus finds it by its id");
    }
}
