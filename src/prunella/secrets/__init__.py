"""Secrets never go out: before a text leaves this machine or is kept, a placeholder stands where one was.

A placeholder is the same for the same secret throughout a task, and is put back when an edit quotes it.
"""
