//! Files that are small and would fill the memory.

use std::io::{Cursor, Write as _};

use borsklokka_spreadsheets::{Measure, ReadError, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const SHEETS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a file in memory");
        zip.write_all(content).expect("a file in memory");
    }
    zip.finish().expect("a file in memory").into_inner()
}

fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    packed(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", SHEETS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ])
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn small_files_that_would_fill_the_memory_are_refused() {
    const CELL: &str = r#"<c r="A1" t="inlineStr"><is><t>a</t></is></c>"#;
    const NO_STRINGS: &str = r#"<sst count="0" uniqueCount="0"></sst>"#;
    let plain = xlsx(&format!(r#"<row r="1">{CELL}</row>"#), NO_STRINGS);
    assert_eq!(
        read(&plain, &|| false).map(|book| book.sheets[0].rows.len()),
        Ok(1),
        "the pattern is a workbook"
    );

    let zeros = vec![0_u8; borsklokka_spreadsheets::UNPACKED_BYTES_MAX as usize + 1];
    let bomb = packed(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    assert!(bomb.len() < 1_024 * 1_024, "{}", bomb.len());
    assert_eq!(
        read(&bomb, &|| false),
        Err(ReadError::TooLarge(Measure::Unpacked))
    );

    let said = xlsx(
        &format!(r#"<row r="1">{CELL}</row>"#),
        r#"<sst count="1" uniqueCount="99999999999"></sst>"#,
    );
    assert_eq!(
        read(&said, &|| false),
        Err(ReadError::TooLarge(Measure::Unpacked))
    );

    let far_out = r#"<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>a</t></is></c></row>"#;
    assert_eq!(
        read(&xlsx(far_out, NO_STRINGS), &|| false),
        Err(ReadError::TooLarge(Measure::Columns))
    );
    let far_down = r#"<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>a</t></is></c></row>"#;
    let book = read(&xlsx(far_down, NO_STRINGS), &|| false).expect("one row");
    assert_eq!(book.sheets[0].rows[0].number, 1_048_576);

    let cell = |repeats: &str| {
        format!(
            r#"<table:table-cell office:value-type="string" {repeats}><text:p>a</text:p></table:table-cell>"#
        )
    };
    for (rows, expected) in [
        (format!("<table:table-row>{}</table:table-row>", cell("")), None),
        (
            format!("<table:table-row>{}</table:table-row>", cell(r#"table:number-columns-repeated="16384""#)),
            Some(Measure::Columns),
        ),
        (
            format!(r#"<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>"#, cell("")),
            Some(Measure::Rows),
        ),
        (
            format!(
                r#"<table:table-row>{0}</table:table-row><table:table-row table:number-rows-repeated="9000000"><table:table-cell/></table:table-row><table:table-row>{0}</table:table-row>"#,
                cell("")
            ),
            None,
        ),
        (
            r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="4000000000"/>b</text:p></table:table-cell></table:table-row>"#.to_owned(),
            Some(Measure::Unpacked),
        ),
        // What is empty to the end of the sheet is how the programs write it.
        (
            format!(
                r#"<table:table-row>{}<table:table-cell table:number-columns-repeated="16383"/></table:table-row><table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
                cell("")
            ),
            None,
        ),
    ] {
        let read = read(&ods(&rows), &|| false);
        match expected {
            Some(measure) => assert_eq!(read, Err(ReadError::TooLarge(measure)), "{rows}"),
            None => assert!(read.is_ok(), "{rows}: {read:?}"),
        }
    }
}
