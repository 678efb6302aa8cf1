"""A worker that makes vectors and is killed with -9: `python -m tests.core.styles.killed_process LIVES SEED`.

Each life is a forked process that catches up until it is killed at any moment. It prints how many were.
"""

import random
import sys
import threading

from services.core import domains
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.styles import embedding
from services.core.styles.embedder import load
from services.core.styles.embedding import StyleVectors
from services.worker.settings import WorkerSettings
from tests.fixtures.lives import die, live_and_die


async def live(chance: random.Random) -> None:
    """Catch up until there is nothing to do, or death comes."""
    settings = WorkerSettings()
    database = Database(settings.database, application="killed")
    threading.Timer(chance.uniform(0.02, 0.5), die).start()
    vectors = StyleVectors(database, ObjectStore(settings.storage), load())
    while await vectors.catch_up():
        pass


def main(lives: int, seed: int) -> None:
    """Live and die."""
    assert domains.DOMAINS
    load()
    embedding.BATCH = 3
    live_and_die(live, lives, seed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
