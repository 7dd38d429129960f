-- `:TempestSend`: text and what the person looks at, to one session or several, now or later.
local context = require('tempest.context')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')

local M = {}

---@class tempest.SendOptions
---@field queue? boolean once the turn is over

---What could not be sent, by the session's id: nobody has to write it again.
---@type table<string, string>
local refused = {}

---@param session tempest.Session
---@param text string
---@param options? tempest.SendOptions
function M.to(session, text, options)
  local queue = options and options.queue
  local method = queue and 'queue/add' or 'session/send'
  rpc.request(method, { session = session.id, text = text }, function(failure, result)
    refused[session.id] = failure and text or nil
    if failure then
      message.failure(failure)
      return
    end
    if not queue then
      state.apply(result)
      message.show('sent to ' .. session.name)
    elseif result.hold then
      message.warn(('%s: its queue is held. %s'):format(session.name, result.hold.text))
    else
      message.show(('%s has it in its queue'):format(session.name))
    end
  end)
end

---@param sessions tempest.Session[]
---@param text string
---@param options? tempest.SendOptions
function M.to_several(sessions, text, options)
  local params = {
    sessions = vim.tbl_map(function(session)
      return session.id
    end, sessions),
    text = text,
    queue = options and options.queue or false,
  }
  rpc.request('message/broadcast', params, function(failure, result)
    if failure then
      message.failure(failure)
      return
    end
    local done = 0
    for _, outcome in ipairs(result.outcomes) do
      local session = state.get(outcome.id)
      if outcome.error then
        local name = session and session.name or outcome.session
        message.warn(('%s: %s'):format(name, outcome.error.message))
      else
        done = done + 1
      end
    end
    message.show(('sent to %d of %d sessions'):format(done, #result.outcomes))
  end)
end

---Asks for the prompt; what was refused before stands there to be sent again.
---@param session tempest.Session
function M.ask(session)
  local how = { title = 'Send to ' .. session.name, text = refused[session.id], action = 'send' }
  require('tempest.prompt').ask(how, function(text)
    if text ~= '' then
      M.to(session, text)
    end
  end)
end

---Calls back with the sessions that are named, with commas between them; with the one at hand for ''.
---@param names string
---@param callback fun(sessions: tempest.Session[])
local function find(names, callback)
  if not names:find(',', 1, true) then
    which.find(names, function(session)
      callback({ session })
    end)
    return
  end
  which.when_known(function()
    local found = {}
    for name in names:gmatch('[^,]+') do
      local session, problem = which.named(name)
      if not session then
        message.warn(problem or 'no such session')
        return
      end
      found[#found + 1] = session
    end
    callback(found)
  end)
end

---@param text string as it was typed
---@param options { session?: string, queue?: boolean }
---@param sight tempest.Sight
function M.run(text, options, sight)
  find(options.session or '', function(sessions)
    local first = sessions[1]
    local lines = nil
    if sight.first and not text:find('@selection', 1, true) then
      lines = context.of_lines(sight.buf, sight.first, sight.last, first)
    end
    local function send(words)
      local expanded = context.expand(words, sight, first)
      local whole = expanded and context.join(expanded, lines)
      if not whole or whole == '' then
        return
      end
      if #sessions == 1 then
        M.to(first, whole, options)
      else
        M.to_several(sessions, whole, options)
      end
    end
    if text ~= '' then
      send(text)
      return
    end
    local one = #sessions == 1
    require('tempest.prompt').ask({
      title = 'Send to ' .. (one and first.name or ('%d sessions'):format(#sessions)),
      text = one and refused[first.id] or nil,
      action = 'send',
    }, send)
  end)
end

return M
