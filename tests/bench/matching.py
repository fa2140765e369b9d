"""What recognized text calls up, row by row, with and without tolerance for how words sound; false cards in an hour.

`said.yaml` holds what callers and agents say for every row (the lexicons were improved on it), `unseen.yaml` more of the same that
no lexicon was changed for, `ordinary.yaml` conversation for which no card is due, `near_misses.yaml` forbidden phrases as people
say them. *Clean* is the text as written; *recognized* is
the text spoken by espeak-ng (four voices in turn, A-law, -22 dBFS) and recognized by the bundled mini model through our own leg.
The sentences and the lexicons were written by the same people and no real caller is among them: real calls will do worse than
*unseen* here. Where *clean* is high and *recognized* is low, the mini model is the limit, not the rule.
A question (S1-12) may stand in a sentence of any meaning: only its recall says something.
"""

from collections.abc import Callable, Sequence

from prompts.facts import Speaker
from prompts.forbidden import all_said
from prompts.pack import DEFAULT_PACK, load_pack
from tests.bench._conversation import Hour, by_situation
from tests.bench._labelled import (
    Matchers,
    Score,
    Sentence,
    forbidden,
    labelled,
    near_misses,
    ordinary,
    overall,
    rows_of,
    score,
)
from tests.bench._voices import (
    MANDARIN,
    Understood,
    a_law,
    at_level,
    errors,
    framed,
    plain,
    speak,
    understand_all,
)
from tests.bench.rows import Row

SHOWN = 8
HOURS = 12
CLEAN = Understood("", 0.98, 2.0, -22.0, 35.0)


def run() -> list[Row]:
    said, unseen, plain_talk, forbidden_words = (
        labelled("said"),
        labelled("unseen"),
        ordinary(),
        near_misses(),
    )
    every = [*said, *unseen, *plain_talk, *forbidden_words]
    recognized = dict(zip(every, _recognize(every), strict=True))
    by_sound, by_writing = Matchers(pinyin=True), Matchers(pinyin=False)
    rows = [_error_rate(recognized)]
    for name, sentences in (("said", said), ("unseen", unseen)):
        for how, text_of in _texts(recognized):
            rows += _both(f"{name}, {how}", sentences, text_of, by_sound, by_writing)
    for how, text_of in _texts(recognized):
        rows.append(_misfires(how, plain_talk, text_of, by_sound))
        rows += _forbidden(how, forbidden_words, plain_talk, text_of)
    rows += _hours(plain_talk, recognized)
    return rows + _by_row([*said, *unseen], recognized, by_sound, by_writing)


def _recognize(sentences: Sequence[Sentence]) -> list[Understood]:
    def recording(text: str, voice: str) -> Callable[[], bytes]:
        return lambda: a_law(framed(at_level(speak(text, voice), -22)))

    return understand_all(
        [recording(one.text, MANDARIN[number % len(MANDARIN)]) for number, one in enumerate(sentences)]
    )


def _texts(recognized: dict[Sentence, Understood]) -> list[tuple[str, Callable[[Sentence], str]]]:
    return [("clean", lambda one: one.text), ("recognized", lambda one: recognized[one].text)]


def _error_rate(recognized: dict[Sentence, Understood]) -> Row:
    meant = plain(one.text for one in recognized)
    got = plain(told.text for told in recognized.values())
    wrong = sum(errors(one, other) for one, other in zip(meant, got, strict=True))
    total = sum(map(len, meant))
    return Row(
        "character error rate of the recognized sentences",
        100 * wrong / total,
        "%",
        "",
        f"{total} characters",
    )


def _both(
    name: str,
    sentences: Sequence[Sentence],
    text_of: Callable[[Sentence], str],
    by_sound: Matchers,
    by_writing: Matchers,
) -> list[Row]:
    rows = []
    for how, matchers in (("by sound too", by_sound), ("as written only", by_writing)):
        all_of = overall(score(sentences, text_of, matchers))
        told = f"{all_of.right} right, {all_of.false} false, {all_of.missed} missed of {len(sentences)}"
        rows.append(Row(f"{name}, {how}: precision", 100 * all_of.precision, "%", "", told))
        rows.append(Row(f"{name}, {how}: recall", 100 * all_of.recall, "%"))
    return rows


