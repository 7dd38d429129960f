-- `:TempestCheck`: runs the repository's check in a session's worktree, and tells how it ended.
local confirm = require('tempest.confirm')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')

local M = {}

---@param check tempest.Check
---@return string as in "its check …"
function M.result(check)
  local text = ({
    running = 'runs',
    passed = 'passed',
    failed = 'failed',
    cancelled = 'was cancelled',
  })[check.state]
  if check.state == 'failed' and check.code then
    text = ('%s with code %d'):format(text, check.code)
  end
  return check.stale and text .. ', before the last changes' or text
end

---Tells the end of the check that runs now, once.
---@param id string
local function tell_end(id)
  local stop
  stop = state.subscribe(function(changed)
    local session = state.get(id)
    if not session then
      stop()
    elseif changed == id and session.check and session.check.state ~= 'running' then
      stop()
      local failed = session.check.state == 'failed'
      local text = ('%s: its check %s'):format(session.name, M.result(session.check))
      if failed then
        message.warn(text .. '; :TempestCheckLog shows why')
      else
        message.show(text)
      end
    end
  end)
end

---@param session tempest.Session
---@param check tempest.Command
local function approve(session, check)
  local lines = { 'The work of sessions is checked by this command,', 'from .tempest.toml:', '' }
  vim.list_extend(lines, vim.split(vim.trim(check.command), '\n'))
  local question = { title = 'Run this check?', lines = lines, yes = 'approve it' }
  confirm.ask(question, function(yes)
    if not yes then
      return
    end
    local params = { path = check.from, hash = check.hash }
    rpc.request('repo/approve', params, function(failure)
      if failure then
        message.failure(failure)
      else
        M.run(session)
      end
    end)
  end)
end

---Shows the command, and runs it once it is approved.
---@param session tempest.Session
local function ask(session)
  rpc.request('check/command', { session = session.id }, function(failure, result)
    if failure then
      message.failure(failure)
    elseif result.check then
      approve(session, result.check)
    end
  end)
end

---@param session tempest.Session
function M.run(session)
  local params = {
    session = session.id,
    wait = false,
    env = require('tempest.creation').environment(),
  }
  rpc.request('session/check', params, function(failure, checked)
    if failure and failure.kind == 'check-unapproved' then
      ask(session)
    elseif failure then
      message.failure(failure)
    else
      tell_end(session.id)
      state.apply(checked)
      local now = state.get(session.id)
      if now and now.check and now.check.state == 'running' then
        message.show(session.name .. ': its check runs')
      end
    end
  end)
end

---@param session tempest.Session
function M.cancel(session)
  rpc.request('check/cancel', { session = session.id }, function(failure, cancelled)
    if failure then
      message.failure(failure)
    else
      state.apply(cancelled)
    end
  end)
end

return M
