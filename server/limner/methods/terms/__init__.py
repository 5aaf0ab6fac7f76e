"""Domain terms: which words does this domain use that others do not?

苏剑林, 科学空间 6540 (a chain of discovery, contrast, rules and word vectors), with entropies,
nesting and a significance beside its ratio. Read in this order: `tokens` (Chinese and English as
one stream), `counting` (a map and a merge), `discovery` (candidates), `occurrences` (their
neighbours), `contrast`, `scoring` (one ranking), `mine` (all of it). `nlp_zero` is the article's
discovery, exactly; `chain` follows word vectors from seeds; `matching` finds a lexicon's terms on a
page.

**What it does not show.** That a term is right. It is evidence, term by term, for a person to read.
"""
