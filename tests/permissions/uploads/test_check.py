"""What is taken in, and what is refused with which reason (OWASP ASVS 5.0 §5.2)."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permissions import uploads
from permissions.uploads import packages, pdfs
from tests.permissions.uploads.files import MAIN, TYPES, compound, package, pdf, records, relation, sheet

PDF = pdf(b"<< /Type /Catalog /OpenAction [1 0 R /Fit] >>")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 800, 600)
WORD = compound({"WordDocument": bytes(600), "1Table": bytes(5000)})
SLIDES = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00" + bytes(4)
MACROS, EMBEDDED, FETCHING, LOCKED, SWELLING, BROKEN, SCRIPTED = (
    *("文档里有宏", "嵌有其他文件", "从别处取内容", "密码或权限保护", "解开后过大", "已损坏", "有脚本"),
)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("报告.pdf", PDF, "application/pdf"),
        ("报告.pdf", pdf(folded=b"<< /Type /Font >>"), "application/pdf"),
        ("图.PNG", PNG, "image/png"),
        ("照片.jpeg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x02\x58\x03\x20", "image/jpeg"),
        ("方案.docx", package(MAIN), "wordprocessingml.document"),
        ("测算.xlsx", package("xl/workbook.xml"), "spreadsheetml.sheet"),
        ("汇报.pptx", package("ppt/presentation.xml"), "presentationml.presentation"),
        ("图表.docx", package(MAIN, **{"word/embeddings/a.xlsx": package("xl/workbook.xml")}), "document"),
        ("公式.docx", package(MAIN, **{"word/embeddings/a.bin": compound({"Equation Native": b"x"})}), "document"),
        ("矢量.docx", package(MAIN, **{"word/media/a.emz": gzip.compress(b"x" * 9)}), "document"),
        ("链接.docx", package(MAIN, **{"word/_rels/a.rels": relation("hyperlink", "https://x.cn/")}), "document"),
        ("旧方案.doc", WORD, "application/msword"),
        ("旧方案.wps", WORD, "application/msword"),
        ("旧表.et", compound({"Workbook": records(sheet(0))}), "application/vnd.ms-excel"),
        ("旧汇报.ppt", compound({"PowerPoint Document": SLIDES + bytes(4)}), "application/vnd.ms-powerpoint"),
        ("说明.txt", "公众意见".encode(), "text/plain"),
        ("说明.txt", "公众意见".encode("gb18030"), "text/plain"),
        ("表.csv", "年,金额\n1,2\n".encode("utf-8-sig"), "text/csv"),
    ],
)
def test_what_offices_write_is_accepted(name: str, content: bytes, content_type: str) -> None:
    assert uploads.check(name, content).content_type.endswith(content_type)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("空.pdf", b"", "是空的"),
        ("大.pdf", b"%PDF-" + b"0" * uploads.MAX_BYTES, "20 MB"),
        ("包.zip", package(MAIN), "不接收"),
        ("页面.html", b"<html>", "不接收"),
        ("图.svg", b"<svg/>", "不接收"),
        ("报告.pdf.exe", PDF, "不接收"),
        ("无扩展名", PDF, "不接收"),
        ("假.pdf", b"MZ\x90\x00", "不一致"),
        ("假.docx", PDF, "不一致"),
        ("页面.pdf", b"<html><script>", "不一致"),
        ("别的.docx", package("classes.dex"), "不一致"),
        ("安装.doc", compound({"!Binary.x": b"x"}), "不一致"),
        ("表.doc", compound({"Workbook": records()}, {"WordDocument": bytes(600)}), "不一致"),
        ("程序.txt", b"text\x00\x01", "不一致"),
        ("大.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 60000, 60000), "像素"),
        ("大.jpg", b"\xff\xd8\xff\xff\xe0\x00\x04ab\xff\xc2\x00\x0b\x08\xff\xff\xff\xff\0", "像素"),
        ("坏.docx", b"PK\x03\x04broken", BROKEN),
        ("短.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BROKEN),
        ("断.doc", WORD[:48] + struct.pack("<I", 9999) + WORD[52:], BROKEN),
        ("实体.docx", package(MAIN, types=f"<!DOCTYPE x [<!ENTITY a 'b'>]>{TYPES}"), BROKEN),
        ("路径.docx", package(MAIN, "../../x.xml"), BROKEN),
    ],
)
def test_everything_else_is_refused_with_a_reason(name: str, content: bytes, why: str) -> None:
    with pytest.raises(uploads.Unacceptable, match=why):
        uploads.check(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", package(MAIN, "word/vbaProject.bin")),
        (
            "a.docx",
            package(MAIN, types=TYPES.replace("xml/>", "").replace("application/xml", "x.macroEnabled.main+xml")),
        ),
        ("a.xlsx", package("xl/workbook.xml", "xl/macrosheets/sheet1.xml")),
        ("a.docx", package(MAIN, **{"word/embeddings/a.xlsx": package("xl/workbook.xml", "xl/vbaProject.bin")})),
        ("a.docx", package(MAIN, **{"word/embeddings/a.bin": compound({"Workbook": records(sheet(1))})})),
        ("a.doc", compound({"WordDocument": bytes(600), "_VBA_PROJECT": b"x"})),
        ("a.doc", compound({"WordDocument": bytes(600)}, {"VBA": b"x"})),
        ("a.xls", compound({"Workbook": records(sheet(0)), "_VBA_PROJECT_CUR": b"x"})),
        ("a.xls", compound({"Workbook": records((0x9, bytes(8)), sheet(0), sheet(1))})),
        ("a.xls", compound({"Workbook": records(*[(0xFC, bytes(900))] * 6, sheet(1))})),
        ("a.ppt", compound({"PowerPoint Document": bytes(5000) + SLIDES + b"\x01\0\0\0"})),
    ],
)
def test_macros_are_refused_wherever_they_stand(name: str, content: bytes) -> None:
    with pytest.raises(uploads.Unacceptable, match=MACROS):
        uploads.check(name, content)


@pytest.mark.parametrize(
    "content",
    [
        package(MAIN, **{"word/embeddings/a.bin": compound({"\x01Ole10Native": b"x"})}),
        package(MAIN, **{"word/embeddings/a.bin": b"MZ\x90\x00"}),
        package(MAIN, **{"word/media/a.png": b"7z\xbc\xaf\x27\x1c"}),
        package(MAIN, **{"word/media/a.xml": gzip.compress(b"x")}),
        package(MAIN, **{"word/embeddings/a.zip": package("classes.dex")}),
        package(MAIN, "word/activeX/activeX1.xml"),
    ],
)
def test_files_and_controls_inside_a_document_are_refused(content: bytes) -> None:
    with pytest.raises(uploads.Unacceptable, match=EMBEDDED):
        uploads.check("a.docx", content)


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "subDocument"])
def test_what_a_document_would_fetch_by_itself_is_refused(kind: str) -> None:
    content = package(MAIN, **{"word/_rels/settings.xml.rels": relation(kind, "https://evil.example/t.dotm")})
    with pytest.raises(uploads.Unacceptable, match=FETCHING):
        uploads.check("a.docx", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", compound({"EncryptedPackage": b"x"})),
        ("a.doc", compound({"WordDocument": bytes(11) + b"\x01" + bytes(600)})),
        ("a.xls", compound({"Workbook": records((0x2F, bytes(6)))})),
        ("a.ppt", compound({"PowerPoint Document": b"x", "Current User": bytes(12) + struct.pack("<I", 0xF3D1C4DF)})),
        ("a.pdf", pdf(b"<< /Encrypt 5 0 R >>")),
    ],
)
def test_what_has_a_password_cannot_be_examined_and_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(uploads.Unacceptable, match=LOCKED):
        uploads.check(name, content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), SCRIPTED),
        (pdf(b"<< /S /J#61va#53cript /JS (x) >>"), SCRIPTED),
        (pdf(b"<< /S/Launch/F(cmd.exe) >>"), SCRIPTED),
        (pdf(b"<< /AcroForm << /XFA 3 0 R >> >>"), SCRIPTED),
        (pdf(folded=b"<< /S /JavaScript /JS (x) >>"), SCRIPTED),
        (pdf(folded=b"<< /S /L#61unch >>", dictionary=b"/Type /Obj#53tm"), SCRIPTED),
        (pdf(folded=b"<< /S /Launch >>", dictionary=b"/Type /XRef"), SCRIPTED),
        (pdf(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"), EMBEDDED),
        (pdf(folded=b"<< /Type /EmbeddedFile >>"), EMBEDDED),
        (pdf(folded=b"x", dictionary=b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"), BROKEN),
        (pdf(folded=bytes(range(256))).replace(b"\xfe", b"\nendstream"), BROKEN),
        (pdf(folded=b"x").replace(zlib.compress(b"9 0 x"), b"garbage"), BROKEN),
    ],
)
def test_a_pdf_is_only_for_reading(content: bytes, why: str) -> None:
    with pytest.raises(uploads.Unacceptable, match=why):
        uploads.check("a.pdf", content)


def test_the_words_of_a_pdf_are_no_names() -> None:
    folded = b"<< /Title (How JavaScript is used; Launch) /JavaScripts 1 /Launches 2 >>"
    assert uploads.check("a.pdf", pdf(folded=folded)).content_type == "application/pdf"


def test_a_bomb_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By ratio, by the sum of all parts, by their number, by depth, and where the archive lies about itself."""
    monkeypatch.setattr(packages, "FREE_BYTES", 100_000)
    monkeypatch.setattr(packages, "MAX_UNFOLDED", 3_000_000)
    monkeypatch.setattr(packages, "MAX_PARTS", 50)
    monkeypatch.setattr(pdfs, "MAX_UNFOLDED", 100_000)
    noise = b"".join(bytes([(at * at) % 251]) * 40 for at in range(50_000))
    inner = package("xl/workbook.xml")
    for _level in range(3):
        inner = package("xl/workbook.xml", **{"xl/embeddings/a.xlsx": inner})
    bombs = [
        package(MAIN, **{"word/media/a.bmp": bytes(1_000_000)}),
        package(MAIN, **{"word/media/a.bmp": noise, "word/media/b.bmp": noise}),
        package(MAIN, **{"word/media/a.emz": gzip.compress(bytes(4_000_000))}),
        package(MAIN, *(f"word/{number}.xml" for number in range(60))),
        package(MAIN, **{"word/embeddings/a.xlsx": inner}),
    ]
    for bomb in bombs:
        with pytest.raises(uploads.Unacceptable, match=SWELLING):
            uploads.check("a.docx", bomb)
    with pytest.raises(uploads.Unacceptable, match=SWELLING):
        uploads.check("a.pdf", pdf(folded=bytes(1_000_000)))


