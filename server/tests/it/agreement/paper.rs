//! What stands on the paper.

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::{Bargain, Terms};
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::PictureId;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{NAME_CHARS_MAX, REMARK_CHARS_MAX, SERVICE_CHARS_MAX};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use uuid::Uuid;

use super::{EXCHANGE, Evening, Pdf, contact, service, terms};
use test_support::http;

async fn usual(evening: &Evening, bargain: Bargain) -> Terms {
    let kari = contact("Kari Bakkerud", "kari@bakkerud.example.org", "+47 000 00 014");
    let bakk = evening.party("Bakkerud Bygg AS", Sector::Business, kari).await;
    let marius = contact(
        "Marius Fossland",
        "marius@elvelangs.example.org",
        "+47 000 00 025",
    );
    let elve = evening
        .party("Elvelangs padleklubb", Sector::Voluntary, marius)
        .await;
    terms(&[bakk], &[elve], bargain)
}

#[tokio::test]
async fn a_usual_deal_is_one_page_that_says_all_of_it() {
    let evening = Evening::begins().await;
    let bargain = Bargain::TwoWay {
        service: service("Snekkerhjelp til ny brygge"),
        return_service: service("Padlekurs for femten ansatte"),
    };
    let terms = usual(&evening, bargain).await;
    let paper = evening.paper(evening.deal(terms).await).await;
    assert_eq!(paper.pages(), 1);
    paper.must_say(&[
        "Avtale nr. 1",
        "Frivilligbørs Drammen",
        "Drammensbiblioteket, 26. november 2026",
        "Bytte",
        "Bakkerud Bygg AS",
        "Næringsliv",
        "Kari Bakkerud",
        "kari@bakkerud.example.org",
        "+47 000 00 014",
        "Elvelangs padleklubb",
        "Frivillig",
        "Marius Fossland",
        "marius@elvelangs.example.org",
        "+47 000 00 025",
        "Snekkerhjelp til ny brygge",
        "Nyttige never · 12 stoler · 20 timer",
        "Padlekurs for femten ansatte",
        "Elvelangs padleklubb: ringer",
        "senest 4. desember 2026",
        "26. november 2027",
        "Børsmegler",
        "Ingrid",
        "40 timer · 32 000 kr",
        "Det er ingen pris",
        "Underskrifter",
        "Arrangøren av børsen er ikke part",
        "Side 1 av 1",
    ]);
    assert!(!paper.says("Ugyldig") && !paper.says("Ikke på tavla"));
}

#[tokio::test]
async fn the_file_is_accessible_and_carries_its_fonts() {
    let evening = Evening::begins().await;
    let bargain = Bargain::OneWay {
        service: service("Førstehjelpskurs for Łukasz, Ελένη og Зоя"),
    };
    let terms = usual(&evening, bargain).await;
    let paper = evening.paper(evening.deal(terms).await).await;
    let (named, embedded) = paper.fonts();
    assert_eq!(named, embedded);
    let families = |family| embedded.iter().filter(|name| name.contains(family)).count();
    assert!(
        families("Archivo") >= 2 && families("NotoSans") >= 1,
        "{embedded:?}"
    );
    let mark = paper.catalog("MarkInfo").as_dict().expect("mark info");
    assert!(
        mark.get(b"Marked")
            .and_then(lopdf::Object::as_bool)
            .expect("marked")
    );
    assert!(paper.catalog("StructTreeRoot").as_dict().is_ok());
    let language = paper.catalog("Lang").as_str().expect("a language");
    assert_eq!(language, b"nb-NO");
    let metadata = paper.metadata();
    assert!(
        metadata.contains("Avtale nr. 1 · Frivilligbørs Drammen"),
        "{metadata}"
    );
    assert!(metadata.contains("pdfuaid:part"), "{metadata}");
    paper.must_say(&["Łukasz, Ελένη og Зоя", "Gave", "Ingen. Dette er en gave."]);
}

/// A booklet's pages are out of order, and say nothing to whoever hears them: the same catalogue in order is for the screen.
#[tokio::test]
async fn every_paper_is_accessible_but_the_booklet() {
    let evening = Evening::begins().await;
    let bargain = Bargain::OneWay {
        service: service("Førstehjelpskurs"),
    };
    let terms = usual(&evening, bargain).await;
    evening.deal(terms.clone()).await;
    let organiser = evening.server.token(Role::Organiser).await;
    let badge = format!("participants/{}/badge.pdf", terms.givers[0]);
    for (paper, is_accessible) in [
        ("agreements.pdf", true),
        ("agreements.pdf?parties=everyone", true),
        ("report.pdf", true),
        ("catalogue.pdf?by=category", true),
        ("catalogue.pdf?by=both&paper=a5_fold", false),
        ("badges.pdf", true),
        (badge.as_str(), true),
        ("table-signs.pdf", true),
        ("tablet-cards.pdf?broker=1", true),
        ("blank-agreements.pdf?count=1", true),
    ] {
        let pdf = Pdf::read(&evening.get(paper, &organiser).await);
        assert_eq!(pdf.metadata().contains("pdfuaid:part"), is_accessible, "{paper}");
        assert_eq!(
            pdf.catalog("StructTreeRoot").as_dict().is_ok(),
            is_accessible,
            "{paper}"
        );
        if is_accessible {
            assert_eq!(
                pdf.catalog("Lang").as_str().expect("a language"),
                b"nb-NO",
                "{paper}"
            );
            assert!(pdf.metadata().contains("dc:title"), "{paper}");
        }
    }
}

