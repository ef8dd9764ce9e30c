"""Prunella heals a repository's broken build or tests with a ladder of models."""

__version__ = "0.1.0"
