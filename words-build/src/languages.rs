//! The list of languages: `words/languages.toml`.

use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, line_of};
use crate::key;
use crate::plurals::Plurals;

/// The list's name.
pub(crate) const LIST: &str = "languages.toml";

/// The language that the others are compared with.
pub(crate) const REFERENCE: &str = "en";

/// A language, as the list has it.
pub(crate) struct Language {
    /// Its tag and its folder's name.
    pub(crate) tag: String,
    /// What its speakers call it.
    pub(crate) name: String,
    /// The country whose habits a printed page follows.
    pub(crate) region: String,
    /// Other tags that are answered in it.
    pub(crate) also: Vec<String>,
    /// In what money is counted where it is spoken, if not in the usual currency.
    pub(crate) currency: Option<String>,
    /// Snowball's stemmer for it, by the name that Snowball has for it.
    pub(crate) stemmer: Option<String>,
    /// How it counts.
    pub(crate) plurals: Plurals,
}

impl Language {
    /// Its variant in Rust.
    pub(crate) fn variant(&self) -> String {
        key::camel(&self.tag)
    }
}

/// Reads the list. The first is the one that is spoken where nobody asks for another.
pub(crate) fn read(words: &Path) -> Result<Vec<Language>, Vec<Fault>> {
    let file = format!("words/{LIST}");
    let source = fs::read_to_string(words.join(LIST))
        .map_err(|error| vec![Fault::of_file(&file, format!("cannot be read: {error}."))])?;
    let table = DeTable::parse(&source).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(&source, span.start));
        vec![Fault::at(&file, line, error.message())]
    })?;
    let mut blocks: Vec<_> = table.get_ref().iter().collect();
    blocks.sort_by_key(|(key, _)| key.span().start);
    let mut faults = Vec::new();
    let mut languages = Vec::new();
    for (key, value) in blocks {
        let line = line_of(&source, key.span().start);
        match language(key.get_ref(), value.get_ref()) {
            Ok(language) => languages.push(language),
            Err(says) => faults.push(Fault::at(&file, line, says)),
        }
    }
    if !languages.iter().any(|language| language.tag == REFERENCE) {
        faults.push(Fault::of_file(
            &file,
            format!("`{REFERENCE}` is missing: the other languages are compared with it."),
        ));
    }
    if faults.is_empty() {
        Ok(languages)
    } else {
        Err(faults)
    }
}

fn language(tag: &str, block: &DeValue<'_>) -> Result<Language, String> {
    if let Some(says) = key::fault(tag) {
        return Err(says);
    }
    let block = block
        .as_table()
        .ok_or_else(|| format!("`{tag}` has to be a block: [{tag}], and its lines below."))?;
    let mut language = Language {
        tag: tag.to_owned(),
        name: String::new(),
        region: String::new(),
        also: Vec::new(),
        currency: None,
        stemmer: None,
        plurals: Plurals::of(tag)?,
    };
    for (key, value) in block {
        let text = || {
            let text = value.get_ref().as_str().map(str::to_owned);
            text.ok_or_else(|| format!("`{}` of `{tag}` has to be a text.", key.get_ref()))
        };
        match key.get_ref().as_ref() {
            "name" => language.name = text()?,
            "region" => language.region = text()?,
            "currency" => language.currency = Some(text()?),
            "stemmer" => language.stemmer = Some(text()?),
            "also" => {
                let tags = value.get_ref().as_array().map(|tags| {
                    let tags = tags
                        .iter()
                        .filter_map(|tag| tag.get_ref().as_str().map(str::to_owned));
                    tags.collect()
                });
                language.also = tags.ok_or_else(|| format!("`also` of `{tag}` has to be a list of tags."))?;
            }
            other => {
                return Err(format!(
                    "`{other}` says nothing of a language. A block has name, region, currency, also and stemmer."
                ));
            }
        }
    }
    if language.name.is_empty() || language.region.is_empty() {
        return Err(format!(
            "`{tag}` needs a name and a region, such as name = \"English\" and region = \"GB\"."
        ));
    }
    Ok(language)
}
