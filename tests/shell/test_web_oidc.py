"""Signing in by OpenID Connect: a real provider on a real port, a browser that follows the redirects, and everything that must not get in."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from assistant.messages import Role
from assistant.web.api.access import ACCESS, WITH_OIDC
from assistant.web.oidc_claims import OidcSettings
from assistant.web.settings import WebSettings
from tests.support.oidc_provider import CLIENT, SECRET, Claims, Provider, running_provider
from tests.support.web import PASSWORD, Site, next_of, running_site

ROLES: dict[str, Role] = {"hotline-agents": "agent", "hotline-leads": "supervisor"}
AGENT: Claims = {
    "preferred_username": "8001",
    "name": "刘敏",
    "realm_access": {"roles": ["staff", "hotline-agents"]},
}
OWN = "http://desk.test"


def settings_for(provider: Provider, role_claim: str | None = "realm_access.roles") -> OidcSettings:
    return OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        own_address=OWN,
        label="公司帐号登录",
        scopes="openid profile",
        extension_claim="preferred_username",
        name_claim="name",
        role_claim=role_claim,
        roles=ROLES if role_claim else {},
    )


@dataclass
class Door:
    site: Site
    provider: Provider

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"origin": self.site.origin}
        async with httpx.AsyncClient(headers=headers, trust_env=False, verify=False) as client:
            yield client

    async def to_provider(self, browser: httpx.AsyncClient) -> str:
        """The address the provider sends the browser back to, on the port the site really has."""
        away = await browser.get(f"{self.site.origin}/api/oidc/login")
        assert away.status_code == 303, away.text
        back = (await browser.get(away.headers["location"])).headers["location"]
        assert back.startswith(f"{OWN}/api/oidc/callback?")
        return str(back.replace(OWN, self.site.origin))

    async def enter(self, browser: httpx.AsyncClient) -> str:
        """Where the browser ends."""
        answer = await browser.get(await self.to_provider(browser))
        assert answer.status_code == 303
        return str(answer.headers["location"])

    async def audited(self) -> list[tuple[object, object, object]]:
        await self.site.store.flush()
        return [(row["what"], row["by"], row["about"]) for row in await self.site.store.reading.audit()]


@asynccontextmanager
async def door(folder: Path, role_claim: str | None = "realm_access.roles") -> AsyncIterator[Door]:
    async with running_provider() as provider:
        provider.person, provider.comes_back_to = AGENT, f"{OWN}/api/oidc/left"
        settings = WebSettings(static=folder / "static", oidc=settings_for(provider, role_claim))
        async with running_site(folder, settings) as site:
            yield Door(site, provider)


async def test_who_the_provider_knows_is_signed_in_as_after_a_password(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        assert await at.enter(browser) == "/?sign_in=ok"
        me = (await browser.get(f"{at.site.origin}/api/me")).json()
        assert me == {"extension": "8001", "name": "刘敏", "role": "agent"}
        cookies = {cookie.name: cookie for cookie in browser.cookies.jar}
        assert set(cookies) == {"hotline", "hotline-oidc-in"}
        page = await at.site.socket(f"hotline={cookies['hotline'].value}")
        assert (await next_of(page))["type"] == "hello"
        await page.close()
        audited = await at.audited()
        assert ("login", "8001", "session") in audited
        assert ("user_added", "oidc", "8001") in audited
        await browser.post(f"{at.site.origin}/api/logout")
        assert (await browser.get(f"{at.site.origin}/api/me")).status_code == 401


async def test_the_session_cookie_is_as_strict_as_after_a_password(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        answer = await browser.get(await at.to_provider(browser))
        session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("hotline="))
        assert "httponly" in session.lower()
        assert "samesite=strict" in session.lower()
        assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_the_question_carries_pkce_state_and_nonce_anew_each_time(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.to_provider(browser)
        await at.to_provider(browser)
        first, second = at.provider.asked
        assert first["code_challenge_method"] == "S256"
        assert (first["response_type"], first["client_id"], first["scope"]) == (
            "code",
            CLIENT,
            "openid profile",
        )
        for name in ("state", "nonce", "code_challenge"):
            assert len(first[name]) >= 43
            assert first[name] != second[name]
        assert create_s256_code_challenge("x") != first["code_challenge"]


async def test_no_other_browser_can_use_the_answer_nor_can_it_be_used_twice(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as victim, at.browser() as other:
        back = await at.to_provider(other)
        state = parse_qs(urlsplit(back).query)["state"][0]
        assert (await victim.get(back)).headers["location"] == "/?sign_in=expired"
        assert (await other.get(back)).headers["location"] == "/?sign_in=ok"
        other.cookies.set("hotline-oidc", state)
        assert (await other.get(back)).headers["location"] == "/?sign_in=expired"
        assert (await victim.get(f"{at.site.origin}/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("twist", "outcome"),
    [
        (lambda claims: {**claims, "nonce": "another"}, "invalid"),
        (lambda claims: {**claims, "aud": "somebody else"}, "invalid"),
        (lambda claims: {**claims, "iss": "http://elsewhere"}, "invalid"),
        (lambda claims: {**claims, "exp": 1}, "invalid"),
        (lambda claims: {name: claims[name] for name in claims if name != "nonce"}, "invalid"),
        (lambda claims: {**claims, "preferred_username": "../8001"}, "no_account"),
        (lambda claims: {**claims, "preferred_username": None}, "no_account"),
        (lambda claims: {**claims, "realm_access": {"roles": ["staff"]}}, "no_role"),
        (lambda claims: {**claims, "realm_access": "hotline-agents"}, "no_role"),
    ],
)
async def test_an_answer_that_does_not_hold_lets_nobody_in(
    tmp_path: Path, twist: Callable[[Claims], Claims], outcome: str
) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        at.provider.twist = twist
        assert await at.enter(browser) == f"/?sign_in={outcome}"
        assert (await browser.get(f"{at.site.origin}/api/me")).status_code == 401
        assert "login_failed" in [what for what, _, _ in await at.audited()]


async def test_a_token_signed_by_another_key_lets_nobody_in(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        at.provider.foreign_key = True
        assert await at.enter(browser) == "/?sign_in=invalid"


async def test_who_does_not_agree_at_the_provider_is_told_so(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        at.provider.refuses = True
        assert await at.enter(browser) == "/?sign_in=denied"


async def test_a_provider_that_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    provider = Provider(port=1)
    settings = WebSettings(static=tmp_path, oidc=settings_for(provider))
    async with running_site(tmp_path, settings) as site, site.client() as browser:
        answer = await browser.get("/api/oidc/login")
        assert (answer.status_code, answer.headers["location"]) == (303, "/?sign_in=unreachable")


async def test_the_role_follows_the_provider_and_the_change_is_audited(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.site.add_user("8001")
        at.provider.person = {**AGENT, "realm_access": {"roles": ["hotline-agents", "hotline-leads"]}}
        assert await at.enter(browser) == "/?sign_in=ok"
        assert (await browser.get(f"{at.site.origin}/api/me")).json()["role"] == "supervisor"
        assert ("user_changed", "oidc", "8001") in await at.audited()


async def test_a_closed_account_stays_closed(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.site.add_user("8001")
        await at.site.store.accounts.set_active("8001", False)
        assert await at.enter(browser) == "/?sign_in=inactive"


async def test_without_a_role_claim_accounts_are_made_here(tmp_path: Path) -> None:
    async with door(tmp_path, role_claim=None) as at, at.browser() as browser:
        assert await at.enter(browser) == "/?sign_in=no_account"
        await at.site.add_user("8001", "quality")
        assert await at.enter(browser) == "/?sign_in=ok"
        assert (await browser.get(f"{at.site.origin}/api/me")).json()["role"] == "quality"


async def test_an_account_from_the_provider_has_no_password_to_guess(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.enter(browser)
        async with at.site.client() as client:
            for password in (PASSWORD, "nobody has this password", " "):
                body = {"extension": "8001", "password": password}
                assert (await client.post("/api/login", json=body)).status_code == 401


async def leave(at: Door, browser: httpx.AsyncClient) -> str:
    """Signs out here; gives the address the browser is sent on to."""
    said = (await browser.post(f"{at.site.origin}/api/logout")).json()
    assert said == {"ok": True, "go_on": "/api/oidc/logout"}
    assert (await browser.get(f"{at.site.origin}/api/me")).status_code == 401
    answer = await browser.get(f"{at.site.origin}/api/oidc/logout")
    assert answer.status_code == 303
    assert "hotline-oidc-in" not in browser.cookies
    return str(answer.headers["location"])


async def test_who_signs_out_is_signed_out_at_the_provider_too(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.enter(browser)
        there = await leave(at, browser)
        back = (await browser.get(there)).headers["location"]
        assert back == f"{OWN}/api/oidc/left"
        home = await browser.get(back.replace(OWN, at.site.origin))
        assert (home.status_code, home.headers["location"]) == (303, "/?sign_in=left")
        (told,) = at.provider.left
        assert set(told) == {"ui", "client_id", "post_logout_redirect_uri", "id_token_hint"}
        assert ("logout", "8001", "session") in await at.audited()
        again = await browser.get(f"{at.site.origin}/api/oidc/logout")
        assert again.headers["location"] == "/"


async def test_after_a_restart_the_provider_is_told_who_asks_instead_of_who_leaves(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.enter(browser)
        async with running_site(tmp_path / "anew", at.site.settings) as site:
            there = (await browser.get(f"{site.origin}/api/oidc/logout")).headers["location"]
        assert (await browser.get(there)).status_code == 302
        (told,) = at.provider.left
        assert set(told) == {"ui", "client_id", "post_logout_redirect_uri"}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [({"signs_out": False}, "left_only_here"), ({"away": True}, "left_unreachable")],
)
async def test_the_session_here_ends_whatever_the_provider_does(
    tmp_path: Path, changed: dict[str, bool], outcome: str
) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.enter(browser)
        for name, value in changed.items():
            setattr(at.provider, name, value)
        assert await leave(at, browser) == f"/?sign_in={outcome}"
        assert at.provider.left == []


async def test_nobody_makes_us_ask_the_provider_again_and_again(tmp_path: Path) -> None:
    async with running_provider() as provider:
        settings = WebSettings(static=tmp_path, oidc=settings_for(provider), login_failures_per_address=1)
        async with running_site(tmp_path, settings) as site, site.client() as browser:
            sent_to: list[str] = []
            for away in (False, True, False):
                provider.away = away
                browser.cookies.set("hotline-oidc-in", "made up")
                answer = await browser.get("/api/oidc/logout")
                sent_to.append(answer.headers["location"].partition("/logout")[0])
    assert sent_to == [provider.issuer, "/?sign_in=left_unreachable", "/?sign_in=left_unreachable"]


async def test_who_came_in_by_a_password_is_not_sent_to_the_provider(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.browser() as browser:
        await at.site.add_user("8002")
        await at.enter(browser)
        body = {"extension": "8002", "password": PASSWORD}
        assert (await browser.post(f"{at.site.origin}/api/login", json=body)).status_code == 200
        said = await browser.post(f"{at.site.origin}/api/logout")
        assert said.json() == {"ok": True, "go_on": None}


async def test_without_settings_nothing_of_it_is_there(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, site.client() as client:
        assert (await client.get("/api/sign-in")).json() == {"oidc": None}
        for _, path in WITH_OIDC:
            assert (await client.get(path)).status_code == 404


async def test_with_settings_the_tables_name_every_route(tmp_path: Path) -> None:
    async with door(tmp_path) as at, at.site.client() as client:
        assert (await client.get("/api/sign-in")).json() == {"oidc": "公司帐号登录"}
        await at.site.add_user("8009", "admin")
        await at.site.sign_in(client, "8009")
        paths = (await client.get("/api/openapi.json")).json()["paths"]
        published = {(method.upper(), path) for path, methods in paths.items() for method in methods}
        assert published == set(ACCESS) - {("GET", "/api/openapi.json")} | set(WITH_OIDC)
