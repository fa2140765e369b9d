"""What the API takes and gives, as it stands in the OpenAPI document. Strings from people are bounded here."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from assistant.messages import Role
from assistant.people import Person
from assistant.store.documents import Document
from assistant.store.reading import Row

Login = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=256)]
Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4000)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginBody(Shape):
    extension: Login
    password: Password


class WaysIn(Shape):
    """Beside extension and password. `oidc`: what the button of the company's own sign-in says; null: there is none."""

    oidc: str | None


class Left(Shape):
    """`go_on`: where the browser goes to be signed out at the company's identity provider too; null: nowhere."""

    ok: bool = True
    go_on: str | None


class Me(Shape):
    extension: str
    name: str
    role: Role

    @classmethod
    def of(cls, person: Person) -> "Me":
        return cls(extension=person.extension, name=person.name, role=person.role)


class NewPassword(Shape):
    password: Password


class OwnPassword(Shape):
    old: Password
    new: Password


class Active(Shape):
    active: bool


class NewUser(Shape):
    extension: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    role: Role
    password: Password


class ChangedUser(Shape):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    role: Role


class UserShape(Shape):
    extension: str
    name: str
    role: Role
    active: bool
    created_at: datetime


class SessionShape(Shape):
    """`current`: the session of who asks."""

    session_id: str
    extension: str
    name: str
    created_at: datetime
    expires_at: datetime
    address: str | None
    current: bool


class PartShape(Shape):
    name: str
    state: Literal["ok", "degraded", "down"]
    text: str


class Health(Shape):
    status: Literal["ok", "degraded", "down"]
    parts: list[PartShape]


class Calls(Shape):
    calls: list[Row]
    next_cursor: str | None


class WholeCallShape(Shape):
    call: Row
    categories: list[str]
    legs: list[Row]
    cards: list[Row]
    transcript: list[Row]
    forbidden: list[Row]
    escalations: list[Row]
    trace: list[Row]
    notes: list[Row]
    conduct: list[Row]
    message: bool = False
    """The caller left a message that can be heard here."""
    recording: bool = False
    """The call was recorded, and who asks may hear it."""
    message_elsewhere: str | None = None
    """Where it lies on the PBX if there is one, of an unanswered call where we cannot look."""


class TaskShape(Shape):
    task_id: str
    kind: str
    call_id: str
    agent: str | None
    text: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    caller_number: str | None
    region: str | None
    message: bool = False
    """The caller left a message that can be heard here."""


class AuditLines(Shape):
    lines: list[Row]
    next_cursor: str | None


class Tasks(Shape):
    tasks: list[TaskShape]
    next_cursor: str | None


class Sheets(Shape):
    sheets: list[Row]
    next_cursor: str | None


class Escalations(Shape):
    escalations: list[Row]
    next_cursor: str | None


class SheetShape(Shape):
    call_id: str
    came_at: datetime
    number: str | None
    caller_name: str
    gender: str
    region: str
    organisation: str
    purpose: str
    recorder: str
    result: str
    notes: str
    category: str
    excerpt: str
    version: int
    edited_at: datetime | None
    edited_by: str | None
    complete: bool
    missing: list[str]
    complaint: str
    customer: str
    editable: bool
    """False for who sees it masked: what is written back would be the stars."""


class WrittenInBody(Shape):
    """A call the PBX did not see (S0-10)."""

    came_at: AwareDatetime
    number: Annotated[str, Field(max_length=32, pattern=r"^[0-9+*#-]*$")] | None = None
    caller_name: Short | None = None


class PromiseBody(Shape):
    """`hours` absent: by the promise table."""

    complaint: Short = ""
    customer: Short = ""
    hours: Annotated[float, Field(gt=0, le=1440)] | None = None


class VersionShape(Shape):
    """One version of a document: who saved it, when and why."""

    version: int
    by: str
    at: datetime | None
    comment: str

    @classmethod
    def of(cls, document: Document) -> "VersionShape":
        return cls(version=document.version, by=document.by, at=document.at, comment=document.comment)


class SheetBody(Shape):
    """`version`: the one the form was filled from. A field left out stays as it is."""

    version: int
    caller_name: Short | None = None
    gender: Short | None = None
    region: Short | None = None
    organisation: Short | None = None
    purpose: Long | None = None
    recorder: Short | None = None
    result: Long | None = None
    notes: Long | None = None
    category: Short | None = None
    complaint: Short | None = None
    """Complaint type and customer type, as the promise table names them (X13)."""
    customer: Short | None = None
