//! What the people do: brokers write, a moderator opens and closes and keeps secrets, a notary hammers, walls watch. Then the storm is
//! over, and everything must come to rest as it should.

use std::sync::Arc;
use std::time::Duration;

use borsklokka::floor::Submission;
use borsklokka::log::Answer;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected, Reveal, WrittenOn};
use borsklokka_shared::deal::Standing;
use borsklokka_shared::exchange::{Ceremony, LastRound, Phase, PublicTotals, Scene};
use borsklokka_shared::ids::{DealId, Epoch, ParticipantId, RoundId};
use borsklokka_shared::participant::{ParticipantEntry, Sector};
use borsklokka_shared::role::Role;
use borsklokka_shared::round::RoundState;
use borsklokka_shared::sleep::GoOn;
use test_support::{entry, one_way, paired_long_ago, party, programme, service, settings};

use crate::audit::{TOKEN, differs};
use crate::chaos;
use crate::hall;
use crate::page::{self, Heard};
use crate::tablet::Tablet;
use crate::world::{Piece, Weather, World, held};

/// How long everything may take to come to rest.
const REST_S: u64 = 150;

/// Plays a seed.
pub(crate) async fn play(world: &Arc<World>) {
    let nodes = match world.piece {
        Piece::Evening => 1 + world.dice(0..2) as usize,
        Piece::Outboxes => 1,
    };
    hall::build(world, nodes);
    for node in 0..nodes {
        hall::start(world, node).await;
    }
    set_up(world).await;
    let roles: &[Role] = match world.piece {
        Piece::Evening => &[
            Role::Moderator,
            Role::Viewer,
            Role::Notary,
            Role::Broker,
            Role::Broker,
            Role::Viewer,
            Role::Broker,
        ],
        Piece::Outboxes => &[
            Role::Moderator,
            Role::Broker,
            Role::Broker,
            Role::Broker,
            Role::Broker,
        ],
    };
    let count = 4 + world.dice(0..roles.len() as u64 - 3) as usize;
    for (number, role) in roles.iter().take(count).enumerate() {
        let tablet = Tablet::new(number, *role);
        held(&world.tablets).push(Arc::clone(&tablet));
        page::open(world, &tablet);
        tokio::spawn(hands(Arc::clone(world), tablet));
    }
    let seconds = 30 + world.dice(0..60);
    tokio::join!(chaos::rage(world, seconds), watch(world, seconds));
    world.note("the storm is over");
    come_to_rest(world).await;
    held(&world.audit).seconds = world.now_ms() / 1_000;
}

/// Sets the exchange up, before anything goes wrong.
async fn set_up(world: &Arc<World>) {
    let mut settings = settings();
    settings.last_round = LastRound::ClosesFloor;
    if world.happens(400) {
        settings.ceremony = Ceremony::RatifiedFirst;
    }
    let organiser = paired_long_ago(Role::Organiser);
    let mut commands = vec![Command::configure(settings), Command::set_programme(programme())];
    for (n, name, sector) in [
        (1, "Bakkerud Bygg AS", Sector::Business),
        (2, "Elvebredden Regnskap", Sector::Business),
        (3, "Åsskogen skole", Sector::Public),
        (4, "Røde Kors", Sector::Voluntary),
    ] {
        commands.push(Command::RegisterParticipant {
            participant: entry(n, name, sector),
        });
    }
    if world.piece == Piece::Outboxes || world.happens(700) {
        commands.push(Command::OpenFloor {
            expected: Expected::exactly(Phase::Preparing, None),
            start_round: Some(RoundId(1)),
        });
    }
    let (_, up) = hall::nodes_up(world).remove(0);
    let floor = hall::floor(&up).await.expect("nothing goes wrong yet");
    for command in commands {
        let answer = floor.submit(Submission::now(organiser.clone(), command)).await;
        if !matches!(answer, Answer::Accepted { .. }) {
            world.fault(format!("the exchange cannot be set up: {answer:?}"));
        }
    }
}

