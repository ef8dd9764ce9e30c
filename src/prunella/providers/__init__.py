"""Providers: who proposes a fix. One pure module per wire format, one transport, one retry layer."""
