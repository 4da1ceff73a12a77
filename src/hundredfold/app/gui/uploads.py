"""Files that people drop: streamed into the workspace's scratch piece by piece, and looked at when they are whole."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app.door.access import requires
from hundredfold.app.door.problem import Problem
from hundredfold.errors import ImportFailed
from hundredfold.ingest.guess.file import ending_of
from hundredfold.ingest.source import source_of
from hundredfold.log.disk import Disk, replace_file
from hundredfold.words.calendar import DAY

LIMIT: Final = 4 * 1024**3
"""How large a dropped file may be, in bytes; a larger one is imported by `hf import` on the server's machine."""
PIECE: Final = 4 * 1024**2
"""How large the pieces should be: small enough that progress shows."""
ROOM: Final = 3
"""Times its own size that must be free: the file, the messages that it becomes, and what is made of them."""
KEPT: Final = DAY
"""So long a file is kept: a mapping may have to be mended after the first import."""
_CONTENT: Final = "content"
_NOTE: Final = "upload.json"

State = Literal["receiving", "ready", "refused"]


class NewUpload(BaseModel):
    """A file that is about to be sent."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=1_000, description="As it is called; a folder before it is left off.")
    size: int = Field(ge=0, description="In bytes.")


class Upload(BaseModel):
    """A file, as far as it has arrived."""

    id: str
    name: str
    size: int
    received: int = Field(description="How many bytes are here; the next piece begins there.")
    piece: int = Field(description="How large the pieces should be, in bytes.")
    state: State
    problem: str | None = Field(None, description="Why it cannot be imported.")
    format: str | None = Field(None, description="csv, ndjson or parquet, by its content.")
    began: int = Field(description="Microseconds UTC.")


class Uploads:
    """The dropped files of a workspace, each in a folder of its own below `folder`. `now` is microseconds UTC."""

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], int],
        new_id: Callable[[], str],
        disk: Disk | None = None,
        limit: int = LIMIT,
    ) -> None:
        self._folder, self._now, self._new_id = folder, now, new_id
        self._disk, self._limit = disk or Disk(), limit
        self._guard = Lock()

    def begin(self, name: str, size: int) -> Upload:
        """Makes ready for a file. Raises Problem 413 for one that is too large, 507 without room."""
        if size > self._limit:
            raise Problem(
                413,
                "too_large",
                f"a dropped file may have {_megabytes(self._limit)}, and this one has {_megabytes(size)}; "
                "split it, or import it on the server's machine with hf import",
            )
        self.tidy()
        self._folder.mkdir(parents=True, exist_ok=True)
        free = self._disk.free(self._folder)
        if free < ROOM * size:
            raise Problem(
                507,
                "disk_full",
                f"the file has {_megabytes(size)}, for which {_megabytes(ROOM * size)} must be free, and the server "
                f"has {_megabytes(free)}; make room there",
            )
        upload = Upload(
            id=self._new_id(),
            name=safe_name(name),
            size=size,
            received=0,
            piece=PIECE,
            state="receiving",
            began=self._now(),
        )
        place = self._folder / upload.id
        place.mkdir()
        (place / _CONTENT).touch()
        return self._finished(upload) if size == 0 else self._noted(upload)

    async def take(self, id: str, at: int, piece: AsyncIterator[bytes]) -> Upload:
        """Adds a piece that begins at byte `at`. Raises Problem 409 where another one is due, 413 for too much."""
        upload = self.get(id)
        if upload.state != "receiving" or at != upload.received:
            raise Problem(
                409, "wrong_place", f"the next piece of this file begins at byte {upload.received}; go on from there"
            )
        end = at
        with (self._folder / id / _CONTENT).open("r+b") as file:
            file.truncate(at)
            file.seek(at)
            async for part in piece:
                end += len(part)
                if end > upload.size:
                    raise Problem(413, "too_large", f"the file was announced with {upload.size} bytes; this is more")
                try:
                    file.write(part)
                except OSError:
                    raise Problem(507, "disk_full", "the server's disk is full; make room, and send it again") from None
        with self._guard:
            # Of two that send the same piece at once the second one finds it there.
            if self.get(id).received != at:
                raise Problem(409, "wrong_place", "this piece has just been sent; ask how far the file is")
            upload = self._noted(upload.model_copy(update={"received": end}))
        return await asyncio.to_thread(self._finished, upload) if end == upload.size else upload

    def get(self, id: str) -> Upload:
        """A file by its id. Raises Problem 404."""
        note = self._folder / id / _NOTE
        if not re.fullmatch(r"[\w-]+", id) or not note.is_file():
            raise Problem(404, "no_upload", "this file is not here any more; drop it again")
        return Upload.model_validate(orjson.loads(note.read_bytes()))

    def whole(self, id: str) -> Path:
        """Where a file lies that is whole and can be imported. Raises Problem 404, 409."""
        upload = self.get(id)
        if upload.state != "ready":
            raise Problem(409, "not_ready", upload.problem or "the file has not arrived yet; send the rest of it first")
        return self._folder / id / upload.name

    def note(self, id: str, name: str, text: str) -> None:
        """Keeps a note beside a file, as long as the file is kept. Raises Problem 404."""
        replace_file(self._folder / self.get(id).id / name, text.encode())

    def notes(self, pattern: str) -> list[bytes]:
        """The notes of a name, of all files."""
        return [path.read_bytes() for path in sorted(self._folder.glob(f"*/{pattern}"))]

    def all(self) -> list[Upload]:
        """All files, the newest first."""
        found = [self.get(note.parent.name) for note in self._folder.glob(f"*/{_NOTE}")]
        return sorted(found, key=lambda upload: upload.began, reverse=True)

    def drop(self, id: str) -> None:
        """Lets go of a file. Raises Problem 404."""
        shutil.rmtree(self._folder / self.get(id).id, ignore_errors=True)

    def _finished(self, upload: Upload) -> Upload:
        """What is whole is looked at, and gets the ending of what it is."""
        place = self._folder / upload.id
        named = place / upload.name
        (place / _CONTENT).rename(named)
        try:
            ending = ending_of(named)
        except ImportFailed as error:
            named.unlink()
            return self._noted(upload.model_copy(update={"state": "refused", "problem": str(error)}))
        whole = named.rename(place / (_stem(upload.name) + ending))
        found = {"state": "ready", "name": whole.name, "format": source_of(whole).name}
        return self._noted(upload.model_copy(update=found))

    def _noted(self, upload: Upload) -> Upload:
        replace_file(self._folder / upload.id / _NOTE, upload.model_dump_json().encode())
        return upload

    def tidy(self) -> None:
        """Lets go of files that are older than a day."""
        for upload in self.all():
            if upload.began < self._now() - KEPT:
                self.drop(upload.id)


def uploading(uploads: Uploads) -> APIRouter:
    """The routes under `/uploads`. What is dropped is personal data."""
    router = APIRouter(prefix="/uploads", tags=["imports"], dependencies=[requires("write", personal_data=True)])

    @router.get("")
    def all_uploads() -> list[Upload]:
        """The files that are here, the newest first."""
        return uploads.all()

    @router.post("", status_code=201)
    def begin_upload(asked: NewUpload) -> Upload:
        """Announces a file; its pieces follow."""
        return uploads.begin(asked.name, asked.size)

    @router.get("/{upload_id}")
    def one_upload(upload_id: str) -> Upload:
        """A file, as far as it has arrived."""
        return uploads.get(upload_id)

    body = {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }

    @router.put("/{upload_id}/content", openapi_extra={"requestBody": body})
    async def send_piece(
        upload_id: str, request: Request, at: Annotated[int, Query(ge=0, description="Where the piece begins.")]
    ) -> Upload:
        """Sends the next piece of a file, as its bytes."""
        return await uploads.take(upload_id, at, request.stream())

    @router.delete("/{upload_id}", status_code=204)
    def drop_upload(upload_id: str) -> None:
        """Lets go of a file."""
        uploads.drop(upload_id)

    return router


def safe_name(name: str) -> str:
    """The name of a file without a folder, of harmless characters; what a browser says is never a path.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\shop\\\\Pedidos (2026).csv"), safe_name(".hidden")
    ('passwd', 'Pedidos (2026).csv', 'hidden')
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w .()\-]", "_", last).strip(" .")
    return kept[-80:].lstrip(" .") or "file"


def _stem(name: str) -> str:
    """A name without the endings that tell formats.

    >>> _stem("orders.2026.csv.gz"), _stem("orders")
    ('orders.2026', 'orders')
    """
    return re.sub(r"(?i)(\.(csv|tsv|txt|ndjson|jsonl|json|parquet|pq))?(\.gz)?$", "", name) or "file"


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB" if size >= 1024**2 else f"{size:,} bytes"
