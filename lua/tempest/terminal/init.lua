-- Shows and hides the terminals of sessions.
local attach = require('tempest.terminal.attach')
local config = require('tempest.config')
local presence = require('tempest.focus')
local mode = require('tempest.terminal.mode')
local registry = require('tempest.terminal.registry')
local state = require('tempest.state')
local windows = require('tempest.windows')

local M = {}

---@param win integer
---@param layout 'split'|'vsplit'|'tab'|'float'
---@param session tempest.Session
local function settle_in(win, layout, session)
  vim.w[win].tempest_session = session.id
  if layout ~= 'tab' then
    return
  end
  -- In the session's own tab page everything belongs to its worktree; elsewhere nothing does.
  vim.api.nvim_tabpage_set_var(vim.api.nvim_win_get_tabpage(win), 'tempest_session', session.id)
  if vim.fn.isdirectory(session.worktree) == 1 then
    vim.api.nvim_win_call(win, function()
      vim.cmd.tcd({ args = { vim.fn.fnameescape(session.worktree) }, mods = { silent = true } })
    end)
  end
end

---@param terminal tempest.Terminal
---@return integer|nil win of any tab page, that of the current one first
local function window_of(terminal)
  if not terminal.buf or not vim.api.nvim_buf_is_valid(terminal.buf) then
    return nil
  end
  return windows.showing(terminal.buf)[1] or vim.fn.win_findbuf(terminal.buf)[1]
end

---@class tempest.Show
---@field layout? tempest.Layout
---@field focus? boolean default true
---@field win? integer put it into this window

---Shows the session's terminal, attaching it when it isn't; the agent must run or have run.
---@param session tempest.Session
---@param how? tempest.Show
---@return integer win
function M.show(session, how)
  how = how or {}
  local focus = how.focus ~= false
  local terminal = registry.get(session.id)
  registry.last = session.id
  M.watch()
  local win = how.win or window_of(terminal)
  if win and windows.is_hidden(win) then
    vim.api.nvim_win_set_config(win, { hide = false })
  end
  if not win then
    terminal.layout = how.layout or terminal.layout
    local layout = windows.layout(terminal.layout)
    local place = terminal.buf or windows.scratch()
    win = windows.open(place, { layout = layout, focus = focus, title = session.name })
    settle_in(win, layout, session)
  elseif how.win then
    terminal.layout = how.layout or terminal.layout
    settle_in(win, windows.layout(terminal.layout), session)
  end
  if focus then
    vim.api.nvim_set_current_win(win)
  end
  if terminal.detached or terminal.ended or not terminal.buf then
    attach.into(terminal, win)
  else
    attach.dress(win)
  end
  mode.restore_view(terminal, win)
  if focus then
    M.looked(terminal)
    mode.resume(terminal)
  end
  return win
end

---@param win integer
---@param terminal tempest.Terminal
local function hide(win, terminal)
  registry.last = terminal.session
  mode.save_view(terminal, win)
  if windows.is_float(win) then
    if vim.api.nvim_get_current_win() == win then
      vim.cmd.wincmd('p')
    end
    if vim.api.nvim_get_current_win() ~= win then
      vim.api.nvim_win_set_config(win, { hide = true })
      M.review()
      return
    end
  end
  windows.close(win)
end

---Hides the terminal at hand, or shows the last one.
function M.toggle()
  local current = registry.of_buffer(vim.api.nvim_get_current_buf())
  if current then
    hide(vim.api.nvim_get_current_win(), current)
    return
  end
  local last = registry.last and registry.find(registry.last)
  local shown = last and last.buf and windows.showing(last.buf)[1]
  if last and shown then
    hide(shown, last)
    return
  end
  require('tempest.which').find(registry.last or '', function(session)
    require('tempest.actions').open(session, {})
  end)
end

---The person looks at this terminal now.
---@param terminal tempest.Terminal
function M.looked(terminal)
  registry.last = terminal.session
  local session = state.get(terminal.session)
  if session and session.unseen and presence.has then
    require('tempest.rpc').request('session/seen', { session = session.id }, function() end)
  end
end

local watching = false
---@type table<string, uv.uv_timer_t>
local leaving = {}

---Detaches what nobody sees any more, after a while; attaches again what is seen.
function M.review()
  for id, terminal in pairs(registry.all()) do
    local seen = terminal.buf
      and vim.api.nvim_buf_is_valid(terminal.buf)
      and windows.showing(terminal.buf)[1]
    if seen then
      if leaving[id] then
        leaving[id]:stop()
        leaving[id] = nil
      end
      if terminal.detached then
        attach.into(terminal, seen)
        mode.restore_view(terminal, seen)
        mode.resume(terminal)
      end
    elseif not terminal.detached and not leaving[id] then
      leaving[id] = vim.defer_fn(function()
        leaving[id] = nil
        if registry.find(id) == terminal and not terminal.detached then
          attach.detach(terminal)
        end
      end, config.get().terminal.detach_after)
    end
  end
end

---@param id string
local function on_change(id)
  local terminal = registry.find(id)
  if not terminal then
    return
  end
  local session = state.get(id)
  if not session then
    M.drop(terminal)
  elseif terminal.ended and attach.is_running(session) then
    attach.again(terminal)
  elseif terminal.buf and session.unseen and vim.api.nvim_get_current_buf() == terminal.buf then
    M.looked(terminal)
  end
end

---The session is gone: so are its windows, except one that is Neovim's last.
---@param terminal tempest.Terminal
function M.drop(terminal)
  registry.forget(terminal.session)
  local buf = terminal.buf
  for _, win in ipairs(buf and vim.fn.win_findbuf(buf) or {}) do
    windows.close(win)
  end
  attach.detach(terminal)
end

function M.watch()
  if watching then
    return
  end
  watching = true
  state.subscribe(on_change)
  local group = vim.api.nvim_create_augroup('tempest_terminal', {})
  vim.api.nvim_create_autocmd({ 'WinClosed', 'BufWinEnter', 'BufWinLeave' }, {
    group = group,
    callback = function()
      vim.schedule(M.review)
    end,
  })
  -- At once: a key typed into a terminal that is detached would be lost.
  vim.api.nvim_create_autocmd('TabEnter', { group = group, callback = M.review })
  vim.api.nvim_create_autocmd('WinLeave', {
    group = group,
    callback = function()
      local terminal = registry.of_buffer(vim.api.nvim_get_current_buf())
      if terminal then
        mode.save_view(terminal, vim.api.nvim_get_current_win())
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinResized', {
    group = group,
    callback = function()
      -- Neovim 0.10 leaves one that was narrow scrolled to where its cursor was.
      local resized = vim.tbl_contains(vim.v.event.windows, vim.api.nvim_get_current_win())
      if resized and registry.of_buffer(vim.api.nvim_get_current_buf()) then
        vim.fn.winrestview({ leftcol = 0 })
      end
    end,
  })
  presence.watch()
  vim.api.nvim_create_autocmd('FocusGained', {
    group = group,
    callback = function()
      local terminal = registry.of_buffer(vim.api.nvim_get_current_buf())
      if terminal then
        M.looked(terminal)
      end
    end,
  })
end

return M
