-- The conflict forecast for whoever watches: asked for when the watching begins; the daemon tells when it has changed.
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')

local M = {}

---@class tempest.Clash
---@field name string of the other session, or of the base
---@field files string[]

---By repository, as they were last told.
---@type table<string, tempest.Conflict[]>
local known = {}

---@type table<fun(), true>
local watchers = {}

---@param session tempest.Session
---@return tempest.Clash[]
function M.of(session)
  local clashes = {}
  for _, conflict in ipairs(known[session.repo] or {}) do
    local other
    if conflict.session == session.id then
      other = conflict.with and state.get(conflict.with) or not conflict.with and session.base.ref
    elseif conflict.with == session.id then
      other = state.get(conflict.session)
    end
    if other then
      local name = type(other) == 'string' and other or other.name
      clashes[#clashes + 1] = { name = name, files = conflict.files }
    end
  end
  return clashes
end

---@param told { repo: string, conflicts: tempest.Conflict[] }
function M.receive(told)
  if vim.deep_equal(known[told.repo], told.conflicts) then
    return
  end
  known[told.repo] = told.conflicts
  for changed in pairs(watchers) do
    changed()
  end
end

---@param changed fun() called when the forecast has changed
---@return fun() stop
function M.watch(changed)
  watchers[changed] = true
  which.when_known(function()
    local asked = {}
    for _, session in ipairs(state.list()) do
      local repo = session.repo
      if watchers[changed] and not asked[repo] then
        asked[repo] = true
        -- Nobody asked by hand: after a failure what was known stays until the daemon tells more.
        rpc.request('conflict/list', { repo = repo }, function(failure, result)
          if not failure then
            M.receive({ repo = repo, conflicts = result.conflicts })
          end
        end)
      end
    end
  end)
  return function()
    watchers[changed] = nil
  end
end

return M
