"""Fixtures only come from tests/fixtures; each module there says what it gives."""

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.api",
    "tests.fixtures.fake_renderer",
    "tests.fixtures.renderer",
    "tests.fixtures.worker",
    "tests.fixtures.web",
    "tests.fixtures.operator",
    "tests.fixtures.operator_site",
    "tests.fixtures.control_plane",
    "tests.fixtures.installation",
]
