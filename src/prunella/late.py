"""Parts of the kit that are made late, so that green checks pay nothing for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prunella.domain import Diagnostic, Verification
from prunella.ports import Judge, Mended

if TYPE_CHECKING:
    from prunella.toolchain.bench import Bench
    from prunella.toolchain.mend import Menders


class Rung0:
    """``ports.Toolchain``, made when it is first asked: green checks pay nothing for it."""

    def __init__(self, bench: Callable[[], Bench]) -> None:
        self._bench = bench
        self._menders: Menders | None = None

    def mend(self, verification: Verification, judge: Judge) -> Mended:
        """See ``ports.Toolchain``."""
        from prunella.toolchain.languages import menders

        self._menders = menders(self._bench(), verification)
        return self._menders.mend(verification, judge)

    def errors(self, paths: tuple[str, ...]) -> tuple[Diagnostic, ...] | None:
        """See ``ports.Toolchain``."""
        return self._menders.errors(paths) if self._menders else None

    def close(self) -> None:
        """End the tools that stay up."""
        if self._menders:
            self._menders.close()
