-- How a session stands: its status as it is shown, the icon of that, and what it does, asks, or was stopped by.
local config = require('tempest.config')

local M = {}

---@type table<string, string>
local groups = {
  creating = 'TempestCreating',
  starting = 'TempestCreating',
  working = 'TempestWorking',
  waiting = 'TempestWaiting',
  idle = 'TempestIdle',
  problem = 'TempestProblem',
  unseen = 'TempestUnseen',
  exited = 'TempestExited',
  closed = 'TempestClosed',
  failed = 'TempestFailed',
  removed = 'TempestTrash',
}

---@type table<string, string>
local problems = {
  ['api-error'] = 'API error',
  ['rate-limit'] = 'rate limit',
  login = 'login needed',
}

---@param problem tempest.Problem
---@return string
function M.problem(problem)
  local text = vim.trim((problem.text:gsub('%s+', ' ')))
  local kind = problems[problem.kind] or problem.kind
  return text == '' and kind or kind .. ': ' .. text
end

---What the session does, asks, or was stopped by.
---@param session tempest.Session
---@return string text '' when there is nothing to say
---@return string group
function M.doing(session)
  local status = M.status(session)
  if status == 'problem' then
    return M.problem(session.problem), 'TempestProblem'
  end
  local parts = {}
  if status == 'working' or status == 'waiting' then
    parts[1] = session.activity ~= '' and session.activity or nil
  end
  local helpers = session.subAgents or 0
  if helpers > 0 then
    parts[#parts + 1] = helpers == 1 and '1 sub-agent' or helpers .. ' sub-agents'
  end
  return table.concat(parts, ' · '), status == 'waiting' and 'TempestQuestion' or 'TempestActivity'
end

---The status to show, which tells `problem`, `unseen` and `removed` apart, too.
---@param session tempest.Session
---@return string
function M.status(session)
  if session.removed then
    return 'removed'
  end
  if session.status ~= 'idle' then
    return session.status
  end
  return session.problem and 'problem' or session.unseen and 'unseen' or 'idle'
end

---@param session tempest.Session
---@return string icon
---@return string highlight group
function M.icon(session)
  local status = M.status(session)
  return config.get().icons[status] or '?', groups[status] or 'Comment'
end

return M
