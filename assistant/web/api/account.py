"""Signing in and out, who I am, my password; users, for administrators."""

from dataclasses import asdict

from fastapi import APIRouter, HTTPException, Request, Response

from assistant.messages import PartState
from assistant.people import Person
from assistant.records import Audited
from assistant.store import ConflictError, NotFoundError
from assistant.store.passwords import Passwords, WeakPasswordError, check_strength
from assistant.web.api.access import person_of, session_of
from assistant.web.api.shapes import (
    Active,
    ChangedUser,
    Health,
    Left,
    LoginBody,
    Me,
    NewPassword,
    NewUser,
    OwnPassword,
    PartShape,
    SessionShape,
    UserShape,
    WaysIn,
)
from assistant.web.parts import WebParts
from assistant.web.provider_tickets import ProviderTickets
from assistant.web.sessions import Sessions
from assistant.web.signin import SignIn, TooManyAttemptsError


def address_of(request: Request) -> str:
    return request.client.host if request.client is not None else "unknown"


def add_account_routes(
    router: APIRouter,
    parts: WebParts,
    sessions: Sessions,
    passwords: Passwords,
    tickets: ProviderTickets | None,
) -> None:
    """`tickets`: None without an identity provider."""
    sign_in = SignIn(parts.store, parts.clock, parts.settings, passwords)

    @router.post("/api/login")
    async def login(body: LoginBody, request: Request, response: Response) -> Me:
        address = address_of(request)
        try:
            person = await sign_in.check(body.extension, body.password, address)
        except TooManyAttemptsError as error:
            raise HTTPException(429, str(error), {"Retry-After": str(int(error.wait_s) + 1)}) from error
        if person is None:
            raise HTTPException(401, "分机号或密码不对")
        await sessions.begin(person, address, response)
        if tickets is not None:
            tickets.take_back(request, response)
        return Me.of(person)

    @router.post("/api/logout")
    async def logout(request: Request, response: Response) -> Left:
        await sessions.end(session_of(request), response)
        _audit(parts, person_of(request), "logout", "session", "")
        by_provider = tickets is not None and tickets.holds(request)
        return Left(go_on="/api/oidc/logout" if by_provider else None)

    @router.get("/api/me")
    async def me(request: Request) -> Me:
        return Me.of(person_of(request))

    @router.post("/api/me/password")
    async def own_password(body: OwnPassword, request: Request, response: Response) -> Me:
        """Ends every session of mine and begins this one anew."""
        person = person_of(request)
        try:
            right = await sign_in.check(person.extension, body.old, address_of(request))
        except TooManyAttemptsError as error:
            raise HTTPException(429, str(error)) from error
        if right is None:
            raise HTTPException(403, "原密码不对")
        await _set_password(parts, sessions, passwords, person.extension, body.new)
        _audit(parts, person, "password", person.extension, "")
        await sessions.begin(person, address_of(request), response)
        return Me.of(person)


def add_open_routes(router: APIRouter, parts: WebParts, sessions: Sessions) -> None:
    """What a stranger may ask."""

    @router.get("/api/sign-in")
    async def ways_in() -> WaysIn:
        oidc = parts.settings.oidc
        return WaysIn(oidc=None if oidc is None else oidc.label)

    @router.get("/api/health")
    async def health(request: Request) -> Health:
        """For watchdogs: the state to anyone, what is wrong only to who is signed in."""
        found = parts.health()
        known = await sessions.of(request) is not None
        shown = [PartShape(name=part.name, state=part.state, text=part.text) for part in found]
        return Health(status=worst([part.state for part in found]), parts=shown if known else [])


def worst(states: list[PartState]) -> PartState:
    order: tuple[PartState, ...] = ("down", "degraded")
    return next((state for state in order if state in states), "ok")


