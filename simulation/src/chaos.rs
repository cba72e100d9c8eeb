//! What goes wrong, and when: a fault every few seconds, of those that the piece has.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use borsklokka_shared::ids::Seq;
use borsklokka_shared::role::Role;

use crate::audit::posts;
use crate::hall;
use crate::page::{self, Heard};
use crate::tablet::Tablet;
use crate::world::{Piece, Weather, World, held};

/// A fault.
#[derive(Clone, Copy, Debug)]
enum Fault {
    CutOne,
    CutAll,
    HalfOpen,
    NetworkAway,
    DeviceOffline,
    Crash,
    CrashAll,
    NewVersion,
    Sleep,
    ClockStep,
    DateJump,
    ClosePage,
    CloseTablet,
    OpenTab,
    Evict,
    OfTomorrow,
    OfYesterday,
    BadDisks,
    BadLog,
    BadLines,
    Backup,
}

const EVENING: [Fault; 16] = [
    Fault::CutOne,
    Fault::CutAll,
    Fault::HalfOpen,
    Fault::NetworkAway,
    Fault::DeviceOffline,
    Fault::Crash,
    Fault::CrashAll,
    Fault::NewVersion,
    Fault::Sleep,
    Fault::ClockStep,
    Fault::DateJump,
    Fault::CloseTablet,
    Fault::BadLog,
    Fault::BadLog,
    Fault::BadLines,
    Fault::Backup,
];

const OUTBOXES: [Fault; 14] = [
    Fault::CutOne,
    Fault::HalfOpen,
    Fault::NetworkAway,
    Fault::DeviceOffline,
    Fault::Crash,
    Fault::NewVersion,
    Fault::DateJump,
    Fault::ClosePage,
    Fault::CloseTablet,
    Fault::OpenTab,
    Fault::Evict,
    Fault::OfTomorrow,
    Fault::OfYesterday,
    Fault::BadDisks,
];

/// Lets things go wrong for so long.
pub(crate) async fn rage(world: &Arc<World>, seconds: u64) {
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds);
    while tokio::time::Instant::now() < until && !world.is_over() {
        world.wait(300..5_000).await;
        let faults: &[Fault] = match world.piece {
            Piece::Evening => &EVENING,
            Piece::Outboxes => &OUTBOXES,
        };
        let fault = faults[world.dice(0..faults.len() as u64) as usize];
        world.note(&format!("fault: {fault:?}"));
        held(&world.audit).faults += 1;
        befall(world, fault).await;
    }
}

async fn befall(world: &Arc<World>, fault: Fault) {
    match fault {
        Fault::CutOne | Fault::CutAll | Fault::HalfOpen => lines(world, fault),
        Fault::NetworkAway => {
            world.network.store(false, Ordering::Relaxed);
            lines(world, Fault::CutAll);
            world.wait(500..15_000).await;
            world.network.store(true, Ordering::Relaxed);
        }
        Fault::DeviceOffline => {
            if let Some((tablet, number)) = any_page(world) {
                page::tell(&tablet, number, Heard::Offline);
                world.wait(100..8_000).await;
                page::tell(&tablet, number, Heard::Online);
            }
        }
        Fault::Crash | Fault::CrashAll | Fault::NewVersion => restart(world, fault).await,
        Fault::Sleep | Fault::ClockStep => {
            let hall = held(&world.hall);
            let node = world.dice(0..hall.nodes.len() as u64) as usize;
            let clock = &hall.nodes[node].clock;
            match fault {
                Fault::Sleep => clock.sleep(world.dice(1_000..60_000) as i64),
                _ => clock.step(world.dice(0..120_000) as i64 - 60_000),
            }
        }
        Fault::DateJump => {
            if let Some(tablet) = any_tablet(world) {
                let by_ms = world.dice(0..7_200_000) as i64 - 3_600_000;
                tablet.date_ahead_ms.fetch_add(by_ms, Ordering::Relaxed);
            }
        }
        Fault::ClosePage => {
            if let Some((tablet, number)) = any_page(world) {
                page::tell(&tablet, number, Heard::Close);
                world.wait(50..2_000).await;
                if held(&tablet.pages).is_empty() {
                    page::open(world, &tablet);
                }
            }
        }
        Fault::CloseTablet => close_for_a_while(world),
        Fault::OpenTab => {
            if let Some(tablet) = any_tablet(world)
                && held(&tablet.pages).len() < 3
            {
                page::open(world, &tablet);
            }
        }
        Fault::Evict => {
            if let Some(tablet) = any_tablet(world) {
                evict(world, &tablet);
            }
        }
        Fault::OfTomorrow | Fault::OfYesterday => {
            if let Some(tablet) = any_tablet(world) {
                other_version(world, &tablet, fault);
            }
        }
        Fault::BadDisks => {
            let bad = Weather {
                full: world.dice(0..600) as u32,
                silent: world.dice(0..300) as u32,
                ..world.weather()
            };
            spell(world, bad).await;
        }
        Fault::BadLog => {
            let bad = Weather {
                not_written: world.dice(0..300) as u32,
                unknown: world.dice(0..300) as u32,
                unread: world.dice(0..150) as u32,
                signal_lost: world.dice(0..700) as u32,
                ..world.weather()
            };
            spell(world, bad).await;
        }
        Fault::BadLines => {
            let bad = Weather {
                frame_lost: world.dice(20..300) as u32,
                ..world.weather()
            };
            spell(world, bad).await;
        }
        Fault::Backup => put_backup_back(world).await,
    }
}

