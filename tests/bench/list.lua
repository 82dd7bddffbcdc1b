-- Lists 25 companies, filtered and sorted; the filter's values vary.
local headers = { Authorization = "Bearer " .. os.getenv("BENCH_TOKEN") }
local parts = { "ille", "Port", "a", "e", "ar", "o" }

function request()
  local filter = string.format('city.contains("%s") && score >= %d', parts[math.random(#parts)], math.random(0, 60))
  filter = filter:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end)
  return wrk.format("GET", "/api/v1/tiers/companies?filter=" .. filter .. "&sort=-score&page=1&page_size=25", headers)
end
