-- The file panel of a review: what changed, as a tree or a list, with counts.
local config = require('tempest.config')
local highlight = require('tempest.highlight')
local lines = require('tempest.diff.lines')
local tree = require('tempest.diff.tree')

---@class tempest.DiffPanel
---@field buf integer
---@field layout tempest.DiffLayout
---@field rows tempest.DiffRow[]
---@field lines string[] as they are drawn
local Panel = {}
Panel.__index = Panel

local namespace = vim.api.nvim_create_namespace('tempest_diff_panel')
---Whether the last panel was a tree: the next begins so.
local prefers_tree = true

---@param buf integer
---@return tempest.DiffPanel
function Panel.new(buf)
  highlight.ensure()
  vim.bo[buf].modifiable = false
  return setmetatable({
    buf = buf,
    layout = { tree = prefers_tree, folded = {}, filter = '' },
    rows = {},
    lines = {},
  }, Panel)
end

---On a small screen the files themselves need the room.
---@return integer
function Panel.width()
  local wanted = config.get().diff.panel_width
  return math.max(20, math.min(wanted, math.floor(vim.o.columns / 4)))
end

---@param win integer
function Panel.dress(win)
  local set = vim.wo[win][0]
  set.number, set.relativenumber, set.list, set.wrap, set.spell = false, false, false, false, false
  set.signcolumn, set.foldcolumn, set.statuscolumn, set.colorcolumn = 'no', '0', '', ''
  set.foldenable = false
  set.cursorline, set.winfixwidth, set.winfixbuf = true, true, true
end

---Writes only the lines that are not there yet.
---@param new tempest.DiffLine[]
function Panel:write(new)
  local old, first, tail = self.lines, 0, 0
  local least = math.min(#old, #new)
  while first < least and old[first + 1] == new[first + 1].text do
    first = first + 1
  end
  while tail < least - first and old[#old - tail] == new[#new - tail].text do
    tail = tail + 1
  end
  self.lines = vim.tbl_map(function(line)
    return line.text
  end, new)
  if first == #new and #old == #new then
    return
  end
  -- An empty buffer has a line, too.
  local last = #old == 0 and -1 or #old - tail
  local changed = vim.list_slice(self.lines, first + 1, #new - tail)
  vim.bo[self.buf].modifiable = true
  vim.api.nvim_buf_clear_namespace(self.buf, namespace, first, last)
  vim.api.nvim_buf_set_lines(self.buf, first, last, false, changed)
  vim.bo[self.buf].modifiable = false
  for at = first + 1, #new - tail do
    for _, mark in ipairs(new[at].marks) do
      vim.api.nvim_buf_set_extmark(self.buf, namespace, at - 1, mark[1], {
        end_col = mark[2],
        hl_group = mark[3],
      })
    end
  end
end

---Brings the buffer up to date; the cursor stays on its row, wherever that is now.
---@param review tempest.Review
function Panel:draw(review)
  if not vim.api.nvim_buf_is_valid(self.buf) then
    return
  end
  local views = {}
  for _, win in ipairs(vim.fn.win_findbuf(self.buf)) do
    local view = vim.api.nvim_win_call(win, vim.fn.winsaveview)
    local row = self:at(view.lnum)
    views[win] = { view = view, key = row and row.key }
  end
  self.rows = tree.rows(review.diff.files, self.layout)
  self:write(lines.of(review, self, Panel.width()))
  for win, kept in pairs(views) do
    local line = kept.key and self:find(kept.key) or kept.view.lnum
    if kept.view.topline > 1 then
      kept.view.topline = math.max(1, kept.view.topline + line - kept.view.lnum)
    end
    kept.view.lnum = math.min(line, #self.lines)
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(kept.view)
    end)
  end
end

---@param line integer
---@return tempest.DiffRow|nil
function Panel:at(line)
  return self.rows[line - lines.head]
end

---@param key string
---@return integer|nil line
function Panel:find(key)
  for index, row in ipairs(self.rows) do
    if row.key == key then
      return index + lines.head
    end
  end
end

---Opens the folders above a file.
---@param path string
function Panel:reveal(path)
  for key in pairs(self.layout.folded) do
    if vim.startswith(path, key) then
      self.layout.folded[key] = nil
    end
  end
end

---@param key string of a folder
function Panel:toggle(key)
  self.layout.folded[key] = not self.layout.folded[key] or nil
end

---Folds all folders, or none.
---@param folded boolean
function Panel:fold_all(folded)
  self.layout.folded = {}
  if folded then
    for _, row in ipairs(self.rows) do
      if row.kind == 'folder' then
        self.layout.folded[row.key] = true
      end
    end
  end
end

function Panel:toggle_tree()
  prefers_tree = not self.layout.tree
  self.layout.tree = prefers_tree
end

---@param files tempest.DiffFile[]
---@return integer[] indexes of the files that the filter lets through, folded or not
function Panel:order(files)
  local order = {}
  for index, file in ipairs(files) do
    if tree.matches(file.path, self.layout.filter) then
      order[#order + 1] = index
    end
  end
  return order
end

---The file before or after another, of those that the filter lets through.
---@param files tempest.DiffFile[]
---@param current integer
---@param by 1|-1
---@return integer|nil index
function Panel:beside(files, current, by)
  local order = self:order(files)
  local first, last = by > 0 and 1 or #order, by > 0 and #order or 1
  for at = first, last, by do
    if (order[at] - current) * by > 0 then
      return order[at]
    end
  end
end

---The files of a row: one, or all in the folder that the filter lets through.
---@param files tempest.DiffFile[]
---@param row tempest.DiffRow
---@return tempest.DiffFile[]
function Panel:files(files, row)
  if row.index then
    return { files[row.index] }
  end
  return vim.tbl_filter(function(file)
    return vim.startswith(file.path, row.key) and tree.matches(file.path, self.layout.filter)
  end, files)
end

return Panel
