-- Lists 25 companies, filtered and sorted. The filter's values vary: 366 different queries, or with BENCH_FRESH one
-- that was never asked before each time.
local headers = { Authorization = "Bearer " .. os.getenv("BENCH_TOKEN") }
local parts = { "ille", "Port", "a", "e", "ar", "o" }
local fresh = os.getenv("BENCH_FRESH")
local thread_number = 0

function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
end

local count = 0

function request()
  local filter = string.format('city.contains("%s") && score >= %d', parts[math.random(#parts)], math.random(0, 60))
  if fresh then
    count = count + 1
    filter = string.format('%s && reliability > %d', filter, -1 - number * 100000000 - count)
  end
  filter = filter:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end)
  return wrk.format("GET", "/api/v1/tiers/companies?filter=" .. filter .. "&sort=-score&page=1&page_size=25", headers)
end
