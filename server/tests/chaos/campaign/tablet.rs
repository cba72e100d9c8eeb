//! A broker's tablet as the server meets it: it writes down what it is told, sends it until it is answered, and comes again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use borsklokka::clock::{Clock as _, MachineClock};
use borsklokka::demo::Demo;
use borsklokka::simulate::{Client, ClientError};
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId, Seq};
use borsklokka_shared::wire::{ClientMessage, CommandMessage, ServerMessage};
use test_support::{new_deal, one_way, service};
use tokio::sync::watch;
use tokio::time::{Instant, interval, sleep, timeout};
use uuid::Uuid;

use super::line::Line;

/// What a deal says that the public may not read: the notary leaves it.
pub(crate) const SECRET: &str = "HEMMELIG";
/// Each so manieth deal is secret.
const SECRET_EVERY: usize = 5;
/// After how long without a word a tablet comes again.
const SILENCE: Duration = Duration::from_secs(3);
/// How often it asks whether somebody is there.
const PING: Duration = Duration::from_millis(700);
/// What is not an answer: it may be sent again as it is.
const AGAIN: [&str; 2] = ["unavailable", "throttled"];

/// What a tablet keeps on its disk.
#[derive(Default)]
pub(crate) struct Book {
    /// Written, and not answered.
    pub(crate) outbox: Vec<Draft>,
    /// Every deal that was written, with what it says.
    pub(crate) written: BTreeMap<DealId, String>,
    /// At which position each command was accepted.
    accepted: BTreeMap<CommandId, Seq>,
    pub(crate) accepted_at: Option<Instant>,
    /// How often it was told to send something again later.
    pub(crate) put_off: usize,
    /// What it was told that cannot be.
    pub(crate) wrong: Vec<String>,
}

impl Book {
    /// Every deal that was answered.
    pub(crate) fn answered(&self) -> Vec<DealId> {
        let waits = |id: &DealId| self.outbox.iter().any(|draft| draft.deal == *id);
        self.written.keys().filter(|id| !waits(id)).copied().collect()
    }
}

#[derive(Clone)]
pub(crate) struct Draft {
    id: CommandId,
    deal: DealId,
    command: Command,
}

/// The tablet.
#[derive(Clone)]
pub(crate) struct Tablet {
    number: usize,
    participants: Arc<[ParticipantId]>,
    book: Arc<Mutex<Book>>,
}

/// How a tablet is used.
#[derive(Clone)]
pub(crate) struct Used {
    pub(crate) line: Line,
    pub(crate) token: String,
    /// Whether its broker goes on writing.
    pub(crate) writes: watch::Receiver<bool>,
    /// By how many milliseconds its clock is wrong.
    pub(crate) clock_wrong_ms: watch::Receiver<i64>,
    /// How often a deal is written, in milliseconds.
    pub(crate) pace_ms: u64,
}

impl Tablet {
    pub(crate) fn new(number: usize) -> Self {
        let demo = Demo::drammen();
        Self {
            number,
            participants: demo.participants.iter().map(|one| one.id).collect(),
            book: Arc::default(),
        }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("no panic")
    }

    /// Works until it is taken away.
    pub(crate) async fn work(self, used: Used) {
        loop {
            // What ended a connection is the fault's matter: it comes again.
            let _ = self.connection(&used).await;
            sleep(Duration::from_millis(150)).await;
        }
    }

    async fn connection(&self, used: &Used) -> Result<(), ClientError> {
        let address = used.line.address.to_string();
        let connecting = Client::connect(&address, "drammen", Some(&used.token));
        let mut client = timeout(SILENCE, connecting)
            .await
            .map_err(|_| ClientError::Silent)??;
        let waits = self.book().outbox.clone();
        for draft in &waits {
            self.send(&mut client, draft, used).await?;
        }
        let (mut pace, mut ping) = (interval(Duration::from_millis(used.pace_ms)), interval(PING));
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = client.next() => {
                    heard = Instant::now();
                    if self.hears(&message?) {
                        sleep(Duration::from_millis(200)).await;
                        return Ok(());
                    }
                }
                _ = pace.tick() => if *used.writes.borrow() {
                    let draft = self.write();
                    self.send(&mut client, &draft, used).await?;
                },
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err(ClientError::Silent);
                    }
                    timeout(SILENCE, client.send(&ClientMessage::Ping { sent_ms: 0.0 }))
                        .await
                        .map_err(|_| ClientError::Silent)??;
                }
            }
        }
    }

    /// Writes a deal down.
    fn write(&self) -> Draft {
        let mut book = self.book();
        let count = book.written.len();
        let secret = if count % SECRET_EVERY == SECRET_EVERY - 1 {
            SECRET
        } else {
            "Avtale"
        };
        let text = format!("{secret} {} nr. {count}", self.number);
        let participant = |nth: usize| self.participants[nth % self.participants.len()];
        let (giver, receiver) = (
            participant(self.number + count),
            participant(self.number + count + 1),
        );
        let command = new_deal(one_way(&[giver], &[receiver], service(&text)));
        let Command::PostDeal { deal, .. } = &command else {
            unreachable!("a new deal is posted")
        };
        let deal = *deal;
        book.written.insert(deal, text);
        let draft = Draft {
            id: CommandId(Uuid::now_v7()),
            deal,
            command,
        };
        book.outbox.push(draft.clone());
        draft
    }

    async fn send(&self, client: &mut Client, draft: &Draft, used: &Used) -> Result<(), ClientError> {
        let wrong = *used.clock_wrong_ms.borrow();
        let message = ClientMessage::Command(CommandMessage {
            id: draft.id,
            written_at: (wrong != 0).then(|| MachineClock::anchored().now().plus_ms(wrong)),
            clock: if wrong == 0 {
                ClockTrust::Estimated
            } else {
                ClockTrust::Unknown
            },
            epoch: None,
            command: serde_json::to_value(&draft.command).expect("a command has string keys"),
        });
        timeout(SILENCE, client.send(&message))
            .await
            .map_err(|_| ClientError::Silent)?
    }

    /// Takes a message down; whether it is time to come again.
    fn hears(&self, message: &ServerMessage) -> bool {
        let mut book = self.book();
        match message {
            ServerMessage::Accepted { id, seq } => {
                let before = book.accepted.insert(*id, *seq);
                if before.is_some_and(|before| before != *seq) {
                    book.wrong
                        .push(format!("{id:?} was accepted at {before:?}, then at {seq:?}"));
                }
                book.outbox.retain(|draft| draft.id != *id);
                book.accepted_at = Some(Instant::now());
                false
            }
            ServerMessage::Refused {
                id: Some(id), code, ..
            } => {
                let is_again = AGAIN.contains(&code.as_str());
                if is_again {
                    book.put_off += 1;
                } else {
                    book.wrong.push(format!("a deal was refused: {code}"));
                    book.outbox.retain(|draft| draft.id != *id);
                }
                is_again
            }
            _ => false,
        }
    }
}
