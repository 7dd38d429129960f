-- How a creation goes: a window that becomes the terminal, or messages for who stays where they are.
local message = require('tempest.message')
local windows = require('tempest.windows')

---@class tempest.Progress
---@field background boolean
---@field layout? tempest.Layout
---@field busy boolean the person was typing: then the focus stays where it is
---@field win? integer
---@field buf? integer
---@field lines string[]
---@field rest string an unfinished line of output
local Progress = {}
Progress.__index = Progress

---Lines of a setup's output that are kept on the screen; the log has them all.
local kept = 5000

---@param how { background?: boolean, layout?: tempest.Layout }
---@return tempest.Progress
function Progress.new(how)
  return setmetatable({
    background = how.background == true,
    layout = how.layout,
    busy = vim.api.nvim_get_mode().mode:match('^[icRt]') ~= nil,
    lines = {},
    rest = '',
  }, Progress)
end

function Progress:show()
  if self.background or self.buf then
    return
  end
  self.buf = windows.scratch()
  vim.bo[self.buf].bufhidden = 'hide'
  vim.bo[self.buf].filetype = 'tempest_progress'
  self.win = windows.open(self.buf, { layout = self.layout, focus = not self.busy })
  vim.wo[self.win][0].number = false
  vim.wo[self.win][0].relativenumber = false
  vim.wo[self.win][0].signcolumn = 'no'
end

---@param value tempest.ProgressValue
function Progress:add(value)
  if value.kind == 'step' then
    self.lines[#self.lines + 1] = value.message
    if self.background then
      message.show(value.message)
    end
  else
    local lines = vim.split(self.rest .. value.text:gsub('\r', ''), '\n')
    self.rest = table.remove(lines)
    vim.list_extend(self.lines, lines)
  end
  self:show()
  if not self.buf or not vim.api.nvim_buf_is_valid(self.buf) then
    return
  end
  windows.set_lines(self.buf, vim.list_slice(self.lines, math.max(1, #self.lines - kept)))
  if self.win and vim.api.nvim_win_is_valid(self.win) then
    pcall(vim.api.nvim_win_set_cursor, self.win, { vim.api.nvim_buf_line_count(self.buf), 0 })
  end
end

---@return integer|nil win where the terminal belongs, nil when none was opened
---@return boolean closed the person closed it: then the terminal stays hidden, too
function Progress:finish()
  local open = self.win and vim.api.nvim_win_is_valid(self.win)
  return open and self.win or nil, self.win ~= nil and not open
end

---Closes the window again: nothing came of it.
function Progress:drop()
  if self.win and vim.api.nvim_win_is_valid(self.win) then
    windows.close(self.win)
  end
  self:wipe()
end

function Progress:wipe()
  if self.buf and vim.api.nvim_buf_is_valid(self.buf) then
    vim.api.nvim_buf_delete(self.buf, { force = true })
  end
end

return Progress
