-- What a list says of a session in a few characters each: age, counts, queue, tokens and cost, marks.
local M = {}

---@param since integer ms since 1970
---@param now integer ms since 1970
---@return string at most four characters
function M.age(since, now)
  local seconds = math.max(0, math.floor((now - since) / 1000))
  local steps = { { 60, 1, 's' }, { 3600, 60, 'm' }, { 86400, 3600, 'h' }, { 864000, 86400, 'd' } }
  for _, step in ipairs(steps) do
    if seconds < step[1] then
      return math.floor(seconds / step[2]) .. step[3]
    end
  end
  local weeks = math.floor(seconds / 604800)
  return weeks < 100 and weeks .. 'w' or math.floor(weeks / 52) .. 'y'
end

---@param count integer
---@return string
local function short(count)
  return count < 10000 and tostring(count) or math.floor(count / 1000) .. 'k'
end

---@param session tempest.Session
---@return string added '' when nothing was counted
---@return string removed
function M.counts(session)
  local changes = session.changes
  if not changes or changes.files == 0 then
    return '', ''
  end
  return '+' .. short(changes.added), '-' .. short(changes.removed)
end

---Whose work it is: the agent, and the branch where its name isn't the session's.
---@param session tempest.Session
---@return string
function M.origin(session)
  local named = vim.endswith(session.branch, session.name)
  return named and session.agent or ('%s  %s'):format(session.agent, session.branch)
end

---@param spent tempest.Spent
---@return string the tokens that were not read from a cache
local function count(spent)
  local tokens = spent.input + spent.output
  return tokens < 1000 and tostring(tokens)
    or tokens < 999500 and ('%.0fk'):format(tokens / 1000)
    or ('%.1fM'):format(tokens / 1000000)
end

---Tokens and, where it is known and wanted, what they cost: `940 tok`, `12k $0.42`.
---@param spent tempest.Spent
---@param cost boolean
---@return string
function M.sum(spent, cost)
  local tokens = count(spent)
  -- Without a heading, fewer than a thousand would look like a count of something else.
  local named = tokens:match('%a') and tokens or tokens .. ' tok'
  return cost and spent.cost and ('%s $%.2f'):format(named, spent.cost) or named
end

---The tokens of the whole session, without those that were read from a cache.
---@param session tempest.Session
---@return string '' when the agent has not said
function M.tokens(session)
  return session.usage and count(session.usage.total) or ''
end

---What this turn, or the last one, took, and what all of them did.
---@param session tempest.Session
---@return string '' when the agent has not said
function M.spent(session)
  local usage = session.usage
  return usage and ('turn %s / all %s'):format(M.sum(usage.turn, true), M.sum(usage.total, true))
    or ''
end

---What waits to be sent, `»2`, or `»2!` when it is held; and what the session took.
---@param session tempest.Session
---@param cost boolean whether there is room for what it cost
---@return string
function M.extra(session, cost)
  local parts = {}
  if session.queued.count > 0 then
    parts[#parts + 1] = ('»%d%s'):format(session.queued.count, session.queued.hold and '!' or '')
  end
  parts[#parts + 1] = session.usage and M.sum(session.usage.total, cost) or nil
  return table.concat(parts, ' ')
end

---@type table<string, { [1]: string, [2]: string }> one cell wide each, and their groups
local checks = {
  running = { '…', 'TempestWorking' },
  passed = { '✓', 'TempestAdded' },
  failed = { '✗', 'TempestFailed' },
}

---Marks of one cell each: that it would conflict; how the check ended, paler when the worktree has changed since.
---@param session tempest.Session
---@param clashes tempest.Clash[]
---@return { [1]: string, [2]: string }[]
function M.marks(session, clashes)
  local marks = {}
  if #clashes > 0 then
    marks[1] = { '≠', 'TempestConflict' }
  end
  local check = session.check
  local mark = check and checks[check.state]
  if check and mark then
    marks[#marks + 1] = check.stale and { mark[1], 'TempestHint' } or mark
  end
  return marks
end

return M
