"""What one fact costs the situation engine with the default pack: recognized sentences that fire a rule and that do not."""

import time

from prompts.engine import SituationEngine
from prompts.facts import Answered, CallContext, Said, Speaker
from prompts.pack import load_pack
from tests.bench.rows import Row, spread

SENTENCES = {
    "nothing to match": "我想咨询一下中医康复理疗培训要多少钱",
    "abuse": "你们就是一群骗子垃圾公司",
    "40 characters, nothing to match": "这个事情其实是这样的我上个星期在你们网站上看到一个介绍然后就想着打电话过来问一问情况",
}
REPEATS = 300


def run() -> list[Row]:
    began = time.perf_counter()
    pack = load_pack("yixunwang400")
    rows = [Row("load the default pack", (time.perf_counter() - began) * 1000, "ms")]
    for name, sentence in SENTENCES.items():
        costs = []
        for number in range(REPEATS):
            engine = SituationEngine(pack, CallContext(agent_no="8001"))
            engine.on_fact(Answered("8001", 4.0, 4.0), 0.0)
            said = Said(
                Speaker.CALLER, number, sentence, 0.98, final=True, voiced_s=3, level_dbfs=-22, snr_db=30
            )
            at = time.perf_counter()
            engine.on_fact(said, 4.0)
            costs.append((time.perf_counter() - at) * 1000)
        rows += [row for row in spread(f"one sentence: {name}", costs, "ms", {}) if "p95" not in row.name]
    return rows
