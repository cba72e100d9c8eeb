//! A refusal as the person at the screen reads it, in each language: which text says what.

use super::{EFFORT_MINUTES, Refusal};
use crate::exchange::Phase;
use crate::language::Language;
use crate::spoken::refusal::Refusal as Words;

/// Fields that are lists, and can hold only so much: what is out of range there is one more.
const LISTS: [&str; 6] = [
    "deals",
    "listings",
    "participants",
    "programme",
    "role_titles",
    "sponsors",
];

impl Refusal {
    /// A sentence for the person at the screen: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        Words::of(language).sentence(self)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Language::En))?;
        self.detail().map_or(Ok(()), |detail| write!(f, " ({detail})"))
    }
}

impl std::error::Error for Refusal {}

impl Words {
    fn sentence(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::NotAllowed => self.not_allowed.to_owned(),
            Refusal::UnknownCommand => self.unknown_command.to_owned(),
            Refusal::Malformed { .. } => self.malformed.to_owned(),
            Refusal::IdReused => self.id_reused.to_owned(),
            Refusal::Unavailable => self.unavailable.to_owned(),
            Refusal::Failed => self.failed.to_owned(),
            Refusal::Throttled => self.throttled.to_owned(),
            Refusal::TextMissing { field } => self.text_missing(self.field(field)),
            Refusal::TextTooLong { field, max } => self.text_too_long(self.field(field), max),
            Refusal::TextUnprintable { field } => self.text_unprintable(self.field(field)),
            Refusal::OutOfRange { field, max, .. } if field == EFFORT_MINUTES => {
                self.effort_out_of_range(max / 60)
            }
            Refusal::OutOfRange { field, max, .. } if LISTS.contains(&field.as_str()) => {
                self.full(self.field(field), max)
            }
            Refusal::OutOfRange { field, min, max } => self.out_of_range(self.field(field), max, min),
            Refusal::Repeated { field } => self.repeated(self.field(field)),
            Refusal::NotConfigured => self.not_configured.to_owned(),
            Refusal::Stale => self.stale.to_owned(),
            Refusal::Expired => self.expired.to_owned(),
            Refusal::FloorNotOpen => self.floor_not_open.to_owned(),
            Refusal::FloorClosed => self.floor_closed.to_owned(),
            Refusal::WrongPhase {
                phase: Phase::Preparing,
            } => self.wrong_phase_preparing.to_owned(),
            Refusal::WrongPhase { phase: Phase::Open } => self.wrong_phase_open.to_owned(),
            Refusal::WrongPhase { phase: Phase::Closed } => self.wrong_phase_closed.to_owned(),
            Refusal::ResultAnnounced => self.result_announced.to_owned(),
            Refusal::UnknownParticipant => self.unknown_participant.to_owned(),
            Refusal::UnknownCategory => self.unknown_category.to_owned(),
            Refusal::CategoryInUse { category } => self.category_in_use(category),
            Refusal::UnknownListing => self.unknown_listing.to_owned(),
            Refusal::UnknownDeal => self.unknown_deal.to_owned(),
            Refusal::UnknownRound => self.unknown_round.to_owned(),
            Refusal::UnknownAnnouncement => self.unknown_announcement.to_owned(),
            Refusal::AlreadyExists => self.already_exists.to_owned(),
            Refusal::SymbolTaken { symbol } => self.symbol_taken(symbol),
            Refusal::NotASymbol => self.not_a_symbol.to_owned(),
            Refusal::OfARehearsal => self.of_a_rehearsal.to_owned(),
            Refusal::AlreadyAtNought => self.already_at_nought.to_owned(),
            Refusal::NameNeeded { name } => self.name_needed(name),
            Refusal::ChangedMeanwhile => self.changed_meanwhile.to_owned(),
            Refusal::ParticipantMerged { name } => self.participant_merged(name),
            Refusal::ParticipantErased => self.participant_erased.to_owned(),
            Refusal::AlreadyHere => self.already_here.to_owned(),
            Refusal::AlreadySo => self.already_so.to_owned(),
            Refusal::NotHere => self.not_here.to_owned(),
            Refusal::AlreadyMerged => self.already_merged.to_owned(),
            Refusal::MergeAcrossDeal { text } => self.merge_across_deal(text),
            Refusal::ParticipantHasDeals { deals } => self.participant_has_deals(*deals, deals),
            Refusal::SameSides => self.same_sides.to_owned(),
            Refusal::FirstStepByStranger => self.first_step_by_stranger.to_owned(),
            Refusal::DateTooEarly { field } => self.date_too_early(self.field(field)),
            Refusal::StepAfterDeadline => self.step_after_deadline.to_owned(),
            Refusal::NotYourDeal => self.not_your_deal.to_owned(),
            Refusal::WrongStanding => self.wrong_standing.to_owned(),
            Refusal::WrongRoundState => self.wrong_round_state.to_owned(),
            Refusal::NothingToUndo => self.nothing_to_undo.to_owned(),
            Refusal::RoundStarted => self.round_started.to_owned(),
            Refusal::AlreadyFrozen => self.already_frozen.to_owned(),
            Refusal::NotFrozen => self.not_frozen.to_owned(),
            Refusal::NotATime => self.not_a_time.to_owned(),
            Refusal::NotATimeZone => self.not_a_time_zone.to_owned(),
            Refusal::NotACurrency => self.not_a_currency.to_owned(),
            Refusal::NotAColour => self.not_a_colour.to_owned(),
            Refusal::CourseFalls => self.course_falls.to_owned(),
        }
    }

    /// A field's name as the form shows it; its name on the wire if no form does.
    fn field(&self, field: &str) -> String {
        let name = &self.field;
        let name = match field {
            "name" => name.name,
            "place" => name.place,
            "text" => name.text,
            "description" => name.description,
            "title" => name.title,
            "service" => name.service,
            "return_service" => name.return_service,
            "givers" => name.givers,
            "receivers" => name.receivers,
            "first_step" => name.first_step,
            "due" => name.due,
            "deadline" => name.deadline,
            "remark" => name.remark,
            "goal" => name.goal,
            "minutes" => name.minutes,
            "seconds" => name.seconds,
            EFFORT_MINUTES => name.effort_minutes,
            "worth" => name.worth,
            "quantity" => name.quantity,
            "categories" => name.categories,
            "programme" => name.programme,
            "late_minutes" => name.late_minutes,
            "participants" => name.participants,
            "listings" => name.listings,
            "deals" => name.deals,
            "time_zone" => name.time_zone,
            "year" => name.year,
            "benchmark" => name.benchmark,
            "course" => name.course,
            "privacy" => name.privacy,
            "keep_months" => name.keep_months,
            "sponsors" => name.sponsors,
            "warning_s" => name.warning_s,
            "danger_s" => name.danger_s,
            "suspense_minutes" => name.suspense_minutes,
            "sector_goals" => name.sector_goals,
            "milestone_every" => name.milestone_every,
            "role_titles" => name.role_titles,
            "round" => name.round,
            "subject" => name.subject,
            "body" => name.body,
            "line" => name.line,
            "welcome" => name.welcome,
            "consent" => name.consent,
            other => return other.replace('_', " "),
        };
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_full_is_said_to_be_and_a_number_is_said_its_range() {
        let said = |field: &str, language| {
            let (field, min, max) = (field.to_owned(), 1, 20);
            Refusal::OutOfRange { field, min, max }.message(language)
        };
        for language in Language::ALL {
            let full = said("listings", language);
            assert!(full.contains("20") && !full.contains(" 1 "), "{full}");
        }
        assert_eq!(
            said("listings", Language::En),
            "No more fits in “offers and wishes”: 20 at most. Remove something there that is not needed."
        );
        assert_eq!(
            said("minutes", Language::En),
            "“minutes” must be between 1 and 20."
        );
    }
}
