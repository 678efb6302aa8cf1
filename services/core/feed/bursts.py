"""How often one network may be counted: many accounts behind one address say little more than a few.

What a user looks at always teaches their own taste. But what is counted for all (impressions, which end a shader's time
as a new one, and long looks, which are a part of its score) counts at most `MOST_OF_A_NETWORK` times a day for a shader
and network. Counts stand in Redis for a day, under a hash of the network.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from services.core.kit.redis.guard import RedisGuard

MOST_OF_A_NETWORK = 3
_LIFE = 86_400
# ARGV: a JSON list of keys and names; how many may count; how long counts are kept. Gives a 1 or a 0 for each.
_COUNT = """
local counted, keys = {}, {}
for place, look in ipairs(cjson.decode(ARGV[1])) do
  counted[place] = redis.call('HINCRBY', look[1], look[2], 1) <= tonumber(ARGV[2]) and 1 or 0
  keys[look[1]] = true
end
for key in pairs(keys) do
  redis.call('EXPIRE', key, ARGV[3])
end
return table.concat(counted)
"""


class Bursts:
    """The counts of all networks."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._count = guard.client.register_script(_COUNT)

    async def counted(self, looks: Sequence[tuple[str, str]], day: date) -> list[bool]:
        """Whether each, a network and a name, may count once more on this day; all with one call.

        Raises `UnavailableError` without Redis.
        """
        if not looks:
            return []
        keys = {network: _key(network, day) for network, _ in looks}
        text = json.dumps([(keys[network], name) for network, name in looks])
        arguments: list[str | int] = [text, MOST_OF_A_NETWORK, _LIFE]
        found = await self._guard.call(lambda _: self._count(keys=[], args=arguments))
        return [one == "1" for one in found]


def _key(network: str, day: date) -> str:
    mark = hashlib.blake2b(f"{day} {network}".encode(), digest_size=12).hexdigest()
    return f"looks:{mark}"
