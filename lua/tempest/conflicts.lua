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

---A pair of which nothing can be said.
---@class tempest.Incomparable
---@field session string
---@field with? string
---@field reason string

---@param pair tempest.Conflict|tempest.Incomparable
---@return tempest.Session|nil
---@return string name of the other session, or of the base
local function names(pair)
  local session = state.get(pair.session)
  local other = pair.with and state.get(pair.with)
  return session, other and other.name or session and session.base.ref or ''
end

---One side of a conflict may have removed the file, or renamed it.
---@param file string
---@param folders string[] the session's own first
---@return string
local function place(file, folders)
  for _, folder in ipairs(folders) do
    if vim.uv.fs_lstat(folder .. '/' .. file) then
      return folder .. '/' .. file
    end
  end
  return folders[1] .. '/' .. file
end

---@param conflict tempest.Conflict
---@return vim.quickfix.entry[]
local function entries(conflict)
  local session, name = names(conflict)
  if not session then
    return {}
  end
  local other = conflict.with and state.get(conflict.with)
  local folders = { session.worktree, other and other.worktree or session.repo }
  return vim.tbl_map(function(file)
    return {
      filename = place(file, folders),
      lnum = 1,
      text = ('%s conflicts with %s'):format(session.name, name),
    }
  end, conflict.files)
end

---@param pair tempest.Incomparable
---@return vim.quickfix.entry[]
local function unknown(pair)
  local session, name = names(pair)
  local text = "%s and %s can't be compared: %s"
  return session and { { type = 'W', text = text:format(session.name, name, pair.reason) } } or {}
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
      for _, pair in ipairs(result.incomparable) do
        vim.list_extend(items, unknown(pair))
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
