"""Open this file in an editor with Limner, or run `limner check examples/reviews.py`.

The comments pin a probe to the string below them; change a word and watch the colours move.
"""

# limner: attribute model=mini-sentiment
bad = "房间很小，空调是坏的，再也不会来了。"

# limner: attribute model=mini-sentiment
good = "酒店很干净，前台服务热情，下次还会来。"

# limner: attribute model=mini-sentiment
mixed = """位置不错，
早餐也可以，但是房间有一股霉味，
服务员的态度让人失望。"""


def ask(dish: str) -> str:
    """An f-string's holes are read as unknown words."""
    # limner: attribute model=mini-sentiment target=positive
    return f"这家店的{dish}很好吃，下次还来"
