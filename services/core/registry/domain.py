"""What a domain registers, in one place: `services/core/<domain>/domain.py` holds its `Domain`.

services/core/domains.py lists them. The processes find the rest by the domain's name, where it has such a module or
package: routes in services/api/routes/<name> (`ROUTERS`), actors and periodic tasks in services/worker/actors/<name>
(`ACTORS`, `periodic`).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel import SQLModel

from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import Subscription
from services.core.jobs.outbox import Job
from services.core.kit.database import WriteSession
from services.core.kit.secret_box import KeyRingSettings
from services.core.kit.settings import DomainSettings
from services.core.registry.notices import NoticeKind
from services.core.registry.reportable import Reportable

Process = Literal["api", "worker"]
Erase = Callable[[WriteSession, UUID, datetime], Awaitable[EndedCredentials]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSection:
    """A list in the export of an account: the rows whose `owner` is the user, in the order of `key`.

    `page` rows are read at a time. `hidden` columns are left out; with `shown`, all but those are. `children` are the
    rows of another table that belong to each row, by its `key`.
    """

    name: str
    model: type[SQLModel]
    owner: str = "user_id"
    key: str = "id"
    page: int = 500
    hidden: frozenset[str] = frozenset({"user_id"})
    shown: frozenset[str] | None = None
    children: "ExportSection | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A column of texts that are sealed under the ring of `settings` (kit/secret_box.py), or NULL.

    `belongs_to` gives, for a row's `key`, what its text belongs to.
    """

    model: type[SQLModel]
    column: str
    settings: type[KeyRingSettings]
    belongs_to: Callable[[UUID], str]
    key: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain's part of what is done for all of them.

    `retention` says, by table, which rows have served their time (an SQL condition). `erase` forgets a user in the
    transaction that deletes the account, and gives the credentials that ended. `settings` are its groups, each with the
    processes that read it; there, `settings.of(Group)` gives the values. `notices` are the kinds that it tells users,
    `reportable` the kinds of thing that can be reported.
    """

    name: str
    jobs: tuple[Job, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    retention: Mapping[str, str] = field(default_factory=dict)
    export: tuple[ExportSection, ...] = ()
    erase: Erase | None = None
    settings: Mapping[type[DomainSettings], frozenset[Process]] = field(default_factory=dict)
    notices: tuple[NoticeKind, ...] = ()
    reportable: tuple[Reportable, ...] = ()
    sealed: tuple[Sealed, ...] = ()
