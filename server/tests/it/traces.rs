//! What a collector of OpenTelemetry is told, by a server that was asked to, and what it is not told.

use std::time::Duration;

use borsklokka::demo::Demo;
use borsklokka::simulate::Client;
use borsklokka_shared::wire::ServerMessage;
use test_support::http;
use test_support::receiver::Receiver;

use crate::common::{ANYWHERE, BORSKLOKKA, Disk, patiently, post};

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_of_requests_commands_and_commits_and_of_no_text() {
    let collector = Receiver::open();
    let disk = Disk::fresh().await;
    let url = disk.url();
    let (_server, address) = BORSKLOKKA.serve(ANYWHERE, &url, |command| {
        command.args(["--demo", "--traces", &collector.url("")]);
        command.env("OTEL_BSP_SCHEDULE_DELAY", "100");
    });
    let broker = BORSKLOKKA.token(&url, "broker");
    let tablet = Client::connect(&address.to_string(), "drammen", Some(&broker)).await;
    let mut tablet = tablet.expect("a broker");
    let id = tablet.command(&post(0)).await.expect("sent");
    let answer = tablet.answer(id).await.expect("answered");
    assert!(
        matches!(answer, ServerMessage::Refused { .. }),
        "the floor is closed: {answer:?}"
    );
    assert_eq!(
        http::get(address, "/api/v1/exchanges/drammen/report", "")
            .await
            .status,
        401
    );

    // Which server, which row of the table of routes, which command; from where, by which device and role; and what became of it.
    let device = tablet.device.expect("a paired one").to_string();
    let wanted = [
        "borsklokka",
        "GET /api/v1/exchanges/{slug}/report",
        "post_deal",
        "drammen",
        &device,
        "broker",
        "floor_not_open",
        "commit",
    ];
    let all = patiently(async {
        loop {
            let told = collector.told();
            assert!(told.iter().all(|told| told.target == "/v1/traces"));
            let bodies: Vec<_> = told
                .iter()
                .map(|told| String::from_utf8_lossy(&told.body).into_owned())
                .collect();
            let all = bodies.join("\n");
            if wanted.iter().all(|wanted| all.contains(wanted)) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let text = Demo::drammen().terms(0).bargain.service().text.clone();
    let board = &tablet.follower.as_ref().expect("welcomed").board;
    let names = board
        .participants
        .values()
        .map(|participant| participant.name.clone());
    for secret in names.chain([text, broker]) {
        assert!(!all.contains(&secret), "{secret}");
    }
}
