"""Replacement, scheduled sampling, gradient penalty, FGM: off is off, on is what it says."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertForMaskedLM, Trainer, TrainingArguments

import limner
from limner.protocol import BadInput, UnsupportedModel
from methods.decoders import END, WORDS, batch, causal, seq2seq

pytestmark = pytest.mark.usefixtures("one_thread")

KINDS = {
    "t5": lambda: seq2seq("t5", 0.1),
    "bart": lambda: seq2seq("bart", 0.1),
    "gpt2": lambda: causal("gpt2", 0.1),
    "llama": lambda: causal("llama"),
}
REMEDIES = (limner.scheduled_sampling, limner.gradient_penalty, limner.fgm)


def steps(model, loss, count: int = 3):
    """Weights after some steps of plain SGD."""
    torch.manual_seed(7)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for i in range(count):
        optimizer.zero_grad()
        loss(model, batch(model, seed=i)).backward()
        optimizer.step()
    return [p.detach().clone() for p in model.parameters()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_that_is_off_trains_bit_for_bit_as_without(kind, remedy):
    plain = steps(KINDS[kind](), lambda model, given: model(**given).loss)
    off = steps(KINDS[kind](), lambda model, given: remedy(model, given, 0))
    assert all(torch.equal(a, b) for a, b in zip(plain, off, strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_that_is_on_trains_otherwise_and_leaves_no_hook(kind, remedy):
    model = KINDS[kind]()
    plain = steps(KINDS[kind](), lambda model, given: model(**given).loss)
    on = steps(model, lambda model, given: remedy(model, given, 0.5))
    assert any(not torch.equal(a, b) for a, b in zip(plain, on, strict=True))
    assert all(torch.isfinite(p).all() for p in on)
    assert not any(m._forward_hooks for m in model.modules())


# ── replacement ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_replaced_tokens_are_the_target_s_own_at_the_stated_shares(kind):
    model = KINDS[kind]()
    given = batch(model, rows=4000)
    torch.manual_seed(0)
    made = limner.ReplaceCollator(lambda _: dict(given), model)(None)
    labels = given["labels"]
    assert torch.equal(made["labels"], labels)
    if model.config.is_encoder_decoder:
        before, after = (
            model.prepare_decoder_input_ids_from_labels(labels),
            made["decoder_input_ids"],
        )
        assert torch.equal(made["input_ids"], given["input_ids"])
        assert torch.equal(after[:, 0], before[:, 0])
    else:
        before, after = given["input_ids"], made["input_ids"]
        assert torch.equal(after[:, :3], before[:, :3])  # a prompt has no label and stays
    changed = before != after
    rows = changed.any(1)
    own = [set(row[row >= 0].tolist()) for row in labels]
    assert all(set(after[i][changed[i]].tolist()) <= own[i] for i in range(len(own)))
    assert 0.3 < rows.float().mean() < 0.5  # some draw their own token, or none
    places = before.shape[1] - 1 if model.config.is_encoder_decoder else 4
    count = len({*labels[1].tolist()} - {-100})
    assert changed[rows].float().sum() / rows.sum() < 0.3 * places / (1 - 0.7**places) + 0.1
    share = changed.sum() / (0.5 * 0.3 * places * len(rows))
    assert 0.9 * (1 - 1 / count) < share < 1.05


def test_a_collator_that_is_off_hands_on_the_very_batch():
    model = KINDS["t5"]()
    given = batch(model)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    for off in ({"rate": 0}, {"tokens": 0}):
        assert limner.ReplaceCollator(lambda _: given, model, **off)(None) is given
    assert torch.equal(before, torch.get_rng_state())


def test_a_row_without_labels_is_left_alone():
    model = KINDS["bart"]()
    given = batch(model)
    given["labels"][1] = -100
    made = limner.ReplaceCollator(lambda _: dict(given), model, 1.0, 1.0)(None)
    plain = model.prepare_decoder_input_ids_from_labels(given["labels"])
    assert torch.equal(made["decoder_input_ids"][1], plain[1])


# ── scheduled sampling ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["t5", "bart"])
def test_at_rate_one_the_decoder_reads_what_it_would_have_written(kind):
    model = seq2seq(kind)
    given = batch(model)
    start = model.prepare_decoder_input_ids_from_labels(given["labels"])
    first = model(**given).logits.argmax(-1)
    own = torch.cat([start[:, :1], first[:, :-1]], 1)
    behind = torch.cat([torch.zeros(4, 1), given["labels"][:, :-1] >= 0], 1).bool()
    mixed = torch.where(behind, own, start)
    expected = model(**given, decoder_input_ids=mixed).loss
    assert torch.equal(limner.scheduled_sampling(model, given, 1.0), expected)


def test_a_causal_model_keeps_its_prompt():
    model = causal("gpt2")
    given = batch(model)
    seen = []

    def loss(asked, mixed):
        seen.append(mixed["input_ids"])
        return asked(**mixed).loss

    limner.scheduled_sampling(model, given, 1.0, loss=loss)
    said = model(given["input_ids"]).logits.argmax(-1)
    assert torch.equal(seen[0][:, :3], given["input_ids"][:, :3])
    assert torch.equal(seen[0][:, 3:], said[:, 2:-1])


# ── gradient penalty and FGM ──────────────────────────────────────────────────────────────────


def by_hand(model, given):
    """∂L/∂E along a direction by central differences; parts of the models stay in float32."""
    table = model.get_input_embeddings()
    made = torch.Generator().manual_seed(1)
    direction = torch.randn(table.weight.shape, generator=made, dtype=torch.float64)

    def at(step: float) -> float:
        from limner.methods.exposure.perturbing import _pushed

        with _pushed(model, step * direction), torch.no_grad():
            return float(model(**given).loss)

    return direction, (at(1e-4) - at(-1e-4)) / 2e-4


class Linear(nn.Module):
    """Mean of the embeddings times labels: ∂L/∂E is known."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 3)

    def get_input_embeddings(self):
        return self.table

    def forward(self, input_ids, labels):
        read = self.table(input_ids)
        return {"loss": (read * labels[..., None]).sum() + 0.5 * read.square().sum()}


