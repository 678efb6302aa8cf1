"""What runs, with which environment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.api.settings import ApiSettings
from services.core.domains import DOMAINS
from services.core.kit.settings import Environment, ProcessSettings
from services.standalone.children import Child
from services.standalone.gallery.__main__ import GallerySettings
from services.standalone.home import Home
from services.standalone.layout import Layout, running_environment
from services.worker.settings import WorkerSettings


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    opened.lock()
    yield opened
    opened.unlock()


def named(layout: Layout) -> dict[str, Child]:
    return {child.name: child for child in layout.children(3)}


def test_the_renderer_is_given_no_credential(home: Home) -> None:
    given = {
        "PATH": "/usr/bin",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "FRACTAFRAG_AUTH_TOKEN_PEPPER": "secret",
        "FRACTAFRAG_DATABASE_URL": "postgresql+asyncpg://user:secret@db/x",
        "FRACTAFRAG_RENDERER_SLOTS": "1",
        "SOMETHING_ELSE": "secret",
    }
    environment = named(Layout(home, given, address="http://localhost:8000"))["renderer"].environment
    assert "secret" not in "".join(environment.values())
    assert environment["FRACTAFRAG_RENDERER_SLOTS"] == "1"


@pytest.mark.parametrize(
    ("name", "process"), [("site", ApiSettings), ("worker", WorkerSettings), ("gallery", GallerySettings)]
)
def test_no_process_is_given_a_secret_of_a_domain_that_it_does_not_read(
    name: str, process: type[ProcessSettings], home: Home
) -> None:
    groups = {group for domain in DOMAINS for group in domain.settings} - set(process.DOMAIN_SETTINGS)
    given = {group.variable(field): "secret" for group in groups for field in group.model_fields}
    assert given.keys() & {"FRACTAFRAG_AUTH_TOKEN_PEPPER", "FRACTAFRAG_SMTP_PASSWORD"}
    environment = named(Layout(home, given, address="http://localhost:8000"))[name].environment
    assert not given.keys() & environment.keys()


def test_migrations_are_given_the_database_alone(home: Home) -> None:
    given = {"FRACTAFRAG_DATABASE_URL": "postgresql+asyncpg://db/x", "FRACTAFRAG_REDIS_URL": "redis://queue"}
    layout = Layout(home, given, address="http://localhost:8000")
    ours = {name for name in layout.migration_settings() if name.startswith("FRACTAFRAG_")}
    assert ours == {"FRACTAFRAG_DATABASE_URL"}


def test_what_runs_elsewhere_is_not_started(home: Home) -> None:
    given = {
        "FRACTAFRAG_DATABASE_URL": "postgresql+asyncpg://db/x",
        "FRACTAFRAG_REDIS_URL": "redis://queue",
        "FRACTAFRAG_RENDERER_URL": "http://renderers:3100",
    }
    layout = Layout(home, given, address="http://localhost:8000")
    assert layout.servers() == []
    assert "renderer" not in named(layout)
    assert given.items() <= layout.settings().items()


def test_what_is_set_outside_wins(home: Home) -> None:
    given = {"FRACTAFRAG_SITE_PUBLIC_URL": "https://shaders.example", "FRACTAFRAG_DATABASE_URL": "x"}
    layout = Layout(home, given, address="http://localhost:8000")
    assert layout.settings()["FRACTAFRAG_SITE_PUBLIC_URL"] == "https://shaders.example"


def test_its_secrets_are_good_enough_for_production(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(home, {"FRACTAFRAG_ENVIRONMENT": "production"}, address="http://localhost:8000")
    for name, value in layout.settings().items():
        monkeypatch.setenv(name, value)
    assert ApiSettings().environment is Environment.PRODUCTION


@pytest.mark.parametrize("given", [{}, {"FRACTAFRAG_PAYMENTS_PROVIDER": "none"}])
def test_pledges_are_in_points_unless_something_else_is_chosen(home: Home, given: dict[str, str]) -> None:
    settings = Layout(home, given, address="http://localhost:8000").settings()
    assert settings["FRACTAFRAG_PAYMENTS_PROVIDER"] == given.get("FRACTAFRAG_PAYMENTS_PROVIDER", "thanks")


@pytest.mark.parametrize(("given", "delivery"), [({}, "folder"), ({"FRACTAFRAG_SMTP_HOST": "mail.example"}, "smtp")])
def test_mails_go_into_the_data_folder_unless_a_server_takes_them(
    home: Home, given: dict[str, str], delivery: str
) -> None:
    settings = Layout(home, given, address="http://localhost:8000").settings()
    assert settings["FRACTAFRAG_MAIL_DELIVERY"] == delivery
    assert settings["FRACTAFRAG_MAIL_FOLDER"] == str(home.folder / "mail")
    assert Path(settings["FRACTAFRAG_MAIL_KEYS_FILE"]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("value", "arguments"), [("off", None), ("", 2), ("/some/folder", 3)])
def test_the_gallery_can_be_switched_off_or_replaced(home: Home, value: str, arguments: int | None) -> None:
    gallery = named(Layout(home, {"FRACTAFRAG_GALLERY": value}, address="http://localhost:8000")).get("gallery")
    assert (len(gallery.command) - 3 if gallery else None) == arguments


def test_the_running_environment_is_found_only_while_it_runs(home: Home) -> None:
    home.write_running({"FRACTAFRAG_DATABASE_URL": "here"})
    assert running_environment(home.folder) == {"FRACTAFRAG_DATABASE_URL": "here"}
    left_behind = home.running.read_text()
    home.unlock()
    home.running.write_text(left_behind)
    with pytest.raises(FileNotFoundError):
        running_environment(home.folder)
