"""Settings: right values from file and environment, and every mistake at once with its place."""

from pathlib import Path

import pytest

import assistant
from assistant.config import ConfigError, Settings, load


def write(folder: Path, text: str) -> Path:
    file = folder / "hotline.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(file: Path | None, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(file, environment or {})
    text = [str(mistake) for mistake in caught.value.mistakes]
    return [line.replace(f"{file}", "F") for line in text]


def test_without_anything_the_defaults_hold() -> None:
    assert load(None, {}) == Settings()


def test_the_example_file_says_the_defaults() -> None:
    example = Path(assistant.__file__).parent / "hotline.toml.example"
    assert load(example, {}) == Settings()


def test_the_environment_wins_and_lists_come_with_commas(tmp_path: Path) -> None:
    file = write(tmp_path, '[pbx]\nhost = "10.0.0.1"\nuser = "u"\n')
    settings = load(
        file, {"HOTLINE_PBX_HOST": "10.0.0.2", "HOTLINE_PBX_TRUNKS": "a, b", "HOTLINE_WEB_PORT": "81"}
    )
    assert (settings.pbx.host, settings.pbx.user, settings.pbx.trunks, settings.web.port) == (
        "10.0.0.2",
        "u",
        ("a", "b"),
        81,
    )


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret-in-file\n")
    settings = load(None, {"HOTLINE_PBX_SECRET_FILE": str(secret)})
    assert settings.pbx.secret == "s3cret-in-file"
    assert "s3cret" not in repr(settings)


def test_foreign_variables_are_nobodys_mistake() -> None:
    assert load(None, {"HOTLINE_LAB_CACHE": "x", "PATH": "/bin", "HOTLINE_CONFIG": "y"}) == Settings()


def test_all_mistakes_come_together_with_their_lines(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """\
[pbx]
port = 70000
agents = "(["
stereo = "maybe"
[asr]
threads = "many"
[web]
prot = 1
session_hours = 0.5
[nonsense]
x = 1
""",
    )
    assert mistakes(file, {"HOTLINE_RECORDS_NAME": "x"}) == [
        "HOTLINE_RECORDS_NAME: [records] 没有 name 这一项",
        "F:2: pbx.port:不能大于 65535",
        "F:3: pbx.agents:不是正则表达式:unterminated character set at position 1",
        "F:4: pbx.stereo:只能是 'auto'、'on'、'off'",
        "F:6: asr.threads:应当是整数",
        "F:9: web.session_hours:不能小于 1",
        "F:8: web.prot:没有这一项(写错了名字?)",
        "F:10: nonsense:没有这一项(写错了名字?)",
    ]


def test_values_that_do_not_fit_together(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """\
[pbx]
tap_port = 8400
[web]
tls_cert = "c.pem"
origins = ["desk.example.cn"]
""",
    )
    assert mistakes(file) == [
        "F:4: web.tls_cert:tls_cert 和 tls_key 要一起写",
        "F:5: web.origins:desk.example.cn 不是网址的开头,应如 https://desk.example.cn(不带路径)",
        "F:2: pbx.tap_port:与 web.port 相同",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[pbx]\nhost = \n", "F:2: TOML 语法错误:Invalid value (at line 2, column 8)"),
        ("port = 1\n", "F:1: port 应写在某个 [小节] 里"),
        ("[pbx]\ntrunks = 5\n", 'F:2: pbx.trunks:应当是列表,如 ["a", "b"]'),
        ('[scripts.by_number]\n"4008001234" = 7\n', "F:2: scripts.by_number.4008001234:应当是文字(加引号)"),
    ],
)
def test_one_mistake(tmp_path: Path, text: str, expected: str) -> None:
    assert mistakes(write(tmp_path, text)) == [expected]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none.toml")[0].startswith("F: 读不了配置文件")
    binary = tmp_path / "hotline.toml"
    binary.write_bytes(b"\xff\xfe")
    assert mistakes(binary) == ["F: 不是 UTF-8 文本(第 0 字节)"]


def test_a_secret_with_a_line_break_never_reaches_the_wire() -> None:
    assert mistakes(None, {"HOTLINE_PBX_SECRET": "a\r\nAction: Originate"}) == [
        "HOTLINE_PBX_SECRET: pbx.secret:帐号和密码里不能有换行"
    ]


def test_a_missing_secret_file_is_named() -> None:
    assert mistakes(None, {"HOTLINE_PBX_SECRET_FILE": "/nowhere"})[0].startswith(
        "HOTLINE_PBX_SECRET_FILE: 读不了文件 /nowhere"
    )


