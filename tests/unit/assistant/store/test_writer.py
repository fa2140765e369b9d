import pytest
from sqlalchemy.exc import OperationalError

from assistant.store.writer import sentence


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
