"""Cloze: can a masked language model label texts, once the task is a sentence with a gap?

苏剑林, 科学空间 7764 (必须要GPT3吗？不，BERT的MLM模型也能小样本学习); Schick & Schütze 2021,
"Exploiting Cloze Questions for Few Shot Text Classification and Natural Language Inference" (PET,
2001.07676) and "It's Not Just Size That Matters" (2009.07118).

A *pattern* `{mask}满意。{text}` puts a text beside a sentence with a gap; a *verbalizer* says which
words at the gap mean which label (很 → positive, 不 → negative). The score of a label is the
log-probability of its words at the gap,

    s(l | x) = log mean over words w of l of p(w at the gap | pattern(x))

A word of several tokens has as many gaps; its probability is, by `decoding`,

- `joint`: the product of its tokens' probabilities, all gaps open (one pass);
- `confident`: the gaps are filled with the word's tokens, the likeliest one first, and the others
  are looked at again (2009.07118, section 3.1; a pass for each token).

Some words are likely whatever the text says. *Calibration* subtracts a bias from each score:

- `contextual`: the log of the labels' mean probability for texts without content (Zhao 2021,
  2102.09690, section 4);
- `pmi`: the score of the pattern without a text, so that what remains is the pointwise mutual
  information of text and label (Holtzman 2021, 2104.08315, PMI_DC);
- `batch`: the log of the labels' mean probability over the texts at hand (Zhou 2024, 2309.17249);
  it needs some texts, and moves the labels' shares towards equal ones.

Several patterns are an ensemble: the mean of their calibrated scores. Read in this order:
`spelling` (words into tokens), `filling` (patterns and texts into rows), `scoring` (rows into
scores), `calibration`, `label` (all of it), `fill` (words for any gap), `lesson`, `fit` and
`training` (few-shot and semi-supervised), `pet` (ensembles, distillation, generations), `quality`
and `ranking` (what is it worth?).

**What it does not show.** That a label is right. Probabilities are those of a small model for a
sentence that somebody made up: another pattern gives others. Look at the figures on labelled texts.
"""
