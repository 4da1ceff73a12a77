"""Files that people drop: streamed into the workspace's scratch piece by piece, and looked at when they are whole."""

from __future__ import annotations

import asyncio
import re
import shutil
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.door.problem import Problem
from hundredfold.errors import ImportFailed
from hundredfold.ingest.guess.file import ending_of
from hundredfold.ingest.source import source_of
from hundredfold.log.disk import Disk, replace_file
from hundredfold.said import Said, said
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
    goes_on: bool = Field(False, description="A half of this name and size that is here already is gone on with.")


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
        self._turns: dict[str, object] = {}

    def begin(self, name: str, size: int, *, goes_on: bool = False) -> Upload:
        """Makes ready for a file. Raises Problem 413 for one that is too large, 507 without room.

        With `goes_on` a file of this name and size that has arrived in part is the one.
        """
        if size > self._limit:
            raise Problem(
                413,
                "too_large",
                said(
                    "a dropped file may have {most}, and this one has {size}; split it, or import it on the "
                    "server's machine with hf import",
                    most=_megabytes(self._limit),
                    size=_megabytes(size),
                ),
            )
        self.tidy()
        half = (one for one in self.all() if (one.state, one.name, one.size) == ("receiving", safe_name(name), size))
        if goes_on and (found := next(half, None)) is not None:
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        free = self._disk.free(self._folder)
        if free < ROOM * size:
            raise Problem(
                507,
                "disk_full",
                said(
                    "the file has {size}, for which {needed} must be free, and the server has {free}; make room there",
                    size=_megabytes(size),
                    needed=_megabytes(ROOM * size),
                    free=_megabytes(free),
                ),
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

    async def take(self, id: str, at: int, piece: AsyncIterator[bytes], crc32: str | None = None) -> Upload:
        """Adds a piece that begins at byte `at`. Raises Problem 409 where another one is due, 413 for too much.

        Of a piece whose connection is lost counts what has arrived. `crc32` is the whole file's, in hexadecimal: with
        the last piece it is compared, and the file begins anew where it is another (Problem 409).
        """
        upload = self.get(id)
        if upload.state != "receiving" or at != upload.received:
            raise Problem(
                409,
                "wrong_place",
                said(
                    "the next piece of this file begins at byte {received}; go on from there", received=upload.received
                ),
            )
        # Whose connection was lost comes again before the server knows of the loss: the newest one writes.
        turn = self._turns[id] = object()
        end = at
        with (self._folder / id / _CONTENT).open("r+b", buffering=0) as file, suppress(ClientDisconnect):
            file.truncate(at)
            file.seek(at)
            async for part in piece:
                if end + len(part) > upload.size:
                    raise Problem(
                        413,
                        "too_large",
                        said("the file was announced with {size} bytes; this is more", size=upload.size),
                    )
                if self._turns.get(id) is not turn:
                    raise Problem(409, "wrong_place", said("this piece is being sent anew; ask how far the file is"))
                if not _written(file, part):
                    raise Problem(507, "disk_full", said("the server's disk is full; make room, and send it again"))
                end += len(part)
        with self._guard:
            # Of two that send the same piece at once the second one finds it there.
            if self._turns.pop(id, None) is not turn or self.get(id).received != at:
                raise Problem(409, "wrong_place", said("this piece has just been sent; ask how far the file is"))
            upload = self._noted(upload.model_copy(update={"received": end}))
        return await asyncio.to_thread(self._finished, upload, crc32) if end == upload.size else upload

    def get(self, id: str) -> Upload:
        """A file by its id. Raises Problem 404."""
        note = self._folder / id / _NOTE
        if not re.fullmatch(r"[\w-]+", id) or not note.is_file():
            raise Problem(404, "no_upload", said("this file is not here any more; drop it again"))
        told = orjson.loads(note.read_bytes())
        if isinstance(told["problem"], dict):
            told["problem"] = spoken(Said.from_plain(told["problem"]))
        return Upload.model_validate(told)

    def whole(self, id: str) -> Path:
        """Where a file lies that is whole and can be imported. Raises Problem 404, 409."""
        upload = self.get(id)
        if upload.state != "ready":
            raise Problem(
                409, "not_ready", upload.problem or said("the file has not arrived yet; send the rest of it first")
            )
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

    def _finished(self, upload: Upload, crc32: str | None = None) -> Upload:
        """What is whole is looked at, and gets the ending of what it is."""
        place = self._folder / upload.id
        if crc32 is not None and (arrived := _crc32(place / _CONTENT)) != crc32.lower():
            self._noted(upload.model_copy(update={"received": 0}))
            raise Problem(
                409,
                "damaged",
                said(
                    "what arrived is not the file (CRC-32 {arrived}, not {crc32}); send all of it again",
                    arrived=arrived,
                    crc32=crc32,
                ),
            )
        named = place / upload.name
        (place / _CONTENT).rename(named)
        try:
            ending = ending_of(named)
        except ImportFailed as error:
            named.unlink()
            refused = upload.model_copy(update={"state": "refused"})
            self._noted(refused, said("{told}", told=str(error)))
            return self.get(upload.id)
        whole = named.rename(place / (_stem(upload.name) + ending))
        found = {"state": "ready", "name": whole.name, "format": source_of(whole).name}
        return self._noted(upload.model_copy(update=found))

    def _noted(self, upload: Upload, problem: Said | None = None) -> Upload:
        """Keeps how far a file is; what is wrong with it is kept so that it can be told in any language."""
        told = upload.model_dump() | {"problem": None if problem is None else problem.plain()}
        replace_file(self._folder / upload.id / _NOTE, orjson.dumps(told))
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
        return uploads.begin(asked.name, asked.size, goes_on=asked.goes_on)

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
        upload_id: str,
        request: Request,
        at: Annotated[int, Query(ge=0, description="Where the piece begins.")],
        crc32: Annotated[
            str | None, Query(pattern="^[0-9a-fA-F]{8}$", description="Of the whole file, with its last piece.")
        ] = None,
    ) -> Upload:
        """Sends the next piece of a file, as its bytes. One that is lost on its way goes on where it was cut."""
        return await uploads.take(upload_id, at, request.stream(), crc32)

    @router.delete("/{upload_id}", status_code=204)
    def drop_upload(upload_id: str) -> None:
        """Lets go of a file."""
        uploads.drop(upload_id)

    return router


def _written(file: RawIOBase, part: bytes) -> bool:
    """Writes bytes; False where the disk takes only some of them."""
    try:
        return file.write(part) == len(part)
    except OSError:
        return False


def _crc32(path: Path) -> str:
    """The checksum of a file's bytes, in hexadecimal."""
    found = 0
    with path.open("rb") as file:
        while part := file.read(PIECE):
            found = zlib.crc32(part, found)
    return f"{found:08x}"


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


def _megabytes(size: int) -> Said:
    return said("{size:,.0f} MB", size=size / 1024**2) if size >= 1024**2 else said("{size:,} bytes", size=size)
