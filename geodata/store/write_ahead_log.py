"""Tell whether SQLite's write-ahead log ends where a transaction ended.

The form is that of SQLite's file format, section 4 ("The Write-Ahead Log"): a header, then frames of a page each, whose
checksums run on from frame to frame; salts tell frames of this log from those of the one before, which lie behind them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24
LITTLE_ENDIAN, BIG_ENDIAN = 0x377F0682, 0x377F0683
MOST_READ_BYTES = 32 << 20
"""A longer log is not looked through, which would take longer than what is done about a torn one."""


def log_of(path: Path) -> Path:
    """Where the write-ahead log of a database lies."""
    return path.with_name(f"{path.name}-wal")


def is_torn(log: bytes) -> bool:
    """Whether a log holds frames behind its last whole transaction, as after a power cut or by a fault of the disk.

    SQLite plays what is whole into the database and forgets the rest. That is all right for a transaction that was
    never answered, and wrong where pages of later transactions are in the database already.

    Args:
        log: The whole file.
    """
    if len(log) > MOST_READ_BYTES:
        return True
    if len(log) <= HEADER:
        return False
    magic, _, page, _ = struct.unpack(">4I", log[:16])
    salts = log[16:24]
    if magic not in {LITTLE_ENDIAN, BIG_ENDIAN} or not page:
        return True
    order = "<" if magic == LITTLE_ENDIAN else ">"
    sums = _summed(order, log[:24], (0, 0))
    if struct.pack(">2I", *sums) != log[24:32]:
        return True
    ended = whole = True
    for head, content in _frames(log, page):
        whole = whole and head[8:16] == salts
        if whole:
            sums = _summed(order, content, _summed(order, head[:8], sums))
            whole = struct.pack(">2I", *sums) == head[16:24]
        if not whole and head[8:16] == salts:
            return True
        if whole:
            ended = head[4:8] != b"\0\0\0\0"
    return not ended


def _frames(log: bytes, page: int) -> Iterator[tuple[bytes, bytes]]:
    """Header and page of each frame, those of earlier logs too; a last one that is cut off as far as it goes."""
    for start in range(HEADER, len(log) - FRAME_HEADER + 1, FRAME_HEADER + page):
        content = start + FRAME_HEADER
        yield log[start:content], log[content : content + page]


def _summed(order: str, content: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The checksums after some more words."""
    first, second = sums
    for one, other in struct.iter_unpack(f"{order}2I", content[: len(content) // 8 * 8]):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
