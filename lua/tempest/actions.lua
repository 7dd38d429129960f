-- What can be done with a session: shared by commands, picker, list and the Lua functions.
local confirm = require('tempest.confirm')
local creation = require('tempest.creation')
local events = require('tempest.events')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

---@param request tempest.NewRequest
---@param callback? tempest.Done
function M.new(request, callback)
  creation.new(request, function(failure, session)
    if failure then
      message.failure(failure)
    end
    if callback then
      callback(failure, session)
    end
  end)
end

---@param method string
---@param params table
---@param done? fun(session: tempest.Session)
local function ask(method, params, done)
  rpc.request(method, params, function(failure, session)
    if failure then
      message.failure(failure)
      return
    end
    state.apply(session)
    if done then
      done(session)
    end
  end)
end

---Shows the session's terminal; an agent that doesn't run is started again with its conversation.
---@param session tempest.Session
---@param how tempest.Show
function M.open(session, how)
  local terminal = require('tempest.terminal')
  if session.status == 'creating' then
    require('tempest.log').open(session)
    return
  end
  if require('tempest.terminal.attach').is_running(session) then
    terminal.show(session, how)
    return
  end
  local cols, rows = windows.estimate(how.layout)
  local token, stop = events.on_progress(function(value)
    if value.kind == 'step' then
      message.show(('%s: %s'):format(session.name, value.message))
    end
  end)
  local params = {
    session = session.id,
    env = creation.environment(),
    cols = math.min(cols, 1000),
    rows = math.min(rows, 1000),
    progressToken = token,
  }
  rpc.request('session/open', params, function(failure, opened)
    stop()
    if failure then
      message.failure(failure)
      return
    end
    state.apply(opened)
    terminal.show(opened, how)
  end)
end

---Goes to the next session that wants the person; an agent that has ended is not started for that.
function M.next()
  which.when_known(function()
    local at_hand = vim.b.tempest_session
    local session = require('tempest.wanting').after(at_hand)
    if not session then
      local known = at_hand and state.get(at_hand)
      message.show(
        known and known.attention and 'no other session wants you' or 'no session wants you'
      )
    elseif session.status == 'exited' then
      require('tempest.terminal').show(session, {})
    else
      M.open(session, {})
    end
  end)
end

---@param id string
function M.open_id(id)
  which.find(id, function(session)
    M.open(session, {})
  end)
end

---@param session tempest.Session
function M.close(session)
  ask('session/close', { session = session.id }, function()
    message.show(session.name .. ' is closed; its work stays')
  end)
end

---@param session tempest.Session
---@param how { force: boolean }
function M.remove(session, how)
  rpc.request(
    'session/remove',
    { session = session.id, force = how.force },
    function(failure, removed)
      if failure and failure.kind == 'unsaved-work' then
        local lines = { failure.message, '', 'It can be restored for 30 days.' }
        local unwritten = require('tempest.unwritten').names(session)
        if unwritten then
          table.insert(lines, 2, ('Not written, and not kept: %s'):format(unwritten))
        end
        confirm.ask({
          title = 'Remove ' .. session.name .. '?',
          lines = lines,
          yes = 'remove',
        }, function(yes)
          if yes then
            M.remove(session, { force = true })
          end
        end)
      elseif failure then
        message.failure(failure)
      else
        state.remove(session.id, removed.revision)
        message.show(session.name .. ' is removed; :TempestRestore brings it back')
      end
    end
  )
end

---@param session string id or name
local function restore(session)
  ask('session/restore', { session = session }, function(restored)
    message.show(restored.name .. ' is back; :TempestOpen resumes it')
  end)
end

---@param name string '' to choose among all that were removed
function M.restore(name)
  if name ~= '' then
    restore(name)
    return
  end
  rpc.request('session/list', { removed = true }, function(failure, result)
    if failure then
      message.failure(failure)
    elseif #result.sessions == 0 then
      message.show('no session was removed')
    elseif #result.sessions == 1 then
      restore(result.sessions[1].id)
    else
      which.select(result.sessions, 'Restore', function(session)
        restore(session.id)
      end)
    end
  end)
end

---Answers the question that the session is known to ask.
---@param session tempest.Session
---@param answer 'allow'|'deny'
function M.answer(session, answer)
  local question = session.question
  if not question then
    local waits = session.status == 'waiting'
    message.warn(
      session.name .. (waits and ' says not what it asks: <CR> opens it' or ' asks nothing')
    )
    return
  end
  local params = { session = session.id, question = question.id, answer = answer }
  ask('session/answer', params, function()
    local what = answer == 'allow' and 'allowed' or 'refused'
    message.show(('%s: %s %s'):format(session.name, what, session.activity))
  end)
end

---Asks for another name, until it is one that can be had.
---@param session tempest.Session
---@param text string what stands in the box at first
---@param problem? string with that
function M.ask_name(session, text, problem)
  local title = problem and 'Rename: ' .. problem or 'Rename'
  local how = { title = title, text = text, action = 'rename', single = true }
  require('tempest.prompt').ask(how, function(name)
    if name == '' or name == session.name then
      return
    end
    local params = { session = session.id, name = name }
    rpc.request('session/rename', params, function(failure, renamed)
      if failure then
        M.ask_name(session, name, failure.message)
        return
      end
      state.apply(renamed)
    end)
  end)
end

---@param session tempest.Session
---@param text string
function M.send(session, text)
  require('tempest.send').to(session, text)
end

return M
