//! SIGKILL in the middle of load, again and again: every accepted deal is in the log once, and the log checks out.
#![cfg(unix)]

use std::collections::BTreeSet;

use crate::common::{ANYWHERE, BORSKLOKKA, Disk, post, serve};
use borsklokka::check::check;
use borsklokka::log;
use borsklokka::simulate::Client;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{DealId, Seq};
use borsklokka_shared::wire::ServerMessage;

const KILLS: usize = 25;
const BROKERS: usize = 4;

/// Posts deals until the server is gone; returns those that were accepted.
async fn post_until_killed(address: String, token: String, first: usize) -> Vec<DealId> {
    let mut accepted = Vec::new();
    let Ok(mut broker) = Client::connect(&address, "drammen", Some(&token)).await else {
        return accepted;
    };
    for index in first.. {
        let command = post(index);
        let Command::PostDeal { deal, .. } = command else {
            unreachable!("post makes a post_deal")
        };
        let Ok(id) = broker.command(&command).await else {
            return accepted;
        };
        match broker.answer(id).await {
            Ok(ServerMessage::Accepted { .. }) => accepted.push(deal),
            // The opening bell strikes a moment after it was rung.
            Ok(ServerMessage::Refused { code, .. }) if code == "floor_not_open" => {}
            Ok(other) => panic!("{other:?}"),
            Err(_) => return accepted,
        }
    }
    accepted
}

#[tokio::test(flavor = "multi_thread")]
async fn sigkill_in_the_middle_of_load_loses_and_doubles_nothing() {
    let disk = Disk::fresh().await;
    let url = disk.url();
    let (server, address) = serve(ANYWHERE, &url);
    let (moderator, broker) = (
        BORSKLOKKA.token(&url, "moderator"),
        BORSKLOKKA.token(&url, "broker"),
    );
    let mut desk = Client::connect(&address, "drammen", Some(&moderator))
        .await
        .expect("a moderator");
    let expected = Expected::exactly(Phase::Preparing, None);
    let id = desk
        .command(&Command::OpenFloor {
            expected,
            start_round: None,
        })
        .await
        .expect("sent");
    assert!(matches!(
        desk.answer(id).await,
        Ok(ServerMessage::Accepted { .. })
    ));
    drop((desk, server));

    let mut accepted = BTreeSet::new();
    for round in 0..KILLS {
        let (mut server, address) = serve(ANYWHERE, &url);
        let brokers: Vec<_> = (0..BROKERS)
            .map(|turn| tokio::spawn(post_until_killed(address.clone(), broker.clone(), turn)))
            .collect();
        // Wait for load, then kill: each time a little later, so that the kill meets every stage of a commit.
        let mut wall = Client::connect(&address, "drammen", None)
            .await
            .expect("a viewer");
        for _ in 0..=round {
            if !matches!(wall.next().await, Ok(ServerMessage::Event(_))) {
                break;
            }
        }
        server.kill();
        for broker in brokers {
            for deal in broker.await.expect("a broker ends when its server does") {
                assert!(accepted.insert(deal), "accepted once");
            }
        }
    }

    let log = log::open(&disk.database);
    let exchange = log.exchanges().await.expect("listed").remove(0);
    let recorded = log.read(exchange.id, Seq(0), u32::MAX).await.expect("readable");
    let mut posted = BTreeSet::new();
    for recorded in &recorded {
        if let Event::DealPosted { deal } = &recorded.event {
            assert!(posted.insert(deal.id), "in the log once");
        }
    }
    assert!(
        accepted.len() >= KILLS,
        "there was load: {} deals were accepted",
        accepted.len()
    );
    assert!(accepted.is_subset(&posted), "every accepted deal is in the log");
    let found = check(&disk.database).await.expect("readable");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
}
