-- What a comment looks like below its code.
local M = {}

---So many lines of what a turn changed are shown on each side.
local most_told = 3

---@type table<string, string>
local groups = {
  open = 'TempestComment',
  sent = 'TempestCommentSent',
  answered = 'TempestCommentAnswered',
  resolved = 'TempestCommentSent',
}

---What stands before each line, and the fold column that diff mode may add later. Cells.
local margin = 7

---@param comment tempest.Comment
---@return string
function M.group(comment)
  return comment.anchor == 'gone' and 'TempestCommentGone' or groups[comment.status]
end

---@param comment tempest.Comment
---@return string
function M.status(comment)
  local status = comment.queued and 'queued' or comment.status
  return comment.anchor == 'gone' and status .. ', its code is gone' or status
end

---@param line string
---@param width integer
---@param first integer the width of the first line
---@return string[]
local function wrapped(line, width, first)
  local lines, current = {}, ''
  for word, blank in line:gmatch('(%S+)(%s*)') do
    local room = #lines == 0 and first or width
    if current ~= '' and vim.fn.strdisplaywidth(current .. word) > room then
      lines[#lines + 1] = vim.trim(current)
      current = ''
    end
    current = current .. word .. blank
  end
  lines[#lines + 1] = vim.trim(current)
  return lines
end

---@param lines string[]
---@param mark string
---@param group string
---@param add fun(text: string, group: string)
local function tell(lines, mark, group, add)
  for index, line in ipairs(lines) do
    if index > most_told then
      add(('%s … %d more'):format(mark, #lines - most_told), group)
      return
    end
    add(('%s %s'):format(mark, (line:gsub('\t', '  '))), group)
  end
end

---@param comment tempest.Comment
---@param width integer cells
---@return [string, string][][] for `virt_lines`
function M.lines(comment, width)
  local group, lines = M.group(comment), {}
  local status = ('  · %s'):format(M.status(comment))
  local room = math.max(20, width - margin)
  ---@param text string
  ---@param of string
  local function add(text, of)
    lines[#lines + 1] = { { '  ┃ ', group }, { text, of } }
  end
  for index, line in ipairs(vim.split(comment.body, '\n')) do
    local first = index == 1 and room - vim.fn.strdisplaywidth(status) or room
    for _, part in ipairs(wrapped(line, room, first)) do
      add(part, group)
    end
  end
  table.insert(lines[1], { status, 'TempestExtra' })
  if comment.answer then
    tell(comment.answer.before, '-', 'TempestRemoved', add)
    tell(comment.answer.after, '+', 'TempestAdded', add)
  end
  return lines
end

return M
