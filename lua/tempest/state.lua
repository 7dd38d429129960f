-- What is known of the sessions: fed by events, ordered by revision, told on only when it changes.
local M = {}

---@type table<string, tempest.Session>
local sessions = {}
---Ids that were removed, with the revision at which; a late event must not bring them back.
---@type table<string, integer>
local gone = {}
---@type fun(id: string)[]
local listeners = {}

---@type boolean
M.connected = false
---Whether the list was ever received.
---@type boolean
M.known = false
---@type string|nil
M.daemon_version = nil

---@param event string
---@param data table
local function fire(event, data)
  vim.api.nvim_exec_autocmds('User', { pattern = event, modeline = false, data = data })
end

---@param id string
---@param before tempest.Session|nil
local function changed(id, before)
  local session = sessions[id]
  for _, listener in ipairs(vim.list_slice(listeners)) do
    listener(id)
  end
  fire('TempestSessionChanged', { id = id, session = session, before = before })
  local wants = session and session.attention
  local wanted = before and before.attention
  -- Each change has a rank of its own.
  if wants and M.known and not (wanted and wanted.rank == wants.rank) then
    fire('TempestAttention', { id = id, session = session, reason = wants.reason })
  end
end

---@param a tempest.Session
---@param b tempest.Session
---@return boolean
local function differs(a, b)
  local left, right = vim.deepcopy(a), vim.deepcopy(b)
  left.revision, right.revision = 0, 0
  return not vim.deep_equal(left, right)
end

---@param session tempest.Session
function M.apply(session)
  local before = sessions[session.id]
  if before and before.revision >= session.revision then
    return
  end
  if (gone[session.id] or -1) >= session.revision then
    return
  end
  if session.removed then
    M.remove(session.id, session.revision)
    return
  end
  sessions[session.id] = session
  if not before or differs(before, session) then
    changed(session.id, before)
  end
end

---@param id string
---@param revision integer
function M.remove(id, revision)
  local before = sessions[id]
  gone[id] = math.max(gone[id] or -1, revision)
  if before and before.revision <= revision then
    sessions[id] = nil
    changed(id, before)
  end
end

---The whole list, after a connection was made: it replaces what was known.
---@param list tempest.Session[]
---@param _ integer
---@param version string
function M.replace(list, _, version)
  M.connected = true
  M.daemon_version = version
  local before = sessions
  sessions, gone = {}, {}
  for _, session in ipairs(list) do
    sessions[session.id] = session
  end
  for id, old in pairs(before) do
    if not sessions[id] then
      changed(id, old)
    end
  end
  for id, session in pairs(sessions) do
    local old = before[id]
    if not old or differs(old, session) then
      changed(id, old)
    end
  end
  M.known = true
  fire('TempestConnected', { version = version })
end

function M.disconnected()
  if M.connected then
    M.connected = false
    for _, listener in ipairs(vim.list_slice(listeners)) do
      listener('')
    end
  end
end

---@param id string
---@return tempest.Session|nil
function M.get(id)
  return sessions[id]
end

---@param repo? string only those of this repository
---@return tempest.Session[] the newest first
function M.list(repo)
  local list = {}
  for _, session in pairs(sessions) do
    if not repo or session.repo == repo then
      list[#list + 1] = session
    end
  end
  table.sort(list, function(a, b)
    if a.createdAt ~= b.createdAt then
      return a.createdAt > b.createdAt
    end
    return a.id < b.id
  end)
  return list
end

---@param listener fun(id: string) called after each change, with '' when it concerns no session
---@return fun() unsubscribe
function M.subscribe(listener)
  listeners[#listeners + 1] = listener
  return function()
    for index, other in ipairs(listeners) do
      if other == listener then
        table.remove(listeners, index)
        return
      end
    end
  end
end

return M
