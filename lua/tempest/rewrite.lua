-- `:TempestRebase` and `:TempestSquash`: a session's commits on the newest of its base, or as one.
local confirm = require('tempest.confirm')
local landing = require('tempest.landing')
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.RebasePlan: tempest.Landing
---@field base string
---@field tip string
---@field head string
---@field behind integer
---@field former string
---@field leaves integer
---@field conflicts string[]
---@field stopsAt? string

---@param method string
---@param session tempest.Session
---@param params table
---@param said string with the name and the number of a checkpoint to fill in
local function rewrite(method, session, params, said)
  params.session = session.id
  params.env = require('tempest.creation').environment()
  rpc.request(method, params, function(failure, rewritten)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    message.show(said:format(session.name, rewritten.checkpoint))
  end)
end

---@param session tempest.Session
---@param plan tempest.RebasePlan
---@param base? string
---@param uncommitted integer
local function hand_over(session, plan, base, uncommitted)
  local onto = plan.leaves > 0 and ('--onto %s %s'):format(plan.base, plan.former) or plan.base
  local stop = plan.stopsAt or ''
  if stop ~= 'what is not committed' then
    stop = ('"%s"'):format(stop)
  end
  local text = 'Rebase this branch on %s and resolve the conflicts, keeping the intent of both sides; '
    .. 'commit or keep aside first what is not committed; run the tests.'
  require('tempest.handover').offer({
    session = session,
    title = ('%s: %s conflicts with %s'):format(session.name, stop, plan.base),
    conflicts = plan.conflicts,
    prompt = text:format(
      plan.leaves > 0 and ('%s (git rebase %s)'):format(plan.base, onto) or plan.base
    ),
    by = 'rebase',
    base = base,
    plan = plan,
    uncommitted = uncommitted,
  })
end

---@param plan tempest.RebasePlan
---@return string[]
local function lines_of(plan)
  local lines = landing.lines(plan)
  local line = 'Made anew on %s, which has %d more; what is not committed is carried along.'
  lines[#lines + 1] = line:format(plan.base, plan.behind)
  if plan.leaves > 0 then
    lines[#lines + 1] = ('%d of %s stay behind.'):format(plan.leaves, plan.former)
  end
  if plan.base ~= plan.former then
    lines[#lines + 1] = ('It is based on %s from then on.'):format(plan.base)
  end
  return lines
end

---Shows what a rebase would do, and does it when the person says so.
---@param session tempest.Session
---@param onto? string
function M.rebase(session, onto)
  rpc.request('rebase/plan', { session = session.id, base = onto }, function(failure, plan)
    if failure then
      require('tempest.handover').take_up(session, failure)
    elseif plan.behind == 0 and plan.leaves == 0 and plan.base == plan.former then
      message.show(('%s is on the newest %s already'):format(session.name, plan.base))
    elseif #plan.conflicts > 0 then
      -- What a rebase carries along is in the way of one that is done by hand.
      rpc.request('commit/plan', { session = session.id }, function(unknown, work)
        if unknown then
          message.failure(unknown)
        else
          hand_over(session, plan, onto, work.changes.files)
        end
      end)
    else
      confirm.ask({
        title = ('Rebase %s on %s?'):format(session.name, plan.base),
        lines = lines_of(plan),
        yes = 'rebase',
      }, function(yes)
        if yes then
          local said = '%s is rebased; what it was is checkpoint %d'
          local params = { base = onto, expected = { tip = plan.tip, head = plan.head } }
          rewrite('session/rebase', session, params, said)
        end
      end)
    end
  end)
end

---Shows what would be one commit, and makes it when the person says so. Without a message, asks for it.
---@param session tempest.Session
---@param text string
function M.squash(session, text)
  rpc.request('squash/plan', { session = session.id }, function(failure, plan)
    if failure then
      require('tempest.handover').take_up(session, failure)
      return
    end
    local function squash(typed)
      local params = { message = typed, expected = { tip = plan.tip, head = plan.head } }
      local said = '%s is one commit; what it was is checkpoint %d'
      rewrite('session/squash', session, params, said)
    end
    confirm.ask({
      title = ('Squash %s?'):format(session.name),
      lines = landing.lines(plan),
      yes = 'squash',
    }, function(yes)
      if yes and text ~= '' then
        squash(text)
      elseif yes then
        require('tempest.commit').ask_message('Squash ', session, squash)
      end
    end)
  end)
end

return M
