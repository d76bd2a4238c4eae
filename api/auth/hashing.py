"""Hash passwords by argon2id, few at a time: each takes 64 MiB and some tens of milliseconds on purpose."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gridgis.accounts import plain_form

AT_ONCE = 2


class Hashing:
    """The one way in which passwords are hashed and compared. Safe among threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = ""

    def hash(self, password: str) -> str:
        """The hash of a password, with its salt and parameters."""
        with self._free:
            return self._hasher.hash(plain_form(password))

    def is_right(self, hashed: str, password: str) -> bool:
        """Whether a password is the one that was hashed; it takes as long where there is no hash to compare with."""
        if not hashed:
            self._nobody = self._nobody or self.hash("")
        with self._free:
            try:
                return self._hasher.verify(hashed or self._nobody, plain_form(password)) and bool(hashed)
            except (VerificationError, InvalidHashError):
                return False

    def is_weak(self, hashed: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)
