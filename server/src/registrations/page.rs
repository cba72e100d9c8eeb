//! The pages that people see who register: they need no script and load little, and what was typed is always there again.

use std::collections::BTreeSet;
use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::{Category, Settings};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{PEOPLE_MAX, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, REGISTERED_LISTINGS_MAX};
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{
    FormSettings, FormState, RegistrationState, usual_consent, usual_welcome,
};
use maud::{Markup, html};

use super::proof::SCRIPT_PATH;
use super::store::Kept;
use super::written::{
    BASE, CONSENT, EMAIL, Fault, IN_FULL, NAME, PEOPLE, PERSON, PHONE, PROOF, SECTOR, SHOWN_AT, Slip, TICKED,
    TOKEN, TRAP, WITHDRAW, Written, fields_of, lines,
};
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::poster;
use crate::spoken::denied::Denied as Sentences;
use crate::spoken::registration::Registration as Words;
use crate::strangers::{DEED, Preview, TRANSLATE, Typed, in_language, languages, sent_to, whole};

/// The id of the form on a page that has one.
const FORM: &str = "entry";

/// What every page of an exchange's registration shows.
pub(super) struct Page<'a> {
    pub(super) settings: &'a Settings,
    pub(super) form: &'a FormSettings,
    pub(super) language: Language,
    pub(super) slug: &'a str,
    /// The address that people use.
    pub(super) public_url: &'a str,
    pub(super) shown_at: Instant,
    /// What is still needed, if the organiser shows it.
    pub(super) missing: Option<Missing>,
}

/// What one of them is about.
pub(super) enum Show<'a> {
    /// The form, with what is to be mended, and what is asked of the browser.
    Form {
        written: &'a Written,
        slips: &'a [Slip],
        puzzle: Option<&'a Puzzle>,
    },
    /// Why there is no form, and what was typed on it all the same.
    NoForm {
        state: FormState,
        typed: Option<&'a Written>,
    },
    /// Somebody's own entry.
    Own(Own<'a>),
}

impl Show<'_> {
    /// Whether something may be typed on it, or was.
    pub(super) fn has_form(&self) -> bool {
        match self {
            Self::Form { .. } => true,
            Self::NoForm { typed, .. } => typed.is_some(),
            Self::Own(own) => match own.changes {
                Changes::Open(_) => true,
                Changes::Over { typed, .. } => typed.is_some(),
            },
        }
    }
}

/// An entry, for whoever has its link.
pub(super) struct Own<'a> {
    pub(super) kept: &'a Kept,
    /// Whether whoever was taken in by it has been taken out again.
    pub(super) is_taken_out: bool,
    /// Of the link.
    pub(super) token: &'a str,
    pub(super) changes: Changes<'a>,
    pub(super) slips: &'a [Slip],
    /// What was kept a moment ago.
    pub(super) saved: Option<Saved>,
}

/// Whether an entry may still be changed.
#[derive(Clone, Copy)]
pub(super) enum Changes<'a> {
    /// It may: what stands in the form for it.
    Open(&'a Written),
    /// It may not.
    Over {
        /// What was typed all the same.
        typed: Option<&'a Written>,
        /// Whether somebody may register anew.
        may_register: bool,
    },
}

/// Changes that were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// What somebody typed.
    Alone,
    /// The same, on top of what was changed elsewhere meanwhile.
    OnTop,
}

/// What the browser is asked in a rush.
pub(super) struct Puzzle {
    /// As ALTCHA writes it.
    pub(super) challenge: String,
    /// Until it is calm, if nothing more comes.
    pub(super) lasts: Duration,
}

/// What an evening still lacks: how many of each sector, and in which categories nobody has written anything.
pub(super) struct Missing {
    sectors: Vec<(Sector, u32)>,
    not_offered: Vec<String>,
    not_wished: Vec<String>,
}