/// Somebody's hands, for as long as the seed is played.
async fn hands(world: Arc<World>, tablet: Arc<Tablet>) {
    let mut mine: Vec<DealId> = Vec::new();
    let mut written = 0;
    while !world.is_over() && world.now_ms() < 100_000 {
        match tablet.role {
            Role::Broker => {
                world.wait(300..5_000).await;
                broker(&world, &tablet, &mut mine, &mut written);
            }
            Role::Moderator => {
                world.wait(500..6_000).await;
                let asked = with_board(&world, |board| moderator(&world, board));
                press(&world, &tablet, asked);
            }
            Role::Notary => {
                world.wait(300..3_000).await;
                let asked = with_board(&world, |board| notary(&world, board));
                press(&world, &tablet, asked);
            }
            _ => return,
        }
        if held(&world.audit).is_resting {
            return;
        }
    }
}

/// What stands on the true board, which a hand sees near enough.
fn with_board<T>(world: &World, read: impl FnOnce(&Board) -> Option<T>) -> Option<T> {
    let ledger = held(&world.ledger);
    let board = Arc::clone(ledger.board(Audience::Staff, ledger.last())?);
    drop(ledger);
    read(&board)
}

fn press(world: &World, tablet: &Tablet, asked: Option<Command>) {
    if let Some(command) = asked {
        one_of_its_pages(world, tablet, Heard::Ask(command));
    }
}

fn one_of_its_pages(world: &World, tablet: &Tablet, heard: Heard) {
    let numbers: Vec<u32> = held(&tablet.pages).keys().copied().collect();
    if !numbers.is_empty() {
        let number = numbers[world.dice(0..numbers.len() as u64) as usize];
        page::tell(tablet, number, heard);
    }
}

fn broker(world: &World, tablet: &Tablet, mine: &mut Vec<DealId>, written: &mut u32) {
    let any = |mine: &[DealId]| (!mine.is_empty()).then(|| mine[world.dice(0..mine.len() as u64) as usize]);
    let command = match world.dice(0..100) {
        0..8 => any(mine).map(|deal| Command::WithdrawDeal { deal }),
        8..16 => any(mine).map(|deal| {
            *written += 1;
            Command::AmendDeal {
                deal,
                terms: terms(world, tablet, *written, party(1)),
                expected: None,
            }
        }),
        16..20 => return one_of_its_pages(world, tablet, Heard::DeleteRefused),
        20..28 => {
            // A walk-in, and the deal that it came for.
            let walk_in = ParticipantId(world.fresh());
            let participant = ParticipantEntry {
                id: walk_in,
                name: format!("Gjest {walk_in}"),
                ..entry(9, "", Sector::Individual)
            };
            one_of_its_pages(
                world,
                tablet,
                Heard::Write(Command::RegisterParticipant { participant }),
            );
            Some(new_deal(world, tablet, mine, written, walk_in))
        }
        _ => Some(new_deal(
            world,
            tablet,
            mine,
            written,
            party(1 + world.dice(0..2) as u32),
        )),
    };
    if let Some(command) = command {
        one_of_its_pages(world, tablet, Heard::Write(command));
    }
}

fn new_deal(
    world: &World,
    tablet: &Tablet,
    mine: &mut Vec<DealId>,
    written: &mut u32,
    giver: ParticipantId,
) -> Command {
    *written += 1;
    let deal = DealId(world.fresh());
    mine.push(deal);
    Command::PostDeal {
        deal,
        terms: terms(world, tablet, *written, giver),
        written_on: WrittenOn::Tablet,
        broker: None,
    }
}

fn terms(
    world: &World,
    tablet: &Tablet,
    written: u32,
    giver: ParticipantId,
) -> borsklokka_shared::deal::Terms {
    let receiver = party(3 + world.dice(0..2) as u32);
    let text = format!("{TOKEN}{}.{written}", tablet.number);
    one_way(&[giver], &[receiver], service(&text))
}

