"""What can be heard in the browser: a caller's message, for the board, for who took part in the call and for who is to call back;
a call's recording, for supervisors and quality."""

import asyncio

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse

from assistant.people import Person
from assistant.records import Audited
from assistant.web.api.access import person_of
from assistant.web.api.calls import NO_CALL, sees_call
from assistant.web.parts import WebParts


async def may_hear(parts: WebParts, person: Person, call_id: str) -> bool:
    return await sees_call(parts, person, call_id) or await parts.store.desk.has_task(
        call_id, person.extension
    )


def add_message_routes(router: APIRouter, parts: WebParts) -> None:
    left = parts.messages_left

    @router.get("/api/calls/{call_id}/message", response_class=FileResponse)
    async def message(call_id: str, request: Request) -> FileResponse:
        """The WAV a caller left after hours; who listened is in the audit."""
        person = person_of(request)
        if not await may_hear(parts, person, call_id):
            raise HTTPException(404, NO_CALL)
        file = await asyncio.to_thread(left.file, call_id)
        if file is None:
            lies_at = left.elsewhere(call_id)
            raise HTTPException(404, "没有留言" if lies_at is None else f"如有留言,在电话系统的 {lies_at}")
        parts.store.put(Audited(person.extension, "message_heard", call_id, ""), parts.clock.wall())
        return FileResponse(file, media_type="audio/wav")

    @router.get("/api/calls/{call_id}/recording", response_class=FileResponse)
    async def recording(call_id: str, request: Request) -> FileResponse:
        """The WAV of the call, where its queue is recorded; who listened is in the audit."""
        file = await asyncio.to_thread(parts.recordings.file, call_id)
        if file is None:
            raise HTTPException(404, "没有录音")
        heard = Audited(person_of(request).extension, "recording_heard", call_id, "")
        parts.store.put(heard, parts.clock.wall())
        return FileResponse(file, media_type="audio/wav")
