-- Registers guests, each another, at random or always the same workshop.
-- PATHS: a file with a path a line. HOT=1: the first path alone.
-- PAUSE_MS: the average of what each connection waits before each request.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local hot = os.getenv("HOT") == "1"
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
local n = 0
function init()
  math.randomseed(os.time() * 1000 + number * 7919 + tonumber(os.getenv("SALT")))
  run = math.random(1e9)
end
function request()
  n = n + 1
  local key = run .. "-" .. number .. "-" .. n
  local path = hot and paths[1] or paths[math.random(#paths)]
  local body = '{"name":"Guest ' .. key .. '","email":"g' .. key
    .. '@people.example","locale":"en","answers":{"diet":"vegetarian"}}'
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = key }
  return wrk.format("POST", path, headers, body)
end
local pause = tonumber(os.getenv("PAUSE_MS"))
if pause > 0 then
  function delay() return math.random(0, 2 * pause) end
end
