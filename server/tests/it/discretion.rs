//! What the server writes into its own log, at the most talkative level there is: no secret of anybody's, however the evening goes.

use std::fs::File;
use std::net::SocketAddr;
use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::participant::Sector;
use serde_json::{Value, json};
use test_support::http::{self, Answer, ask};
use test_support::post_office::PostOffice;
use test_support::process::Process;
use test_support::{deal, entry, opening, party, post_command};

use super::common::{ANYWHERE, BORSKLOKKA};

const EXCHANGE: &str = "/api/v1/exchanges/drammen";
const FORM: &str = "application/x-www-form-urlencoded";
const PASSPHRASE: &str = "gnagsår under paraplyen";
const WRONG: &str = "feilskrevet av en fremmed";
const HERS: &str = "ryggsekk under snøskredet";
const HERS_AGAIN: &str = "kompasset glemt på hytta";

/// Asks with a cookie in the place of a token.
async fn with_cookie(server: SocketAddr, method: &str, path: &str, cookie: &str, body: &str) -> Answer {
    // The head is written line by line: a media type that brings another line.
    let media_type = format!("application/json\r\nCookie: {cookie}");
    ask(server, method, path, "", &media_type, body.as_bytes()).await
}

/// The value that a `Set-Cookie` gives.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.head.lines().filter_map(|line| line.split_once(": "));
    set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        .map(|(_, value)| value.split(';').next().expect("a value"))
        // Another's is taken away.
        .find(|cookie| !cookie.ends_with('='))
        .expect("a session begins")
        .to_owned()
}

