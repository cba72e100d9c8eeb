//! What a party sees: its deal, and a button for each answer. Each is a form of its own, so that one tap says it.

use std::collections::BTreeMap;

use borsklokka_shared::deal::{Bargain, Deal};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::follow_up::{Answer, FollowUpReason, FollowUpState};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::language::Language;
use borsklokka_shared::numbers;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::text::tidy;
use maud::{Markup, html};

use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::poster;
use crate::spoken::denied::Denied as Sentences;
use crate::spoken::follow_up::FollowUp as Words;
use crate::strangers::{MARK_CHARS, Preview, Typed, in_language, languages, mark, sent_to, whole};

/// The field that says how it goes.
pub(super) const STATE: &str = "state";
/// The field that says why it comes to nothing.
pub(super) const REASON: &str = "reason";
/// The same in words.
pub(super) const TEXT: &str = "text";
/// What stood when the form was made: a mark of it.
const BASE: &str = "base";
/// The id of the form for both.
const WHY: &str = "why";
/// That form, on its page.
const TYPED: Typed<'static> = Typed { form: WHY, path: "" };

/// Why what was sent was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Too many answers came from there.
    TooMany,
    /// Nothing can be kept just now.
    Unavailable,
    TooLong {
        /// By how many characters.
        over: usize,
    },
    /// There are characters that nobody can print.
    Unprintable,
    /// Something else was answered since the page was made.
    ChangedMeanwhile {
        /// What they answer now.
        sent: FollowUpState,
    },
}

impl Fault {
    fn says(self, language: Language) -> String {
        let words = Words::of(language);
        match self {
            Self::TooMany => words.too_many.to_owned(),
            Self::Unavailable => Sentences::of(language).unavailable.to_owned(),
            Self::TooLong { over } => words.too_long(over as u64),
            Self::Unprintable => words.unprintable.to_owned(),
            Self::ChangedMeanwhile { sent } => words.changed_meanwhile(words.state(sent)),
        }
    }

    /// Whether the text itself is to be mended.
    fn is_of_the_text(self) -> bool {
        match self {
            Self::TooMany | Self::Unavailable | Self::ChangedMeanwhile { .. } => false,
            Self::TooLong { .. } | Self::Unprintable => true,
        }
    }
}

/// What the page tells whoever has just sent something that was not kept; why a deal comes to nothing stands there again.
#[derive(Debug)]
pub(super) struct Told {
    /// Nothing where it was sent only to be shown in another language.
    fault: Option<Fault>,
    text: String,
    reason: Option<FollowUpReason>,
    /// What stood when its form was made, if it has not been told what stands now.
    base: Option<String>,
}

/// What stood when the form was made that was sent, if it says so.
pub(super) fn base(fields: &BTreeMap<String, String>) -> Option<&str> {
    let base = fields.get(BASE).filter(|base| base.len() == MARK_CHARS);
    base.map(String::as_str)
}

/// By what it is told whether something else stands.
pub(super) fn base_of(said: Option<&Answer>) -> String {
    let said = said.map(|said| {
        let reason = said.reason.map_or("", FollowUpReason::as_str);
        let text = said.text.as_deref().unwrap_or_default();
        [said.state.as_str(), reason, text].join("\n")
    });
    mark(&said.unwrap_or_default())
}

impl Told {
    pub(super) fn of(fault: Fault, fields: &BTreeMap<String, String>) -> Self {
        let typed = Self::typed(fields);
        let is_told = matches!(fault, Fault::ChangedMeanwhile { .. });
        Self {
            fault: Some(fault),
            base: typed.base.filter(|_| !is_told),
            ..typed
        }
    }

    /// The same where nothing is to be told but what was typed.
    pub(super) fn typed(fields: &BTreeMap<String, String>) -> Self {
        Self {
            fault: None,
            text: fields.get(TEXT).cloned().unwrap_or_default(),
            reason: fields.get(REASON).and_then(|name| FollowUpReason::named(name)),
            base: base(fields).map(str::to_owned),
        }
    }

    /// The same of a text that was refused.
    pub(super) fn refused(refusal: &Refusal, fields: &BTreeMap<String, String>) -> Self {
        let length = |text: &String| tidy(text).chars().count();
        let fault = match refusal {
            Refusal::TextTooLong { max, .. } => Fault::TooLong {
                over: fields.get(TEXT).map_or(0, length).saturating_sub(*max),
            },
            _ => Fault::Unprintable,
        };
        Self::of(fault, fields)
    }

    fn fault_of_the_text(&self) -> Option<Fault> {
        self.fault.filter(|fault| fault.is_of_the_text())
    }

    pub(super) fn has_why(&self) -> bool {
        self.reason.is_some() || !self.text.trim().is_empty()
    }
}

