-- One review: its tab page, its windows, the file that is shown, and an end that leaves no trace.
local panel = require('tempest.diff.panel')
local sides = require('tempest.diff.sides')
local windows = require('tempest.windows')

---@class tempest.Review
---@field session tempest.Session
---@field diff tempest.Diff
---@field tab integer
---@field panel integer window
---@field panel_buf integer
---@field left? integer window
---@field right? integer window
---@field current integer index into diff.files
---@field used table<integer, true> buffers that were shown
---@field mapped table<integer, true> those that carry our maps
---@field opened table<integer, true> buffers of files that nobody had before
---@field turn integer counts the files asked for, so that a late answer is known
---@field group? integer
---@field timer? uv.uv_timer_t
---@field ticker uv.uv_timer_t
---@field unsubscribe fun()
---@field closed boolean
local Review = {}
Review.__index = Review

---@param session tempest.Session
---@param diff tempest.Diff
---@return tempest.Review
function Review.open(session, diff)
  local buf = windows.scratch(('tempest://%s/diff'):format(session.id))
  vim.bo[buf].filetype = 'tempest_diff'
  vim.cmd(('tab sbuffer %d'):format(buf))
  local self = setmetatable({
    session = session,
    diff = diff,
    tab = vim.api.nvim_get_current_tabpage(),
    panel = vim.api.nvim_get_current_win(),
    panel_buf = buf,
    current = 1,
    used = {},
    mapped = {},
    opened = {},
    turn = 0,
    unsubscribe = function() end,
    closed = false,
  }, Review)
  vim.t.tempest_session = session.id
  vim.t.tempest_diff = session.id
  if vim.fn.isdirectory(diff.worktree) == 1 then
    vim.cmd.tcd({ args = { vim.fn.fnameescape(diff.worktree) }, mods = { silent = true } })
  end
  panel.dress(self.panel)
  self:draw()
  return self
end

---On a small screen the files themselves need the room.
---@return integer
local function panel_width()
  local wanted = require('tempest.config').get().diff.panel_width
  return math.max(20, math.min(wanted, math.floor(vim.o.columns / 4)))
end

function Review:draw()
  if vim.api.nvim_buf_is_valid(self.panel_buf) then
    panel.draw(self.panel_buf, self.session, self.diff, self.current, panel_width())
  end
end

---@param win integer|nil
---@return boolean
local function is_open(win)
  return win ~= nil and vim.api.nvim_win_is_valid(win)
end

---@param side 'left'|'right'
---@return string for 'winbar'
function Review:heading(side)
  local file = self.diff.files[self.current]
  local text = side == 'right' and file.path
    or ('%s · %s'):format(file.oldPath or file.path, self.session.base.ref)
  return '%#TempestHeading# ' .. text:gsub('%%', '%%%%')
end

---Makes the windows that are missing, at first or because the person closed them.
---@param left integer buffer
---@param right integer buffer
function Review:place(left, right)
  local width = panel_width()
  if not is_open(self.right) then
    local beside = is_open(self.left) and self.left or self.panel
    self.right = vim.api.nvim_open_win(right, false, { split = 'right', win = beside })
  end
  if not is_open(self.left) then
    self.left = vim.api.nvim_open_win(left, false, { split = 'left', win = self.right })
  end
  vim.api.nvim_win_set_buf(self.left, left)
  vim.api.nvim_win_set_buf(self.right, right)
  vim.wo[self.left][0].winbar = self:heading('left')
  vim.wo[self.right][0].winbar = self:heading('right')
  if is_open(self.panel) then
    vim.api.nvim_win_set_width(self.panel, width)
    local rest = vim.o.columns - width - 2
    vim.api.nvim_win_set_width(self.left, math.floor(rest / 2))
  end
end

function Review:undiff()
  for _, win in ipairs({ self.left, self.right }) do
    if is_open(win) and vim.wo[win].diff then
      vim.api.nvim_win_call(win, function()
        vim.cmd.diffoff()
      end)
    end
  end
end

---@param index integer
---@param how? { focus?: boolean }
function Review:show(index, how)
  local file = self.diff.files[index]
  if not file then
    return
  end
  self.current = index
  self:draw()
  if is_open(self.panel) then
    vim.api.nvim_win_set_cursor(self.panel, { index + panel.head, 0 })
  end
  self.turn = self.turn + 1
  local turn = self.turn
  sides.load(self.session, self.diff, file, function(loaded)
    if not loaded then
      return
    end
    self.used[loaded.left], self.used[loaded.right] = true, true
    self.opened[loaded.right] = self.opened[loaded.right] or loaded.opened or nil
    if self.closed then
      self:clean()
    end
    if turn ~= self.turn or self.closed or not vim.api.nvim_tabpage_is_valid(self.tab) then
      return
    end
    self:undiff()
    self:place(loaded.left, loaded.right)
    if loaded.diff then
      for _, win in ipairs({ self.left, self.right }) do
        vim.api.nvim_win_call(win, function()
          vim.cmd.diffthis()
        end)
      end
    end
    self:map(loaded.left)
    self:map(loaded.right)
    if how and how.focus and vim.api.nvim_get_current_tabpage() == self.tab then
      vim.api.nvim_set_current_win(self.right)
    end
    if loaded.diff then
      -- To the first change, as `:diffsplit` does not.
      vim.api.nvim_win_call(self.right, function()
        vim.cmd('keepjumps normal! gg')
        if vim.fn.diff_hlID(1, 1) == 0 then
          vim.cmd('keepjumps silent! normal! ]c')
        end
      end)
    end
  end)
end

---@param by integer
function Review:step(by)
  local count = #self.diff.files
  if count > 0 then
    self:show(
      (self.current - 1 + by) % count + 1,
      { focus = vim.api.nvim_get_current_win() ~= self.panel }
    )
  end
end

---@param buf integer
function Review:map(buf)
  if self.mapped[buf] then
    return
  end
  self.mapped[buf] = true
  for lhs, by in pairs({ [']f'] = 1, ['[f'] = -1 }) do
    vim.keymap.set('n', lhs, function()
      self:step(by)
    end, { buffer = buf, desc = by > 0 and 'Tempest: next file' or 'Tempest: previous file' })
  end
end

---Takes our maps off, and deletes the buffers that were opened for the review alone.
function Review:clean()
  for buf in pairs(self.used) do
    if vim.api.nvim_buf_is_valid(buf) then
      if self.mapped[buf] then
        pcall(vim.keymap.del, 'n', ']f', { buffer = buf })
        pcall(vim.keymap.del, 'n', '[f', { buffer = buf })
      end
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
  self:undiff()
  if vim.api.nvim_tabpage_is_valid(self.tab) then
    if #vim.api.nvim_list_tabpages() == 1 then
      vim.cmd.tabnew()
    end
    local number = vim.api.nvim_tabpage_get_number(self.tab)
    pcall(vim.cmd.tabclose, { args = { tostring(number) } })
  end
  self:clean()
end

return Review
