"""`python -m tools.openapi`: writes the API's description to docs/openapi.json; `--check` only compares."""

import json
import sys
from pathlib import Path

from services.api.app import create_app
from services.core.settings import Settings

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def description() -> str:
    """The description as it is written, the same for the same code."""
    return json.dumps(create_app(Settings()).openapi(), indent=1, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the file says what the code says."""
    return FILE.exists() and FILE.read_text() == description()


def main() -> int:
    """Write or compare."""
    if "--check" in sys.argv[1:]:
        return 0 if is_current() else 1
    FILE.write_text(description())
    return 0


if __name__ == "__main__":
    sys.exit(main())
