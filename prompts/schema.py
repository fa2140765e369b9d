"""JSON Schema of a pack file as its author writes it, for editors: what a file leaves to the packs it extends need not be there.

Looser than the check of a pack (`hotline pack check`), which sees all the files laid over each other.
"""

from typing import Any

from prompts.situations import PackDocument

PARTS = ("Situation", "Lexicon", "Escalate")
"""Their values may stand in part: the rest comes from a template or from the pack below."""
Schema = dict[str, Any]


def pack_schema() -> dict[str, object]:
    schema: Schema = PackDocument.model_json_schema()
    definitions: dict[str, Schema] = schema["$defs"]
    for name in PARTS:
        definitions[name].pop("required")
    situation = definitions["Situation"]
    definitions["Template"] = {
        **situation,
        "description": "What situations that are `like` it have in common.",
    }
    situation["properties"] = {
        "like": {"type": "string", "description": "The template that gives what is not said here."},
        **situation["properties"],
    }
    schema["properties"]["templates"] = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Template"},
    }
    schema["title"] = "PackFile"
    schema["description"] = "A script pack: see prompts/packs/README.md."
    # A file without a name is there to be extended; a pack that extends none must be whole.
    schema["if"] = {"required": ["pack"], "not": {"required": ["extends"]}}
    schema["then"] = {"required": schema.pop("required")}
    schema["dependentRequired"] = {"pack": ["version", "title"]}
    return schema
