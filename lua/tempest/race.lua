-- `:TempestRace`: several agents on one prompt, each in a session of its own.
local creation = require('tempest.creation')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')

local M = {}

---@class tempest.RaceRequest
---@field prompt string
---@field agents? string with commas between them
---@field count? string
---@field name? string
---@field base? string
---@field context? string

---@class tempest.Attempt
---@field agent? string
---@field session? tempest.Session
---@field error? tempest.Failure

---@param result { group: tempest.Group, attempts: tempest.Attempt[] }
local function tell(result)
  local started, problems = 0, {}
  for index, attempt in ipairs(result.attempts) do
    if attempt.session then
      started = started + 1
      state.apply(attempt.session)
    elseif attempt.error then
      local who = attempt.agent and (' (%s)'):format(attempt.agent) or ''
      problems[#problems + 1] = ('attempt %d%s: %s'):format(index, who, attempt.error.message)
    end
  end
  local label = result.group.label
  message.show(('%d at work; :TempestCompare %s compares them'):format(started, label))
  for _, problem in ipairs(problems) do
    message.warn(problem)
  end
end

---@param request tempest.RaceRequest
function M.run(request)
  local agents = vim.split(request.agents or '', ',', { trimempty = true })
  local count = tonumber(request.count or math.max(2, #agents))
  if not count or count < 1 or count > 50 or count % 1 ~= 0 then
    message.warn('-n takes a number from 1 to 50')
    return
  end
  local path = which.here()
  local function failed(failure)
    message.failure(failure)
  end
  creation.make_ready(path, failed, function()
    local params = {
      repo = path,
      prompt = request.prompt,
      count = count,
      agents = agents,
      name = request.name,
      base = request.base,
      context = request.context,
      env = creation.environment(),
    }
    message.show(('starting %d sessions'):format(count))
    rpc.request('group/race', params, function(failure, result)
      if failure then
        failed(failure)
      else
        tell(result)
      end
    end)
  end)
end

return M
