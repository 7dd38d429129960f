-- The host process: a remote plugin host of our own, started on first use, again when it dies.
local message = require('tempest.message')
local node = require('tempest.node')

local M = {}

---Pauses before the host is started again, in ms; after the last one only a command tries.
local pauses = { 0, 500, 2000, 5000 }
---A host that lived this long was not failing to start, in ms.
local settled = 20000

---@class tempest.Host
---@field channel? integer
---@field started_at integer
---@field failures integer
---@field registered boolean
---@field stderr string[]
---@field refused? tempest.Failure why it can't be started at all
local host = { started_at = 0, failures = 0, registered = false, stderr = {} }

---Milliseconds of a clock that never steps back.
---@return integer
local function now()
  return math.floor(vim.uv.hrtime() / 1e6)
end

---Neovim waits for its children when it ends: one that is started then would keep it for ever.
---@return boolean
local function is_exiting()
  return vim.v.exiting ~= vim.NIL
end

---@param code integer
local function on_exit(_, code)
  local lived = now() - host.started_at
  host.channel = nil
  if is_exiting() then
    return
  end
  vim.fn['remote#host#RegisterClone']('tempest', 'tempest')
  require('tempest.rpc').fail_all({
    kind = 'host-gone',
    message = 'The Node process of Tempest ended',
    hint = 'It is started again by itself',
  })
  require('tempest.state').disconnected()
  host.failures = lived > settled and 1 or host.failures + 1
  if host.failures == 1 and lived > 1000 then
    message.once('host', 'the Node process ended; it is started again')
  end
  -- One that ends at once is most likely a Node that can't read the program.
  local path = lived < 2000 and host.failures == 1 and node.find()
  local failure = path and node.too_old(path) or nil
  local pause = pauses[host.failures]
  if pause and not failure then
    vim.defer_fn(function()
      M.channel()
    end, pause)
    return
  end
  message.again('host')
  host.refused = failure
    or {
      kind = 'host-gone',
      message = ('The Node process fails to start (exit %d)'):format(code),
      hint = host.stderr[#host.stderr] or 'See :checkhealth tempest',
    }
  message.failure(host.refused)
end

---The factory that `remote#host#Require()` calls.
---@return integer channel
local function start()
  local path = assert(node.find())
  host.started_at = now()
  host.stderr = {}
  return vim.fn.jobstart({ path, node.host, '--serve' }, {
    rpc = true,
    cwd = '/',
    on_exit = on_exit,
    on_stderr = function(_, lines)
      for _, line in ipairs(lines) do
        if line ~= '' then
          host.stderr[#host.stderr + 1] = line
        end
      end
      while #host.stderr > 100 do
        table.remove(host.stderr, 1)
      end
    end,
  })
end

---Registers a host named tempest, never `node`: that name belongs to the person's own provider.
local function register()
  if host.registered then
    return
  end
  vim.fn['remote#host#Register']('tempest', '*', start)
  vim.fn['remote#host#RegisterPlugin']('tempest', node.root .. '/rplugin/node/tempest', {
    { type = 'function', name = 'TempestHostInfo', sync = true, opts = vim.empty_dict() },
  })
  host.registered = true
end

---The running host's channel; starts it when there is none.
---@return integer|nil channel
---@return tempest.Failure|nil
function M.channel()
  if host.channel then
    return host.channel
  end
  if is_exiting() then
    return nil, { kind = 'host-gone', message = 'Neovim is ending', hint = '' }
  end
  local path, missing = node.find()
  local failure = missing or node.unbuilt()
  if failure or not path then
    return nil, failure
  end
  register()
  local ok, channel = pcall(vim.fn['remote#host#Require'], 'tempest')
  if not ok or channel <= 0 then
    return nil,
      { kind = 'host-gone', message = 'Node could not be started', hint = tostring(channel) }
  end
  host.channel = channel
  return channel
end

---Starts the host if need be, also after it was given up.
---@return integer|nil channel
---@return tempest.Failure|nil
function M.ensure()
  if not host.channel and host.refused then
    host.refused = nil
    host.failures = #pauses
  end
  return M.channel()
end

---Whether the host runs; never starts it.
---@return boolean
function M.is_running()
  return host.channel ~= nil
end

---What the host wrote last, for the health check.
---@return string[]
function M.stderr()
  return host.stderr
end

---@type table<string, fun(message: any)>
local on = {
  taken = function(taken)
    require('tempest.rpc').taken(taken)
  end,
  reply = function(reply)
    require('tempest.rpc').settle(reply)
  end,
  event = function(event)
    require('tempest.events').receive(event.method, event.params)
  end,
  up = function(up)
    require('tempest.attention').watch()
    require('tempest.label').watch()
    host.failures = 0
    message.again('daemon')
    message.again('host')
    require('tempest.state').replace(up.sessions, up.revision, up.version)
    require('tempest.comments.watch').start()
    require('tempest.focus').watch()
    require('tempest.focus').tell()
  end,
  down = function(down)
    require('tempest.state').disconnected()
    if down.error then
      message.failure(down.error)
    else
      message.once('daemon', 'the daemon is gone; it is started again')
    end
  end,
}

---Called by the host process with everything that happened since its last call.
---@param batch table[]
function M.receive(batch)
  for _, item in ipairs(batch) do
    local ok, problem = xpcall(on[item.kind], debug.traceback, item)
    if not ok then
      message.failure({ kind = 'internal', message = tostring(problem), hint = '' })
    end
  end
end

return M
