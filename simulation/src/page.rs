//! A page that is open on a device: the product's connection, follower, clock, outbox and lease, and the carrying out around them that
//! in the product asks a browser (`frontend/src/live.rs` and `live/outbox.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use borsklokka_frontend::disk::{Fault, Kept, Standing};
use borsklokka_frontend::live::answer::Answer;
use borsklokka_frontend::live::clock::{Reading as Clocks, ServerClock};
use borsklokka_frontend::live::connection::{self, Connection};
use borsklokka_frontend::live::outbox::lease;
use borsklokka_frontend::live::outbox::queue::{self, Claim, Errand, Place, Queue, Reading, Record};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::Command;
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{CommandId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ClientMessage, CommandMessage, ServerMessage, read_server_message};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role as End;

use crate::audit::{self, Written};
use crate::hall;
use crate::line;
use crate::planted::Planted;
use crate::tablet::{Open, Shows, Tablet};
use crate::world::{World, held};

/// How often a page looks at the clock.
const TICK: Duration = Duration::from_millis(500);
/// How soon after another tab's change the disk is read.
const REREAD: Duration = Duration::from_millis(50);
/// How often a disk that could not be read is tried again, in milliseconds.
const READ_AGAIN_MS: f64 = 5_000.0;
/// How often the board is kept, in milliseconds.
const KEEP_EVERY_MS: f64 = 5_000.0;
/// How a socket ends that says nothing.
const ABNORMAL: u16 = 1006;

/// What a page hears.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Of its socket of that number.
    Socket(u32, Said),
    /// The disk did, or did not, keep what was to be stored or claimed.
    Kept(CommandId, bool, Result<Standing, Fault>),
    /// It did not take away what lies under that key.
    NotForgotten(String, Fault),
    Read(Result<Kept, Fault>),
    /// Another tab changed something a little while ago.
    Reread,
    DiskLost(Fault),
    /// Somebody writes into the outbox.
    Write(Command),
    /// Somebody presses a button.
    Ask(Command),
    /// Somebody deletes what was refused.
    DeleteRefused,
    Online,
    Offline,
    /// Somebody closes it.
    Close,
}

/// What a socket says.
#[derive(Debug)]
pub(crate) enum Said {
    Opened,
    Frame(String),
    Closed(u16),
}

/// Who waits for an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    Outbox,
    Desk,
}

/// A page.
struct Page {
    world: Arc<World>,
    tablet: Arc<Tablet>,
    number: u32,
    tell: mpsc::UnboundedSender<Heard>,
    opened: tokio::time::Instant,
    connection: Connection,
    follower: Option<Follower>,
    clock: ServerClock,
    queue: Queue,
    role: Option<Role>,
    socket: Option<mpsc::UnboundedSender<Message>>,
    sockets_ever: u32,
    awaited: BTreeMap<CommandId, Waits>,
    leads: bool,
    trouble: Option<Fault>,
    is_reading: bool,
    reads_again: bool,
    read_again_ms: f64,
    kept_board_ms: f64,
    shows: Shows,
    queue_changes: Option<u64>,
}

/// Opens a page on a device.
pub(crate) fn open(world: &Arc<World>, tablet: &Arc<Tablet>) {
    let number = {
        let mut ever = held(&tablet.pages_ever);
        *ever += 1;
        *ever
    };
    let (tell, hear) = mpsc::unbounded_channel();
    let open = Open {
        tell: tell.clone(),
        shows: Shows::default(),
    };
    held(&tablet.pages).insert(number, open);
    let page = Page {
        world: Arc::clone(world),
        tablet: Arc::clone(tablet),
        number,
        tell,
        opened: tokio::time::Instant::now(),
        connection: Connection::new(None),
        follower: held(&tablet.disk).board.clone(),
        clock: ServerClock::default(),
        queue: Queue::default(),
        // What the disk says of it, and the server later.
        role: None,
        socket: None,
        sockets_ever: 0,
        awaited: BTreeMap::new(),
        leads: false,
        trouble: None,
        is_reading: false,
        reads_again: false,
        read_again_ms: f64::INFINITY,
        kept_board_ms: 0.0,
        shows: Shows::default(),
        queue_changes: None,
    };
    world.note(&format!("{} opens", page.name()));
    tokio::spawn(page.live(hear));
}