#[tokio::test]
async fn an_intention_says_that_they_meet_and_a_withdrawn_deal_that_it_is_void() {
    let evening = Evening::begins().await;
    evening
        .configure(|settings| {
            settings.language = Language::En;
            settings.ceremony = Ceremony::RatifiedFirst;
        })
        .await;
    let bargain = Bargain::Intention {
        service: service("Sommerjobb for unge"),
    };
    let mut terms = usual(&evening, bargain).await;
    (terms.first_step, terms.deadline) = (None, None);
    let deal = evening.deal(terms).await;
    let paper = evening.paper(deal).await;
    paper.must_say(&[
        "Not yet on the board",
        "Intention: we agree to meet",
        "We meet about",
        "Sommerjobb for unge",
        "20 hours",
        "Not agreed",
        "26 November 2026",
        "The organiser of the exchange is not a party",
    ]);
    assert!(!paper.says("no. "));
    let hammer = Command::RatifyDeal { deal, expected: None };
    evening.command(Role::Notary, hammer).await;
    assert!(evening.paper(deal).await.says("Agreement no. 1"));
    evening
        .command(Role::Moderator, Command::WithdrawDeal { deal })
        .await;
    let paper = evening.paper(deal).await;
    paper.must_say(&[
        "Agreement no. 1",
        "Void",
        "The agreement was withdrawn and is no longer valid.",
    ]);
}

