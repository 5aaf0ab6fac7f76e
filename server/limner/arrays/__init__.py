"""A person's objects read as arrays: numpy, torch, pandas, polars, lists of numbers.

It runs where the objects are, in a notebook's kernel or in a program, and imports none of these
libraries: whoever has a tensor has torch already.
"""

from limner.arrays.columns import columns_of
from limner.arrays.read import Source, read
from limner.arrays.sample import LIMIT, facts_of, fit

__all__ = ["LIMIT", "Source", "columns_of", "facts_of", "fit", "read"]
