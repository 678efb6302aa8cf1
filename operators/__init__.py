"""Kubernetes operators; each is a package. They import nothing of `services`, and `services` nothing of them."""