def test_a_part_that_states_another_size_than_it_has_is_refused() -> None:
    content = bytearray(package(MAIN, **{"word/media/a.bmp": bytes(100_000)}))
    for at in (content.rfind(b"PK\x01\x02") + 24, content.find(b"word/media/a.bmp") - 8):
        content[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(uploads.Unacceptable, match=BROKEN):
        uploads.check("a.docx", bytes(content))


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(package(MAIN))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(uploads.Unacceptable, match=LOCKED):
        uploads.check("a.docx", bytes(content))


@pytest.mark.parametrize("start", [b"stream\n", b"stream\n1 0 ", b"<</Type/ObjStm>>stream\n", b"obj<<"])
def test_a_file_of_nothing_but_beginnings_is_judged_soon(start: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(uploads.Unacceptable):
        uploads.check("a.pdf", (b"%PDF-1.7\n" + start * (1_000_000 // len(start)))[:1_000_000])
    assert time.process_time() - began < 2


@settings(max_examples=40)
@given(st.sampled_from([PDF, WORD, package(MAIN), PNG, pdf(folded=b"<< >>")]), st.data())
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(content: bytes, data: st.DataObject) -> None:
    """Whatever bytes come in, the answer is a type or a sentence."""
    damaged = bytearray(content)
    for _turn in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    for name in ("a.pdf", "a.docx", "a.doc", "a.png", "a.txt"):
        try:
            assert uploads.check(name, cut).content_type
        except uploads.Unacceptable as refused:
            assert str(refused).endswith("。")


def test_what_is_read_of_a_zip_is_what_the_library_makes() -> None:
    """Zip64, comments and stored parts are ordinary."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = "办公软件".encode()
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open(MAIN, "w", force_zip64=True) as part:
            part.write(b"<x/>")
    assert uploads.check("a.docx", out.getvalue()).content_type.endswith("document")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\用户\\报告.pdf", "报告.pdf"),
        ("../../etc/报告.pdf", "报告.pdf"),
        ("a\x00\u202eb.pdf", "ab.pdf"),
        ("报\u200b告\ufeff.pdf", "报告.pdf"),
        ('报告"><script>.pdf', "报告___script_.pdf"),
        ("报告\r\nSet-Cookie: a=b.pdf", "报告Set-Cookie_ a=b.pdf"),
        ("...报告.pdf. ", "报告.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul.txt.pdf", "_nul.txt.pdf"),
        ("", "file"),
        ("../", "file"),
    ],
)
def test_a_name_is_the_last_part_of_its_path_without_tricks(given: str, kept: str) -> None:
    assert uploads.clean_name(given) == kept


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_every_name_becomes_one_that_any_disk_takes_and_cleaning_it_again_changes_nothing(name: str) -> None:
    kept = uploads.clean_name(name)
    assert 0 < len(kept) <= uploads.MAX_NAME
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert uploads.clean_name(kept) == kept


def test_a_long_name_keeps_its_extension() -> None:
    name = uploads.clean_name("长" * 300 + ".pdf")
    assert len(name) == uploads.MAX_NAME
    assert name.endswith(".pdf")
