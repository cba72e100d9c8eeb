//! Mail: whether it goes, what went and what did not, what stands in it.

pub mod acts;
pub mod drafts;
pub mod list;
pub mod post;
pub mod settings;
pub mod shown;
pub mod wording;

use leptos::prelude::*;

use self::acts::Acts;
use self::list::List;
use self::post::{Post, READ_EVERY};
use self::settings::SettingsCard;
use self::shown::Reader;
use self::wording::Wording;
use super::office::Office;
use super::rail::{Onward, Title};
use super::reading::read_again;
use crate::readiness::pages::Page;
use crate::texts::organiser::mail_words;

/// The page.
#[component]
pub fn MailPage() -> impl IntoView {
    let t = mail_words();
    let post = Post::new();
    provide_context(post);
    let office = Office::of_page();
    Effect::new(move || {
        post.state.track();
        post.limit.track();
        post.read(office);
    });
    read_again(READ_EVERY, move || post.read(office));
    let is_known = Memo::new(move |_| post.mails().with(Option::is_some));
    view! {
        <Title page=Page::Mail />
        <p class="office-note">{t.why}</p>
        {move || {
            is_known
                .get()
                .then(|| {
                    view! {
                        <SettingsCard />
                        <Acts />
                        <List />
                        <Wording />
                        <Reader />
                    }
                })
        }}
        <Onward page=Page::Mail />
    }
}
