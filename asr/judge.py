"""What a leg's measurements amount to: too quiet, noisy, far, clipped, shouting, silent. Pure.

Every judgement needs enough to go by, holds for a while before it is given out, and is taken back at another threshold than it
began at, so that a card does not flicker. Where there is too little to say there is no judgement. The thresholds are for
telephone speech, whose normal level is -26 to -16 dBFS.
"""

from asr.events import AudioJudged, AudioKind, LegId
from asr.meter import Reading

BEGIN_AFTER = 2
"""Readings in a row (half a second each) before a judgement is given out."""
END_AFTER = 3

QUIET_DBFS, QUIET_NO_MORE_DBFS = -38.0, -35.0
NOISY_SNR_DB, NOISY_NO_MORE_SNR_DB = 10.0, 13.0
NOISY_DBFS, NOISY_NO_MORE_DBFS = -37.0, -41.0
"""Noise this loud is noise even before anybody has spoken."""
CLIPPED_SHARE, CLIPPED_NO_MORE_SHARE = 0.003, 0.0005
SHOUTING_DBFS, SHOUTING_NO_MORE_DBFS = -10.0, -13.0
RAISED_DB, RAISED_NO_MORE_DB = 9.0, 6.0
"""Over this voice's own usual level, if that was heard for `USUAL_AFTER_S`."""
RAISED_LEAST_DBFS = -20.0
USUAL_AFTER_S = 4.0
FAR_DB_PER_S, FAR_NO_MORE_DB_PER_S = 130.0, 160.0
"""See `reverberation` for what was measured: synthetic speech in synthetic rooms only, as with shouting."""
FAR_SNR_DB = 29.0
"""In more noise only the beginnings of falls are heard, which are slow in any room."""
ZERO_AFTER_S = 2.5
"""Told before any rule about a muted phone is due (3 s, S3-14), with how long it has lasted: the rules do the waiting."""
ROOM_HEARD_S = 1.0
"""A telephone whose room was never heard for so long sends zeros whenever its user is silent (a noise gate; A-law hides what is below
-66 dBFS): its zeros say nothing of the mute key."""
NO_AUDIO_AFTER_S = 2.0

Verdict = tuple[bool | None, str]
"""Does it hold (None: cannot say, or between the thresholds), and the numbers."""


class _Judgement:
    """One kind's hysteresis in time."""

    def __init__(self, kind: AudioKind, begin_after: int = BEGIN_AFTER, end_after: int = END_AFTER) -> None:
        self.kind = kind
        self.present = False
        self._needed = {True: begin_after, False: end_after}
        self._against = 0

    def on_verdict(self, holds: bool | None) -> bool:
        """Whether the judgement changed."""
        if holds is None:
            return False
        if holds is self.present:
            self._against = 0
            return False
        self._against += 1
        if self._against < self._needed[holds]:
            return False
        self.present, self._against = holds, 0
        return True


