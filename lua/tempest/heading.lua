-- What stands above a session's screen in the preview: its question with the keys that answer it, or its problem; and
-- with whom it would conflict.
local standing = require('tempest.standing')
local wanting = require('tempest.wanting')

local M = {}

---Lines of a question that are shown; all of it stands in the terminal.
local longest = 8

---@param lines string[]
---@param text string may have several lines
---@param style string of the escape sequence SGR
---@param room integer columns
local function add(lines, text, style, room)
  for _, line in ipairs(vim.split(text, '\n')) do
    local rest = line:gsub('%c', ' ')
    repeat
      local part = vim.fn.strcharpart(rest, 0, room)
      lines[#lines + 1] = (' \27[%sm%s\27[m'):format(style, part)
      rest = vim.fn.strcharpart(rest, room)
    until rest == ''
  end
end

---Files of a conflict that are named; all are in `:TempestConflicts`.
local most_files = 3

---@param files string[]
---@return string
local function few(files)
  local more = #files - most_files
  local named = table.concat(files, ', ', 1, math.min(#files, most_files))
  return more > 0 and ('%s and %d more'):format(named, more) or named
end

---@param clashes tempest.Clash[]
---@return string[]
function M.conflicts(clashes)
  return vim.tbl_map(function(clash)
    return ('≠ conflicts with %s in %s'):format(clash.name, few(clash.files))
  end, clashes)
end

---@param session tempest.Session
---@param width integer columns
---@param clashes tempest.Clash[]
---@return string[] lines with escape sequences; none when there is nothing to say
function M.lines(session, width, clashes)
  local lines, room = {}, math.max(8, width - 2)
  local question, problem = session.question, session.problem
  if question then
    add(lines, question.tool and 'asks to use ' .. question.tool or 'asks', '1;33', room)
    add(lines, question.text, '33', room)
    lines = vim.list_slice(lines, 1, longest)
    local by_key = wanting.is_answerable(session)
    add(lines, by_key and 'a allow   r refuse' or '<CR> open it and answer', '2', room)
  elseif problem then
    add(lines, standing.problem(problem), '1;31', room)
    lines = vim.list_slice(lines, 1, longest)
  end
  for _, text in ipairs(M.conflicts(clashes)) do
    add(lines, text, '33', room)
  end
  if #lines > 0 then
    lines[#lines + 1] = ' \27[2m' .. ('─'):rep(room) .. '\27[m'
  end
  return lines
end

return M
