"""What the processes find by the names of the domains."""

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import services.api.routes
import services.worker.actors
from services.core.domains import ALL_JOBS, DOMAINS, TABLES, domain_modules

NAMES = {domain.name for domain in DOMAINS}


@pytest.mark.parametrize(
    ("path", "others"), [(services.api.routes.__path__, {"health"}), (services.worker.actors.__path__, set())]
)
def test_no_module_is_left_out_because_no_domain_has_its_name(path: list[str], others: set[str]) -> None:
    assert {module.name for module in pkgutil.iter_modules(path)} <= NAMES | others


def test_modules_come_in_the_order_of_the_domains() -> None:
    found = [module.__name__.rpartition(".")[2] for module in domain_modules("services.api.routes")]
    assert found == [domain.name for domain in DOMAINS if domain.name in found]
    assert {"accounts", "shaders", "votes"} <= set(found)


def test_who_imports_the_list_knows_all_tables() -> None:
    """As the migrations do: what they do not know they neither give rights on nor keep."""
    printing = "from services.core.domains import TABLES; print(*TABLES.tables)"
    known = subprocess.run([sys.executable, "-c", printing], capture_output=True, text=True, check=True).stdout.split()
    for file in Path("services/core").rglob("models.py"):
        import_module(".".join(file.with_suffix("").parts))
    assert set(TABLES.tables) - set(known) == set()


def test_domains_have_names_of_their_own() -> None:
    assert len(NAMES) == len(DOMAINS)
    names = [section.name for domain in DOMAINS for section in domain.export]
    assert len(names) == len(set(names)), "two sections of the export have one name"
    tables = [table for domain in DOMAINS for table in domain.retention]
    assert len(tables) == len(set(tables))


def test_subscriptions_are_to_known_jobs_and_members() -> None:
    for subscription in [each for domain in DOMAINS for each in domain.subscriptions]:
        assert subscription.job in ALL_JOBS
        assert set(subscription.members or ()) <= set(subscription.event.members)
