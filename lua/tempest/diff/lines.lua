-- What the rows of a review's file panel look like: text with highlights, as wide as there is room.
local compared = require('tempest.diff.compared')
local fit = require('tempest.fit')
local store = require('tempest.comments.store')

local M = {}

---@type table<string, { [1]: string, [2]: string }>
local letters = {
  added = { 'A', 'TempestAdded' },
  modified = { 'M', 'TempestChanged' },
  deleted = { 'D', 'TempestRemoved' },
  renamed = { 'R', 'TempestChanged' },
  copied = { 'C', 'TempestAdded' },
  ['type-changed'] = { 'T', 'TempestChanged' },
}

---@alias tempest.DiffMark { [1]: integer, [2]: integer, [3]: string } byte range and group

---@class tempest.DiffLine
---@field text string
---@field marks tempest.DiffMark[]

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
    return fit(path, width)
  end
  local characters = vim.fn.strchars(path)
  local from = characters - width + 1
  return fit('…' .. vim.fn.strcharpart(path, from, characters - from), width)
end

---@param marks tempest.DiffMark[]
---@param at integer byte where the counts begin
---@param count string
local function mark_counts(marks, at, count)
  local plus, minus = count:match('()%+%d+ ()%-%d+$')
  if plus then
    marks[#marks + 1] = { at + plus - 1, at + minus - 2, 'TempestAdded' }
    marks[#marks + 1] = { at + minus - 1, at + #count, 'TempestRemoved' }
  end
  local notes = #(count:match('^%d+c ') or '')
  marks[#marks + 1] = { at, at + notes, 'TempestComment' }
  marks[#marks + 1] = { at + notes, at + (plus or #count + 1) - 1, 'TempestHint' }
end

---@param row tempest.DiffRow
---@param width integer
---@return tempest.DiffLine
local function folder_line(row, width)
  local count = tostring(row.files)
  if row.folded then
    count = ('%d  +%d -%d'):format(row.files, row.added, row.removed)
  end
  local before = (' '):rep(2 * row.depth + 1) .. (row.folded and '▸ ' or '▾ ')
  local room = math.max(6, width - 2 * row.depth - #count - 6)
  local text = before .. shorten(row.name, room) .. ' '
  local marks = { { #before, #text, 'TempestHeading' } }
  mark_counts(marks, #text, count)
  return { text = text .. count, marks = marks }
end

---@type table<string, { [1]: string, [2]: string }>
local views = { yes = { ' ✓', 'TempestViewed' }, changed = { ' ~', 'TempestChanged' } }

---@param row tempest.DiffRow
---@param file tempest.DiffFile
---@param is_current boolean
---@param comments integer
---@param width integer
---@return tempest.DiffLine
local function file_line(row, file, is_current, comments, width)
  local letter, group = unpack(letters[file.status])
  local count = M.counts(file)
  count = comments > 0 and ('%dc %s'):format(comments, count) or count
  local sign = (is_current and '▸' or ' ') .. (' '):rep(2 * row.depth)
  local room = math.max(6, width - 2 * row.depth - #count - 6)
  local name = shorten(row.name, room)
  local before = ('%s%s %s '):format(sign, letter, name)
  local marks = { { #sign, #sign + 1, group } }
  mark_counts(marks, #before, count)
  if is_current then
    marks[#marks + 1] = { #sign + 2, #before, 'TempestUnseenName' }
  end
  local text, view = before .. count, views[file.viewed]
  if view then
    marks[#marks + 1] = { #text, #text + #view[1], view[2] }
    text = text .. view[1]
  end
  return { text = text, marks = marks }
end

---@param files tempest.DiffFile[]
---@param filter string
---@return string
local function summary(files, filter)
  local added, removed, viewed = 0, 0, 0
  for _, file in ipairs(files) do
    added, removed = added + file.added, removed + file.removed
    viewed = viewed + (file.viewed == 'yes' and 1 or 0)
  end
  local noun = #files == 1 and 'file' or 'files'
  if #files == 0 then
    return ' no changes'
  elseif filter ~= '' then
    return (' /%s  in %d %s'):format(filter, #files, noun)
  end
  local text = (' %d %s  +%d -%d'):format(#files, noun, added, removed)
  return viewed > 0 and ('%s  %d ✓'):format(text, viewed) or text
end

---How many comments there are on each file that are not resolved.
---@param session string
---@return table<string, integer> by path
local function comment_counts(session)
  local counts = {}
  for _, comment in ipairs(store.get(session) or {}) do
    if comment.status ~= 'resolved' then
      counts[comment.path] = (counts[comment.path] or 0) + 1
    end
  end
  return counts
end

---How many lines are above the first row.
M.head = 3

---@param review tempest.Review
---@param panel tempest.DiffPanel
---@param width integer
---@return tempest.DiffLine[]
function M.of(review, panel, width)
  local function whole(text, group)
    return { text = text, marks = { { 0, #text, group } } }
  end
  local label = compared.label(review.session, review.compared)
  local lines = {
    whole(' ' .. review.session.name, 'TempestHeading'),
    whole(' ' .. label, 'TempestBranch'),
    whole(summary(review.diff.files, panel.layout.filter), 'TempestHint'),
  }
  local comments = comment_counts(review.session.id)
  for _, row in ipairs(panel.rows) do
    local file = row.index and review.diff.files[row.index]
    local is_current = row.index == review.current
    lines[#lines + 1] = file and file_line(row, file, is_current, comments[file.path] or 0, width)
      or folder_line(row, width)
  end
  return lines
end

return M
