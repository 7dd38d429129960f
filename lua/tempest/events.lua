-- The daemon's notifications, sent to whom they concern.
local state = require('tempest.state')

local M = {}

---@type table<string|integer, fun(value: tempest.ProgressValue)>
local progress = {}
local last_token = 0

---@param listener fun(value: tempest.ProgressValue)
---@return string token to send along as `progressToken`
---@return fun() stop
function M.on_progress(listener)
  last_token = last_token + 1
  local token = ('nvim-%d-%d'):format(vim.fn.getpid(), last_token)
  progress[token] = listener
  return token, function()
    progress[token] = nil
  end
end

---@type fun(session: string)[]
local reviewers = {}

---@param listener fun(session: string) called when something was marked or said in a session's review
function M.on_review(listener)
  reviewers[#reviewers + 1] = listener
end

---@param method string
---@param params table
function M.receive(method, params)
  if method == 'session/changed' then
    state.apply(params.session)
  elseif method == 'session/removed' then
    state.remove(params.id, params.revision)
  elseif method == 'review/changed' then
    for _, listener in ipairs(reviewers) do
      listener(params.session)
    end
  elseif method == 'conflict/changed' then
    require('tempest.forecast').receive(params)
  elseif method == '$/progress' then
    local listener = progress[params.token]
    if listener then
      listener(params.value)
    end
  end
end

return M
