"""`limner.exposure_bias` on the architectures of transformers, against their own `generate`."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM, BertLMHeadModel

import limner
from limner.methods.exposure.beams import search
from limner.methods.exposure.decoders import decoder_of
from limner.protocol import BadInput, UnsupportedModel
from methods.decoders import END, PAD, WORDS, causal, seq2seq
from methods.tiny import byte_pairs, word_pieces

pytestmark = pytest.mark.usefixtures("one_thread")

ENCODERS = ("t5", "bart", "marian")
CAUSAL = ("gpt2", "llama")
SOURCES = [(5, 6, 7, 8), (9, 10), (11, 12, 13)]


def model_of(kind: str):
    return seq2seq(kind) if kind in ENCODERS else causal(kind)


def filled(rows, *, left: bool):
    width = max(map(len, rows))
    pads = [[PAD] * (width - len(row)) for row in rows]
    ids = [[*p, *r] if left else [*r, *p] for p, r in zip(pads, rows, strict=True)]
    mask = [
        [0] * len(p) + [1] * len(r) if left else [1] * len(r) + [0] * len(p)
        for p, r in zip(pads, rows, strict=True)
    ]
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}


@pytest.mark.parametrize("kind", (*ENCODERS, *CAUSAL))
def test_teacher_forcing_is_the_model_s_own_loss(kind):
    model = model_of(kind)
    target = (20, 21, 22, END)
    found = limner.exposure_bias(
        model, pairs=[(one, target) for one in SOURCES], beams=0, shown=3, batch=3, end=END
    )
    model.eval()
    for source in SOURCES:
        if kind in ENCODERS:
            batch = {"input_ids": torch.tensor([source]), "labels": torch.tensor([target])}
        else:
            ids = torch.tensor([(*source, *target)])
            batch = {"input_ids": ids, "labels": ids.clone()}
            batch["labels"][:, : len(source)] = -100
        shown = next(p for p in found.shown if p.source == " ".join(map(str, source)))
        with torch.no_grad():
            assert -shown.score / 4 == pytest.approx(float(model(**batch).loss), abs=1e-4)


@pytest.mark.parametrize("kind", (*ENCODERS, *CAUSAL))
def test_its_own_words_are_those_of_generate(kind):
    model = model_of(kind).eval()
    given = filled(SOURCES, left=kind in CAUSAL)
    plain = {"max_new_tokens": 8, "do_sample": False, "num_beams": 1, "eos_token_id": END}
    with torch.no_grad():
        said = model.generate(**given, **plain, pad_token_id=PAD)
    said = said[:, given["input_ids"].shape[1] if kind in CAUSAL else 1 :]
    target = (3,) * 8
    found = limner.exposure_bias(
        model, pairs=[(one, target) for one in SOURCES], beams=0, shown=3, batch=3, end=END
    )
    for source, row in zip(SOURCES, said.tolist(), strict=True):
        shown = next(p for p in found.shown if p.source == " ".join(map(str, source)))
        own = [int(t.own) for t in shown.tokens if t.own is not None]
        assert own == row[: len(own)]
        assert len(own) == 8 or own[-1] == END


@pytest.mark.parametrize("kind", (*ENCODERS, *CAUSAL))
def test_a_beam_finds_what_reading_every_prefix_again_finds(kind):
    """With the cache, reordered at each step, as without."""
    decoder = decoder_of(model_of(kind).eval(), end=END)

    class Again:
        def __init__(self):
            self.rows = [(one, ()) for one in SOURCES]

        def first(self):
            return self.last()

        def next(self, parents, words):
            kept = zip(parents.tolist(), words.tolist(), strict=True)
            self.rows = [(self.rows[p][0], (*self.rows[p][1], w)) for p, w in kept]
            return self.last()

        def last(self):
            return torch.cat([decoder.after([s], [(*w, 0)])[:, -1] for s, w in self.rows])

    with torch.inference_mode():
        one = search(decoder.open(SOURCES), [7, 5, 9], 3, END)
        other = search(Again(), [7, 5, 9], 3, END)
    assert [a.ids for a in one] == [b.ids for b in other]
    assert [a.score for a in one] == pytest.approx([b.score for b in other], abs=1e-4)


def test_texts_keep_the_places_of_their_tokens():
    """Emoji and Chinese in the target: code points, each token's text where it says."""
    tokenizer = word_pieces()
    model = seq2seq("bart")
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    target = "房间很差 😀 but kind"
    found = limner.exposure_bias(model, tokenizer, [("不推荐 at all", target)], beams=1)
    tokens = [t for t in found.shown[0].tokens if t.start is not None]
    assert [target[t.start : t.end] for t in tokens][:4] == ["房", "间", "很", "差"]
    assert tokens[-1].end == len(target)
    assert len(found.shown[0].tokens[0].forced_top) == 5


def test_a_causal_model_continues_a_prompt():
    tokenizer = byte_pairs()
    model = causal("gpt2")
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    pairs = [("the service was", " slow 😀"), ("房间", "很差，但是早餐不错")]
    found = limner.exposure_bias(model, tokenizer, pairs, shown=2)
    assert found.kind == "causal" and found.pairs == 2
    for shown in found.shown:
        places = [(t.start, t.end) for t in shown.tokens if t.start is not None]
        assert max(end for _, end in places) == len(shown.target)


def test_a_tokenizer_without_pad_is_refused_for_a_batch_and_fine_alone():
    tokenizer = byte_pairs(padded=False)
    model = causal("gpt2")
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    pairs = [("the", " service"), ("a", " room")]
    with pytest.raises(BadInput, match=r"set tokenizer\.pad_token = tokenizer\.eos_token"):
        limner.exposure_bias(model, tokenizer, pairs)
    assert limner.exposure_bias(model, tokenizer, pairs, batch=1, beams=1).pairs == 2


@pytest.mark.parametrize("kind", [BertForMaskedLM, BertLMHeadModel])
def test_an_encoder_is_refused(kind):
    config = BertConfig(
        vocab_size=WORDS, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16,
    )  # fmt: skip
    with pytest.raises(UnsupportedModel) as caught:
        limner.exposure_bias(kind(config), pairs=[((3, 4), (5, 6, 7))])
    assert "word by word" in str(caught.value) and "\n" not in str(caught.value)


def test_memory_that_runs_out_halves_the_batch_and_says_so(monkeypatch):
    from limner.methods.exposure import measure

    real, sizes = measure.write, []

    def greedy(decoder, pairs, noise):
        sizes.append(len(pairs))
        if len(pairs) > 2:
            raise torch.OutOfMemoryError("too much")
        return real(decoder, pairs, noise)

    monkeypatch.setattr(measure, "write", greedy)
    pairs = [(one, (20, 21, END)) for one in (*SOURCES, *SOURCES)]
    found = limner.exposure_bias(seq2seq("t5"), pairs=pairs, beams=0, batch=6)
    assert found.pairs == 6 and any("halved" in note for note in found.notes)
    assert sizes[0] == 6 and max(sizes[-2:]) <= 3
