//! Buttons: words, large enough for any hand.

use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do here.
    Primary,
    /// One of several.
    #[default]
    Plain,
    /// Takes something away.
    Danger,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Weight::Primary => "button button-primary",
            Weight::Plain => "button",
            Weight::Danger => "button button-danger",
        }
    }
}

/// A button.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    weight: Weight,
    /// Whether it cannot be pressed just now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What tests call it.
    #[prop(optional)]
    testid: &'static str,
    /// Called when it is pressed.
    press: impl Fn() + 'static,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=weight.class()
            data-testid=testid
            disabled=move || disabled.get()
            on:click=move |_| press()
        >
            {children()}
        </button>
    }
}
