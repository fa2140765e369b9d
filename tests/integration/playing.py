"""Plays the stories: lanes side by side, a desk each, one call after the other. Notes what was missed and what was shown when."""

import asyncio
import contextlib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.integration.outcome import Outcome, Seen
from tests.integration.site import Conversation, Site
from tests.integration.story import Act, Beat, Call, Shows, Voice
from tests.integration.telling import seat
from tests.lab.overlay import desk_agents, desk_number
from tests.lab.phone import Phone
from tests.lab.phone_call import PhoneCall
from tests.lab.rtp import QUIET
from tests.support.page import Message, Page
from tests.support.until import PATIENCE_S

VOICES_AT_ONCE = 4
"""More than a few voices at the same instant is no office, and asks more of the recognizer than two processors have."""
LANES_A_VOICE = 2
"""Desks side by side for each voice at once; one more waits until another has closed: who must answer within seconds shall not wait
long for the turn to speak."""
AGAIN_AT_ONCE = 2
BREATH_S = 1.0
"""Between what one says and what the other answers: the room is heard."""
CLOCKS = {
    "answer_now",
    "answer_now_after_ringing",
    "answer_delay_question",
    "ask_name",
    "awkward_silence",
    "no_response",
    "silent_call",
    "still_there",
}
"""Their waits run while a story waits for its turn to speak; they are proved where a story is about them."""
ROOM_S = 1.0
"""For so long a room is heard before its telephone is muted; of one that never lets its room be heard zeros say nothing."""
QUIET_ROOM = Voice(say="silence_comfort_noise", endless=True)


async def play_all(site: Site, calls: tuple[Call, ...], boss: Page) -> Outcome:
    """What went wrong while the server itself said that recognition could not keep up is played again, a few at a time."""
    outcome = Outcome()
    await _play_lanes(site, calls, boss, outcome, VOICES_AT_ONCE)
    again = tuple(call for call in calls if call.title in outcome.late and outcome.went_wrong(call))
    outcome.again = [call.title for call in again]
    for call in again:
        outcome.forget(call)
    await _play_lanes(site, again, boss, outcome, AGAIN_AT_ONCE)
    return outcome


async def _play_lanes(site: Site, calls: tuple[Call, ...], boss: Page, outcome: Outcome, voices: int) -> None:
    around = _Around(boss, outcome, asyncio.Semaphore(voices))
    open_desks = asyncio.Semaphore(LANES_A_VOICE * voices)

    async def lane(desk: int) -> None:
        async with open_desks:
            for call in calls:
                if call.desk == desk:
                    await _play(site, call, around)

    async with asyncio.TaskGroup() as group:
        for desk in sorted({call.desk for call in calls}):
            group.create_task(lane(desk))


@dataclass(frozen=True)
class _Around:
    """What all calls share."""

    boss: Page
    outcome: Outcome
    floor: asyncio.Semaphore


async def _play(site: Site, call: Call, around: _Around) -> None:
    try:
        async with AsyncExitStack() as stack:
            page = None
            if call.colleague:
                page = await stack.enter_async_context(site.program.page(desk_agents(call.desk)[1]))
            async with around.floor:
                talk = await _begin(site, call, stack, page)
                stage = _CallOnStage(site, call, talk, page, around, stack)
                await stage.open()
            stack.callback(stage.note_what_was_seen)
            for beat in call.beats:
                await stage.play(beat)
            await stage.finish()
            around.outcome.played.add(call.title)
    except Exception as error:  # noqa: BLE001 - the other calls shall still be played to their end
        around.outcome.miss(call.title, "".join(traceback.format_exception(error)))


async def _begin(site: Site, call: Call, stack: AsyncExitStack, page: Page | None) -> Conversation:
    if not call.rings_on:
        return await stack.enter_async_context(site.conversation(call.desk))
    return await _rings_on(site, call, stack, page)


