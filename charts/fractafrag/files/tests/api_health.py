"""The API can serve, and is the version that the chart installs (VERSION; empty where an image was chosen by hand)."""

import os

from site_client import API_URL, ask, fail, passed

if os.environ.get("THROUGH_SERVICE"):
    # Routes lead to /api only, so this question is for the Service.
    checks = ask("GET", f"{API_URL}/readyz").json()["checks"]
    if set(checks.values()) != {"ok"}:
        fail(f"the API is ready, but {checks}")
    passed(f"ready: {', '.join(sorted(checks))}")
version = ask("GET", f"{API_URL}/api/v1/version").json()
wanted = os.environ.get("VERSION")
if wanted and version["version"] != wanted:
    fail(f"the API is version {version['version']}, the chart installs {wanted}")
passed(f"{version['name']} {version['version']}")
