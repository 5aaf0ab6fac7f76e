"""Answers of HSIC as tests draw them."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.protocol import (
    ArrayFacts,
    Column,
    Histogram,
    Independence,
    KernelFacts,
    Pair,
    PairMatrix,
    Points,
)

GAUSSIAN = KernelFacts(name="gaussian", bandwidth=0.67449, convention="half", rule="median")


def facts(name: str, **more: Any) -> ArrayFacts:
    plain = ArrayFacts(name=name, dtype="float64", shape=(1000,), of=1000)
    return msgspec.structs.replace(plain, **more)


def pair_result(**more: Any) -> Independence:
    """y = x + noise, of 1000 pairs."""
    plain = Independence(
        x=facts("x"),
        y=facts("y"),
        n=1000,
        hsic=0.0961,
        normalised=0.97,
        p=1 / 1001,
        permutations=1000,
        kernels=(GAUSSIAN, GAUSSIAN),
        null=Histogram(edges=(0.0001, 0.0002, 0.0003), counts=(600, 400)),
        scatter=Points(x=(0.0, 1.0, -1.0), y=(0.1, 1.1, -0.9), of=1000),
        notes=("3 values of x are tied.",),
        ms=12.3,
    )
    return msgspec.structs.replace(plain, **more)


def table_result(**more: Any) -> PairMatrix:
    """Three columns of which two depend on each other."""
    plain = PairMatrix(
        columns=(
            Column(name="身高", dtype="float64", kernel=GAUSSIAN, rank=12),
            Column(name="weight, kg", dtype="float64", kernel=GAUSSIAN, rank=9),
            Column(name="group 👍", kind="categories", kernel=KernelFacts(name="delta")),
        ),
        pairs=(
            Pair(i=0, j=1, hsic=0.05, normalised=0.8, p=1e-9, q=3e-9, n=200, significant=True),
            Pair(i=0, j=2, hsic=0.001, normalised=0.02, p=0.4, q=0.5, n=200, significant=False),
            Pair(i=1, j=2, hsic=0.0005, normalised=None, p=0.5, q=0.5, n=200, significant=False),
        ),
        n=200,
    )
    return msgspec.structs.replace(plain, **more)