def test_the_penalty_is_half_the_squared_slope():
    """L = Σ E[i]·y + ½‖E[i]‖²: ∂L/∂E_w sums y + E_w over the places of w."""
    model = Linear().double()
    ids = torch.tensor([[0, 1, 1]])
    y = torch.tensor([[1.0, 2.0, 3.0]]).double()
    given = {"input_ids": ids, "labels": y}
    weight = model.table.weight.detach()
    slope = torch.zeros_like(weight)
    for word, one in zip(ids[0], y[0], strict=True):
        slope[word] += one + weight[word]
    plain = model(**given)["loss"]
    found = limner.gradient_penalty(model, given, 0.3)
    assert float((found - plain).detach()) == pytest.approx(
        0.15 * float(slope.square().sum()), rel=1e-9
    )
    found.backward()
    # d/dE of ½·.3·‖slope‖²: a word at n places has d slope/dE = n
    expected = slope + 0.3 * slope * torch.tensor([1, 2, 0, 0, 0.0]).double()[:, None]
    assert torch.allclose(model.table.weight.grad, expected)


def test_fgm_walks_epsilon_along_the_slope():
    model = Linear().double()
    given = {"input_ids": torch.tensor([[0, 1, 1]]), "labels": torch.ones(1, 3).double()}
    weight = model.table.weight.detach().clone()
    slope = torch.zeros_like(weight)
    for word in (0, 1, 1):
        slope[word] += 1 + weight[word]
    found = limner.fgm(model, given, 0.7)
    plain = model(**given)["loss"]
    with torch.no_grad():
        model.table.weight += 0.7 * slope / slope.norm()
    together = plain + model(**given)["loss"]
    assert float(found.detach()) == pytest.approx(float(together.detach()), rel=1e-9)


@pytest.mark.parametrize("kind", ["t5", "bart", "gpt2"])
def test_the_slope_is_that_of_the_table_as_it_is_read_not_of_the_tied_head(kind):
    model = (seq2seq(kind) if kind != "gpt2" else causal(kind)).double()
    given = batch(model)
    direction, expected = by_hand(model, given)
    from limner.methods.exposure.perturbing import _pushed

    with _pushed(model) as push:
        (slope,) = torch.autograd.grad(model(**given).loss, push.delta)
    assert float((slope * direction).sum()) == pytest.approx(expected, rel=2e-2)
    plain = model(**given).loss
    penalty = limner.gradient_penalty(model, given, 2.0) - plain
    assert float(penalty.detach()) == pytest.approx(float(slope.square().sum()), rel=1e-6)


