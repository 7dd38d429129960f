-- The output of a session's setup command or check, followed while it runs.
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local windows = require('tempest.windows')

local M = {}

---@class tempest.LogKind
---@field method string
---@field name string of the buffer, after the session's id
---@field none string what stands there when nothing was said
---@field runs fun(session: tempest.Session): boolean

---@type table<'setup'|'check', tempest.LogKind>
local kinds = {
  setup = {
    method = 'session/log',
    name = 'log',
    none = 'This session has no setup output.',
    runs = function(session)
      return session.status == 'creating'
    end,
  },
  check = {
    method = 'check/log',
    name = 'check',
    none = 'There is no output of a check.',
    runs = function(session)
      return session.check ~= nil and session.check.state == 'running'
    end,
  },
}

---How often a log is read again while the command runs, in ms.
local interval = 500

---@param buf integer
---@param text string
---@param none string
local function fill(buf, text, none)
  local lines = vim.split((text:gsub('\r\n', '\n'):gsub('\n$', '')), '\n')
  local before = vim.api.nvim_buf_line_count(buf)
  windows.set_lines(buf, text == '' and { none } or lines)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    -- Who stands at the end follows it; who reads further up stays there.
    if vim.api.nvim_win_get_cursor(win)[1] >= before then
      vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
    end
  end
end

---@param session tempest.Session
---@param buf integer
---@param kind tempest.LogKind
local function follow(session, buf, kind)
  rpc.request(kind.method, { session = session.id }, function(failure, log)
    if not vim.api.nvim_buf_is_valid(buf) then
      return
    end
    if failure then
      message.failure(failure)
      return
    end
    fill(buf, log.text, kind.none)
    local now = state.get(session.id)
    if now and kind.runs(now) then
      vim.defer_fn(function()
        if vim.api.nvim_buf_is_valid(buf) then
          follow(session, buf, kind)
        end
      end, interval)
    end
  end)
end

---@param session tempest.Session
---@param of? 'setup'|'check' default: setup
function M.open(session, of)
  local kind = kinds[of or 'setup']
  local name = ('tempest://%s/%s'):format(session.id, kind.name)
  local existing = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{}\\') .. '$')
  if existing > 0 and vim.fn.win_findbuf(existing)[1] then
    vim.api.nvim_set_current_win(vim.fn.win_findbuf(existing)[1])
    follow(session, existing, kind)
    return
  end
  local buf = windows.scratch(name)
  vim.b[buf].tempest_session = session.id
  vim.bo[buf].filetype = 'tempest_log'
  windows.open(buf, { layout = 'split', focus = true })
  vim.keymap.set('n', 'q', function()
    windows.close(vim.api.nvim_get_current_win())
  end, { buffer = buf, nowait = true, desc = 'Tempest: close the log' })
  follow(session, buf, kind)
end

return M
