"""Give every site a key that stays the same when the file comes again with other rows, or in another order."""

from __future__ import annotations

from geodata.registers.batch import Batch, Row

_MOST_SEQUENCE_DIGITS = 3


def give_site_codes(batch: Batch) -> None:
    """Give every good row its ``site_key``; rows that can't be told from an earlier one go aside.

    The office's own number of the site is its key; a mere sequence (1, 2, 3) belongs to the enterprise. Without a
    number the enterprise's code is the key of its only site, with the name of the site where that is told. Of several
    sites with neither number nor name, the first by address has the enterprise's code, the others their address too.
    """
    nameless: dict[str, list[Row]] = {}
    for row in batch.good:
        row.values["site_key"] = _own_key(row)
        if row.values["site_key"] == row.values["code"]:
            nameless.setdefault(row.values["code"], []).append(row)
    for code, rows in nameless.items():
        first = min(row.get("address", "") for row in rows)
        for row in rows:
            address = row.get("address", "")
            row.values["site_key"] = code if address == first else f"{code}-{address}"
    batch.refuse_repeated(lambda row: row.values["site_key"], "site_code")


def _own_key(row: Row) -> str:
    """The key by number or name of the site, the enterprise's code where the row has neither."""
    code, number, name = row.values["code"], row.get("site_code", ""), row.get("site_name", "")
    if number.isdecimal() and len(number) <= _MOST_SEQUENCE_DIGITS:
        return f"{code}-{number}"
    if number:
        return str(number)
    return f"{code}-{name}" if name and name != row.values["name"] else str(code)
