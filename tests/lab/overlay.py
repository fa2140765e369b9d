"""The configuration of a lab Asterisk: the shipped files as they are, plus what every PBX has of its own. Writes files only."""

import shutil
from pathlib import Path
from typing import Protocol

LINE = "4001234567"
AGENTS = ("8001", "8002", "8003", "8004")
SUPERVISOR = "9001"
DESKS = tuple(range(1, 10))
"""Extra queues `desk1`…: number 400123450N, agents 8N01 and 8N02, for scenarios that run side by side."""
WITHOUT_MUSIC = "8901"
"""The phone that puts its callers on hold without music, as one that nobody has set up does."""


class Ports(Protocol):
    @property
    def sip(self) -> int: ...
    @property
    def ami(self) -> int: ...
    @property
    def rtp_first(self) -> int: ...
    @property
    def rtp_last(self) -> int: ...
    @property
    def trunk_sip(self) -> int: ...
    @property
    def duty_sip(self) -> int: ...


def duty_number(desk: int) -> str:
    """The same desk behind the question where a call goes."""
    return f"400123470{desk}"


def desk_number(desk: int) -> str:
    return f"400123450{desk}"


def desk_agents(desk: int) -> tuple[str, str]:
    return f"8{desk}01", f"8{desk}02"


def write_configuration(
    etc: Path, inner: str, shipped: Path, secret: str, ports: Ports, trunk_host: str
) -> None:
    """`inner`: the instance's directory as Asterisk sees it."""
    shutil.copytree(shipped, etc / "hotline")
    for name, text in _files(inner, ports).items():
        (etc / name).write_text(text)
    for name, text in _site_files(secret, ports, trunk_host).items():
        (etc / "hotline" / name).write_text(text)


def _files(inner: str, ports: Ports) -> dict[str, str]:
    def include(part: str) -> str:
        return f'#include "{inner}/etc/hotline/{part}/*.conf"\n'

    return {
        "asterisk.conf": _ASTERISK.format(inner=inner),
        "modules.conf": _MODULES,
        "logger.conf": "[general]\n[logfiles]\nfull => notice,warning,error\n",
        "manager.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {ports.ami}\n"
        # Waits are measured by Asterisk's own clock.
        "timestampevents = yes\n" + include("manager.d"),
        "rtp.conf": f"[general]\nrtpstart = {ports.rtp_first}\nrtpend = {ports.rtp_last}\nstrictrtp = no\n",
        "pjsip.conf": f"[transport-udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{ports.sip}\n"
        + include("pjsip.d"),
        "queues.conf": "[general]\npersistentmembers = no\n" + include("queues.d"),
        "extensions.conf": "[general]\nstatic = yes\n" + _ALWAYS_OPEN + include("extensions.d"),
        "features.conf": include("features.d"),
        "musiconhold.conf": include("musiconhold.d"),
        "indications.conf": "[general]\ncountry = cn\n[cn]\ndescription = China\nringcadence = 1000,4000\nring = 450/1000,0/4000\nbusy = 450/350,0/350\n",
        "cdr.conf": "[general]\nenable = no\n",
        "udptl.conf": "[general]\n",
        "stasis.conf": "[threadpool]\n",
    }


def _site_files(secret: str, ports: Ports, trunk_host: str) -> dict[str, str]:
    phones = [*AGENTS, SUPERVISOR]
    extra = [agent for desk in DESKS for agent in desk_agents(desk)]
    pjsip = [_TRUNK.format(host=trunk_host, port=ports.trunk_sip)]
    pjsip.append(_DUTY_TRUNK.format(host=trunk_host, port=ports.duty_sip))
    pjsip += [f"[{phone}-auth](+)\npassword = {secret}-{phone}\n" for phone in phones]
    pjsip += [_EXTRA_PHONE.format(phone=phone, secret=secret) for phone in extra]
    pjsip.append(f"[{WITHOUT_MUSIC}](+type=endpoint)\nmoh_suggest = none\n")
    queues = [_EXTRA_QUEUE.format(desk=desk, members=_members(desk_agents(desk))) for desk in DESKS]
    queues.append(_LINEAR.format(members=_members(("8003", "8004"))))
    lines = [
        f"exten => {desk_number(desk)},1,Gosub(hotline-record,desk{desk},1)\n"
        f" same => n,Queue(desk{desk},rtC,,,300)\n same => n,Hangup()\n"
        for desk in DESKS
    ]
    return {
        "manager.d/hotline.site.conf": f"[hotline](+)\nsecret = {secret}\n{_NARROW.format(secret=secret)}",
        "pjsip.d/hotline.site.conf": "\n".join(pjsip),
        "queues.d/hotline.site.conf": "\n".join(queues),
        "extensions.d/hotline.site.conf": "[from-trunk400](+)\n"
        + "".join(lines)
        + _LINEAR_LINE
        + _DIRECT_LINE
        + _DUTY_LINE
        + _WAYS_OUT,
    }


