//! The organiser's pages: which text says what.

use borsklokka_shared::exchange::{Ceremony, Estimates, LastRound};
use borsklokka_shared::follow_up::{FollowUpReason, FollowUpStand, Urgency};
use borsklokka_shared::icon::Icon;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::mail::{Gap, MailKind, MailState, Sending};
use borsklokka_shared::numbers;
use borsklokka_shared::privacy::Holding;
use borsklokka_shared::programs::{DeliveryState, DisabledWhy, WebhookKind};
use borsklokka_shared::registration::{FormState, RegistrationState};
use borsklokka_shared::role::Role;
use borsklokka_shared::roster::{Counts, Field, RowState};
use borsklokka_shared::security::SecurityEvent;

use super::spoken::organiser::Organiser;
pub use super::spoken::organiser::afterwards::Afterwards;
pub use super::spoken::organiser::categories::Categories;
pub use super::spoken::organiser::follow_up::FollowUp;
pub use super::spoken::organiser::guests::Guests;
pub use super::spoken::organiser::import::Import;
pub use super::spoken::organiser::listings::Listings;
pub use super::spoken::organiser::mail::Mail;
pub use super::spoken::organiser::plan::Plan;
pub use super::spoken::organiser::prints::Prints;
pub use super::spoken::organiser::privacy::Privacy;
pub use super::spoken::organiser::programs::Programs;
pub use super::spoken::organiser::registrations::Registrations;
pub use super::spoken::organiser::rehearsal::Rehearsal;
pub use super::spoken::organiser::report::Report;
pub use super::spoken::organiser::security::Security;
pub use super::spoken::organiser::several::Several;
pub use super::spoken::organiser::staging::Staging;
pub use super::spoken::organiser::work::Work;
use super::texts;
use crate::readiness::pages::{self, Kinds, Page, Time};
use crate::readiness::work::{Left, Matter, Standing};

/// The staging's texts in the page's language.
pub fn staging() -> &'static Staging {
    Staging::of(texts().language)
}

/// What is left to do, likewise.
pub fn work_words() -> &'static Work {
    Work::of(texts().language)
}

/// The programme's, likewise.
pub fn plan_words() -> &'static Plan {
    Plan::of(texts().language)
}

/// Offers' and wishes', likewise.
pub fn listing_words() -> &'static Listings {
    Listings::of(texts().language)
}

/// The participants', likewise.
pub fn guest_words() -> &'static Guests {
    Guests::of(texts().language)
}

/// A spreadsheet's, likewise.
pub fn import_words() -> &'static Import {
    Import::of(texts().language)
}

/// Those of several participants at once, likewise.
pub fn several_words() -> &'static Several {
    Several::of(texts().language)
}

/// What is printed, likewise.
pub fn print_words() -> &'static Prints {
    Prints::of(texts().language)
}

/// The registrations', likewise.
pub fn registration_words() -> &'static Registrations {
    Registrations::of(texts().language)
}

/// The morning after's, likewise.
pub fn afterwards_words() -> &'static Afterwards {
    Afterwards::of(texts().language)
}

/// The follow-up's, likewise.
pub fn follow_up_words() -> &'static FollowUp {
    FollowUp::of(texts().language)
}

/// Mail's, likewise.
pub fn mail_words() -> &'static Mail {
    Mail::of(texts().language)
}

/// Those of other programs, likewise.
pub fn program_words() -> &'static Programs {
    Programs::of(texts().language)
}

/// The rehearsal's, likewise.
pub fn rehearsal_words() -> &'static Rehearsal {
    Rehearsal::of(texts().language)
}

/// Those of what is kept of persons, likewise.
pub fn privacy_words() -> &'static Privacy {
    Privacy::of(texts().language)
}

impl Privacy {
    /// What is kept.
    pub fn holding_name(&self, holding: Holding) -> &'static str {
        match holding {
            Holding::Board => self.holding.board,
            Holding::Contacts => self.holding.contacts,
            Holding::Registrations => self.holding.registrations,
            Holding::Signatures => self.holding.signatures,
            Holding::Photos => self.holding.photos,
            Holding::Links => self.holding.links,
            Holding::Mails => self.holding.mails,
            Holding::FollowUps => self.holding.follow_ups,
            Holding::Devices => self.holding.devices,
            Holding::Access => self.holding.access,
            Holding::Pictures => self.holding.pictures,
        }
    }

    /// Who can see it.
    pub fn readers_of(&self, holding: Holding) -> &'static str {
        match holding {
            Holding::Board => self.seen_by.board,
            Holding::Contacts => self.seen_by.contacts,
            Holding::Registrations => self.seen_by.registrations,
            Holding::Signatures => self.seen_by.signatures,
            Holding::Photos => self.seen_by.photos,
            Holding::Links => self.seen_by.links,
            Holding::Mails => self.seen_by.mails,
            Holding::FollowUps => self.seen_by.follow_ups,
            Holding::Devices => self.seen_by.devices,
            Holding::Access => self.seen_by.access,
            Holding::Pictures => self.seen_by.pictures,
        }
    }
}

