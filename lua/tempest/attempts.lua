-- Attempts side by side, as the lines of a table.
local cells = require('tempest.cells')
local standing = require('tempest.standing')

local M = {}

---@class tempest.ComparedAttempt
---@field session tempest.Session
---@field turns integer
---@field ms number

---@class tempest.AttemptColumn
---@field [1] string its head
---@field [2] fun(one: tempest.ComparedAttempt): string
---@field number? boolean stands at the right

---@type tempest.AttemptColumn[]
local columns = {
  {
    'name',
    function(one)
      return one.session.name
    end,
  },
  {
    'agent',
    function(one)
      return one.session.command and one.session.command[1] or one.session.agent
    end,
  },
  {
    'status',
    function(one)
      return standing.status(one.session)
    end,
  },
  {
    'files',
    function(one)
      return tostring(one.session.changes and one.session.changes.files or '')
    end,
    number = true,
  },
  {
    '+/-',
    function(one)
      local changes = one.session.changes
      return changes and ('+%d -%d'):format(changes.added, changes.removed) or ''
    end,
    number = true,
  },
  {
    'check',
    function(one)
      local check = one.session.check
      return check and check.state .. (check.stale and ' (old)' or '') or ''
    end,
  },
  {
    'tokens',
    function(one)
      return cells.tokens(one.session)
    end,
    number = true,
  },
  {
    'turns',
    function(one)
      return tostring(one.turns)
    end,
    number = true,
  },
  {
    'time',
    function(one)
      return cells.age(0, one.ms)
    end,
    number = true,
  },
}

---@param attempts tempest.ComparedAttempt[]
---@return string[] the head, and one line each
function M.lines(attempts)
  local lines = {}
  for _, column in ipairs(columns) do
    local texts = { column[1] }
    for _, attempt in ipairs(attempts) do
      texts[#texts + 1] = column[2](attempt)
    end
    local width = 0
    for _, cell in ipairs(texts) do
      width = math.max(width, vim.fn.strdisplaywidth(cell))
    end
    for index, cell in ipairs(texts) do
      local blank = (' '):rep(width - vim.fn.strdisplaywidth(cell))
      local text = column.number and blank .. cell or cell .. blank
      lines[index] = (lines[index] and lines[index] .. '  ' or ' ') .. text
    end
  end
  return lines
end

return M
