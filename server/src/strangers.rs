//! Pages for people who have an address of ours and nothing else: they need no script, load little, and speak their language. No search
//! engine has them, and no cache but that of the browser that shows them.

use std::collections::BTreeMap;

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use borsklokka_shared::language::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::policy::with_sheet;

const STYLE: &str = include_str!("strangers/page.css");
/// What keeps what is typed over a reload of the page, and forgets it otherwise.
const SCRIPT: &str = include_str!("strangers/typed.js");
/// Where that is.
const SCRIPT_PATH: &str = "/typed.js";

/// Characters of the mark of what was said.
pub(crate) const MARK_CHARS: usize = 8;

/// The field by which a button says what it does, where that is not what its form is for.
pub(crate) const DEED: &str = "do";
/// What a button does that only has the form shown in another language.
pub(crate) const TRANSLATE: &str = "translate";

/// For whoever has the link alone. Without a word of where it comes from, the browser would send the form as nobody's.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    ),
];

/// What these pages are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// The form, or one's own entry.
    Registration,
    /// What became of a deal.
    FollowUp,
}

impl Matter {
    /// Of the page at an address, if it is one of these.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let mut parts = path.split('/').skip(1);
        match (parts.next()?, parts.next()?, parts.next()) {
            ("api", ..) => None,
            ("registration", _, None) | (_, "register", None) => Some(Self::Registration),
            ("follow-up", _, None) => Some(Self::FollowUp),
            _ => None,
        }
    }
}

/// The language that a query asks for.
pub(crate) fn language_in(query: &str) -> Option<Language> {
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.and_then(Language::from_tag)
}

/// A page that says why there is nothing, and leads back to where it should be.
pub(crate) fn instead(
    language: Language,
    title: &str,
    sentence: &str,
    (address, back): (&str, &str),
) -> String {
    let main = html! {
        header { h1 { (title) } }
        p class="told" role="alert" { (sentence) }
        p { a href=(address) { (back) } }
    };
    whole(language, title, None, &main)
}

/// Which language a page is asked for in.
#[derive(serde::Deserialize)]
pub(crate) struct Asking {
    pub(crate) lang: Option<String>,
}

/// What stands behind an address; what cannot be read asks for nothing.
pub(crate) type Asks = Result<Query<Asking>, QueryRejection>;

/// The language that an address asks for.
pub(crate) fn language_of(asks: Asks) -> Option<Language> {
    let Query(asking) = asks.ok()?;
    asking.lang.as_deref().and_then(Language::from_tag)
}

/// A form, as a browser sends it.
pub(crate) type Sent = Result<Form<Vec<(String, String)>>, FormRejection>;

/// Told to a form's handler where so much came from an address that nothing is looked up for it: the page says so, with all that was typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooOften;

/// The fields of a form. No form of ours has one twice: which of the two was meant, nobody knows.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn fields(sent: Sent) -> Result<BTreeMap<String, String>, String> {
    let Form(pairs) = sent.map_err(|rejection| rejection.body_text())?;
    let mut fields = BTreeMap::new();
    for (field, text) in pairs {
        if fields.contains_key(&field) {
            return Err(format!("the field `{field}` was sent twice"));
        }
        fields.insert(field, text);
    }
    Ok(fields)
}

/// Whether a form was sent only to be shown in another language: nothing of it is judged, counted or kept.
pub(crate) fn translates(fields: &BTreeMap<String, String>) -> bool {
    fields.get(DEED).is_some_and(|deed| deed == TRANSLATE)
}

/// By what it is told whether something else was said since a form was filled in with this.
pub(crate) fn mark(said: &str) -> String {
    let mut mark = hex::encode(Sha256::digest(said.as_bytes()));
    mark.truncate(MARK_CHARS);
    mark
}

/// Whether search engines may list a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    Yes,
    No,
}

/// The same of an exchange's own form, which may be found if the organiser wants it.
pub(crate) fn respond_as(listed: Listed, status: StatusCode, html: String) -> Response {
    let mut response = respond(status, html);
    if listed == Listed::Yes {
        response.headers_mut().remove("x-robots-tag");
    }
    response
}

/// A page that is served with [`HEADERS`].
pub(crate) fn respond(status: StatusCode, html: String) -> Response {
    let policy = [(header::CONTENT_SECURITY_POLICY, with_sheet(STYLE))];
    (status, HEADERS, policy, Html(html)).into_response()
}

/// A page that its own browser may keep: whoever goes back to it has it as it was, with all that was typed, and is not told that there is
/// none.
pub(crate) fn to_go_back_to(mut response: Response) -> Response {
    let kept_by_itself = HeaderValue::from_static("private, no-cache");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, kept_by_itself);
    response
}

/// What a link to a page shows where somebody passes it on, and what a search engine reads first: nothing that the public may not see.
pub(crate) struct Preview<'a> {
    /// What is linked to.
    pub(crate) title: &'a str,
    /// A sentence on it.
    pub(crate) about: &'a str,
    /// Where it is; nothing of a page that has a secret in its address.
    pub(crate) address: Option<&'a str>,
    /// Where its picture is.
    pub(crate) picture: &'a str,
    /// The picture's width and height, in pixels.
    pub(crate) size: (u32, u32),
    pub(crate) language: Language,
}

