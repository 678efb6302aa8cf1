"""What is wrong with a request before anybody serves it, in our words: `fault_of(headers, body)`.

The protocol's libraries find the same, but answer with nothing, with plain text, or with pages of their internals that
quote what was sent; and each revision in its own way. The numbers are those of JSON-RPC.

| fault | status | number |
|---|---|---|
| `Content-Type` is not JSON | 415 | -32600 |
| `Accept` is missing, or has no room for JSON | 406 | -32600 |
| the body is no JSON | 400 | -32700 |
| a batch, an answer, or no JSON-RPC request at all | 400 | -32600 |
| more members, levels or longer names than any call has | 400 | -32600 |

The last is looked for before anybody behind validates the message, which takes long for what is refused then.
"""

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json
from starlette.datastructures import Headers

from services.core.kit.json_bounds import flaw_of_structure

INVALID_REQUEST = -32600
_PARSE_ERROR = -32700
_JSON = "application/json"
_MOST_MEMBERS, _LONGEST_NAME = 1_000, 2_048
_ACCEPTED = frozenset({_JSON, "application/*", "*/*"})


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request is refused; `code` is our stable name."""

    status: int
    number: int
    code: str
    message: str


_CONTENT_TYPE = Fault(415, INVALID_REQUEST, "content_type", f"Send the message as JSON, with Content-Type: {_JSON}.")
_ACCEPT = Fault(
    406, INVALID_REQUEST, "accept", f"Answers are JSON: send the header Accept: {_JSON}, text/event-stream."
)
_NO_JSON = Fault(400, _PARSE_ERROR, "parse_error", "The body is no JSON. Send one JSON-RPC 2.0 message.")
_BATCH = Fault(400, INVALID_REQUEST, "batch", "Batches are not part of the protocol. Send each message by itself.")
_ANSWER = Fault(400, INVALID_REQUEST, "answer", "This server asks clients for nothing, so there is nothing to answer.")
_NO_MESSAGE = Fault(
    400,
    INVALID_REQUEST,
    "invalid_request",
    'The body is no JSON-RPC 2.0 request: an object with jsonrpc "2.0", a method, an id (a string or a whole number) '
    "and params (an object).",
)
_LONG_NAME = Fault(
    400, INVALID_REQUEST, "too_long", f"Names, addresses and cursors have at most {_LONGEST_NAME} signs."
)


def fault_of(headers: Headers, body: bytes) -> Fault | None:
    """What is wrong with a POST, if anything."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        return _CONTENT_TYPE
    accepted = headers.get("accept", "").lower().split(",")
    if not any(each.partition(";")[0].strip() in _ACCEPTED for each in accepted):
        return _ACCEPT
    try:
        message = from_json(body)
    except ValueError:
        return _NO_JSON
    if (flaw := flaw_of_structure(body, _MOST_MEMBERS)) is not None:
        return Fault(400, INVALID_REQUEST, "too_much", f"{flaw}.")
    return _fault_of_message(message)


def _fault_of_message(message: Any) -> Fault | None:
    if isinstance(message, list):
        return _BATCH
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return _NO_MESSAGE
    if "method" not in message and not message.keys().isdisjoint({"result", "error"}):
        return _ANSWER
    number = message.get("id", "")
    good = (
        isinstance(message.get("method"), str)
        and isinstance(number, (str, int))
        and not isinstance(number, bool)
        and isinstance(message.get("params"), (dict, type(None)))
    )
    if not good:
        return _NO_MESSAGE
    names = (number, message["method"], *(message.get("params") or {}).values())
    # What a library does not know it quotes in its answer.
    return _LONG_NAME if any(isinstance(name, str) and len(name) > _LONGEST_NAME for name in names) else None
