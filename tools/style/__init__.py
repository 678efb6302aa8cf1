"""Fitting and judging the style embedder (services/core/styles)."""
