"""Errors that people at work read. The tree:

HundredfoldError
├── DefinitionError     a definition does not say what it must; where, what was expected
├── MessageRejected     a message that cannot be taken in, with its reason
├── ImportFailed        a file or mapping that cannot be imported at all
├── LogError            the log cannot be read or written
│   ├── LogFull         no room left; nothing was written
│   └── LogUnavailable  the broker of the log does not answer; it may again
├── WorkspaceError      a folder that is no workspace, or one that is in use
└── NotFound            a customer or a name that does not exist
"""

from __future__ import annotations


def newer(where: object, what: str, found: int, known: int) -> str:
    """The sentence for whoever meets a format that this version does not know."""
    return (
        f"{where} has {what} format {found}, and this version of hundredfold knows {what} formats up to {known}. "
        "Nothing was changed. Use the version that wrote it, or a later one."
    )


class HundredfoldError(Exception):
    """The root of every error raised on purpose."""


class DefinitionError(HundredfoldError):
    """A definition does not say what it must.

    `file`, `line` and `column` (from 1) say where, as far as they are known.
    """

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.file, self.line, self.column = message, file, line, column

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class MessageRejected(HundredfoldError):
    """A message that cannot be taken in. `reason` is a short code, the text says what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ImportFailed(HundredfoldError):
    """A file or mapping that cannot be imported, or not to its end; the text says what was stored."""


class LogError(HundredfoldError):
    """The log cannot be read or written."""


class LogFull(LogError):
    """There is no room left on the disk; nothing was written."""


class LogUnavailable(LogError):
    """The broker of the log does not answer, or not in time: nothing is acknowledged. The same may work later."""


class WorkspaceError(HundredfoldError):
    """A folder that is no workspace, or one that another process is using."""


class NotFound(HundredfoldError):
    """A customer, or a name, that does not exist."""
