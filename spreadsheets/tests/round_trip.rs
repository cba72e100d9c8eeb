//! What is written is read as it was.

use borsklokka_spreadsheets::{Cell, Cells, Delimiter, csv, read, xlsx};
use proptest::collection::vec;
use proptest::prelude::*;

/// Texts that people type, tidied as they are kept: no controls, no space at the ends.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zæøåÆØÅ0-9 ,;:.'\"=+@-]{0,24}",
        1 => "['=+@-]{1,4}[a-z]{0,3}",
        1 => "_x[0-9A-F]{4}_",
        1 => "[^\\p{C}]{0,12}",
    ]
    .prop_map(|text| text.trim().to_owned())
}

/// Mostly texts.
fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        4 => text().prop_map(Cell::from),
        1 => (0..4_000_000_000_000_u64).prop_map(|quarters| Cell::from(quarters as f64 / 4.0)),
    ]
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
    }
}

fn table() -> impl Strategy<Value = Cells> {
    (1..6_usize).prop_flat_map(|width| {
        vec(vec(cell(), width), 0..8).prop_map(move |rows| Cells {
            name: "Deltakere".to_owned(),
            heads: (0..width).map(|column| format!("Kolonne {column}")).collect(),
            rows,
        })
    })
}

/// The texts as they are read, each row at its place.
fn cells_of(bytes: &[u8], width: usize) -> Vec<Vec<String>> {
    let book = read(bytes, &|| false).expect("it was just written");
    let mut cells: Vec<Vec<String>> = Vec::new();
    for row in &book.sheets[0].rows {
        cells.resize(row.number as usize - 1, vec![String::new(); width]);
        let mut texts = row.cells.clone();
        texts.resize(width, String::new());
        cells.push(texts);
    }
    cells
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(table in table()) {
        let width = table.heads.len();
        let mut expected = vec![table.heads.clone()];
        expected.extend(table.rows.iter().map(|row| row.iter().map(shown).collect()));
        while expected.last().is_some_and(|row| row.iter().all(String::is_empty)) {
            expected.pop();
        }
        let files = [
            xlsx(std::slice::from_ref(&table)).expect("it fits"),
            csv(&table, Delimiter::Semicolon).expect("it fits"),
            csv(&table, Delimiter::Comma).expect("it fits"),
        ];
        for file in files {
            prop_assert_eq!(cells_of(&file, width), expected.clone());
        }
    }
}
