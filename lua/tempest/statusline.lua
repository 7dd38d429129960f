-- The text for 'statusline': made again only when a session changed.
local standing = require('tempest.standing')
local state = require('tempest.state')

local M = {}

---What is counted, in this order: what wants the person comes first.
local counted = { 'waiting', 'problem', 'unseen', 'failed', 'working' }

local text = ''
local watching = false

local function count()
  local numbers, icons = {}, {}
  for _, session in ipairs(state.list()) do
    local status = standing.status(session)
    numbers[status] = (numbers[status] or 0) + 1
    icons[status] = standing.icon(session)
  end
  local parts = {}
  for _, status in ipairs(counted) do
    if numbers[status] then
      parts[#parts + 1] = icons[status] .. numbers[status]
    end
  end
  text = table.concat(parts, ' ')
end

---@return string
function M.text()
  if not watching then
    watching = true
    count()
    state.subscribe(function()
      local before = text
      count()
      if text ~= before then
        vim.schedule(function()
          vim.cmd.redrawstatus()
        end)
      end
    end)
  end
  return text
end

return M
