-- `:TempestList`: the same list in a buffer at the side, always up to date.
local View = require('tempest.view')
local config = require('tempest.config')
local filter = require('tempest.filter')
local keys = require('tempest.keys')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

local name = 'tempest://sessions'

---@type tempest.View|nil
local view

---@return integer|nil win of the current tab page
local function window()
  if not view or not vim.api.nvim_buf_is_valid(view.buf) then
    return nil
  end
  return windows.showing(view.buf)[1]
end

---@param win integer
local function dress(win)
  local set = vim.wo[win][0]
  set.number, set.relativenumber, set.list, set.wrap, set.spell = false, false, false, false, false
  set.signcolumn, set.foldcolumn, set.statuscolumn, set.colorcolumn = 'no', '0', '', ''
  set.cursorline = true
  set.winfixwidth = true
  set.winfixbuf = true
end

local function close()
  local win = window()
  if win then
    windows.close(win)
  end
end

---@param buf integer
---@return tempest.View
local function make(buf)
  local new = View.new(buf)
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].filetype = 'tempest'
  local context
  context = {
    view = new,
    leave = function()
      -- What is opened belongs beside the list, not into it.
      if vim.api.nvim_get_current_buf() == buf then
        vim.cmd.wincmd('p')
      end
    end,
    close = close,
    filter = function()
      local win = assert(window())
      filter.open(new, {
        relative = 'win',
        win = win,
        row = math.max(0, vim.api.nvim_win_get_height(win) - 3),
        col = 0,
        width = math.max(4, vim.api.nvim_win_get_width(win) - 2),
      }, {
        accept = function()
          local session = new:session()
          if session then
            keys.all[1][3](context, session)
          end
        end,
        done = function() end,
      })
    end,
  }
  keys.map(context)
  vim.keymap.set('n', '<Esc>', function()
    new:set_filter('')
  end, { buffer = buf, desc = 'Tempest: clear the filter' })
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'TabEnter' }, {
    group = vim.api.nvim_create_augroup('tempest_list', {}),
    callback = function()
      if window() then
        new:refresh()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'WinResized', 'VimResized' }, {
    group = 'tempest_list',
    callback = function()
      if window() then
        new:refresh()
      end
    end,
  })
  return new
end

---Shows the list at the side, or hides it.
function M.toggle()
  if window() then
    close()
    return
  end
  if not view or not vim.api.nvim_buf_is_valid(view.buf) then
    local buf = vim.api.nvim_create_buf(false, true)
    windows.name(buf, name)
    view = make(buf)
  end
  local options = config.get().list
  local at_hand = which.at_hand()
  local win = vim.api.nvim_open_win(view.buf, true, {
    split = options.position,
    win = -1,
    width = windows.part(options.width, vim.o.columns - 10),
  })
  dress(win)
  view.selected = at_hand and at_hand.id or view.selected
  view:refresh()
  local shown = view
  which.when_known(function()
    shown:refresh()
  end)
end

return M