def _members(agents: tuple[str, ...]) -> str:
    return "".join(f"member => PJSIP/{agent},0,{agent}\n" for agent in agents)


_ASTERISK = """[directories]
astcachedir => {inner}/cache
astetcdir => {inner}/etc
astvarlibdir => /usr/share/asterisk
astdbdir => {inner}/db
astdatadir => /usr/share/asterisk
astspooldir => {inner}/spool
astrundir => {inner}/run
astlogdir => {inner}/log
[options]
documentation_language = en_US
"""

# Everything Debian builds but what needs hardware, a database or a network of its own: boots in a second.
_MODULES = """[modules]
autoload = yes
noload = chan_dahdi.so
noload = bridge_native_rtp.so
noload = res_corosync.so
noload = chan_iax2.so
noload = chan_mobile.so
noload = chan_ooh323.so
noload = chan_unistim.so
noload = chan_motif.so
noload = res_xmpp.so
noload = res_snmp.so
noload = res_config_ldap.so
noload = res_config_mysql.so
noload = res_config_odbc.so
noload = res_config_pgsql.so
noload = app_mysql.so
noload = cdr_mysql.so
noload = pbx_dundi.so
noload = pbx_ael.so
noload = pbx_lua.so
noload = res_hep.so
noload = res_prometheus.so
noload = res_phoneprov.so
noload = app_voicemail_imap.so
noload = app_voicemail_odbc.so
noload = app_voicemail.so
noload = res_calendar.so
noload = res_stun_monitor.so
"""

# The line's own hours, which decide when nobody answers the question: tests are made at any hour.
_ALWAYS_OPEN = "[globals]\nHOTLINE_HOURS_1 = *,*,*,*\n"

# An account that may watch and do nothing, for the tests of what the program says then; and one that is told of packet loss.
_NARROW = """[watcher]
secret = {secret}
read = system,call,agent

[with-rtcp](hotline)
read = system,call,agent,reporting
"""

_TRUNK = """[trunk400](+type=aor)
contact = sip:{host}:{port}
[trunk400-identify](+)
match = {host}
[trunk-office](+type=aor)
contact = sip:{host}:{port}
"""

_EXTRA_PHONE = """[{phone}](hotline-phone)
auth = {phone}-auth
aors = {phone}
callerid = "{phone}" <{phone}>
[{phone}-auth](hotline-phone-auth)
username = {phone}
password = {secret}-{phone}
[{phone}](hotline-phone-aor)
"""

_EXTRA_QUEUE = """[desk{desk}](hotline-queue)
{members}"""

_LINEAR = """[onebyone](hotline-queue)
strategy = linear
timeout = 6
{members}"""

_LINEAR_LINE = "exten => 4001234599,1,Queue(onebyone,rtC,,,300)\n same => n,Hangup()\n"
_DIRECT_LINE = "exten => _400123480X,1,Dial(PJSIP/800${EXTEN:-1},60,t)\n same => n,Hangup()\n"

# What an installation must not have: a way out by the 400 trunk that does not ask the guard (9 in front of the number), and
# one that asks it (8 in front). With 7 in front calls go out as they should, by the office's own line.
_WAYS_OUT = """[hotline-phones](+)
exten => _91[3-9]XXXXXXXXX,1,Dial(PJSIP/${EXTEN:1}@trunk400,60)
 same => n,Hangup()
exten => _71[3-9]XXXXXXXXX,1,Dial(PJSIP/${EXTEN:1}@trunk-office,60)
 same => n,Hangup()
exten => _81[3-9]XXXXXXXXX,1,Gosub(hotline-outbound-guard,s,1(trunk400))
 same => n,Dial(PJSIP/${EXTEN:1}@trunk400,60)
 same => n,Hangup()
"""
_DUTY_LINE = (
    "exten => _400123470X,1,Gosub(hotline-duty,${EXTEN},1)\n same => n,Queue(desk${EXTEN:-1},rtC,,,300)\n"
    " same => n,Gosub(hotline-duty,${EXTEN},1)\n same => n,Goto(hotline-duty-message,${EXTEN},1)\n"
)

_DUTY_TRUNK = """[trunk-duty](+type=aor)
contact = sip:{host}:{port}
"""
