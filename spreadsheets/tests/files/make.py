"""Writes the registration as openpyxl and odfpy do. `make.sh` calls it with the folder to write to."""

import sys
from datetime import date
from pathlib import Path

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

out = Path(sys.argv[1])

TITLE = "Påmelding til frivilligbørsen"
GROUPS = ["Organisasjon", "Sektor", "Kontaktperson", None, None, "Tilbud", None, "Meldt"]
HEADS = [None, None, "Navn", "E-post", "Telefon", "1", "2", None]
ROWS = [
    ["Blåbær & Søn AS", "Næringsliv", "Åse Ødegård", "ase@example.org", 90011222, "Kaffe til 40\nKjøring", None, date(2026, 11, 2)],
    ["Røde Kors, Elvestad", "Frivillig", "Ærlig Øst", "aerlig@example.org", "+47 900 11 333", "Førstehjelp; \"hjerte\"", "Vakter", date(2026, 11, 3)],
    ["'t Café", "Frivillig", "Zoë", "zoe@example.org", "900 11 444", "=ikke en formel", "Konsert", None],
]


def openpyxl() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Deltakere"
    sheet.append([TITLE])
    sheet.append([])
    sheet.append(GROUPS)
    sheet.append(HEADS)
    for row in ROWS:
        sheet.append(row)
    sheet["F7"].data_type = "s"
    sheet.merge_cells("A1:H1")
    for merged in ["A3:A4", "B3:B4", "C3:E3", "F3:G3", "H3:H4"]:
        sheet.merge_cells(merged)
    book.create_sheet("Notater")
    book.save(out / "openpyxl.xlsx")


def odfpy() -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Deltakere")
    for values in [[TITLE], [], GROUPS, HEADS, *ROWS]:
        row = TableRow()
        for value in values:
            if value is None:
                row.addElement(CoveredTableCell())
            elif isinstance(value, int):
                row.addElement(TableCell(valuetype="float", value=value))
            elif isinstance(value, date):
                row.addElement(TableCell(valuetype="date", datevalue=value.isoformat()))
            else:
                cell = TableCell(valuetype="string")
                for line in value.split("\n"):
                    cell.addElement(P(text=line))
                row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(out / "odfpy.ods"))


openpyxl()
odfpy()
