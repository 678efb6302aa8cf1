-- ARGV[1]: a JSON list of requests, each a list of checks that are made up to the first that is refused. A bucket's key
-- holds the "theoretical arrival time" in microseconds; `step` is the time between two cells, `full` that of a whole
-- bucket. Gives a JSON list of lists of results. One text each way: redis-py takes longer over many small values.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function make(check)
  local result, arrivals = {states = {}}, {}
  for _, key in ipairs(check.revocation_keys) do
    local since = redis.call('GET', key)
    if since and tonumber(since) * 1000000 <= now then
      result.revoked_since = since
    end
  end
  if result.revoked_since then return result, true end
  local refused = false
  for i, bucket in ipairs(check.buckets) do
    local before = math.max(tonumber(redis.call('GET', bucket.key) or now), now)
    local after = before + bucket.step
    local room = bucket.full - (after - now)
    if room < 0 then
      refused = true
      result.states[i] = {remaining = 0, reset = before - now, retry = -room}
    else
      result.states[i] = {remaining = math.floor(room / bucket.step), reset = after - now, retry = 0}
    end
    arrivals[i] = after
  end
  for i, bucket in ipairs(refused and {} or check.buckets) do
    local life = math.max(math.ceil((arrivals[i] - now) / 1000), 1)
    redis.call('SET', bucket.key, string.format('%.0f', arrivals[i]), 'PX', life)
  end
  return result, refused
end

local answers = {}
for i, checks in ipairs(cjson.decode(ARGV[1])) do
  answers[i] = {}
  for j, check in ipairs(checks) do
    local refused
    answers[i][j], refused = make(check)
    if refused then break end
  end
end
return cjson.encode(answers)
