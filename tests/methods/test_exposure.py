"""`limner.exposure_bias` on decoders whose distributions are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

import limner
from limner.methods.exposure.beams import search
from limner.methods.exposure.decoders import decoder_of
from limner.protocol import BadInput, UnsupportedModel
from methods.toys import A, B, C, D, OrderOne, Written, two_words


def found_by(width: int):
    with torch.inference_mode():
        steps = decoder_of(two_words()).open([(9,)])
        return search(steps, [2], width, None, tree=True)[0]


def test_the_article_s_beams():
    """One beam takes the likelier first word and ends at .33; two find .36."""
    one, two = found_by(1), found_by(2)
    assert one.ids == (A, B) and math.exp(one.score) == pytest.approx(0.6 * 0.55, abs=1e-6)
    assert two.ids == (C, D) and math.exp(two.score) == pytest.approx(0.4 * 0.9, abs=1e-6)


def test_a_beam_above_the_target_is_reported():
    found = limner.exposure_bias(two_words(), pairs=[((9,), (A, B))], beams=2)
    one, two = found.shown[0].beams
    assert (one.text, one.above) == ("0 1", False)
    assert (two.text, two.above) == ("2 3", True)
    assert [width.above for width in found.beams] == [0, 1]
    assert [width.exact for width in found.beams] == [1, 0]


def test_the_tree_has_what_was_tried_and_where_it_came_from():
    tree = found_by(2).tree
    first = [node for node in tree if node.step == 0]
    assert [(node.word, node.state) for node in first[:2]] == [(A, "kept"), (C, "kept")]
    best = max((node for node in tree if node.step == 1), key=lambda node: node.score)
    assert (best.word, tree[best.parent].word, best.state) == (D, C, "ended")


def test_a_finished_sequence_ends_the_search():
    """Scores only fall: nothing unfinished can overtake .9, so no second step is taken."""
    table = {(): [0.05, 0.05, 0.9]}
    with torch.inference_mode():
        found = search(decoder_of(Written(table, 3)).open([(0,)]), [50], 3, 2, tree=True)[0]
    assert found.ids == (2,) and found.ended and {node.step for node in found.tree} == {0}


def test_an_unfinished_sequence_is_not_above_the_target():
    model = Written({(0,) * k: [0.97, 0.01, 0.01, 0.01] for k in range(60)}, 4)
    found = limner.exposure_bias(model, pairs=[((0,), (1, 3))], beams=1, end=3)
    beam = found.shown[0].beams[0]
    assert not beam.ended and not beam.above and beam.tokens == 2 * 2 + 10


# ── curves ────────────────────────────────────────────────────────────────────────────────────


def order_two(seed: int, words: int) -> np.ndarray:
    """True transitions p(next | last two words) (V, V, V)."""
    return np.random.default_rng(seed).dirichlet(np.full(words, 0.4), (words, words))


def test_against_an_oracle_every_value_is_what_pencil_and_paper_give():
    """An order-2 source, an order-1 model: forced, free, KL and both oracle KLs by hand."""
    true, words = order_two(0, 5), 5
    model = OrderOne(torch.from_numpy(true.mean(0)))
    p = model.log_p.detach().numpy()
    rng = np.random.default_rng(1)
    pairs = []
    for _ in range(6):
        row = [int(rng.integers(words)), int(rng.integers(words))]
        for _ in range(7):
            row.append(int(rng.choice(words, p=true[row[-2], row[-1]])))
        pairs.append((tuple(row[:2]), tuple(row[2:])))

    def oracle(source, so_far):
        row = (*source, *so_far)
        return torch.from_numpy(true[row[-2], row[-1]]).log()

    found = limner.exposure_bias(model, pairs=pairs, oracle=oracle, beams=0, batch=4)
    by_hand = {"forced": [], "free": [], "kl": [], "oracle_forced": [], "oracle_free": []}
    for source, target in pairs:
        own = []
        for t, y in enumerate(target):
            last = (*source, *target[:t])[-1]
            written = (*source, *own)
            a, b = p[last], p[written[-1]]
            truth = true[(*source, *target[:t])[-2], last]
            strayed = true[written[-2], written[-1]]
            by_hand["forced"].append(-a[y])
            by_hand["free"].append(-b[y])
            by_hand["kl"].append((np.exp(a) * (a - b)).sum())
            by_hand["oracle_forced"].append((truth * (np.log(truth) - a)).sum())
            by_hand["oracle_free"].append((strayed * (np.log(strayed) - b)).sum())
            own.append(int(b.argmax()))
    for name, values in by_hand.items():
        curve = np.array(values).reshape(len(pairs), -1).mean(0)
        assert [getattr(one, name) for one in found.positions] == pytest.approx(curve, abs=1e-5)
    assert found.forced == pytest.approx(np.mean(by_hand["forced"]), abs=1e-5)
    assert found.tokens == 42 and found.ended == 0


def test_up_to_the_first_difference_the_curves_are_one():
    model = OrderOne(torch.from_numpy(order_two(2, 6).mean(0)))
    pairs = [
        ((i % 6,), tuple(int(x) for x in np.random.default_rng(i).integers(6, size=8)))
        for i in range(8)
    ]
    found = limner.exposure_bias(model, pairs=pairs, beams=0, shown=8)
    for pair in found.shown:
        for t, token in enumerate(pair.tokens):
            if pair.divergence is None or t <= pair.divergence:
                assert token.free == token.forced and token.kl == 0
        if pair.divergence is not None:
            assert pair.tokens[pair.divergence].own != pair.tokens[pair.divergence].text


def test_behind_its_own_end_nothing_is_invented():
    model = Written({(): [0.1, 0.1, 0.8]}, 3)
    found = limner.exposure_bias(model, pairs=[((0,), (0, 1, 1, 2))], beams=0, end=2)
    tokens = found.shown[0].tokens
    assert [token.free is None for token in tokens] == [False, True, True, True]
    assert found.ended == pytest.approx(3 / 4) and len(found.positions) == 1
    assert found.shown[0].divergence == 0 and found.shown[0].tokens[1].own is None


def test_drawing_takes_a_seed_and_leaves_random_state():
    model = OrderOne(torch.full((20, 20), 1 / 20))
    pairs = [((0,), tuple(range(1, 15)))]
    torch.manual_seed(5)
    before = torch.get_rng_state()
    owns = [
        limner.exposure_bias(model, pairs=pairs, sample=True, seed=seed, beams=0).shown[0].own
        for seed in (1, 1, 2)
    ]
    assert owns[0] == owns[1] != owns[2]
    assert torch.equal(before, torch.get_rng_state())


def test_the_model_is_left_as_it_was_found():
    model = nn.Sequential(nn.Embedding(7, 8), nn.Dropout(0.5), nn.Linear(8, 7))
    model[2].weight.requires_grad_(False)
    model[0].weight.grad = torch.ones(7, 8)
    model.train()
    threads = torch.get_num_threads()
    before = {name: p.detach().clone() for name, p in model.state_dict().items()}
    limner.exposure_bias(model, pairs=[((1,), (2, 3, 4)), ((2, 3), (1, 1))])
    assert all(torch.equal(before[name], p) for name, p in model.state_dict().items())
    assert model.training and model[1].training
    assert not model[2].weight.requires_grad and model[0].weight.requires_grad
    assert torch.equal(model[0].weight.grad, torch.ones(7, 8))
    assert not any(m._forward_hooks for m in model.modules())
    assert torch.get_num_threads() == threads


def test_stopping_leaves_the_model_too():
    model = OrderOne(torch.full((6, 6), 1 / 6)).train()

    def stop(_):
        raise KeyboardInterrupt

    torch.manual_seed(5)
    before = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        limner.exposure_bias(model, pairs=[((0,), (1, 2))], sample=True, progress=stop)
    assert model.training and model.log_p.requires_grad
    assert torch.equal(before, torch.get_rng_state())


def test_a_batch_gives_what_single_pairs_give():
    model = nn.Sequential(nn.Embedding(9, 8), nn.GRU(8, 8, batch_first=True))

    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = model, nn.Linear(8, 9)

        def forward(self, ids):
            return self.head(self.body(ids)[0])

    torch.manual_seed(0)
    reader = Reader()
    pairs = [((1, 2, 3), (4, 5)), ((6,), (7, 8, 1, 2)), ((2, 2), (3,))]
    one = limner.exposure_bias(reader, pairs=pairs, batch=1, shown=3)
    many = limner.exposure_bias(reader, pairs=pairs, batch=3, shown=3)
    assert one.forced == pytest.approx(many.forced, abs=1e-6)
    assert one.free == pytest.approx(many.free, abs=1e-6)
    assert [b.score for b in one.beams] == pytest.approx([b.score for b in many.beams], abs=1e-5)


# ── bad input ─────────────────────────────────────────────────────────────────────────────────


class Ahead(nn.Module):
    """Every position sees the whole row."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 5)

    def forward(self, ids):
        rows = self.table(ids)
        return rows.sum(1, keepdim=True).expand_as(rows)


