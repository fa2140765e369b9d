"""The sections of `hotline.toml`: their keys, defaults and limits. `assistant.config` reads them and says where a mistake stands."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from assistant.crm_address import CrmAddress, check_web_address
from assistant.duty.messages_left import ON_THE_PBX
from assistant.effects import NoticeKind
from assistant.messages import Role
from assistant.notify.rules import Audience

SHORTEST_SECRET = 16

Port = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PbxSection(Section):
    """The Asterisk we assist, and where its taps reach us."""

    host: str = "127.0.0.1"
    port: Port = 5038
    user: str = "hotline"
    secret: str = Field(default="", repr=False)
    trunks: tuple[str, ...] = ("trunk400",)
    """Endpoint names of the trunks callers come in by."""
    agents: str = r"\d{3,5}"
    """Regular expression an agent's extension matches whole."""
    supervisor_technology: str = "PJSIP"
    transfer_context: str = "hotline-phones"
    """Where a colleague's number is dialled when a caller is handed over (FreePBX: `from-internal`)."""
    tap_host: str = "127.0.0.1"
    """Where we listen for AudioSocket."""
    tap_address: str | None = None
    """The same place as Asterisk reaches it, if that differs (another machine, NAT)."""
    tap_port: Port = 9092
    stereo: Literal["auto", "on", "off"] = "auto"

    @field_validator("agents")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"不是正则表达式:{error}") from error
        return pattern


class AsrSection(Section):
    model: str | None = None
    """Name of an installed model or a folder; absent: the small bundled one, for demo and tests."""
    models_folder: Path | None = None
    threads: int = Field(default=0, ge=0, le=64)
    """0: one for each processor core but one."""


class ScriptsSection(Section):
    default: str = "yixunwang400"
    by_number: Mapping[str, str] = Field(default_factory=dict)
    by_queue: Mapping[str, str] = Field(default_factory=dict)
    variables: Mapping[str, str] = Field(default_factory=dict)
    escalation_repeats_after: float = Field(default=60.0, ge=5, le=3600)
    rest_after_minutes: float | None = Field(default=None, ge=10, le=1440)


class WebSection(Section):
    host: str = "127.0.0.1"
    port: Port = 8400
    origins: tuple[str, ...] = ()
    """Allowed origins besides the page's own address, such as `https://desk.example.cn`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose X-Forwarded headers are believed."""
    behind_tls: bool = False
    """A proxy in front ends TLS: cookies are secure although we speak plain HTTP."""
    session_hours: float = Field(default=12.0, ge=1, le=720)
    """A sign-in ends after so long without use; a page that is open is in use."""
    tls_cert: Path | None = None
    tls_key: Path | None = None


class DutySection(Section):
    """Office hours and the duty mobile; without a plan the PBX decides alone, as it did before."""

    plan: Path | None = None
    """The duty plan (YAML); read again whenever it changes."""
    trunk: str = "trunk-duty"
    """The endpoint calls leave by to the duty mobile. Never the 400 line's."""
    messages: Path | None = None
    """Where the dialplan's HOTLINE_MESSAGES lies on this machine, so that messages can be heard on the page; absent: they cannot."""
    messages_on_pbx: str = ON_THE_PBX
    """The same folder as the PBX calls it, to say where a message lies."""
    token_file: Path = Path("route.token")
    """What `hotline-agi` shows when it asks; written at the first start."""
    agi_host: str = "127.0.0.1"
    agi_port: Port | None = None
    """Where we listen for FastAGI, for a PBX on another machine; absent: we do not."""
    agi_peers: tuple[str, ...] = ("127.0.0.1", "::1")
    """The addresses that may ask over FastAGI."""


class LineSection(Section):
    """Watching the 400 line: without a number to call and the number that shows, it is not tested."""

    lines: int | None = Field(default=None, ge=1, le=10_000)
    """How many calls the provider lets in at once; all of them taken is an alarm."""
    registrations: tuple[str, ...] = ()
    """`client_uri` of each registration the 400 trunk lives by (pjsip.conf); absent: registrations are not watched."""
    test_number: str | None = Field(default=None, pattern=r"^[0-9]{3,20}$")
    """The 400 number, as `test_context` dials it."""
    test_caller: str | None = Field(default=None, pattern=r"^\+?[0-9]{3,20}$")
    """The number such a call shows when it comes in: calls from it are tests, never customers."""
    test_context: str = "hotline-line-test"
    """Where the number is dialled; it must lead out by another line than the 400 one."""
    test_answer_context: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_*#+\-]{1,80}$")
    """Where a test call that arrived is answered with a tone (shipped: `hotline-line-test-answer`); absent: its sound is not tested."""
    quiet_minutes: float = Field(default=60.0, ge=1, le=1440)
    arrive_within: float = Field(default=20.0, ge=3, le=120)


