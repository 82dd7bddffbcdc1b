-- Reads records by random ids.
local ids = {}
for line in io.lines(os.getenv("BENCH_IDS")) do ids[#ids + 1] = line end
local headers = { Authorization = "Bearer " .. os.getenv("BENCH_TOKEN") }

function request()
  return wrk.format("GET", "/api/v1/tiers/companies/" .. ids[math.random(#ids)], headers)
end