impl Missing {
    pub(super) fn of(board: &Board, settings: &Settings) -> Self {
        let sectors = board.registered().into_iter().filter_map(|registered| {
            let more = registered.goal.saturating_sub(registered.count);
            (more > 0).then_some((registered.sector, more))
        });
        let without = |kind: ListingKind| {
            let used: BTreeSet<_> = board
                .listings
                .values()
                .filter(|listing| listing.kind == kind)
                .map(|listing| &listing.category)
                .collect();
            let lacking = settings.categories.iter().filter(|one| !used.contains(&one.id));
            lacking.map(|one| one.name.clone()).collect()
        };
        Self {
            sectors: sectors.collect(),
            not_offered: without(ListingKind::Offer),
            not_wished: without(ListingKind::Wish),
        }
    }

    fn is_empty(&self) -> bool {
        self.sectors.is_empty() && self.not_offered.is_empty() && self.not_wished.is_empty()
    }
}

/// What somebody agrees to who registers.
pub(super) fn consent(form: &FormSettings, language: Language) -> &str {
    form.consent.as_deref().unwrap_or(usual_consent(language))
}

/// A page that says why there is nothing, of no exchange.
pub(super) fn only(denied: &Denied, language: Language) -> String {
    instead(denied, language, &html! {})
}

/// The same where nobody can say just now whose entry it is: what was written goes with the page, and is sent again by a button.
pub(super) fn send_again(denied: &Denied, language: Language, written: &Written) -> String {
    let words = Words::of(language);
    let withdraws = written.withdraws();
    let button = if withdraws {
        words.withdraw_now
    } else if written.translates() {
        words.open_again
    } else {
        words.save
    };
    let rest = html! {
        form method="post" action=(sent_to("", language)) {
            @for (field, text) in written.fields() { input type="hidden" name=(field) value=(text); }
            @if withdraws { p { (words.withdraw_sure) } }
            button type="submit" { (button) }
        }
    };
    instead(denied, language, &rest)
}

fn instead(denied: &Denied, language: Language, rest: &Markup) -> String {
    let words = Words::of(language);
    let sentence = match denied {
        // Nothing is sent again by itself from here.
        Denied::Refused(Refusal::Throttled) => words.fault.too_many.to_owned(),
        denied => denied.message(language),
    };
    let main = html! {
        header { h1 { (words.title) } }
        p class="told" role="alert" { (sentence) }
        (rest)
    };
    whole(language, words.title, None, &main)
}

