"""Beside which texts a lens "Attribute" appears."""

from __future__ import annotations

import pytest

from limner.lsp.features.code_lens import reads_like_prose
from limner.text.passage import Passage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The room was dirty", True),
        ("房间真的很差", True),
        ("房间很差，早餐不错。", True),
        ("很差，“差”！", False),
        ("data/reviews.csv", False),
        ("%d of %s", False),
        ("好", False),
        ("", False),
    ],
)
def test_prose_is_three_words_or_six_chinese_characters(text: str, expected: bool) -> None:
    passage = Passage("string", 0, len(text), text)
    assert reads_like_prose(passage) == expected
