"""Edits: from a vendor's words to a fix, by way of the one internal model in ``prunella.changes``.

``text_editor``, ``apply_patch``, ``search_replace`` and ``lookups`` read what models say and do no I/O; ``draft`` holds
the edits of an attempt in memory and makes the fix of them.
"""