class PhonesSection(Section):
    """Phones nobody can be rung on (S0-11): how long they may be so, and the words; 「刘敏的话机」 stands before them."""

    off_hook_after: float = Field(default=60.0, ge=10, le=3600)
    gone_after: float = Field(default=300.0, ge=30, le=86400)
    off_hook: str = Field(default="占用着却没有通话,可能听筒没有放好", min_length=1, max_length=100)
    gone: str = Field(default="没有连上电话系统", min_length=1, max_length=100)
    turned_down: str = Field(
        default="接连拒接来电,一声也没有响,可能听筒没有放好或设了免打扰", min_length=1, max_length=100
    )


class OwnerSection(Section):
    """Who takes enquiries of a kind (S0-03, S0-04)."""

    number: str = Field(pattern=r"^[0-9]{2,20}$")
    """As it is dialled in `pbx.transfer_context`."""
    name: str
    topic: str
    situations: tuple[str, ...] = ()
    """Ids of the pack's situations whose callers are handed to them, such as `buy`."""


_PLACE = r"^[A-Za-z0-9_*#+\-]{1,80}$"


class TransferSection(Section):
    owners: tuple[OwnerSection, ...] = ()
    attendant_context: str | None = Field(default=None, pattern=_PLACE)
    """Where the automated attendant begins (S0-39); absent: nobody can be sent there."""
    attendant_exten: str | None = Field(default=None, pattern=_PLACE)

    @model_validator(mode="after")
    def _is_a_whole_place(self) -> Self:
        if (self.attendant_context is None) != (self.attendant_exten is None):
            raise ValueError("attendant_context 和 attendant_exten 要一起写")
        return self


_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class NotifyRule(Section):
    """One rule; each audience gets a notice once, whatever number of rules name it."""

    kinds: tuple[NoticeKind, ...]
    to: tuple[Audience, ...]
    hours: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    urgent_only: bool = False
    numbers: bool = False
    """Send people's numbers unmasked."""
    words: bool = False
    """Send what an agent wrote when asking for help."""
    from_repeat: int = Field(default=0, ge=0, le=100)
    """Only what nobody has taken up by this reminder: 1 is the first one."""