def test_fgm_takes_random_numbers_once():
    """Both losses see the same dropout, and the generator moves as in a plain step."""
    model = seq2seq("t5", 0.3)
    given = batch(model)
    torch.manual_seed(1)
    plain = model(**given).loss
    after = torch.get_rng_state()
    torch.manual_seed(1)
    found = limner.fgm(model, given, 1e-9)
    assert torch.equal(after, torch.get_rng_state())
    assert float(found.detach()) == pytest.approx(2 * float(plain.detach()), rel=1e-5)


# ── transformers' Trainer ─────────────────────────────────────────────────────────────────────


def trained(folder, trainer, collator=None):
    model = seq2seq("t5", 0.1)
    made = torch.Generator().manual_seed(1)
    rows = []
    for _ in range(32):
        ids = torch.randint(3, WORDS, (6,), generator=made)
        rows.append({"input_ids": ids, "labels": torch.cat([ids[:4], torch.tensor([END])])})
    arguments = TrainingArguments(
        str(folder), num_train_epochs=2, per_device_train_batch_size=8, learning_rate=1e-2,
        gradient_accumulation_steps=2, eval_strategy="epoch", save_strategy="no",
        logging_strategy="no", report_to=[], disable_tqdm=True, use_cpu=True,
    )  # fmt: skip
    run = trainer(
        model, arguments, train_dataset=rows, eval_dataset=rows,
        data_collator=collator(model) if collator else None,
    )  # fmt: skip
    run.train()
    return [p.detach() for p in model.parameters()], run.evaluate()["eval_loss"]


def stacked(rows):
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


@pytest.mark.parametrize(
    ("remedy", "amount"),
    [(limner.scheduled_sampling, 0.1), (limner.gradient_penalty, 1e-4), (limner.fgm, 0.1)],
)
def test_in_the_trainer_off_is_off_and_on_learns(tmp_path, remedy, amount):
    plain, loss = trained(tmp_path, Trainer)
    off, _ = trained(tmp_path, limner.trainer_with(Trainer, remedy, 0))
    on, other = trained(tmp_path, limner.trainer_with(Trainer, remedy, amount))
    assert all(torch.equal(a, b) for a, b in zip(plain, off, strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(plain, on, strict=True))
    assert other < loss + 1


def test_in_the_trainer_the_collator_replaces(tmp_path):
    plain, _ = trained(tmp_path, Trainer, lambda _: stacked)
    off, _ = trained(tmp_path, Trainer, lambda m: limner.ReplaceCollator(stacked, m, rate=0))
    on, _ = trained(tmp_path, Trainer, lambda m: limner.ReplaceCollator(stacked, m))
    assert all(torch.equal(a, b) for a, b in zip(plain, off, strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(plain, on, strict=True))


# ── bad input ─────────────────────────────────────────────────────────────────────────────────


def encoder():
    return BertForMaskedLM(
        BertConfig(
            vocab_size=WORDS, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda m: limner.ReplaceCollator(stacked, m, rate=2), "share from 0 to 1"),
        (lambda m: limner.ReplaceCollator(stacked, encoder()), "word by word"),
        (lambda m: limner.scheduled_sampling(m, batch(m), -1), "share from 0 to 1"),
        (lambda m: limner.scheduled_sampling(encoder(), batch(m), 0.5), "word by word"),
        (lambda m: limner.scheduled_sampling(m, {"input_ids": None}, 0.5), "no labels"),
        (lambda m: limner.gradient_penalty(m, batch(m), -1), "0 or above"),
        (lambda m: limner.gradient_penalty(nn.Linear(2, 2), {}, 1), "no table of embeddings"),
        (lambda m: limner.fgm(m, batch(m), float("nan")), "0 or above"),
        (
            lambda m: limner.fgm(m, batch(m), 1, loss=lambda *_: torch.zeros(3)),
            "not one number with a gradient",
        ),
        (
            lambda m: limner.gradient_penalty(
                m, batch(m), 1, loss=lambda a, b: a(**b).loss * float("inf")
            ),
            "not finite",
        ),
        (
            lambda m: limner.gradient_penalty(
                m, batch(m), 1, loss=lambda *_: m.lm_head.weight.sum()
            ),
            "does not read",
        ),
    ],
)
def test_bad_input_is_one_sentence(work, said):
    with pytest.raises((BadInput, UnsupportedModel)) as caught:
        work(seq2seq("t5"))
    assert said in str(caught.value) and "\n" not in str(caught.value)
