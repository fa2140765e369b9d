"""The duty plan's YAML text. Stricter than YAML itself: a key given twice is a mistake, not the last one's turn. Pure."""

import yaml

from assistant.duty.decision import DutyPlan
from assistant.duty.plan_document import PlanError, read_plan


class _Once(yaml.SafeLoader):
    """Refuses a key that stands twice in one place."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if not isinstance(key, str):
                continue
            if key in seen:
                raise PlanError([f"第 {key_node.start_mark.line + 1} 行:「{key}」写了两次"])
            seen.add(key)
        return super().construct_mapping(node, deep)


def plan_from_text(text: str) -> DutyPlan:
    """Raises PlanError with every mistake. An empty text is one: half a file on its way to disk looks like that."""
    try:
        document = yaml.load(text, _Once)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise PlanError([f"第 {line} 行:YAML 语法:{error.problem or error}"]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PlanError([f"YAML 语法:{error}"]) from error
    if document is None:
        raise PlanError(["值班计划是空的"])
    return read_plan(document)
