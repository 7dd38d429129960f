-- Which session a command means: the one named, the one at hand, or the one that is picked.
local message = require('tempest.message')
local state = require('tempest.state')

local M = {}

---The path that stands for where the person is: the file at hand, else the working directory.
---@return string
function M.here()
  local name = vim.api.nvim_buf_get_name(0)
  if vim.bo.buftype == '' and name ~= '' and vim.uv.fs_stat(name) then
    return vim.fs.dirname(vim.uv.fs_realpath(name) or name)
  end
  return vim.uv.cwd() or '.'
end

---@param path string
---@param folder string
---@return boolean
local function inside(path, folder)
  return path == folder or vim.startswith(path, folder .. '/')
end

---The session of the current terminal, list row, tab page or file, without asking.
---@return tempest.Session|nil
function M.at_hand()
  local id = vim.b.tempest_session or vim.t.tempest_session
  local session = id and state.get(id)
  if session then
    return session
  end
  local here = M.here()
  for _, other in ipairs(state.list()) do
    if inside(here, other.worktree) then
      return other
    end
  end
end

---Sessions of the repository at hand first, then the others; each in the order given, by default the newest first.
---@param sessions? tempest.Session[] default: all that there are
---@return tempest.Session[]
function M.nearest_first(sessions)
  local here = M.here()
  local near, far = {}, {}
  for _, session in ipairs(sessions or state.list()) do
    local close = inside(here, session.repo) or inside(here, session.worktree)
    table.insert(close and near or far, session)
  end
  return vim.list_extend(near, far)
end

---@param name string an id, the beginning of one, or a name
---@return tempest.Session|nil
---@return string|nil problem
function M.named(name)
  local named, begins = {}, {}
  for _, session in ipairs(M.nearest_first()) do
    if session.id == name then
      return session
    elseif session.name == name then
      named[#named + 1] = session
    elseif vim.startswith(session.id, name) then
      begins[#begins + 1] = session
    end
  end
  local found = #named > 0 and named or begins
  if #found == 1 then
    return found[1]
  end
  if #found > 1 then
    local near = vim.tbl_filter(function(session)
      return inside(M.here(), session.repo)
    end, found)
    if #near == 1 then
      return near[1]
    end
    return nil, ('%s is the name of %d sessions: give an id'):format(name, #found)
  end
  return nil, ('there is no session %s'):format(name)
end

---@param sessions tempest.Session[]
---@param prompt string
---@param callback fun(session: tempest.Session)
function M.select(sessions, prompt, callback)
  vim.ui.select(sessions, {
    prompt = prompt,
    kind = 'tempest_session',
    format_item = function(session)
      local what = session.removed and 'removed' or session.status
      return ('%s  %s  %s'):format(session.name, what, session.branch)
    end,
  }, function(session)
    if session then
      callback(session)
    end
  end)
end

---Calls back with the session that is meant; says so when there is none.
---@param name string '' for the one at hand
---@param callback fun(session: tempest.Session)
function M.find(name, callback)
  M.when_known(function()
    if name ~= '' then
      local session, problem = M.named(name)
      if session then
        callback(session)
      else
        message.warn(problem or 'no such session')
      end
      return
    end
    local session = M.at_hand()
    local all = M.nearest_first()
    if session or #all == 1 then
      callback(session or all[1])
    elseif #all == 0 then
      message.warn('no sessions yet: start one with :TempestNew')
    else
      M.select(all, 'Session', callback)
    end
  end)
end

---Calls back once the list of sessions is there, starting what must run for it.
---@param callback fun()
function M.when_known(callback)
  if state.known and state.connected then
    callback()
    return
  end
  -- The host sends the list before it answers anything.
  require('tempest.rpc').request('daemon/status', {}, function(failure)
    if failure then
      message.failure(failure)
    else
      callback()
    end
  end)
end

return M
