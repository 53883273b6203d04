"""Stand-ins for personal words: keyed, so that nobody without the key can guess whom they mean.

A stand-in is 化名 and 128 bits of HMAC-SHA256 under a key of this installation (or of a round, shared
by those who merge their lists); the key's id travels with it, the key never. What must stay true:
the same word under the same key is the same stand-in, whatever the program run; a stand-in stands
for itself, so that a receipt can be decided again; without a key that can be kept, a key of this
process is used and said: a receipt has the mark of it, the reason is for whoever runs this.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..files import reason
from ..plain import dataclass

VARIABLE = "HUIQI_KEY_FILE"
_STAND_IN = re.compile(r"化名(?:[0-9a-f]{32}|[0-9a-f]{10})")  # ten digits: from receipts of 0.1.0
_SHOWN = 10
_HEX = re.compile(r"[0-9a-fA-F]{32,256}")


@dataclass(frozen=True)
class Key:
    """A secret with an id that tells it from others. `why` says why it could not be kept, else empty."""

    secret: bytes = field(repr=False)
    why: str = ""

    @property
    def id(self) -> str:
        return hashlib.sha256(b"huiqi key id:" + self.secret).hexdigest()[:12]

    def stand_in(self, word: str) -> str:
        """The stand-in of a personal word; of a stand-in, itself."""
        if is_stand_in(word):
            return word
        return "化名" + hmac.new(self.secret, word.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def key_words(key: str, passing: bool) -> dict[str, Any]:
    """What a receipt says of the key of the stand-ins: nothing where there are none; a mark where it was not kept."""
    return {**({"key": key} if key else {}), **({"passing": True} if key and passing else {})}


def is_stand_in(word: str) -> bool:
    return _STAND_IN.fullmatch(word) is not None


def shown(text: str, real: Mapping[str, str]) -> str:
    """`text` with each stand-in as its real word where that is known here, else in short."""
    return _STAND_IN.sub(lambda m: real.get(m.group(), m.group()[: 2 + _SHOWN]), text) if "化名" in text else text


def key_of(given: Key | bytes | str | Path | None) -> Key:
    """The key to use: as given (a secret, or a file that holds one), else this installation's."""
    if isinstance(given, Key):
        return given
    if isinstance(given, bytes):
        if len(given) < 16:
            raise UsageError("key（化名密钥）太短：至少 16 个字节", argument="key")
        return Key(given)
    if isinstance(given, str | Path):
        return _read(Path(given))
    if given is not None:
        raise UsageError(f"key（化名密钥）应是密钥文件的路径或 bytes，收到 {type(given).__name__}", argument="key")
    if named := os.environ.get(VARIABLE):
        return _read(Path(named))
    return _installed()


def place() -> Path:
    """Where this installation keeps its key."""
    if os.name == "nt":
        base = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "huiqi" / "pseudonym.key"


def _read(path: Path) -> Key:
    try:
        text = path.read_bytes().decode("ascii", "replace").strip()
    except (OSError, ValueError) as error:
        raise UsageError(f"化名密钥文件“{path}”读不出来：{reason(error)}") from None
    if not _HEX.fullmatch(text) or len(text) % 2:
        raise UsageError(f"化名密钥文件“{path}”里不是密钥：应是一行 32 位以上的十六进制字符；照抄另一台机器的 {place()}，或删去它由程序新建")
    return Key(bytes.fromhex(text))


def _installed() -> Key:
    """This installation's key, made at first need; one of this process where none can be kept."""
    try:
        path = place()
        if not path.exists():
            _create(path)
    except (OSError, RuntimeError, ValueError) as error:
        return _of_this_process(reason(error) if isinstance(error, OSError | ValueError) else "找不到用户文件夹")
    return _read(path)


def _create(path: Path) -> None:
    """Whole or not at all, readable by its owner only; whoever comes second takes the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.parent / f".huiqi-{secrets.token_hex(6)}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            os.write(handle, (secrets.token_hex(32) + "\n").encode())
        finally:
            os.close(handle)
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # a disk without links
            if not path.exists():
                temporary.rename(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@cache
def _of_this_process(why: str) -> Key:
    return Key(secrets.token_bytes(32), why)
