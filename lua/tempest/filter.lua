-- The input line of a filter: a one-line floating window over the list it filters.
local config = require('tempest.config')
local windows = require('tempest.windows')

local M = {}

---@class tempest.FilterPlace
---@field relative 'editor'|'win'
---@field win? integer
---@field row integer
---@field col integer
---@field width integer

---What is filtered: a list with a window and a cursor.
---@class tempest.Filtered
---@field filter string
---@field window fun(self: tempest.Filtered): integer|nil
---@field set_filter fun(self: tempest.Filtered, text: string)
---@field move fun(self: tempest.Filtered, by: integer)

---@param view tempest.Filtered
---@param place tempest.FilterPlace
---@param on { accept: fun(), done: fun() } `done` is called whenever the line is closed
---@return integer win
function M.open(view, place, on)
  local buf = windows.scratch()
  vim.bo[buf].filetype = 'tempest_filter'
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, { view.filter })
  local win = vim.api.nvim_open_win(buf, true, {
    relative = place.relative,
    win = place.win,
    row = place.row,
    col = place.col,
    width = place.width,
    height = 1,
    border = config.get().picker.border,
    title = ' Filter ',
    style = 'minimal',
    zindex = 60,
  })
  vim.wo[win].winhighlight = require('tempest.highlight').float
  local closed = false
  local function close()
    if closed then
      return
    end
    closed = true
    vim.cmd.stopinsert()
    windows.close(win)
    local list = view:window()
    if list then
      vim.api.nvim_set_current_win(list)
    end
    on.done()
  end
  local function map(mode, lhs, action, desc)
    vim.keymap.set(mode, lhs, action, { buffer = buf, nowait = true, desc = 'Tempest: ' .. desc })
  end
  local function move(by)
    return function()
      view:move(by)
    end
  end
  local function take()
    local text = vim.api.nvim_buf_get_lines(buf, 0, 1, false)[1] or ''
    if text ~= view.filter then
      view:set_filter(text)
    end
  end
  map({ 'i', 'n' }, '<CR>', function()
    -- Of what is typed quickly there is no event before the last key.
    take()
    close()
    on.accept()
  end, 'open the selected session')
  map({ 'i', 'n' }, '<Esc>', function()
    take()
    close()
  end, 'back to the list, filtered')
  map({ 'i', 'n' }, '<C-c>', function()
    view:set_filter('')
    close()
  end, 'clear the filter')
  for _, lhs in ipairs({ '<Down>', '<C-n>', '<C-j>' }) do
    map('i', lhs, move(1), 'next session')
  end
  for _, lhs in ipairs({ '<Up>', '<C-p>', '<C-k>' }) do
    map('i', lhs, move(-1), 'previous session')
  end
  vim.api.nvim_create_autocmd({ 'TextChangedI', 'TextChanged' }, {
    buffer = buf,
    callback = take,
  })
  vim.api.nvim_create_autocmd('WinLeave', {
    buffer = buf,
    once = true,
    callback = vim.schedule_wrap(close),
  })
  vim.cmd('startinsert!')
  return win
end

return M
