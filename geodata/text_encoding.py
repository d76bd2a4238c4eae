"""Decode the lines of a text file whose encoding nobody told, and notice lines in another one.

A byte order mark decides; then strict UTF-8; then GB18030 (which holds GBK and GB2312) line by line. Text in Western
or other encodings can be valid GB18030 by chance, so what was decoded has to look like Chinese; what does not is left
to charset-normalizer, and told. Single lines in another encoding, or cut inside a character, are told with their line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO

from gridgis.errors import Unreadable

UTF_8, GB18030 = "utf-8", "gb18030"
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")  # GB 2312
_CHINESE_SHARE = 0.8
_FIRST_CJK = "\u2e80"
_SAMPLE_BYTES = 1 << 20
_NEARLY_ALL, _MOST = 0.9, 0.5
_HIGH_BYTES = bytes(range(0x80, 0x100))
_PARTS_OF_GB18030 = frozenset({"gbk", "gb2312", "cp936", "gb18030", "hz"})
_USUAL = re.compile(r"[\t\r\n -~\u2e80-\u9fff\uff00-\uffef]")
_USUAL_SHARE = 0.9
_WINDOWS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "big5", "cp932", "cp949")


@dataclass(frozen=True, slots=True)
class DecodedLines:
    """The lines of a file, each with its line end.

    Attributes:
        lines: Text; what could not be decoded is shown as U+FFFD.
        encoding: Of the file.
        guessed: Whether the encoding is a guess that a person should look at.
        odd: Lines (from 0) that are not in that encoding.
    """

    lines: list[str]
    encoding: str
    guessed: bool = False
    odd: frozenset[int] = frozenset()


def decode_lines(data: bytes, file: str) -> DecodedLines:
    """The lines of a file.

    Raises:
        Unreadable: ``file.unknown`` when the bytes are no text, ``file.encoding`` when no encoding fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole(data[len(mark) :], encoding, file)
    if b"\0" in data:
        return _whole(data, _unmarked_utf16(data, file), file)
    try:
        return DecodedLines(_split(data.decode(UTF_8)), UTF_8)
    except UnicodeDecodeError:
        return _line_by_line(data, file)


def decode_text(data: bytes, file: str) -> str:
    """The text of a file that is one whole, such as GeoJSON or KML.

    Raises:
        Unreadable: ``file.mixed_encodings``, and those of `decode_lines`.
    """
    decoded = decode_lines(data, file)
    if decoded.odd:
        raise Unreadable("file.mixed_encodings", file=file, row=min(decoded.odd) + 1)
    return "".join(decoded.lines)


def _split(text: str) -> list[str]:
    """Lines as a spreadsheet splits them, at line feeds and carriage returns only."""
    return list(StringIO(text, newline=""))


def _whole(data: bytes, encoding: str, file: str) -> DecodedLines:
    """Text of a known encoding; a UTF-8 file may still hold odd lines."""
    try:
        return DecodedLines(_split(data.decode(encoding)), encoding)
    except UnicodeDecodeError as error:
        if encoding == UTF_8:
            return _line_by_line(data, file)
        raise Unreadable("file.encoding", file=file, at=error.start) from error


def _unmarked_utf16(data: bytes, file: str) -> str:
    """Which UTF-16 text without a mark is: the one that gives ASCII and Chinese."""
    sample = data[:_SAMPLE_BYTES]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if len(_USUAL.findall(text)) >= _USUAL_SHARE * len(text):
            return encoding
    raise Unreadable("file.unknown", file=file)


def _line_by_line(data: bytes, file: str) -> DecodedLines:
    """Lines of a file that is not wholly UTF-8: by far the most often GB18030."""
    raw = data.splitlines(keepends=True)
    fits = [_fits(line) for line in raw]
    counts = {encoding: fits.count(encoding) for encoding in (UTF_8, GB18030)}
    if not counts[UTF_8] and not _looks_chinese(data):
        return _guess(data, file)
    encoding = max(counts, key=lambda one: counts[one])
    lines = [line.decode(fit or encoding, errors="replace") for line, fit in zip(raw, fits, strict=True)]
    odd = frozenset(at for at, fit in enumerate(fits) if fit not in {encoding, "ascii"})
    return DecodedLines(lines, encoding, odd=odd)


def _fits(line: bytes) -> str:
    """``ascii``, ``utf-8``, ``gb18030``, or '' when a line is neither.

    A few Chinese characters in GB18030 can be valid UTF-8 by chance (联通 is the known case), but never give Chinese.
    """
    if line.isascii():
        return "ascii"
    with suppress(UnicodeDecodeError):
        if max(line.decode(UTF_8)) >= _FIRST_CJK:
            return UTF_8
    with suppress(UnicodeDecodeError):
        line.decode(GB18030)
        return GB18030
    return ""


def codec(named: str) -> str:
    """The codec of an encoding as files name it (UTF-8, GBK, 936, ANSI 936, 65001), '' when it is not known."""
    plain = named.strip().upper().removeprefix("ANSI").removeprefix("CP").removeprefix("OEM").strip()
    plain = {"65001": UTF_8, "88591": "latin-1"}.get(plain, plain)
    try:
        found = codecs.lookup(f"cp{plain}" if plain.isdigit() else plain).name
    except LookupError:
        return ""
    return GB18030 if found in _PARTS_OF_GB18030 else found


def encoding_of(texts: Sequence[bytes], named: str, file: str) -> tuple[str, bool]:
    """The encoding of many short texts, and whether it is a guess.

    Args:
        texts: Some may be cut inside a character.
        named: Codec that a file claims, '' for none. One with a byte a character fits everything and proves nothing.
        file: Name for messages.

    Raises:
        Unreadable: ``file.encoding``.
    """
    telling = [text for text in texts if not text.isascii()]
    if not telling:
        return named or UTF_8, False
    several_bytes = named if named and len(_HIGH_BYTES.decode(named, errors="replace")) < len(_HIGH_BYTES) else ""
    if several_bytes and several_bytes != GB18030 and _share_whole(telling, several_bytes) > _NEARLY_ALL:
        return several_bytes, False
    joined = b"\n".join(telling)
    if _share_whole(telling, UTF_8) > _MOST and (
        named != GB18030 or max(joined.decode(UTF_8, "replace")) >= _FIRST_CJK
    ):
        return UTF_8, False
    if _share_whole(telling, GB18030) > _MOST and (several_bytes == GB18030 or _looks_chinese(joined)):
        return GB18030, False
    return (named, False) if named and not several_bytes else (_guess(joined, file).encoding, True)


def _share_whole(texts: Sequence[bytes], encoding: str) -> float:
    """How many of some texts an encoding fits to their end, as a share."""
    whole = 0
    for text in texts:
        with suppress(UnicodeDecodeError):
            text.decode(encoding)
            whole += 1
    return whole / len(texts)


def _looks_chinese(data: bytes) -> bool:
    pairs = _PAIR.findall(data[:_SAMPLE_BYTES])
    common = sum(1 for pair in pairs if _COMMON_PAIR.match(pair))
    return bool(pairs) and common >= _CHINESE_SHARE * len(pairs)


def _guess(data: bytes, file: str) -> DecodedLines:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data, cp_isolation=list(_WINDOWS)).best()
    if best is None:
        raise Unreadable("file.encoding", file=file, at=0)
    return DecodedLines(_split(data.decode(best.encoding, errors="replace")), best.encoding, guessed=True)
