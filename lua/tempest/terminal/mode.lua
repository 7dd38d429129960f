-- Terminal mode or normal mode, remembered for each terminal, and where the person was reading.
local registry = require('tempest.terminal.registry')

local M = {}

---How long an attached terminal may take to draw its scrollback, in ms: long, for a busy machine.
local patience = 30000

---@param buf integer
---@return boolean
local function is_current(buf)
  return vim.api.nvim_get_current_buf() == buf
end

---Goes on in the mode in which the terminal was left.
---@param terminal tempest.Terminal
function M.resume(terminal)
  vim.schedule(function()
    if not terminal.buf or not is_current(terminal.buf) or terminal.ended then
      return
    end
    local mode = vim.api.nvim_get_mode().mode
    if terminal.mode == 't' and (mode == 'n' or mode == 'nt') then
      vim.cmd.startinsert()
    end
  end)
end

---A key pressed in the terminal mode of a finished job would delete the buffer.
---@param terminal tempest.Terminal
function M.leave(terminal)
  if is_current(terminal.buf) and vim.api.nvim_get_mode().mode == 't' then
    vim.cmd.stopinsert()
  end
end

---@param terminal tempest.Terminal
---@param win integer
function M.save_view(terminal, win)
  if terminal.mode == 't' or not vim.api.nvim_win_is_valid(win) then
    terminal.view = nil
    return
  end
  terminal.view = vim.api.nvim_win_call(win, vim.fn.winsaveview)
end

---Scrolls back to where the person was, once the lines are there again.
---@param terminal tempest.Terminal
---@param win integer
function M.restore_view(terminal, win)
  local view, buf = terminal.view, terminal.buf
  if not view or not buf or terminal.mode == 't' then
    return
  end
  terminal.view = nil
  local function restore()
    if vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_buf(win) == buf then
      vim.api.nvim_win_call(win, function()
        vim.fn.winrestview(view)
      end)
    end
  end
  if vim.api.nvim_buf_line_count(buf) >= view.lnum then
    restore()
    return
  end
  local deadline = vim.uv.now() + patience
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      -- Who types has gone on by now.
      if vim.uv.now() > deadline or terminal.mode == 't' then
        return true
      end
      if vim.api.nvim_buf_line_count(buf) >= view.lnum then
        vim.schedule(restore)
        return true
      end
    end,
  })
end

---Remembers the mode from now on.
---@param terminal tempest.Terminal
function M.follow(terminal)
  local buf = assert(terminal.buf)
  local function on(event, callback)
    vim.api.nvim_create_autocmd(event, { buffer = buf, callback = callback })
  end
  on('TermEnter', function()
    terminal.mode = 't'
  end)
  on('TermLeave', function()
    -- Keys of one mapping, such as `<C-\><C-n><C-w>h`, are through before this runs: who leaves
    -- the window that way has not chosen normal mode for it.
    vim.schedule(function()
      local stayed = registry.find(terminal.session) == terminal and terminal.buf == buf
      if stayed and is_current(buf) and vim.api.nvim_get_mode().mode ~= 't' then
        terminal.mode = 'n'
      end
    end)
  end)
  on({ 'BufEnter', 'WinEnter' }, function()
    require('tempest.terminal').looked(terminal)
    M.resume(terminal)
  end)
end

return M
