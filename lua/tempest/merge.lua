-- `:TempestMerge`: a session's work on its way home, and back.
local commits = require('tempest.commit')
local confirm = require('tempest.confirm')
local creation = require('tempest.creation')
local landing = require('tempest.landing')
local message = require('tempest.message')
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
  -- Who types goes on.
  if not vim.startswith(vim.api.nvim_get_mode().mode, 'n') then
    return
  end
  local names = unwritten.names(session)
  confirm.ask({
    title = ('Remove %s?'):format(session.name),
    lines = {
      'Its work has landed. It can be restored for 30 days.',
      names and 'Not written, and so not landed: ' .. names,
    },
    yes = 'remove',
    no = 'keep',
  }, function(yes)
    local now = state.get(session.id)
    if yes and now and not now.merged then
      message.warn(('%s is not removed: its merge was taken back'):format(session.name))
    elseif yes then
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
      commits.commit(session, '', {
        why = 'Not committed, and nothing is merged without that:',
        yes = 'commit, then merge',
        done = function()
          plan_merge(session, how)
        end,
      })
    elseif plan.commits == 0 then
      message.show(('%s has nothing to merge into %s'):format(session.name, plan.base))
    elseif plan.checkout and unwritten.in_the_way(plan.checkout, plan.files) then
      local names = unwritten.in_the_way(plan.checkout, plan.files)
      local text = '%s is checked out with buffers in the way that are not written: %s'
      message.warn(text:format(plan.base, names))
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
