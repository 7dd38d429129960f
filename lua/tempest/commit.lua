-- `:TempestCommit`: what is in a session's worktree, as one commit, with a message.
local confirm = require('tempest.confirm')
local creation = require('tempest.creation')
local landing = require('tempest.landing')
local message = require('tempest.message')
local prompt = require('tempest.prompt')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local unwritten = require('tempest.unwritten')

local M = {}

---@class tempest.CommitPlan: tempest.Landing
---@field head? string
---@field tree string
---@field conflicts string[]
---@field merge boolean

---@param session tempest.Session
---@param plan tempest.CommitPlan that was shown
---@param text string
---@param done? fun() called when all is committed
local function apply(session, plan, text, done)
  local params = {
    session = session.id,
    message = text,
    expected = { head = plan.head or vim.NIL, tree = plan.tree },
    env = creation.environment(),
  }
  rpc.request('session/commit', params, function(failure, answer)
    if failure then
      message.failure(failure)
    elseif answer.commit then
      if plan.merge then
        require('tempest.by_hand').conclude(session)
      end
      local next_step = plan.merge and not done and '; now :TempestMerge' or ''
      message.show(('%s: committed %s%s'):format(session.name, answer.commit:sub(1, 12), next_step))
    else
      message.show(session.name .. ' has nothing to commit')
    end
    if done and not failure then
      done()
    end
  end)
end

---Asks for the message of a commit, beginning with that of a merge that is not finished, with the agent's last words,
---or with the session's prompt.
---@param what string before the session's name
---@param session tempest.Session
---@param callback fun(text: string) not called without a message
function M.ask_message(what, session, callback)
  rpc.request('session/message', { session = session.id }, function(failure, words)
    if failure then
      message.failure(failure)
      return
    end
    local text = words.merge or words.last ~= '' and words.last or words.prompt
    prompt.ask({ title = what .. session.name, text = text, action = 'take' }, function(typed)
      if typed ~= '' then
        callback(typed)
      end
    end)
  end)
end

---The agent's last words, as they are.
---@param session tempest.Session
---@param callback fun(text: string) not called when it has said nothing
function M.last_words(session, callback)
  rpc.request('session/message', { session = session.id }, function(failure, words)
    if failure then
      message.failure(failure)
    elseif words.last == '' then
      message.warn(session.name .. ': its agent has said nothing yet')
    else
      callback(words.last)
    end
  end)
end

---What the daemon will refuse is said before somebody has written a message.
---@param session tempest.Session
---@param callback fun() not called when nothing can be committed now
local function unless_refused(session, callback)
  local status = (state.get(session.id) or session).status
  if status == 'working' or status == 'waiting' then
    local how = status == 'waiting' and 'Answer it first: a in :Tempest, or :TempestOpen'
      or 'Wait for the end of its turn, or :TempestClose'
    local text = '%s is %s: half of its work would be committed. %s'
    message.warn(text:format(session.name, status, how))
    return
  end
  rpc.request('conflict/get', { session = session.id }, function(failure, begun)
    if failure then
      message.failure(failure)
    elseif begun and begun.by == 'rebase' then
      local text = '%s: a rebase is not finished; :terminal %s ends it'
      message.warn(text:format(session.name, begun.conclude))
    else
      callback()
    end
  end)
end

---A commit without which something else can't be.
---@class tempest.CommitBefore
---@field why string
---@field yes string what `y` does
---@field done fun() called when all is committed

---@param session tempest.Session
---@param text string
---@param before? tempest.CommitBefore
local function plan_commit(session, text, before)
  rpc.request('commit/plan', { session = session.id }, function(failure, plan)
    if failure then
      message.failure(failure)
    elseif #plan.conflicts > 0 then
      message.warn('conflicts are not resolved: ' .. landing.few(plan.conflicts))
    elseif plan.changes.files == 0 and not plan.merge then
      message.show(session.name .. ' has nothing to commit')
    else
      local done = before and before.done
      local lines = landing.lines(plan)
      if before then
        table.insert(lines, 1, before.why)
      end
      confirm.ask({
        title = (before and 'Commit %s first?' or 'Commit %s?'):format(session.name),
        lines = lines,
        yes = before and before.yes or 'commit',
      }, function(yes)
        if yes and text ~= '' then
          apply(session, plan, text, done)
        elseif yes then
          M.ask_message('Commit ', session, function(typed)
            apply(session, plan, typed, done)
          end)
        end
      end)
    end
  end)
end

---Shows what would be committed, and commits it when the person says so. Without a message, asks for it.
---@param session tempest.Session
---@param text string
---@param before? tempest.CommitBefore
function M.commit(session, text, before)
  unless_refused(session, function()
    if before then
      plan_commit(session, text, before)
      return
    end
    unwritten.settle(session, function()
      plan_commit(session, text)
    end)
  end)
end

return M
