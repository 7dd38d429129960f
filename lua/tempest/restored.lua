-- What a session file of Neovim's (|:mksession|) brings back of our windows: only their names.
local state = require('tempest.state')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

---@param win integer
---@param session tempest.Session|nil whose terminal it had; nil: it had another page, or the session is gone
local function fill(win, session)
  if not vim.api.nvim_win_is_valid(win) then
    return
  elseif not session or not require('tempest.terminal.attach').is_running(session) then
    windows.close(win)
    return
  end
  local focus = vim.api.nvim_get_current_win() == win
  require('tempest.terminal').show(session, { win = win, focus = focus, layout = 'split' })
end

---Shows a session's terminal where it was; other pages of ours are closed.
---@param buf integer
local function read(buf)
  local id, page = vim.api.nvim_buf_get_name(buf):match('^tempest://([^/]+)/(.+)$')
  local wins = vim.fn.win_findbuf(buf)
  -- The name belongs to what is made now.
  for _, win in ipairs(wins) do
    vim.api.nvim_win_set_buf(win, windows.scratch())
  end
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_delete(buf, { force = true })
  end
  which.when_known(function()
    local session = id and state.get(id)
    local had_terminal = session and page == session.name
    for _, win in ipairs(wins) do
      fill(win, had_terminal and session or nil)
    end
  end)
end

---To be called once a session file was read, or a buffer by its name.
function M.look()
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_valid(buf) and windows.is_husk(buf) then
      read(buf)
    end
  end
end

return M
