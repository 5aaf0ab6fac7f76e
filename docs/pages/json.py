"""json.md: the keys of results, from their types."""

from __future__ import annotations

from pages.source import HEAD, essay, fields, table


def json() -> str:
    """The keys of a result, from its type."""
    from limner import protocol
    from limner.methods.terms import results
    from limner.render import card
    from limner.results import cloze, exposure, flood, game, landscape
    from limner.terms import api as terms

    parts = [
        HEAD,
        "# JSON of a result\n\n"
        "Printed by `limner attribute --json`, returned by `.to_json()`. Positions are code points "
        "into `text` (or `pair`, for pieces of segment 1), end excluded. Keys are only ever added; "
        "what is not a finite number is `null`. Several `--baseline`s give the first one's object "
        "with the others under `side_by_side`.\n\n"
        "In a notebook's bundle, `application/vnd.limner.v1+json` holds a [card](#card), which "
        "front ends draw without knowing the method.\n",
        '\n## Attribution\n\n`"method": "integrated_gradients"`, and:\n',
        table([*fields(protocol, "Explained"), *fields(protocol, "Attribution")]),
        "\n## A piece: items of `tokens` and `words`\n",
        table(fields(protocol, "Piece")),
        "\n## Items of `by_label`\n",
        table(fields(protocol, "LabelScores")),
        "\n## `truncated`\n",
        table(fields(protocol, "Truncation")),
        "\n## Attribution of a tensor\n\nThe keys of an attribution down to `ms`, and: (a card "
        "leaves out more than 10,000 `scores`)\n",
        table([f for f in fields(protocol, "TensorAttribution") if f.name != "picture"]),
        "\n## HSIC\n\nPrinted by `limner hsic --json`, returned by `.to_json()`: the keys below, "
        "with `statistic` for `hsic`, `normalized` for `normalised`, `p_value` for `p`, `kernel` "
        "(both names, joined by + where they differ), and without `scatter`.\n",
        table(fields(protocol, "Independence")),
        "\n### Items of `kernels`\n",
        table(fields(protocol, "KernelFacts")),
        "\n### All pairs of a table\n\nItems of `pairs` have `x` and `y` (names of columns), `n`, "
        "`statistic`, `normalized`, `p_value`, `q_value` and `significant`.\n",
        table(fields(protocol, "PairMatrix")),
        "\n### Items of `columns`\n",
        table(fields(protocol, "Column")),
        "\n## Terms\n\nPrinted by `limner terms mine --json`, returned by `.to_json()`. Logarithms "
        "are natural, positions code points of a sentence's `text`. A card has the first terms.\n",
        table(fields(terms, "Terms")),
        "\n### Items of `terms`\n",
        table(fields(results, "Term")),
        "\n### Items of `sentences`\n",
        table(fields(results, "Sentence")),
        "\n### Items of `chain` and `neighbours`\n",
        table(fields(results, "Link")),
        "\n### A lexicon\n\nWritten by `limner terms mine --out lexicon.json`: `{method, terms}`, "
        "a term a line. Items have the keys above (of terms that were mined), `status` (candidate, "
        "accepted or rejected) and `variants` (other spellings). "
        "`limner.terms.importing.read_lexicon` reads it back, and lists of texts or of `{term}`.\n",
        "\n## Cloze\n\nReturned by `.to_json()` of each result below, with `method` (`cloze`, "
        "`candidates`, `cloze_report`, `cloze_training`) first. A card leaves out what is too much "
        "of `scores` and `probabilities`, and says so. `calibration` is none, contextual, pmi or "
        "batch; `decoding` joint or confident.\n"
        "\n### Labels of texts\n\nAnd `predicted`: the likeliest label of each text.\n",
        table(fields(cloze, "ClozeLabels")),
        "\n### Words for a gap\n",
        table(fields(cloze, "Candidates")),
        "\n### Items of `candidates`\n",
        table(fields(cloze, "Candidate")),
        "\n### A task on labelled texts\n",
        table(fields(cloze, "ClozeReport")),
        "\n### Items of `patterns`\n",
        table(fields(cloze, "PatternRank")),
        "\n### `quality`, `uncalibrated`, `before`, `after`, `held_out`\n",
        table(fields(cloze, "Quality")),
        "\n### Items of `reliability`\n",
        table(fields(cloze, "Bin")),
        "\n### A training\n",
        table(fields(cloze, "ClozeTraining")),
        "\n### Items of `epochs`\n",
        table(fields(cloze, "Epoch")),
        "\n## GAN dynamics\n\nPrinted by `limner gan --json`, returned by `.to_json()`, with "
        "`largest_stable_step` (of simultaneous steps) and without `portrait` and `lines`, which "
        "are only drawn. Eigenvalues are pairs of a real and an imaginary part; a verdict is "
        "converges, circles, diverges or undecided.\n",
        table([f for f in fields(game, "GanDynamics") if f.name not in ("portrait", "lines")]),
        "\n### Items of `schemes`\n",
        table(fields(game, "Scheme")),
        "\n### Items of `remedies`\n",
        table(fields(game, "Remedy")),
        "\n## Flooding\n\nReturned by `.to_json()`. A loop that was watched, by `%%flood` or "
        "`limner.flood`:\n",
        table(fields(flood, "FloodRun")),
        "\n### Items of `steps`\n",
        table(fields(flood, "FloodStep")),
        "\n### Items of `suspects`\n",
        table(fields(flood, "Suspect")),
        "\n### A comparison, by `limner.flood_tune`\n",
        table(fields(flood, "FloodComparison")),
        "\n### Items of `arms`\n\n`kind` is none, constant, per-sample or held-out.\n",
        table(fields(flood, "FloodArm")),
        "\n## Exposure bias\n\nPrinted by `limner exposure --json`, returned by `.to_json()`. "
        "Losses are in nats, positions count target tokens from 0.\n",
        table(fields(exposure, "ExposureBias")),
        "\n### Items of `positions`\n",
        table(fields(exposure, "CurvePoint")),
        "\n### Items of `beams`\n",
        table(fields(exposure, "BeamWidth")),
        "\n### Items of `shown`\n",
        table(fields(exposure, "PairExposure")),
        "\n#### Items of its `tokens`\n",
        table(fields(exposure, "TargetToken")),
        "\n#### Items of its `beams`\n",
        table(fields(exposure, "Beam")),
        "\n#### Items of its `tree`\n",
        table(fields(exposure, "BeamNode")),
        "\n## Landscape\n\nReturned by `.to_json()` of `limner.landscape`.\n",
        table(fields(landscape, "Landscape")),
        "\n### `along`\n",
        table(fields(landscape, "AlongGradient")),
        "\n### Items of `layers`\n",
        table(fields(landscape, "LayerMoments")),
        "\n### Items of `eigenvalues`\n",
        table(fields(landscape, "Eigenvalue")),
        "\n### `density`\n",
        table(fields(landscape, "Density")),
        "\n### `slice`\n",
        table(fields(landscape, "LossSlice")),
        "\n### Twins\n\nBy `limner.landscape_pair`; `ends` are two of the above.\n",
        table(fields(landscape, "LandscapePair")),
        "\n#### Items of `curves`\n",
        table(fields(landscape, "TrainedCurve")),
        f"\n## Card\n\n{essay(card)}\n",
        *(f"\n### `{name}`\n{table(fields(card, name))}" for name in CARD),
        "\n## Of `limner models list --json`: items of `models`\n",
        table(fields(protocol, "ModelStatus")),
        "\n## Of `limner daemon status --json`: `engine`\n",
        table(fields(protocol, "EngineStatus")),
    ]
    return "".join(parts)


CARD = ("Card", "CardText", "CardMark", "CardTable", "CardChart", "CardPicture")
