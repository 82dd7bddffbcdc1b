-- Creates companies; every one is checked by the module, audited, and starts a trigger.
local headers = { Authorization = "Bearer " .. os.getenv("BENCH_TOKEN"), ["Content-Type"] = "application/json" }
local number = 0

function request()
  number = number + 1
  local body = string.format('{"legal_name":"Made %d","type":"supplier","city":"Lille","country":"FR","reliability":%d,"performance":%d}', number, math.random(0, 100), math.random(0, 100))
  return wrk.format("POST", "/api/v1/tiers/companies", headers, body)
end
