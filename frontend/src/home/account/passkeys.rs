//! An organiser's passkeys: what they are, another one, and one that goes.

use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::components::{Button, TextField};
use crate::home::moment::moment;
use crate::home::passkey::{NoAnswer, Question, are_there};
use crate::request;
use crate::texts::texts;
use crate::typed::fields::Fields;

const PASSKEYS: &str = "/api/v1/account/passkeys";
/// What the fields of the forms are called by.
const FORMS: &str = "passkey/";

/// A passkey of hers, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Passkey {
    id: Uuid,
    name: String,
    made_at: Instant,
    #[serde(default)]
    last_used: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Own {
    /// The host that they are bound to.
    #[serde(default)]
    at: Option<String>,
    passkeys: Vec<Passkey>,
}

/// The card.
#[component]
pub fn Passkeys(
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Where it is said what was done.
    news: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let (own, fields) = (RwSignal::new(None::<Own>), Fields::of_page());
    let look = move || {
        spawn_local(async move {
            match request::read::<Own>(PASSKEYS).await {
                Ok(found) => own.set(Some(found)),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    look();
    let is_adding = fields.kept("passkeys-adding", false);
    let renaming = fields.kept("passkeys-renaming", None::<Uuid>);
    let leave = move || {
        fields.clear(FORMS);
        is_adding.set(false);
        renaming.set(None);
    };
    let done = move |said: &'static str| {
        leave();
        news.set(Some(said));
        look();
    };
    let rows = move |own: &Own| {
        let row = |passkey: Passkey| view! { <Row passkey renaming alert done leave /> };
        own.passkeys.clone().into_iter().map(row).collect_view()
    };
    let how = move |own: &Own| match own.at.as_deref() {
        None => Some(words.passkeys_need_https.to_owned()),
        Some(host) if !are_there(host) => Some(words.passkeys_elsewhere(host)),
        Some(_) => None,
    };
    let shown = move |own: Own| {
        let is_empty = own.passkeys.is_empty();
        let act = match how(&own) {
            Some(why) => {
                view! { <p class="office-note" data-testid="passkeys-not-here">{why}</p> }.into_any()
            }
            None if is_adding.get() => view! { <Add alert done leave /> }.into_any(),
            None => {
                let add = move || {
                    news.set(None);
                    is_adding.set(true);
                };
                view! {
                    <p class="form-acts">
                        <Button testid="passkey-add" press=add>
                            {words.passkey_add}
                        </Button>
                    </p>
                }
                .into_any()
            }
        };
        view! {
            <ul class="exchange-list" hidden=is_empty>
                {rows(&own)}
            </ul>
            {act}
        }
    };
    view! {
        <section class="card" data-testid="passkeys">
            <h2 class="form-heading">{words.passkeys}</h2>
            <p class="office-note">{words.passkeys_why}</p>
            {move || own.get().map(shown)}
        </section>
    }
}

/// One of them.
#[component]
fn Row(
    passkey: Passkey,
    renaming: RwSignal<Option<Uuid>>,
    alert: RwSignal<Option<String>>,
    done: impl Fn(&'static str) + Copy + Send + Sync + 'static,
    leave: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let Passkey {
        id,
        name,
        made_at,
        last_used,
    } = passkey;
    let stands = match last_used {
        Some(at) => words.used(moment(at)),
        None => words.passkey_unused.to_owned(),
    };
    let ask = move |method: &'static str, body: serde_json::Value, said: &'static str| {
        alert.set(None);
        spawn_local(async move {
            match request::ask::<()>(method, &format!("{PASSKEYS}/{id}"), &body).await {
                Ok(()) => done(said),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let new_name = Fields::of_page().field(format!("{FORMS}{id}"), name.clone());
    let save = move || {
        ask(
            "PATCH",
            json!({ "name": new_name.get_untracked() }),
            words.renamed,
        );
    };
    let acts = move || {
        if renaming.get() == Some(id) {
            view! {
                <form
                    class="form"
                    on:submit=move |event| {
                        event.prevent_default();
                        save();
                    }
                >
                    <TextField
                        id="passkey-new-name"
                        label=words.passkey_name
                        testid="passkey-new-name"
                        chars_max=DEVICE_NAME_CHARS_MAX
                        focused=true
                        value=new_name
                        write=move |text| new_name.set(text)
                    />
                    <div class="form-acts">
                        <button
                            type="submit"
                            class="button"
                            data-testid="passkey-rename-now"
                            disabled=move || new_name.with(|name| name.trim().is_empty())
                        >
                            {words.rename}
                        </button>
                        <Button press=leave>{t.home().leave}</Button>
                    </div>
                </form>
            }
            .into_any()
        } else {
            view! {
                <span class="exchange-acts">
                    <Button testid="passkey-rename" press=move || renaming.set(Some(id))>
                        {words.passkey_rename}
                    </Button>
                    <Button
                        testid="passkey-remove"
                        press=move || ask("DELETE", json!({}), words.passkey_removed)
                    >
                        {words.passkey_remove}
                    </Button>
                </span>
            }
            .into_any()
        }
    };
    view! {
        <li data-testid="passkey-row">
            <span class="exchange-name" dir="auto">
                {name}
            </span>
            <span class="account-stands office-note">
                {words.passkey_made(moment(made_at))} " · " {stands}
            </span>
            {acts}
        </li>
    }
}

/// Asks for the passphrase and a name, then has the browser make one.
#[component]
fn Add(
    alert: RwSignal<Option<String>>,
    done: impl Fn(&'static str) + Copy + Send + Sync + 'static,
    leave: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let fields = Fields::of_page();
    let name = fields.field(format!("{FORMS}new-name"), String::new());
    // The browser may fill it in: nothing is lost with it.
    let passphrase = fields.kept(format!("{FORMS}new-passphrase"), String::new());
    let asking = RwSignal::new(false);
    let add = move || {
        alert.set(None);
        asking.set(true);
        spawn_local(async move {
            let refused = match added(&name.get_untracked(), &passphrase.get_untracked()).await {
                Ok(()) => return done(words.passkey_added),
                Err(Refused::Browser(NoAnswer::Left)) => words.passkey_left.to_owned(),
                Err(Refused::Browser(NoAnswer::Known)) => words.passkey_known.to_owned(),
                Err(Refused::Server(trouble)) => trouble.words(t.desk()),
            };
            let _gone = asking.try_set(false);
            alert.set(Some(refused));
        });
    };
    view! {
        <form
            class="form"
            data-testid="passkey-form"
            on:submit=move |event| {
                event.prevent_default();
                add();
            }
        >
            <TextField
                id="passkey-name"
                label=words.passkey_name
                testid="passkey-name"
                chars_max=DEVICE_NAME_CHARS_MAX
                focused=true
                value=name
                write=move |text| name.set(text)
            />
            <TextField
                id="passkey-passphrase"
                label=words.passkey_passphrase
                testid="passkey-passphrase"
                kind="password"
                filled_as="current-password"
                value=passphrase
                write=move |text| passphrase.set(text)
            />
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="passkey-make"
                    disabled=move || {
                        asking.get() || passphrase.with(String::is_empty) || name.with(|name| name.trim().is_empty())
                    }
                >
                    {words.passkey_make}
                </button>
                <Button press=leave>{t.home().leave}</Button>
            </div>
        </form>
    }
}

enum Refused {
    Browser(NoAnswer),
    Server(request::Trouble),
}

async fn added(name: &str, passphrase: &str) -> Result<(), Refused> {
    let begin = format!("{PASSKEYS}/begin");
    let asked = json!({ "passphrase": passphrase });
    let question = request::ask::<Question>("POST", &begin, &asked).await;
    let question = question.map_err(Refused::Server)?;
    let credential = question.made().await.map_err(Refused::Browser)?;
    let made = json!({ "token": question.token, "name": name, "credential": credential });
    let kept = request::ask::<serde_json::Value>("POST", PASSKEYS, &made).await;
    kept.map(drop).map_err(Refused::Server)
}
