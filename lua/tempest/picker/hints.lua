-- What the picker's footer says: the keys that do something for the session under the cursor, as many as fit.
local wanting = require('tempest.wanting')

local M = {}

---@class tempest.Hint
---@field [1] string
---@field rank integer the lowest goes first where there is no room
---@field when? fun(session?: tempest.Session): boolean by default always

---@param session? tempest.Session
---@return boolean
local function is_live(session)
  return session ~= nil and session.removed == nil
end

---@param session? tempest.Session
---@return boolean
local function is_removed(session)
  return session ~= nil and session.removed ~= nil
end

---@type tempest.Hint[]
local all = {
  { '<CR> open', rank = 4, when = is_live },
  { '<CR> restore', rank = 4, when = is_removed },
  { 'n new', rank = 2 },
  { 'd diff', rank = 1, when = is_live },
  { 'a allow  r refuse', rank = 5, when = wanting.is_answerable },
  { 'u back', rank = 5, when = is_removed },
  { '/ filter', rank = 3 },
  { '? help', rank = 6 },
}

---@param width integer columns
---@param session? tempest.Session the one under the cursor
---@return string
function M.line(width, session)
  local function text(least)
    local shown = {}
    for _, hint in ipairs(all) do
      if hint.rank >= least and (not hint.when or hint.when(session)) then
        shown[#shown + 1] = hint[1]
      end
    end
    return (' %s '):format(table.concat(shown, '  '))
  end
  local least = 1
  while least < 6 and vim.fn.strdisplaywidth(text(least)) > width do
    least = least + 1
  end
  return text(least)
end

return M
