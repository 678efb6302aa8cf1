"""`python -m services.api.openapi_document` prints the OpenAPI document (`make openapi` writes docs/openapi.json)."""

import json
import sys

from services.api.app import create_app
from services.api.settings import ApiSettings

if __name__ == "__main__":
    json.dump(create_app(ApiSettings()).openapi(), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