/// Tells a page of a device something; false if there is no such page.
pub(crate) fn tell(tablet: &Tablet, number: u32, heard: Heard) -> bool {
    let pages = held(&tablet.pages);
    pages
        .get(&number)
        .is_some_and(|page| page.tell.send(heard).is_ok())
}

impl Page {
    fn name(&self) -> String {
        format!(
            "{:?} {} page {}",
            self.tablet.role, self.tablet.number, self.number
        )
    }

    fn has_outbox(&self) -> bool {
        self.tablet.role == Role::Broker
    }

    fn local_ms(&self) -> f64 {
        self.opened.elapsed().as_millis() as f64 + 1_000.0
    }

    async fn live(mut self, mut hear: mpsc::UnboundedReceiver<Heard>) {
        self.look_at_clocks();
        if self.has_outbox() {
            self.take_turn();
            self.read_disk();
        }
        self.feed_connection(&connection::Input::Start);
        let mut tick = tokio::time::Instant::now() + Duration::from_millis(self.world.dice(50..500));
        loop {
            let heard = tokio::select! {
                biased;
                heard = hear.recv() => heard,
                () = tokio::time::sleep_until(tick) => {
                    tick += TICK;
                    self.tick();
                    self.publish();
                    continue;
                }
            };
            match heard {
                Some(Heard::Close) | None => break,
                Some(heard) => self.take(heard),
            }
            self.publish();
        }
        self.close();
    }

    fn take(&mut self, heard: Heard) {
        self.look_at_clocks();
        match heard {
            Heard::Socket(of, _) if of != self.sockets_ever || self.socket.is_none() => {}
            Heard::Socket(_, Said::Opened) => self.feed_connection(&connection::Input::Opened),
            Heard::Socket(_, Said::Frame(text)) => self.frame(&text),
            Heard::Socket(_, Said::Closed(code)) => self.feed_connection(&connection::Input::Closed { code }),
            Heard::Kept(id, is_claim, kept) => {
                self.trouble = kept.as_ref().err().copied();
                if kept.is_ok() {
                    self.tell_others();
                }
                self.feed_queue(kept_as(id, is_claim, kept));
            }
            Heard::NotForgotten(key, fault) => self.feed_queue(queue::Input::NotForgotten(key, fault)),
            Heard::Read(read) => self.has_read(read),
            Heard::Reread => self.read_disk(),
            Heard::DiskLost(fault) => {
                self.trouble = Some(fault);
                self.feed_queue(queue::Input::DiskLost(fault));
                self.read_disk();
            }
            Heard::Write(command) => self.write(&command),
            Heard::Ask(command) => {
                let message = self.message(&command);
                self.send(message, Waits::Desk);
            }
            Heard::DeleteRefused => self.delete_refused(),
            Heard::Online => self.feed_connection(&connection::Input::Online),
            Heard::Offline => self.feed_connection(&connection::Input::Offline),
            Heard::Close => {}
        }
    }

    fn tick(&mut self) {
        self.look_at_clocks();
        self.feed_connection(&connection::Input::Tick);
        if !self.has_outbox() {
            return;
        }
        self.take_turn();
        self.feed_queue(queue::Input::Tick);
        let now_ms = self.local_ms();
        if now_ms >= self.read_again_ms {
            self.read_disk();
        }
        if now_ms - self.kept_board_ms >= KEEP_EVERY_MS {
            self.kept_board_ms = now_ms;
            held(&self.tablet.disk).board.clone_from(&self.follower);
        }
    }

    // The connection, as `Live` carries it out.

    fn look_at_clocks(&mut self) {
        let clocks = Clocks {
            local_ms: self.local_ms(),
            date_ms: self.tablet.date_ms(&self.world) as f64,
        };
        self.clock.look(clocks);
    }

    fn frame(&mut self, text: &str) {
        if self.world.has_planted(Planted::SkippedPrev)
            && let Some(follower) = &self.follower
            && let Ok(ServerMessage::Event(mut event)) = read_server_message(text)
            && event.seq > follower.seq
        {
            event.prev = follower.seq;
            let text = serde_json::to_string(&ServerMessage::Event(event)).expect("it was JSON");
            return self.feed_connection(&connection::Input::Frame(&text));
        }
        self.feed_connection(&connection::Input::Frame(text));
    }

