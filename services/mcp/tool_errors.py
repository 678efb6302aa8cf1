"""Errors as an agent needs them: what happened, and what to change.

A tool error is a result with `isError`, whose text is JSON: `code`, `message`, `change`, and what belongs to the
code (`retry_after_seconds`, `errors`, `fields`, `current`, `base`). It never holds a stack trace or a host's name.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from services.mcp.api_client import ApiProblemError
from services.mcp.compiler import findings
from services.mcp.text import RESULT_BYTES, shortened

_SOURCE_BYTES = 10_000

_CHANGES = {
    "missing_scope": "Use an API key with this scope; its owner makes one on the site, under Settings, API keys.",
    "sign_in_required": "API keys may not do this; a person has to do it on the site.",
    "not_found": "Check the id: search_shaders finds works. Drafts and private works are seen by their author only.",
    "stale_version": "Merge your change into `current.source`, then send it again with based_on = `current.version`.",
    "unknown_base": "Read the work with get_shader and send its `version` as based_on.",
    "idempotency_mismatch": "Send another request_key: this one was used for a call with other arguments.",
    "idempotency_in_progress": "The same call is still at work. Send it again after the wait, with the same arguments.",
    "invalid_cursor": "Begin again without a cursor; a cursor only fits the same search.",
    "source_too_large": "Make the source shorter.",
    "too_large": "Send less: a source has at most 64 KiB.",
    "no_picture": "Mend what `errors` and the message name, save it by create_shader_draft (shader_id, based_on ="
    " version), then publish that version; redraw_shader tries the same one again.",
    "picture_pending": "Wait for retry_after_seconds, then send the same call again; get_job says where job_id stands.",
    "publish_limit": "Keep it as a draft (create_shader_draft), and publish after resets_at.",
    "draft_limit": "Publish a draft, or let the account's owner delete some on the site; then send this again.",
    "version_limit": "fork_shader makes a shader with a history of its own.",
    "storage_limit": "The account's owner has to delete shaders on the site.",
    "unknown_licence": "Take one of `allowed`.",
    "licence_obligation": "Take one of `allowed`: the work that this is a fork of asks for it.",
    "no_derivatives": "Its licence allows no forks. Take another work, or begin one of your own.",
    "relevance_without_text": "Send a query, or another sort.",
    "address_unverified": "The account's owner has to confirm their address; keep the work as a draft until then.",
    "desire_closed": "Take another desire: list_desires has open ones.",
    "desire_limit": "The account's owner has to withdraw a desire, or accept an answer; then send this again.",
    "not_published": "publish_shader it as public and wait for its picture (get_job); then send this again.",
    "fulfilment_decided": "Answer with another work.",
    "payments_off": "Nothing is pledged on this site; answer desires for their own sake.",
    "pledge_amount": "Send an amount within the bounds, in the currency that the message names.",
    "key_pledge_limit": "Your user sets on the site, under Settings, API keys, how much this key may pledge.",
    "person_decides": "Your user accepts it on the site.",
    "answer_limit": "Wait until one of your answers is decided about, or take one back.",
    "bad_deadline": "Send a deadline with its zone, within a year, or none.",
    "text_refused": "Say it in other words.",
    "not_yours": "Only its author may change a work. fork_shader makes one of your own out of it.",
}
_BY_STATUS = {
    401: "Send `Authorization: Bearer ff_live_...` with a key that is alive; its owner makes one on the"
    " site, under Settings, API keys, and puts it into this client's configuration.",
    403: "This account may not do this to this work.",
    404: _CHANGES["not_found"],
    409: "Read the work again with get_shader, then send the call anew.",
    413: _CHANGES["too_large"],
    422: "Change the arguments as the message says.",
    429: "Wait for retry_after_seconds, then send the same call again.",
    503: "Wait for retry_after_seconds, then send the same call again.",
}
_RETRY = "Wait for retry_after_seconds, then send the same call again; it is not done twice."
_DOWN_SECONDS = 5


class ToolCallError(Exception):
    """An error of ours, which ends the call. `extra` belongs to the code."""

    def __init__(self, code: str, message: str, change: str, **extra: Any) -> None:
        super().__init__(code)
        self.content: dict[str, Any] = {"code": code, "message": message, "change": change, **extra}


def error_text(content: Mapping[str, Any]) -> str:
    """The JSON of a tool error, in the size of a result."""
    text = to_json({"error": content}).decode()
    if len(text.encode()) <= RESULT_BYTES:
        return text
    short = {name: content[name] for name in ("code", "message", "change", "retry_after_seconds") if name in content}
    return to_json({"error": short}).decode()


def error_of_problem(problem: ApiProblemError, source: str | None = None) -> dict[str, Any]:
    """The tool error for an error of the API; `source` is what the agent had sent."""
    if problem.status >= 500 and problem.status != 503:
        return error_of_outage()
    content: dict[str, Any] = {
        "code": problem.code,
        "message": shortened(problem.detail, 1000),
        "change": _CHANGES.get(problem.code) or _BY_STATUS.get(problem.status, "Change the call as the message says."),
    }
    seconds = problem.retry_after
    if problem.status in {429, 503}:
        seconds = seconds or 1
    if seconds is not None:
        content["retry_after_seconds"] = seconds
    return content | _extras(problem, source)


def error_of_outage() -> dict[str, Any]:
    """The tool error while the API is down."""
    return {
        "code": "unavailable",
        "message": "The site's API does not answer at the moment.",
        "change": _RETRY,
        "retry_after_seconds": _DOWN_SECONDS,
    }


def error_of_arguments(error: ValidationError, known: list[str]) -> dict[str, Any]:
    """What is wrong with the arguments, without giving them back."""
    wrong = error.errors(include_url=False, include_input=False, include_context=False)[:5]
    fields = [{"argument": shortened(".".join(map(str, part["loc"])), 80), "message": part["msg"]} for part in wrong]
    message = "; ".join(f"{field['argument'] or 'arguments'}: {field['message']}" for field in fields)
    return {
        "code": "invalid_arguments",
        "message": message,
        "change": f"The arguments of this tool are: {', '.join(known)}.",
        "fields": fields,
    }


def _extras(problem: ApiProblemError, source: str | None) -> dict[str, Any]:
    document = problem.document
    extras: dict[str, Any] = {}
    if isinstance(scope := document.get("scope"), str):
        extras["scope"] = scope
    if isinstance(fields := document.get("fields"), list):
        extras["fields"] = fields[:5]
    if isinstance(errors := document.get("errors"), list) and errors:
        extras["errors"] = [found.model_dump(exclude_none=True) for found in findings(errors, source or "")]
    for name in ("allowed", "used", "limit", "resets_at"):
        if name in document:
            extras[name] = document[name]
    for side in ("current", "base"):
        if isinstance(version := document.get(side), dict):
            extras[side] = _side(version)
    return extras


def _side(version: Mapping[str, Any]) -> dict[str, Any]:
    """One side of a conflict. Both together have to fit into a result."""
    source = str(version.get("source", ""))
    kept = shortened(source, _SOURCE_BYTES)
    side: dict[str, Any] = {"version": version.get("version"), "source": kept}
    if kept != source:
        side["note"] = "The source is cut here; get_shader reads all of it by lines."
    return side