def _misfires(
    how: str, sentences: Sequence[Sentence], text_of: Callable[[Sentence], str], matchers: Matchers
) -> Row:
    scores = score(sentences, text_of, matchers)
    note = ", ".join(f"{name}: {'; '.join(one.false_texts)}" for name, one in scores.items() if one.false)
    return Row(
        f"ordinary, {how}: sentences that call something up", _false(scores), f"of {len(sentences)}", "", note
    )


def _forbidden(
    how: str,
    near: Sequence[Sentence],
    plain_talk: Sequence[Sentence],
    text_of: Callable[[Sentence], str],
) -> list[Row]:
    """Phrases that must not be said, without their 喂 or with a syllable wrong; and ordinary words taken for one."""
    missed = [text for one in near if not all_said(forbidden(), text := text_of(one))]
    agents = [text_of(one) for one in plain_talk if one.who is Speaker.AGENT]
    taken = [text for text in agents if all_said(forbidden(), text)]
    recall = 100 * (1 - len(missed) / len(near))
    note = f"{len(near)} sentences; missed: {'; '.join(missed[:SHOWN]) or 'none'}"
    return [
        Row(f"forbidden phrases nearly said, {how}: recall", recall, "%", "", note),
        Row(
            f"forbidden phrases, {how}: ordinary sentences taken for one",
            len(taken),
            f"of {len(agents)}",
            "0",
            "; ".join(taken),
        ),
    ]


def _false(scores: dict[str, Score]) -> int:
    return sum(one.false for one in scores.values())


def _hours(sentences: Sequence[Sentence], recognized: dict[Sentence, Understood]) -> list[Row]:
    pack = load_pack(DEFAULT_PACK)
    rows = []
    for how, hear in (
        ("clean text", _clean),
        ("recognized by the mini model", lambda one: recognized[one]),
    ):
        cards = Hour(pack, hear).play(sentences)
        rows.append(
            Row(
                f"false cards in an hour of talk, {how}",
                len(cards),
                "cards/h",
                "≤ 1",
                by_situation(cards.values()),
            )
        )
        more = {
            (str(turn), *key): card
            for turn in range(HOURS)
            for key, card in Hour(pack, hear).play(_begun_later(sentences, turn)).items()
        }
        name = f"the same, {HOURS} hours that begin with other sentences, {how}"
        rows.append(Row(name, len(more) / HOURS, "cards/h", "≤ 1", by_situation(more.values())))
    return rows


def _begun_later(sentences: Sequence[Sentence], turn: int) -> list[Sentence]:
    """The same talk cut into other calls: what comes up early in a call counts for more."""
    place = turn * len(sentences) // HOURS
    return [*sentences[place:], *sentences[:place]]


def _clean(sentence: Sentence) -> Understood:
    return Understood(
        sentence.text, CLEAN.confidence, 0.24 * len(sentence.text), CLEAN.level_dbfs, CLEAN.snr_db
    )


def _by_row(
    sentences: Sequence[Sentence],
    recognized: dict[Sentence, Understood],
    by_sound: Matchers,
    by_writing: Matchers,
) -> list[Row]:
    """Recall by lexicon; precision stands in the note, since it is 100 % almost everywhere."""
    clean = score(sentences, lambda one: one.text, by_sound)
    sounding = score(sentences, lambda one: recognized[one].text, by_sound)
    written = score(sentences, lambda one: recognized[one].text, by_writing)
    rows = []
    for (who, lexicon), sources in rows_of().items():
        if lexicon not in clean or not clean[lexicon].right + clean[lexicon].missed:
            continue
        heard, spelt = sounding[lexicon], written.get(lexicon, Score())
        note = (
            f"recall: clean {clean[lexicon].recall:.0%}, as written only {spelt.recall:.0%}; "
            f"precision: clean {clean[lexicon].precision:.0%}, recognized {heard.precision:.0%}, "
            f"as written only {spelt.precision:.0%}"
        )
        name = f"{' '.join(sources)} ({who.value}: {lexicon}), recognized: recall"
        rows.append(Row(name, 100 * heard.recall, "%", "", note))
    return rows
