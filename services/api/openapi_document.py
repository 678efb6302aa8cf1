"""`python -m services.api.openapi_document` prints the OpenAPI document (`make openapi` writes docs/openapi.json)."""

import json
import sys

from services.api.app import create_app
from services.core.kit.settings import Settings

if __name__ == "__main__":
    json.dump(create_app(Settings()).openapi(), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
