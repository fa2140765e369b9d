"""The phones of a call before the answer: which are lifted, which are still dialled, and why one fell silent. Pure; changes nothing."""

from ami_bridge.calls import Call, Leg
from ami_bridge.events import RingEnd


def lifted_legs(call: Call) -> list[Leg]:
    """Phones (or Local channels before them) that were lifted for this call and do not talk yet."""
    ends = (call.customer, call.origin, call.last_leg)
    return [leg for leg in call.legs.values() if leg.up and leg not in ends]


def dialled_legs(call: Call) -> list[Leg]:
    """Phones the PBX tries to reach for this call."""
    ends = (call.customer, call.origin)
    return [leg for leg in call.legs.values() if leg.is_party and not leg.up and leg not in ends]


CAUSES = {
    3: RingEnd.UNAVAILABLE,
    17: RingEnd.BUSY,
    18: RingEnd.NO_ANSWER,
    19: RingEnd.NO_ANSWER,
    20: RingEnd.UNAVAILABLE,
    21: RingEnd.BUSY,
    26: RingEnd.ANSWERED_ELSEWHERE,
    27: RingEnd.UNAVAILABLE,
    34: RingEnd.UNAVAILABLE,
    38: RingEnd.UNAVAILABLE,
}
"""Q.850 causes as Asterisk maps SIP answers to them (486 is 17, 603 is 21): a queue says NOANSWER for all of them."""
STATUSES = {
    "BUSY": RingEnd.BUSY,
    "CHANUNAVAIL": RingEnd.UNAVAILABLE,
    "CONGESTION": RingEnd.UNAVAILABLE,
}


def why_silent(call: Call, leg: Leg, status: str = "") -> RingEnd:
    """From the hangup's cause and DialEnd's status. CANCEL and NOANSWER are also how others end when one phone is lifted."""
    said = CAUSES.get(leg.cause or 0) or STATUSES.get(status)
    if said is not None:
        return said
    if lifted_legs(call):
        return RingEnd.ANSWERED_ELSEWHERE
    gave_up = call.origin.wants_to_hang_up or status == "CANCEL"
    return RingEnd.CALLER_GAVE_UP if gave_up else RingEnd.NO_ANSWER
