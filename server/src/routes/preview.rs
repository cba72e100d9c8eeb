//! What a link to an exchange shows where somebody passes it on, what a reader without scripts hears first, and what a phone paints before
//! its app stands: its name, where and when it is held, and how many deals there are. All of it is public.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::language::Language;
use maud::html;

use crate::agreement::texts::Texts;
use crate::poster;
use crate::spoken::preview::Preview as Words;
use crate::strangers::{Listed, Preview};

/// What the public's first page says before its app does.
pub(super) struct First {
    pub(super) language: Language,
    /// The lines of its head.
    pub(super) head: String,
    /// What is painted until the app stands.
    pub(super) body: String,
    pub(super) listed: Listed,
}

/// That of an exchange; nothing if it was never set up.
pub(super) fn first(board: &Board, url: &str, slug: &str) -> Option<First> {
    let settings = board.settings.as_ref()?;
    let deals = board.totals.deals;
    let about = about(settings, deals);
    let page = format!("{url}/{slug}");
    let preview = Preview {
        title: &settings.name,
        about: &about,
        address: Some(&page),
        picture: &poster::url(url, slug),
        size: poster::SIZE,
        language: settings.language,
    };
    let listed = if settings.is_found {
        Listed::Yes
    } else {
        Listed::No
    };
    let head = html! {
        title { (settings.name) }
        (preview.lines())
        @if listed == Listed::No { meta name="robots" content="noindex"; }
    };
    let words = Words::of(settings.language);
    let body = html! {
        // As the app says it, so that nothing is pushed about when it does.
        main class="phone first" id="first-board" {
            header class="phone-header" { h1 dir="auto" { (settings.name) } }
            p class="first-about" dir="auto" { (held(settings)) }
            @if deals > 0 { p class="first-count" { strong { (deals) } " " (words.deals(u64::from(deals))) } }
        }
    };
    Some(First {
        language: settings.language,
        head: head.into_string(),
        body: body.into_string(),
        listed,
    })
}

/// Where and when it is held.
fn held(settings: &Settings) -> String {
    let day = Texts::of(settings.language).day(settings.date);
    Words::of(settings.language).held(day, &settings.place)
}

/// The same, and from the first deal on how many there are.
pub(super) fn about(settings: &Settings, deals: u32) -> String {
    let held = held(settings);
    match deals {
        0 => held,
        deals => Words::of(settings.language).so_far(u64::from(deals), held),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::open_hub;

    #[tokio::test]
    async fn a_link_to_an_exchange_says_what_it_is_before_any_script() {
        let hub = open_hub().await;
        let settings = |name: &str| {
            serde_json::json!({ "command": { "type": "configure", "settings": {
                "name": name, "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "language": "de",
                "goal": 60, "categories": [{ "id": "hands", "name": "Hände" }],
                "staging": { "logo": "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0001" },
            } } })
        };
        let organiser = hub.operator().await;
        let set = organiser
            .post("/api/v1/exchanges/drammen/commands", settings("Børs & \"bel\""))
            .await;
        assert_eq!(set.status, 200, "{}", set.text);
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let first = floor
            .view
            .with_public_board(|board| super::first(board, "https://bors.example", "drammen"))
            .unwrap();
        assert_eq!(first.language.as_str(), "de");
        let head = first.head;
        for line in [
            "<title>Børs &amp; &quot;bel&quot;</title>",
            r#"<meta property="og:title" content="Børs &amp; &quot;bel&quot;">"#,
            "Marktplatz: Biblioteket, 26. November 2026",
            r#"og:url" content="https://bors.example/drammen""#,
            r#"og:image" content="https://bors.example/api/v1/exchanges/drammen/poster.png"#,
            r#"og:locale" content="de_DE""#,
            r#"name="robots" content="noindex""#,
        ] {
            assert!(head.contains(line), "{line}: {head}");
        }
        assert!(!head.contains("Bisher"), "no deal yet: {head}");
        assert!(
            first
                .body
                .contains("<h1 dir=\"auto\">Børs &amp; &quot;bel&quot;</h1>"),
            "{}",
            first.body
        );
        let told = floor.view.with_public_board(|board| {
            let settings = board.settings.as_ref().unwrap();
            [super::about(settings, 1), super::about(settings, 60)]
        });
        assert_eq!(
            told,
            ["1 Vereinbarung.", "60 Vereinbarungen."]
                .map(|so_far| format!("Marktplatz: Biblioteket, 26. November 2026. Bisher {so_far}"))
        );
        // The page, if this build has one.
        let page = hub.browser().get("/drammen").await;
        assert!(
            page.status == 503
                || page.text.contains("<title>Børs &amp;") && page.text.contains("<html lang=\"de\">"),
            "{}",
            page.text
        );
    }
}
