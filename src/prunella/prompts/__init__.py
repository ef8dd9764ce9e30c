"""Prompts as text files, and the one function that fills them."""
