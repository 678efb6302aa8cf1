"""Without money the package of Stripe is not there for any process."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import services.admin.__main__, services.mcp.__main__, services.web.server.app, services.worker.run
from services.api.app import create_app
from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings
from services.core.payments.webhooks import Webhooks
from services.worker.actors import ACTORS

settings = ApiSettings()
create_app(settings)
database = Database(settings.database, application="none")
payments = Payments.open(database, settings.of(PaymentSettings), settings.site.public_url)
assert payments.opened is None and ACTORS
assert payments.settings.provider == sys.argv[1]
assert not [name for name in sys.modules if name.partition(".")[0] == "stripe"]
"""


@pytest.mark.parametrize("provider", ["none", "thanks"])
def test_neither_none_nor_thanks_loads_the_package(provider: str) -> None:
    variables = {"FRACTAFRAG_PAYMENTS_PROVIDER": provider, "PATH": "/usr/bin"}
    subprocess.run([sys.executable, "-c", SCRIPT, provider], check=True, env=variables)
