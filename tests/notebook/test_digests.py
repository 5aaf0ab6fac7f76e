"""Digests of variables: others when values, types, shapes or labels are, and only then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from limner.notebook import bridge
from limner.notebook.bridge.fingerprint import MIME

X = np.arange(6.0)


def one(value, name="x", **how):
    found = bridge.digests(name, namespace={"x": value}, **how)
    assert found.error is None
    return found.digests


def test_the_same_values_have_the_same_digest_wherever_they_lie():
    assert one(X) == one(X.copy()) == one(np.arange(12.0)[::2] / 2)


@pytest.mark.parametrize(
    "other",
    [X + 1e-9, X[:5], X.reshape(2, 3), X.astype("float32"), np.where(X == 3, np.nan, X)],
    ids=["a value", "fewer", "a shape", "a type", "a gap"],
)
def test_other_values_types_and_shapes_have_another(other):
    assert one(other) != one(X)


def test_a_single_value_changed_in_place_is_seen():
    value = np.zeros(100_000)
    before = one(value)
    value[77_777] = 1e-300
    assert one(value) != before


def test_labels_count_and_not_only_their_codes():
    assert one(["a", "b", "a"]) != one(["a", "c", "a"])


def test_a_table_has_one_of_each_column():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "x"]})
    before = one(table, columns=True)
    table.loc[0, "a"] = 5.0
    after = one(table, columns=True)
    assert list(map(str.__eq__, before, after)) == [False, True]


def test_they_are_those_of_what_is_sent(monkeypatch):
    monkeypatch.setattr(bridge, "_deliver", lambda found, start: tuple(one for one, _ in found))
    sent = bridge.send("x", namespace={"x": X})
    assert sent.digests == one(X)
    (told,) = sent._repr_mimebundle_()[bridge.MIME]["arrays"]
    assert told["digest"] == sent.digests[0]


def test_what_is_gone_or_no_array_is_said():
    for namespace, kind in (({}, "no-such-name"), ({"x": object()}, "not-an-array")):
        found = bridge.digests("x", namespace=namespace)
        data = found._repr_mimebundle_()[MIME]
        assert data["digests"] == []
        assert data["error"]["kind"] == kind
