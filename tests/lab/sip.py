"""SIP and SDP as text (RFC 3261, 4566, 2617): enough for a desk phone. Pure; knows no socket."""

import hashlib
import re
import secrets
from dataclasses import dataclass

ALAW = 8


@dataclass(frozen=True)
class SipMessage:
    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def need(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise ValueError(f"no {name} in {self.start}")
        return value

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def status(self) -> int | None:
        """Of a response; None for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else None

    @property
    def method(self) -> str:
        return self.need("CSeq").split()[1] if self.status is not None else self.start.split()[0]

    @property
    def cseq(self) -> int:
        return int(self.need("CSeq").split()[0])

    @property
    def branch(self) -> str:
        return parameter(self.need("Via"), "branch") or ""

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [
            self.start,
            *(f"{key}: {value}" for key, value in self.headers),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def parse(datagram: bytes) -> SipMessage | None:
    """None for a keep-alive or anything else that is not SIP."""
    head, _, body = datagram.decode(errors="replace").partition("\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    if "SIP/2.0" not in start:
        return None
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = tuple(
        (key.strip(), value.strip()) for key, _, value in pairs if key.strip().lower() != "content-length"
    )
    return SipMessage(start, headers, body)


def parameter(value: str, name: str) -> str | None:
    match = re.search(rf";\s*{name}=([^;>,\s]+)", value)
    return match[1] if match else None


def uri_of(value: str) -> str:
    match = re.search(r"<([^>]+)>", value)
    return match[1] if match else value.split(";", maxsplit=1)[0].strip()


def user_of(value: str) -> str:
    match = re.match(r"sips?:([^@;>]+)@", uri_of(value))
    return match[1] if match else ""


def response(
    request: SipMessage, status: int, reason: str, to_tag: str, *more: tuple[str, str], body: str = ""
) -> SipMessage:
    to = request.need("To")
    if status > 100 and parameter(to, "tag") is None:
        to += f";tag={to_tag}"
    headers = [("Via", via) for via in request.all("Via")]
    headers += [
        ("From", request.need("From")),
        ("To", to),
        ("Call-ID", request.need("Call-ID")),
        ("CSeq", request.need("CSeq")),
    ]
    return SipMessage(f"SIP/2.0 {status} {reason}", (*headers, *more), body)


def new_tag() -> str:
    return secrets.token_hex(6)


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)


def digest(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The value of Authorization for this challenge."""

    def field(name: str) -> str | None:
        match = re.search(rf'\b{name}="?([^",]+)"?', challenge)
        return match[1] if match else None

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    realm, nonce = field("realm") or "", field("nonce") or ""
    ha1, ha2 = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    parts = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"', "algorithm=MD5"]
    if opaque := field("opaque"):
        parts.append(f'opaque="{opaque}"')
    if field("qop"):
        cnonce = secrets.token_hex(8)
        parts += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
        parts.append(f'response="{md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}")}"')
    else:
        parts.append(f'response="{md5(f"{ha1}:{nonce}:{ha2}")}"')
    return "Digest " + ", ".join(parts)


def sdp(host: str, port: int, direction: str, version: int) -> str:
    lines = [
        "v=0",
        f"o=lab 1 {version} IN IP4 {host}",
        "s=lab",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {ALAW} 101",
    ]
    lines += [
        f"a=rtpmap:{ALAW} PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=ptime:20",
        f"a={direction}",
    ]
    return "\r\n".join(lines) + "\r\n"


def media_address(body: str) -> tuple[str, int] | None:
    """Where the other side wants its media."""
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    return (host[1], int(port[1])) if host and port else None
