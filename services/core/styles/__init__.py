"""What a work looks and is built like, as numbers, and the works that are like it.

- `code.py`, `words.py` and `pictures.py` measure a work; `embedder.py` makes one vector of it (pure, no I/O).
- `embedding.py` has the worker make the vectors that are missing; `similar.py` reads with them.

A work has one vector for each embedder: that of the version whose pictures lists show. A newer version's replaces it.
"""
