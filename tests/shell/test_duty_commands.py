"""`hotline duty …` as a user meets it: asked, checked and changed at the terminal, beside a program that runs."""

import asyncio
import json
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.shell.test_commands import hotline
from tests.support.program import Program

PLAN = """
lines: {"4002": {mon-sun: ["00:00-24:00"]}}
people:
  wang: {name: 王芳, number: "13800138000", ring_s: 20, extension: "8001"}
  li: {name: 李娜, number: "13900139000", extension: "8002"}
always: [wang]
"""
NATIONAL_DAY = "2026-10-01 12:00"
UNREACHABLE = 1
"""A port where no PBX is: the plan needs none."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "duty.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "hotline.toml").write_text(
        f"[records]\nurl = 'sqlite:///{tmp_path}/hotline.db'\n[duty]\nplan = '{tmp_path}/duty.yaml'\n",
        "utf-8",
    )
    return tmp_path


def duty(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return hotline("duty", *arguments, cwd=home)


def asked(home: Path, when: str, *more: str) -> dict[str, object]:
    done = duty(home, "at", when, "--json", *more)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_at_says_where_a_call_goes_and_why_and_makes_no_database(home: Path) -> None:
    done = duty(home, "at", NATIONAL_DAY)
    assert done.stdout.splitlines() == [
        "2026-10-01 12:00:00 CST: 转值班手机(到 10-02 00:00:00)",
        "  1. 王芳 13800138000,响铃 20 秒",
        "  国庆节放假非上班时间,值班表没有安排人,转总值班",
    ]
    told = asked(home, NATIONAL_DAY)
    assert (told["route"], told["people"], told["alarm"]) == ("duty", [["王芳", "13800138000", 20]], None)
    assert asked(home, "2026-10-10 09:00")["route"] == "queue"  # 调休
    assert asked(home, "2026-11-20 12:00:00+00:00", "--line", "4002")["route"] == "queue"
    assert not (home / "hotline.db").exists()
    wrong = duty(home, "at", "at noon tomorrow")
    assert (wrong.returncode, wrong.stderr) == (2, "'at noon tomorrow' 不是时间,应如 \"2026-10-01 12:00\"\n")


def test_show_tells_the_coming_days_from_midnight_to_midnight(home: Path) -> None:
    lines = [json.loads(line) for line in duty(home, "show", "--days", "8", "--json").stdout.splitlines()]
    assert len(lines) == 8
    for day in lines:
        edges = [(one["start"], one["end"]) for one in day["stretches"]]
        assert edges[0][0].startswith(f"{day['day']}T00:00:00")
        assert all(before[1] == after[0] for before, after in pairwise(edges))
    whole_day = duty(home, "show", "--days", "1", "--line", "4002").stdout.splitlines()
    assert whole_day[1].split() == ["00:00-24:00", "坐席队列"] or "放假" in whole_day[0]


def test_check_names_every_mistake_at_once_and_what_is_missing(home: Path) -> None:
    good = duty(home, "check", "duty.yaml")
    assert (good.returncode, good.stdout) == (0, "duty.yaml: 2 人 people, 1 条专用线路 lines\n")
    assert "值班表没有安排人" in good.stderr
    assert "没有帐号" not in good.stderr
    password = {"HOTLINE_PASSWORD": "correct horse 42"}
    assert hotline("user", "add", "8001", "--name", "王芳", cwd=home, **password).returncode == 0
    named = duty(home, "check", "duty.yaml", "-c", "hotline.toml").stderr
    assert "值班人 李娜 的 extension 8002 没有帐号" in named
    assert "王芳" not in named
    (home / "bad.yaml").write_text(
        "hours: {mon: ['9-12']}\npeople: {li: {name: 李, number: 139}}\nalways: [zhao]\n", "utf-8"
    )
    bad = duty(home, "check", "bad.yaml")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.splitlines() == [
        "bad.yaml: people.li.number: 请加引号,否则 YAML 会读成数",
        "bad.yaml: hours.mon: 「9-12」不是时段,请写成 09:00-12:00",
        "bad.yaml: always: people 里没有「zhao」",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["override", "closed", "--until", "2020-01-01 12:00", "--reason", "x"], "结束时间要晚于开始时间"),
        (
            ["override", "closed", "--until", "2099-01-01 12:00", "--reason", " "],
            "最长 31 天,更久的请写进值班计划;要写原因",
        ),
        (["swap", "wang", "zhao", "--until", "2099-01-01 12:00"], "值班计划里没有 zhao,只有:wang、li"),
        (["override", "party", "--until", "23:59", "--reason", "x"], "party"),
    ],
)
def test_a_change_that_makes_no_sense_is_a_sentence(home: Path, arguments: list[str], said: str) -> None:
    done = duty(home, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_plan_it_is_said_what_to_set(tmp_path: Path) -> None:
    done = duty(tmp_path, "show")
    assert (done.returncode, done.stderr.startswith("没有设置值班计划")) == (2, True)


async def test_a_running_program_hears_of_changes_at_the_terminal_and_the_audit_too(home: Path) -> None:
    program = Program(
        home, UNREACHABLE, "secret", more=f"[duty]\nplan = '{home}/duty.yaml'\ntoken_file = '{home}/t'\n"
    )
    async with program:
        until = ("--from", "2020-01-01 00:00", "--until", "2099-01-01 00:00")
        assert (await at_terminal(home, "override", "forward", "--reason", "停电", *until))[
            0
        ] == 2  # far too long
        code, said = await at_terminal(
            home, "override", "forward", "--line", "4002", "--until", in_an_hour(), "--reason", "停电"
        )
        assert code == 0, said
        forwarded = said.partition(":")[0]
        await goes(program, "4002", "duty", "13800138000/20/8001")
        code, said = await at_terminal(home, "swap", "wang", "li", "--until", in_an_hour())
        assert code == 0, said
        swapped = said.partition(":")[0]
        await goes(program, "4002", "duty", "13900139000/25/8002")
        assert (await at_terminal(home, "withdraw", forwarded))[0] == 0
        assert (await at_terminal(home, "withdraw", swapped))[0] == 0
        await goes(program, "4002", "queue", "")
        code, said = await at_terminal(home, "withdraw", forwarded)
        assert (code, "Traceback" in said) == (1, False)
    with sqlite3.connect(home / "hotline.db") as book:
        rows = book.execute(
            "SELECT what, about, by LIKE 'console:%' FROM audit WHERE what LIKE 'duty_%'"
        ).fetchall()
    assert sorted(rows) == sorted(
        [
            ("duty_forward", forwarded, 1),
            ("duty_swap", swapped, 1),
            ("duty_withdrawn", forwarded, 1),
            ("duty_withdrawn", swapped, 1),
        ]
    )


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


async def at_terminal(home: Path, *arguments: str) -> tuple[int, str]:
    done = await asyncio.to_thread(duty, home, *arguments)
    return done.returncode, done.stdout + done.stderr


async def goes(program: Program, dialled: str, route: str, targets: str) -> None:
    """The program notices within two seconds; a busy machine may take longer."""
    token = (program.folder / "t").read_text().strip()
    address = f"http://127.0.0.1:{program.web_port}/api/route"
    async with asyncio.timeout(20), httpx.AsyncClient(trust_env=False, verify=False) as pbx:
        while True:
            answer = (
                await pbx.get(
                    address, params={"dialled": dialled}, headers={"authorization": f"Bearer {token}"}
                )
            ).json()
            if (answer["route"], answer["targets"]) == (route, targets):
                return
            await asyncio.sleep(0.1)
