"""The stable JSON of a result; docs/reference/json.md lists its keys."""

from __future__ import annotations

from typing import Any

import msgspec

from limner.protocol import Attribution

_FIRST = (
    "method model target contrast logit probability output absolute baseline value "
    "baseline_value difference delta error token_error evaluations complete converged tokens words "
    "by_label compared faithfulness labels probabilities truncated notes device ms text pair"
).split()
"""Reading order; keys that later versions add come after these."""


def to_dict(result: Attribution) -> dict[str, Any]:
    """Plain data: numbers, strings, lists and dicts; what is not a finite number becomes None."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(result))
    del plain["kind"]  # tells results apart on the wire; `method` says more
    plain["ms"] = round(result.ms, 1)
    ordered = {key: plain.pop(key) for key in _FIRST if key in plain}
    return ordered | plain


def to_json(result: Attribution, *beside: Attribution) -> str:
    """One JSON object on one line; further results (other baselines) go under `side_by_side`."""
    plain = to_dict(result)
    if beside:
        plain["side_by_side"] = [to_dict(other) for other in beside]
    return msgspec.json.encode(plain).decode()
