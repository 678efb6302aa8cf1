"""How often one network may be counted: many accounts behind one address say little more than a few.

What a user looks at always teaches their own taste. But what is counted for all (impressions, which end a shader's time
as a new one, and long looks, which are a part of its score) counts at most `MOST_OF_A_NETWORK` times a day for a shader
and network. Counts stand in Redis for a day, under a hash of the network.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from services.core.kit.redis.guard import RedisGuard

MOST_OF_A_NETWORK = 3
_LIFE = 86_400
# KEYS: the network's counts of the day. ARGV: how many may count, how long they are kept, then the names.
_COUNT = """
local counted = {}
for place = 3, #ARGV do
  if redis.call('HINCRBY', KEYS[1], ARGV[place], 1) <= tonumber(ARGV[1]) then
    counted[#counted + 1] = ARGV[place]
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return counted
"""


class Bursts:
    """The counts of all networks."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._count = guard.client.register_script(_COUNT)

    async def counted(self, network: str, names: Collection[str], at: datetime) -> set[str]:
        """Those of the names that may count once more for this network today.

        Raises `UnavailableError` without Redis.
        """
        if not names:
            return set()
        mark = hashlib.blake2b(f"{at.date()} {network}".encode(), digest_size=12).hexdigest()
        arguments: list[str | int] = [MOST_OF_A_NETWORK, _LIFE, *sorted(names)]
        return set(await self._guard.call(lambda _: self._count(keys=[f"looks:{mark}"], args=arguments)))