/// The report's, likewise.
pub fn report_words() -> &'static Report {
    Report::of(texts().language)
}

/// Those of what concerns safety, likewise.
pub fn security_words() -> &'static Security {
    Security::of(texts().language)
}

/// The categories', likewise.
pub fn category_words() -> &'static Categories {
    Categories::of(texts().language)
}

/// For how long a token of another program holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// 30 days.
    Month,
    /// 90 days.
    Quarter,
    /// A year.
    Year,
    /// Until it is revoked.
    Always,
}

impl Lasts {
    /// All of them.
    pub const ALL: [Lasts; 4] = [Lasts::Month, Lasts::Quarter, Lasts::Year, Lasts::Always];

    /// Its name in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lasts::Month => "month",
            Lasts::Quarter => "quarter",
            Lasts::Year => "year",
            Lasts::Always => "always",
        }
    }
}

impl Programs {
    /// What an address is told of.
    pub fn kind_name(&self, kind: WebhookKind) -> &'static str {
        match kind {
            WebhookKind::Deals => self.kind.deals,
            WebhookKind::Floor => self.kind.floor,
            WebhookKind::Results => self.kind.results,
        }
    }

    /// Why nothing goes to it any more.
    pub fn disabled_name(&self, why: DisabledWhy) -> &'static str {
        match why {
            DisabledWhy::Organiser => self.disabled.organiser,
            DisabledWhy::Dead => self.disabled.dead,
            DisabledWhy::Gone => self.disabled.gone,
        }
    }

    /// What became of a delivery.
    pub fn state_name(&self, state: DeliveryState) -> &'static str {
        match state {
            DeliveryState::Waiting => self.state.waiting,
            DeliveryState::Sending => self.state.sending,
            DeliveryState::Delivered => self.state.delivered,
            DeliveryState::Failed => self.state.failed,
            DeliveryState::Dropped => self.state.dropped,
        }
    }

    /// For how long a token holds.
    pub fn lasts_name(&self, lasts: Lasts) -> &'static str {
        match lasts {
            Lasts::Month => self.lasts.month,
            Lasts::Quarter => self.lasts.quarter,
            Lasts::Year => self.lasts.year,
            Lasts::Always => self.lasts.always,
        }
    }
}

impl Mail {
    /// Whether mails go.
    pub fn sending_name(&self, sending: Sending) -> &'static str {
        match sending {
            Sending::Off => self.sending.off,
            Sending::Held => self.sending.held,
            Sending::On => self.sending.on,
        }
    }

    /// What became of one.
    pub fn state_name(&self, state: MailState) -> &'static str {
        match state {
            MailState::Held => self.state.held,
            MailState::Waiting => self.state.waiting,
            MailState::Sending => self.state.sending,
            MailState::Sent => self.state.sent,
            MailState::Bounced => self.state.bounced,
            MailState::Failed => self.state.failed,
            MailState::Unknown => self.state.unknown,
            MailState::Cancelled => self.state.cancelled,
        }
    }

    /// What one is about.
    pub fn kind_name(&self, kind: MailKind) -> &'static str {
        match kind {
            MailKind::RegistrationReceived => self.kind.registration_received,
            MailKind::RegistrationApproved => self.kind.registration_approved,
            MailKind::RegistrationDeclined => self.kind.registration_declined,
            MailKind::Agreement => self.kind.agreement,
            MailKind::FollowUp => self.kind.follow_up,
            MailKind::FollowUpReminder => self.kind.follow_up_reminder,
            MailKind::DeletionAnnounced => self.kind.deletion_announced,
            MailKind::Test => self.kind.test,
        }
    }

    /// What fills a gap.
    pub fn gap_name(&self, gap: Gap) -> &'static str {
        match gap {
            Gap::Name => self.gap.name,
            Gap::Exchange => self.gap.exchange,
            Gap::Place => self.gap.place,
            Gap::Day => self.gap.day,
            Gap::Link => self.gap.link,
            Gap::Deal => self.gap.deal,
            Gap::Others => self.gap.others,
            Gap::Service => self.gap.service,
            Gap::By => self.gap.by,
        }
    }
}

