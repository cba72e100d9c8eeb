//! What a link to an exchange shows where somebody passes it on, and what a reader without scripts hears first: its name, where and when it
//! is held, how many deals there are, and its logo. All of it is public.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::language::Language;
use maud::html;

use crate::agreement::texts::Texts;
use crate::spoken::preview::Preview as Words;

/// The lines of a page's head, and the language that they are in.
pub(super) fn head(board: &Board, url: &str, slug: &str) -> Option<(Language, String)> {
    let settings = board.settings.as_ref()?;
    let about = about(settings, board.totals.deals);
    let page = format!("{url}/{slug}");
    let picture = settings.staging.logo;
    let picture = picture.map(|id| format!("{url}/api/v1/exchanges/{slug}/pictures/{id}"));
    let head = html! {
        title { (settings.name) }
        meta name="description" content=(about);
        meta property="og:title" content=(settings.name);
        meta property="og:description" content=(about);
        meta property="og:type" content="website";
        meta property="og:url" content=(page);
        meta property="og:locale" content=(settings.language.as_str());
        @if let Some(picture) = &picture {
            meta property="og:image" content=(picture);
        }
    };
    Some((settings.language, head.into_string()))
}

/// Where and when it is held, and from the first deal on how many there are.
fn about(settings: &Settings, deals: u32) -> String {
    let words = Words::of(settings.language);
    let day = Texts::of(settings.language).day(settings.date);
    let held = words.held(day, &settings.place);
    match deals {
        0 => held,
        deals => words.so_far(u64::from(deals), held),
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
        let (language, head) = floor
            .view
            .with_public_board(|board| super::head(board, "https://bors.example", "drammen"))
            .unwrap();
        assert_eq!(language.as_str(), "de");
        for line in [
            "<title>Børs &amp; &quot;bel&quot;</title>",
            r#"<meta property="og:title" content="Børs &amp; &quot;bel&quot;">"#,
            "Marktplatz: Biblioteket, 26. November 2026",
            r#"og:url" content="https://bors.example/drammen""#,
            "/api/v1/exchanges/drammen/pictures/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0001",
        ] {
            assert!(head.contains(line), "{line}: {head}");
        }
        assert!(!head.contains("Bisher"), "no deal yet: {head}");
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
