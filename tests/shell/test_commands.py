"""The command as a user meets it: one JSON object a line, or a sentence and an exit code; never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "tests" / "unit" / "assistant" / "scenarios" / "greeting.yaml"


def hotline(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    home = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=cwd,
        env=home | environment,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["serve"], {"HOTLINE_WEB_PORT": "x"}, 2, "HOTLINE_WEB_PORT: web.port:应当是整数"),
        (["serve", "-c", "none.toml"], {}, 2, "none.toml: 读不了配置文件"),
        (["serve"], {"HOTLINE_SCRIPTS_DEFAULT": "nowhere"}, 2, "nowhere.yaml"),
        (["serve"], {"HOTLINE_ASR_MODEL": "nope"}, 2, "nope"),
        (["serve"], {"HOTLINE_RECORDS_URL": "mongodb://x"}, 1, "不支持的数据库"),
        (["replay", "none.jsonl"], {}, 2, "none.jsonl"),
        (["hear", "none.wav"], {}, 2, "none.wav"),
        (["rehearse", "none.yaml"], {}, 2, "none.yaml: 读不了"),
        (["pack", "check", "nowhere"], {}, 2, "nowhere.yaml:1"),
        (["pack", "show", "nowhere"], {}, 2, "nowhere.yaml:1"),
        (["pack", "show", "chint800", "S9-99"], {}, 2, "S9-99"),
        (["pack", "diff", "chint800", "nowhere"], {}, 2, "nowhere.yaml:1"),
        (["pack", "rehearse", "chint800", "none.yaml"], {}, 2, "none.yaml: 读不了"),
        (["why", "last"], {}, 1, "last: 没有这通电话"),
        (["model", "verify", "nope"], {}, 2, "nope"),
        (["user", "add", "8001", "--name", "刘", "--role", "king"], {}, 2, "角色只能是"),
        (["user", "add", "8001", "--name", "刘"], {"HOTLINE_PASSWORD": "short"}, 2, "密码至少"),
        (["user", "passwd", "8009"], {"HOTLINE_PASSWORD": "correct horse 42"}, 1, "8009"),
        (["demo", "--once", "没有的场景"], {}, 1, "没有场景"),
        (["no-such-command"], {}, 2, "no-such-command"),
    ],
)
def test_bad_input_is_a_sentence(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    done = hotline(*arguments, cwd=tmp_path, **environment)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_accounts_are_added_and_listed(tmp_path: Path) -> None:
    password = {"HOTLINE_PASSWORD": "correct horse 42"}
    assert hotline("user", "add", "8001", "--name", "刘敏", cwd=tmp_path, **password).returncode == 0
    assert hotline("user", "passwd", "8001", cwd=tmp_path, **password).returncode == 0
    assert hotline("user", "list", cwd=tmp_path).stdout == "8001\t刘敏\tagent\n"
    again = hotline("user", "add", "8001", "--name", "刘敏", cwd=tmp_path, **password)
    assert (again.returncode, again.stderr) == (1, "用户 8001 已存在\n")


def test_rehearse_prints_lines_of_json(tmp_path: Path) -> None:
    done = hotline("rehearse", str(SCENARIO), cwd=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert lines[0]["at"] == 0.0
    assert lines[-1] == {"at": 10.0, "who": "supervisor", "event": "call_gone"}


def test_doctor_names_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    done = hotline("doctor", "--json", cwd=tmp_path, HOTLINE_PBX_PORT="1")
    findings = {one["part"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1
    assert (findings["pbx"]["grade"], findings["scripts"]["grade"]) == ("fault", "ok")
    assert findings["pbx"]["zh"].startswith("连不上 AMI")
    assert findings["model"]["grade"] == "warning"
    assert {"taps", "page", "clock", "records"} <= set(findings)
    assert done.stderr == ""


def test_the_schema_is_the_published_one(tmp_path: Path) -> None:
    published = (ROOT / "docs" / "protocol.schema.json").read_text(encoding="utf-8")
    assert hotline("schema", cwd=tmp_path).stdout == published