impl Security {
    /// What somebody did.
    pub fn event_name(&self, event: SecurityEvent) -> &'static str {
        match event {
            SecurityEvent::SetUp => self.event.set_up,
            SecurityEvent::LoggedIn => self.event.logged_in,
            SecurityEvent::LoginFailed => self.event.login_failed,
            SecurityEvent::LoggedOut => self.event.logged_out,
            SecurityEvent::PassphraseChanged => self.event.passphrase_changed,
            SecurityEvent::PassphraseReset => self.event.passphrase_reset,
            SecurityEvent::AccountInvited => self.event.account_invited,
            SecurityEvent::AccountLinkMade => self.event.account_link_made,
            SecurityEvent::AccountOpened => self.event.account_opened,
            SecurityEvent::AccountChanged => self.event.account_changed,
            SecurityEvent::SessionEnded => self.event.session_ended,
            SecurityEvent::PassphraseForgotten => self.event.passphrase_forgotten,
            SecurityEvent::PasskeyAdded => self.event.passkey_added,
            SecurityEvent::PasskeyRemoved => self.event.passkey_removed,
            SecurityEvent::CodeMade => self.event.code_made,
            SecurityEvent::Paired => self.event.paired,
            SecurityEvent::PairingFailed => self.event.pairing_failed,
            SecurityEvent::TokenMade => self.event.token_made,
            SecurityEvent::DeviceRevoked => self.event.device_revoked,
            SecurityEvent::ContactsRead => self.event.contacts_read,
            SecurityEvent::ContactRead => self.event.contact_read,
            SecurityEvent::ContactWritten => self.event.contact_written,
            SecurityEvent::RosterImported => self.event.roster_imported,
            SecurityEvent::RosterExported => self.event.roster_exported,
            SecurityEvent::RegistrationsRead => self.event.registrations_read,
            SecurityEvent::MailsRead => self.event.mails_read,
            SecurityEvent::MailRead => self.event.mail_read,
            SecurityEvent::MailsSet => self.event.mails_set,
            SecurityEvent::MailHandled => self.event.mail_handled,
            SecurityEvent::MailsHandled => self.event.mails_handled,
            SecurityEvent::RegistrationJudged => self.event.registration_judged,
            SecurityEvent::FollowUpsRead => self.event.follow_ups_read,
            SecurityEvent::FollowUpWritten => self.event.follow_up_written,
            SecurityEvent::FollowUpLinkMade => self.event.follow_up_link_made,
            SecurityEvent::FollowUpLinksRevoked => self.event.follow_up_links_revoked,
            SecurityEvent::FollowUpAnswered => self.event.follow_up_answered,
            SecurityEvent::FollowUpsAsked => self.event.follow_ups_asked,
            SecurityEvent::AgreementsPrinted => self.event.agreements_printed,
            SecurityEvent::AgreementPrinted => self.event.agreement_printed,
            SecurityEvent::HandoutPrinted => self.event.handout_printed,
            SecurityEvent::LinkMade => self.event.link_made,
            SecurityEvent::LinksRevoked => self.event.links_revoked,
            SecurityEvent::LinkOpened => self.event.link_opened,
            SecurityEvent::Signed => self.event.signed,
            SecurityEvent::SignatureWiped => self.event.signature_wiped,
            SecurityEvent::PhotoTaken => self.event.photo_taken,
            SecurityEvent::PhotoAgreed => self.event.photo_agreed,
            SecurityEvent::PhotoNotAgreed => self.event.photo_not_agreed,
            SecurityEvent::PhotoDeleted => self.event.photo_deleted,
            SecurityEvent::ReportTaken => self.event.report_taken,
            SecurityEvent::WebhooksSet => self.event.webhooks_set,
            SecurityEvent::ProgramTokenMade => self.event.program_token_made,
            SecurityEvent::ProgramTokenRevoked => self.event.program_token_revoked,
            SecurityEvent::CalendarLinksSet => self.event.calendar_links_set,
            SecurityEvent::PrivacyRead => self.event.privacy_read,
            SecurityEvent::PersonExported => self.event.person_exported,
            SecurityEvent::PersonErased => self.event.person_erased,
        }
    }
}

