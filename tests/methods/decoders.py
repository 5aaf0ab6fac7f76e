"""Tiny decoders of transformers with random weights."""

from __future__ import annotations

import torch
from torch import nn
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MarianConfig,
    MarianMTModel,
    T5Config,
    T5ForConditionalGeneration,
)

WORDS = 60
PAD, END = 0, 1


def seq2seq(kind: str, dropout: float = 0.0) -> nn.Module:
    """`t5`, `bart` or `marian`, in training mode."""
    torch.manual_seed(0)
    if kind == "t5":
        return T5ForConditionalGeneration(
            T5Config(
                vocab_size=WORDS, d_model=24, d_kv=8, d_ff=32, num_layers=2, num_heads=3,
                dropout_rate=dropout, pad_token_id=PAD, eos_token_id=END,
                decoder_start_token_id=PAD, initializer_factor=3.0,
            )
        ).train()  # fmt: skip
    config = {"bart": BartConfig, "marian": MarianConfig}[kind](
        vocab_size=WORDS, d_model=24, encoder_layers=2, decoder_layers=2, encoder_ffn_dim=32,
        decoder_ffn_dim=32, encoder_attention_heads=3, decoder_attention_heads=3, dropout=dropout,
        max_position_embeddings=64, pad_token_id=PAD, bos_token_id=2, eos_token_id=END,
        decoder_start_token_id=2, init_std=0.5, forced_eos_token_id=None,
    )  # fmt: skip
    return {"bart": BartForConditionalGeneration, "marian": MarianMTModel}[kind](config).train()


def causal(kind: str, dropout: float = 0.0) -> nn.Module:
    """`gpt2` or `llama`, in training mode."""
    torch.manual_seed(0)
    if kind == "gpt2":
        config = GPT2Config(
            vocab_size=WORDS, n_embd=24, n_layer=2, n_head=3, n_positions=64, bos_token_id=2,
            eos_token_id=END, resid_pdrop=dropout, embd_pdrop=dropout, attn_pdrop=dropout,
            initializer_range=0.5,
        )  # fmt: skip
        return GPT2LMHeadModel(config).train()
    config = LlamaConfig(
        vocab_size=WORDS, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=32, pad_token_id=PAD, bos_token_id=2, eos_token_id=END,
        initializer_range=0.5,
    )  # fmt: skip
    return LlamaForCausalLM(config).train()


def batch(model: nn.Module, rows: int = 4, seed: int = 0) -> dict[str, torch.Tensor]:
    """Random inputs with labels, the last of each row without one."""
    made = torch.Generator().manual_seed(seed)
    ids = torch.randint(3, WORDS, (rows, 7), generator=made)
    if model.config.is_encoder_decoder:
        labels = torch.randint(3, WORDS, (rows, 6), generator=made)
        labels[:, -1] = END
        labels[0, 4:] = -100
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}
    labels = ids.clone()
    labels[:, :3] = -100
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}
