//! How the file was read: its kind, its sheets, and what each column was taken for, to be mended.

use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::roster::{Column, ColumnSeen, Field, Format, Recognised};
use leptos::html;
use leptos::prelude::*;

use super::choice;
use super::intake::{Intake, Seen, of_seen};
use crate::components::Button;
use crate::organiser::office::Office;
use crate::texts::organiser::import_words;

/// Rows from the top among which the heads may be.
const HEADS_WITHIN: u32 = 20;

/// What a column may hold, in the groups of the list to choose from.
const OF_PARTICIPANT: [Field; 6] = [
    Field::Name,
    Field::Sector,
    Field::NameShown,
    Field::Symbol,
    Field::Place,
    Field::Id,
];
const OF_CONTACT: [Field; 4] = [Field::Person, Field::Phone, Field::Email, Field::Contact];
const OF_TRADE: [Field; 3] = [Field::Offer, Field::Wish, Field::Category];
const OF_LISTING: [Field; 7] = [
    Field::Kind,
    Field::Text,
    Field::Description,
    Field::Amount,
    Field::Unit,
    Field::Minutes,
    Field::ListingId,
];

/// How the file was read.
#[component]
pub fn Columns(
    /// Its heading.
    heading: NodeRef<html::H2>,
) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let kept = of_seen(|seen| Some(seen.preview.kept));
    let recognised = of_seen(|seen| Some(seen.preview.recognised.clone()));
    let sheets = of_seen(|seen| Some(seen.preview.sheets.len()));
    let has_others = Memo::new(move |_| sheets.get() > Some(1));
    let nothing_read = of_seen(|seen| Some(!seen.preview.sheets.iter().any(|sheet| sheet.is_read)));
    view! {
        <section class="card" data-testid="import-columns">
            <div class="card-head">
                <h2 class="form-heading" tabindex="-1" node_ref=heading>
                    {move || t.how(intake.name())}
                </h2>
                <Button testid="import-another" press=move || intake.clear()>
                    {t.another}
                </Button>
            </div>
            <p class="office-note">
                {move || recognised.get().map(|recognised| kind_of(&recognised))}
                {move || (kept.get() == Some(true)).then(|| format!(" {}", t.kept))}
            </p>
            <p class="lacks" role="status">
                {move || (nothing_read.get() == Some(true)).then_some(t.no_sheet)}
            </p>
            <For each=move || 0..sheets.get().unwrap_or_default() key=|sheet| *sheet let(sheet)>
                <Sheet sheet has_others />
            </For>
            <p class="office-note">{t.columns_why}</p>
        </section>
    }
}