    fn feed_connection(&mut self, input: &connection::Input<'_>) {
        let moment = connection::Moment {
            local_ms: self.local_ms(),
            chance: self.world.chance(),
        };
        let outputs = self.connection.take(input, moment, &mut self.follower);
        for output in outputs {
            self.carry_out(output, moment.local_ms);
        }
    }

    fn carry_out(&mut self, output: connection::Output, local_ms: f64) {
        match output {
            connection::Output::Open => self.dial(),
            connection::Output::Drop => {
                self.socket = None;
                self.lose_answers();
            }
            connection::Output::Send(text) => self.say(text),
            connection::Output::Show(state) => {
                self.world.note(&format!("{} is {state:?}", self.name()));
                if self.has_outbox() {
                    self.feed_queue(queue::Input::Tick);
                }
            }
            connection::Output::Pass(message) => self.hear(message, local_ms),
            connection::Output::Reload => self.world.fault(format!("{} is told to load anew", self.name())),
        }
    }

    fn say(&self, text: String) {
        let text = if self.world.has_planted(Planted::ResumeAcrossEpochs) {
            self.of_todays_history(text)
        } else {
            text
        };
        if let Some(socket) = &self.socket {
            // It may have ended; then it says so.
            let _ = socket.send(Message::text(text));
        }
    }

    /// A hello that says of its position that it is of the history that is there now.
    fn of_todays_history(&self, text: String) -> String {
        let Ok(ClientMessage::Hello {
            position: Some(mut position),
            language,
        }) = serde_json::from_str(&text)
        else {
            return text;
        };
        let ledger = held(&self.world.ledger);
        position.epoch = position.audience.epoch(ledger.exchange.epoch);
        let there = ledger.recorded(position.audience, position.seq);
        position.at = there.map(|recorded| recorded.at);
        drop(ledger);
        let hello = ClientMessage::Hello {
            position: Some(position),
            language,
        };
        serde_json::to_string(&hello).expect("it was JSON")
    }

    fn hear(&mut self, message: ServerMessage, local_ms: f64) {
        match message {
            ServerMessage::Welcome { role, server_ms, .. }
            | ServerMessage::Resumed { role, server_ms, .. } => {
                self.clock.guess(local_ms, server_ms);
                self.role = Some(role);
                self.check_copy();
            }
            ServerMessage::Pong {
                sent_ms, server_ms, ..
            } => self.clock.take(sent_ms, local_ms, server_ms),
            ServerMessage::Event(event) => {
                self.clock.hear_of(local_ms, event.at);
                self.check_copy();
            }
            ServerMessage::Accepted { id, seq } => self.answer(id, Answer::Accepted { seq }),
            ServerMessage::Refused {
                id: Some(id),
                code,
                message,
                ..
            } => self.answer(id, Answer::Refused { code, message }),
            ServerMessage::Refused { id: None, detail, .. } => {
                self.world
                    .fault(format!("{} said what is no frame: {detail:?}", self.name()));
            }
            ServerMessage::Screens { .. }
            | ServerMessage::Identify { .. }
            | ServerMessage::Reload
            | ServerMessage::ShowScene { .. }
            | ServerMessage::TestSound => {}
        }
    }

    fn check_copy(&self) {
        let Some(follower) = &self.follower else { return };
        let wrong = audit::follows(&held(&self.world.ledger), follower, &self.name());
        if let Some(wrong) = wrong {
            self.world.fault(wrong);
        }
    }

    fn dial(&mut self) {
        self.sockets_ever += 1;
        let (say, said) = mpsc::unbounded_channel();
        self.socket = Some(say);
        let (world, tablet) = (Arc::clone(&self.world), Arc::clone(&self.tablet));
        let (number, tell) = (self.sockets_ever, self.tell.clone());
        tokio::spawn(async move {
            let code = converse(&world, &tablet, number, &tell, said).await;
            // The page may be gone.
            let _ = tell.send(Heard::Socket(number, Said::Closed(code)));
        });
    }

    // Commands and answers.

    fn message(&self, command: &Command) -> CommandMessage {
        let now = self.clock.now(self.local_ms());
        CommandMessage {
            id: CommandId(self.world.fresh()),
            written_at: Some(now.unwrap_or_else(|| Instant::from_unix_ms(self.tablet.date_ms(&self.world)))),
            clock: self.clock.trust(),
            epoch: self.follower.as_ref().map(|follower| follower.epoch),
            command: serde_json::to_value(command.tidied()).expect("a command has string keys"),
        }
    }

