"""The table of legal call states."""

from ami_bridge.states import ANSWERED, MOVES, CallState, Move, after


def test_a_call_that_was_answered_never_goes_back_to_waiting() -> None:
    assert all(to in ANSWERED for (state, _), to in MOVES.items() if state in ANSWERED)


def test_only_joining_makes_an_answer() -> None:
    assert {move for (state, move), to in MOVES.items() if state not in ANSWERED and to in ANSWERED} == {
        Move.JOIN
    }


def test_every_state_can_be_joined_and_reached() -> None:
    assert {state for state, move in MOVES if move is Move.JOIN} == set(CallState)
    assert set(MOVES.values()) == set(CallState)


def test_a_move_out_of_place_leads_nowhere() -> None:
    assert after(CallState.WAITING, Move.HOLD) is None
    assert after(CallState.PARTED, Move.PART) is None
    assert after(CallState.TALKING, Move.RESUME) is None
