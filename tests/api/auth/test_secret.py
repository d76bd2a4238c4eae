"""Secrets and hashes."""

from __future__ import annotations

import base64
import threading
import time

from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from api.auth.hashing import AT_ONCE, Hashing
from api.auth.secret import csrf_token, new_secret, one_time_password, secret_hash
from gridgis.accounts import check_password

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_secrets_are_256_bits_and_stored_as_their_hash() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.urlsafe_b64decode(secret + "=")) for secret in secrets} == {32}
    one = secrets.pop()
    assert one not in secret_hash(one)
    assert len({secret_hash(one), csrf_token(one), one}) == 3


def test_a_one_time_password_is_fit_to_be_typed_and_keeps_the_rule() -> None:
    for _ in range(100):
        password = one_time_password()
        assert not set(password) & set("01ilo")
        check_password(password)


def test_passwords_are_hashed_by_argon2id_as_the_standard_advises() -> None:
    hashed = Hashing().hash("three small ducks")
    assert hashed.startswith("$argon2id$")
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
    assert hashed != Hashing().hash("three small ducks")
    assert Hashing().is_right(hashed, "three small ducks")
    assert not Hashing().is_right(hashed, "three small duck")
    assert not Hashing().is_weak(hashed)
    assert Hashing().is_weak(QUICK.hash("x"))


def test_one_keyboard_composes_what_another_types() -> None:
    hashed = Hashing(QUICK).hash("ｃａｆé")
    assert Hashing(QUICK).is_right(hashed, "cafe\u0301")


def test_what_is_no_hash_and_what_is_no_account_is_never_right() -> None:
    hashing = Hashing(QUICK)
    for nothing in ("", "no hash", "$argon2id$v=19$m=8,t=1,p=1$!$!"):
        assert not hashing.is_right(nothing, "")
        assert not hashing.is_right(nothing, "x")


def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    hashing = Hashing()
    hashed = hashing.hash("x")
    hashing.is_right("", "warm")
    took = []
    for stored in (hashed, ""):
        started = time.perf_counter()
        for _ in range(3):
            hashing.is_right(stored, "wrong")
        took.append(time.perf_counter() - started)
    assert 0.3 < took[0] / took[1] < 3


def test_few_are_hashed_at_once() -> None:
    hashing, running, most = Hashing(QUICK), [0], [0]
    real, lock = QUICK.hash, threading.Lock()

    class Watched:
        def hash(self, password: str) -> str:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            time.sleep(0.01)
            made = real(password)
            with lock:
                running[0] -= 1
            return made

    hashing._hasher = Watched()  # type: ignore[assignment]
    threads = [threading.Thread(target=hashing.hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= AT_ONCE