async def _rings_on(site: Site, call: Call, stack: AsyncExitStack, page: Page | None) -> Conversation:
    """Until everyone is told. Then the agent answers, or the colleague takes the call with the button on her page."""
    extension, colleague = desk_agents(call.desk)
    number = desk_number(call.desk)
    first_page = await stack.enter_async_context(site.program.page(extension))
    first = await stack.enter_async_context(site.lab.phone(extension, first_stamp=1_000_000_000))
    calling = await stack.enter_async_context(site.lab.caller(f"1380013800{call.desk}"))
    caller = await calling.prepare(number)
    async with asyncio.TaskGroup() as group:
        group.create_task(caller.place(number))
        theirs = await first.rings()
        ringing = await first_page.wait("call", lambda m: extension in m["call"]["ringing_agents"])
        call_id = ringing["call"]["call_id"]
        await first_page.wait("notice", lambda m: m["card"]["call_id"] == call_id)
        if call.answered_by == "agent":
            page, phone, taking = first_page, first, theirs
            taking.answer()
        else:
            assert page is not None
            # Her telephone comes on now: it did not ring with the others.
            phone = await stack.enter_async_context(site.lab.phone(colleague, first_stamp=1_000))
            await page.send("pick_up", call_id=call_id)
            taking = await phone.answers()
    await page.wait("call", lambda m: (m["call"]["call_id"], m["call"]["state"]) == (call_id, "talking"))
    return Conversation(page, phone, caller, taking, call_id, asyncio.get_running_loop().time())


