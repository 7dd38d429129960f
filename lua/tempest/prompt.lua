-- A small floating window to write a prompt in, of one line or of many.
local windows = require('tempest.windows')

local M = {}

---@param win integer
---@param buf integer
local function fit(win, buf)
  local height = vim.api.nvim_win_text_height(win, {}).all
  vim.api.nvim_win_set_height(win, math.max(3, math.min(height, math.floor(vim.o.lines / 2))))
  -- Shows the first line again after the window grew.
  if vim.fn.line('w0', win) > 1 and height <= vim.api.nvim_win_get_height(win) then
    local cursor = vim.api.nvim_win_get_cursor(win)
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview({ topline = 1, lnum = cursor[1], col = cursor[2] })
    end)
  end
  vim.bo[buf].modified = false
end

---@class tempest.Asked
---@field title string
---@field text? string
---@field action? string what <CR> does, in a word
---@field single? boolean one line and no more

---What was written and came to nothing, by title: it stands there again, so that nobody has to write it twice.
---@type table<string, string>
local drafts = {}

---@param title string
---@param text string
function M.keep(title, text)
  drafts[title] = text ~= '' and text or nil
end

---@param how tempest.Asked
---@param width integer
---@return string as much as there is room for
local function footer(how, width)
  local text = (' <CR> %s '):format(how.action or 'start')
  for _, more in ipairs({ '  <C-c> cancel ', how.single and '' or '  <C-j> new line ' }) do
    if #text + #more <= width then
      text = text .. more
    end
  end
  return text
end

---@param how tempest.Asked
---@param callback fun(text: string) not called when the person cancels
function M.ask(how, callback)
  local buf = windows.scratch()
  vim.bo[buf].filetype = 'tempest_prompt'
  local draft = not how.text and drafts[how.title] or nil
  drafts[how.title] = nil
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(draft or how.text or '', '\n'))
  local width = math.min(80, vim.o.columns - 4)
  local from = vim.api.nvim_get_current_win()
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'editor',
    width = width,
    height = 3,
    col = math.floor((vim.o.columns - width) / 2),
    row = math.max(0, math.floor(vim.o.lines / 3) - 2),
    border = require('tempest.config').get().picker.border,
    title = (' %s '):format(how.title),
    title_pos = 'center',
    footer = footer(how, width),
    footer_pos = 'center',
    style = 'minimal',
    zindex = 150,
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  local closed = false
  local function close()
    if closed then
      return
    end
    closed = true
    vim.cmd.stopinsert()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
    if vim.api.nvim_win_is_valid(from) then
      vim.api.nvim_set_current_win(from)
    end
  end
  local function written()
    return vim.trim(table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n'))
  end
  local function submit()
    local text = written()
    close()
    vim.schedule(function()
      callback(text)
    end)
  end
  local function map(mode, keys, action, desc)
    vim.keymap.set(mode, keys, action, { buffer = buf, nowait = true, desc = 'Tempest: ' .. desc })
  end
  map({ 'n', 'i' }, '<CR>', submit, 'take this prompt')
  if not how.single then
    map('i', '<C-j>', '<CR>', 'new line')
    map('i', '<S-CR>', '<CR>', 'new line')
  end
  map({ 'n', 'i' }, '<C-c>', close, 'cancel')
  map('n', '<Esc>', close, 'cancel')
  map('n', 'q', close, 'cancel')
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, {
    buffer = buf,
    callback = function()
      fit(win, buf)
    end,
  })
  vim.api.nvim_create_autocmd('WinLeave', {
    buffer = buf,
    callback = function()
      if not closed and not how.text then
        M.keep(how.title, written())
      end
      vim.schedule(close)
    end,
  })
  if draft then
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
  end
  vim.cmd('startinsert!')
end

return M