class Broken(OrderOne):
    def forward(self, ids):
        logits = super().forward(ids).clone()
        logits[:, 2:] = float("nan")
        return logits


UNIFORM = torch.full((5, 5), 0.2)


@pytest.mark.parametrize(
    ("model", "pairs", "options", "said"),
    [
        (OrderOne(UNIFORM), [], {}, "no pairs"),
        (OrderOne(UNIFORM), [(1, 2, 3)], {}, "no (source, target)"),
        (OrderOne(UNIFORM), [("a", "b")], {}, "pass a tokenizer"),
        (OrderOne(UNIFORM), [((), (1,))], {}, "Pair 0"),
        (OrderOne(UNIFORM), [((1,), (1,))], {"beams": 99}, "beams from 0 to 16"),
        (Broken(UNIFORM), [((1,), (1, 2, 3, 4))], {}, "not finite at position 2"),
        (Ahead(), [((1,), (1, 2, 3))], {}, "reads ahead"),
        (nn.Linear(3, 3), [((1,), (1, 2, 3))], {}, "fails on the first pair"),
        (OrderOne(UNIFORM), [((1,), (1, 7))], {}, "ids that it knows"),
    ],
)
def test_bad_input_is_one_sentence(model, pairs, options, said):
    with pytest.raises((BadInput, UnsupportedModel)) as caught:
        limner.exposure_bias(model, pairs=pairs, **options)
    assert said in str(caught.value) and "\n" not in str(caught.value)
