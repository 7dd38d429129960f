-- A small window at the cursor to write a comment in. Who leaves it without saving finds the text again.
local windows = require('tempest.windows')

local M = {}

---What was typed and not saved, by place.
---@type table<string, string>
local drafts = {}

---@class tempest.CommentEditing
---@field line? integer below which the window stands; default: that of the cursor
---@field key string by which the text is found again
---@field title string
---@field text? string

---@param buf integer
---@return string
local function text_of(buf)
  return vim.trim(table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n'))
end

---@param how tempest.CommentEditing
---@return integer buf
---@return integer win
local function open(how)
  local buf = windows.scratch()
  vim.api.nvim_buf_set_name(buf, ('tempest://comment/%d'):format(buf))
  vim.bo[buf].buftype = 'acwrite'
  vim.bo[buf].filetype = 'tempest_comment'
  local text = drafts[how.key] or how.text or ''
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(text, '\n'))
  vim.bo[buf].modified = false
  local line = how.line or vim.fn.line('.')
  local is_seen = line >= vim.fn.line('w0') and line <= vim.fn.line('w$')
  local win = vim.api.nvim_open_win(buf, true, {
    relative = is_seen and 'win' or 'cursor',
    win = is_seen and vim.api.nvim_get_current_win() or nil,
    bufpos = is_seen and { line - 1, 0 } or nil,
    row = 1,
    col = 0,
    width = math.max(20, math.min(72, vim.o.columns - 4)),
    height = math.max(1, math.min(6, math.floor(vim.o.lines / 3))),
    border = require('tempest.config').get().picker.border,
    title = (' %s '):format(how.title),
    title_pos = 'left',
    footer = ' <C-s> :w save   q leave ',
    footer_pos = 'right',
    style = 'minimal',
    zindex = 150,
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].winhighlight = require('tempest.highlight').float
  return buf, win
end

---Calls back with what was written, when it is saved; `done` tells whether that was taken.
---@param how tempest.CommentEditing
---@param callback fun(text: string, done: fun(taken: boolean))
function M.write(how, callback)
  require('tempest.highlight').ensure()
  local from = vim.api.nvim_get_current_win()
  local buf, win = open(how)
  local over = false
  local function close()
    if over then
      return
    end
    over = true
    vim.cmd.stopinsert()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
    if vim.api.nvim_win_is_valid(from) then
      vim.api.nvim_set_current_win(from)
    end
  end
  local function leave()
    if over then
      return
    end
    local text = vim.api.nvim_buf_is_valid(buf) and text_of(buf) or ''
    if text ~= '' and text ~= how.text then
      drafts[how.key] = text
    end
    close()
  end
  local function save()
    local text = text_of(buf)
    vim.bo[buf].modified = false
    -- After `:wq`, the window is closed by Neovim itself.
    vim.schedule(close)
    if text == '' or over then
      return
    end
    drafts[how.key] = text
    vim.schedule(function()
      callback(text, function(taken)
        if taken then
          drafts[how.key] = nil
        end
      end)
    end)
  end
  local function map(mode, keys, action, desc)
    vim.keymap.set(mode, keys, action, { buffer = buf, nowait = true, desc = 'Tempest: ' .. desc })
  end
  map({ 'n', 'i' }, '<C-s>', save, 'save the comment')
  map('n', 'q', leave, 'leave, the text is kept')
  map('n', '<Esc>', leave, 'leave, the text is kept')
  map({ 'n', 'i' }, '<C-c>', leave, 'leave, the text is kept')
  vim.api.nvim_create_autocmd('BufWriteCmd', { buffer = buf, callback = save })
  vim.api.nvim_create_autocmd('WinLeave', { buffer = buf, callback = leave })
  vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
  vim.cmd('startinsert!')
end

return M