/// What opens a server to the hall's network.
const OPEN_TO_THE_HALL: &str = "--lan";

impl Organiser {
    /// What is said beside an address that leads nobody but the server's own machine.
    pub fn leads_nowhere(&self) -> String {
        self.only_here(OPEN_TO_THE_HALL)
    }

    /// A role.
    pub fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.role_name.viewer,
            Role::Broker => self.role_name.broker,
            Role::Notary => self.role_name.notary,
            Role::Moderator => self.role_name.moderator,
            Role::Organiser => self.role_name.organiser,
            Role::Door => self.role_name.door,
            Role::Clock => self.role_name.clock,
            Role::Program | Role::Reporter => self.role_name.program,
        }
    }

    /// A ceremony.
    pub fn ceremony_name(&self, ceremony: Ceremony) -> &'static str {
        match ceremony {
            Ceremony::PostedAtOnce => self.ceremony_name.posted_at_once,
            Ceremony::RatifiedFirst => self.ceremony_name.ratified_first,
        }
    }
}

impl Organiser {
    /// In what deals are estimated.
    pub fn estimates_name(&self, estimates: Estimates) -> &'static str {
        match estimates {
            Estimates::Both => self.estimates_name.both,
            Estimates::Hours => self.estimates_name.hours,
            Estimates::Money => self.estimates_name.money,
            Estimates::None => self.estimates_name.none,
        }
    }

    /// What the end of the last round does.
    pub fn last_round_name(&self, last_round: LastRound) -> &'static str {
        match last_round {
            LastRound::LeavesFloorOpen => self.last_round_name.leaves_floor_open,
            LastRound::ClosesFloor => self.last_round_name.closes_floor,
        }
    }
}

impl Work {
    /// When a page is worked with.
    pub fn time_name(&self, time: Time) -> &'static str {
        match time {
            Time::Before => self.time.before,
            Time::Evening => self.time.evening,
            Time::After => self.time.after,
        }
    }

    /// A page.
    pub fn page_name(&self, page: Page) -> &'static str {
        match page {
            Page::Overview => self.page.overview,
            Page::Exchange => self.page.exchange,
            Page::Categories => self.page.categories,
            Page::Registrations => self.page.registrations,
            Page::Participants(_) | Page::Participant(_) | Page::Import | Page::Compare(..) => {
                self.page.participants
            }
            Page::Listings(_) => self.page.listings,
            Page::Programme => self.page.programme,
            Page::Look => self.page.look,
            Page::Devices => self.page.devices,
            Page::Rehearsal => self.page.rehearsal,
            Page::Prints => self.page.prints,
            Page::Mail => self.page.mail,
            Page::Programs => self.page.programs,
            Page::Afterwards => self.page.afterwards,
            Page::Agreements => self.page.agreements,
            Page::FollowUp => self.page.follow_up,
            Page::Report => self.page.report,
            Page::Privacy => self.page.privacy,
        }
    }

    /// How a page stands.
    pub fn standing_name(&self, standing: Standing) -> &'static str {
        match standing {
            Standing::Empty => self.empty,
            Standing::Begun => self.begun,
            Standing::Full => self.full,
        }
    }

    /// How many tablets there are of those that are needed; of more than that, both numbers as they are.
    pub fn tablets_count(&self, have: usize, wanted: usize) -> String {
        if have > wanted {
            self.beyond_wanted(have, wanted)
        } else {
            self.of_wanted(have, wanted)
        }
    }

    /// What is left of a matter, as a sentence.
    pub fn says_left(&self, matter: Matter, left: &Left) -> String {
        let count = match left {
            Left::Some(count) | Left::Of(count, _) => *count,
            Left::Named(names) => names.len(),
            Left::Whole => 0,
        };
        let names = || match left {
            Left::Named(names) => numbers::row(names, texts().language),
            Left::Some(_) | Left::Of(..) | Left::Whole => String::new(),
        };
        match (matter, left) {
            (Matter::Day, _) => self.says.day.to_owned(),
            (Matter::Registrations, _) => self.registrations(count),
            (Matter::Participants, _) => self.says.participants.to_owned(),
            (Matter::Doubles, Left::Named(one)) if one.len() == 1 => self.says.double(names()),
            (Matter::Doubles, _) => self.doubles(count),
            (Matter::Contacts, _) => self.contacts(count),
            (Matter::Listings, _) => self.unlisted(count),
            (Matter::Wishes, _) => self.says.wishes(names()),
            (Matter::Offers, _) => self.says.offers(names()),
            (Matter::Programme, _) => self.says.programme.to_owned(),
            (Matter::Rounds, _) => self.says.rounds.to_owned(),
            (Matter::Tablets, Left::Of(have, wanted)) => self.says.tablets(have, wanted),
            (Matter::Tablets, _) => self.says.tablets(0, 1),
            (Matter::Notary, _) => self.says.notary.to_owned(),
            (Matter::Rehearsal, _) => self.says.rehearsal.to_owned(),
        }
    }

    /// Why that matters, or how it is done.
    pub fn why_of(&self, matter: Matter) -> &'static str {
        match matter {
            Matter::Day => self.why.day,
            Matter::Registrations => self.why.registrations,
            Matter::Participants => self.why.participants,
            Matter::Doubles => self.why.doubles,
            Matter::Contacts => self.why.contacts,
            Matter::Listings => self.why.unlisted,
            Matter::Wishes => self.why.wishes,
            Matter::Offers => self.why.offers,
            Matter::Programme => self.why.programme,
            Matter::Rounds => self.why.rounds,
            Matter::Tablets => self.why.tablets,
            Matter::Notary => self.why.notary,
            Matter::Rehearsal => self.why.rehearsal,
        }
    }

    /// What the button says that leads there.
    pub fn act_on(&self, matter: Matter) -> &'static str {
        match matter {
            Matter::Day => self.act.day,
            Matter::Registrations => self.act.registrations,
            Matter::Participants => self.act.participants,
            Matter::Doubles => self.act.doubles,
            Matter::Contacts => self.act.contacts,
            Matter::Listings => self.act.unlisted,
            Matter::Wishes => self.act.wishes,
            Matter::Offers => self.act.offers,
            Matter::Programme => self.act.programme,
            Matter::Rounds => self.act.rounds,
            Matter::Tablets => self.act.tablets,
            Matter::Notary => self.act.notary,
            Matter::Rehearsal => self.act.rehearsal,
        }
    }
}

