#!/usr/bin/env bash
# Writes the files of this folder by the programs that people have. The files are committed, so the tests need none of them:
# run it only to add a file, with LibreOffice Calc (libreoffice-calc-nogui), Python (openpyxl, odfpy, msoffcrypto-tool) and Node (exceljs, xlsx).
#   ./make.sh PYTHON NODE_MODULES
set -euo pipefail
cd "$(dirname "$0")"
python=$1 modules=$2 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
office() { soffice -env:UserInstallation="file://$work/profile" --headless --convert-to "$@" --outdir "$work/out" >"$work/log" 2>&1; }
sheet() { cp "$work/out/$1" "$2"; }

"$python" make.py "$work"
node make.mjs "$modules" "$work"
mv "$work"/openpyxl.xlsx "$work"/odfpy.ods "$work"/exceljs.xlsx "$work"/sheetjs.xlsx "$work"/sheetjs.ods "$work"/sheetjs.xls "$work"/sheetjs.csv .

# What LibreOffice writes: workbooks, and text by encoding (76 UTF-8, 1 Windows-1252, 65535 UTF-16) and sign.
office xlsx:"Calc MS Excel 2007 XML" openpyxl.xlsx; sheet openpyxl.xlsx libreoffice.xlsx
office ods openpyxl.xlsx; sheet openpyxl.ods libreoffice.ods
for form in semicolon:59 comma:44 tab:9; do
  for encoding in utf8:76 windows1252:1 utf16:65535; do
    office csv:"Text - txt - csv (StarCalc):${form#*:},34,${encoding#*:},1,,0,false,true,false,false,false,1" openpyxl.xlsx
    sheet openpyxl-Deltakere.csv "libreoffice-${encoding%:*}-${form%:*}.csv"
  done
done

# A town: forty participants, as somebody's spreadsheet has them.
"$python" town.py "$work"
office xlsx:"Calc MS Excel 2007 XML" "$work/elvestad.ods"; sheet elvestad.xlsx elvestad.xlsx

# With a password, as Excel protects a file.
"$python" -c 'import sys, msoffcrypto.format.ooxml as o; o.OOXMLFile(open("openpyxl.xlsx", "rb")).encrypt("hemmelig", open("password.xlsx", "wb"))'
