-- Requests to the daemon, by way of the host: a callback and a time limit for each.
local M = {}

---How long an answer may take in ms, unless the host says that it may take longer; as `patience.answer`
---of src/rpc/patience.ts.
local usual = 20000
---What this side waits longer than the host, which knows better what was late.
local grace = 2000

---@class tempest.Pending
---@field callback fun(failure?: tempest.Failure, value: any)
---@field method string
---@field timer uv.uv_timer_t

---@type table<integer, tempest.Pending>
local pending = {}
local last_id = 0

---@param id integer
---@param failure tempest.Failure|nil
---@param value any
local function finish(id, failure, value)
  local entry = pending[id]
  if not entry then
    return
  end
  pending[id] = nil
  entry.timer:stop()
  entry.timer:close()
  entry.callback(failure, value)
end

---@param id integer
---@param limit integer ms from now
local function watch(id, limit)
  local entry = pending[id]
  if not entry then
    return
  end
  entry.timer:start(
    limit + grace,
    0,
    vim.schedule_wrap(function()
      finish(id, { kind = 'timeout', message = entry.method .. ' gave no answer', hint = '' })
    end)
  )
end

---@param method string of docs/protocol
---@param params table
---@param callback fun(failure?: tempest.Failure, value: any) called exactly once, never at once
---@return fun() cancel
function M.request(method, params, callback)
  last_id = last_id + 1
  local id = last_id
  pending[id] = {
    callback = callback,
    method = method,
    timer = assert(vim.uv.new_timer()),
  }
  watch(id, usual)
  local channel, failure = require('tempest.host').ensure()
  local sent = channel
    and pcall(
      vim.rpcnotify,
      channel,
      'tempest_request',
      id,
      method,
      next(params) and params or vim.empty_dict()
    )
  if not sent then
    vim.schedule(function()
      finish(id, failure or { kind = 'host-gone', message = 'The Node process ended', hint = '' })
    end)
  end
  return function()
    if pending[id] and channel then
      pcall(vim.rpcnotify, channel, 'tempest_cancel', id)
    end
  end
end

---Waits for the answer, for completion and the like; the editor goes on meanwhile.
---@param method string
---@param params table
---@param limit integer ms
---@return any value nil when it failed or was late
function M.wait(method, params, limit)
  local done, result = false, nil
  M.request(method, params, function(_, value)
    done, result = true, value
  end)
  vim.wait(limit, function()
    return done
  end, 10)
  return result
end

---The host has a request that may take long, and gives it up after this time.
---@param taken { id: integer, limitMs: integer }
function M.taken(taken)
  watch(taken.id, taken.limitMs)
end

---@param reply tempest.Reply
function M.settle(reply)
  if reply.ok then
    local value = reply.value
    if value == vim.NIL then
      value = nil
    end
    finish(reply.id, nil, value)
  else
    finish(reply.id, reply.error, nil)
  end
end

---@param failure tempest.Failure
function M.fail_all(failure)
  for _, id in ipairs(vim.tbl_keys(pending)) do
    finish(id, failure)
  end
end

return M
