-- Sessions as rows of text with highlights, as wide as there is room.
local config = require('tempest.config')

---A name is not cut shorter than this for what is less important.
local least_name = 16

local M = {}

---@class tempest.Row
---@field text string
---@field id? string the session; nil for headings and hints
---@field below? { [1]: string, [2]: string } a line below it, and its group
---@field marks { [1]: integer, [2]: integer, [3]: string }[] byte ranges and groups

---@type table<string, string>
local groups = {
  creating = 'TempestCreating',
  starting = 'TempestCreating',
  working = 'TempestWorking',
  waiting = 'TempestWaiting',
  idle = 'TempestIdle',
  problem = 'TempestProblem',
  unseen = 'TempestUnseen',
  exited = 'TempestExited',
  closed = 'TempestClosed',
  failed = 'TempestFailed',
  removed = 'TempestTrash',
}

---@type table<string, string>
local problems = {
  ['api-error'] = 'API error',
  ['rate-limit'] = 'rate limit',
  login = 'login needed',
}

---@param problem tempest.Problem
---@return string
function M.problem(problem)
  local text = vim.trim((problem.text:gsub('%s+', ' ')))
  local kind = problems[problem.kind] or problem.kind
  return text == '' and kind or kind .. ': ' .. text
end

---What the session does, asks, or was stopped by.
---@param session tempest.Session
---@return string text '' when there is nothing to say
---@return string group
function M.doing(session)
  local status = M.status(session)
  if status == 'problem' then
    return M.problem(session.problem), 'TempestProblem'
  end
  local parts = {}
  if status == 'working' or status == 'waiting' then
    parts[1] = session.activity ~= '' and session.activity or nil
  end
  local helpers = session.subAgents or 0
  if helpers > 0 then
    parts[#parts + 1] = helpers == 1 and '1 sub-agent' or helpers .. ' sub-agents'
  end
  return table.concat(parts, ' · '), status == 'waiting' and 'TempestQuestion' or 'TempestActivity'
end

---The status to show, which tells `problem`, `unseen` and `removed` apart, too.
---@param session tempest.Session
---@return string
function M.status(session)
  if session.removed then
    return 'removed'
  end
  if session.status ~= 'idle' then
    return session.status
  end
  return session.problem and 'problem' or session.unseen and 'unseen' or 'idle'
end

---@param session tempest.Session
---@return string icon
---@return string highlight group
function M.icon(session)
  local status = M.status(session)
  return config.get().icons[status] or '?', groups[status] or 'Comment'
end

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

---@param text string
---@param width integer
---@return string exactly that wide
function M.fit(text, width)
  if vim.fn.strdisplaywidth(text) > width then
    local kept = math.max(0, width - 1)
    local cut = vim.fn.strcharpart(text, 0, kept)
    while vim.fn.strdisplaywidth(cut) > kept do
      cut = vim.fn.strcharpart(cut, 0, vim.fn.strchars(cut) - 1)
    end
    text = width > 0 and cut .. '…' or ''
  end
  return text .. (' '):rep(width - vim.fn.strdisplaywidth(text))
end

---@param count integer
---@return string
local function short(count)
  return count < 10000 and tostring(count) or math.floor(count / 1000) .. 'k'
end

---@param session tempest.Session
---@return string added '' when nothing was counted
---@return string removed
local function counts(session)
  local changes = session.changes
  if not changes or changes.files == 0 then
    return '', ''
  end
  return '+' .. short(changes.added), '-' .. short(changes.removed)
end

---What waits to be sent, `»2`, or `»2!` when it is held; and the tokens of the session.
---@param session tempest.Session
---@return string
local function extra(session)
  local parts = {}
  if session.queued.count > 0 then
    parts[#parts + 1] = ('»%d%s'):format(session.queued.count, session.queued.hold and '!' or '')
  end
  if session.usage then
    local total = session.usage.total
    local count = total.input + total.output
    parts[#parts + 1] = count < 1000 and tostring(count)
      or count < 999500 and ('%.0fk'):format(count / 1000)
      or ('%.1fM'):format(count / 1000000)
  end
  return table.concat(parts, ' ')
end

---@class tempest.Columns
---@field extra integer 0 when there is no room, or nothing to say
---@field name integer
---@field branch integer 0 when there is no room
---@field added integer
---@field removed integer

---@param sessions tempest.Session[]
---@param width integer
---@return tempest.Columns
local function columns(sessions, width)
  local name, branch, added, removed, more = 8, 0, 0, 0, 0
  for _, session in ipairs(sessions) do
    local plus, minus = counts(session)
    name = math.max(name, vim.fn.strdisplaywidth(session.name))
    branch = math.max(branch, vim.fn.strdisplaywidth(session.branch))
    added, removed = math.max(added, #plus), math.max(removed, #minus)
    more = math.max(more, vim.fn.strdisplaywidth(extra(session)))
  end
  -- Icon and blanks, age, and the blank between each column.
  local taken = 3 + 5 + (added > 0 and added + removed + 2 or 0) + 1
  if more > 0 and width - taken - more - 1 >= math.min(name, least_name) then
    taken = taken + more + 1
  else
    more = 0
  end
  local room = math.max(1, width - taken)
  local spare = room - math.min(name, room) - 2
  return {
    name = math.min(name, room),
    branch = spare >= 12 and math.min(branch, spare) or 0,
    added = added,
    extra = more,
    removed = removed,
  }
end

---@param session tempest.Session
---@param size tempest.Columns
---@param width integer
---@param now integer
---@return tempest.Row
local function row(session, size, width, now)
  local parts, marks, at = {}, {}, 0
  local function put(text, group)
    if group and text:match('%S') then
      marks[#marks + 1] = { at, at + #text, group }
    end
    parts[#parts + 1] = text
    at = at + #text
  end
  local icon, group = M.icon(session)
  local wants = session.attention ~= nil
  put(' ')
  put(icon, group)
  put(session.permissionless and '!' or ' ', 'TempestPermissionless')
  put(M.fit(session.name, size.name), wants and 'TempestUnseenName' or 'TempestName')
  if size.branch > 0 then
    put('  ')
    put(M.fit(session.branch, size.branch), 'TempestBranch')
  end
  local used = 3 + size.name + (size.branch > 0 and size.branch + 2 or 0)
  local right = 6 + (size.extra > 0 and size.extra + 1 or 0)
  right = right + (size.added > 0 and size.added + size.removed + 2 or 0)
  put((' '):rep(math.max(0, width - used - right)))
  if size.extra > 0 then
    local text = extra(session)
    put((' '):rep(size.extra + 1 - vim.fn.strdisplaywidth(text)) .. text, 'TempestExtra')
  end
  if size.added > 0 then
    local plus, minus = counts(session)
    put(' ' .. (' '):rep(size.added - #plus) .. plus, 'TempestAdded')
    put(' ' .. (' '):rep(size.removed - #minus) .. minus, 'TempestRemoved')
  end
  put(('%5s '):format(M.age(session.createdAt, now)), 'TempestAge')
  local doing, colour = M.doing(session)
  local below = doing ~= '' and { M.fit('   ' .. doing, width), colour } or nil
  return { text = table.concat(parts), id = session.id, marks = marks, below = below }
end

---@param session tempest.Session
---@param filter string
---@return boolean every word of the filter is in the name, branch, prompt, agent or status
function M.matches(session, filter)
  local fields = { session.name, session.branch, session.prompt, session.agent, M.status(session) }
  local text = table.concat(fields, '\n'):lower()
  for word in filter:lower():gmatch('%S+') do
    if not text:find(word, 1, true) then
      return false
    end
  end
  return true
end

---@class tempest.RowsOptions
---@field width integer
---@field now integer ms since 1970
---@field empty string what to say when there is nothing

---Rows grouped by repository, in the order given; with one repository there are no headings.
---@param sessions tempest.Session[]
---@param options tempest.RowsOptions
---@return tempest.Row[]
function M.build(sessions, options)
  if #sessions == 0 then
    local text = ' ' .. options.empty
    return { { text = text, marks = { { 0, #text, 'TempestHint' } } } }
  end
  local by_repo, order = {}, {}
  for _, session in ipairs(sessions) do
    if not by_repo[session.repo] then
      by_repo[session.repo] = {}
      order[#order + 1] = session.repo
    end
    table.insert(by_repo[session.repo], session)
  end
  local size, rows = columns(sessions, options.width), {}
  for _, repo in ipairs(order) do
    if #order > 1 then
      local text = ' ' .. vim.fs.basename(repo)
      rows[#rows + 1] = { text = text, marks = { { 0, #text, 'TempestHeading' } } }
    end
    for _, session in ipairs(by_repo[repo]) do
      rows[#rows + 1] = row(session, size, options.width, options.now)
    end
  end
  return rows
end

return M
