"""Rung 0: what compilers, linters and git themselves know how to mend, without a model."""
