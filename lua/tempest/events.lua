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

---@param method string
---@param params table
function M.receive(method, params)
  if method == 'session/changed' then
    state.apply(params.session)
  elseif method == 'session/removed' then
    state.remove(params.id, params.revision)
  elseif method == '$/progress' then
    local listener = progress[params.token]
    if listener then
      listener(params.value)
    end
  end
end

return M
