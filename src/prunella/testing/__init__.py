"""Fakes that are real: a scripted model server over HTTP, and the ports in memory. See ``docs/testing.md``."""

from prunella.testing.fakes import MemoryStore, SilentReporter
from prunella.testing.plays import Delivery, Play, Received, ScriptError, fault, say
from prunella.testing.server import ScriptedServer

__all__ = [
    "Delivery",
    "MemoryStore",
    "Play",
    "Received",
    "ScriptError",
    "ScriptedServer",
    "SilentReporter",
    "fault",
    "say",
]
