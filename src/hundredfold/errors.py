"""Errors that people at work read. The tree:

HundredfoldError
├── DefinitionError     a definition does not say what it must; where, what was expected
├── MessageRejected     a message that cannot be taken in, with its reason
├── ImportFailed        a file or mapping that cannot be imported at all
├── LogError            the log cannot be read or written
│   ├── LogFull         no room left; nothing was written
│   └── LogUnavailable  the broker of the log does not answer; it may again
├── WorkspaceError      a folder that is no workspace, or one that is in use
├── CannotFit           a model cannot be learnt from what there is
├── FrameError          a frame of yours lacks what a question needs
└── NotFound            a customer or a name that does not exist
"""

from __future__ import annotations

from hundredfold.said import Said, said


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

    `told` is what is wrong, `subject` the entry that it is about, `below` what is shown under the sentence. `file`,
    `line` and `column` (from 1) say where, as far as they are known.
    """

    def __init__(
        self,
        told: str,
        *,
        subject: Said | None = None,
        below: str = "",
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(told)
        self.told, self.subject, self.below = told, subject, below
        self.file, self.line, self.column = file, line, column

    @property
    def sentence(self) -> str:
        """What is wrong, and with what."""
        return self.told if self.subject is None else said("{subject}: {told}", subject=self.subject, told=self.told)

    @property
    def message(self) -> str:
        """The sentence with what is shown below it."""
        return said("{above}\n{below}", above=self.sentence, below=self.below) if self.below else self.sentence

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return said("{place}: {told}", place=place, told=self.message) if place else self.message


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


class CannotFit(HundredfoldError):
    """A model cannot be learnt from these customers; the text says what is missing."""


class FrameError(HundredfoldError):
    """A frame lacks a column that a question needs, or has values in it that cannot be meant."""


class NotFound(HundredfoldError):
    """A customer, or a name, that does not exist."""
