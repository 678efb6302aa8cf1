"""Reads the depth of dramatiq's queues from Redis: one script, one round trip, one moment in time.

Interface: `QueueReader(folder).read(spec.queue)`. The URL comes from a mounted file that is read anew each time, so a
rotated password is used at once. Failure: `QueueError` with a `kind`; a queue that could not be read is never reported
as an empty one. No error carries the URL or the server's words. The next read connects anew.
"""

import asyncio
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from operators.renderer.api import QueueSource
from operators.renderer.plan import Queue

TIMEOUT_SECONDS = 3.0

# Fetched messages are in no list, so their age is only known from their bodies; with more than this many of them the
# head of the list has to do, else a long queue would hold up the server.
_LOOK_AT = 128

# Several queues are summed. INFO may be forbidden on a managed server: then the run_id is empty, which is no error.
_SCRIPT = """
local ready, all, delayed, dead, oldest = 0, 0, 0, 0, 0
local function look(body)
  local good, message = pcall(cjson.decode, body)
  local stamp = good and type(message) == 'table' and tonumber(message['message_timestamp'])
  if stamp and stamp > 0 and (oldest == 0 or stamp < oldest) then oldest = stamp end
end
local function look_into(list, hash)
  if redis.call('HLEN', hash) <= tonumber(ARGV[1]) then
    for _, body in ipairs(redis.call('HVALS', hash)) do look(body) end
  else
    local head = redis.call('LINDEX', list, 0)
    local body = head and redis.call('HGET', hash, head)
    if body then look(body) end
  end
end
for i = 1, #KEYS, 5 do
  ready = ready + redis.call('LLEN', KEYS[i])
  all = all + redis.call('HLEN', KEYS[i + 1])
  delayed = delayed + redis.call('HLEN', KEYS[i + 3])
  dead = dead + redis.call('ZCARD', KEYS[i + 4])
  look_into(KEYS[i], KEYS[i + 1])
  look_into(KEYS[i + 2], KEYS[i + 3])
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local info = redis.pcall('INFO', 'server')
local run_id = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
return {ready, all, delayed, dead, oldest > 0 and math.max(0, now - oldest) or -1, run_id}
"""

ErrorKind = Literal["secret", "connection", "timeout", "auth", "answer"]


class QueueError(Exception):
    """The queue could not be read; `kind` says which part failed."""

    def __init__(self, kind: ErrorKind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class QueueReader:
    """All Redis servers that the resources name, one connection for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clients: dict[Path, tuple[str, redis.asyncio.Redis]] = {}

    async def read(self, queue: QueueSource) -> Queue:
        """What lies in the queues at this moment."""
        where = queue.redis
        file = self.folder / where.secret_ref.name / where.secret_ref.key
        client = await self._client(file, tls=where.tls, db=where.db)
        keys = [
            f"{queue.namespace}:{name}{part}"
            for name in queue.names
            for part in ("", ".msgs", ".DQ", ".DQ.msgs", ".XQ")
        ]
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer: object = await client.eval(_SCRIPT, len(keys), *keys, str(_LOOK_AT))
        except (TimeoutError, RedisTimeoutError) as error:
            raise QueueError("timeout", f"Redis gave no answer in {TIMEOUT_SECONDS:g} s") from error
        except (AuthenticationError, AuthorizationError, NoPermissionError) as error:
            raise QueueError("auth", "Redis refuses our user or password, or a command to it") from error
        except (RedisConnectionError, OSError) as error:
            raise QueueError("connection", f"Redis cannot be reached ({type(error).__name__})") from error
        except (RedisError, ValueError) as error:
            raise QueueError("answer", f"Redis refuses the query ({type(error).__name__})") from error
        return _queue_of(answer)

    async def _client(self, file: Path, *, tls: bool | None, db: int | None) -> redis.asyncio.Redis:
        url = _adapted(_url_in(file), tls=tls, db=db)
        known = self._clients.get(file)
        if known is not None and known[0] == url:
            return known[1]
        if known is not None:
            del self._clients[file]
            await known[1].aclose()
        try:
            client = redis.asyncio.Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
                # One more try, because the kept connection may have died since the last read.
                retry=Retry(NoBackoff(), 1),
                max_connections=2,
            )
        except (ValueError, TypeError) as error:
            raise QueueError("secret", f"{_name(file)} holds no Redis URL") from error
        self._clients[file] = (url, client)
        return client

    async def close(self) -> None:
        """Close all connections."""
        for _, client in self._clients.values():
            await client.aclose()
        self._clients.clear()


def _name(file: Path) -> str:
    return f"Secret {file.parent.name}, key {file.name}"


def _url_in(file: Path) -> str:
    try:
        url = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise QueueError("secret", f"{_name(file)} is not mounted in the operator") from error
    if not url:
        raise QueueError("secret", f"{_name(file)} is empty")
    return url


def _adapted(url: str, *, tls: bool | None, db: int | None) -> str:
    """The URL with what the resource says of it overridden."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise QueueError("secret", "the Secret holds no Redis URL") from error
    if parts.scheme in {"redis", "rediss"}:
        if tls is not None:
            parts = parts._replace(scheme="rediss" if tls else "redis")
        if db is not None:
            parts = parts._replace(path=f"/{db}")
    return urlunsplit(parts)


def _queue_of(answer: object) -> Queue:
    match answer:
        case [int(ready), int(all_), int(delayed), int(dead), int(age_ms), str(run_id)]:
            return Queue(
                ready=ready,
                # A list may hold an id whose message is gone; that is no reason for a negative number.
                in_flight=max(0, all_ - ready),
                delayed=delayed,
                dead=dead,
                oldest_age_seconds=age_ms / 1000 if age_ms >= 0 else None,
                run_id=run_id,
            )
    raise QueueError("answer", "Redis gave an answer of another form")
