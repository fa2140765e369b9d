"""Triggers of a caller who is handed on: whether the caller was told before, and whether whoever takes over was."""

from typing import Literal

from prompts.call import CallSoFar
from prompts.facts import Consulting, Fact, TransferFell, Transferred
from prompts.lexicon import Model
from prompts.occasion import Cadence, Occasion

TOLD_S = 0.6
"""Less speech than this (喂) tells a colleague nothing; more may have, also where it was not understood or its beginning was missed."""


class OnTransferred(Model):
    """`announced`: whether the agent told the caller before (S2-42); judged only where the agent can be heard."""

    kind: Literal["transferred"]
    announced: bool | None = None
    blind: bool | None = None
    """Whether the agent must, or must not, have left the caller to the other phone without a word to who answers it (S2-43)."""
    told_colleague: bool | None = None
    """Whether the agent told the colleague who was asked first anything (S2-43); judged only where that can be heard."""

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        if not isinstance(fact, Transferred) or self.blind not in (None, fact.blind):
            return None
        told, announced = self.told_colleague, self.announced
        if told not in (None, _told(call)) or announced not in (None, _announced(call)):
            return None
        if told is not None:
            return Occasion(f"转接至 {fact.to},{'已' if told else '未'}向对方说明")
        if announced is not None:
            return Occasion(f"转接至 {fact.to},{'已' if announced else '未'}先告知客户")
        return Occasion(f"转接至 {fact.to}")


def _told(call: CallSoFar) -> bool | None:
    """None where it cannot be known."""
    return None if call.told_colleague_s is None else call.told_colleague_s >= TOLD_S


def _announced(call: CallSoFar) -> bool | None:
    return None if call.staff.heard_since is None else call.transfer_announced


class OnTransferFell(Model):
    kind: Literal["transfer_fell"]

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        return Occasion("转接未成功") if isinstance(fact, TransferFell) else None


class OnConsulting(Model):
    """The colleague whom the agent called beside the waiting caller can be spoken to, and the caller knows of the transfer (S2-43).

    Without the agent's word of a transfer the two may talk about anything.
    """

    kind: Literal["consulting"]

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        asked = isinstance(fact, Consulting) and fact.present and call.transfer_announced
        return Occasion("已告知转接,同事已接听") if asked else None
