"""What kopf calls: at the start, for every event of the watch, and at the end. `memo.operator` is the process.

Handlers of events only: for kopf's timers, daemons and handlers of changes it writes a finalizer or annotations onto
the resource, so that it could not be deleted while the operator is away, and the Role would have to allow it.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import kopf

from operators.renderer.api import GROUP, PLURAL, VERSION
from operators.renderer.client import log_in

kopf.on.login()(log_in)


@kopf.on.startup(errors=kopf.ErrorsMode.PERMANENT)
async def start(settings: kopf.OperatorSettings, memo: kopf.Memo, **_: Any) -> None:
    """Before the watch begins; an error ends the process."""
    configure(settings)
    await memo.operator.start()


@kopf.on.event(GROUP, VERSION, PLURAL)
async def changed(event: kopf.RawEvent, memo: kopf.Memo, **_: Any) -> None:
    """A RendererAutoscaler is listed, was added, modified or deleted."""
    memo.operator.cache.apply(event["type"], event["object"])


@kopf.on.cleanup(errors=kopf.ErrorsMode.PERMANENT)
async def end(memo: kopf.Memo, **_: Any) -> None:
    """After the watch has ended, whatever the reason."""
    await memo.operator.end()


def configure(settings: kopf.OperatorSettings) -> None:
    """No question outside of the namespace, no Event of kopf's own, and no end of trying."""
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.networking.request_timeout = 15
    settings.networking.error_backoffs = _Backoffs()
    settings.watching.server_timeout = 300
    settings.watching.connect_timeout = 10
    settings.persistence.finalizer = f"{GROUP}/operator"
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix=f"operator.{GROUP}")
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix=f"operator.{GROUP}")


class _Backoffs:
    """Seconds between tries of a request, without end: kopf gives up for good where they end."""

    def __iter__(self) -> Iterator[float]:
        return itertools.chain((1, 1, 2, 3, 5, 8), itertools.repeat(10))