/// A deal, to one of its parties.
pub(super) struct Page<'a> {
    pub(super) settings: &'a Settings,
    /// Where the exchange's poster is.
    pub(super) picture: &'a str,
    pub(super) deal: &'a Deal,
    pub(super) party: ParticipantId,
    pub(super) names: &'a BTreeMap<ParticipantId, String>,
    pub(super) language: Language,
    pub(super) said: Option<&'a Answer>,
}

/// A page that says why there is nothing. What was written stands in it, to be sent again; where nothing was, it leads back to the buttons.
pub(super) fn only(denied: &Denied, language: Language, told: Option<&Told>) -> String {
    let words = Words::of(language);
    let sentence = match denied {
        // Nothing is sent again by itself from here.
        Denied::Refused(Refusal::Throttled) => Fault::TooMany.says(language),
        denied => denied.message(language),
    };
    let main = html! {
        header { h1 { (words.title) } }
        p class="told" role="alert" { (sentence) }
        @if told.is_some_and(Told::has_why) {
            (why(language, told, told.and_then(|told| told.base.as_deref())))
        } @else if told.is_some() {
            p { a href=(in_language("", language)) { (words.open_again) } }
        }
    };
    whole(language, words.title, None, &main)
}

/// Why a deal comes to nothing.
fn why(language: Language, told: Option<&Told>, base: Option<&str>) -> Markup {
    let words = Words::of(language);
    let text = told.map_or("", |told| told.text.as_str());
    let chosen = told.and_then(|told| told.reason);
    let wrong = told
        .and_then(Told::fault_of_the_text)
        .map(|fault| fault.says(language));
    let wrong_id = wrong.as_ref().map(|_| "wrong-text");
    html! {
        form id=(WHY) method="post" action=(sent_to("", language)) class="why" {
            input type="hidden" name=(STATE) value=(FollowUpState::Infeasible.as_str());
            @if let Some(base) = base { input type="hidden" name=(BASE) value=(base); }
            fieldset class="choice" {
                legend { (words.why) }
                @for reason in FollowUpReason::ALL {
                    label {
                        input type="radio" name=(REASON) value=(reason.as_str()) checked[chosen == Some(reason)];
                        span { (words.reason(reason)) }
                    }
                }
            }
            label class="field" {
                span { (words.in_words) }
                textarea name=(TEXT) rows="3" dir="auto"
                    aria-invalid=[wrong.as_ref().map(|_| "true")] aria-describedby=[wrong_id] { (text) }
                @if let Some(wrong) = &wrong { span class="wrong" id="wrong-text" { (wrong) } }
            }
            p class="hint" { (words.who_reads) }
            button type="submit" { (words.send) }
        }
    }
}

impl Words {
    pub(crate) fn state(&self, state: FollowUpState) -> &'static str {
        match state {
            FollowUpState::NotStarted => self.state.not_started,
            FollowUpState::UnderWay => self.state.under_way,
            FollowUpState::Done => self.state.done,
            FollowUpState::Infeasible => self.state.infeasible,
            FollowUpState::NeverInTouch => self.state.never_in_touch,
        }
    }

    pub(crate) fn reason(&self, reason: FollowUpReason) -> &'static str {
        match reason {
            FollowUpReason::NoTime => self.reason.no_time,
            FollowUpReason::NoContact => self.reason.no_contact,
            FollowUpReason::NeedGone => self.reason.need_gone,
            FollowUpReason::NotAble => self.reason.not_able,
            FollowUpReason::Misunderstood => self.reason.misunderstood,
            FollowUpReason::Other => self.reason.something_else,
        }
    }
}

