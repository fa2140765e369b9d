import pytest
from argon2 import PasswordHasher

from assistant.store.passwords import Passwords, WeakPasswordError, check_strength


def cheap() -> Passwords:
    return Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_the_right_password_matches_and_others_do_not() -> None:
    passwords = cheap()
    stored = await passwords.hash("right one 1")
    assert await passwords.matches("right one 1", stored)
    assert not await passwords.matches("wrong one 1", stored)


async def test_nobody_and_a_broken_hash_match_nothing() -> None:
    passwords = cheap()
    assert not await passwords.matches("nobody has this password", None)
    assert not await passwords.matches("x", "not a hash")


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaa", "supervisor", "x" * 257])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        check_strength(password, "Supervisor")


def test_a_good_password_is_taken() -> None:
    check_strength("correct horse", "8001")
