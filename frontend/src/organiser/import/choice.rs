//! What the organiser says of a file, as she says it: a column, the row with the heads, whose a row is. Pure.

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::roster::{At, Column, Mapping, Preview, SameAs, SheetMapping};

/// What was said so far: what the preview was understood by, with the columns that it shows.
pub fn said_so_far(preview: &Preview) -> Mapping {
    let read = preview.sheets.iter().filter(|sheet| sheet.is_read);
    let sheets = read.map(|sheet| SheetMapping {
        sheet: sheet.sheet,
        heads: sheet.heads,
        columns: columns_of(preview, sheet.sheet),
    });
    Mapping {
        sheets: Some(sheets.collect()),
        ..preview.mapping.clone()
    }
}

fn columns_of(preview: &Preview, sheet: usize) -> Vec<Option<Column>> {
    let seen = preview.sheets.iter().find(|seen| seen.sheet == sheet);
    let columns = seen.into_iter().flat_map(|seen| &seen.columns);
    columns.map(|column| column.field.clone()).collect()
}

/// A sheet of the mapping, which is read from now on.
fn sheet_of<'a>(mapping: &'a mut Mapping, preview: &Preview, sheet: usize) -> &'a mut SheetMapping {
    let sheets = mapping.sheets.get_or_insert_default();
    let place = sheets.iter().position(|said| said.sheet == sheet);
    let place = place.unwrap_or_else(|| {
        let seen = preview.sheets.iter().find(|seen| seen.sheet == sheet);
        sheets.push(SheetMapping {
            sheet,
            heads: seen.map_or(0, |seen| seen.heads),
            columns: Vec::new(),
        });
        sheets.len() - 1
    });
    &mut sheets[place]
}

/// Says what a column holds. Where only one column may hold it, another lets go of it.
pub fn set_column(
    mapping: &mut Mapping,
    preview: &Preview,
    sheet: usize,
    index: usize,
    holds: Option<Column>,
) {
    let said = sheet_of(mapping, preview, sheet);
    if said.columns.is_empty() {
        said.columns = columns_of(preview, sheet);
    }
    if said.columns.len() <= index {
        said.columns.resize(index + 1, None);
    }
    if let Some(holds) = holds.as_ref().filter(|holds| !holds.field.is_repeatable()) {
        for column in &mut said.columns {
            if column.as_ref().is_some_and(|column| column.field == holds.field) {
                *column = None;
            }
        }
    }
    said.columns[index] = holds;
}

/// Says which row has the heads; the columns are guessed from it.
pub fn set_heads(mapping: &mut Mapping, preview: &Preview, sheet: usize, heads: u32) {
    let said = sheet_of(mapping, preview, sheet);
    said.heads = heads;
    said.columns.clear();
}

/// Says whether a sheet is read.
pub fn set_read(mapping: &mut Mapping, preview: &Preview, sheet: usize, is_read: bool) {
    if is_read {
        sheet_of(mapping, preview, sheet);
    } else if let Some(sheets) = &mut mapping.sheets {
        sheets.retain(|said| said.sheet != sheet);
    }
}

/// Leaves a row out, or takes it again.
pub fn leave_out(mapping: &mut Mapping, at: At, is_left_out: bool) {
    mapping.leave_out.retain(|other| *other != at);
    if is_left_out {
        mapping.leave_out.push(at);
    }
}

/// Says that a row is somebody's who is registered; none is its own.
pub fn same_as(mapping: &mut Mapping, at: At, participant: Option<ParticipantId>) {
    mapping
        .same_as
        .retain(|same| (same.sheet, same.row) != (at.sheet, at.row));
    mapping.same_as.extend(participant.map(|participant| SameAs {
        sheet: at.sheet,
        row: at.row,
        participant,
    }));
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::participant::Sector;
    use borsklokka_shared::roster::Field;
    use serde_json::json;

    use super::*;

    fn preview() -> Preview {
        let column = |field: Option<&str>| json!({"letters": "A", "head": "", "field": field, "samples": []});
        serde_json::from_value(json!({
            "plan": "5f2c", "kept": true, "mapping": {"sector": "voluntary"},
            "recognised": {"format": "xlsx"},
            "sheets": [
                {"sheet": 0, "name": "Påmeldte", "is_read": true, "heads": 3, "rows": 2,
                 "columns": [column(Some("name")), column(None), column(Some("offer:hands"))]},
                {"sheet": 1, "name": "Notater", "is_read": false, "heads": 0, "rows": 1, "columns": [column(None)]},
            ],
            "rows": [], "states": {"new": 0, "changed": 0, "same": 0, "problem": 0, "left_out": 0},
            "counts": {"registered": 0, "amended": 0, "listings_added": 0, "listings_amended": 0, "contacts": 0,
                       "without_category": 0},
        }))
        .unwrap()
    }

    fn columns(mapping: &Mapping, sheet: usize) -> Vec<Option<String>> {
        let sheets = mapping.sheets.iter().flatten();
        let said = sheets.filter(|said| said.sheet == sheet);
        said.flat_map(|said| said.columns.clone())
            .map(|column| column.map(String::from))
            .collect()
    }

    #[test]
    fn what_is_said_begins_with_what_is_seen_and_what_was_kept() {
        let said = said_so_far(&preview());
        assert_eq!(said.sector.map(Sector::as_str), Some("voluntary"));
        assert_eq!(
            columns(&said, 0),
            [Some("name".to_owned()), None, Some("offer:hands".to_owned())]
        );
        assert_eq!(said.sheets.unwrap().len(), 1, "what is not read is not said");
    }

    #[test]
    fn one_column_has_the_name_and_several_have_offers() {
        let preview = preview();
        let mut said = said_so_far(&preview);
        set_column(&mut said, &preview, 0, 1, Some(Field::Name.into()));
        set_column(&mut said, &preview, 0, 3, Some(Field::Offer.into()));
        let expected = [None, Some("name"), Some("offer:hands"), Some("offer")];
        assert_eq!(columns(&said, 0), expected.map(|name| name.map(str::to_owned)));
        set_column(&mut said, &preview, 0, 2, None);
        assert_eq!(columns(&said, 0)[2], None);
    }

    #[test]
    fn a_sheet_that_was_not_read_is_read_once_something_is_said_of_it() {
        let preview = preview();
        let mut said = said_so_far(&preview);
        set_column(&mut said, &preview, 1, 0, Some(Field::Name.into()));
        assert_eq!(columns(&said, 1), [Some("name".to_owned())]);
        set_read(&mut said, &preview, 0, false);
        assert_eq!(said.sheets.as_ref().unwrap().len(), 1);
        set_heads(&mut said, &preview, 0, 2);
        let first = said.sheets.unwrap().pop().unwrap();
        assert_eq!((first.sheet, first.heads, first.columns.len()), (0, 2, 0));
    }

    #[test]
    fn a_row_is_left_out_and_taken_again_and_is_somebodys_once() {
        let mut said = Mapping::default();
        let at = At { sheet: 0, row: 7 };
        leave_out(&mut said, at, true);
        leave_out(&mut said, at, true);
        assert_eq!(said.leave_out, [at]);
        leave_out(&mut said, at, false);
        let [one, other] = [1, 2].map(|id| ParticipantId(uuid::Uuid::from_u128(id)));
        same_as(&mut said, at, Some(one));
        same_as(&mut said, at, Some(other));
        assert_eq!((said.same_as.len(), said.same_as[0].participant), (1, other));
        same_as(&mut said, at, None);
        assert_eq!(said, Mapping::default());
    }
}
