r"""Exposure bias: does this decoder fall apart when it has to read its own words?

苏剑林, 科学空间 7259; Bengio et al. 2015 (arXiv:1506.03099); He et al. 2021 (arXiv:1905.10617);
Arora et al. 2022 (arXiv:2204.01171).

In training a decoder reads the target's words, in use its own. For each position t of a target y

    forced(t) = −log p(y_t | x, y_<t)          the target is read: teacher forcing
    free(t)   = −log p(y_t | x, ŷ_<t)          its own words ŷ are read: free running
    kl(t)     = KL(p(· | x, y_<t) ‖ p(· | x, ŷ_<t))

as curves over t, because one ratio of the two ranks remedies backwards: what lowers `forced` raises
the ratio. Up to the first difference of ŷ from y the two are the same. A beam of width k adds what
searching can and cannot mend: where it finds a sequence that scores above the target, the model,
not the search, prefers something else (the article's example: beam 1 finds (a, b) at .33, beam 2
(c, d) at .36).

**What it does not show.** After a difference, y_t may no longer be a good word: "in a car" instead
of "by car" makes every later position expensive without being wrong. `free` therefore says how far
the model strays from *this* target, not how bad its output is; with several good targets it rises
by itself. With an oracle (the true next-word distribution, known for toys only) KL(oracle ‖ p)
after both kinds of words says what is lost.

**Cost.** A greedy decoding and two forward passes a pair, and one beam search for each width.
"""
