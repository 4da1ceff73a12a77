"""Who may log in: names, roles, and passwords, of which only an argon2id hash is kept."""

from __future__ import annotations

import unicodedata
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import IntegrityError
from threading import BoundedSemaphore, Lock
from typing import Any, Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hundredfold.errors import NotFound, WorkspaceError
from hundredfold.said import said
from hundredfold.store.queries import open_database, queries
from hundredfold.store.tokens import Scope

Role = Literal["viewer", "marketer", "admin"]

FILE: Final = "users.sqlite"
"""Its file among the stores."""
ROLES: Final[tuple[Role, ...]] = ("viewer", "marketer", "admin")
SCOPE_OF: Final[dict[Role, Scope]] = {"viewer": "read", "marketer": "write", "admin": "admin"}
"""How far each role reaches in the control API."""
SHORTEST: Final = 10
LONGEST: Final = 1024
"""Characters of a password."""
LONGEST_NAME: Final = 64

# 64 MiB and 0.13 s of a core for each guess; two at a time, so that logins can neither fill the memory nor take a
# machine of two cores for themselves.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)
_AT_ONCE: Final = BoundedSemaphore(2)
_SQL: Final = queries("users")


class WeakPassword(WorkspaceError):
    """A password that is too easily guessed."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    id: str
    name: str
    role: Role
    personal_data: bool
    generated: bool
    """The password is the generated one still."""
    created: int
    """Microseconds UTC."""
    disabled: int | None = None
    """Since when, in microseconds UTC."""


class Users:
    """The users of a workspace, in one SQLite file that several processes may share.

    `now` gives microseconds UTC; `random` gives that many random bytes, from the operating system's source.
    """

    def __init__(self, path: Path, *, now: Callable[[], int], random: Callable[[int], bytes]) -> None:
        self._now, self._random = now, random
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])
        self._unknown: str | None = None

    def add(self, name: str, role: Role, *, personal_data: bool = False) -> tuple[str, User]:
        """A new user and the generated password, which is told once. Raises WorkspaceError for a taken name."""
        made = self._made("add", name, role, personal_data)
        assert made is not None, "only the first user is made on a condition"
        return made

    def add_first(self, name: str) -> tuple[str, User] | None:
        """The first user, an admin with the right to personal data, and the password; None where there are users."""
        return self._made("add_first", name, "admin", personal_data=True)

    def _made(self, how: str, name: str, role: Role, personal_data: bool) -> tuple[str, User] | None:
        name = _proper(name)
        password = self._generated()
        user = User(self._random(6).hex(), name, role, personal_data, True, self._now())
        row = {
            "id": user.id,
            "name": name,
            "password": _hashed(password),
            "generated": True,
            "role": role,
            "personal_data": personal_data,
            "created": user.created,
        }
        try:
            with self._lock:
                done = self._database.execute(_SQL[how], row)
        except IntegrityError:
            raise WorkspaceError(
                said("there is a user called {name!r} already. Choose another name.", name=name)
            ) from None
        return (password, user) if done.rowcount else None

    def any(self) -> bool:
        """Whether there is a user at all."""
        with self._lock:
            return bool(self._database.execute(_SQL["any"]).fetchone()[0])

    def list(self) -> list[User]:
        """All users, by name."""
        with self._lock:
            return [_user(row) for row in self._database.execute(_SQL["list"])]

    def get(self, user_id: str) -> User | None:
        """The user with this id."""
        with self._lock:
            row = self._database.execute(_SQL["by_id"], (user_id,)).fetchone()
        return None if row is None else _user(row)

    def named(self, name: str) -> User:
        """The user with this name. Raises NotFound."""
        with self._lock:
            row = self._database.execute(_SQL["by_name"], (folded(name),)).fetchone()
        if row is None:
            raise NotFound(said("no user is called {name!r}. hf user list tells who there is.", name=name))
        return _user(row)

    def verify(self, name: str, password: str) -> User | None:
        """The user with this name and password, when he is not disabled. It takes as long for an unknown name."""
        with self._lock:
            row = self._database.execute(_SQL["by_name"], (folded(name),)).fetchone()
        user = None if row is None else _user(row)
        right = self.matches(None if user is None else user.id, password)
        return user if right and user is not None and user.disabled is None else None

    def matches(self, user_id: str | None, password: str) -> bool:
        """Whether this is the password of a user."""
        with self._lock:
            row = self._database.execute(_SQL["password"], (user_id,)).fetchone()
        if row is None and self._unknown is None:
            self._unknown = _hashed(self._generated())
        kept = self._unknown if row is None else row[0]
        try:
            with _AT_ONCE:
                _HASHER.verify(kept or "", _plain(password)[:LONGEST].encode("utf-8", "surrogatepass"))
        except (VerifyMismatchError, InvalidHashError):
            return False
        return row is not None

    def set_password(self, user_id: str, password: str) -> None:
        """Gives a user a password of his own. Raises WeakPassword, NotFound."""
        user = self._known(user_id)
        plain = _plain(password)
        if not SHORTEST <= len(plain) <= LONGEST:
            raise WeakPassword(
                said("a password has at least {least} characters. Several words are easy to remember.", least=SHORTEST)
            )
        if user.name in plain.casefold() or len(set(plain)) < 4:
            raise WeakPassword(said("this is too easily guessed. Take several words, without your name."))
        self._set(user_id, plain, generated=False)

    def reset_password(self, user_id: str) -> str:
        """Gives a user a new generated password, and tells it: nobody can read it again. Raises NotFound."""
        self._known(user_id)
        password = self._generated()
        self._set(user_id, password, generated=True)
        return password

    def change(
        self,
        user_id: str,
        *,
        role: Role | None = None,
        personal_data: bool | None = None,
        disabled: bool | None = None,
    ) -> User:
        """Changes what is given. Raises NotFound, and WorkspaceError when no admin could log in any more."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            row = self._database.execute(_SQL["by_id"], (user_id,)).fetchone()
            user = _found(None if row is None else _user(row), user_id)
            since = user.disabled if disabled is None else (user.disabled or self._now()) if disabled else None
            new = User(
                user.id,
                user.name,
                user.role if role is None else role,
                user.personal_data if personal_data is None else personal_data,
                user.generated,
                user.created,
                since,
            )
            if new.role != "admin" or new.disabled is not None:
                self._keep_an_admin(user)
            self._database.execute(
                _SQL["change"],
                {"id": user_id, "role": new.role, "personal_data": new.personal_data, "disabled": new.disabled},
            )
        return new

    def remove(self, user_id: str) -> User:
        """Removes a user for ever. Raises NotFound, and WorkspaceError when no admin could log in any more."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            row = self._database.execute(_SQL["by_id"], (user_id,)).fetchone()
            user = _found(None if row is None else _user(row), user_id)
            self._keep_an_admin(user)
            self._database.execute(_SQL["remove"], (user_id,))
        return user

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    def _keep_an_admin(self, leaving: User) -> None:
        if leaving.role != "admin" or leaving.disabled is not None:
            return
        if not self._database.execute(_SQL["admins"], (leaving.id,)).fetchone()[0]:
            raise WorkspaceError(
                said("{name} is the only admin. Make another one first; nothing was changed.", name=leaving.name)
            )

    def _known(self, user_id: str) -> User:
        return _found(self.get(user_id), user_id)

    def _set(self, user_id: str, plain: str, *, generated: bool) -> None:
        hashed = _hashed(plain)
        with self._lock:
            self._database.execute(_SQL["set_password"], {"id": user_id, "password": hashed, "generated": generated})

    def _generated(self) -> str:
        """80 random bits, in four groups that can be read aloud."""
        letters = b32encode(self._random(10)).decode().lower()
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def told(user: User) -> str:
    """What a user may do, in short."""
    return user.role + (", personal data" if user.personal_data else "") + (", disabled" if user.disabled else "")


def _hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_plain(password).encode("utf-8", "surrogatepass"))


def _plain(text: str) -> str:
    """The same characters from every keyboard (Unicode's NFKC)."""
    return unicodedata.normalize("NFKC", text)


def folded(name: str) -> str:
    """A name as it is looked up, however it was typed."""
    return _plain(name).strip().casefold()


def _proper(name: str) -> str:
    """A name as it is kept: in small letters. Raises WorkspaceError."""
    name = folded(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or any(letter.isspace() for letter in name):
        raise WorkspaceError(
            said("a user's name has 1 to {most} characters and no spaces, such as ana or ana@shop", most=LONGEST_NAME)
        )
    return name


def _found(user: User | None, user_id: str) -> User:
    if user is None:
        raise NotFound(said("no user has the id {user_id!r}. List them to see their ids.", user_id=user_id))
    return user


def _user(row: tuple[Any, ...]) -> User:
    user_id, name, role, personal_data, generated, created, disabled = row
    return User(user_id, name, role, bool(personal_data), bool(generated), created, disabled)