fn notary(world: &World, board: &Board) -> Option<Command> {
    let written = board
        .deals
        .values()
        .find(|deal| deal.standing == Standing::Written)?;
    let deal = written.id;
    Some(if world.happens(150) {
        Command::SendBackDeal {
            deal,
            remark: "Hvem gjør hva?".to_owned(),
        }
    } else {
        Command::RatifyDeal {
            deal,
            expected: Some(Box::new(written.terms.clone())),
        }
    })
}

fn moderator(world: &World, board: &Board) -> Option<Command> {
    let expected = Expected::of(board);
    let phase = board.floor.settled_phase();
    let any_deal = || {
        let at = world.dice(0..board.deals.len().max(1) as u64) as usize;
        board.deals.values().nth(at)
    };
    if phase != Phase::Open && world.happens(600) {
        return Some(Command::OpenFloor {
            expected,
            start_round: Some(RoundId(1)),
        });
    }
    if world.piece == Piece::Outboxes && world.happens(700) {
        return Some(Command::SetScene { scene: Scene::Pause });
    }
    match world.dice(0..12) {
        0 if board.public_totals == PublicTotals::Live => Some(Command::FreezeTotals),
        0 | 1 => Some(Command::RevealDeals {
            reveal: if world.happens(500) {
                Reveal::Next
            } else {
                Reveal::All
            },
        }),
        2 => any_deal().map(|deal| match deal.standing {
            Standing::Withdrawn { .. } | Standing::Removed { .. } => Command::ReinstateDeal { deal: deal.id },
            _ => Command::RemoveDeal { deal: deal.id },
        }),
        3 => any_deal().map(|deal| Command::WithdrawDeal { deal: deal.id }),
        4 => match board.current_round()?.state {
            RoundState::Running { .. } => Some(Command::PauseRound { expected }),
            _ => Some(Command::ResumeRound { expected }),
        },
        5 => Some(Command::StartRound {
            round: RoundId(1 + world.dice(0..3) as u32),
            expected,
        }),
        // So that the round's end comes within the evening.
        6 => Some(Command::AdjustRound {
            by_seconds: -600,
            expected,
        }),
        7 => Some(Command::AnswerSleep {
            go_on: GoOn::WhereItWas,
        }),
        8 => Some(Command::SetScene { scene: Scene::Pause }),
        9 if world.happens(300) => Some(Command::CloseFloor { expected }),
        10 if world.happens(250) => Some(Command::BeginAnew {
            epoch: Epoch(world.fresh()),
            name: None,
        }),
        _ => Some(Command::RingBell { expected: None }),
    }
}

/// Looks, each second, whether what was called kept is still somewhere.
async fn watch(world: &Arc<World>, seconds: u64) {
    for _ in 0..seconds * 2 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if world.is_over() {
            return;
        }
        nothing_is_lost(world);
        boards_are_folds(world);
    }
}

/// Each deal that a tablet called kept is in the log, or in an outbox.
fn nothing_is_lost(world: &World) {
    let tablets = held(&world.tablets).clone();
    let audit = held(&world.audit);
    let lost = audit.written.iter().find(|(deal, written)| {
        let is_owed = written.is_kept && written.excused.is_none() && !audit.logged.contains(deal);
        is_owed && !tablets[written.tablet].has(**deal)
    });
    let told = lost.map(|(deal, written)| {
        format!(
            "the deal {deal} of tablet {} was called kept, and is nowhere",
            written.tablet
        )
    });
    let swallowed = audit.of_tomorrow.iter().find(|(tablet, key)| {
        let disk = held(&tablets[*tablet].disk);
        !disk.records.contains_key(key)
    });
    let swallowed =
        swallowed.map(|(tablet, key)| format!("{key} of another version is gone from tablet {tablet}"));
    drop(audit);
    for wrong in [told, swallowed].into_iter().flatten() {
        world.fault(wrong);
    }
}

