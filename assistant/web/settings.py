"""What the web side may be told. Plain values; `assistant.config` fills them."""

from dataclasses import dataclass
from pathlib import Path

from assistant.web.oidc_claims import OidcSettings

STATIC = Path(__file__).with_name("static")
"""Where the built page is."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Defaults are safe for one machine; a listener for others belongs behind TLS."""

    host: str = "127.0.0.1"
    port: int = 8400
    allowed_origins: tuple[str, ...] = ()
    """Origins besides the page's own, such as `https://hotline.example.cn` behind a proxy that changes the Host header."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For and -Proto are believed."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_tls: bool = False
    """A proxy in front ends TLS, so cookies are Secure although we speak plain HTTP."""
    oidc: OidcSettings | None = None
    """The company's own identity provider."""
    opens_windows: bool = False
    """Pages open windows of another site (the customer system) and find them again by name."""
    session_hours: float = 12.0
    """A session ends after so long without use; a page that is open is in use."""
    session_noted_s: float = 300.0
    """Its use is written down no more often."""
    session_check_s: float = 30.0
    """A session ended elsewhere is noticed within this time."""
    static: Path = STATIC
    max_body_bytes: int = 256 * 1024
    """A script pack is the largest thing a page sends."""
    body_timeout_s: float = 10.0
    send_timeout_s: float = 5.0
    heartbeat_s: float = 10.0
    browser_messages: int = 60
    """A browser that sends more within `browser_window_s` is closed (1008)."""
    browser_window_s: float = 10.0
    browsers_per_person: int = 8
    login_failures_per_account: int = 10
    login_failures_per_address: int = 50
    login_window_s: float = 300.0
    logins_at_once: int = 2
    send_buffer_bytes: int = 64 * 1024
    stop_within_s: float = 3.0

    @property
    def secure_cookie(self) -> bool:
        return self.behind_tls or self.tls_certificate is not None
