"""Tiny models and tokenizers, made here: random weights, real transformers classes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from torch import nn
from transformers import (
    BartConfig,
    BartForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    GPT2Config,
    GPT2ForSequenceClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
    T5Config,
    T5ForSequenceClassification,
)

TEXTS = ("房间很差，但是早餐不错", "the service was slow 😀 but kind", "不推荐 at all", "很好")
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def word_pieces(corpus: Sequence[str] = TEXTS) -> PreTrainedTokenizerFast:
    """BERT's kind: characters of Chinese, pieces of words."""
    inner = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.train_from_iterator(
        [*corpus, *(c for text in corpus for c in text)],
        trainers.WordPieceTrainer(vocab_size=200, special_tokens=SPECIALS),
    )
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=64,
    )


def byte_pairs(*, padded: bool = True) -> PreTrainedTokenizerFast:
    """GPT-2's kind: bytes, so that a Chinese character is three tokens and an emoji four."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(
        ["plain words only"],
        trainers.BpeTrainer(
            vocab_size=300,
            special_tokens=["<pad>", "</s>", "<mask>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    special = {"pad_token": "<pad>"} if padded else {}
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="</s>", mask_token="<mask>", **special
    )


def bert(vocab: int = 200, labels: int = 2, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=vocab,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=labels,
        initializer_range=0.3,
    )
    return BertForSequenceClassification(config).eval()


def roberta(vocab: int = 300) -> nn.Module:
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=vocab,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=66,
        pad_token_id=0,
        initializer_range=0.3,
    )
    return RobertaForSequenceClassification(config).eval()


def bart(vocab: int = 200) -> nn.Module:
    torch.manual_seed(2)
    config = BartConfig(
        vocab_size=vocab,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
        decoder_start_token_id=3,
        forced_eos_token_id=3,
        num_labels=2,
        init_std=0.3,
    )
    return BartForSequenceClassification(config).eval()


def t5(vocab: int = 200) -> nn.Module:
    torch.manual_seed(3)
    config = T5Config(
        vocab_size=vocab,
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=1,
        num_decoder_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=3,
        decoder_start_token_id=0,
        num_labels=2,
    )
    return T5ForSequenceClassification(config).eval()


def gpt2(vocab: int = 300) -> nn.Module:
    torch.manual_seed(4)
    config = GPT2Config(
        vocab_size=vocab, n_embd=32, n_layer=2, n_head=2, n_positions=64, num_labels=2
    )
    config.pad_token_id = 0
    return GPT2ForSequenceClassification(config).eval()
