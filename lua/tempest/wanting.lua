-- The sessions that want the person, of all repositories, in the daemon's order.
local state = require('tempest.state')

local M = {}

---Where the person was led to last, and its rank then: what comes next comes after it.
---@type { id: string, rank: integer }|nil
local last

---@param a { id: string, rank: integer }
---@param b { id: string, rank: integer }
---@return boolean
local function before(a, b)
  if a.rank ~= b.rank then
    return a.rank < b.rank
  end
  return a.id < b.id
end

---@param session tempest.Session
---@return { id: string, rank: integer }
local function place(session)
  return { id = session.id, rank = session.attention.rank }
end

---@return tempest.Session[]
function M.list()
  local wanting = vim.tbl_filter(function(session)
    return session.attention ~= nil
  end, state.list())
  table.sort(wanting, function(a, b)
    return before(place(a), place(b))
  end)
  return wanting
end

---The first that waits for an answer.
---@return tempest.Session|nil
function M.first_waiting()
  local first = M.list()[1]
  return first and first.attention.reason == 'waiting' and first or nil
end

---Whether keys answer what it asks: not where it asks in words, nor where its agent's keys are not known.
---@param session? tempest.Session
---@return boolean
function M.is_answerable(session)
  local question = session and session.question
  return question ~= nil and question.tool ~= nil and session ~= nil and session.answerable
end

---The one to look at after `id`, which goes round; the first, unless the person was led to `id`.
---@param id string|nil the session at hand
---@return tempest.Session|nil
function M.after(id)
  local others = vim.tbl_filter(function(session)
    return session.id ~= id
  end, M.list())
  local found = others[1]
  local from = last
  if from and from.id == id then
    for _, session in ipairs(others) do
      if before(from, place(session)) then
        found = session
        break
      end
    end
  end
  last = found and place(found) or last
  return found
end

return M
