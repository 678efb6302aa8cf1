"""What is sent to the builder: little, and nothing that no image needs."""

import re

from tests.images import context
from tools.dockerfile import ALL, ROOT, copied_sources, image


def test_is_small() -> None:
    sizes = {path: (ROOT / path).stat().st_size for path in context.files()}
    assert len(sizes) < 1_200
    # What embedders and styles have learned is 8.4 MB, 7.7 of it the table of terms; the rest is what people write.
    learned = [path for path in sizes if path.endswith((".npy", ".npz"))]
    assert sum(sizes.pop(path) for path in learned) < 9_000_000
    assert sum(sizes.values()) < 5_500_000, sorted(sizes, key=sizes.__getitem__)[-5:]


def test_holds_nothing_that_no_image_copies() -> None:
    sources = {source for name in ALL for source in copied_sources(image(name))}
    idle = [path for path in context.files() if not any(path == s or path.startswith(f"{s}/") for s in sources)]
    assert not idle


def test_holds_nothing_built_hidden_or_secret() -> None:
    unwanted = re.compile(r"(^|/)(\.(?!npmrc)|__pycache__|node_modules|dist/|Dockerfile|.*\.(pyc|pem|key|log)$)")
    assert not [path for path in context.files() if unwanted.search(path)]


def test_a_new_folder_stays_here() -> None:
    assert not context.is_sent("secrets/token")
    assert not context.is_sent(".env")
    assert not context.is_sent("services/api/.env")
    assert not context.is_sent("services/web/node_modules/vite/package.json")
    assert context.is_sent("services/api/routes/new.py")