/// What stands behind the last slash of an address in a text.
fn token_in(text: &str, before: &str) -> String {
    let at = text
        .find(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"))
        + before.len();
    let token: String = text[at..].chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(token.len(), 64, "{text}");
    token
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text: {value}"))
        .to_owned()
}

/// The address and the set-up token that a server prints. The rest of what it prints is read and left.
fn greeting(server: &mut Process) -> (SocketAddr, String) {
    let (mut address, mut token) = (None, None);
    let mut lines = server.lines();
    for line in lines.by_ref() {
        let line = line.expect("text");
        if line.contains("listens on") {
            address = line.rsplit(' ').next().and_then(|address| address.parse().ok());
        }
        if line.contains("/setup?token=") {
            token = Some(token_in(&line, "/setup?token="));
            break;
        }
    }
    std::thread::spawn(move || lines.for_each(drop));
    (address.expect("it listens"), token.expect("it is not set up yet"))
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "an evening, step by step")]
async fn a_whole_evening_leaves_no_secret_in_the_log_at_its_most_talkative() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("evening.db").display());
    let log = folder.path().join("log");
    let post = PostOffice::open();
    let smtp = post.url().replace("://", "://kari:smtpgeheimnis@");
    let mut command = BORSKLOKKA.command();
    command
        .args(["serve", "--demo", "--listen", ANYWHERE, "--database", &url])
        .env("BORSKLOKKA_SMTP", &smtp)
        .env("BORSKLOKKA_MAIL_FROM", "bors@example.no")
        .env("RUST_LOG", "trace")
        .stderr(File::create(&log).expect("a log"));
    let mut server = Process::start(&mut command);
    let (address, set_up) = greeting(&mut server);
    let mut secrets = vec![
        "smtpgeheimnis".to_owned(),
        set_up.clone(),
        PASSPHRASE.to_owned(),
        WRONG.to_owned(),
        HERS.to_owned(),
        HERS_AGAIN.to_owned(),
    ];

    // The operator sets the server up, mistypes, and logs in.
    let asked = json!({ "token": set_up, "passphrase": PASSPHRASE }).to_string();
    let operator = cookie_of(&http::post(address, "/api/v1/setup", "", &asked).await);
    secrets.push(operator.split_once('=').expect("a cookie").1.to_owned());
    let asked = json!({ "passphrase": WRONG }).to_string();
    assert_eq!(http::post(address, "/api/v1/login", "", &asked).await.status, 403);
    let as_operator = async |method: &str, path: &str, body: Value| {
        let answer = with_cookie(address, method, path, &operator, &body.to_string()).await;
        assert!(
            answer.status < 300,
            "{method} {path}: {} {}",
            answer.status,
            answer.json()
        );
        answer
    };

    // An organiser is invited, chooses a passphrase, forgets it, and chooses another.
    let invited =
        json!({ "email": "gunvor.hemmelig@example.org", "name": "Gunvor", "exchanges": ["drammen"] });
    let invited = as_operator("POST", "/api/v1/accounts", invited).await.json();
    let again = format!("/api/v1/accounts/{}/link", text(&invited["id"]));
    let mut account = String::new();
    for (link, passphrase) in [(Some(text(&invited["link"])), HERS), (None, HERS_AGAIN)] {
        let link = match link {
            Some(link) => link,
            None => text(&as_operator("POST", &again, json!({})).await.json()["link"]),
        };
        let token = token_in(&link, "#");
        let asked = json!({ "token": token, "passphrase": passphrase }).to_string();
        account = cookie_of(&http::post(address, "/api/v1/account/open", "", &asked).await);
        secrets.extend([token, account.split_once('=').expect("a cookie").1.to_owned()]);
    }
    let asked = json!({ "email": "gunvor.hemmelig@example.org", "passphrase": WRONG }).to_string();
    assert_eq!(http::post(address, "/api/v1/login", "", &asked).await.status, 403);

    // Tablets are paired, by wrong codes too.
    let code = as_operator(
        "POST",
        &format!("{EXCHANGE}/pairing-codes"),
        json!({ "role": "broker" }),
    )
    .await;
    let code = text(&code.json()["code"]);
    for (code, status) in [("2222-22", 403), (code.as_str(), 200)] {
        let asked = json!({ "code": code, "name": "Ingrid", "token": true }).to_string();
        let paired = http::post(address, &format!("{EXCHANGE}/pair"), "", &asked).await;
        assert_eq!(paired.status, status, "{}", paired.json());
        if let Some(token) = paired.json()["token"].as_str() {
            secrets.push(token.to_owned());
        }
    }
    secrets.push(code);

    // Somebody registers and is written to, which the mail server refuses.
    as_operator(
        "PUT",
        &format!("{EXCHANGE}/registrations/form"),
        json!({ "is_on": true }),
    )
    .await;
    as_operator(
        "PUT",
        &format!("{EXCHANGE}/mails/settings"),
        json!({ "sending": "on" }),
    )
    .await;
    let form = "name=Turlaget&sector=voluntary&person=Torbj%C3%B8rn+Taus&email=torbjorn.taus%40example.org\
                &phone=92233444&people=1&consent=yes&shown=0";
    let sent = ask(address, "POST", "/drammen/register", "", FORM, form.as_bytes()).await;
    let opened = token_in(
        sent.header("location").unwrap_or_else(|| panic!("{}", sent.head)),
        "/registration/",
    );
    http::get(address, &format!("/registration/{opened}"), "").await;
    secrets.push(opened);
    let letter_waits = async {
        while post.connections() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), letter_waits)
        .await
        .expect("the letter is brought");

    // A deal is struck between two that are reached, signed, and its copy opened.
    let command = async |command: Command| {
        let asked = json!({ "command": command }).to_string();
        with_cookie(
            address,
            "POST",
            &format!("{EXCHANGE}/commands"),
            &operator,
            &asked,
        )
        .await
        .json()
    };
    for (n, name) in [(1, "Padleklubben"), (4, "Trygve")] {
        let participant = entry(n, name, Sector::Voluntary);
        command(Command::RegisterParticipant { participant }).await;
    }
    let contact =
        json!({ "person": "Signe Hemmelig", "phone": "911 22 333", "email": "signe@skjult.example.org" });
    as_operator("PUT", &format!("{EXCHANGE}/contacts/{}", party(1)), contact).await;
    assert_eq!(command(opening()).await["type"], "accepted");
    let struck = async {
        while command(post_command(1)).await["type"] != "accepted" {
            // The bell strikes a moment after it was rung.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), struck)
        .await
        .expect("the floor is open");
    let of_deal = format!("{EXCHANGE}/deals/{}", deal(1));
    let signature = json!({ "name": "Signe Hemmelig", "strokes": [[[713, 291], [717, 283]]] });
    as_operator("PUT", &format!("{of_deal}/signatures/{}", party(1)), signature).await;
    let link = text(
        &as_operator("POST", &format!("{of_deal}/link"), json!({}))
            .await
            .json()["url"],
    );
    let token = token_in(&link, "/agreement/");
    assert_eq!(
        http::get(address, &format!("/agreement/{token}"), "")
            .await
            .status,
        200
    );
    secrets.push(token);

    with_cookie(address, "POST", "/api/v1/logout", &account, "{}").await;
    as_operator("POST", "/api/v1/logout", json!({})).await;
    server.kill();

    let log = String::from_utf8_lossy(&std::fs::read(&log).expect("read")).into_owned();
    for said in [
        "TRACE",
        "login_failed",
        "pairing_failed",
        "account_opened",
        "link_made",
        "logged_out",
    ] {
        assert!(log.contains(said), "the log does not even have {said}");
    }
    secrets.extend(
        [
            "gunvor.hemmelig",
            "torbjorn.taus",
            "Torbjørn Taus",
            "92233444",
            "Signe Hemmelig",
            "911 22 333",
            "91122333",
            "signe@skjult",
            "[713,291]",
        ]
        .map(str::to_owned),
    );
    for secret in secrets {
        let found = log.lines().find(|line| line.contains(&secret));
        assert!(found.is_none(), "the log holds {secret}: {found:?}");
    }
}
