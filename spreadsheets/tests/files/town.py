"""Writes Elvestad, a town that is nowhere: forty participants in a spreadsheet, under a title, with offers and wishes in one
cell by line. `make.sh` calls it with the folder to write to."""

import sys
from pathlib import Path

from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

HEADS = ["Organisasjon", "Sektor", "Bord", "Kontaktperson", "E-post", "Mobil", "Vi kan tilby", "Kategori", "Vi trenger", "Kategori"]
CATEGORIES = ["Kloke hoder", "Varme hjerter", "Nyttige never", "Lokaler", "Utstyr", "Kompetanse"]
PEOPLE = ["Åse Ødegård", "Kari Nordli", "Ola Brekke", "Ingrid Sæther", "Per Aune", "Liv Holt", "Jonas Lie", "Mona Ruud"]
BUSINESS = {
    "Elvestad Bakeri AS": ("Kaffe og kaker til 40\nBrød til frivilligsentralen hver fredag", "Utlån av kantine\nHjelp til dugnad"),
    "Brua Regnskap AS": ("Regnskapshjelp i 10 timer", "Lag som vil male kontoret"),
    "Fjellheim Bygg": ("Snekker en dag", "Foredrag om inkludering"),
    "Nordvik Trykkeri": ("200 plakater", "Kor til julebordet"),
    "Elvestad Sparebank": ("Møterom for 20 på kveldstid", "Mentorer for nyansatte"),
    "Kvern Kaffe": ("Kaffebar på arrangement", "Musikk på åpningsdagen"),
    "Stein & Mose Hagesenter": ("Planter til 3 bed", "Hender til vårryddingen"),
    "Datahjelpen Elvestad": ("Oppsett av nettside", "Øvingslokale for quiz"),
    "Sol Taxi": ("Kjøring av eldre, 5 turer", "Førstehjelpskurs"),
    "Elvestad Hotell": ("Sal for 100 en ettermiddag", "Frivillige til utescene"),
}
PUBLIC = {
    "Elvestad bibliotek": ("Lokaler til kurs\nHøyttaleranlegg", "Lesevenner"),
    "Elvestad kulturskole": ("Konsert med elever", "Vakter på forestilling"),
    "Brua skole": ("Gymsal på mandager", "Leksehjelp"),
    "Elvestad sykehjem": ("Fellesstue til øving", "Besøksvenner\nTrillehjelp"),
    "NAV Elvestad": ("Kurs i jobbsøking", "Praksisplasser"),
    "Elvestad brannvesen": ("Brannvernkurs", "Markører til øvelse"),
    "Ungdomsklubben Kråka": ("Øvingsrom", "Instruktør i graffiti"),
    "Helsestasjonen": ("Foredrag om søvn", "Gågruppe for foreldre"),
    "Elvestad kommune, park": ("Hagebord til utlån", "Faddere for bed"),
    "Elvestad museum": ("Omvisning for 25", "Hender til flytting av arkiv"),
}
VOLUNTARY = [
    "Elvestad Røde Kors", "Elvestad idrettslag", "Sanitetsforeningen", "Elvestad mannskor", "Speidergruppa Ulv", "Frivilligsentralen",
    "Pensjonistlaget", "Elvestad skolekorps", "Historielaget", "Turlaget Elvestad", "Kirkens bymisjon", "Natteravnene",
    "Elvestad rideklubb", "Elvestad sjakklubb", "Matsentralen", "Språkkafeen", "Foreningen Norden", "Hagelaget", "Elvestad amatørteater",
]
OFFERS = ["Vakter på arrangement", "Kafédrift en dag", "Underholdning i 30 minutter", "Turledere", "Rydding og bæring", "Språktrening"]
WISHES = ["Lokale til øving", "Hjelp med nettside", "Transport av utstyr", "Regnskapshjelp", "Kurs i sosiale medier", "Trykking av plakater"]


def rows():
    entries = [(name, "Næringsliv", *rest) for name, rest in BUSINESS.items()]
    entries += [(name, "Offentlig", *rest) for name, rest in PUBLIC.items()]
    entries += [
        (name, "Frivillig", OFFERS[n % len(OFFERS)], WISHES[(n * 5) % len(WISHES)]) for n, name in enumerate(VOLUNTARY)
    ]
    entries.append(("Berit Lunde", "Enkeltperson", "Strikkekurs", "Hjelp med PC"))
    for n, (name, sector, offers, wishes) in enumerate(entries):
        person = "" if sector == "Enkeltperson" else PEOPLE[n % len(PEOPLE)]
        yield [
            name, sector, f"Bord {n + 1}", person, f"deltaker{n + 1}@example.org", f"900 00 {n + 1:03}",
            offers, CATEGORIES[n % 6], wishes, CATEGORIES[(n + 2) % 6],
        ]


book = OpenDocumentSpreadsheet()
table = Table(name="Påmeldte")
for values in [["Frivilligbørs Elvestad: påmeldte per 1. november"], [], HEADS, *rows()]:
    row = TableRow()
    for value in values:
        cell = TableCell(valuetype="string")
        for line in value.split("\n"):
            cell.addElement(P(text=line))
        row.addElement(cell)
    table.addElement(row)
book.spreadsheet.addElement(table)
book.save(str(Path(sys.argv[1]) / "elvestad.ods"))
