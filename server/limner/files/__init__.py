"""Arrays out of data files: columns of CSV, TSV, JSON lines and Parquet, arrays of .npz and .npy.

CSV and JSON lines are read by the standard library, `.npy` by numpy without pickle; Parquet needs
polars, which is an extra (`pip install limner[parquet]`, 45 MB). Nothing here follows a link to
the network.
"""