    fn send(&mut self, message: CommandMessage, waits: Waits) {
        let id = message.id;
        if !self.connection.is_live() {
            if waits == Waits::Outbox {
                self.feed_queue(queue::Input::Answered(id, Answer::NotSent));
            }
            return;
        }
        self.awaited.insert(id, waits);
        let text = serde_json::to_string(&ClientMessage::Command(message)).expect("a message is JSON");
        self.say(text.clone());
        // A network that brings something twice, or a hand that presses twice.
        if self.world.happens(50) {
            self.say(text);
        }
    }

    fn answer(&mut self, id: CommandId, answer: Answer) {
        let Some(waits) = self.awaited.remove(&id) else {
            return;
        };
        let told = match &answer {
            Answer::Accepted { seq } => format!("accepted at {}", seq.0),
            Answer::Refused { code, .. } => format!("refused: {code}"),
            Answer::NotSent | Answer::Lost => "lost".to_owned(),
        };
        self.world.note(&format!("{} is told: {told}", self.name()));
        if waits == Waits::Outbox {
            self.feed_queue(queue::Input::Answered(id, answer));
        }
    }

    fn lose_answers(&mut self) {
        for (id, waits) in std::mem::take(&mut self.awaited) {
            match waits {
                Waits::Outbox if self.world.has_planted(Planted::LostRetry) => {
                    self.feed_queue(queue::Input::Answered(id, Answer::Accepted { seq: Seq(0) }));
                }
                Waits::Outbox => self.feed_queue(queue::Input::Answered(id, Answer::Lost)),
                // Whoever pressed looks at the board, and presses again.
                Waits::Desk => {}
            }
        }
    }

    // The outbox, as `Outbox` carries it out.

    fn write(&mut self, command: &Command) {
        if let Command::PostDeal { deal, .. } = command {
            let written = Written {
                tablet: self.tablet.number,
                is_kept: false,
                excused: None,
            };
            held(&self.world.audit).written.insert(*deal, written);
        }
        if let Command::AmendDeal { deal, terms, .. } = command {
            let leads = self.leads();
            let posts = |item: &&queue::Item| item.record.errand.posts() == Some(*deal);
            let item = self.queue.items().iter().find(posts);
            let item = item.filter(|item| item.can_be_corrected(leads));
            if let Some(id) = item.map(|item| item.record.id()) {
                let terms = serde_json::to_value(terms).expect("terms have string keys");
                return self.feed_queue(queue::Input::Correct(id, terms));
            }
        }
        let message = self.message(command);
        self.feed_queue(queue::Input::Post(Errand::Command(message)));
    }

    fn delete_refused(&mut self) {
        let refused = self.queue.items().iter().find_map(|item| match &item.stage {
            queue::Stage::Refused(_) => Some((item.record.id(), item.record.errand.posts())),
            _ => None,
        });
        if let Some((id, deal)) = refused {
            if let Some(deal) = deal {
                held(&self.world.audit).excuse(deal, "its broker deleted it");
            }
            self.feed_queue(queue::Input::Delete(id));
        }
    }

    fn moment(&self) -> queue::Moment {
        queue::Moment {
            local_ms: self.local_ms(),
            chance: self.world.chance(),
            fresh: CommandId(self.world.fresh()),
            open: self.connection.is_live() && self.role.is_some_and(|role| Role::OF_DEVICES.contains(&role)),
            leads: self.leads(),
            reached: self.follower.as_ref().map_or(Seq(0), |follower| follower.seq),
        }
    }

    fn feed_queue(&mut self, input: queue::Input) {
        let outputs = self.queue.take(input, self.moment());
        for output in outputs {
            match output {
                queue::Output::Store(record) => self.keep(&record, false),
                queue::Output::Claim(record) => self.keep(&record, true),
                queue::Output::Forget(key) => self.forget(key),
                queue::Output::Send(Errand::Command(message)) => self.send(message, Waits::Outbox),
                // What is personal goes by HTTP, which is not played.
                queue::Output::Send(Errand::Personal(_)) => {}
            }
        }
    }