class Judge:
    """Judges one leg, a reading at a time."""

    def __init__(self, leg: LegId) -> None:
        self._leg = leg
        self._voiced_s_before = 0.0
        self._usual_dbfs: float | None = None
        self._quiet = _Judgement(AudioKind.TOO_QUIET)
        self._noisy = _Judgement(AudioKind.NOISY)
        self._clipped = _Judgement(AudioKind.CLIPPED)
        self._shouting = _Judgement(AudioKind.SHOUTING)
        self._far = _Judgement(AudioKind.FAR)
        self._zero = _Judgement(AudioKind.DIGITAL_SILENCE, 1, 1)
        self._missing = _Judgement(AudioKind.NO_AUDIO, 1, 1)

    def on_reading(self, reading: Reading, missing_s: float) -> list[AudioJudged]:
        """`missing_s`: for how long no frame has arrived."""
        judged = self.on_missing(missing_s)
        judged += self._say(self._zero, _zero(reading), reading.zero_s)
        judged += self._say(self._noisy, self._noise(reading))
        if reading.voiced_s > self._voiced_s_before and reading.voice_dbfs is not None:
            judged += self._say(self._quiet, _below(reading.voice_dbfs, QUIET_DBFS, QUIET_NO_MORE_DBFS))
            judged += self._say(self._clipped, _clipping(reading))
            judged += self._say(self._shouting, self._loud(reading.voice_dbfs, reading.clipped_share))
            judged += self._say(self._far, _room(reading))
            self._learn_usual(reading)
        self._voiced_s_before = reading.voiced_s
        return judged

    def on_missing(self, missing_s: float) -> list[AudioJudged]:
        says = f"{missing_s:.1f} 秒没有收到声音"
        return self._say(self._missing, (missing_s >= NO_AUDIO_AFTER_S, says), missing_s)

    def _say(self, judgement: _Judgement, verdict: Verdict, lasted_s: float = 0.0) -> list[AudioJudged]:
        holds, measured = verdict
        if not judgement.on_verdict(holds):
            return []
        present = judgement.present
        return [AudioJudged(self._leg, judgement.kind, present, measured, lasted_s if present else 0.0)]

    def _noise(self, reading: Reading) -> Verdict:
        if reading.noise_dbfs is None:
            return None, ""
        loud, loud_says = _above(reading.noise_dbfs, NOISY_DBFS, NOISY_NO_MORE_DBFS)
        if loud or reading.snr_db is None:
            return loud, f"噪声 {loud_says}"
        near, near_says = _below(reading.snr_db, NOISY_SNR_DB, NOISY_NO_MORE_SNR_DB)
        measured = f"噪声 {loud_says},信噪比 {near_says.removesuffix('FS')}"
        return (True if near else None if loud is None else near), measured

    def _loud(self, voice_dbfs: float, clipped_share: float) -> Verdict:
        """A line driven too far makes a calm voice as loud as a shout: there only a voice raised over its own usual one counts."""
        loud, says = _above(voice_dbfs, SHOUTING_DBFS, SHOUTING_NO_MORE_DBFS)
        if loud and (self._clipped.present or clipped_share >= CLIPPED_SHARE):
            loud = None
        if loud or self._usual_dbfs is None or voice_dbfs < RAISED_LEAST_DBFS:
            return loud, says
        raised, _ = _above(voice_dbfs - self._usual_dbfs, RAISED_DB, RAISED_NO_MORE_DB)
        measured = f"{says},平时 {self._usual_dbfs:.1f} dBFS"
        return (True if raised else None if loud is None else raised), measured

    def _learn_usual(self, reading: Reading) -> None:
        """Follows the voice slowly, and not at all while it is raised, or so loud that it is clipped."""
        if reading.voice_dbfs is None or reading.voiced_s < USUAL_AFTER_S or self._shouting.present:
            return
        if self._usual_dbfs is not None and reading.clipped_share >= CLIPPED_SHARE:
            return
        usual = reading.voice_dbfs if self._usual_dbfs is None else self._usual_dbfs
        self._usual_dbfs = usual + 0.05 * (reading.voice_dbfs - usual)


def _above(value: float, begin: float, end: float) -> Verdict:
    return (True if value >= begin else False if value <= end else None), f"{value:.1f} dBFS"


def _below(value: float, begin: float, end: float) -> Verdict:
    return (True if value <= begin else False if value >= end else None), f"{value:.1f} dBFS"


def _clipping(reading: Reading) -> Verdict:
    share = reading.clipped_share
    holds = True if share >= CLIPPED_SHARE else False if share <= CLIPPED_NO_MORE_SHARE else None
    return holds, f"{share:.1%} 的样本满幅"


def _room(reading: Reading) -> Verdict:
    fall = reading.fall_db_per_s
    if fall is None or reading.snr_db is None or reading.snr_db < FAR_SNR_DB:
        return None, ""
    return (
        True if fall <= FAR_DB_PER_S else False if fall >= FAR_NO_MORE_DB_PER_S else None
    ), f"音节每秒衰减 {fall:.0f} dB"


def _zero(reading: Reading) -> Verdict:
    long = reading.zero_s >= ZERO_AFTER_S
    return (None if long and reading.room_s < ROOM_HEARD_S else long), f"{reading.zero_s:.1f} 秒全是零"
