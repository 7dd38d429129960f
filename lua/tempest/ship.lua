-- `:TempestCommit` and `:TempestMerge`: a session's work on its way home.
local confirm = require('tempest.confirm')
local message = require('tempest.message')
local prompt = require('tempest.prompt')
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.MergePlan
---@field base string
---@field tip string
---@field head string
---@field commits integer
---@field changes { files: integer, added: integer, removed: integer }
---@field uncommitted integer
---@field conflicts string[]
---@field canFastForward boolean
---@field checkout? string

---@param session tempest.Session
---@param text string
local function commit(session, text)
  rpc.request('session/commit', { session = session.id, message = text }, function(failure, answer)
    if failure then
      message.failure(failure)
    elseif answer.commit then
      message.show(('%s: committed %s'):format(session.name, answer.commit:sub(1, 12)))
    else
      message.show(session.name .. ' has nothing to commit')
    end
  end)
end

---Commits all that is not ignored. Without a message, asks for it.
---@param session tempest.Session
---@param text string
function M.commit(session, text)
  if text ~= '' then
    commit(session, text)
    return
  end
  prompt.ask({ title = 'Commit ' .. session.name }, function(typed)
    if typed ~= '' then
      commit(session, typed)
    end
  end)
end

---@param plan tempest.MergePlan
---@return string[]
local function lines_of(plan)
  local lines = {
    ('%d commits: %d files, +%d -%d'):format(
      plan.commits,
      plan.changes.files,
      plan.changes.added,
      plan.changes.removed
    ),
  }
  if plan.uncommitted > 0 then
    lines[#lines + 1] = ('%d files are not committed, and would not land'):format(plan.uncommitted)
  end
  if plan.checkout then
    lines[#lines + 1] = vim.fn.fnamemodify(plan.checkout, ':~') .. ' would be brought along'
  end
  if plan.canFastForward then
    lines[#lines + 1] = plan.base .. ' has not moved on'
  end
  return lines
end

---@param session tempest.Session
---@param plan tempest.MergePlan
local function hand_over(session, plan)
  local lines = vim.list_extend({ 'These files conflict:', '' }, plan.conflicts)
  confirm.ask({
    title = ('%s conflicts with %s'):format(session.name, plan.base),
    lines = lines,
    yes = 'let the agent resolve it',
  }, function(yes)
    if yes then
      local text = 'Merge the branch %s into this one and resolve the conflicts, keeping the intent of '
        .. 'both sides; run the tests, then commit. Conflicts are in: %s'
      text = text:format(plan.base, table.concat(plan.conflicts, ', '))
      require('tempest.actions').send(session, text)
    end
  end)
end

---@param session tempest.Session
---@param plan tempest.MergePlan
---@param how { strategy: string, message?: string }
local function apply(session, plan, how)
  local params = {
    session = session.id,
    strategy = how.strategy,
    message = how.message,
    expected = { tip = plan.tip, head = plan.head },
  }
  rpc.request('merge/apply', params, function(failure, merged)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    local said =
      '%s is merged into %s; :TempestMerge! takes it back, :TempestRemove ends the session'
    message.show(said:format(session.name, merged.base))
  end)
end

---Shows what would land, and lands it when the person says so.
---@param session tempest.Session
---@param how { strategy: string, message?: string }
function M.merge(session, how)
  rpc.request('merge/plan', { session = session.id }, function(failure, plan)
    if failure then
      message.failure(failure)
    elseif #plan.conflicts > 0 then
      hand_over(session, plan)
    elseif plan.commits == 0 and plan.uncommitted == 0 then
      message.show(('%s has nothing to merge into %s'):format(session.name, plan.base))
    else
      confirm.ask({
        title = ('Merge %s into %s?'):format(session.name, plan.base),
        lines = lines_of(plan),
        yes = how.strategy,
      }, function(yes)
        if yes then
          apply(session, plan, how)
        end
      end)
    end
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

---Pushes the branch and opens the page on which a pull request is begun.
---@param session tempest.Session
function M.pull_request(session)
  message.show('pushing ' .. session.branch)
  rpc.request('session/push', { session = session.id }, function(failure, pushed)
    if failure then
      message.failure(failure)
    elseif pushed.url then
      message.show(pushed.url)
      vim.ui.open(pushed.url)
    else
      message.show(('%s is pushed to %s'):format(pushed.branch, pushed.remote))
    end
  end)
end

return M
