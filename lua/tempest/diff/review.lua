-- One review: what is compared, the file that is shown, and an end that leaves no trace.
local Panel = require('tempest.diff.panel')
local colour = require('tempest.diff.colour')
local compared = require('tempest.diff.compared')
local frame = require('tempest.diff.frame')
local keys = require('tempest.diff.keys')
local maps = require('tempest.diff.maps')
local marks = require('tempest.diff.marks')
local move = require('tempest.diff.move')
local sides = require('tempest.diff.sides')
local windows = require('tempest.windows')

---@class tempest.Review
---@field session tempest.Session
---@field compared tempest.Compared
---@field diff tempest.Diff
---@field tab integer
---@field panel integer window
---@field list tempest.DiffPanel
---@field left? integer window
---@field right? integer window
---@field current integer index into diff.files
---@field shown? tempest.Sides
---@field hunks? tempest.FileHunks of the file that is shown
---@field accepted table<string, table<string, true>> ids of hunks, by path, of the files that were looked at
---@field rejected table<string, string> by path, what was left of a file when hunks of it were rejected
---@field unified boolean both sides in one buffer
---@field used table<integer, true> buffers that were shown
---@field maps tempest.HeldMaps
---@field colours tempest.HeldColours
---@field opened table<integer, true> buffers of files that nobody had before
---@field turn integer counts the files asked for, so that a late answer is known
---@field loading boolean
---@field ahead (1|-1)[] moves that were typed while a file was being loaded
---@field refresh fun(review: tempest.Review, how?: tempest.RefreshHow) asks the daemon again
---@field soon fun() brings it up to date in a moment
---@field finish fun(review: tempest.Review) ends it
---@field closed boolean
---@field failed? string what went wrong when it was last asked for
local Review = {}
Review.__index = Review

---Whether the last review showed files in one buffer: the next begins so.
local prefers_unified = false

---@param session tempest.Session
---@param diff tempest.Diff
---@param how { compared: tempest.Compared, unified?: boolean }
---@return tempest.Review
function Review.open(session, diff, how)
  local buf = windows.scratch(('tempest://%s/diff'):format(session.id))
  vim.bo[buf].filetype = 'tempest_diff'
  local self = setmetatable({
    session = session,
    compared = how.compared,
    diff = diff,
    list = Panel.new(buf),
    current = 1,
    unified = how.unified or prefers_unified,
    accepted = {},
    rejected = {},
    used = {},
    maps = {},
    colours = {},
    opened = {},
    turn = 0,
    loading = false,
    ahead = {},
    closed = false,
  }, Review)
  frame.open(self)
  keys.map_panel(self)
  self:draw()
  return self
end

function Review:draw()
  self.list:draw(self)
end

---@class tempest.ShowHow
---@field focus? boolean goes to the file
---@field at? 'first'|'last'|'same' hunk; by default the first
---@field view? tempest.KeptView where the person stood, for 'same'

---@param index integer
---@param how? tempest.ShowHow
function Review:show(index, how)
  local file = self.diff.files[index]
  if not file then
    self:show_nothing()
    return
  end
  self.current = index
  self.list:reveal(file.path)
  self:draw()
  local line = self.list:find(file.path)
  if line and frame.is_open(self.panel) then
    vim.api.nvim_win_set_cursor(self.panel, { line, 0 })
  end
  self.turn = self.turn + 1
  self.loading = true
  local turn = self.turn
  how = how or {}
  how.view = how.at == 'same' and frame.save(self) or nil
  sides.load(self, file, function(loaded)
    if loaded then
      self:own(loaded)
    end
    if turn ~= self.turn then
      return
    end
    self.loading = false
    if loaded and not self.closed and vim.api.nvim_tabpage_is_valid(self.tab) then
      self:present(loaded, how)
      move.catch_up(self)
    end
  end)
end

---@param loaded tempest.Sides
function Review:own(loaded)
  for _, buf in pairs({ loaded.left, loaded.right }) do
    self.used[buf] = true
  end
  self.opened[loaded.right] = self.opened[loaded.right] or loaded.opened or nil
  if self.closed then
    self:clean()
  end
