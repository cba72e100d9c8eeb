//! The broker's tablet: which text says what.

use borsklokka_shared::exchange::Phase;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::matching::Reason;
use borsklokka_shared::numbers::grouped;
use borsklokka_shared::refusal::Refusal;

use super::spoken::broker::Broker;
use super::spoken::common::Common;
use super::spoken::outbox::Outbox;
use crate::draft::question::{DealRef, Question};
use crate::draft::wording::Clash;
use crate::draft::{Field, LeftOut, Turned};
use crate::line::done::{GoesTo, Outcome};
use crate::line::state::State;
use crate::live::outbox::queue::Condition;
use crate::offline::Offline;

impl Broker {
    /// What this device cannot do without a network.
    pub fn offline(&self, offline: Offline) -> Option<&'static str> {
        match offline {
            Offline::Preparing | Offline::Ready => None,
            Offline::NotSecure => Some(self.offline.not_secure),
            Offline::Refused => Some(self.offline.refused),
        }
    }

    /// What a deal that is sent now comes to, if the floor is not open.
    pub fn floor(&self, phase: Phase) -> Option<&'static str> {
        match phase {
            Phase::Preparing => Some(self.floor.preparing),
            Phase::Open => None,
            Phase::Closed => Some(self.floor.closed),
        }
    }

    /// Somebody new was written and not registered.
    pub fn unregistered(&self, name: &str) -> String {
        match name.trim() {
            "" => self.unregistered.unnamed.to_owned(),
            name => self.unregistered.named(name),
        }
    }

    /// At sending: a name was typed and nobody chosen.
    pub fn unchosen(&self, name: &str) -> String {
        match name.trim() {
            "" => self.unchosen.unnamed.to_owned(),
            name => self.unchosen.named(name),
        }
    }

    /// Over those who fit whoever has this symbol.
    pub fn fits(&self, symbol: Option<&str>) -> String {
        match symbol {
            Some(symbol) => self.fits.symbol(symbol),
            None => self.fits.anyone.to_owned(),
        }
    }

    /// The offer or wish that a party fits by.
    pub fn about(&self, kind: ListingKind, text: &str) -> String {
        match kind {
            ListingKind::Offer => self.about.offer(text),
            ListingKind::Wish => self.about.wish(text),
        }
    }

    /// Before whoever offers or wishes.
    pub fn suggested_by(&self, kind: ListingKind) -> &'static str {
        match kind {
            ListingKind::Offer => self.suggested_by.offer,
            ListingKind::Wish => self.suggested_by.wish,
        }
    }

    /// Why two listings fit.
    pub fn reasons(&self, reasons: &[Reason]) -> String {
        let reasons = reasons.iter().filter_map(|reason| match reason {
            Reason::SameCategory(_) => None,
            Reason::Words(words) => words.first().map(|word| self.reason.words(&word.own)),
            Reason::QuantityFits => Some(self.reason.quantity_fits.to_owned()),
            Reason::QuantityInPart { amount } => Some(self.reason.quantity_in_part(amount)),
        });
        reasons.collect::<Vec<_>>().join(" · ")
    }

    /// What was turned round.
    pub fn turned(&self, turned: Turned) -> &'static str {
        match turned {
            Turned::Parties => "",
            Turned::PartiesOnly => self.turned.parties_only,
            Turned::All => self.turned.all,
        }
    }

    /// Turns the texts, or turns them back.
    pub fn turn_texts(&self, turned: Turned) -> &'static str {
        match turned {
            Turned::Parties | Turned::PartiesOnly => self.turn_texts.parties,
            Turned::All => self.turn_texts.all,
        }
    }

    /// What is written and does not go out as things are.
    pub fn left_out(&self, left_out: &LeftOut) -> String {
        match left_out {
            LeftOut::Return(text) if text.is_empty() => self.left_out.return_begun.to_owned(),
            LeftOut::Return(text) => self.left_out.return_written(text),
            LeftOut::FirstStep(step) => self.left_out.first_step(step),
        }
    }

    /// What is asked before a deal goes out.
    pub fn question(&self, question: &Question) -> String {
        match question {
            Question::Clash(_, clash) => {
                let (Clash::Time(said, stands) | Clash::Amount(said, stands, _)) = clash;
                self.question
                    .clash(self.figure(clash, *said), self.figure(clash, *stands))
            }
            Question::Alike(deal) => {
                let DealRef {
                    number,
                    broker,
                    givers,
                    receivers,
                    text,
                    ..
                } = deal;
                self.question
                    .alike(broker, self.deal(*number), givers, receivers, text)
            }
        }
    }

    /// What stands now of what somebody else changed too, field by field, in words.
    pub fn overtaken(&self, stands: Vec<(Field, String)>) -> Vec<(Field, String)> {
        let say = |(field, now): (Field, String)| {
            let words = if now.is_empty() {
                Refusal::ChangedMeanwhile.message(self.language)
            } else {
                self.stands_now(now)
            };
            (field, words)
        };
        stands.into_iter().map(say).collect()
    }

    /// A figure that may hold.
    pub fn figure(&self, clash: &Clash, figure: u32) -> String {
        match clash {
            Clash::Time(..) => Common::of(self.language).time(figure),
            Clash::Amount(_, _, unit) => format!("{} {unit}", grouped(u64::from(figure), self.language)),
        }
    }

    /// Sends it as it is.
    pub fn send_anyway(&self, question: &Question) -> &'static str {
        match question {
            Question::Clash(..) => self.send_anyway.clash,
            Question::Alike(_) => self.send_anyway.alike,
        }
    }

    /// This tablet has written such a deal already: its number and its text.
    pub fn like_own(&self, number: Option<u32>, text: &str) -> String {
        match number {
            Some(number) => self.like_own.numbered(number, text),
            None => self.like_own.unnumbered(text),
        }
    }

    /// The button, by whom the deal goes to.
    pub fn post(&self, goes_to: GoesTo) -> &'static str {
        match goes_to {
            GoesTo::Wall => self.post.wall,
            GoesTo::Notary => self.post.notary,
            GoesTo::Moderator => self.post.moderator,
        }
    }

    /// Over the form while a deal is changed.
    pub fn amending(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.amending.numbered(number),
            None => self.amending.unnumbered.to_owned(),
        }
    }

    /// What a field lacks, or why it cannot be read.
    pub fn wrong(&self, field: Field) -> &'static str {
        let wrong = &self.wrong;
        match field {
            Field::Givers => wrong.givers,
            Field::Receivers => wrong.receivers,
            Field::Service => wrong.service,
            Field::Return => wrong.returned,
            Field::Amount | Field::ReturnAmount => wrong.amount,
            Field::Worth | Field::ReturnWorth => wrong.worth,
            Field::Hours | Field::ReturnHours => wrong.hours,
            Field::FirstStep => wrong.first_step,
            Field::Due | Field::Deadline => wrong.day,
            Field::Category | Field::ReturnCategory | Field::Form => wrong.form,
        }
    }

    /// Beside the field of a category that is gone, by what it was called.
    pub fn category_gone(&self, name: &str) -> String {
        let why = Refusal::UnknownCategory.message(self.language);
        match name {
            "" => why,
            name => format!("{name}: {why}"),
        }
    }

    /// Under the button: what came of what was done last.
    pub fn just_written(&self, outcome: &Outcome, number: Option<u32>) -> String {
        let (deal, said) = (self.deal(number), &self.just_written);
        match outcome {
            Outcome::Sent(State::Here(Condition::Refused(refused)))
            | Outcome::AmendmentStands(State::Here(Condition::Refused(refused))) => refused.message.clone(),
            Outcome::Sent(State::Due) | Outcome::AmendmentStands(State::Due) => self.state.due.to_owned(),
            Outcome::Sent(State::Posted) => said.posted(deal),
            Outcome::Sent(state) => said.sent(deal, self.state(state)),
            Outcome::AmendmentStands(State::SentBack(why)) => said.change_sent_back(deal, why),
            Outcome::AmendmentStands(state) if number.is_none() => said.change_unnumbered(self.state(state)),
            Outcome::AmendmentStands(state) => said.change(deal, self.state(state)),
            Outcome::Amended(State::Posted) => said.amended_on_wall(deal),
            Outcome::Amended(state) => said.amended(deal, self.state(state)),
            Outcome::LetBe => said.let_be(deal),
            Outcome::Withdrawn => said.withdrawn(deal),
            Outcome::Reinstated => said.reinstated(deal),
        }
    }

    /// Where a deal stands.
    pub fn state(&self, state: &State) -> &'static str {
        let said = &self.state;
        match state {
            State::Here(condition) => Outbox::of(self.language).condition(condition),
            State::Due => said.due,
            State::Written => said.written,
            State::SentBack(_) => said.sent_back,
            State::Held => said.held,
            State::Declined => said.declined,
            State::Concealed => said.concealed,
            State::Posted => said.posted,
            State::ChangeWaits => said.change_waits,
            State::ChangeSentBack(_) => said.change_sent_back,
            State::Withdrawn => said.withdrawn,
            State::Removed => said.removed,
        }
    }

    /// A line about a change.
    pub fn amendment(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.amendment.numbered(number),
            None => self.amendment.unnumbered.to_owned(),
        }
    }

    /// A line about a withdrawal.
    pub fn withdrawal(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.withdrawal.numbered(number),
            None => self.withdrawal.unnumbered.to_owned(),
        }
    }

    /// A line about the undoing of one.
    pub fn reinstatement(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.reinstatement.numbered(number),
            None => self.reinstatement.unnumbered.to_owned(),
        }
    }

    fn deal(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.deal.numbered(number),
            None => self.deal.unnumbered.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn a_change_is_named_by_the_deal_s_number_if_it_has_one() {
        let stands = Outcome::AmendmentStands(State::Here(Condition::OnDisk));
        let said = |number| Broker::of(Language::Nb).just_written(&stands, number);
        assert_eq!(said(Some(2)), "Avtale 2, endringen: lagret her, venter på nett");
        assert_eq!(said(None), "Endringen: lagret her, venter på nett");
    }
}
