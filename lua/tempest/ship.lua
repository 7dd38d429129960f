-- `:TempestCommit` and `:TempestMerge`: a session's work on its way home.
local confirm = require('tempest.confirm')
local creation = require('tempest.creation')
local landing = require('tempest.landing')
local message = require('tempest.message')
local prompt = require('tempest.prompt')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local unwritten = require('tempest.unwritten')

local M = {}

---@class tempest.MergePlan: tempest.Landing
---@field base string
---@field tip string
---@field head string
---@field uncommitted integer
---@field conflicts string[]
---@field canFastForward boolean
---@field checkout? string
---@field check? tempest.Check

---@class tempest.CommitPlan: tempest.Landing
---@field head? string
---@field tree string
---@field conflicts string[]
---@field merge boolean

---@param session tempest.Session
---@param plan tempest.CommitPlan that was shown
---@param text string
---@param done? fun() called when all is committed
local function commit(session, plan, text, done)
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
          commit(session, plan, text, done)
        elseif yes then
          M.ask_message('Commit ', session, function(typed)
            commit(session, plan, typed, done)
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

---@param plan tempest.MergePlan
---@return string[]
local function lines_of(plan)
  local lines = landing.lines(plan)
  if plan.checkout then
    lines[#lines + 1] = vim.fn.fnamemodify(plan.checkout, ':~') .. ' would be brought along'
  end
  if plan.check and plan.check.state ~= 'cancelled' then
    lines[#lines + 1] = 'the check ' .. require('tempest.check').result(plan.check)
  end
  if plan.canFastForward then
    lines[#lines + 1] = plan.base .. ' has not moved on'
  end
  return lines
end

---@param session tempest.Session
---@param plan tempest.MergePlan
---@param how tempest.MergeHow
local function hand_over(session, plan, how)
  local text = 'Merge the branch %s into this one and resolve the conflicts, keeping the intent of '
    .. 'both sides; run the tests, then commit.'
  require('tempest.handover').offer({
    session = session,
    title = ('%s conflicts with %s'):format(session.name, plan.base),
    conflicts = plan.conflicts,
    prompt = text:format(plan.base),
    by = 'merge',
    base = how.base,
    plan = plan,
    uncommitted = plan.uncommitted,
  })
end

---Its work has landed: it may go, and can be restored for 30 days.
---@param session tempest.Session
local function offer_removal(session)
  confirm.ask({
    title = ('Remove %s?'):format(session.name),
    lines = { 'Its work has landed. It can be restored for 30 days.' },
    yes = 'remove',
    no = 'keep',
  }, function(yes)
    if yes then
      require('tempest.actions').remove(session, { force = true })
    end
  end)
end

---@class tempest.MergeHow
---@field strategy string
---@field message? string by default the session's prompt
---@field base? string a local branch, by default the one that the session is based on

---@param session tempest.Session
---@param plan tempest.MergePlan
---@param how tempest.MergeHow
local function apply(session, plan, how)
  local params = {
    session = session.id,
    base = how.base,
    strategy = how.strategy,
    message = how.message,
    expected = { tip = plan.tip, head = plan.head },
    env = creation.environment(),
  }
  rpc.request('merge/apply', params, function(failure, merged)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    message.show(
      ('%s is merged into %s; :TempestMerge! takes it back'):format(session.name, merged.base)
    )
    offer_removal(session)
  end)
end

---@param session tempest.Session
---@param how tempest.MergeHow
local function plan_merge(session, how)
  rpc.request('merge/plan', { session = session.id, base = how.base }, function(failure, plan)
    if failure then
      require('tempest.handover').take_up(session, failure)
    elseif #plan.conflicts > 0 then
      hand_over(session, plan, how)
    elseif plan.uncommitted > 0 then
      M.commit(session, '', {
        why = 'Not committed, and nothing is merged without that:',
        yes = 'commit, then merge',
        done = function()
          plan_merge(session, how)
        end,
      })
    elseif plan.commits == 0 then
      message.show(('%s has nothing to merge into %s'):format(session.name, plan.base))
    else
      confirm.ask({
        title = ('Merge %s into %s?'):format(session.name, plan.base),
        lines = lines_of(plan),
        yes = plan.check and plan.check.state == 'failed' and how.strategy .. ' all the same'
          or how.strategy,
      }, function(yes)
        if yes then
          apply(session, plan, how)
        end
      end)
    end
  end)
end

---Shows what would land, and lands it when the person says so.
---@param session tempest.Session
---@param how tempest.MergeHow
function M.merge(session, how)
  unwritten.settle(session, function()
    plan_merge(session, how)
  end)
end

---@param session tempest.Session
function M.undo(session)
  rpc.request('merge/undo', { session = session.id }, function(failure, merged)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    message.show(('%s is as it was before %s was merged'):format(merged.base, session.name))
  end)
end

return M