class NotifySection(Section):
    """People outside the page, as Apprise URLs, and who of them hears what."""

    supervisors: tuple[str, ...] = Field(default=(), repr=False)
    duty: tuple[str, ...] = Field(default=(), repr=False)
    administrators: tuple[str, ...] = Field(default=(), repr=False)
    rules: tuple[NotifyRule, ...] = ()
    """Absent: everybody hears what is theirs, at any hour, with numbers masked."""
    daily: str | None = Field(default=None, pattern=_TIME)
    """When the day's numbers are sent, such as `18:00`."""
    weekly: str | None = Field(default=None, pattern=rf"^(mon|tue|wed|thu|fri|sat|sun) {_TIME[1:]}")
    """When the last seven days' are, such as `mon 08:30`."""
    storm_limit: int = Field(default=30, ge=1, le=1000)
    """Notices to one audience in ten minutes."""
    alarm_repeats_minutes: float = Field(default=10.0, ge=1, le=1440)
    """An alarm of the line or of the duty plan is told again after so long, until somebody takes it up."""
    keep_trying: float = Field(default=3600.0, ge=0, le=86400)

    @field_validator("supervisors", "duty", "administrators")
    @classmethod
    def _are_usable(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if not urls:
            return urls  # Apprise is slow to load, and most commands tell nobody anything
        from assistant.notify.delivery import usable

        wrong = [position for position, url in enumerate(urls, 1) if not usable(url)]
        if wrong:
            named = "、".join(map(str, wrong))
            raise ValueError(f"第 {named} 个不是可用的 Apprise 地址(地址含密钥,这里不显示)")
        return urls


class CrmSection(Section):
    """The company's own customer system, told of every caller from outside whom an agent answers."""

    url: str | None = None
    """Address of a caller's page, such as `https://crm.example.cn/?phone={number}&call={call_id}`."""
    opens: bool = False
    """The desk opens it by itself on answer; else a button does."""
    webhook: str | None = None
    """Where the program itself posts each answered call."""
    webhook_secret: str = Field(default="", repr=False)
    """Signs what is posted."""
    webhook_timeout: float = Field(default=5.0, ge=0.5, le=30)

    @property
    def way(self) -> Literal["none", "button", "window"]:
        """How the desk reaches a caller's page."""
        if self.url is None:
            return "none"
        return "window" if self.opens else "button"

    @field_validator("url")
    @classmethod
    def _is_a_template(cls, template: str | None) -> str | None:
        if template is not None:
            CrmAddress.of(template)
        return template

    @field_validator("webhook")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address is not None:
            check_web_address(address)
        return address

    @field_validator("webhook_secret")
    @classmethod
    def _is_long_enough(cls, secret: str) -> str:
        if secret and len(secret) < SHORTEST_SECRET:
            raise ValueError(f"密钥太短,至少 {SHORTEST_SECRET} 个字符")
        return secret


class OidcSection(Section):
    """Signing in at the company's own identity provider (OpenID Connect), beside extension and password."""

    issuer: str | None = None
    """As the provider names itself, such as `https://login.example.cn/realms/hotline`; absent: nothing of this is there."""
    client_id: str = ""
    client_secret: str = Field(default="", repr=False)
    """Empty for a public client; PKCE is used either way."""
    own_address: str | None = None
    """Where browsers reach the desk, such as `https://desk.example.cn`; the provider sends them back to `/api/oidc/callback` there."""
    label: str = Field(default="公司帐号登录", min_length=1, max_length=30)
    scopes: str = "openid profile"
    extension_claim: str = "preferred_username"
    """Which claim is the extension. People must not be able to change it themselves."""
    name_claim: str = "name"
    role_claim: str | None = None
    """Such as `groups` or `realm_access.roles`; absent: accounts are made here and keep the role they have here."""
    roles: Mapping[str, Role] = Field(default_factory=dict)
    """What the claim says → role; of several the strongest."""

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str | None) -> str | None:
        if issuer is not None:
            check_web_address(issuer)
            parts = urlsplit(issuer)
            if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
                raise ValueError("必须是 https:// 开头的网址(本机除外)")
        return issuer

    @field_validator("own_address")
    @classmethod
    def _is_an_origin(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^/\s?#]+", address):
            raise ValueError("应如 https://desk.example.cn(不带路径)")
        return address

    @field_validator("scopes")
    @classmethod
    def _asks_for_openid(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError("要包含 openid")
        return scopes


class RecordingSection(Section):
    """Recordings of calls, where the dialplan makes any (`hotline-record.conf`): to be heard on the call's page, and to be deleted."""

    folder: Path | None = None
    """The dialplan's HOTLINE_RECORDINGS as it lies for us; absent: nothing is heard here, and nothing deleted."""
    keep_days: int = Field(default=30, ge=1, le=36500)


class RecordsSection(Section):
    url: str = Field(default="sqlite:///hotline.db", repr=False)
    keep_calls_days: int = Field(default=1095, ge=0, le=36500)
    """Calls with everything about them; 0 keeps for ever, here and below."""
    keep_words_days: int = Field(default=365, ge=0, le=36500)
    """What was said, and notes."""
    keep_traces_days: int = Field(default=30, ge=0, le=36500)
    """Why a situation fired or did not."""
    keep_audit_days: int = Field(default=1095, ge=0, le=36500)
    keep_messages_days: int = Field(default=90, ge=0, le=36500)
    """Messages callers left after hours, where they lie for us (`[duty] messages`)."""


class LogSection(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    file: Path | None = None


class Settings(Section):
    pbx: PbxSection = PbxSection()
    asr: AsrSection = AsrSection()
    scripts: ScriptsSection = ScriptsSection()
    web: WebSection = WebSection()
    duty: DutySection = DutySection()
    transfer: TransferSection = TransferSection()
    line: LineSection = LineSection()
    phones: PhonesSection = PhonesSection()
    notify: NotifySection = NotifySection()
    crm: CrmSection = CrmSection()
    oidc: OidcSection = OidcSection()
    recording: RecordingSection = RecordingSection()
    records: RecordsSection = RecordsSection()
    log: LogSection = LogSection()
