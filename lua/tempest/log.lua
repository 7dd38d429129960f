-- The output of a session's setup command, followed while it runs.
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local windows = require('tempest.windows')

local M = {}

---How often a log is read again while the setup runs, in ms.
local interval = 500

---@param buf integer
---@param text string
local function fill(buf, text)
  local lines = vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n')
  local before = vim.api.nvim_buf_line_count(buf)
  windows.set_lines(buf, text == '' and { 'This session has no setup output.' } or lines)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    -- Who stands at the end follows it; who reads further up stays there.
    if vim.api.nvim_win_get_cursor(win)[1] >= before then
      vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
    end
  end
end

---@param session tempest.Session
---@param buf integer
local function follow(session, buf)
  rpc.request('session/log', { session = session.id }, function(failure, log)
    if not vim.api.nvim_buf_is_valid(buf) then
      return
    end
    if failure then
      message.failure(failure)
      return
    end
    fill(buf, log.text)
    local now = state.get(session.id)
    if now and now.status == 'creating' then
      vim.defer_fn(function()
        if vim.api.nvim_buf_is_valid(buf) then
          follow(session, buf)
        end
      end, interval)
    end
  end)
end

---@param session tempest.Session
function M.open(session)
  local name = ('tempest://%s/log'):format(session.id)
  local existing = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{}\\') .. '$')
  if existing > 0 and vim.fn.win_findbuf(existing)[1] then
    vim.api.nvim_set_current_win(vim.fn.win_findbuf(existing)[1])
    follow(session, existing)
    return
  end
  local buf = windows.scratch(name)
  vim.b[buf].tempest_session = session.id
  vim.bo[buf].filetype = 'tempest_log'
  windows.open(buf, { layout = 'split', focus = true })
  vim.keymap.set('n', 'q', function()
    windows.close(vim.api.nvim_get_current_win())
  end, { buffer = buf, nowait = true, desc = 'Tempest: close the log' })
  follow(session, buf)
end

return M
