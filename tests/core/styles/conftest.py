"""What tests of style vectors share."""

import pytest

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.styles.embedder import load
from services.core.styles.embedding import StyleVectors


@pytest.fixture
def store(settings: ApiSettings) -> ObjectStore:
    """An empty store in a folder."""
    return ObjectStore(settings.storage)


@pytest.fixture
def vectors(database: Database, store: ObjectStore) -> StyleVectors:
    """The worker's part, on the test's database."""
    return StyleVectors(database, store, load())
