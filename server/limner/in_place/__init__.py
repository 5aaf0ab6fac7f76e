"""Methods of a person's own objects: models, losses, loaders that live in their process.

Each module is a Python function over a method; what is passed is left as it was found.
"""
