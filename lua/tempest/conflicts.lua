-- `:TempestConflicts`: which sessions would conflict, in the quickfix list.
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')

local M = {}

---@class tempest.Conflict
---@field session string
---@field with? string
---@field files string[]

---@param conflict tempest.Conflict
---@return vim.quickfix.entry[]
local function entries(conflict)
  local session = state.get(conflict.session)
  if not session then
    return {}
  end
  local other = conflict.with and state.get(conflict.with)
  local name = other and other.name or session.base.ref
  return vim.tbl_map(function(file)
    return {
      filename = session.worktree .. '/' .. file,
      lnum = 1,
      text = ('%s conflicts with %s'):format(session.name, name),
    }
  end, conflict.files)
end

---Asks for the forecast of the repository at hand; says so when there is no conflict.
function M.list()
  which.when_known(function()
    rpc.request('conflict/list', { repo = which.here() }, function(failure, result)
      if failure then
        message.failure(failure)
        return
      end
      local items = {}
      for _, conflict in ipairs(result.conflicts) do
        vim.list_extend(items, entries(conflict))
      end
      if #items == 0 then
        message.show('no conflicts')
        return
      end
      vim.fn.setqflist({}, ' ', { title = 'Tempest: conflicts', items = items })
      vim.cmd('botright copen')
    end)
  end)
end

return M