    fn keep(&self, record: &Record, is_claim: bool) {
        let (id, key) = (record.id(), record.id().to_string());
        let text = serde_json::to_string(record).expect("a record has string keys");
        let (world, tablet, tell) = (
            Arc::clone(&self.world),
            Arc::clone(&self.tablet),
            self.tell.clone(),
        );
        tokio::spawn(async move {
            let kept = tablet.keep_record(&world, &key, &text).await;
            // The page may be gone; the disk has it all the same.
            let _ = tell.send(Heard::Kept(id, is_claim, kept));
        });
    }

    fn forget(&self, key: String) {
        let (world, tablet, number) = (Arc::clone(&self.world), Arc::clone(&self.tablet), self.number);
        let tell = self.tell.clone();
        tokio::spawn(async move {
            match tablet.bury_record(&world, &key).await {
                Ok(()) => tell_others(&tablet, number),
                // The page may be gone.
                Err(fault) => drop(tell.send(Heard::NotForgotten(key, fault))),
            }
        });
    }

    fn tell_others(&self) {
        tell_others(&self.tablet, self.number);
    }

    fn read_disk(&mut self) {
        if self.is_reading {
            self.reads_again = true;
            return;
        }
        self.is_reading = true;
        let (world, tablet, tell) = (
            Arc::clone(&self.world),
            Arc::clone(&self.tablet),
            self.tell.clone(),
        );
        tokio::spawn(async move {
            let read = tablet.outbox(&world).await;
            // The page may be gone.
            let _ = tell.send(Heard::Read(read));
        });
    }

    fn has_read(&mut self, read: Result<Kept, Fault>) {
        self.is_reading = false;
        self.trouble = read.as_ref().err().copied();
        self.read_again_ms = match read {
            Ok(kept) => {
                let gone = kept.gone.into_iter().map(|(key, _)| key);
                self.feed_queue(queue::Input::Loaded(Reading::of(kept.records, gone)));
                f64::INFINITY
            }
            Err(fault) => {
                if !self.queue.is_loaded() {
                    self.feed_queue(queue::Input::NotLoaded(fault));
                }
                self.local_ms() + READ_AGAIN_MS
            }
        };
        if std::mem::take(&mut self.reads_again) {
            self.read_disk();
        }
    }

    fn take_turn(&mut self) {
        let now_ms = self.tablet.date_ms(&self.world);
        let name = self.number.to_string();
        let led = self.leads;
        {
            let mut kept = held(&self.tablet.lease);
            let turn = lease::turn(kept.as_deref(), &name, now_ms);
            if let Some(write) = turn.write {
                *kept = Some(write);
            }
            self.leads = turn.leads;
        }
        if self.leads && !led && self.queue.is_loaded() {
            self.read_disk();
        }
    }

    fn leads(&self) -> bool {
        let kept = held(&self.tablet.lease);
        let name = self.number.to_string();
        self.leads
            && kept
                .as_deref()
                .is_none_or(|kept| lease::is_mine(Some(kept), &name))
    }

    // What is seen of it.

    /// Lets the others see what the outbox shows.
    fn publish(&mut self) {
        let is_live = self.connection.is_live();
        let position = self.follower.as_ref().map_or(Seq(0), |follower| follower.seq);
        let changes = Some(self.queue.changes());
        if self.queue_changes == changes && (self.shows.is_live, self.shows.position) == (is_live, position) {
            return;
        }
        self.queue_changes = changes;
        let mut shows = Shows {
            is_live,
            position,
            ..Shows::default()
        };
        let mut audit = held(&self.world.audit);
        let refused = self
            .queue
            .items()
            .iter()
            .filter(|item| matches!(item.stage, queue::Stage::Refused(_)));
        let refused: Vec<_> = refused.filter_map(|item| item.record.errand.posts()).collect();
        for item in self.queue.items() {
            // A change of a deal that was refused waits for its broker.
            if item.stage.waits()
                && !item
                    .record
                    .errand
                    .changes()
                    .is_some_and(|deal| refused.contains(&deal))
            {
                shows
                    .waiting
                    .push(format!("{} {:?} {:?}", item.record.id(), item.place, item.stage));
            }
            let Some(deal) = item.record.errand.posts() else {
                continue;
            };
            shows.deals.insert(deal);
            match item.place {
                Place::OnDisk => {
                    if let Some(written) = audit.written.get_mut(&deal) {
                        written.is_kept = true;
                    }
                }
                Place::InMemory { .. } | Place::Writing { .. } => {
                    shows.in_memory.insert(deal);
                }
            }
        }
        drop(audit);
        let unreadable = self.queue.unreadable().iter();
        shows.unreadable = unreadable.map(|unreadable| unreadable.key.clone()).collect();
        self.shows = shows.clone();
        if let Some(open) = held(&self.tablet.pages).get_mut(&self.number) {
            open.shows = shows;
        }
    }

