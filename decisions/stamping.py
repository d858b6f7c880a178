"""Watermarks on files: who reads a confidential paper and when, across every page of what leaves the house (R40).

A PDF is stamped; an image leaves as a PDF of one stamped page; a text is shown on a page under the page's own watermark. What an
Office program would open carries no mark that its reader could not simply delete, so of a confidential item it is not given
out at all: it is to be saved as PDF.
"""

import io
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

PDF = "application/pdf"
IMAGES = frozenset({"image/png", "image/jpeg"})
TEXTS = frozenset({"text/plain", "text/csv"})
MARKABLE = frozenset({PDF}) | IMAGES | TEXTS

#: One of the fonts every PDF reader brings along for Chinese, so nothing is embedded.
_FONT = "STSong-Light"
_SIZE = 15
_STEP = (280, 150)
_A4 = (595.0, 842.0)
#: More pages than any paper of an agenda has: a file beyond it is a mistake or an attack.
MAX_PAGES = 2000
#: The longest side of a page in points (A0 is 3370): a sheet without end would have marks without end.
MAX_SIDE = 5000
#: An A3 sheet scanned at 400 dpi has 31 million. Few bytes can unfold to more than the memory there is.
MAX_PIXELS = 50_000_000


class Unmarkable(ValueError):
    """The file cannot be marked: broken, locked with a password, or too large to be a paper."""


def pdf(content: bytes, words: str) -> bytes:
    """The same PDF with the words across every page. Raises `Unmarkable`."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or not 1 <= len(reader.pages) <= MAX_PAGES:
            raise Unmarkable("locked, empty or too long")
        writer = PdfWriter()
        stamps: dict[tuple[float, float], PdfReader] = {}
        for page in reader.pages:
            page.transfer_rotation_to_content()
            box = page.mediabox
            size = (float(box.width), float(box.height))
            if not all(1 <= side <= MAX_SIDE for side in size):
                raise Unmarkable("no sheet of paper")
            if size not in stamps:
                stamps[size] = PdfReader(io.BytesIO(_sheet(size, words)))
            added = writer.add_page(page)
            added.merge_translated_page(stamps[size].pages[0], float(box.left), float(box.bottom))
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        # A file is whatever somebody uploaded: the library answers broken ones with any of these.
        raise Unmarkable(str(error)) from error
    return out.getvalue()


def image(content: bytes, words: str) -> bytes:
    """A PNG or JPEG on one page of a PDF, with the words across it. Raises `Unmarkable`."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Unmarkable("too many pixels")
            picture.load()
            shown = picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Unmarkable(str(error)) from error
    scale = min(_A4[0] / shown.width, _A4[1] / shown.height)
    size = (shown.width * scale, shown.height * scale)
    return _sheet(size, words, ImageReader(shown))


def _sheet(size: tuple[float, float], words: str, picture: ImageReader | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    if picture is not None:
        canvas.drawImage(picture, 0, 0, *size)
    canvas.setFont(_FONT, _SIZE)
    canvas.setFillColorRGB(0.35, 0.35, 0.35, alpha=0.28)
    for x, y in _places(*size):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(24)
        canvas.drawString(0, 0, words)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _places(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Where the words stand: in rows over the whole sheet, every other row moved by half a step."""
    across, down = _STEP
    for row in range(int(height // down) + 2):
        for column in range(-1, int(width // across) + 1):
            yield column * across + (across / 2 if row % 2 else 0), row * down - down / 2
