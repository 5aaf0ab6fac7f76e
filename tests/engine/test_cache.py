"""Results that were computed before."""

from __future__ import annotations

from engine.toy import Params, Toy, ToyModel, job
from limner.engine.cache import Cache, cache_key
from limner.engine.fake import plausible
from limner.methods._contract import Method
from limner.protocol import TextInput


def test_a_result_comes_back_equal():
    cache = Cache(10_000)
    cache.put(b"k", plausible(job("这家酒店很差")))
    assert cache.get(b"k") == plausible(job("这家酒店很差"))
    assert (cache.hits, len(cache)) == (1, 1)


def test_the_least_recently_used_leaves_when_the_bytes_run_out():
    one = plausible(job("a"))
    cache = Cache(10_000)
    cache.put(b"1", one)
    cache.capacity = 2 * cache.bytes
    cache.put(b"2", one)
    cache.get(b"1")
    cache.put(b"3", one)
    assert [cache.get(key) is not None for key in (b"1", b"2", b"3")] == [True, False, True]
    assert cache.bytes <= cache.capacity


def test_what_is_larger_than_the_cache_is_not_kept():
    cache = Cache(10)
    cache.put(b"k", plausible(job("a")))
    assert (len(cache), cache.bytes) == (0, 0)


def test_a_second_put_replaces_the_first():
    cache = Cache(10_000)
    cache.put(b"k", plausible(job("a")))
    size = cache.bytes
    cache.put(b"k", plausible(job("a")))
    assert cache.bytes == size


def test_everything_a_result_depends_on_is_in_the_key():
    method = Toy().method
    newer = Method("toy", "Toy", 2, Params, method.plan, method.evaluate)
    a, b = TextInput(text="a"), TextInput(text="a", pair="b")
    keys = {
        cache_key(ToyModel("m"), method, Params(), a),
        cache_key(ToyModel("n"), method, Params(), a),
        cache_key(ToyModel("m", revision="2"), method, Params(), a),
        cache_key(ToyModel("m"), newer, Params(), a),
        cache_key(ToyModel("m"), method, Params(length=9), a),
        cache_key(ToyModel("m"), method, Params(), b),
    }
    assert len(keys) == 6
    assert cache_key(ToyModel("m"), method, Params(), a) in keys