impl Registrations {
    /// Heads the registrations of a state.
    pub fn state_heading(&self, state: RegistrationState) -> &'static str {
        match state {
            RegistrationState::Waiting => self.waiting,
            RegistrationState::Approved => self.approved,
            RegistrationState::Declined => self.declined,
            RegistrationState::Withdrawn => self.withdrawn,
        }
    }

    /// How the form stands, as a sentence; its days are in words.
    pub fn says_form(&self, state: FormState, opens: Option<String>, closes: Option<String>) -> String {
        match (state, closes) {
            (FormState::Off, _) => self.state.off.to_owned(),
            (FormState::NotYet, _) => self.state.not_yet(opens.unwrap_or_default()),
            (FormState::Open, Some(day)) => self.state.open_until(day),
            (FormState::Open, None) => self.state.open.to_owned(),
            (FormState::Full, _) => self.state.full.to_owned(),
            (FormState::Closed, day) => self.state.closed(day.unwrap_or_default()),
        }
    }
}

impl Categories {
    /// What an icon stands for.
    pub fn icon_name(&self, icon: Option<Icon>) -> &'static str {
        let names = &self.icon;
        let Some(icon) = icon else { return self.no_icon };
        match icon {
            Icon::Hands => names.hands,
            Icon::Tools => names.tools,
            Icon::Transport => names.transport,
            Icon::Premises => names.premises,
            Icon::Meeting => names.meeting,
            Icon::Equipment => names.equipment,
            Icon::Computer => names.computer,
            Icon::Marketing => names.marketing,
            Icon::Design => names.design,
            Icon::Legal => names.legal,
            Icon::Economy => names.economy,
            Icon::Teaching => names.teaching,
            Icon::Youth => names.youth,
            Icon::Care => names.care,
            Icon::Sport => names.sport,
            Icon::Culture => names.culture,
            Icon::Food => names.food,
            Icon::Outdoor => names.outdoor,
            Icon::Advice => names.advice,
            Icon::Media => names.media,
        }
    }
}

impl Listings {
    /// A kind, in the middle of a line.
    pub fn kind_name(&self, kind: ListingKind) -> &'static str {
        match kind {
            ListingKind::Offer => self.offer,
            ListingKind::Wish => self.wish,
        }
    }

    /// Which kinds are shown.
    pub fn kinds_name(&self, kinds: Kinds) -> &'static str {
        match kinds {
            Kinds::Both => self.both,
            Kinds::Offers => self.only_offers,
            Kinds::Wishes => self.only_wishes,
        }
    }
}

