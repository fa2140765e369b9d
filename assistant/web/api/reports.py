"""Reports for the board: figures by day, hour, agent, queue or situation. Each row says which filters of the call list find its calls."""

from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import JsonValue
from starlette.responses import Response

from assistant.store import conduct_figures
from assistant.store.figures import bounds
from assistant.store.finding import NOBODY
from assistant.store.reports import By, CallFigures, CardFigures, CardsBy, ConductFigures, Period
from assistant.web.api.access import person_of
from assistant.web.api.columns import Columns, Language, words
from assistant.web.api.export import situation_titles
from assistant.web.api.report_file import CALLS, CARDS, CONDUCT, KEYS, report_file
from assistant.web.api.shapes import Shape, Short
from assistant.web.parts import WebParts

Filters = dict[str, JsonValue]
Cell = str | int | float | None

BEHIND: Final[dict[str, Filters]] = {
    "offered": {},
    "answered": {"outcome": "answered"},
    "missed": {"outcome": "missed"},
    "over_three_rings": {"over_three_rings": True},
    "within_3s": {"within_3s": True},
    "escalated": {"escalated": True},
    "forbidden": {"forbidden": True},
    "after_hours": {"after_hours": True},
    "sheets_complete": {"sheet": "complete", "outcome": "answered"},
    "sheets_missing": {"sheet": "missing", "outcome": "answered"},
    "hold_s": {"min_hold_s": 0.001},
    "silence_s": {"min_silence_s": 0.001},
    "rang": {"min_ring_s": 0},
    "ring_avg_s": {"min_ring_s": 0},
    "wait_avg_s": {},
    "talk_avg_s": {"outcome": "answered"},
    "hold_avg_s": {"outcome": "answered"},
    "silence_avg_s": {"outcome": "answered"},
}
"""Beside a row's own filters: what finds the calls behind the number of this column; behind a mean, those it is the mean of."""
BEHIND_CARDS: Final[dict[str, Filters]] = {
    name: {"card": name}
    for name in ("shown", "said", "done", "dismissed", "expired", "cancelled", "call_ended")
}

BEHIND_CONDUCT: Final[dict[str, Filters]] = {
    **{name: {"conduct": name} for name in (conduct_figures.JUDGED, *conduct_figures.OF_CONDUCT)},
    **{name: {"conduct": conduct_figures.JUDGED, "mark": name} for name in conduct_figures.FORBIDDEN},
}


class ReportQuery(Shape):
    """Local days, both included."""

    since: date | None = None
    until: date | None = None
    agent: Short | None = None

    def as_period(self) -> Period:
        return Period(
            since=None if self.since is None else self.since.isoformat(),
            until=None if self.until is None else self.until.isoformat(),
            agent=self.agent,
        )

    def as_filters(self, whose: Literal["last_agent", "card_agent"] = "last_agent") -> Filters:
        """`whose`: a call counts for who had it last, a card for who was shown it."""
        found: Filters = {"direction": "inbound"}
        if self.since is not None:
            found["since"] = _start_of(self.since)
        if self.until is not None:
            found["until"] = _end_of(self.until)
        return found if self.agent is None else found | {whose: self.agent}


class CallReportQuery(ReportQuery):
    """Figures of calls are kept by queue too."""

    by: By = "day"
    queue: Short | None = None

    def as_period(self) -> Period:
        return replace(super().as_period(), queue=self.queue)

    def as_filters(self, whose: Literal["last_agent", "card_agent"] = "last_agent") -> Filters:
        found = super().as_filters(whose)
        return found if self.queue is None else found | {"queue": self.queue}


class CardReportQuery(ReportQuery):
    by: CardsBy = "situation"


class InLanguage(Shape):
    """Of a file's headings."""

    lang: Language = "zh"


class CallReportFile(CallReportQuery, InLanguage): ...


class CardReportFile(CardReportQuery, InLanguage): ...


class ConductReportFile(ReportQuery, InLanguage): ...


class ReportRow(Shape):
    """`filters` find the calls of this row; `columns` of the report narrow them to one number."""

    key: str
    values: dict[str, Cell]
    filters: Filters


class Report(Shape):
    rows: list[ReportRow]
    columns: dict[str, Filters]


