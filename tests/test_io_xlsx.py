# ruff: noqa: E501  XML reads worse where it is cut
"""A workbook is scrubbed wherever it holds texts, and keeps its formats."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from anonkit.errors import InputError
from anonkit.io.tables import xlsx
from anonkit.keys.key import Key
from anonkit.scrubber import Scrubber

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture(scope="module")
def scrubber():
    return Scrubber()


def packed(parts: dict[str, str | bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10)), text, zipfile.ZIP_DEFLATED)
    out.seek(0)
    return out


def handmade(rows: str, strings: str = "", around: str = "", more: dict[str, str | bytes] | None = None) -> io.BytesIO:
    """A workbook of one sheet; style 1 shows dates."""
    overrides = "".join(
        f'<Override PartName="/xl/{name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in [
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("sharedStrings.xml", "sharedStrings"),
            ("styles.xml", "styles"),
        ]
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_R}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELS}">'
        f'<Relationship Id="rId1" Type="{_R}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_R}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{_R}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{around}</worksheet>',
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}" count="9" uniqueCount="{strings.count("<si>")}">{strings}</sst>',
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><name val="Arial"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }
    return packed({**parts, **(more or {})})


def scrubbed(scrubber: Scrubber, source: io.BytesIO) -> io.BytesIO:
    out = io.BytesIO()
    xlsx.scrub(scrubber, source, out, "book.xlsx")
    out.seek(0)
    return out


def parts_of(book: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def values_of(book: io.BytesIO) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True)]


def saved(workbook: openpyxl.Workbook) -> io.BytesIO:
    out = io.BytesIO()
    workbook.save(out)
    out.seek(0)
    return out


def of_rows(*rows: list[object]) -> io.BytesIO:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    return saved(workbook)


PLANTED = ("13812345678", "13987654321", "13512345678", "13612345678", "张三", "王小明", "李四光", "zhang@example.com")


def planted() -> io.BytesIO:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "员工"
    sheet.append(["员工名单"])
    sheet.merge_cells("A1:E1")
    sheet.append(["姓名", "手机号", "出生日期", "备注", "金额"])
    sheet.append(["张三", 13812345678, dt.date(1990, 7, 12), "请联系13987654321", 12.5])
    sheet.append(["李四光", "13812345678", dt.date(1991, 7, 12), "无", True])
    sheet["A3"].font = Font(bold=True, name="宋体")
    sheet.column_dimensions["B"].width = 33
    sheet["F3"] = '=IF(A3="张三","13612345678",B3)'
    sheet["G3"] = '="138"&"12345678"'
    sheet["A3"].comment = Comment("电话13512345678", "王小明")
    sheet["D5"] = "zhang@example.com"
    sheet["D5"].hyperlink = "mailto:zhang@example.com"
    sheet.oddHeader.center.text = "13812345678"
    validation = DataValidation(type="list", formula1='"张三,李四光,王小明"')
    validation.add("A3:A9")
    sheet.add_data_validation(validation)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=2, max_row=4), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=3, max_row=4))
    chart.title = "销售 13512345678"
    sheet.add_chart(chart, "J1")
    workbook.create_sheet("13987654321")["A1"] = "='员工'!B3+'13987654321'!B1"
    workbook.properties.creator = "王小明"
    workbook.properties.lastModifiedBy = "张三"
    workbook.properties.title = "名单 13612345678"
    return saved(workbook)


def test_planted_values_are_in_no_part(scrubber):
    for name, part in parts_of(scrubbed(scrubber, planted())).items():
        for value in PLANTED:
            assert value.encode() not in part, (name, value)


def test_formats_formulas_merges_and_widths_stay(scrubber):
    before, after = openpyxl.load_workbook(planted()), openpyxl.load_workbook(scrubbed(scrubber, planted()))
    one, two = before["员工"], after["员工"]
    assert two.merged_cells.ranges == one.merged_cells.ranges
    assert two.column_dimensions["B"].width == 33
    for row in one.iter_rows():
        for cell in row:
            twin = two[cell.coordinate]
            assert (twin.number_format, repr(twin.font)) == (cell.number_format, repr(cell.font))
            assert twin.style_id == cell.style_id
    assert two["F3"].value == '=IF(A3="<PERSON>","<CN_MOBILE>",B3)'
    assert two["G3"].value == '="<CN_MOBILE>"'
    assert two["E3"].value == 12.5
    assert two["E4"].value is True
    assert after.sheetnames == ["员工", "CN_MOBILE"]
    assert after["CN_MOBILE"]["A1"].value == "='员工'!B3+'CN_MOBILE'!B1"


def test_scrubbing_twice_changes_nothing(scrubber):
    once = scrubbed(scrubber, planted())
    assert parts_of(scrubbed(scrubber, once)) == parts_of(once)


def test_what_holds_no_finding_is_the_same_byte_for_byte(scrubber):
    workbook = openpyxl.Workbook()
    workbook.active.append(["商品", "价格", "日期"])
    workbook.active.append(["苹果 & <梨>", 1.5, dt.date(2024, 5, 1)])
    workbook.active["D2"] = '=IF(B2>1,"贵","便宜")'
    before = saved(workbook)
    after = scrubbed(scrubber, before)
    assert parts_of(after) == parts_of(before)
    with zipfile.ZipFile(before) as one, zipfile.ZipFile(after) as two:
        for a, b in zip(one.infolist(), two.infolist(), strict=True):
            assert (a.filename, a.date_time, a.compress_type) == (b.filename, b.date_time, b.compress_type)


def test_cells_become_what_the_same_cells_of_a_table_become(scrubber):
    pa = pytest.importorskip("pyarrow")
    from anonkit.tables.text import TextColumn, scrub_columns

    columns = {
        "姓名": ["王伟", "李小龙", "赵敏"],
        "备注": ["王伟来电13812345678", "无", '{"phone": 13912345678}'],
        "QQ": ["10001234", "无", "99887766"],
        "IP": ["10.1.2.3", "192.168.1.7", "-"],
    }
    expected = scrub_columns(scrubber, [TextColumn(name, pa.array(cells)) for name, cells in columns.items()])
    book = of_rows(list(columns), *map(list, zip(*columns.values(), strict=True)))
    rows = values_of(scrubbed(scrubber, book))
    assert rows[0] == list(columns)
    assert [list(column) for column in zip(*rows[1:], strict=True)] == [one.values.to_pylist() for one in expected]


def test_a_string_of_two_columns_becomes_what_each_makes_of_it(scrubber):
    strings = "<si><t>姓名</t></si><si><t>备注</t></si><si><t>张三</t></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>2</v></c></row>'
    )
    assert values_of(scrubbed(scrubber, handmade(rows, strings))) == [["姓名", "备注"], ["<PERSON>", "张三"]]
    alone = rows.replace('<c r="B2" t="s"><v>2</v></c>', "")
    made = parts_of(scrubbed(scrubber, handmade(alone, strings)))
    assert "张三".encode() not in made["xl/sharedStrings.xml"]
    assert made["xl/worksheets/sheet1.xml"] == parts_of(handmade(alone, strings))["xl/worksheets/sheet1.xml"]


def test_strings_that_no_cell_has_are_scrubbed_too(scrubber):
    strings = "<si><t>13812345678</t></si><si><t>张三</t></si><si><t>姓名</t></si><si><t>张三</t></si>"
    rows = '<row r="1"><c r="A1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    made = parts_of(scrubbed(scrubber, handmade(rows, strings)))["xl/sharedStrings.xml"]
    assert "张三".encode() not in made
    assert b"13812345678" not in made


def test_values_that_lie_across_runs_are_found_and_what_they_sound_like_goes(scrubber):
    strings = (
        '<si><t>备注</t></si><si><r><rPr><b/></rPr><t>电话138</t></r><r><t>1234</t></r><r><t xml:space="preserve">5678 好</t></r>'
        '<rPh sb="0" eb="2"><t>13812345678</t></rPh><phoneticPr fontId="1"/></si>'
    )
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    made = scrubbed(scrubber, handmade(rows, strings))
    assert values_of(made)[1] == ["电话<CN_MOBILE> 好"]
    assert b"12345678" not in parts_of(made)["xl/sharedStrings.xml"]


@pytest.mark.parametrize(
    "spelt",
    [
        "&#49;3812345678",
        "138&#x31;2345678",
        "<![CDATA[13812345678]]>",
        "138<![CDATA[1234]]>5678",
        "138<!-- x -->12345678",
    ],
)
def test_values_are_found_however_xml_spells_them(scrubber, spelt):
    made = scrubbed(scrubber, handmade(f'<row><c t="inlineStr"><is><t>{spelt}</t></is></c></row>'))
    assert values_of(made) == [["<CN_MOBILE>"]]


def test_prefixes_single_quotes_and_cells_without_places_are_read(scrubber):
    rows = "<x:row><x:c t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c><x:c s='1'><x:v>13812345678</x:v></x:c></x:row>"
    sheet = f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    made = scrubbed(scrubber, handmade("", more={"xl/worksheets/sheet1.xml": sheet}))
    assert values_of(made) == [["a", "<CN_MOBILE>"]]


def test_numbers_that_become_texts_keep_their_style():
    labels = Scrubber()
    rows = (
        '<row r="1"><c r="A1" s="1"><v>1.3812345678E10</v></c><c r="B1" t="n"><f>A1+0</f><v>13812345678</v></c></row>'
    )
    made = parts_of(scrubbed(labels, handmade(rows)))["xl/worksheets/sheet1.xml"]
    assert b'<c r="A1" s="1" t="inlineStr"><is><t>&lt;CN_MOBILE&gt;</t></is></c>' in made
    assert b'<c r="B1" t="str"><f>A1+0</f><v>&lt;CN_MOBILE&gt;</v></c>' in made


@pytest.mark.parametrize(("serial", "day"), [("33066", "1990-07-12"), ("33066.5", "1990-07-12T12:00:00")])
def test_dates_of_birth_are_found_in_numbers_that_are_shown_as_dates(scrubber, serial, day):
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>出生日期</t></is></c><c r="B1" t="inlineStr"><is><t>入职</t></is></c></row>'
    row = f'<row r="2"><c r="A2" s="1"><v>{serial}</v></c><c r="B2" s="1"><v>{serial}</v></c></row>'
    book = handmade(header + row)
    assert next(t for t in xlsx.tables(book, "b", scrubber) if t.first_row == 2).columns[0].values.to_pylist() == [day]
    made = parts_of(scrubbed(scrubber, book))["xl/worksheets/sheet1.xml"].decode()
    assert '<c r="A2" s="1" t="inlineStr"><is><t>&lt;DATE_OF_BIRTH&gt;</t></is></c>' in made
    assert f'<c r="B2" s="1"><v>{serial}</v></c>' in made


def test_results_of_formulas_and_literals_in_them_are_scrubbed(scrubber):
    rows = (
        '<row r="1"><c r="A1" t="str"><f>"138"&amp;"12345678"</f><v>13812345678</v></c>'
        '<c r="B1" t="str"><f>VLOOKUP(13912345678,$C$1:$D$1048576,2)&amp;"x"</f><v>好x</v></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c></row>'
    )
    made = parts_of(scrubbed(scrubber, handmade(rows)))["xl/worksheets/sheet1.xml"].decode()
    assert '<f>"&lt;CN_MOBILE&gt;"</f><v>&lt;CN_MOBILE&gt;</v>' in made
    assert '<f>VLOOKUP("&lt;CN_MOBILE&gt;",$C$1:$D$1048576,2)&amp;"x"</f><v>好x</v>' in made
    assert '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>' in made


def test_names_of_columns_of_tables_equal_the_cells_of_the_header(scrubber):
    workbook = openpyxl.Workbook()
    for row in (["电话13812345678", "电话13912345678", "姓名"], ["x", "y", "张三"]):
        workbook.active.append(row)
    workbook.active.add_table(Table(displayName="T", ref="A1:C2"))
    made = openpyxl.load_workbook(scrubbed(scrubber, saved(workbook))).active
    names = [column.name for column in made.tables["T"].tableColumns]
    assert names == [cell.value for cell in made[1]] == ["电话<CN_MOBILE>", "电话<CN_MOBILE> (2)", "姓名"]
    assert made["C2"].value == "<PERSON>"


def test_caches_of_pivots_stay_apart_and_are_read_anew(scrubber):
    cache = (
        f'<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_R}" r:id="rId1" refreshedBy="张三"><cacheFields count="2">'
        '<cacheField name="姓名"><sharedItems count="2"><s v="张三"/><s v="李四"/></sharedItems></cacheField>'
        '<cacheField name="手机号"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" '
        'containsInteger="1" minValue="13812345678" maxValue="13912345678"/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    records = f'<pivotCacheRecords xmlns="{_MAIN}"><r><x v="0"/><n v="13812345678"/></r><r><x v="1"/><n v="5"/></r></pivotCacheRecords>'
    rels = f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_R}/pivotCacheRecords" Target="records1.xml"/></Relationships>'
    made = parts_of(
        scrubbed(
            scrubber,
            handmade(
                "",
                more={
                    "xl/pivotCache/cache1.xml": cache,
                    "xl/pivotCache/records1.xml": records,
                    "xl/pivotCache/_rels/cache1.xml.rels": rels,
                },
            ),
        )
    )
    text = made["xl/pivotCache/cache1.xml"].decode()
    assert '<s v="&lt;PERSON&gt;"/><s v="&lt;PERSON&gt; (2)"/>' in text
    assert 'refreshOnLoad="1"' in text
    assert "张三" not in text
    assert (
        '<r><x v="0"/><s v="&lt;CN_MOBILE&gt;"/></r><r><x v="1"/><n v="5"/></r>'
        in made["xl/pivotCache/records1.xml"].decode()
    )
    assert "1381" not in text


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("xl/drawings/drawing1.xml", '<a:p xmlns:a="u"><a:r><a:t>138</a:t></a:r><a:r><a:t>12345678</a:t></a:r></a:p>'),
        (
            "xl/charts/chart1.xml",
            '<c:chartSpace xmlns:c="u"><c:strCache><c:pt><c:v>13812345678</c:v></c:pt></c:strCache></c:chartSpace>',
        ),
        (
            "xl/charts/chart2.xml",
            '<c:chartSpace xmlns:c="u"><c:numCache><c:pt><c:v>13812345678</c:v></c:pt></c:numCache></c:chartSpace>',
        ),
        (
            "xl/externalLinks/externalLink1.xml",
            f'<externalLink xmlns="{_MAIN}"><cell r="A1"><v>13812345678</v></cell></externalLink>',
        ),
        (
            "xl/threadedComments/t.xml",
            "<ThreadedComments><threadedComment><text>13812345678</text></threadedComment></ThreadedComments>",
        ),
        ("customXml/item1.xml", '<a><phone>13812345678</phone><b phone="13812345678"/></a>'),
        ("docProps/custom.xml", '<Properties><property name="x"><lpwstr>13812345678</lpwstr></property></Properties>'),
        ("docProps/app.xml", "<Properties><Company>13812345678</Company></Properties>"),
        ("xl/drawings/vmlDrawing1.vml", "<xml><div>138<br>13812345678</div></xml>"),
        (
            "xl/comments1.xml",
            f'<comments xmlns="{_MAIN}"><!-- 13812345678 --><text><r><t>1381234</t></r><r><t>5678</t></r></text></comments>',
        ),
        ("xl/printerSettings/printerSettings1.bin", "A打印机 13812345678 \0\0".encode("utf-16-le")),
    ],
)
def test_other_parts_are_looked_into(scrubber, name, part):
    made = parts_of(scrubbed(scrubber, handmade("", more={name: part})))[name]
    for spelt in (b"12345678", "12345678".encode("utf-16-le"), b"1234</"):
        assert spelt not in made
    if not name.endswith((".bin", ".vml")):
        from xml.etree import ElementTree as ET

        ET.fromstring(made)


def test_names_of_people_are_found_by_what_they_are_the_names_of(scrubber):
    more = {
        "xl/persons/person.xml": '<personList><person displayName="张三" userId="zhangsan" id="{0}"/></personList>',
        "docProps/core.xml": "<coreProperties><creator>张三</creator><lastModifiedBy>李四</lastModifiedBy></coreProperties>",
        "xl/comments1.xml": f'<comments xmlns="{_MAIN}"><authors><author>张三</author></authors></comments>',
    }
    made = parts_of(scrubbed(scrubber, handmade("", more=more)))
    for name in more:
        for value in ("张三", "李四", "zhangsan"):
            assert value.encode() not in made[name]


def test_a_picture_of_the_first_sheet_goes_where_something_was_found(scrubber):
    rels = (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_R}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="x/thumbnail" Target="docProps/thumbnail.jpeg"/></Relationships>'
    )
    more = {"docProps/thumbnail.jpeg": b"\xff\xd8\xff\xe0" + bytes(90), "_rels/.rels": rels}
    phone = "<row><c><v>13812345678</v></c></row>"
    made = parts_of(scrubbed(scrubber, handmade(phone, more=more)))
    assert "docProps/thumbnail.jpeg" not in made
    assert b"thumbnail" not in made["_rels/.rels"]
    clean = handmade("", more=more)
    assert parts_of(scrubbed(scrubber, clean)) == parts_of(clean)


@pytest.mark.parametrize(
    ("book", "says"),
    [
        (io.BytesIO(b"PK\x03\x04 cut off"), "damaged or cut off"),
        (io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "save a workbook as .xlsx"),
        (io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")), "encrypted"),
        (packed({"a.txt": "<a/>"}), "no workbook"),
        (handmade("<row>"), "damaged XML"),
        (handmade("", more={"xl/vbaProject.bin": b"\0"}), "macros"),
        (handmade("", more={"xl/embeddings/oleObject1.bin": b"\0"}), "embedded object"),
        (handmade("", more={"xl/unknown.dat": b"\0\1"}), "cannot be looked into"),
        (handmade("", more={"xl/media/image1.png": "13812345678"}), "cannot be looked into"),
        (handmade("", more={"xl/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><styleSheet>&b;</styleSheet>'}), "DTD"),
        (handmade("", more={"xl/styles.xml": "<styleSheet/>".encode("utf-16")}), "not UTF-8"),
    ],
)
def test_what_cannot_be_read_or_looked_into_is_told_in_one_sentence(scrubber, book, says):
    out = io.BytesIO()
    with pytest.raises(InputError, match=says) as caught:
        xlsx.scrub(scrubber, book, out, "book.xlsx")
    assert str(caught.value).startswith("book.xlsx: ")
    assert "\n" not in str(caught.value)
    assert not out.getvalue()


def test_tables_tell_the_columns_by_the_names_over_them(scrubber):
    tables = [table for table in xlsx.tables(planted(), "b", scrubber) if table.name == "员工"]
    below = tables[-1]
    assert below.first_row == 3
    assert [column.name for column in below.columns][:5] == ["姓名", "手机号", "出生日期", "备注", "金额"]
    assert below.columns[1].values.to_pylist() == ["13812345678", "13812345678", None]
    assert below.columns[2].values.to_pylist() == ["1990-07-12", "1991-07-12", None]


def with_policy(tmp_path, text: str) -> Scrubber:
    path = tmp_path / "policy.toml"
    path.write_text(f'title = "x"\npromise = "deidentify"\npurpose = "test"\ndefault = "label"\n[entities]\n{text}\n')
    return Scrubber(policy=str(path), key=Key.for_run())


def test_numbers_stay_numbers_where_the_result_is_one(tmp_path):
    made = parts_of(scrubbed(with_policy(tmp_path, 'CN_MOBILE = "fpe"'), of_rows(["手机号"], [13812345678])))
    cell = re.search(rb'<c r="A2"[^>]*><v>(1[3-9]\d{9})</v></c>', made["xl/worksheets/sheet1.xml"])
    assert cell is not None
    assert cell[1] != b"13812345678"


def test_dates_stay_dates_where_the_result_is_one(tmp_path):
    book = of_rows(["出生日期"], [dt.date(1990, 7, 12)])
    made = values_of(scrubbed(with_policy(tmp_path, 'DATE_OF_BIRTH = "shift"'), book))
    assert isinstance(made[1][0], dt.datetime)
    assert made[1][0] != dt.datetime(1990, 7, 12)  # noqa: DTZ001  cells have no time zone


@pytest.mark.parametrize("policy", ["mask", "public", "shutdown"])
def test_other_policies_leave_no_value_and_a_workbook_that_opens(policy):
    once = scrubbed(Scrubber(policy=policy), planted())
    openpyxl.load_workbook(once)
    for name, part in parts_of(once).items():
        for value in PLANTED:
            assert value.encode() not in part, (name, value)
    assert parts_of(scrubbed(Scrubber(policy=policy), once)) == parts_of(once)


def test_what_charts_and_filters_keep_of_cells_is_replaced_as_the_cells_are(scrubber):
    chart = (
        '<c:chartSpace xmlns:c="u"><c:strRef><c:f>S!$A$2:$A$3</c:f><c:strCache><c:pt><c:v>李四</c:v></c:pt></c:strCache>'
        "</c:strRef></c:chartSpace>"
    )
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c><c r="B2"><f>COUNTIF(A:A,"张三")</f><v>1</v></c></row>'
    )
    around = '<autoFilter ref="A1:A2"><filterColumn colId="0"><filters><filter val="张三"/></filters></filterColumn></autoFilter>'
    made = parts_of(scrubbed(scrubber, handmade(rows, around=around, more={"xl/charts/chart1.xml": chart})))
    for name in ("xl/worksheets/sheet1.xml", "xl/charts/chart1.xml"):
        assert "张三".encode() not in made[name]
        assert "李四".encode() not in made[name]


def test_rows_are_read_in_parts_that_do_not_cut_any(scrubber, monkeypatch):
    from anonkit.io.tables.xlsx import cells, package

    book = planted()  # once: it holds the time
    whole = parts_of(scrubbed(scrubber, book))
    for size in (7, 64, 1000):
        monkeypatch.setattr(package, "CHUNK_BYTES", size)
        monkeypatch.setattr(cells, "_ROWS_BYTES", size)
        assert parts_of(scrubbed(scrubber, book)) == whole