    /// The page goes, and with it what only its memory has: it said so, and asked before.
    fn close(mut self) {
        self.publish();
        {
            let mut audit = held(&self.world.audit);
            for deal in &self.shows.in_memory {
                audit.excuse(*deal, "it was in the memory of a page that was closed");
            }
        }
        let mut kept = held(&self.tablet.lease);
        if lease::is_mine(kept.as_deref(), &self.number.to_string()) {
            *kept = None;
        }
        drop(kept);
        held(&self.tablet.pages).remove(&self.number);
        self.world.note(&format!("{} closes", self.name()));
    }
}

fn kept_as(id: CommandId, is_claim: bool, kept: Result<Standing, Fault>) -> queue::Input {
    match (is_claim, kept) {
        (false, Ok(Standing::Stored)) => queue::Input::Stored(id),
        (false, Err(fault)) => queue::Input::NotStored(id, fault),
        (true, Ok(Standing::Stored)) => queue::Input::Claimed(id, Claim::Held),
        (_, Ok(Standing::Gone)) => queue::Input::Claimed(id, Claim::Gone),
        (true, Err(fault)) => queue::Input::Claimed(id, Claim::Failed(fault)),
    }
}

/// Tells the other tabs that the disk has changed.
fn tell_others(tablet: &Arc<Tablet>, number: u32) {
    let tablet = Arc::clone(tablet);
    tokio::spawn(async move {
        tokio::time::sleep(REREAD).await;
        for (other, page) in held(&tablet.pages).iter() {
            if *other != number {
                // It may be about to close.
                let _ = page.tell.send(Heard::Reread);
            }
        }
    });
}

/// One socket of a page, from the first packet to its end, which is how it was closed.
async fn converse(
    world: &Arc<World>,
    tablet: &Tablet,
    number: u32,
    tell: &mpsc::UnboundedSender<Heard>,
    mut said: mpsc::UnboundedReceiver<Message>,
) -> u16 {
    world.wait(1..60).await;
    let nodes = hall::nodes_up(world);
    if !world.is_connected() || nodes.is_empty() {
        world.wait(1..2_000).await;
        return ABNORMAL;
    }
    let (node, up) = &nodes[world.dice(0..nodes.len() as u64) as usize];
    let audience = Audience::of_role(tablet.role);
    let (line, mut client, server) = line::lay(world, audience);
    held(&up.lines).push(line);
    hall::accept(up, server, tablet.session());
    let Some(read) = upgrade(&mut client).await else {
        return ABNORMAL;
    };
    world.note(&format!(
        "{:?} {} has a socket to node {node}",
        tablet.role, tablet.number
    ));
    if tell.send(Heard::Socket(number, Said::Opened)).is_err() {
        return ABNORMAL;
    }
    let mut socket = WebSocketStream::from_partially_read(client, read, End::Client, None).await;
    loop {
        let heard = tokio::select! {
            biased;
            says = said.recv() => match says {
                Some(message) => {
                    if socket.send(message).await.is_err() {
                        return ABNORMAL;
                    }
                    continue;
                }
                // The page has dropped it.
                None => return ABNORMAL,
            },
            heard = socket.next() => heard,
        };
        let told = match heard {
            Some(Ok(Message::Text(text))) => Said::Frame(text.to_string()),
            Some(Ok(Message::Close(why))) => return why.map_or(1005, |why| why.code.into()),
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return ABNORMAL,
        };
        if tell.send(Heard::Socket(number, told)).is_err() {
            return ABNORMAL;
        }
    }
}

/// Asks for the upgrade; what came behind the answer, if it was granted.
async fn upgrade(client: &mut DuplexStream) -> Option<Vec<u8>> {
    let request = b"GET /api/v1/exchanges/drammen/live HTTP/1.1\r\nhost: hall\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    client.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    loop {
        if client.read_buf(&mut answer).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            let behind = answer.split_off(end + 4);
            return answer.starts_with(b"HTTP/1.1 101").then_some(behind);
        }
    }
}