def add_report_routes(router: APIRouter, parts: WebParts) -> None:
    reports = parts.store.reports

    async def calls(wanted: CallReportQuery) -> Report:
        figures = await reports.calls(wanted.as_period(), wanted.by)
        filters = wanted.as_filters()
        rows = [
            ReportRow(key=one.key, values=call_values(one), filters=filters | _filters_of(wanted.by, one.key))
            for one in figures
        ]
        return Report(rows=rows, columns=BEHIND)

    async def cards(wanted: CardReportQuery) -> Report:
        filters = wanted.as_filters("card_agent")
        rows = [
            ReportRow(
                key=one.key, values=card_values(one), filters=filters | _filters_of_cards(wanted.by, one.key)
            )
            for one in await reports.cards(wanted.as_period(), wanted.by)
        ]
        return Report(rows=rows, columns=BEHIND_CARDS)

    _add_conduct_routes(router, parts)

    @router.get("/api/reports/calls")
    async def call_report(wanted: Annotated[CallReportQuery, Query()]) -> Report:
        return await calls(wanted)

    @router.get("/api/reports/cards")
    async def card_report(wanted: Annotated[CardReportQuery, Query()]) -> Report:
        return await cards(wanted)

    @router.get("/api/reports/calls.csv")
    async def call_file(wanted: Annotated[CallReportFile, Query()]) -> Response:
        return _file(wanted.by, CALLS, await calls(wanted), {}, wanted.lang)

    @router.get("/api/reports/cards.csv")
    async def card_file(request: Request, wanted: Annotated[CardReportFile, Query()]) -> Response:
        titles = situation_titles(parts, person_of(request))
        return _file(wanted.by, CARDS, await cards(wanted), titles, wanted.lang)


def _add_conduct_routes(router: APIRouter, parts: WebParts) -> None:
    reports = parts.store.reports

    async def conduct(wanted: ReportQuery) -> Report:
        filters = wanted.as_filters()
        rows = [
            ReportRow(
                key=one.agent,
                values=conduct_values(one),
                filters=filters | _filters_of("agent", one.agent),
            )
            for one in await reports.conduct(wanted.as_period())
        ]
        return Report(rows=rows, columns=BEHIND_CONDUCT)

    @router.get("/api/reports/conduct")
    async def conduct_report(wanted: Annotated[ReportQuery, Query()]) -> Report:
        return await conduct(wanted)

    @router.get("/api/reports/conduct.csv")
    async def conduct_file(wanted: Annotated[ConductReportFile, Query()]) -> Response:
        return _file("agent", CONDUCT, await conduct(wanted), {}, wanted.lang)


def call_values(one: CallFigures) -> dict[str, Cell]:
    """Counts as they are; averages and shares are None where nothing was counted."""
    counts: dict[str, Cell] = {name: value for name, value in asdict(one).items() if isinstance(value, int)}
    return counts | {
        "sheets_missing": one.sheets - one.sheets_complete,
        "ring_avg_s": _share(one.ring_s, one.rang),
        "over_three_rings_share": _share(one.over_three_rings, one.rang),
        "within_3s_share": _share(one.within_3s, one.spoke),
        "answered_share": _share(one.answered, one.offered),
        "sheets_complete_share": _share(one.sheets_complete, one.sheets),
        "wait_avg_s": _share(one.wait_s, one.offered),
        "talk_avg_s": _share(one.talk_s, one.answered),
        "hold_avg_s": _share(one.hold_s, one.answered),
        "silence_avg_s": _share(one.silence_s, one.answered),
        "hold_s": round(one.hold_s, 3),
        "silence_s": round(one.silence_s, 3),
    }


def card_values(one: CardFigures) -> dict[str, Cell]:
    counts: dict[str, Cell] = {name: value for name, value in asdict(one).items() if isinstance(value, int)}
    return counts | {
        "said_share": _share(one.said, one.shown),
        "dismissed_share": _share(one.dismissed, one.shown),
        "expired_share": _share(one.expired, one.shown),
    }


def conduct_values(one: ConductFigures) -> dict[str, Cell]:
    """Counts of calls; the agent's share of all that was spoken."""
    spoken = one.agent_speech_s + one.caller_speech_s
    known = one.counts["named"] + one.counts["unnamed"]
    return {
        **one.counts,
        "named_share": _share(one.counts["named"], known),
        "talk_share": None if spoken == 0 else round(one.agent_speech_s / spoken, 4),
    }


def _share(part: float, whole: int) -> float | None:
    return None if whole == 0 else round(part / whole, 4)


def _filters_of(by: By, key: str) -> Filters:
    match by:
        case "day":
            day = date.fromisoformat(key)
            return {"since": _start_of(day), "until": _end_of(day)}
        case "hour":
            return {"hour": int(key)}
        case "agent":
            return {"last_agent": key or NOBODY}
        case "queue":
            return {"queue": key or NOBODY}
        case "all":
            return {}


def _filters_of_cards(by: CardsBy, key: str) -> Filters:
    match by:
        case "situation":
            return {"situation": key}
        case "agent":
            return {"card_agent": key or NOBODY}
        case "hour":
            return {"hour": int(key)}


def _start_of(day: date) -> str:
    return bounds(day.isoformat())[0].isoformat()


def _end_of(day: date) -> str:
    return bounds(day.isoformat())[1].isoformat()


def _file(
    by: By | CardsBy, columns: Columns, report: Report, titles: dict[str, str], language: Language
) -> Response:
    rows = [(row.key, row.values) for row in report.rows]
    return report_file(by, columns, rows, titles | {"all": words(KEYS["all"], language)}, language)
