-- What the lines of a patch stand for, read on as its pages come.
local M = {}

---@class tempest.PatchLine
---@field sign ' '|'+'|'-'
---@field old? integer line of the left side
---@field new? integer line of the right side

---@class tempest.PatchReading how far a patch was read
---@field buf integer
---@field tick integer
---@field lines table<integer, tempest.PatchLine> by line of the patch; headers have none
---@field count integer lines that were read
---@field at tempest.PatchState after the last of them
---@field before tempest.PatchState before the last, which may go on in the page that follows

---@class tempest.PatchState the next lines of both sides, and how many there are to come
---@field old integer
---@field new integer
---@field old_left integer
---@field new_left integer

---@param found table<integer, tempest.PatchLine>
---@param number integer of the line
---@param line string
---@param at tempest.PatchState
local function parse_line(found, number, line, at)
  local sign = line:sub(1, 1)
  if at.old_left <= 0 and at.new_left <= 0 then
    -- A count of one is left out.
    local o, o_count, n, n_count = line:match('^@@ %-(%d+),?(%d*) %+(%d+),?(%d*) @@')
    if o then
      at.old = tonumber(o) --[[@as integer]]
      at.new = tonumber(n) --[[@as integer]]
      at.old_left, at.new_left = tonumber(o_count) or 1, tonumber(n_count) or 1
    end
  elseif sign == '+' then
    found[number] = { sign = '+', new = at.new }
    at.new, at.new_left = at.new + 1, at.new_left - 1
  elseif sign == '-' then
    found[number] = { sign = '-', old = at.old }
    at.old, at.old_left = at.old + 1, at.old_left - 1
  elseif sign ~= '\\' then
    found[number] = { sign = ' ', old = at.old, new = at.new }
    at.old, at.old_left = at.old + 1, at.old_left - 1
    at.new, at.new_left = at.new + 1, at.new_left - 1
  end
end

---Reads on from a line.
---@param reading tempest.PatchReading
---@param from integer
local function parse(reading, from)
  local lines = vim.api.nvim_buf_get_lines(reading.buf, from - 1, -1, false)
  if from <= reading.count then
    reading.at = reading.before
  end
  for index, line in ipairs(lines) do
    if index == #lines then
      reading.before = vim.deepcopy(reading.at)
    end
    parse_line(reading.lines, from + index - 1, line, reading.at)
  end
  reading.count = from + #lines - 1
  reading.tick = vim.api.nvim_buf_get_changedtick(reading.buf)
end

---Of the buffer that was asked for last, which is asked for again and again.
---@type tempest.PatchReading|nil
local last_read

---What the lines of a patch stand for.
---@param buf integer
---@return table<integer, tempest.PatchLine>
function M.lines(buf)
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  if not last_read or last_read.buf ~= buf or last_read.tick ~= tick then
    local at = { old = 0, new = 0, old_left = 0, new_left = 0 }
    last_read = { buf = buf, tick = tick, lines = {}, count = 0, at = at, before = at }
    parse(last_read, 1)
  end
  return last_read.lines
end

---Reads what was added to the buffer.
---@param buf integer
---@param first integer line that is new
function M.read_on(buf, first)
  if last_read and last_read.buf == buf then
    parse(last_read, first)
  end
end

return M