impl Page<'_> {
    pub(super) fn html(&self, show: &Show<'_>) -> String {
        let words = self.words();
        let title = match show {
            Show::Own(_) => format!("{}: {}", words.title, self.settings.name),
            Show::Form { .. } | Show::NoForm { .. } => words.heading(&self.settings.name),
        };
        let date = self.day(self.settings.date);
        let held = words.held(&date, &self.settings.place);
        let path = self.path(show);
        let typed = show.has_form().then_some(Typed {
            form: FORM,
            path: &path,
        });
        let main = html! {
            header {
                p class="when" { (held) }
                h1 { (title) }
                @if matches!(show, Show::Form { .. }) {
                    p class="lead lines" { (self.form.welcome.as_deref().unwrap_or(usual_welcome(self.language))) }
                    @if let Some(day) = self.form.closes_on {
                        p class="small" { (words.closes(self.day(day))) }
                    }
                }
            }
            @match show {
                Show::Form { written, slips, puzzle } => {
                    (self.missing())
                    (self.form(&path, written, slips, *puzzle, None))
                }
                Show::NoForm { state, typed } => {
                    p class="told" { (self.why_no_form(*state)) }
                    @if let Some(typed) = typed { (self.unsaved(&path, typed, false)) } @else { (self.typed_before()) }
                }
                Show::Own(own) => (self.own(&path, own)),
            }
            (languages(self.language, words.languages, typed))
        };
        let address = matches!(show, Show::Form { .. } | Show::NoForm { .. })
            .then(|| format!("{}{path}", self.public_url.trim_end_matches('/')));
        let about = words.preview(&held);
        let preview = Preview {
            title: &self.settings.name,
            about: &about,
            address: address.as_deref(),
            picture: &poster::url(self.public_url, self.slug),
            size: poster::SIZE,
            language: self.language,
        };
        whole(self.language, &title, Some(&preview), &main)
    }

    fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// Where the page is, on this server.
    fn path(&self, show: &Show<'_>) -> String {
        match show {
            Show::Form { .. } | Show::NoForm { .. } => self.form_path(),
            Show::Own(own) => format!("/registration/{}", own.token),
        }
    }

    fn form_path(&self) -> String {
        format!("/{}/register", self.slug)
    }

    fn day(&self, day: Date) -> String {
        Texts::of(self.language).day(day)
    }

    fn why_no_form(&self, state: FormState) -> String {
        let words = self.words();
        let day = |day: Option<Date>| day.map(|day| self.day(day)).unwrap_or_default();
        match state {
            FormState::Off | FormState::Open => words.off.to_owned(),
            FormState::NotYet => words.not_yet(day(self.form.opens_on)),
            FormState::Full => words.full.to_owned(),
            FormState::Closed => words.closed(day(self.form.closes_on)),
        }
    }

    fn missing(&self) -> Markup {
        let words = self.words();
        let Some(missing) = self.missing.as_ref().filter(|missing| !missing.is_empty()) else {
            return html! {};
        };
        let more = |sector, count: u32| match sector {
            Sector::Business => words.more_of.business(count),
            Sector::Public => words.more_of.public(count),
            Sector::Voluntary => words.more_of.voluntary(count),
            Sector::Individual => words.more_of.individual(count),
        };
        html! {
            section class="missing" aria-labelledby="missing" {
                h2 id="missing" { (words.missing_heading) }
                ul {
                    @for (sector, count) in &missing.sectors { li { (more(*sector, *count)) } }
                    @if !missing.not_offered.is_empty() { li { (words.nobody_offers(missing.not_offered.join(", "))) } }
                    @if !missing.not_wished.is_empty() { li { (words.nobody_wishes(missing.not_wished.join(", "))) } }
                }
            }
        }
    }

    /// What the browser is asked, and what somebody is told whose browser runs no script: that is hidden by the script before anything is
    /// painted. `is_sent` says that the form has been sent already, and goes again by itself.
    fn puzzle(&self, puzzle: &Puzzle, is_sent: bool) -> Markup {
        let words = &self.words().rush;
        // More than one: it may take a little longer, and the sentence speaks of several.
        let minutes = puzzle.lasts.as_secs().div_ceil(60).max(2);
        html! {
            div class="proof" data-challenge=(puzzle.challenge) data-sends[is_sent] {
                input type="hidden" name=(PROOF);
                p class="without told" role="alert" { (words.without(minutes)) }
                p class="working told" role="status" hidden { (words.working) }
                script src=(SCRIPT_PATH) {}
            }
        }
    }

    fn own(&self, path: &str, own: &Own<'_>) -> Markup {
        let words = self.words();
        let Own { kept, saved, .. } = own;
        let name = &kept.entry.name;
        let (told, is_fresh) = match (kept.state, &kept.approved) {
            (RegistrationState::Waiting, None) => (words.waiting(name), true),
            (RegistrationState::Waiting, Some(_)) => (words.changed.to_owned(), false),
            (RegistrationState::Approved, _) if own.is_taken_out => (words.taken_out(name), false),
            (RegistrationState::Approved, _) => (words.approved(name), false),
            (RegistrationState::Declined, _) => (words.declined.to_owned(), false),
            (RegistrationState::Withdrawn, _) => (words.withdrawn.to_owned(), false),
        };
        let is_open = matches!(own.changes, Changes::Open(_));
        let is_over = !is_open
            && matches!(
                kept.state,
                RegistrationState::Waiting | RegistrationState::Approved
            );
        let rest = match own.changes {
            Changes::Open(written) => self.changes(path, written, own),
            Changes::Over {
                typed: Some(typed),
                may_register,
            } => self.unsaved(path, typed, may_register),
            Changes::Over {
                typed: None,
                may_register,
            } => html! {
                (self.typed_before())
                @if may_register { p { a href=(in_language(&self.form_path(), self.language)) { (words.anew) } } }
            },
        };
        html! {
            section class="told" role="status" {
                @if let Some(saved) = saved {
                    div data-saved {
                        h2 { (words.saved) }
                        @if *saved == Saved::OnTop { p { (words.joined) } }
                    }
                } @else if is_fresh && kept.made_at == kept.changed_at {
                    h2 { (words.thanks) }
                }
                @if is_open || kept.state != RegistrationState::Waiting { p { (told) } }
                // Whoever is to mend something is told that alone.
                @if is_open && own.slips.is_empty() { p { (words.keep_link) } }
                @if is_over { p { (words.over) } }
            }
            (rest)
        }
    }

    /// The form by which an entry is changed, and the button that withdraws it.
    fn changes(&self, path: &str, written: &Written, own: &Own<'_>) -> Markup {
        let words = self.words();
        html! {
            h2 { (words.your_entry) }
            (self.form(path, written, own.slips, None, Some(own.kept)))
            details class="withdraw" {
                summary { (words.withdraw) }
                p { (words.withdraw_sure) }
                form method="post" action=(sent_to(path, self.language)) {
                    button type="submit" class="quiet" name=(DEED) value=(WITHDRAW) { (words.withdraw_now) }
                }
            }
        }
    }

    /// What was typed and cannot be kept: to be read and copied, and to go along into another language, or onto the form if it takes anybody.
    fn unsaved(&self, path: &str, typed: &Written, may_register: bool) -> Markup {
        let words = self.words();
        let typed = typed.as_shown();
        html! {
            p class="wrong" role="alert" { (words.unsaved) }
            section class="typed" aria-labelledby="typed" {
                h2 id="typed" { (words.your_entry) }
                dl {
                    @for (label, said) in self.all_said(&typed) {
                        div { dt { (label) } dd class="lines" dir="auto" { (said) } }
                    }
                }
            }
            form id=(FORM) method="post" action=(sent_to(path, self.language)) {
                @for (field, text) in typed.carried() { input type="hidden" name=(field) value=(text); }
                @if may_register {
                    button type="submit" formaction=(sent_to(&self.form_path(), self.language))
                        name=(DEED) value=(TRANSLATE) { (words.anew) }
                }
            }
        }
    }

    /// What the script shows of what was typed before the page was loaded anew, where it can be typed no more: it knows which fields those
    /// are, and what they said.
    fn typed_before(&self) -> Markup {
        let words = self.words();
        html! {
            template data-meanwhile {
                p class="wrong" role="alert" { (words.unsaved) }
                section class="typed" aria-labelledby="typed" {
                    h2 id="typed" { (words.your_entry) }
                    dl {
                        @for (field, label) in self.labels() {
                            @if field == SECTOR {
                                @for sector in Sector::ALL {
                                    div { dt { (label) } dd data-says={ (field) "=" (sector.as_str()) } { (self.sector(sector)) } }
                                }
                            } @else {
                                div { dt { (label) } dd class="lines" dir="auto" data-says=(field) {} }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Everything that is written on a form, as people read it: what each field is called, and what it says.
    fn all_said(&self, written: &Written) -> Vec<(String, String)> {
        let words = self.words();
        let said = |field: &str| {
            let said = self.said(written, field);
            if written.is_cut(field) {
                format!("{said} … ({})", words.fault.cut)
            } else {
                said
            }
        };
        let all = self.labels().into_iter();
        let all = all.map(|(field, label)| (label, said(&field)));
        all.filter(|(_, said)| !said.is_empty()).collect()
    }

    /// The fields of a form, and what each is called.
    fn labels(&self) -> Vec<(String, String)> {
        let words = self.words();
        let alone = [
            (NAME, words.name),
            (SECTOR, words.sector),
            (PERSON, words.person),
            (EMAIL, words.email),
            (PHONE, words.phone),
            (PEOPLE, words.people),
        ];
        let alone = alone.map(|(field, label)| (field.to_owned(), label.to_owned()));
        let of_lines = lines().map(|(kind, nth)| {
            let legend = match kind {
                ListingKind::Offer => words.offers,
                ListingKind::Wish => words.wishes,
            };
            (fields_of(kind, nth).0, format!("{legend} {nth}"))
        });
        alone.into_iter().chain(of_lines).collect()
    }

    /// What a field says, as people read it.
    fn said(&self, written: &Written, field: &str) -> String {
        let text = written.text(field).trim();
        let sector = Sector::named(text).filter(|_| field == SECTOR);
        match (sector, self.category_of(written, field)) {
            _ if text.is_empty() => String::new(),
            _ if field == IN_FULL => self.words().in_full.to_owned(),
            (Some(sector), _) => self.sector(sector).to_owned(),
            (None, Some(category)) => format!("{text} ({category})"),
            (None, None) => text.to_owned(),
        }
    }

    /// In which category what is written on a line is.
    fn category_of(&self, written: &Written, line: &str) -> Option<&str> {
        let of_line = |(kind, nth)| Some(fields_of(kind, nth)).filter(|(text, _)| text == line);
        let (_, field) = lines().find_map(of_line)?;
        let chosen = written.get(&field)?;
        let mut categories = self.settings.categories.iter();
        categories
            .find(|one| one.id.0 == chosen)
            .map(|one| one.name.as_str())
    }

    /// What is said above the form, unless the browser is asked something in its stead.
    fn alert(&self, written: &Written, slips: &[Slip], is_asked: bool) -> Option<String> {
        let words = self.words();
        let of_form = slips.iter().find(|slip| slip.field.is_empty());
        let is_changed = slips.iter().any(|slip| slip.fault == Fault::ChangedMeanwhile);
        match of_form.map(|slip| slip.fault) {
            Some(Fault::NoProof) if is_asked => None,
            Some(fault) => Some(self.fault(fault)),
            None if slips.is_empty() => None,
            None if is_changed && written.is_whole() => Some(words.changed_meanwhile.to_owned()),
            None if is_changed => Some(format!("{} {}", words.changed_meanwhile, words.wrong_cut)),
            None if written.is_whole() => Some(words.wrong.to_owned()),
            None => Some(words.wrong_cut.to_owned()),
        }
    }

    fn form(
        &self,
        path: &str,
        written: &Written,
        slips: &[Slip],
        puzzle: Option<&Puzzle>,
        kept: Option<&Kept>,
    ) -> Markup {
        let words = self.words();
        let written = &written.as_shown();
        let is_sent = slips.iter().any(|slip| slip.fault == Fault::NoProof);
        let alert = self.alert(written, slips, puzzle.is_some());
        let stands = kept.map(|kept| Written::again(&kept.entry));
        let field = Fields {
            page: self,
            written,
            slips,
            stands: stands.as_ref(),
        };
        html! {
            form id=(FORM) method="post" action=(sent_to(path, self.language)) {
                @if let Some(puzzle) = puzzle {
                    (self.puzzle(puzzle, is_sent))
                } @else if let Some(proof) = written.proof() {
                    input type="hidden" name=(PROOF) value=(proof);
                }
                @if let Some(alert) = &alert {
                    p class="wrong" role="alert" { (alert) }
                } @else if field.tells_meanwhile() {
                    template data-meanwhile { p class="wrong" role="alert" { (words.changed_meanwhile) } }
                }
                input type="hidden" name=(SHOWN_AT) value=(written.open_since(self.shown_at).unix_ms);
                @if let Some(token) = written.token() { input type="hidden" name=(TOKEN) value=(token); }
                @if let Some(kept) = kept { input type="hidden" name=(BASE) value=(written.next_base(&kept.entry)); }
                // Beyond the page's edge, and out of the way of keys and readers.
                div class="trap" aria-hidden="true" {
                    label { (words.trap) input type="text" name=(TRAP) tabindex="-1" autocomplete="off"; }
                }
                fieldset {
                    legend { (words.who) }
                    (field.text(NAME, words.name, "text", "organization", true))
                    fieldset class="choice" aria-describedby=[field.wrong_id(SECTOR)] {
                        legend { (words.sector) }
                        @for sector in Sector::ALL {
                            label {
                                input type="radio" name=(SECTOR) value=(sector.as_str()) required
                                    checked[written.get(SECTOR) == Some(sector.as_str())];
                                span { (self.sector(sector)) }
                            }
                        }
                        (field.wrong(SECTOR))
                        (field.meanwhile(SECTOR))
                    }
                    div class="of-individual" { (field.tick(IN_FULL, words.in_full, false)) }
                }
                fieldset {
                    legend { (words.reach) }
                    p class="hint" { (words.reach_hint) }
                    (field.text(PERSON, words.person, "text", "name", true))
                    (field.text(EMAIL, words.email, "email", "email", false))
                    (field.text(PHONE, words.phone, "tel", "tel", false))
                    (field.number(PEOPLE, words.people))
                }
                (field.listings(ListingKind::Offer, words.offers, words.offers_hint, words.more_offers))
                (field.listings(ListingKind::Wish, words.wishes, words.wishes_hint, words.more_wishes))
                fieldset {
                    legend { (words.consent_heading) }
                    p class="hint lines" { (consent(self.form, self.language)) }
                    @if let Some(privacy) = &self.settings.privacy {
                        p class="hint lines" { (privacy.text) }
                    }
                    (field.tick(CONSENT, words.agree, true))
                }
                button type="submit" { @if kept.is_some() { (words.save) } @else { (words.send) } }
            }
        }
    }

    fn fault(&self, fault: Fault) -> String {
        let words = self.words();
        match fault {
            Fault::Missing => words.fault.missing.to_owned(),
            Fault::TooLong { over } => words.too_long(over as u64),
            Fault::Unprintable => words.fault.unprintable.to_owned(),
            Fault::NotAnEmail => words.fault.email.to_owned(),
            Fault::NotAPhone => words.fault.phone.to_owned(),
            Fault::NotOnlyPhones => words.fault.only_phones(PHONE_DIGITS_MAX, PHONE_DIGITS_MIN),
            Fault::NoWayToReach => words.fault.reach.to_owned(),
            Fault::NotANumber => words.fault.number(PEOPLE_MAX),
            Fault::NoCategory => words.fault.category.to_owned(),
            Fault::Haste => words.fault.haste.to_owned(),
            Fault::TooMany => words.fault.too_many.to_owned(),
            Fault::NoProof => words.rush.working.to_owned(),
            Fault::Unavailable => Sentences::of(self.language).unavailable.to_owned(),
            Fault::ChangedMeanwhile => words.changed_meanwhile.to_owned(),
        }
    }

    fn sector(&self, sector: Sector) -> &'static str {
        let words = self.words();
        match sector {
            Sector::Business => words.business,
            Sector::Public => words.public,
            Sector::Voluntary => words.voluntary,
            Sector::Individual => words.individual,
        }
    }
}

/// The fields of one form.
struct Fields<'a> {
    page: &'a Page<'a>,
    written: &'a Written,
    slips: &'a [Slip],
    /// What stands now, of an entry that is changed.
    stands: Option<&'a Written>,
}

impl Fields<'_> {
    fn slip(&self, field: &str) -> Option<&Slip> {
        self.slips.iter().find(|slip| slip.field == field)
    }

    fn wrong_id(&self, field: &str) -> Option<String> {
        let is_told = self.slip(field).is_some() || self.written.is_cut(field);
        is_told.then(|| format!("wrong-{field}"))
    }

    fn wrong(&self, field: &str) -> Markup {
        let slip = self.slip(field).map(|slip| match slip.fault {
            Fault::ChangedMeanwhile => self.stands_now(field),
            fault => self.page.fault(fault),
        });
        let cut = self.page.words().fault.cut;
        let told: Vec<&str> = slip
            .as_deref()
            .into_iter()
            .chain(self.written.is_cut(field).then_some(cut))
            .collect();
        html! {
            @if !told.is_empty() {
                span class="wrong" id={ "wrong-" (field) } { (told.join(" ")) }
            }
        }
    }

    /// Whether the page has what its script tells of changes by somebody else: that is of an entry's own page. One in another language knows
    /// what its form was filled in with, and nothing of what stands now.
    fn tells_meanwhile(&self) -> bool {
        self.stands.is_some() && !self.written.translates()
    }

    /// What stands in a field, for the script, which tells it where something was typed that somebody else has changed by the time the page
    /// is loaded anew.
    fn meanwhile(&self, field: &str) -> Markup {
        let is_told = self
            .slip(field)
            .is_some_and(|slip| slip.fault == Fault::ChangedMeanwhile);
        html! {
            @if self.tells_meanwhile() && !is_told {
                template { span class="wrong" id={ "stands-" (field) } { (self.stands_now(field)) } }
            }
        }
    }

    /// What stands in a field that somebody else changed meanwhile, as people read it.
    fn stands_now(&self, field: &str) -> String {
        let words = &self.page.words().fault;
        let said = self.stands.map(|stands| self.page.said(stands, field));
        match said.filter(|said| !said.is_empty()) {
            Some(said) => words.stands(said),
            None => words.stands_nothing.to_owned(),
        }
    }

    fn text(&self, field: &str, label: &str, kind: &str, filled_as: &str, is_required: bool) -> Markup {
        html! {
            label class="field" {
                span { (label) }
                input type=(kind) name=(field) value=(self.written.text(field)) dir="auto"
                    autocomplete=(filled_as) required[is_required]
                    aria-invalid=[self.slip(field).map(|_| "true")] aria-describedby=[self.wrong_id(field)];
                (self.wrong(field))
                (self.meanwhile(field))
            }
        }
    }

    fn number(&self, field: &str, label: &str) -> Markup {
        let people = self.written.get(field).unwrap_or("1");
        html! {
            label class="field short" {
                span { (label) }
                input type="number" name=(field) value=(people)
                    min="1" max=(PEOPLE_MAX) required inputmode="numeric"
                    aria-invalid=[self.slip(field).map(|_| "true")] aria-describedby=[self.wrong_id(field)];
                (self.wrong(field))
                (self.meanwhile(field))
            }
        }
    }

    fn tick(&self, field: &str, label: &str, is_required: bool) -> Markup {
        html! {
            label class="tick" {
                input type="checkbox" name=(field) value=(TICKED) checked[self.written.is_ticked(field)] required[is_required]
                    aria-describedby=[self.wrong_id(field)];
                span { (label) }
                (self.wrong(field))
            }
        }
    }

    /// The lines for offers or wishes; those beyond the first are folded away until one has something in it.
    fn listings(&self, kind: ListingKind, legend: &str, hint: &str, more: &str) -> Markup {
        let has_more = (2..=REGISTERED_LISTINGS_MAX).any(|nth| {
            let (text, category) = fields_of(kind, nth);
            [text, category].iter().any(|field| {
                let is_written = self.written.get(field).is_some_and(|written| !written.is_empty());
                is_written || self.slip(field).is_some()
            })
        });
        html! {
            fieldset {
                legend { (legend) }
                p class="hint" { (hint) }
                (self.listing(kind, 1, legend))
                details class="more" open[has_more] {
                    summary { (more) }
                    @for nth in 2..=REGISTERED_LISTINGS_MAX { (self.listing(kind, nth, legend)) }
                }
            }
        }
    }

    fn listing(&self, kind: ListingKind, nth: usize, legend: &str) -> Markup {
        let words = self.page.words();
        let (text, category) = fields_of(kind, nth);
        let chosen = self.written.get(&category).unwrap_or_default();
        let option = |one: &Category| {
            html! { option value=(one.id.0) selected[one.id.0 == chosen] { (one.name) } }
        };
        html! {
            div class="line" {
                label class="field" {
                    span class="said" { (legend) " " (nth) }
                    textarea name=(text) rows="2" dir="auto" aria-invalid=[self.slip(&text).map(|_| "true")]
                        aria-describedby=[self.wrong_id(&text)] { (self.written.text(&text)) }
                    (self.wrong(&text))
                    (self.meanwhile(&text))
                }
                label class="field" {
                    span class="said" { (words.category) " " (nth) }
                    select name=(category) aria-invalid=[self.slip(&category).map(|_| "true")]
                        aria-describedby=[self.wrong_id(&category)] {
                        option value="" { (words.category) " …" }
                        @for one in &self.page.settings.categories { (option(one)) }
                    }
                    (self.wrong(&category))
                }
            }
        }
    }
}
