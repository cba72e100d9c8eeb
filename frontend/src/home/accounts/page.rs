//! What the parts of the operator's page of the organisers share: who is there, and what is wanted.

use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::MailState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::browser;
use crate::home::listed::{Listed, Listing};
use crate::request::{self, Trouble};
use crate::route::log_in_for;
use crate::texts::{Texts, texts};
use crate::typed::fields::Fields;

/// A link, as the server gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// The link; none if it goes by mail.
    #[serde(default)]
    pub link: Option<String>,
    /// Until when it can be used.
    #[serde(default)]
    pub until: Option<Instant>,
}

/// A link, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToHandOn {
    /// Who gets it.
    pub name: String,
    /// The link.
    pub link: String,
    /// Until when it can be used.
    pub until: Instant,
}

impl ToHandOn {
    /// What was made for somebody, if it is for the operator to hand on.
    pub fn of(name: String, made: Made) -> Option<Self> {
        let (link, until) = (made.link?, made.until?);
        Some(Self { name, link, until })
    }
}

/// Where accounts are asked for.
pub const ACCOUNTS: &str = "/api/v1/accounts";

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No passphrase was chosen yet.
    Invited,
    /// She can log in.
    Active,
    /// Nobody can log in with it.
    Disabled,
}

/// An organiser's account, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Which.
    pub id: Uuid,
    /// The address that she logs in with.
    pub email: String,
    /// What she is called.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// Whether she may make exchanges of her own.
    pub may_make: bool,
    /// The addresses of her exchanges.
    pub exchanges: Vec<String>,
    /// When it was used last.
    #[serde(default)]
    pub last_seen: Option<Instant>,
    /// Until when a link of hers can be used.
    #[serde(default)]
    pub link_until: Option<Instant>,
    /// The language that she is written to in.
    pub language: Language,
    /// What was sent to her, the newest first.
    #[serde(default)]
    pub mails: Vec<SentMail>,
}

/// A mail to her.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SentMail {
    /// What it is for.
    pub kind: MailFor,
    /// What became of it.
    pub state: MailState,
    /// When it was queued.
    pub queued_at: Instant,
    /// When it went.
    #[serde(default)]
    pub sent_at: Option<Instant>,
    /// What the mail server said last.
    #[serde(default)]
    pub answer: Option<String>,
    /// Why it has not gone, in words.
    #[serde(default)]
    pub why: Option<String>,
}

/// What a mail to her is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFor {
    /// An invitation.
    Invitation,
    /// A link to another passphrase, from the operator.
    NewPassphrase,
    /// One that was asked for.
    Forgotten,
    /// Word that it was changed.
    PassphraseChanged,
    /// Word that a passkey was added.
    PasskeyAdded,
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
    #[serde(default)]
    mail: bool,
}

/// What is wanted of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Another one.
    Invite,
    /// That it becomes another.
    Change(Account),
    /// That it goes.
    Delete(Account),
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    /// Its texts: who has waited for an answer knows no page any more.
    pub texts: Texts,
    /// What is typed on it.
    pub fields: Fields,
    /// Where trouble is shown.
    pub alert: RwSignal<Option<String>>,
    /// What is wanted.
    pub wish: RwSignal<Wish>,
    /// A link that was just made.
    pub link: RwSignal<Option<ToHandOn>>,
    /// Whether the server sends mail.
    pub sends_mail: RwSignal<bool>,
    /// Who is there, once it is known.
    pub accounts: RwSignal<Option<Vec<Account>>>,
    exchanges: RwSignal<Vec<Listed>>,
}

impl Page {
    /// A page that has read nothing yet.
    pub fn empty() -> Self {
        let fields = Fields::of_page();
        Self {
            texts: texts(),
            fields,
            alert: RwSignal::new(None),
            wish: fields.kept("wish", Wish::Invite),
            // It is shown once, in whichever words.
            link: fields.kept("link", None),
            sends_mail: RwSignal::new(false),
            accounts: RwSignal::new(None),
            exchanges: RwSignal::new(vec![]),
        }
    }

    /// Reads the list again.
    pub fn look(self) {
        let t = self.texts;
        spawn_local(async move {
            let exchanges = request::read::<Listing>("/api/v1/exchanges").await;
            let accounts = request::read::<Accounts>(ACCOUNTS).await;
            match exchanges.and_then(|exchanges| Ok((exchanges, accounts?))) {
                Ok((Listing { exchanges, .. }, Accounts { accounts, mail })) => {
                    self.sends_mail.set(mail);
                    self.exchanges.set(exchanges);
                    self.accounts.set(Some(accounts));
                }
                // The log-in is on the first page, and what was typed here is not for whoever sits there now.
                Err(Trouble::Refused { code, .. }) if code == "not_logged_in" => {
                    self.fields.clear_all();
                    browser::go_instead(&log_in_for(&browser::here()));
                }
                Err(trouble) => self.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    }

    /// The exchanges that there are.
    pub fn exchanges(self) -> Vec<Listed> {
        self.exchanges.get_untracked()
    }

    /// Asks for another link.
    pub fn make_link(self, url: String, name: String) {
        let t = self.texts;
        self.alert.set(None);
        spawn_local(async move {
            match request::ask::<Made>("POST", &url, &json!({})).await {
                Ok(made) => {
                    self.link.set(ToHandOn::of(name, made));
                    self.look();
                }
                Err(trouble) => self.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    }

    /// Has a link sent.
    pub fn mail_link(self, url: String) {
        let t = self.texts;
        self.alert.set(None);
        spawn_local(async move {
            match request::ask::<()>("POST", &url, &json!({})).await {
                Ok(()) => self.look(),
                Err(trouble) => self.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    }
}
