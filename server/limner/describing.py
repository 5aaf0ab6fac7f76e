"""`limner.describe`: what is in an array, in this process and without a model."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from limner.arrays import facts_of, read
from limner.methods import describe as method
from limner.methods._contract import Given, run
from limner.protocol import BadInput, Description


def describe(x: Any, *, name: str = "x", **options: Any) -> Description:
    """Dtype, shape, what is not finite, mean, spread, quartiles, histogram; of all values.

    Args:
        x: a numpy array, a torch tensor on any device, a pandas or polars Series or DataFrame, a
            list of numbers or of texts. Rows are the first axis; two-dimensional numbers get
            figures for each column.
        name: what it is called in the result.
        options: fields of `limner.methods.describe.Params`: bins, columns, top.

    Raises:
        ArrayRefused: it is no array, empty, or of values without order; says what to do.
        BadInput: an unknown option.
    """
    try:
        params = msgspec.convert(options, method.Params)
    except msgspec.ValidationError as error:
        raise BadInput(f"Describe: {error}. Correct that parameter.") from None
    began = time.perf_counter()
    source = read(name, x)
    values = source.fetch(None)
    result = run(method.METHOD, None, (Given(facts_of(source, values), values),), params)
    return msgspec.structs.replace(result, ms=round((time.perf_counter() - began) * 1000, 3))
