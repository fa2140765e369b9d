"""Who a person is by what the company's own identity provider says of them: settings of the sign-in, and the reading of claims. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from assistant.messages import Role

Refusal = Literal[
    "denied", "expired", "unreachable", "invalid", "no_account", "no_role", "inactive", "too_many"
]
"""Why nobody was signed in; the page has a sentence for each."""
Farewell = Literal["left", "left_only_here", "left_unreachable"]
"""What became of signing out at the provider too; likewise."""
_STRONGEST_FIRST: Final[tuple[Role, ...]] = ("admin", "supervisor", "quality", "agent")
_LOGIN = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_LONGEST_NAME = 64


class NotAdmittedError(Exception):
    """`who`: as far as it was known."""

    def __init__(self, refusal: Refusal, who: str = "", detail: str = "") -> None:
        super().__init__(f"{refusal}: {detail}" if detail else refusal)
        self.refusal: Refusal = refusal
        self.detail = detail
        self.who = who


@dataclass(frozen=True, slots=True)
class OidcSettings:
    issuer: str
    client_id: str
    client_secret: str
    own_address: str
    """Where browsers reach us, as the provider knows it."""
    label: str
    scopes: str
    extension_claim: str
    name_claim: str
    role_claim: str | None
    """None: accounts are made here, and keep the role they have here."""
    roles: Mapping[str, Role]

    @property
    def redirect_uri(self) -> str:
        return f"{self.own_address}/api/oidc/callback"

    @property
    def left_uri(self) -> str:
        """Where the provider sends a browser that it has signed out."""
        return f"{self.own_address}/api/oidc/left"


@dataclass(frozen=True, slots=True)
class Claimed:
    """`role` None: whatever the account has."""

    extension: str
    name: str
    role: Role | None


def who_is(settings: OidcSettings, claims: Mapping[str, object]) -> Claimed:
    """Raises NotAdmittedError: a person without an extension has no account here, one without a role nothing to do here."""
    extension = _at(claims, settings.extension_claim)
    if not isinstance(extension, str) or not _LOGIN.fullmatch(extension):
        raise NotAdmittedError("no_account", detail=f"no usable claim {settings.extension_claim}")
    name = _at(claims, settings.name_claim)
    shown = name.strip()[:_LONGEST_NAME] if isinstance(name, str) else ""
    return Claimed(extension, shown or extension, _role(settings, claims, extension))


def _role(settings: OidcSettings, claims: Mapping[str, object], extension: str) -> Role | None:
    if settings.role_claim is None:
        return None
    said = _at(claims, settings.role_claim)
    groups = said if isinstance(said, list) else [said]
    mapped = {settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles}
    for role in _STRONGEST_FIRST:
        if role in mapped:
            return role
    raise NotAdmittedError("no_role", extension)


def _at(claims: Mapping[str, object], path: str) -> object:
    """`realm_access.roles` leads into objects; a claim whose name has dots is found as it is."""
    if path in claims:
        return claims[path]
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
