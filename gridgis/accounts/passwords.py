"""Refuse passwords that are guessed first.

The rule is length, not a mixture of signs: a long one is hard to guess and easy to keep in mind, a mixture of signs is
met by ``P@ssw0rd1!`` (NIST SP 800-63B takes the same way). What is refused beside short ones is what people here take
first: figures only (telephones, birthdays), the account's own names, and well-known passwords with something behind.
"""

from __future__ import annotations

import re
import unicodedata

from gridgis.errors import InvalidValue

LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200
LEAST_DIFFERENT = 5
LEAST_NAME = 3

COMMON = frozenset(
    """
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc a1b2c3d4e5 abcdefghij abcd1234abcd adminadmin adminpassword
    administrator asdfghjkl asdfghjkl;' changeme changemenow default dragon football gridgis guest iloveyou internet
    jiangyan letmein letmeinnow manager master monkey nishishui p@ssword passw0rd password passwordpassword princess
    qazwsxedc qazwsxedcrfv qq123456 qwaszx qwer1234 qwert12345 qwerty qwerty12345 qwertyuiop rootroot secret security
    sunshine superman system taizhou temporary testtest trustno1 user welcome wo1314520 woaini woaini1314 woaizuguo
    wodemima zaq12wsx zhongguo zxcvbnm zxcvbnm123 anquan anquanjianguan yingji yingjiju mima
    """.split()  # noqa: SIM905  a list of 70 is read more easily so
)
"""Passwords and words that lists of stolen ones begin with, and those that suggest themselves here."""

_LIKE = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
_AROUND = r"[\W\d_]*"
_KNOWN = "|".join("".join(f"[{re.escape(sign + _LIKE.get(sign, ''))}]" for sign in word) for word in sorted(COMMON))
_IS_COMMON = re.compile(f"{_AROUND}(?:{_KNOWN}){_AROUND}")
"""A known one with nothing but figures and signs around it, and perhaps such instead of letters."""


def plain_form(password: str) -> str:
    """A password in the one form in which it is hashed, however the keyboard composed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Refuse a password that is guessed soon.

    Args:
        password: The password.
        names: Names of the account, which it may not hold.

    Raises:
        InvalidValue: ``password.short``, ``password.long``, ``password.names``, ``password.common``; never with the
            password itself.
    """
    form = plain_form(password)
    folded = form.casefold()
    if len(form) < LEAST_CHARACTERS:
        raise InvalidValue("password.short", least=LEAST_CHARACTERS)
    if len(form) > MOST_CHARACTERS:
        raise InvalidValue("password.long", most=MOST_CHARACTERS)
    if any(len(name) >= LEAST_NAME and plain_form(name).casefold() in folded for name in names):
        raise InvalidValue("password.names")
    if folded.isdecimal() or len(set(folded)) < LEAST_DIFFERENT or _IS_COMMON.fullmatch(folded):
        raise InvalidValue("password.common")
