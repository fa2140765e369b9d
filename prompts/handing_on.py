"""Triggers of a caller who is handed on: what the caller was told before, and when whoever takes over is to be told."""

from typing import Literal

from prompts.call import CallSoFar
from prompts.facts import Consulting, Fact, TransferFell, Transferred
from prompts.lexicon import Model
from prompts.occasion import Cadence, Occasion


class OnTransferred(Model):
    """`announced`: whether the agent told the caller before (S2-42); judged only where the agent can be heard."""

    kind: Literal["transferred"]
    announced: bool | None = None
    blind: bool | None = None
    """Whether the agent must, or must not, have left the caller to the other phone without a word to who answers it (S2-43)."""

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        if not isinstance(fact, Transferred) or not fact.by_agent or self.blind not in (None, fact.blind):
            return None
        if self.announced is None:
            return Occasion(f"转接至 {fact.to}")
        if call.staff.heard_since is None or call.transfer_announced is not self.announced:
            return None
        return Occasion(f"转接至 {fact.to},{'已' if self.announced else '未'}先告知客户")


class OnTransferFell(Model):
    kind: Literal["transfer_fell"]

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        return Occasion("转接未成功") if isinstance(fact, TransferFell) else None


class OnConsulting(Model):
    """The colleague whom the agent called beside the waiting caller has answered, and the caller knows of the transfer (S2-43).

    Without the agent's word of a transfer the two may talk about anything.
    """

    kind: Literal["consulting"]

    def met(self, fact: Fact, call: CallSoFar, cadence: Cadence) -> Occasion | None:
        asked = isinstance(fact, Consulting) and call.transfer_announced
        return Occasion("已告知转接,同事已接听") if asked else None
