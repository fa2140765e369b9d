"""Writes `src/protocol.ts` from the types of `assistant.messages`, so that page and server cannot disagree.

Run by hand when the protocol changes (`python assistant/web/ui/protocol_types.py`); a unit test fails when the committed
file is behind. It knows the shapes the protocol uses and refuses any other.
"""

import sys
from pathlib import Path
from typing import get_args

from msgspec import inspect

from assistant import messages

TARGET = Path(__file__).parent / "src" / "protocol.ts"
HEADER = "// Made from assistant/messages.py by protocol_types.py. Do not edit.\n"

Shape = inspect.Type


def render() -> str:
    """The whole of `protocol.ts`."""
    structs: dict[str, inspect.StructType] = {}
    for info in inspect.multi_type_info([*get_args(messages.ServerMessage), *get_args(messages.BrowserMessage)]):
        _collect(info, structs)
    parts = [HEADER, f"export const PROTOCOL_VERSION = {messages.PROTOCOL_VERSION}\n"]
    parts.append(f"export const MOST_WRITTEN = {messages.MOST_WRITTEN}\n")
    parts += [_interface(name, struct) for name, struct in structs.items()]
    parts += [_union("ServerMessage", messages.ServerMessage), _union("BrowserMessage", messages.BrowserMessage)]
    return "\n".join(parts)


def _collect(shape: Shape, into: dict[str, inspect.StructType]) -> None:
    match shape:
        case inspect.StructType():
            for field in shape.fields:
                _collect(field.type, into)
            into.setdefault(shape.cls.__name__, shape)
        case inspect.ListType():
            _collect(shape.item_type, into)
        case inspect.DictType():
            _collect(shape.value_type, into)
        case inspect.UnionType():
            for one in shape.types:
                _collect(one, into)
        case _:
            return


def _interface(name: str, struct: inspect.StructType) -> str:
    lines = [f"export interface {name} {{"]
    if struct.tag is not None:
        lines.append(f"  type: '{struct.tag}'")
    for field in struct.fields:
        optional = "" if field.required or _sent_by_server(struct) else "?"
        lines.append(f"  {field.encode_name}{optional}: {_spell(field.type)}")
    return "\n".join([*lines, "}\n"])


def _sent_by_server(struct: inspect.StructType) -> bool:
    """The server spells every field out (`omit_defaults=False`); a browser may leave out what has a default."""
    return not issubclass(struct.cls, messages.BrowserModel)


def _spell(shape: Shape) -> str:
    match shape:
        case inspect.StrType():
            return "string"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.LiteralType():
            return " | ".join(f"'{value}'" for value in shape.values)
        case inspect.StructType():
            return shape.cls.__name__
        case inspect.ListType():
            item = _spell(shape.item_type)
            return f"({item})[]" if " | " in item else f"{item}[]"
        case inspect.DictType():
            return f"Record<string, {_spell(shape.value_type)}>"
        case inspect.UnionType():
            return " | ".join(_spell(one) for one in shape.types)
        case _:
            raise TypeError(f"the protocol has no spelling for {shape}")


def _union(name: str, union: object) -> str:
    members = "".join(f"\n  | {member.__name__}" for member in get_args(union))
    return f"export type {name} ={members}\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")
