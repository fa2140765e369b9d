"""Who is reminded of what is due: a message to the pages, and a notice to people outside them. Pure."""

from datetime import datetime, timedelta
from typing import Final

from assistant.effects import Effect, NoticeKind, Notify, ToAgent, ToSupervisors
from assistant.messages import TaskDue
from assistant.store.desk import Task

LEAD: Final = timedelta(hours=1)
"""So long before it is due a task is called to mind; and once more when it is overdue."""


def reminders(tasks: list[Task], wall: datetime) -> list[Effect]:
    effects: list[Effect] = []
    for task in tasks:
        if task.due_at is None:
            continue
        left = (task.due_at - wall).total_seconds()
        message = TaskDue(
            task_id=task.task_id,
            kind=task.kind,
            call_id=task.call_id,
            agent=task.agent,
            text=task.text,
            due_in_s=round(left, 3),
        )
        if task.agent is not None:
            effects.append(ToAgent(task.agent, message))
        effects += [ToSupervisors(message), _notice(task, left)]
    return effects


def _notice(task: Task, left: float) -> Notify:
    """Whose and what kind, never what the caller said."""
    when = "已到期" if left <= 0 else f"还有 {max(1, round(left / 60))} 分钟到期"
    return Notify(NoticeKind.TASK_DUE, left <= 0, f"坐席 {task.agent or '未定'}:待办{when}")
