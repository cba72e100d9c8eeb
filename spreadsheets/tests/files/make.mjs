// Writes the registration as ExcelJS and SheetJS do. `make.sh` calls it with the folder of the modules and the folder to write to.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [modules, out] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "x.js"));
const ExcelJS = require("exceljs");
const XLSX = require("xlsx");

const day = (n) => new Date(Date.UTC(2026, 10, n));
const rows = [
  ["Påmelding til frivilligbørsen"],
  [],
  ["Organisasjon", "Sektor", "Kontaktperson", null, null, "Tilbud", null, "Meldt"],
  [null, null, "Navn", "E-post", "Telefon", "1", "2", null],
  ["Blåbær & Søn AS", "Næringsliv", "Åse Ødegård", "ase@example.org", 90011222, "Kaffe til 40\nKjøring", null, day(2)],
  ["Røde Kors, Elvestad", "Frivillig", "Ærlig Øst", "aerlig@example.org", "+47 900 11 333", 'Førstehjelp; "hjerte"', "Vakter", day(3)],
  ["'t Café", "Frivillig", "Zoë", "zoe@example.org", "900 11 444", "=ikke en formel", "Konsert", null],
];

const book = new ExcelJS.Workbook();
const sheet = book.addWorksheet("Deltakere");
for (const row of rows) sheet.addRow(row);
for (const merged of ["A1:H1", "A3:A4", "B3:B4", "C3:E3", "F3:G3", "H3:H4"]) sheet.mergeCells(merged);
await book.xlsx.writeFile(join(out, "exceljs.xlsx"));

const table = XLSX.utils.aoa_to_sheet(rows, { cellDates: true });
const workbook = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(workbook, table, "Deltakere");
for (const kind of ["xlsx", "ods", "xls", "csv"]) {
  writeFileSync(join(out, `sheetjs.${kind}`), XLSX.write(workbook, { type: "buffer", bookType: kind === "xls" ? "biff8" : kind }));
}