/// What kind of file it is, in words.
fn kind_of(recognised: &Recognised) -> String {
    let t = import_words();
    let sentence = match recognised.format {
        Format::Xlsx => t.format.xlsx.to_owned(),
        Format::Ods => t.format.ods.to_owned(),
        Format::Text => {
            let delimiter = match recognised.delimiter {
                Some(';') => t.delimiter.semicolon.to_owned(),
                Some(',') => t.delimiter.comma.to_owned(),
                Some('\t') => t.delimiter.tab.to_owned(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            t.text_of(delimiter, recognised.encoding.clone().unwrap_or_default())
        }
    };
    format!("{sentence}.")
}

/// A sheet: whether it is read, where its heads are, and its columns.
#[component]
fn Sheet(sheet: usize, has_others: Memo<bool>) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let of_sheet = move |seen: &Seen| {
        let sheet = seen.preview.sheets.get(sheet)?;
        Some((
            sheet.name.clone(),
            sheet.is_read,
            sheet.heads,
            sheet.rows,
            sheet.columns.len(),
        ))
    };
    let stands = of_seen(of_sheet);
    let is_read = move || stands.get().is_some_and(|(_, is_read, ..)| is_read);
    let heads = Memo::new(move |_| stands.get().map_or(0, |(_, _, heads, ..)| heads));
    let columns = move || 0..stands.get().map_or(0, |(.., columns)| columns);
    let title = move || {
        let (name, _, _, rows, _) = stands.get().unwrap_or_default();
        let rows = t.rows_below(rows);
        if name.is_empty() {
            rows
        } else {
            format!("{} · {rows}", t.sheet_of(name))
        }
    };
    let row_of_heads = move |row: u32| {
        let words = if row == 0 {
            t.no_heads.to_owned()
        } else {
            t.row_number(row)
        };
        view! {
            <option value=row prop:selected=move || heads.get() == row>
                {words}
            </option>
        }
    };
    // Heads that stand further down are among the choices too.
    let last = Memo::new(move |_| heads.get().max(HEADS_WITHIN));
    view! {
        <section class="sheet-read" data-testid="import-sheet" aria-label=title>
            <div class="filters">
                <b>{title}</b>
                <label class="choice" hidden=move || !has_others.get()>
                    <input
                        type="checkbox"
                        data-testid="import-sheet-read"
                        prop:checked=is_read
                        on:change=move |event| {
                            let is_read = event_target_checked(&event);
                            intake.say(|mapping, preview| choice::set_read(mapping, preview, sheet, is_read));
                        }
                    />
                    {t.read_sheet}
                </label>
                <label class="tabs">
                    <span class="field-label">{t.heads}</span>
                    <select
                        class="field-input"
                        data-testid="import-heads"
                        on:change=move |event| {
                            if let Ok(heads) = event_target_value(&event).parse() {
                                intake.say(|mapping, preview| choice::set_heads(mapping, preview, sheet, heads));
                            }
                        }
                    >
                        <For each=move || 0..=last.get() key=|row| *row children=row_of_heads />
                    </select>
                </label>
            </div>
            <div class="columns-read">
                <For each=columns key=|column| *column let(column)>
                    <ColumnField sheet column />
                </For>
            </div>
        </section>
    }
}

/// A column: what stands over it, what it holds, and some of what is in it.
#[component]
fn ColumnField(sheet: usize, column: usize) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let known = of_seen(move |seen| {
        let sheet = seen.preview.sheets.get(sheet)?;
        sheet.columns.get(column).cloned()
    });
    let read = move |read: fn(&ColumnSeen) -> String| known.with(|known| known.as_ref().map(read));
    let head = move || {
        let head = read(|column| column.head.clone()).filter(|head| !head.trim().is_empty());
        head.unwrap_or_else(|| t.no_head.to_owned())
    };
    let holds = Memo::new(move |_| {
        let holds = known.with(|known| known.as_ref()?.field.clone());
        holds.map(String::from).unwrap_or_default()
    });
    let option = move |column: Option<Column>, words: String| {
        let value = column.map(String::from).unwrap_or_default();
        let own = value.clone();
        view! {
            <option value=value prop:selected=move || holds.with(|holds| *holds == own)>
                {words}
            </option>
        }
    };
    let plain = move |fields: &[Field]| {
        let options = fields.iter().map(|field| {
            let words = t.field_name(*field).to_owned();
            option(Some((*field).into()), words)
        });
        options.collect_view()
    };
    let of_categories = categories();
    let of_categories = of_categories
        .iter()
        .flat_map(|category| [Field::Offer, Field::Wish].map(|field| (field, category)))
        .map(|(field, category)| {
            let words = t.offers_in(&category.name, t.field_name(field));
            let category = Some(category.id.clone());
            option(Some(Column { field, category }), words)
        })
        .collect_view();
    let id = format!("column-{sheet}-{column}");
    let for_id = id.clone();
    view! {
        <div class="field column-read" data-testid="import-column" data-left-out=move || holds.with(String::is_empty).to_string()>
            <label class="field-label" for=for_id dir="auto">
                <b>{move || read(|column| column.letters.clone())}</b>
                " "
                {head}
            </label>
            <select
                class="field-input"
                id=id
                data-testid="import-column-holds"
                on:change=move |event| {
                    let holds = Column::try_from(event_target_value(&event)).ok();
                    intake.say(|mapping, preview| choice::set_column(mapping, preview, sheet, column, holds));
                }
            >
                {option(None, t.left_out.to_owned())}
                <optgroup label=t.group.who>{plain(&OF_PARTICIPANT)}</optgroup>
                <optgroup label=t.group.reach>{plain(&OF_CONTACT)}</optgroup>
                <optgroup label=t.group.trade>{plain(&OF_TRADE)} {of_categories}</optgroup>
                <optgroup label=t.group.single>{plain(&OF_LISTING)}</optgroup>
            </select>
            <p class="office-note column-sample" dir="auto">
                {move || read(|column| column.samples.join(" · "))}
            </p>
        </div>
    }
}

/// The exchange's categories, as they are now.
pub fn categories() -> Vec<Category> {
    let settings = Office::of_page()
        .desk
        .live
        .peek(|board| board.settings.clone())
        .flatten();
    settings.map(|settings| settings.categories).unwrap_or_default()
}

/// A category by its key, as a list to choose from sends it.
pub fn category_named(key: &str) -> Option<CategoryId> {
    (!key.is_empty()).then(|| CategoryId(key.to_owned()))
}
