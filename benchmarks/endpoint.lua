-- wrk's requests: the queries of a file in turn; with a salt, no two are alike.
local queries, turn, path, salt = {}, 0, "", ""

function init(arguments)
  path = arguments[1]
  salt = arguments[3] or ""
  for line in io.lines(arguments[2]) do
    queries[#queries + 1] = line
  end
end

function request()
  turn = turn + 1
  local query = queries[turn % #queries + 1]
  if salt ~= "" then
    query = query .. "%20%23" .. salt .. turn
  end
  return wrk.format("GET", path .. "?query=" .. query, { ["Accept"] = "application/sparql-results+json" })
end
