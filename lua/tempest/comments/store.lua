-- What is known of the sessions' comments: asked for when a buffer or a list wants them, then kept fresh.
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.Comment: tempest.Path
---@field id string
---@field range { start: integer, end: integer }
---@field side 'new'|'old'
---@field rev? string
---@field anchor 'exact'|'moved'|'gone'
---@field quote string[]
---@field body string
---@field status 'open'|'sent'|'answered'|'resolved'
---@field queued? string
---@field createdAt integer
---@field sentAt? integer
---@field answer? { at: integer, checkpoint: integer, before: string[], after: string[] }

---How long several changes in a row are gathered, in ms.
local quiet = 100

---By session.
---@type table<string, tempest.Comment[]>
local known = {}
---@type table<string, boolean> somebody shows them
local wanted = {}
---@type table<string, 'asked'|'again'|nil>
local asking = {}
---@type table<string, boolean>
local scheduled = {}
---@type fun(session: string)[]
local listeners = {}

---@param listener fun(session: string) called after each change
function M.subscribe(listener)
  listeners[#listeners + 1] = listener
end

---@param session string
---@param comments tempest.Comment[]|nil
local function put(session, comments)
  known[session] = comments
  for _, listener in ipairs(listeners) do
    listener(session)
  end
end

---@param session string
---@return tempest.Comment[]|nil nil while they are not known
function M.get(session)
  return known[session]
end

---Asks the daemon; calls back once they are there.
---@param session string
---@param callback? fun(failure?: tempest.Failure, comments?: tempest.Comment[])
function M.ask(session, callback)
  wanted[session] = true
  if asking[session] and not callback then
    asking[session] = 'again'
    return
  end
  asking[session] = 'asked'
  rpc.request('comment/list', { session = session }, function(failure, result)
    local again = asking[session] == 'again'
    asking[session] = nil
    if not failure and not vim.deep_equal(known[session], result.comments) then
      put(session, result.comments)
    end
    if again then
      M.ask(session)
    end
    if callback then
      callback(failure, result and result.comments)
    end
  end)
end

---Somebody shows them: they are asked for once, and kept fresh from then on.
---@param session string
function M.want(session)
  if not wanted[session] then
    M.ask(session)
  end
end

---They may have changed, or moved. Cheap to call often.
---@param session string
function M.touch(session)
  if not wanted[session] or scheduled[session] then
    return
  end
  scheduled[session] = true
  vim.defer_fn(function()
    scheduled[session] = nil
    if wanted[session] then
      M.ask(session)
    end
  end, quiet)
end

---@return string[] sessions whose comments are shown
function M.wanted()
  return vim.tbl_keys(wanted)
end

---@param session string
function M.forget(session)
  wanted[session] = nil
  if known[session] then
    put(session, nil)
  end
end

return M
