-- Attaches a session's terminal to a buffer by running `tempest attach` in it.
local mode = require('tempest.terminal.mode')
local node = require('tempest.node')
local registry = require('tempest.terminal.registry')
local start = require('tempest.terminal.start')
local state = require('tempest.state')

local M = {}

---Pauses before another try to attach, in ms.
local pauses = { 100, 300, 1000, 3000 }
---An attachment that lasted this long was a good one, in ms.
local settled = 5000

---@type table<tempest.Status, boolean>
local running = { starting = true, working = true, waiting = true, idle = true }

---@param session tempest.Session
---@return boolean
function M.is_running(session)
  return running[session.status] == true
end

---@param terminal tempest.Terminal
---@return integer[]
local function windows_of(terminal)
  return terminal.buf and vim.fn.win_findbuf(terminal.buf) or {}
end

---@param win integer
local function dress(win)
  local set = vim.wo[win][0]
  set.number = false
  set.relativenumber = false
  set.signcolumn = 'no'
  set.statuscolumn = ''
  set.foldcolumn = '0'
  set.foldenable = false
  set.spell = false
  set.list = false
  set.cursorline = false
  set.cursorcolumn = false
  set.colorcolumn = ''
  set.scrolloff = 0
  set.sidescrolloff = 0
end

---@param terminal tempest.Terminal
---@param text string|nil
local function say(terminal, text)
  for _, win in ipairs(windows_of(terminal)) do
    vim.wo[win][0].winbar = text and (' ' .. text:gsub('%%', '%%%%')) or ''
  end
end

---The agent ended: its last screen stays, with a line above it that says what can be done.
---@param terminal tempest.Terminal
---@param text string
local function end_with(terminal, text)
  terminal.ended = true
  terminal.mode = 'n'
  if not terminal.buf or not vim.api.nvim_buf_is_valid(terminal.buf) then
    return
  end
  say(terminal, text)
  mode.leave(terminal)
  local function resume()
    require('tempest.actions').open_id(terminal.session)
  end
  for _, key in ipairs({ '<CR>', 'i', 'a', 'I', 'A' }) do
    vim.keymap.set('n', key, resume, { buffer = terminal.buf, desc = 'Tempest: resume the agent' })
  end
end

---@param terminal tempest.Terminal
local function on_exit(terminal)
  terminal.job = nil
  if vim.v.exiting ~= vim.NIL or terminal.detached then
    return
  end
  mode.leave(terminal)
  local lasted = vim.uv.now() - terminal.attached_at
  terminal.tries = lasted > settled and 1 or terminal.tries + 1
  local pause = pauses[terminal.tries]
  require('tempest.rpc').request(
    'session/get',
    { session = terminal.session },
    function(failure, session)
      if terminal.job or terminal.detached or not registry.find(terminal.session) then
        return
      end
      if session then
        state.apply(session)
      end
      if session and not M.is_running(session) then
        local why = session.reason ~= '' and session.reason or session.status
        end_with(terminal, ('%s: %s · <CR> resumes'):format(session.name, why))
      elseif pause and (session or (failure and failure.kind ~= 'unknown-session')) then
        vim.defer_fn(function()
          if not terminal.job and not terminal.detached then
            M.again(terminal)
          end
        end, pause)
      else
        local why = failure and failure.message or 'the terminal ended'
        end_with(terminal, why .. ' · <CR> tries again')
      end
    end
  )
end

---@param terminal tempest.Terminal
---@param win integer
local function run(terminal, win)
  local options = {
    cwd = node.root,
    on_exit = function(job)
      if terminal.job == job then
        on_exit(terminal)
      end
    end,
  }
  -- The terminal is the session's alone: no key leaves it, and Ctrl-] is the agent's.
  local command = { assert(node.find()), node.cli, 'attach', terminal.session, '--own-terminal' }
  vim.api.nvim_win_call(win, function()
    terminal.job = start(command, options)
  end)
end

---@param session string
---@param old integer|nil
---@param new integer
local function take_name(session, old, new)
  if old and vim.api.nvim_buf_is_valid(old) then
    vim.api.nvim_buf_delete(old, { force = true })
  end
  local known = state.get(session)
  local before = vim.api.nvim_buf_get_name(new)
  local name = ('tempest://%s/%s'):format(session, known and known.name or 'terminal')
  pcall(require('tempest.windows').name, new, name)
  -- Renaming leaves a buffer of the old name behind.
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if buf ~= new and vim.api.nvim_buf_get_name(buf) == before then
      vim.api.nvim_buf_delete(buf, { force = true })
    end
  end
end

---Attaches in a fresh buffer, which takes the place of the old one in all its windows and in `win`.
---@param terminal tempest.Terminal
---@param win integer
function M.into(terminal, win)
  local windows, old = windows_of(terminal), terminal.buf
  local buf = vim.api.nvim_create_buf(false, true)
  vim.b[buf].tempest_session = terminal.session
  vim.bo[buf].bufhidden = 'hide'
  if terminal.ended and require('tempest.config').get().terminal.insert then
    terminal.mode = 't'
  end
  terminal.detached, terminal.ended = false, false
  terminal.attached_at = vim.uv.now()
  terminal.buf = buf
  vim.api.nvim_win_set_buf(win, buf)
  for _, other in ipairs(windows) do
    vim.api.nvim_win_set_buf(other, buf)
    dress(other)
  end
  dress(win)
  say(terminal, nil)
  run(terminal, win)
  take_name(terminal.session, old, buf)
  vim.bo[buf].filetype = 'tempest_terminal'
  local session = state.get(terminal.session)
  if session then
    -- `gf` on a path that the agent names.
    vim.bo[buf].path = vim.fn.escape(session.worktree, ' ,\\') .. ',,'
  end
  mode.follow(terminal)
end

---Attaches again where the terminal is shown; elsewhere it waits until somebody looks.
---@param terminal tempest.Terminal
function M.again(terminal)
  local windows = windows_of(terminal)
  if #windows == 0 then
    M.detach(terminal)
    return
  end
  local here = require('tempest.windows').showing(terminal.buf)
  M.into(terminal, here[1] or windows[1])
end

---Ends the attachment; the session goes on. A buffer that no window shows is deleted.
---@param terminal tempest.Terminal
function M.detach(terminal)
  terminal.detached = true
  local job = terminal.job
  terminal.job = nil
  if job then
    vim.fn.jobstop(job)
  end
  if terminal.buf and #windows_of(terminal) == 0 then
    if vim.api.nvim_buf_is_valid(terminal.buf) then
      vim.api.nvim_buf_delete(terminal.buf, { force = true })
    end
    terminal.buf = nil
  end
end

M.dress = dress

return M
