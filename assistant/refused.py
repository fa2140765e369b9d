"""A form that was refused: where it is wrong and what should stand there, as pages and commands tell it."""

from collections.abc import Iterable, Mapping

from prompts.form_faults import sentence


def faults_of(errors: Iterable[Mapping[str, object]]) -> list[tuple[str, str]]:
    """(the place, keys and numbers with dots between; the sentence) of each of `ValidationError.errors()`."""
    return [(_place(error["loc"]), _sentence(error)) for error in errors]


def _place(where: object) -> str:
    assert isinstance(where, tuple | list)
    return ".".join(map(str, where))


def _sentence(error: Mapping[str, object]) -> str:
    context = error.get("ctx")
    return sentence(str(error["type"]), context if isinstance(context, dict) else None)
