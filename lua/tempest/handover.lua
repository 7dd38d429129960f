-- A conflict: given to the agent, or opened in the worktree for the person; and one that was begun, taken up again.
local by_hand = require('tempest.by_hand')
local choose = require('tempest.choose')
local creation = require('tempest.creation')
local landing = require('tempest.landing')
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.Handover
---@field session tempest.Session
---@field title string
---@field conflicts string[]
---@field prompt string for the agent; the files are named after it
---@field by 'merge'|'rebase'
---@field base? string where it isn't the session's own
---@field plan { tip: string, head: string } that was shown
---@field uncommitted integer files: with any, they are committed before it is opened

---@param what tempest.Handover
local function open(what)
  local params = {
    session = what.session.id,
    by = what.by,
    base = what.base,
    expected = { tip = what.plan.tip, head = what.plan.head },
    env = creation.environment(),
  }
  rpc.request('conflict/open', params, function(failure, opened)
    if failure then
      message.failure(failure)
    else
      by_hand.show(what.session, what.title, opened)
    end
  end)
end

---What is not committed is in the way of both. The commit may have changed what conflicts.
---@param what tempest.Handover
local function commit_and_open(what)
  require('tempest.commit').commit(what.session, '', {
    why = 'Not committed, and nothing is opened without that:',
    yes = 'commit, then open the conflict',
    done = function()
      local params = { session = what.session.id, base = what.base }
      rpc.request(what.by .. '/plan', params, function(failure, plan)
        if failure then
          message.failure(failure)
        elseif #plan.conflicts == 0 then
          local command = what.by == 'merge' and ':TempestMerge' or ':TempestRebase'
          message.show(('%s has no conflict any more; now %s'):format(what.session.name, command))
        else
          what.plan = plan
          open(what)
        end
      end)
    end,
  })
end

---A plain command may be a shell, in which the names of files would run: nothing is typed into it.
---@param session tempest.Session
---@param prompt string
---@param choices tempest.Choice[] the first is for the agent
local function ask(session, prompt, choices)
  if session.command then
    table.remove(choices, 1)
  end
  choices[#choices + 1] = { 'Leave it', function() end }
  choose.ask(choices, { prompt = prompt, kind = 'tempest_conflict' })
end

---@param what tempest.Handover
function M.offer(what)
  local files = '`' .. table.concat(what.conflicts, '`, `') .. '`'
  local few = landing.few(what.conflicts)
  ask(what.session, ('%s: %s; nothing was changed'):format(what.title, few), {
    {
      'Let the agent resolve it',
      function()
        require('tempest.actions').send(what.session, what.prompt .. ' Conflicts are in: ' .. files)
      end,
    },
    what.uncommitted > 0 and {
      ('Commit %s, then open the conflict in the worktree'):format(
        landing.counted(what.uncommitted, 'file')
      ),
      function()
        commit_and_open(what)
      end,
    } or {
      'Open the conflict in the worktree',
      function()
        open(what)
      end,
    },
  })
end

---Something can't be: where a merge or a rebase is not finished, that is why, and it can be gone on with.
---@param session tempest.Session
---@param failure tempest.Failure
function M.take_up(session, failure)
  if failure.kind ~= 'wrong-state' then
    message.failure(failure)
    return
  end
  rpc.request('conflict/get', { session = session.id }, function(_, waiting)
    if not waiting then
      message.failure(failure)
      return
    end
    local title = ('%s: %s'):format(session.name, failure.message)
    local is_resolved = waiting.by == 'merge' and #waiting.files == 0
    local text = 'Finish the %s that was begun in this worktree: resolve the conflicts, keeping the '
      .. 'intent of both sides; run the tests, then `%s`.'
    ask(session, title, {
      {
        'Let the agent finish it',
        function()
          require('tempest.actions').send(session, text:format(waiting.by, waiting.conclude))
        end,
      },
      is_resolved and {
        'Commit it: all is resolved',
        function()
          require('tempest.commit').commit(session, '')
        end,
      } or {
        'Show its conflicts',
        function()
          by_hand.show(session, title, waiting)
        end,
      },
    })
  end)
end

return M