impl Preview<'_> {
    /// The lines of a page's head.
    pub(crate) fn lines(&self) -> Markup {
        let (width, height) = self.size;
        let language = self.language;
        html! {
            meta name="description" content=(self.about);
            @if let Some(address) = self.address {
                link rel="canonical" href=(address);
                meta property="og:url" content=(address);
            }
            meta property="og:title" content=(self.title);
            meta property="og:description" content=(self.about);
            meta property="og:type" content="website";
            meta property="og:locale" content={ (language.as_str()) "_" (language.region()) };
            meta property="og:image" content=(self.picture);
            meta property="og:image:type" content="image/png";
            meta property="og:image:width" content=(width);
            meta property="og:image:height" content=(height);
            meta property="og:image:alt" content={ (self.title) ". " (self.about) };
            meta name="twitter:card" content="summary_large_image";
        }
    }
}

/// `GET /typed.js`: what keeps what is typed over a reload.
pub(crate) async fn script() -> Response {
    script_of(SCRIPT)
}

/// A script of these pages, as it is served.
pub(crate) fn script_of(script: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=600"),
    ];
    (headers, script).into_response()
}

/// A whole page: what it is called, what a preview of it shows, and what stands on it. Its script stands behind all that may be typed in.
pub(crate) fn whole(language: Language, title: &str, preview: Option<&Preview<'_>>, main: &Markup) -> String {
    let body = html! {
        main { (main) }
        script src=(SCRIPT_PATH) {}
    };
    in_a_sheet(language, title, preview, &body)
}

/// A page that only looks like these, and is of a matter on which nobody types anything here.
pub(crate) fn alike(language: Language, title: &str, main: &Markup) -> String {
    in_a_sheet(language, title, None, &html! { main { (main) } })
}

fn in_a_sheet(language: Language, title: &str, preview: Option<&Preview<'_>>, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                @match preview {
                    Some(preview) => (preview.lines()),
                    None => meta name="description" content=(title);,
                }
                link rel="icon" href="/favicon.ico";
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A form on a page, in which something may be typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typed<'a> {
    /// Its id.
    pub(crate) form: &'a str,
    /// Where its page is; nothing where the browser is there.
    pub(crate) path: &'a str,
}

/// The same page in the other languages. Where there is a form, each of them is a button of it, so that what is typed goes along. They stand
/// behind the form and its own button: that is the one which Enter presses in a field.
pub(crate) fn languages(chosen: Language, label: &str, typed: Option<Typed<'_>>) -> Markup {
    html! {
        nav class="languages" aria-label=(label) {
            @for language in Language::ALL {
                @if language == chosen {
                    span aria-current="true" { (language.own_name()) }
                } @else if let Some(Typed { form, path }) = typed {
                    button type="submit" form=(form) formaction=(sent_to(path, language)) formnovalidate
                        name=(DEED) value=(TRANSLATE) lang=(language.as_str()) { (language.own_name()) }
                } @else {
                    a href=(in_language("", language)) lang=(language.as_str()) { (language.own_name()) }
                }
            }
        }
    }
}

/// Where a page is in a language.
pub(crate) fn in_language(path: &str, language: Language) -> String {
    format!("{path}?lang={}", language.as_str())
}

/// Where every form of these pages is sent, to be answered in a language: an address that no page has had yet. What answers a form that is
/// sent to the address of its own page takes that page's place, be it only the browser's word that there is no network: whoever goes back
/// then has lost all that was typed.
pub(crate) fn sent_to(path: &str, language: Language) -> String {
    format!("{}&page={}", in_language(path, language), Uuid::new_v4().simple())
}

/// What tests of these pages share.
#[cfg(test)]
pub(crate) mod looked_at {
    /// How what makes an address of a form its own begins, as it stands in a page.
    const OWN: &str = "&amp;page=";
    /// Its characters behind that.
    const OWN_CHARS: usize = 32;

    /// A page without what is another each time in the addresses of its forms.
    pub(crate) fn unmarked(page: &str) -> String {
        let mut parts = page.split(OWN);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |page, part| page + &part[OWN_CHARS..])
    }

    /// Where the forms of a page are sent, by each of their buttons.
    pub(crate) fn actions(page: &str) -> Vec<String> {
        let all = page.split("action=\"").skip(1);
        let actions = all.map(|rest| rest.split('"').next().unwrap_or_default());
        actions.map(|action| action.replace("&amp;", "&")).collect()
    }

    /// The path of an address and where something that stands in its page is sent.
    pub(crate) fn resolved(address: &str, action: &str) -> String {
        let path = address.split('?').next().unwrap_or_default();
        match action.strip_prefix('?') {
            Some(query) => format!("{path}?{query}"),
            None => action.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_nowhere_but_to_an_address_of_its_own() {
        assert_ne!(sent_to("", Language::Nb), sent_to("", Language::Nb));
        let own = ["action", "=(sent_to("].concat();
        for page in [
            include_str!("strangers.rs"),
            include_str!("registrations/page.rs"),
            include_str!("follow_up/page.rs"),
        ] {
            let forms = page.matches(&["method", "=\"post\""].concat()).count();
            let actions = page.matches(&["action", "=("].concat()).count();
            assert_eq!(page.matches(&own).count(), actions);
            assert!(
                forms <= actions,
                "a form without an action is sent to its own page"
            );
        }
    }
}
