"""What a browser asks for: the messages a page may send (see `assistant.messages` for the protocol as a whole)."""

from typing import Literal

import msgspec

MOST_WRITTEN = 500
"""Characters in what a person writes: fields take no more, and more is refused."""


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """A value inside a message."""


class BrowserModel(Model, frozen=True, tag_field="type"):
    """Base of everything a browser sends."""


class MoveCard(BrowserModel, frozen=True, tag="move_card"):
    call_id: str
    card_id: str
    move: Literal["said", "next", "dismiss", "understood", "consented"]


class CallUpSituation(BrowserModel, frozen=True, tag="call_up"):
    call_id: str
    situation_id: str


class HangUpCall(BrowserModel, frozen=True, tag="hang_up"):
    call_id: str


class Escalate(BrowserModel, frozen=True, tag="escalate"):
    call_id: str
    note: str = ""


class SetCaller(BrowserModel, frozen=True, tag="set_caller"):
    call_id: str
    surname: str | None = None
    title: str | None = None


class HandleEscalation(BrowserModel, frozen=True, tag="handle_escalation"):
    """Supervisors only; an agent it is assigned to may close it. `to`: whom it is assigned to, an extension."""

    escalation_id: str
    do: Literal["acknowledge", "assign", "close"]
    note: str = ""
    to: str | None = None


class JoinCall(BrowserModel, frozen=True, tag="join_call"):
    """Supervisors only: listen to, whisper into or step into a call from their own extension, or take the caller over: once the
    supervisor's phone is lifted, the agent is free."""

    call_id: str
    how: Literal["listen", "whisper", "barge", "take_over"]


class PickUp(BrowserModel, frozen=True, tag="pick_up"):
    """Answer a call that rings at a colleague's phone (S0-02)."""

    call_id: str


class TransferCall(BrowserModel, frozen=True, tag="transfer"):
    """Ask a colleague about the caller, who waits meanwhile (S2-42). `to`: an owner's or a colleague's number."""

    call_id: str
    to: str


class CompleteTransfer(BrowserModel, frozen=True, tag="complete_transfer"):
    """The colleague takes the caller: the agent leaves the call."""

    call_id: str


class SendToAttendant(BrowserModel, frozen=True, tag="attendant"):
    """The caller goes to the automated attendant, and the agent is free (S0-39)."""

    call_id: str


class TellAgent(BrowserModel, frozen=True, tag="tell_agent"):
    """Supervisors only."""

    agent: str
    text: str


class ReadMessage(BrowserModel, frozen=True, tag="read_message"):
    """What a supervisor wrote has been read."""

    message_id: str


class TestLine(BrowserModel, frozen=True, tag="test_line"):
    """Supervisors only: call the 400 line from another one and see whether it rings (S0-08)."""


class Note(BrowserModel, frozen=True, tag="note"):
    """What the agent writes down during the call; it ends up in the record sheet."""

    call_id: str
    text: str


class StartDemoCall(BrowserModel, frozen=True, tag="demo_call"):
    """Demo only: let the simulator place a call of this scenario."""

    scenario: str


BrowserMessage = (
    MoveCard
    | CallUpSituation
    | HangUpCall
    | Escalate
    | SetCaller
    | HandleEscalation
    | JoinCall
    | PickUp
    | TransferCall
    | CompleteTransfer
    | SendToAttendant
    | TellAgent
    | ReadMessage
    | TestLine
    | Note
    | StartDemoCall
)

MAX_BROWSER_MESSAGE_BYTES = 8 * 1024
"""Larger frames from a browser end its connection (code 1009)."""


_browser_decoder: msgspec.json.Decoder[BrowserMessage] = msgspec.json.Decoder(BrowserMessage)


def decode(frame: bytes | str) -> BrowserMessage:
    """Raises msgspec.ValidationError or msgspec.DecodeError with a sentence that says where."""
    return _browser_decoder.decode(frame)
