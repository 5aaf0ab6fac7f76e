"""Terms in the features of the protocol; a module each.

They answer from `lsp.terms`, which has the page of a document as it is now.
"""