@dataclass
class _CallOnStage:
    site: Site
    call: Call
    talk: Conversation
    colleague_page: Page | None
    around: _Around
    stack: AsyncExitStack
    colleague_call: PhoneCall | None = None
    _asking: PhoneCall | None = None
    """The agent's second call, to the colleague."""
    _since: dict[int, int] = field(default_factory=dict)
    _muted: bool = False
    """By page: the position behind which the next thing is looked for."""
    _taken: set[tuple[str, int]] = field(default_factory=set)
    """Cards and steps that have proved something."""
    _card: Message | None = None

    # -- what happens --------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        self._rest(self.talk.caller)
        self._rest(self.talk.agent)
        if self.call.opening is None:
            return
        await self._say([(self.talk.agent, self.call.opening)])
        if self.call.muted:
            await asyncio.sleep(ROOM_S)
            self._muted = True
            self._rest(self.talk.agent)
        with contextlib.suppress(
            AssertionError
        ):  # what comes of the greeting is told by the stories about it
            await self.talk.page.wait("card_gone", timeout=12.0)

    async def play(self, beat: Beat) -> None:
        if beat.proves is not None:
            await self._see(beat, beat.proves)
            return
        if beat.recognized is not None:
            await self._recognized(beat.recognized)
            return
        self._mark()
        if beat.act is not None:
            await self._act(beat.act)
        if beat.button is not None:
            await self._press(beat.button)
        await self._speak(beat)

    async def finish(self) -> None:
        """The caller leaves; nothing may have been shown that the story does not know."""
        await self.talk.caller.hang_up()
        await asyncio.wait_for(self.talk.caller.ended.wait(), PATIENCE_S)
        for page in self._pages():
            if any(m["type"] == "call" and m["call"]["call_id"] == self.talk.call_id for m in page.messages):
                await page.wait("call_gone", lambda m: m["call_id"] == self.talk.call_id)
        cards = [card for page in self._pages() for card in _cards(page, self.talk.call_id)]
        shown = {(card["situation_id"], card["why"]) for card in cards}
        known = self.call.expected | set(self.call.also) | CLOCKS
        for situation, why in sorted(shown):
            if situation not in known:
                self.around.outcome.miss(
                    self.call.title, f"{situation} came up, uncalled for: {why}\n{self._story()}"
                )

        times = Counter(
            situation for situation, _ in {(card["situation_id"], card["card_id"]) for card in cards}
        )
        for situation, most in self.call.at_most.items():
            if times[situation] > most:
                self.around.outcome.miss(self.call.title, f"{situation} came {times[situation]} times")

    def note_what_was_seen(self) -> None:
        self._note_lateness()
        self.around.outcome.seats[self.call.title] = [
            seat(who, self.talk.call_id, zip(page.arrived, page.messages, strict=True))
            for who, page in zip(("agent    ", "colleague"), self._pages(), strict=False)
        ]

    def _note_lateness(self) -> None:
        for message in self.talk.page.messages:
            parts = message["line"]["parts"] if message["type"] in ("line", "snapshot") else ()
            if any(part["name"] == "recognizer" and part["state"] != "ok" for part in parts):
                self.around.outcome.late.add(self.call.title)

    def _mark(self) -> None:
        for page in (*self._pages(), self.around.boss):
            self._since[id(page)] = page.mark

    def _pages(self) -> Iterator[Page]:
        yield self.talk.page
        if self.colleague_page is not None and self.colleague_page is not self.talk.page:
            yield self.colleague_page

    async def _speak(self, beat: Beat) -> None:
        spoken = [
            (end, voice)
            for end, voice in (
                (self.talk.caller, beat.caller),
                (self.talk.agent, beat.agent),
                (self.colleague_call, beat.colleague),
                (self._asking, beat.to_colleague),
            )
            if voice is not None and end is not None
        ]
        if not spoken:
            return
        if beat.meanwhile:
            for end, voice in spoken:
                end.rtp.play(voice.sound)
            return
        if beat.at_once:
            await self._say(spoken)
            return
        async with self.around.floor:
            await self._say(spoken)

    async def _say(self, spoken: list[tuple[PhoneCall, Voice]]) -> None:
        for end, voice in spoken:
            end.rtp.play(voice.sound)
        await asyncio.sleep(max(voice.sound.seconds for _, voice in spoken))
        for end, _ in spoken:
            self._rest(end)
        await asyncio.sleep(BREATH_S)

    def _rest(self, end: PhoneCall) -> None:
        """What a telephone sends while nobody speaks."""
        own = None if self._muted else self.call.agent_line or QUIET_ROOM
        line = self.call.caller_line if end is self.talk.caller else own
        end.rtp.play(QUIET if line is None else line.sound)

    async def _act(self, act: Act) -> None:
        agent, extension = self.talk.agent, desk_agents(self.call.desk)[1]
        match act:
            case "hold":
                await agent.hold()
            case "resume":
                await agent.unhold()
                self._rest(agent)
            case "transfer":
                colleague = await self._colleague()
                await agent.transfer(extension)
                self.colleague_call = await colleague.answers()
            case "consult":
                colleague = await self._colleague()
                await agent.hold()
                async with asyncio.TaskGroup() as group:
                    asking = group.create_task(self.talk.phone.call(extension))
                    answering = group.create_task(colleague.answers())
                self._asking, self.colleague_call = asking.result(), answering.result()
            case "hand_over":
                assert self._asking is not None
                await agent.transfer_to(self._asking)
                await asyncio.wait_for(agent.ended.wait(), PATIENCE_S)

    async def _colleague(self) -> Phone:
        """Her telephone comes on now, so that the queue's call did not ring there."""
        telephone = self.site.lab.phone(desk_agents(self.call.desk)[1], first_stamp=1_000)
        return await self.stack.enter_async_context(telephone)

    async def _press(self, button: str) -> None:
        call_id = self.talk.call_id
        if button == "hang_up":
            await self.talk.page.send("hang_up", call_id=call_id)
            await asyncio.wait_for(self.talk.caller.ended.wait(), PATIENCE_S)
            return
        assert self._card is not None, "no card to press a button on"
        await self.talk.page.send("move_card", call_id=call_id, card_id=self._card["card_id"], move=button)
        if button in ("dismiss", "understood"):
            gone = self._card["card_id"]
            await self.talk.page.wait("card_gone", lambda m: (m["call_id"], m["card_id"]) == (call_id, gone))

    # -- what must be seen ---------------------------------------------------------------------------------------------

    async def _see(self, beat: Beat, proof: str) -> None:
        try:
            if beat.shows is not None:
                await self._sees_card(beat.shows, beat, proof)
            if beat.gone is not None:
                await self._sees_gone(beat)
            if beat.marked is not None:
                await self._wait(beat, "forbidden", lambda m: m["instead"] == beat.marked.instead)  # type: ignore[union-attr]
            if beat.raised is not None:
                await self._sees_escalation(beat)
            if beat.named is not None:
                await self._wait(beat, "call", lambda m: m["call"]["surname"] == beat.named)
        except AssertionError as error:
            self.around.outcome.miss(proof, f"{error}\n{self._story()}")

    async def _sees_card(self, shows: Shows, beat: Beat, proof: str) -> None:
        page = self.talk.page if shows.to == "agent" else self.colleague_page
        assert page is not None
        message = await page.wait(
            "notice" if shows.to == "everyone" else "card",
            lambda m: self._is_new(m["card"], shows),
            since=0 if shows.to == "everyone" else self._at(page),
            timeout=beat.within,
        )
        card = message["card"]
        self._card = card
        self._taken.add((card["card_id"], card["step"]))
        assert card["phrase"] == shows.phrase, f"the phrase is {card['phrase']}"
        never = [*card["never"], *card["never_do"]]
        assert list(shows.never) == [one for one in never if one in shows.never], never
        assert card["steps"] == shows.steps, f"{card['steps']} steps"
        assert shows.hint in (card["hint"] or ""), card["hint"]
        assert shows.why in card["why"], card["why"]
        rows = proof.split(maxsplit=1)[0].split("+")
        assert set(rows) <= set(card["sources"]), f"the rows are {card['sources']}"
        if shows.window is not None:
            seen = Seen(proof, self.call.desk, self.talk.call_id, card["card_id"], card["step"], shows.window)
            self.around.outcome.seen.append(seen)

    def _is_new(self, card: Message, shows: Shows) -> bool:
        same = (card["situation_id"], card["step"]) == (shows.situation, shows.step)
        if not same or card["call_id"] != self.talk.call_id:
            return False
        if shows.button is not None:
            return shows.button in card["buttons"]
        return (card["card_id"], card["step"]) not in self._taken

    async def _recognized(self, party: str) -> None:
        """What was said last has been understood, whatever came of it."""
        page, call_id = self.talk.page, self.talk.call_id
        await page.wait(
            "transcript",
            lambda m: m["line"]["final"] and (m["line"]["call_id"], m["line"]["party"]) == (call_id, party),
            since=self._at(page),
        )

    async def _sees_gone(self, beat: Beat) -> None:
        assert beat.gone is not None
        situation, why = beat.gone.situation, beat.gone.why
        gone = await self._wait(
            beat, "card_gone", lambda m: m["card_id"].rsplit("-", 1)[0] == situation and m["why"] == why
        )
        self._card = None if gone else self._card

    async def _sees_escalation(self, beat: Beat) -> None:
        raised = beat.raised
        assert raised is not None
        message = await self.around.boss.wait(
            "escalation",
            lambda m: (
                m["escalation"]["call_id"] == self.talk.call_id and m["escalation"]["reason"] == raised.reason
            ),
            since=self._at(self.around.boss),
            timeout=beat.within,
        )
        assert message["escalation"]["urgent"] is raised.urgent
        assert message["escalation"]["agent"] == desk_agents(self.call.desk)[0]

    async def _wait(self, beat: Beat, kind: str, matches: Callable[[Message], bool]) -> Message:
        def of_this_call(message: Message) -> bool:
            call_id = message.get("call_id") or message.get("call", {}).get("call_id")
            return bool(call_id == self.talk.call_id and matches(message))

        page = self.talk.page
        return await page.wait(kind, of_this_call, since=self._at(page), timeout=beat.within)

    def _at(self, page: Page) -> int:
        return self._since.get(id(page), 0)

    def _story(self) -> str:
        """The agent's page since the last thing that happened."""
        story = self.talk.page.story(self._at(self.talk.page))
        return "\n".join(line for line in story.splitlines() if not line.startswith("  line "))


def _cards(page: Page, call_id: str) -> Iterator[Message]:
    for message in page.messages:
        if message["type"] in ("card", "notice") and message["card"]["call_id"] == call_id:
            yield message["card"]
