-- The public functions: `require('tempest')`.
local M = {}

---Sets options; everything works without it.
---@param options? table see |tempest-options|
function M.setup(options)
  local problems = require('tempest.config').apply(options or {})
  for _, problem in ipairs(problems) do
    require('tempest.message').warn(problem)
  end
end

---A short text for 'statusline', such as `●2 ◆1`; empty while Tempest was not used, or has nothing
---to say. Costs next to nothing and starts nothing.
---@return string
function M.statusline()
  return package.loaded['tempest.state'] and require('tempest.statusline').text() or ''
end

---All sessions that are known, the newest first. Empty until Tempest was used: see `refresh()`.
---@param repo? string absolute path of a repository's main worktree
---@return tempest.Session[]
function M.sessions(repo)
  return vim.deepcopy(require('tempest.state').list(repo))
end

---Starts what must run and calls back once the sessions are known.
---@param callback fun(sessions: tempest.Session[])
function M.refresh(callback)
  require('tempest.which').when_known(function()
    callback(M.sessions())
  end)
end

---Starts a session.
---@param request tempest.NewRequest
---@param callback? tempest.Done
function M.new(request, callback)
  require('tempest.actions').new(request, callback)
end

---Opens the terminal of a session, given by name or id; without one, that of the session at hand.
---@param session? string
---@param how? tempest.Show
function M.open(session, how)
  require('tempest.which').find(session or '', function(found)
    require('tempest.actions').open(found, how or {})
  end)
end

---Goes to the next session that wants the person.
function M.next()
  require('tempest.actions').next()
end

---Answers the permission question of a session, given by name or id.
---@param session string
---@param answer 'allow'|'deny'
function M.answer(session, answer)
  require('tempest.which').find(session, function(found)
    require('tempest.actions').answer(found, answer)
  end)
end

---Sends a prompt to a session, given by name or id.
---@param session string
---@param text string
function M.send(session, text)
  require('tempest.which').find(session, function(found)
    require('tempest.actions').send(found, text)
  end)
end

---Opens the picker.
function M.pick()
  require('tempest.picker').open()
end

---Opens the review of a session, given by name or id.
---@param session? string
function M.diff(session)
  require('tempest.which').find(session or '', function(found)
    require('tempest.diff').open(found)
  end)
end

---Asks the daemon directly; `docs/protocol` has the methods.
---@param method string
---@param params table
---@param callback fun(failure?: tempest.Failure, value: any)
---@return fun() cancel
function M.request(method, params, callback)
  return require('tempest.rpc').request(method, params, callback)
end

return M