impl Page<'_> {
    pub(super) fn html(&self, told: Option<&Told>) -> String {
        let words = self.words();
        let day = Texts::of(self.language).day(self.settings.date);
        let held = format!("{}, {day}", self.settings.name);
        let has_form = self.has_form(told);
        let in_general = told
            .and_then(|told| told.fault)
            .filter(|fault| !fault.is_of_the_text());
        let is_changed = matches!(in_general, Some(Fault::ChangedMeanwhile { .. }));
        let base = told
            .and_then(|told| told.base.clone())
            .unwrap_or_else(|| base_of(self.said));
        let main = html! {
            header {
                p class="when" { (held) }
                h1 { (words.title) }
                p class="lead" { (self.named(&[self.party])) }
            }
            @if let Some(fault) = in_general { p class="wrong" role="alert" { (fault.says(self.language)) } }
            @if has_form {
                (self.answered(is_changed))
                (why(self.language, told, Some(&base)))
            } @else {
                @if self.said.is_some() { div data-otherwise { (self.answered(is_changed)) } }
                (self.typed_before(&base))
            }
            (self.deal())
            (self.buttons(&base))
            @if has_form {
                (languages(self.language, words.languages, Some(TYPED)))
            } @else {
                div data-otherwise { (languages(self.language, words.languages, None)) }
                template data-meanwhile { (languages(self.language, words.languages, Some(TYPED))) }
            }
        };
        // Of the exchange alone: whoever shows the link is no party.
        let about = format!("{held}, {}", self.settings.place);
        let preview = Preview {
            title: &self.settings.name,
            about: &about,
            address: None,
            picture: self.picture,
            size: poster::SIZE,
            language: self.language,
        };
        whole(self.language, words.title, Some(&preview), &main)
    }

    fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// What was answered, to whoever has just said so, or has not seen it before.
    fn answered(&self, is_changed: bool) -> Markup {
        let words = self.words();
        html! {
            @if let Some(said) = self.said {
                section class="told" role="status" {
                    @if is_changed {
                        p { (words.answered(self.stands(said))) }
                    } @else {
                        h2 { (words.thanks) }
                        p { (words.answered(words.state(said.state))) }
                        @if !self.asks_why() { p { (words.change) } }
                    }
                }
            }
        }
    }

    /// What the script shows where something was typed of why it comes to nothing, and by the time the page is loaded anew something else was
    /// answered: that, and what was typed, to be sent all the same.
    fn typed_before(&self, base: &str) -> Markup {
        let sent = FollowUpState::Infeasible;
        html! {
            template data-meanwhile {
                p class="wrong" role="alert" { (Fault::ChangedMeanwhile { sent }.says(self.language)) }
                (self.answered(true))
                (why(self.language, None, Some(base)))
            }
        }
    }

    /// Whether something may be typed on it, or was.
    pub(super) fn has_form(&self, told: Option<&Told>) -> bool {
        self.asks_why() || told.is_some_and(Told::has_why)
    }

    /// Whether it comes to nothing, and nobody has said why.
    fn asks_why(&self) -> bool {
        let is_bare = |said: &Answer| {
            said.state == FollowUpState::Infeasible && said.reason.is_none() && said.text.is_none()
        };
        self.said.is_some_and(is_bare)
    }

    /// What stands, to whoever did not see it before. What was written of it, only the organiser reads.
    fn stands(&self, said: &Answer) -> String {
        let words = self.words();
        let state = words.state(said.state);
        match said.reason {
            Some(reason) => format!("{state} ({})", words.reason(reason)),
            None => state.to_owned(),
        }
    }

    fn named(&self, ids: &[ParticipantId]) -> String {
        let names = ids.iter().filter_map(|id| self.names.get(id).map(String::as_str));
        numbers::row(&names.collect::<Vec<_>>(), self.language)
    }

    fn deal(&self) -> Markup {
        let words = self.words();
        let texts = Texts::of(self.language);
        let terms = &self.deal.terms;
        let is_meeting = matches!(terms.bargain, Bargain::Intention { .. });
        let service = &terms.bargain.service().text;
        let mut lines = vec![(if is_meeting { words.about } else { words.what }, service.clone())];
        lines.push((words.gives, self.named(&terms.givers)));
        lines.push((words.receives, self.named(&terms.receivers)));
        lines.extend(
            terms
                .bargain
                .return_service()
                .map(|back| (words.in_return, back.text.clone())),
        );
        if let Some(step) = &terms.first_step {
            let by = self.named(&[step.by]);
            let said = match step.due {
                Some(due) => words.step_by(&by, texts.day(due), &step.what),
                None => words.step(&by, &step.what),
            };
            lines.push((words.first_step, said));
        }
        lines.extend(terms.deadline.map(|day| (words.deadline, texts.day(day))));
        html! {
            section class="deal" aria-label=(words.your_deal) {
                dl {
                    @for (name, said) in &lines { div { dt { (name) } dd dir="auto" { (said) } } }
                }
            }
        }
    }

    fn buttons(&self, base: &str) -> Markup {
        let words = self.words();
        html! {
            section aria-labelledby="ask" {
                h2 id="ask" { @if self.said.is_some() { (words.ask_again) } @else { (words.ask) } }
                @if self.said.is_none() { p class="hint" { (words.hint) } }
                div class="answers" {
                    @for state in FollowUpState::ALL {
                        form method="post" action=(sent_to("", self.language)) {
                            input type="hidden" name=(BASE) value=(base);
                            button type="submit" name=(STATE) value=(state.as_str())
                                aria-pressed=[self.said.map(|said| if said.state == state { "true" } else { "false" })] {
                                (words.state(state))
                            }
                        }
                    }
                }
            }
        }
    }
}