/// What each floor shows is the fold of what is committed.
fn boards_are_folds(world: &Arc<World>) {
    for (node, up) in hall::nodes_up(world) {
        for floor in up
            .hub
            .floors
            .all_open()
            .into_iter()
            .filter(|_| !up.life.has_ended())
        {
            for audience in Audience::ALL {
                let ledger = held(&world.ledger);
                let seq = floor.view.head(audience);
                let whose = format!("{audience:?} on node {node}");
                let wrong = match audience {
                    Audience::Staff => floor
                        .view
                        .with_staff_board(|board| differs(&ledger, audience, seq, board, &whose)),
                    Audience::Public => floor
                        .view
                        .with_public_board(|board| differs(&ledger, audience, seq, board, &whose)),
                };
                drop(ledger);
                if let Some(wrong) = wrong {
                    world.fault(wrong);
                }
            }
        }
    }
}

/// Nothing goes wrong any more: every node is up, every device has a page, and whatever waits finds its way.
async fn come_to_rest(world: &Arc<World>) {
    held(&world.audit).is_resting = true;
    *held(&world.weather) = Weather::default();
    world.network.store(true, std::sync::atomic::Ordering::Relaxed);
    let nodes = held(&world.hall).nodes.len();
    for node in 0..nodes {
        let is_up = held(&world.hall).nodes[node].up.is_some();
        if !is_up {
            hall::start(world, node).await;
        }
    }
    let tablets = held(&world.tablets).clone();
    for second in 0..REST_S {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if world.is_over() {
            return;
        }
        for tablet in &tablets {
            if held(&tablet.pages).is_empty() {
                page::open(world, tablet);
            }
        }
        if second > 20 && unrest(world, &tablets).is_none() {
            break;
        }
    }
    if let Some(unrest) = unrest(world, &tablets) {
        return world.fault(format!("nothing goes wrong any more, and yet {unrest}"));
    }
    nothing_is_lost(world);
    boards_are_folds(world);
    each_deal_is_shown(world, &tablets);
}

/// What has not come to rest yet.
fn unrest(world: &World, tablets: &[Arc<Tablet>]) -> Option<String> {
    let ledger = held(&world.ledger);
    for tablet in tablets {
        for (number, page) in held(&tablet.pages).iter() {
            let head = ledger.head(Audience::of_role(tablet.role));
            let who = format!("{:?} {} page {number}", tablet.role, tablet.number);
            let shows = &page.shows;
            if !shows.is_live || shows.position != head {
                return Some(format!("{who} is at {} of {}", shows.position.0, head.0));
            }
            if let Some(waits) = shows.waiting.first() {
                return Some(format!("an errand waits on {who}: {waits}"));
            }
        }
    }
    for (node, up) in hall::nodes_up(world) {
        for floor in up.hub.floors.all_open() {
            if floor.view.head(Audience::Staff) != ledger.last() {
                return Some(format!("node {node} is behind"));
            }
        }
    }
    None
}

/// Each deal that was called kept is on the log's wall once, or an open page's outbox shows it. What another version kept is shown too.
fn each_deal_is_shown(world: &World, tablets: &[Arc<Tablet>]) {
    let audit = held(&world.audit);
    let shows = |tablet: usize, deal: &DealId| {
        let pages = held(&tablets[tablet].pages);
        pages.values().any(|page| page.shows.deals.contains(deal))
    };
    let hidden = audit.written.iter().find(|(deal, written)| {
        let is_owed = written.is_kept && written.excused.is_none() && !audit.logged.contains(deal);
        is_owed && !shows(written.tablet, deal)
    });
    let hidden =
        hidden.map(|(deal, _)| format!("the deal {deal} is on no wall and in no outbox that shows it"));
    let unseen = audit.of_tomorrow.iter().find(|(tablet, key)| {
        let pages = held(&tablets[*tablet].pages);
        !pages.values().any(|page| page.shows.unreadable.contains(key))
    });
    let unseen = unseen.map(|(_, key)| format!("{key} of another version is not shown"));
    drop(audit);
    for wrong in [hidden, unseen].into_iter().flatten() {
        world.fault(wrong);
    }
}