end

---@param loaded tempest.Sides
---@param how tempest.ShowHow
function Review:present(loaded, how)
  local view = how.at == 'same' and how.view
  self.shown = loaded
  frame.undiff(self)
  frame.place(self, loaded.left, loaded.right)
  if loaded.diff then
    frame.diff(self)
  end
  for _, buf in pairs({ loaded.left, loaded.right }) do
    keys.map_side(self, buf)
  end
  if loaded.left then
    colour.put(self.colours, loaded.right)
  end
  if how.focus and vim.api.nvim_get_current_tabpage() == self.tab then
    vim.api.nvim_set_current_win(self.right)
  end
  if view then
    frame.restore(self, view)
  elseif how.at == 'last' then
    move.to_last(self.right)
  else
    move.to_first(self.right)
  end
  frame.sync(self, not view)
  marks.show(self)
end

---What is left when nothing differs (any more).
function Review:show_nothing()
  self.turn = self.turn + 1
  self.loading, self.ahead = false, {}
  self:draw()
  local label = compared.label(self.session, self.compared)
  local loaded = sides.nothing(self, ('no changes: %s\n'):format(label))
  self:own(loaded)
  self:present(loaded, {})
end

---The index of the file that is shown, or of the one that took its place.
---@param diff tempest.Diff
---@return integer
---@return boolean same file, with the same sides
local function find_again(self, diff)
  local shown = self.diff.files[self.current]
  for index, file in ipairs(diff.files) do
    if shown and file.path == shown.path then
      local same = file.status == shown.status
        and file.oldPath == shown.oldPath
        and file.binary == shown.binary
        and file.mode == shown.mode
        and diff.base == self.diff.base
      return index, same
    end
  end
  return math.max(1, math.min(self.current, #diff.files)), false
end

---Takes a newer state of the changes; where the person stands stays as it is.
---@param diff tempest.Diff
function Review:update(diff)
  local index, same = find_again(self, diff)
  local before, file = self.diff.files[self.current], diff.files[index]
  local is_there = before and file and before.path == file.path
  local has_content = file and before and file.blob == before.blob
  local earlier = self.diff
  self.diff, self.current = diff, index
  if earlier.base ~= diff.base then
    self.accepted = {}
  elseif earlier.tree ~= diff.tree then
    marks.tell_changed(self, earlier)
  end
  if same and has_content then
    self:draw()
    marks.show(self)
  elseif same and self.shown and self.shown.editable then
    self:draw()
    vim.cmd('silent! diffupdate')
    marks.show(self)
  else
    self:show(index, { at = is_there and 'same' or 'first' })
  end
end

---To the next or the previous file, around the ends.
---@param by 1|-1
function Review:step(by)
  local files = self.diff.files
  local order = self.list:order(files)
  local index = self.list:beside(files, self.current, by) or order[by > 0 and 1 or #order]
  if index then
    self:show(index, { focus = vim.api.nvim_get_current_win() ~= self.panel })
  end
end

---Side by side, or in one buffer.
---@param unified boolean
function Review:lay_out(unified)
  self.unified, prefers_unified = unified, unified
  self:show(self.current)
end

---Takes our maps off, and deletes the buffers that were opened for the review alone.
function Review:clean()
  for buf in pairs(self.used) do
    if vim.api.nvim_buf_is_valid(buf) then
      maps.take(self.maps, buf)
      colour.take(self.colours, buf)
      marks.clear(buf)
      local ours = vim.startswith(vim.api.nvim_buf_get_name(buf), 'tempest://')
      local idle = #vim.fn.win_findbuf(buf) == 0
      -- Unsaved work stays, as a listed buffer.
      if idle and (ours or (self.opened[buf] and not vim.bo[buf].modified)) then
        vim.api.nvim_buf_delete(buf, { force = ours })
      end
    end
  end
end

function Review:close()
  if self.closed then
    return
  end
  self.closed = true
  frame.close(self)
  self:clean()
end

return Review
