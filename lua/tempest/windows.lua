-- Opens windows by the name of a layout, and closes them without leaving a hole.
local config = require('tempest.config')

local M = {}

---@param layout? tempest.Layout
---@return 'split'|'vsplit'|'tab'|'float'
function M.layout(layout)
  local wanted = layout or config.get().layout
  if wanted == 'auto' then
    return vim.o.columns >= 160 and 'vsplit' or 'split'
  end
  return wanted --[[@as 'split'|'vsplit'|'tab'|'float']]
end

---@param share number above 1: cells, else a share of the whole
---@param whole integer
---@return integer
function M.part(share, whole)
  local cells = share > 1 and share or share * whole
  return math.max(1, math.min(whole, math.floor(cells)))
end

---@return integer lines between tab line and command line
local function room()
  return vim.o.lines - vim.o.cmdheight - 1
end

---The size that a terminal will have, before its window is there.
---@param layout? tempest.Layout
---@return integer cols
---@return integer rows
function M.estimate(layout)
  local kind, size = M.layout(layout), config.get().terminal.size
  local cols, rows = vim.o.columns, room()
  if kind == 'vsplit' then
    cols = M.part(size, cols)
  elseif kind == 'split' then
    rows = M.part(size, rows)
  elseif kind == 'float' then
    cols, rows = M.part(0.8, cols), M.part(0.8, rows)
  end
  return math.max(2, cols), math.max(1, rows)
end

---@param layout? tempest.Layout
---@return vim.api.keyset.win_config
function M.float_config(layout)
  local cols, rows = M.estimate(layout or 'float')
  return {
    relative = 'editor',
    width = cols,
    height = rows,
    col = math.floor((vim.o.columns - cols) / 2),
    row = math.max(0, math.floor((room() - rows) / 2)),
    border = config.get().picker.border,
  }
end

---@param buf integer
---@param how { layout?: tempest.Layout, focus: boolean, title?: string }
---@return integer win
local function open(buf, how)
  local kind = M.layout(how.layout)
  local cols, rows = M.estimate(kind)
  if kind == 'vsplit' then
    return vim.api.nvim_open_win(buf, how.focus, { split = 'right', win = -1, width = cols })
  elseif kind == 'split' then
    return vim.api.nvim_open_win(buf, how.focus, { split = 'below', win = -1, height = rows })
  elseif kind == 'float' then
    local float = M.float_config()
    float.title = how.title and (' %s '):format(how.title)
    float.title_pos = how.title and 'center'
    return vim.api.nvim_open_win(buf, how.focus, float)
  end
  local from = vim.api.nvim_get_current_tabpage()
  vim.cmd(('tab sbuffer %d'):format(buf))
  local win = vim.api.nvim_get_current_win()
  if not how.focus then
    vim.api.nvim_set_current_tabpage(from)
  end
  return win
end

---@param win integer
---@return boolean
function M.is_float(win)
  return vim.api.nvim_win_get_config(win).relative ~= ''
end

---@param buf integer
---@param how { layout?: tempest.Layout, focus: boolean, title?: string }
---@return integer win
function M.open(buf, how)
  local from = vim.api.nvim_get_current_win()
  local win = open(buf, how)
  if not M.is_float(from) then
    vim.w[win].tempest_from = from
  end
  return win
end

---@param win integer
---@return boolean
function M.is_hidden(win)
  return vim.api.nvim_win_get_config(win).hide == true
end

---Windows of the current tab page in which the buffer can be seen.
---@param buf integer
---@return integer[]
function M.showing(buf)
  return vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_buf(win) == buf and not M.is_hidden(win)
  end, vim.api.nvim_tabpage_list_wins(0))
end

---Closes a window; the last one of Neovim shows an empty buffer instead.
---@param win integer
function M.close(win)
  if not vim.api.nvim_win_is_valid(win) then
    return
  end
  -- Neovim may go to another window than the one that the person came from.
  local from = vim.w[win].tempest_from
  local tab = vim.api.nvim_win_get_tabpage(win)
  local left = win == vim.api.nvim_get_current_win() and from
  if left and vim.tbl_contains(vim.api.nvim_tabpage_list_wins(tab), from) then
    vim.api.nvim_set_current_win(from)
  end
  if not pcall(vim.api.nvim_win_close, win, true) then
    local alternate = vim.api.nvim_win_call(win, function()
      return vim.fn.bufnr('#')
    end)
    local buf = alternate > 0 and vim.bo[alternate].buflisted and alternate
    vim.api.nvim_win_set_buf(win, buf or vim.api.nvim_create_buf(true, false))
  end
end

---Whether a session file of Neovim's has left it, with a name of ours and nothing in it.
---@param buf integer
---@return boolean
function M.is_husk(buf)
  return vim.bo[buf].buftype ~= 'terminal'
    and vim.startswith(vim.api.nvim_buf_get_name(buf), 'tempest://')
    and vim.api.nvim_buf_line_count(buf) <= 1
    and (vim.api.nvim_buf_get_lines(buf, 0, 1, false)[1] or '') == ''
end

---Gives the buffer its name, also where a husk has it.
---@param buf integer
---@param name string
function M.name(buf, name)
  for _, other in ipairs(vim.api.nvim_list_bufs()) do
    if other ~= buf and vim.api.nvim_buf_get_name(other) == name and M.is_husk(other) then
      vim.api.nvim_buf_delete(other, { force = true })
    end
  end
  vim.api.nvim_buf_set_name(buf, name)
end

---A scratch buffer that vanishes with its last window.
---@param name? string
---@return integer buf
function M.scratch(name)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  if name then
    M.name(buf, name)
  end
  return buf
end

---@param buf integer
---@param lines string[]
function M.set_lines(buf, lines)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
end

return M
