import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from assistant.store.writer import is_outage, sentence


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("database is locked", "数据库被其他程序锁住,记录暂存内存,恢复后补写"),
        ("database or disk is full", "磁盘已满,记录暂存内存,恢复后补写"),
        ("attempt to write a readonly database", "数据库只读,记录暂存内存,恢复后补写"),
        ("connection refused", "数据库连接不上,记录暂存内存,恢复后补写"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(said: str, meant: str) -> None:
    assert sentence(OperationalError("INSERT …", {}, Exception(said))) == meant
    assert sentence(OSError(said)) == meant


class FromPostgresError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("INSERT", {}, Exception("database is locked")), True),
        (DBAPIError("INSERT", {}, FromPostgresError("57P03")), True),
        (DBAPIError("INSERT", {}, FromPostgresError("53100")), True),
        (DBAPIError("INSERT", {}, Exception(), connection_invalidated=True), True),
        (DBAPIError("INSERT", {}, FromPostgresError("22003")), False),
        (IntegrityError("INSERT", {}, FromPostgresError("23502")), False),
        (OverflowError(), False),
    ],
)
def test_trouble_that_passes_is_told_from_a_record_that_is_wrong(error: Exception, outage: bool) -> None:
    assert is_outage(error) is outage