impl Guests {
    /// Whom the table shows.
    pub fn shown(&self, guests: pages::Guests) -> &'static str {
        match guests {
            pages::Guests::Everyone => self.everyone,
            pages::Guests::WithoutContact => self.without_contact,
            pages::Guests::WithoutListings => self.without_listings,
            pages::Guests::Doubles => self.doubles,
            pages::Guests::Arrived => self.arrived,
            pages::Guests::NotArrived => self.not_arrived,
        }
    }
}

impl Import {
    /// What a column may hold.
    pub fn field_name(&self, field: Field) -> &'static str {
        match field {
            Field::Id => self.field.id,
            Field::Name => self.field.name,
            Field::Sector => self.field.sector,
            Field::NameShown => self.field.name_shown,
            Field::Symbol => self.field.symbol,
            Field::Place => self.field.place,
            Field::Person => self.field.person,
            Field::Email => self.field.email,
            Field::Phone => self.field.phone,
            Field::Contact => self.field.contact,
            Field::Offer => self.field.offer,
            Field::Wish => self.field.wish,
            Field::Category => self.field.category,
            Field::ListingId => self.field.listing_id,
            Field::Kind => self.field.kind,
            Field::Text => self.field.text,
            Field::Description => self.field.description,
            Field::Amount => self.field.amount,
            Field::Unit => self.field.unit,
            Field::Minutes => self.field.minutes,
        }
    }

    /// What becomes of a row.
    pub fn state_name(&self, state: RowState) -> &'static str {
        match state {
            RowState::New => self.state.new,
            RowState::Changed => self.state.changed,
            RowState::Same => self.state.same,
            RowState::Problem => self.state.problem,
            RowState::LeftOut => self.state.left_out,
        }
    }

    /// How much is changed: what there is something of.
    pub fn sums(&self, counts: &Counts) -> Vec<String> {
        let sums = [
            (counts.registered, self.registers(counts.registered)),
            (counts.amended, self.amends(counts.amended)),
            (counts.listings_added, self.adds(counts.listings_added)),
            (counts.listings_amended, self.mends(counts.listings_amended)),
            (counts.contacts, self.contacts(counts.contacts)),
        ];
        let said = sums.into_iter().filter(|(count, _)| *count > 0);
        said.map(|(_, words)| words).collect()
    }
}

impl FollowUp {
    /// How a deal stands.
    pub fn stand_name(&self, stand: FollowUpStand) -> &'static str {
        match stand {
            FollowUpStand::Unknown => self.stand.unknown,
            FollowUpStand::NotStarted => self.stand.not_started,
            FollowUpStand::UnderWay => self.stand.under_way,
            FollowUpStand::Done => self.stand.done,
            FollowUpStand::Infeasible => self.stand.infeasible,
            FollowUpStand::NeverInTouch => self.stand.never_in_touch,
            FollowUpStand::Differs => self.stand.differs,
        }
    }

    /// Which deals are shown: those to call, those that stand so, or all.
    pub fn shown_name(&self, shown: Option<Option<FollowUpStand>>) -> &'static str {
        match shown {
            None => self.to_call,
            Some(Some(stand)) => self.stand_name(stand),
            Some(None) => self.all,
        }
    }

    /// Why a deal comes to nothing.
    pub fn reason_name(&self, reason: FollowUpReason) -> &'static str {
        match reason {
            FollowUpReason::NoTime => self.reason.no_time,
            FollowUpReason::NoContact => self.reason.no_contact,
            FollowUpReason::NeedGone => self.reason.need_gone,
            FollowUpReason::NotAble => self.reason.not_able,
            FollowUpReason::Misunderstood => self.reason.misunderstood,
            FollowUpReason::Other => self.reason.something_else,
        }
    }

    /// Why somebody is called, or not.
    pub fn urgency_name(&self, urgency: Urgency) -> &'static str {
        match urgency {
            Urgency::Promised => self.urgency.promised,
            Urgency::Differs => self.urgency.differs,
            Urgency::DeadlinePassed => self.urgency.deadline_passed,
            Urgency::StepOverdue => self.urgency.step_overdue,
            Urgency::OutOfTouch => self.urgency.out_of_touch,
            Urgency::NotAsked => self.urgency.not_asked,
            Urgency::Waits => self.urgency.waits,
            Urgency::Later => self.urgency.later,
            Urgency::Settled => self.urgency.settled,
        }
    }
}
