"""What pydantic finds wrong with a form, in the words of whoever fills it in: one sentence a fault, saying what should stand there."""

from collections.abc import Mapping

_BY_KIND = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "string": "应当是文字",
    "int": "应当是整数",
    "float": "应当是数字",
    "bool": "应当是 true 或 false",
    "date": "应当是日期,如 2026-12-31",
    "datetime": "应当是日期和时间,如 2026-12-31 17:30",
    "timezone": "时间要带时区,如 2026-12-31T17:30:00+08:00",
    "tuple": "应当是列表(每行一个「- 」)",
    "list": "应当是列表(每行一个「- 」)",
    "dict": "应当是一组「名称: 值」",
    "model": "应当是一组「名称: 值」",
    "json": "不是 JSON",
    "greater_than": "应当大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应当小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "写法不对",
    "finite_number": "应当是数字",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "union_tag_invalid": "「{tag}」不是 {discriminator} 的一种,只能是 {expected}",
    "union_tag_not_found": "缺少 {discriminator}",
    "value_error": "{error}",
}
"""By pydantic's kind of fault, or by what that begins with (docs.pydantic.dev, Validation errors)."""
_EMPTY = frozenset({"too_short", "string_too_short"})


def sentence(
    kind: str, context: Mapping[str, object] | None = None, own: Mapping[str, str] | None = None
) -> str:
    """`kind` and `context` as `type` and `ctx` of `ValidationError.errors()`; `own`: words that suit one format better."""
    values = {name: _written(value) for name, value in (context or {}).items()}
    expected = values.get("expected", values.get("expected_tags", ""))
    values["expected"] = expected.replace(" or ", "、").replace(", ", "、")
    if kind in _EMPTY and values.get("min_length") == "1":
        return "不能为空"
    words = {**_BY_KIND, **(own or {})}
    return (words.get(kind) or words.get(kind.partition("_")[0]) or "写法不对").format_map(values)


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