def test_an_address_that_reaches_nobody_is_named_without_its_secret(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text("[notify]\nsupervisors = ['json://127.0.0.1/', 'nonsense-with-a-token']\n")
    with pytest.raises(ConfigError) as wrong:
        load(file, {})
    assert [str(mistake) for mistake in wrong.value.mistakes] == [
        f"{file}:2: notify.supervisors:第 2 个不是可用的 Apprise 地址(地址含密钥,这里不显示)"
    ]


def test_rules_of_notices_and_owners_are_tables(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    file.write_text(
        "[[notify.rules]]\nkinds = ['escalation']\nto = ['duty']\nhours = '22:00-07:00'\n"
        "[[transfer.owners]]\nnumber = '8005'\nname = '杨雪峰'\ntopic = '产品销售咨询'\n"
    )
    settings = load(file, {})
    assert [rule.hours for rule in settings.notify.rules] == ["22:00-07:00"]
    assert [owner.number for owner in settings.transfer.owners] == ["8005"]
    file.write_text("[[notify.rules]]\nkinds = ['gossip']\nto = ['duty']\n")
    with pytest.raises(ConfigError, match=r"hotline.toml:2?1?: notify.rules.0.kinds"):
        load(file, {})


def test_a_forward_by_the_line_itself_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, '[pbx]\ntrunks = ["line1", "line2"]\n[duty]\ntrunk = "line2"\n')
    assert mistakes(file) == ["F:4: duty.trunk:line2 是 400 来电中继(pbx.trunks):转值班手机不能占用 400 线路"]


def test_a_customer_system_that_cannot_be_reached_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '[crm]\nurl = "https://crm.example/?p={phone}"\nwebhook = "crm.example/hook"\n'
        'webhook_secret = "short"\nwebhook_timeout = 90\n',
    )
    assert mistakes(file) == [
        "F:2: crm.url:没有 {phone} 这个变量,可用的是 {number}、{call_id}、{agent}、{queue}、{dialled}、{region}",
        "F:3: crm.webhook:只能是 https:// 或 http:// 开头的网址",
        "F:4: crm.webhook_secret:密钥太短,至少 16 个字符",
        "F:5: crm.webhook_timeout:不能大于 30",
    ]
    file = write(tmp_path, '[crm]\nopens = true\nwebhook_secret = "0123456789abcdef"\n')
    assert mistakes(file) == [
        "F:2: crm.opens:要先写 crm.url,才有网页可打开",
        "F:3: crm.webhook_secret:要先写 crm.webhook,才有东西可签名",
    ]


def test_a_sign_in_that_cannot_work_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        '[oidc]\nissuer = "http://login.example.cn"\nown_address = "https://desk.example.cn/desk"\n'
        'scopes = "profile"\n[oidc.roles]\nleads = "boss"\n',
    )
    assert mistakes(file) == [
        "F:2: oidc.issuer:必须是 https:// 开头的网址(本机除外)",
        "F:3: oidc.own_address:应如 https://desk.example.cn(不带路径)",
        "F:4: oidc.scopes:要包含 openid",
        "F:6: oidc.roles.leads:只能是 'agent'、'supervisor'、'quality'、'admin'",
    ]
    file = write(tmp_path, '[oidc]\nissuer = "http://localhost:8080/realm"\nrole_claim = "groups"\n')
    assert mistakes(file) == [
        "F:1: oidc.client_id:要写身份提供方给本程序的 client_id",
        "F:1: oidc.own_address:要写浏览器打开坐席页的网址,如 https://desk.example.cn",
        "F:3: oidc.role_claim:role_claim 和 [oidc.roles] 要一起写",
    ]
    assert mistakes(write(tmp_path, '[oidc]\nclient_id = "hotline"\n')) == [
        "F:1: oidc.issuer:要先写 issuer(身份提供方的网址),其余各项才有用"
    ]


def test_the_secret_of_the_sign_in_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret-of-client\n")
    file = write(
        tmp_path, '[oidc]\nissuer = "https://l.example"\nclient_id = "h"\nown_address = "https://d.example"\n'
    )
    settings = load(file, {"HOTLINE_OIDC_CLIENT_SECRET_FILE": str(secret)})
    assert settings.oidc.client_secret == "s3cret-of-client"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("lines", "way"),
    [("", "none"), ('url = "https://crm/"', "button"), ('url = "https://crm/"\nopens = true', "window")],
)
def test_how_a_desk_reaches_the_customer_system(tmp_path: Path, lines: str, way: str) -> None:
    assert load(write(tmp_path, f"[crm]\n{lines}\n"), {}).crm.way == way