def add_user_routes(router: APIRouter, parts: WebParts, sessions: Sessions, passwords: Passwords) -> None:
    @router.get("/api/users")
    async def users() -> list[UserShape]:
        return [
            UserShape(
                extension=user.person.extension,
                name=user.person.name,
                role=user.person.role,
                active=user.active,
                created_at=user.created_at,
            )
            for user in await parts.store.accounts.all()
        ]

    @router.post("/api/users", status_code=201)
    async def add_user(body: NewUser, request: Request) -> Me:
        hashed = await _hashed(passwords, body.password, body.extension)
        try:
            person = await parts.store.accounts.add(
                body.extension, body.name, body.role, hashed, parts.clock.wall()
            )
        except ConflictError as error:
            raise HTTPException(409, str(error)) from error
        parts.person_changed(person)
        _audit(parts, person_of(request), "user_added", body.extension, body.role)
        return Me.of(person)

    @router.post("/api/users/{extension}/password")
    async def set_password(extension: str, body: NewPassword, request: Request) -> dict[str, bool]:
        await _set_password(parts, sessions, passwords, extension, body.password)
        _audit(parts, person_of(request), "password", extension, "")
        return {"ok": True}


def add_user_changes(router: APIRouter, parts: WebParts, sessions: Sessions) -> None:
    @router.put("/api/users/{extension}")
    async def change_user(extension: str, body: ChangedUser, request: Request) -> Me:
        """Another role signs the user out everywhere."""
        if extension == person_of(request).extension and body.role != person_of(request).role:
            raise HTTPException(409, "不能改自己的角色")
        try:
            person, ended = await parts.store.accounts.rename(extension, body.name, body.role)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        sessions.forget(ended)
        parts.person_changed(person)
        _audit(parts, person_of(request), "user_changed", extension, f"{body.name} {body.role}")
        return Me.of(person)

    @router.post("/api/users/{extension}/active")
    async def set_active(extension: str, body: Active, request: Request) -> dict[str, bool]:
        if extension == person_of(request).extension and not body.active:
            raise HTTPException(409, "不能停用自己")
        try:
            ended = await parts.store.accounts.set_active(extension, body.active)
        except NotFoundError as error:
            raise HTTPException(404, str(error)) from error
        sessions.forget(ended)
        _audit(parts, person_of(request), "user_active", extension, str(body.active))
        return {"ok": True}


def add_session_routes(router: APIRouter, parts: WebParts, sessions: Sessions) -> None:
    accounts = parts.store.accounts

    @router.get("/api/sessions")
    async def listed(request: Request) -> list[SessionShape]:
        """Mine; an administrator sees everybody's."""
        person, mine = person_of(request), session_of(request).session_id
        whose = None if person.role == "admin" else person.extension
        return [
            SessionShape(**asdict(one), current=one.session_id == mine)
            for one in await accounts.open_sessions(parts.clock.wall(), whose)
        ]

    @router.delete("/api/sessions/{session_id}")
    async def end(session_id: str, request: Request) -> dict[str, bool]:
        """Signs that browser out at once."""
        person, wall = person_of(request), parts.clock.wall()
        whose = None if person.role == "admin" else person.extension
        found = [one for one in await accounts.open_sessions(wall, whose) if one.session_id == session_id]
        if not found:
            raise HTTPException(404, "没有这个登录")
        await accounts.end_session(session_id)
        sessions.forget([session_id])
        _audit(parts, person, "session_ended", found[0].extension, "")
        return {"ok": True}


async def _set_password(
    parts: WebParts, sessions: Sessions, passwords: Passwords, extension: str, password: str
) -> None:
    hashed = await _hashed(passwords, password, extension)
    try:
        ended = await parts.store.accounts.set_password(extension, hashed, parts.clock.wall())
    except NotFoundError as error:
        raise HTTPException(404, str(error)) from error
    sessions.forget(ended)


async def _hashed(passwords: Passwords, password: str, login: str) -> str:
    try:
        check_strength(password, login)
    except WeakPasswordError as error:
        raise HTTPException(422, str(error)) from error
    return await passwords.hash(password)


def _audit(parts: WebParts, who: Person, what: str, about: str, detail: str) -> None:
    parts.store.put(Audited(who.extension, what, about, detail), parts.clock.wall())