/// Bad weather for a while.
async fn spell(world: &World, bad: Weather) {
    *held(&world.weather) = bad;
    world.wait(500..8_000).await;
    *held(&world.weather) = Weather::default();
}

fn lines(world: &World, fault: Fault) {
    for (_, up) in hall::nodes_up(world) {
        let lines = held(&up.lines);
        if lines.is_empty() {
            continue;
        }
        let one = world.dice(0..lines.len() as u64) as usize;
        match fault {
            Fault::CutAll => lines.iter().for_each(crate::line::Line::cut),
            Fault::HalfOpen => lines[one].fall_silent(),
            _ => lines[one].cut(),
        }
    }
}

async fn restart(world: &Arc<World>, fault: Fault) {
    let nodes = held(&world.hall).nodes.len();
    let one = world.dice(0..nodes as u64) as usize;
    let chosen: Vec<usize> = match fault {
        Fault::CrashAll => (0..nodes).collect(),
        _ => vec![one],
    };
    for node in &chosen {
        match fault {
            Fault::NewVersion => hall::stop(world, *node).await,
            _ => hall::crash(world, *node),
        }
    }
    world.wait(100..6_000).await;
    for node in chosen {
        while !hall::start(world, node).await {
            world.wait(100..500).await;
        }
    }
}

/// Puts back what there was a little while ago, as another history: everybody's server is down meanwhile.
async fn put_backup_back(world: &Arc<World>) {
    let nodes = held(&world.hall).nodes.len();
    for node in 0..nodes {
        hall::crash(world, node);
    }
    world.wait(500..3_000).await;
    {
        let mut ledger = held(&world.ledger);
        let (first, last) = (ledger.exchange.begins_after.0 + 12, ledger.last().0);
        if first < last {
            let to = Seq(last - world.dice(0..(last - first).min(25)));
            let gone = ledger.restore(to, world.fresh());
            world.note(&format!("a backup is put back: {last} to {}", to.0));
            let deals = gone.iter().filter_map(|entry| posts(&entry.recorded.event));
            held(&world.audit).dropped(&ledger, deals);
        }
    }
    for node in 0..nodes {
        while !hall::start(world, node).await {
            world.wait(100..500).await;
        }
    }
}

/// Closes every page of a device, and opens one again after a while.
fn close_for_a_while(world: &Arc<World>) {
    let tablets = held(&world.tablets).clone();
    let tablet = Arc::clone(&tablets[world.dice(0..tablets.len() as u64) as usize]);
    for open in held(&tablet.pages).values() {
        // It may have closed already.
        let _ = open.tell.send(Heard::Close);
    }
    let world = Arc::clone(world);
    tokio::spawn(async move {
        world.wait(200..20_000).await;
        if held(&tablet.pages).is_empty() {
            page::open(&world, &tablet);
        }
    });
}

/// The browser takes a device's storage away. What no page has in its memory, and no server, is lost: nobody can keep it.
fn evict(world: &World, tablet: &Tablet) {
    let has_pages = !held(&tablet.pages).is_empty();
    let shown: std::collections::BTreeSet<_> = held(&tablet.pages)
        .values()
        .flat_map(|page| page.shows.deals.iter().copied())
        .collect();
    {
        let mut audit = held(&world.audit);
        let on_disk: Vec<_> = audit
            .written
            .iter()
            .filter(|(deal, written)| written.tablet == tablet.number && !(has_pages && shown.contains(deal)))
            .map(|(deal, _)| *deal)
            .collect();
        for deal in on_disk {
            if !audit.logged.contains(&deal) {
                audit.excuse(
                    deal,
                    "the browser took the disk away, and no page was open that had it",
                );
            }
        }
        audit.of_tomorrow.retain(|(owner, _)| *owner != tablet.number);
    }
    tablet.evict();
}

/// Something that another version of the app kept on the device's disk.
fn other_version(world: &World, tablet: &Tablet, fault: Fault) {
    let mut disk = held(&tablet.disk);
    match fault {
        Fault::OfTomorrow => {
            let key = world.fresh().to_string();
            disk.records.insert(
                key.clone(),
                r#"{"order":1,"of_tomorrow":{"about":"a deal"}}"#.to_owned(),
            );
            held(&world.audit).of_tomorrow.insert((tablet.number, key));
            drop(disk);
            for page in held(&tablet.pages).values() {
                // It may be about to close.
                let _ = page.tell.send(Heard::Reread);
            }
        }
        _ => {
            // Versions before did not note what was tried.
            for text in disk.records.values_mut() {
                *text = text.replace(r#","tried":false"#, "");
            }
        }
    }
}

fn any_tablet(world: &World) -> Option<Arc<Tablet>> {
    let tablets = held(&world.tablets);
    let brokers: Vec<_> = tablets
        .iter()
        .filter(|tablet| tablet.role == Role::Broker)
        .collect();
    let one = world.dice(0..brokers.len().max(1) as u64) as usize;
    brokers.get(one).map(|tablet| Arc::clone(tablet))
}

fn any_page(world: &World) -> Option<(Arc<Tablet>, u32)> {
    let tablet = any_tablet(world)?;
    let numbers: Vec<u32> = held(&tablet.pages).keys().copied().collect();
    let one = world.dice(0..numbers.len().max(1) as u64) as usize;
    let number = *numbers.get(one)?;
    Some((tablet, number))
}
