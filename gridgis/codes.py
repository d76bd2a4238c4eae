"""Parse and check the codes that name places and enterprises.

A cell code is the statistical division code (6 digits county + 3 town + 3 village, GB/T 2260 and GB/T 10114) and a
3-digit sequence for a basic cell: 9 digits for a town cell, 12 for a village cell, 15 for a basic cell. Local practice
differs, so the lengths are a setting (`CodeScheme`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength

from gridgis.errors import InvalidValue

DISTRICT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CodeScheme:
    """How long the cell codes of a district are, from level 1 downwards.

    Attributes:
        lengths: Digits of a code at level 1, 2, 3.
    """

    lengths: tuple[int, ...] = (9, 12, 15)

    def level(self, code: str) -> int:
        """Level of a cell code by its length.

        Raises:
            InvalidValue: ``cell_code.length`` when no level has codes of that length.
        """
        if len(code) not in self.lengths:
            raise InvalidValue("cell_code.length", value=code, lengths=", ".join(map(str, self.lengths)))
        return self.lengths.index(len(code)) + 1

    def parent(self, code: str) -> str:
        """Code of the parent cell, or of the district for a cell of level 1."""
        level = self.level(code)
        return code[:DISTRICT_DIGITS] if level == 1 else code[: self.lengths[level - 2]]


DEFAULT_SCHEME = CodeScheme()


def parse_district_code(text: str) -> str:
    """Six digits of a county-level division (GB/T 2260).

    Raises:
        InvalidValue: ``district_code.form``.
    """
    code = text.strip()
    if len(code) != DISTRICT_DIGITS or not code.isascii() or not code.isdigit():
        raise InvalidValue("district_code.form", value=text)
    return code


def parse_cell_code(text: str, *, district: str | None = None, scheme: CodeScheme = DEFAULT_SCHEME) -> str:
    """A cell code in its written form: digits only, of a known length, inside the district when one is named.

    Raises:
        InvalidValue: ``cell_code.form``, ``cell_code.length`` or ``cell_code.district``.
    """
    code = text.strip()
    if not code.isascii() or not code.isdigit():
        raise InvalidValue("cell_code.form", value=text)
    scheme.level(code)
    if district is not None and not code.startswith(district):
        raise InvalidValue("cell_code.district", value=code, district=district)
    return code


def parse_credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015): 18 characters, the last one a check character.

    Raises:
        InvalidValue: ``credit_code.length``, ``credit_code.form`` or ``credit_code.check`` (with the ``expected`` one).
    """
    code = text.strip().upper()
    try:
        return str(uscc.validate(code))
    except InvalidLength as error:
        raise InvalidValue("credit_code.length", value=text, length=len(code)) from error
    except InvalidChecksum as error:
        raise InvalidValue("credit_code.check", value=text, expected=uscc.calc_check_digit(code[:17])) from error
    except (InvalidFormat, InvalidComponent) as error:
        raise InvalidValue("credit_code.form", value=text) from error


NAMESPACE = UUID("5f0c6b0e-3c1d-5d53-9d8e-2f7a7a0c3212")


def record_id(district_code: str, noun: str, code: str) -> UUID:
    """The stable identifier of an imported record, the same on every machine that imports the same file."""
    return uuid5(NAMESPACE, f"{district_code}/{noun}/{code}")
