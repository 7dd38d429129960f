-- The file panel of a review: what changed, with counts.
local highlight = require('tempest.highlight')
local rows = require('tempest.rows')
local windows = require('tempest.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_diff_panel')
---Lines above the first file.
M.head = 2

---@type table<string, { [1]: string, [2]: string }>
local letters = {
  added = { 'A', 'TempestAdded' },
  modified = { 'M', 'TempestChanged' },
  deleted = { 'D', 'TempestRemoved' },
  renamed = { 'R', 'TempestChanged' },
  copied = { 'C', 'TempestAdded' },
  ['type-changed'] = { 'T', 'TempestChanged' },
}

---@param file tempest.DiffFile
---@return string such as '+3 -1', 'binary', or the new mode when only that changed
function M.counts(file)
  if file.binary then
    return 'binary'
  end
  if
    file.added == 0
    and file.removed == 0
    and file.oldMode ~= file.mode
    and file.status == 'modified'
  then
    return file.mode:sub(-3)
  end
  return ('+%d -%d'):format(file.added, file.removed)
end

---The end of a path says more than its beginning.
---@param path string
---@param width integer
---@return string
local function shorten(path, width)
  if vim.fn.strdisplaywidth(path) <= width then
    return rows.fit(path, width)
  end
  local characters = vim.fn.strchars(path)
  local from = characters - width + 1
  return rows.fit('…' .. vim.fn.strcharpart(path, from, characters - from), width)
end

---@param buf integer
---@param session tempest.Session
---@param diff tempest.Diff
---@param current integer index of the file that is shown
---@param width integer
function M.draw(buf, session, diff, current, width)
  highlight.ensure()
  local added, removed = 0, 0
  for _, file in ipairs(diff.files) do
    added, removed = added + file.added, removed + file.removed
  end
  local noun = #diff.files == 1 and 'file' or 'files'
  local lines = {
    ' ' .. session.name,
    #diff.files == 0 and ' no changes'
      or (' %d %s  +%d -%d'):format(#diff.files, noun, added, removed),
  }
  local marks = { { 0, 0, #lines[1], 'TempestHeading' }, { 1, 0, #lines[2], 'TempestHint' } }
  for index, file in ipairs(diff.files) do
    local letter, group = unpack(letters[file.status])
    local count = M.counts(file)
    local sign = index == current and '▸' or ' '
    local path = shorten(file.path, math.max(8, width - #count - 5))
    local line = ('%s%s %s %s'):format(sign, letter, path, count)
    lines[#lines + 1] = line
    marks[#marks + 1] = { #lines - 1, #sign, #sign + 1, group }
    local at = #line - #count
    local plus = count:match('^%+%d+')
    if plus then
      marks[#marks + 1] = { #lines - 1, at, at + #plus, 'TempestAdded' }
      marks[#marks + 1] = { #lines - 1, at + #plus + 1, #line, 'TempestRemoved' }
    else
      marks[#marks + 1] = { #lines - 1, at, #line, 'TempestHint' }
    end
    if index == current then
      marks[#marks + 1] = { #lines - 1, #sign + 2, at, 'TempestUnseenName' }
    end
  end
  windows.set_lines(buf, lines)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buf, namespace, mark[1], mark[2], {
      end_col = mark[3],
      hl_group = mark[4],
    })
  end
end

---@param win integer
function M.dress(win)
  local set = vim.wo[win][0]
  set.number, set.relativenumber, set.list, set.wrap, set.spell = false, false, false, false, false
  set.signcolumn, set.foldcolumn, set.statuscolumn, set.colorcolumn = 'no', '0', '', ''
  set.cursorline, set.winfixwidth, set.winfixbuf = true, true, true
end

return M
