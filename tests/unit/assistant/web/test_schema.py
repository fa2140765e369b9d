from pathlib import Path

import jsonschema
import msgspec
import pytest

from assistant.messages import CallGone, MoveCard
from assistant.web.schema import protocol_schema, schema_text

COMMITTED = Path(__file__).resolve().parents[4] / "docs" / "protocol.schema.json"


def side(name: str) -> dict[str, object]:
    schema = protocol_schema()
    part = schema[name]
    assert isinstance(part, dict)
    return {**part, "$defs": schema["$defs"]}


def test_the_committed_schema_is_what_the_types_say() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m assistant.web.schema > docs/protocol.schema.json"
    )


def test_messages_fit_it_and_others_do_not() -> None:
    jsonschema.validate(msgspec.to_builtins(CallGone(call_id="1.1")), side("server"))
    jsonschema.validate(
        msgspec.to_builtins(MoveCard(call_id="1.1", card_id="c", move="said")), side("browser")
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"type": "move_card", "call_id": "1.1"}, side("browser"))