/// The longest that a field takes, of words and of one word.
fn longest(chars: usize, of: &str) -> String {
    of.chars()
        .cycle()
        .take(chars)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[tokio::test]
async fn the_longest_texts_flow_over_and_none_is_lost() {
    let evening = Evening::begins().await;
    let names = [
        "Frivillighetssentralens venner ",
        "Ελένη και Зоя Їжакевич ",
        "Łukasz-Żółć-",
    ];
    let (mut parties, mut said) = (vec![], vec![]);
    for (index, name) in names.into_iter().chain(names).enumerate() {
        let name = longest(NAME_CHARS_MAX, name);
        let person = longest(NAME_CHARS_MAX, "Jorunn Marie Øverås ");
        let email = format!("{}@example.org", longest(240, &format!("lang{index}adresse.")));
        let phone = format!("+47 000 00 0 0 {index}");
        let contact = contact(&person, &email, &phone);
        parties.push(evening.party(&name, Sector::ALL[index % 4], contact).await);
        said.extend([name, person, email, phone]);
    }
    let markup = longest(
        SERVICE_CHARS_MAX,
        "#set *fet* $x^2$ \\ <a> @b // `c` _d_ \"e\" = f ",
    );
    let word = longest(SERVICE_CHARS_MAX, "Samferdselsdepartementets");
    let mut terms = terms(
        &parties[..3],
        &parties[3..],
        Bargain::TwoWay {
            service: service(&markup),
            return_service: service(&word),
        },
    );
    let step = terms.first_step.as_mut().expect("a first step");
    step.what = longest(REMARK_CHARS_MAX, "ringer og skriver ");
    said.extend([markup, word, step.what.clone()]);
    let deal = evening.deal(terms).await;
    let paper = evening.paper(deal).await;
    assert!((2..=4).contains(&paper.pages()), "{}", paper.pages());
    for text in &said {
        paper.must_say(&[text]);
    }
    paper.must_say(&["Side 2 av"]);
}

#[tokio::test]
async fn a_logo_is_shown_unless_it_is_broken_and_what_cannot_be_shown_leaves_a_box() {
    let evening = Evening::begins().await;
    let organiser = evening.server.token(Role::Organiser).await;
    let hang = async |kind: &str, content: &[u8]| {
        let picture = PictureId(Uuid::now_v7());
        let path = format!("{EXCHANGE}/pictures/{picture}");
        let hung = http::ask(evening.server.address, "PUT", &path, &organiser, kind, content).await;
        assert_eq!(hung.status, 204);
        evening
            .configure(|settings| settings.staging.logo = Some(picture))
            .await;
    };
    let bargain = Bargain::OneWay {
        service: service("Kaffe ☕ og שלום"),
    };
    let terms = usual(&evening, bargain).await;
    let deal = evening.deal(terms).await;
    let drawing =
        br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>"#;
    hang("image/svg+xml", drawing).await;
    let logo = "Logoen til Frivilligbørs Drammen".to_owned();
    assert_eq!(evening.paper(deal).await.alternatives(), [logo]);
    // Whole by its parts, and nothing of the kind in them.
    let broken = b"\x89PNG\r\n\x1A\n\0\0\0\x04IHDRsongsung\0\0\0\0IENDdone";
    hang("image/png", broken).await;
    let paper = evening.paper(deal).await;
    assert_eq!(paper.alternatives(), [""; 0]);
    paper.must_say(&["Kaffe □ og □□□□"]);
}

#[tokio::test]
async fn all_of_them_are_one_file_by_number_with_an_outline() {
    let evening = Evening::begins().await;
    let bargain = |text: &str| Bargain::OneWay {
        service: service(text),
    };
    let known = usual(&evening, bargain("Første")).await;
    let nobody = evening.get("agreements.pdf", &evening.moderator).await;
    assert_eq!(nobody.refusal(), (404, "no_agreements".to_owned()));
    let mut deals = vec![];
    for text in ["Første", "Andre", "Tredje", "Fjerde"] {
        let mut terms = known.clone();
        terms.bargain = bargain(text);
        deals.push(evening.deal(terms).await);
    }
    let withdraw = Command::WithdrawDeal { deal: deals[1] };
    evening.command(Role::Moderator, withdraw).await;
    let remove = Command::RemoveDeal { deal: deals[2] };
    evening.command(Role::Moderator, remove).await;
    // What waits for the hammer is no agreement yet.
    evening
        .configure(|settings| settings.ceremony = Ceremony::RatifiedFirst)
        .await;
    let mut waiting = known;
    waiting.bargain = bargain("Femte");
    evening.deal(waiting).await;
    let all = Pdf::read(&evening.get("agreements.pdf", &evening.moderator).await);
    assert_eq!(all.outline(), ["Avtale nr. 1", "Avtale nr. 4"]);
    assert_eq!(all.pages(), 2);
    all.must_say(&["Første", "Fjerde", "kari@bakkerud.example.org"]);
    for off in ["Andre", "Tredje", "Femte", "Side 2"] {
        assert!(!all.says(off), "{off}");
    }
    let last = Pdf::read(
        &evening
            .get("agreements.pdf?from=2&to=4", &evening.moderator)
            .await,
    );
    assert_eq!(last.outline(), ["Avtale nr. 4"]);
}

#[tokio::test]
async fn whoever_has_no_address_gets_its_own_copies_together() {
    let evening = Evening::begins().await;
    let bargain = |text: &str| Bargain::OneWay {
        service: service(text),
    };
    let known = usual(&evening, bargain("Første")).await;
    let nobody = evening
        .get("agreements.pdf?parties=everyone", &evening.moderator)
        .await;
    assert_eq!(nobody.refusal(), (404, "no_agreements".to_owned()));
    let ola = evening.party("Ola", Sector::Individual, Contact::default()).await;
    let anne = evening
        .party("Anne", Sector::Individual, Contact::default())
        .await;
    evening.deal(known.clone()).await;
    evening.deal(terms(&[ola], &[anne], bargain("Andre"))).await;
    let mut third = known;
    third.bargain = bargain("Tredje");
    third.receivers = vec![ola];
    third.first_step = None;
    evening.deal(third).await;
    let path = "agreements.pdf?parties=without_email";
    let papers = Pdf::read(&evening.get(path, &evening.moderator).await);
    let numbers = ["Avtale nr. 2", "Avtale nr. 2", "Avtale nr. 3"];
    assert_eq!(papers.outline(), numbers, "Anne's, then both of Ola's");
    papers.must_say(&["til Anne", "til Ola"]);
    let all = Pdf::read(
        &evening
            .get("agreements.pdf?parties=everyone", &evening.moderator)
            .await,
    );
    assert_eq!(all.pages(), 6, "each of three agreements for both parties");
    let wrong = evening
        .get("agreements.pdf?parties=some", &evening.moderator)
        .await;
    assert_eq!(wrong.refusal().0, 400);
}

#[tokio::test]
async fn an_unknown_contact_leaves_lines_to_write_on() {
    let evening = Evening::begins().await;
    let giver = evening.party("Ola", Sector::Individual, Contact::default()).await;
    let receiver = evening
        .party("Drammen kommune", Sector::Public, Contact::default())
        .await;
    let bargain = Bargain::OneWay {
        service: service("Høytlesning"),
    };
    let deal = evening.deal(terms(&[giver], &[receiver], bargain)).await;
    let paper = evening.paper(deal).await;
    paper.must_say(&["Ola", "Enkeltperson", "Kontakt", "E-post", "Telefon", "Offentlig"]);
}
