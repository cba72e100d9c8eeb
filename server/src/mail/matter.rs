//! What a mail is about: to whom, of which kind, and what is in it beside its text.

use std::collections::BTreeMap;

use borsklokka_shared::ids::DealId;
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind};
use serde::{Deserialize, Serialize};

use crate::links::{Opens, Page};

/// A mail that is to go.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) kind: MailKind,
    /// The matter: of one kind and one matter there is one mail for ever. Ids, no names.
    pub(crate) about: String,
    /// The address that it goes to.
    pub(crate) to: String,
    pub(crate) language: Language,
    pub(crate) matter: Matter,
}

/// What is in a mail beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Matter {
    /// What fills its gaps; the exchange's name, place and day, and the link, do so by themselves.
    #[serde(default)]
    pub(crate) gaps: BTreeMap<Gap, String>,
    /// What its link opens. The link is made when the mail goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<Opens>,
    /// The deal whose agreement goes along, if the exchange wants papers to. If the deal does not count any more, the mail does not go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) paper: Option<DealId>,
}

impl Matter {
    /// The deal that it is about, if it is about one.
    pub(crate) fn deal(&self) -> Option<DealId> {
        let of_link = || {
            let about = &self
                .link
                .as_ref()
                .filter(|opens| opens.page == Page::FollowUp)?
                .about;
            about.split(':').next()?.parse().ok()
        };
        self.paper.or_else(of_link)
    }
}
