//! Letters that ask what became of a deal: some days before the first step, at the deadline, and when the organiser asks. Whoever counts
//! them, each is queued once: of one kind and one matter there is one mail.

use std::collections::HashMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::follow_up::{Asked, FollowUpSettings, Occasion, asks, letters_due};
use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind};

use super::count::{followed, parties, stand_of};
use super::store::{self, Answers, Teller};
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::clock::day_at;
use crate::hub::Hub;
use crate::mail::{Letter, Matter, Queued, enqueue, gaps_of, languages};

/// A letter that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) deal: DealId,
    pub(super) party: ParticipantId,
    pub(super) occasion: Occasion,
}

/// The deals of which a letter can say anything.
fn told(board: &Board) -> impl Iterator<Item = (&DealId, &Deal)> {
    followed(board).filter(|(_, deal)| !board.is_of_erased(deal))
}

/// Which letters of an exchange are due on a day.
pub(super) fn due(board: &Board, answers: &Answers, settings: &FollowUpSettings, today: Date) -> Vec<Due> {
    let mut due = Vec::new();
    for (id, deal) in told(board) {
        let stand = stand_of(deal, answers);
        let days = (deal.terms.due(), deal.terms.deadline);
        for party in parties(deal) {
            let said = answers.get(&(*id, Teller::Party(party))).map(|said| said.state);
            let letters = letters_due(settings, days, stand, said, today);
            due.extend(letters.into_iter().map(|occasion| Due {
                deal: *id,
                party,
                occasion,
            }));
        }
    }
    due
}

/// Whoever is asked now, because the organiser wants it: each party that has something left to say.
pub(super) fn everybody(board: &Board, answers: &Answers) -> Vec<Due> {
    let mut due = Vec::new();
    for (id, deal) in told(board) {
        let stand = stand_of(deal, answers);
        let asked = parties(deal).into_iter().filter(|party| {
            let said = answers.get(&(*id, Teller::Party(*party))).map(|said| said.state);
            asks(stand, said)
        });
        due.extend(asked.map(|party| Due {
            deal: *id,
            party,
            occasion: Occasion::Asked,
        }));
    }
    due
}

/// What letters are written from.
struct Desk<'a> {
    board: &'a Board,
    contacts: &'a HashMap<ParticipantId, Contact>,
    languages: &'a HashMap<ParticipantId, Language>,
    today: Date,
}

impl Desk<'_> {
    /// The letter, if it is known where to.
    fn letter(&self, due: Due) -> Option<Letter> {
        let deal = self.board.deals.get(&due.deal)?;
        let exchange = self.board.settings.as_ref()?;
        let to = self.contacts.get(&due.party)?.email.clone()?;
        let language = self
            .languages
            .get(&due.party)
            .copied()
            .unwrap_or(exchange.language);
        let (kind, day) = match due.occasion {
            // The day is the matter: one that was moved is reminded of anew.
            Occasion::BeforeStep => (MailKind::FollowUpReminder, deal.terms.due()),
            Occasion::AtDeadline => (MailKind::FollowUpReminder, deal.terms.deadline),
            Occasion::Asked => (MailKind::FollowUp, Some(self.today)),
        };
        let mut gaps = gaps_of(self.board, deal, due.party, language);
        let by = match due.occasion {
            Occasion::BeforeStep => deal.terms.due(),
            Occasion::AtDeadline | Occasion::Asked => deal.terms.deadline.or(deal.terms.due()),
        };
        gaps.extend(by.map(|by| (Gap::By, Texts::of(language).day(by))));
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        Some(Letter {
            kind,
            about: format!("{}:{}:{}:{day}", due.deal, due.party, due.occasion.as_str()),
            to,
            language,
            matter: Matter {
                gaps,
                link: Some(store::opens(due.deal, due.party)),
                paper: None,
            },
        })
    }
}

/// Queues letters.
async fn queue(
    hub: &Hub,
    exchange: ExchangeId,
    which: impl FnOnce(&Board, Date) -> Vec<Due>,
) -> Result<Asked, Denied> {
    let contacts = hub.access.contacts(exchange).await?;
    let languages = languages(&hub.access, exchange).await?;
    let now = hub.clock.now();
    let letters = |board: &Board| -> Vec<Option<Letter>> {
        let Some(settings) = &board.settings else {
            return Vec::new();
        };
        let today = day_at(now, &settings.time_zone);
        let desk = Desk {
            board,
            contacts: &contacts,
            languages: &languages,
            today,
        };
        let due = which(board, today).into_iter();
        due.map(|due| desk.letter(due)).collect()
    };
    let letters = hub.floors.read(exchange, letters).await?;
    let mut asked = Asked {
        letters: 0,
        without_mail: 0,
    };
    for letter in letters {
        match letter {
            None => asked.without_mail += 1,
            Some(letter) => match enqueue(hub, exchange, &letter).await? {
                Queued::Made(_) => asked.letters += 1,
                Queued::Known | Queued::Off => {}
            },
        }
    }
    Ok(asked)
}

/// Queues what is due of an exchange today. Who has no address for mail is called, and not counted here.
pub(super) async fn remind(hub: &Hub, exchange: ExchangeId) -> Result<u32, Denied> {
    let settings = store::settings(&hub.access, exchange).await?;
    if !settings.reminds {
        return Ok(0);
    }
    let answers = store::answers(&hub.access, exchange).await?;
    let asked = queue(hub, exchange, |board, today| {
        due(board, &answers, &settings, today)
    })
    .await?;
    Ok(asked.letters)
}

/// Asks everybody now. Twice a day is once.
pub(super) async fn ask(hub: &Hub, exchange: ExchangeId) -> Result<Asked, Denied> {
    let answers = store::answers(&hub.access, exchange).await?;
    queue(hub, exchange, |board, _| everybody(board, &answers)).await
}

/// Looks what is due in every exchange that wants reminders. No floor opens for it, and none stays open.
pub(crate) async fn remind_all(hub: &Hub) {
    let wanting = match store::reminded(&hub.access).await {
        Ok(wanting) => wanting,
        Err(error) => {
            tracing::warn!(%error, "reminders cannot be looked for now: {error}");
            return;
        }
    };
    for exchange in wanting {
        match remind(hub, exchange).await {
            Ok(0) => {}
            Ok(letters) => tracing::info!("{letters} letters ask what became of deals"),
            Err(error) => tracing::warn!(%error, "the reminders of an exchange cannot be made now: {error}"),
        }
    }
}
