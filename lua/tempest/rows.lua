-- Sessions as rows of text with highlights, as wide as there is room.
local cells = require('tempest.cells')
local fit = require('tempest.fit')
local standing = require('tempest.standing')

---A name is not cut shorter than this for what is less important.
local least_name = 16

local M = {}

---@class tempest.Row
---@field text string
---@field id? string the session; nil for headings and hints
---@field below? { [1]: string, [2]: string }[] lines below it, and their groups
---@field marks { [1]: integer, [2]: integer, [3]: string }[] byte ranges and groups

---@class tempest.Columns
---@field extra integer 0 when there is no room, or nothing to say
---@field cost boolean whether `extra` has room for it
---@field marks integer 0 when no session has one
---@field name integer
---@field origin integer 0 when there is no room
---@field added integer
---@field removed integer

---With what the sessions cost where there is room for whose work they are, too, else without.
---@param sessions tempest.Session[]
---@param room integer for the column and the blank before it
---@param origin integer
---@return integer width 0 when there is no room, or nothing to say
---@return boolean cost
local function extra_width(sessions, room, origin)
  for _, cost in ipairs({ true, false }) do
    local width = 0
    for _, session in ipairs(sessions) do
      width = math.max(width, vim.fn.strdisplaywidth(cells.extra(session, cost)))
    end
    if width < room - (cost and math.min(origin, 12) + 2 or 0) then
      return width, cost
    end
  end
  return 0, false
end

---@param sessions tempest.Session[]
---@param width integer
---@param conflicts fun(session: tempest.Session): tempest.Clash[]
---@return tempest.Columns
local function columns(sessions, width, conflicts)
  local name, origin, added, removed, marks = 8, 0, 0, 0, 0
  for _, session in ipairs(sessions) do
    local plus, minus = cells.counts(session)
    name = math.max(name, vim.fn.strdisplaywidth(session.name))
    origin = math.max(origin, vim.fn.strdisplaywidth(cells.origin(session)))
    added, removed = math.max(added, #plus), math.max(removed, #minus)
    marks = math.max(marks, #cells.marks(session, conflicts(session)))
  end
  -- Icon and blanks, age, and the blank between each column.
  local taken = 3
    + 5
    + (added > 0 and added + removed + 2 or 0)
    + 1
    + (marks > 0 and marks + 1 or 0)
  local beside = width - taken - math.min(name, least_name)
  local more, cost = extra_width(sessions, beside, origin)
  taken = taken + (more > 0 and more + 1 or 0)
  local room = math.max(1, width - taken)
  local spare = room - math.min(name, room) - 2
  return {
    name = math.min(name, room),
    origin = spare >= math.min(origin, 12) and math.min(origin, spare) or 0,
    added = added,
    cost = cost,
    extra = more,
    marks = marks,
    removed = removed,
  }
end

---What git has begun in it and not ended; what it does or asks; at rest,
---what it said last: more of it where nobody has looked yet.
---@param session tempest.Session
---@param width integer
---@return { [1]: string, [2]: string }[]|nil
local function lines_below(session, width)
  local doing, colour = standing.doing(session)
  local lines = {}
  if session.unfinished then
    lines[1] = { session.unfinished .. ' not finished', 'TempestConflict' }
  end
  if doing ~= '' then
    lines[#lines + 1] = { doing, colour }
  end
  local status = standing.status(session)
  if status == 'unseen' or status == 'idle' then
    local most = status == 'unseen' and 3 or 1
    for line in (session.words or ''):gmatch('[^\n]+') do
      if #lines < most then
        lines[#lines + 1] = { line, 'TempestWords' }
      end
    end
  end
  for _, line in ipairs(lines) do
    line[1] = fit('   ' .. line[1], width)
  end
  return #lines > 0 and lines or nil
end

---@param session tempest.Session
---@param size tempest.Columns
---@param width integer
---@param now integer
---@param clashes tempest.Clash[]
---@return tempest.Row
local function row(session, size, width, now, clashes)
  local parts, marks, at = {}, {}, 0
  local function put(text, group)
    if group and text:match('%S') then
      marks[#marks + 1] = { at, at + #text, group }
    end
    parts[#parts + 1] = text
    at = at + #text
  end
  local icon, group = standing.icon(session)
  local wants = session.attention ~= nil
  put(' ')
  put(icon, group)
  put(session.permissionless and '!' or ' ', 'TempestPermissionless')
  put(fit(session.name, size.name), wants and 'TempestUnseenName' or 'TempestName')
  if size.origin > 0 then
    put('  ')
    put(fit(cells.origin(session), size.origin), 'TempestBranch')
  end
  local used = 3 + size.name + (size.origin > 0 and size.origin + 2 or 0)
  local right = 6 + (size.extra > 0 and size.extra + 1 or 0)
  right = right + (size.added > 0 and size.added + size.removed + 2 or 0)
  right = right + (size.marks > 0 and size.marks + 1 or 0)
  put((' '):rep(math.max(0, width - used - right)))
  if size.marks > 0 then
    local told = cells.marks(session, clashes)
    put((' '):rep(size.marks + 1 - #told))
    for _, mark in ipairs(told) do
      put(mark[1], mark[2])
    end
  end
  if size.extra > 0 then
    local text = cells.extra(session, size.cost)
    put((' '):rep(size.extra + 1 - vim.fn.strdisplaywidth(text)) .. text, 'TempestExtra')
  end
  if size.added > 0 then
    local plus, minus = cells.counts(session)
    put(' ' .. (' '):rep(size.added - #plus) .. plus, 'TempestAdded')
    put(' ' .. (' '):rep(size.removed - #minus) .. minus, 'TempestRemoved')
  end
  put(('%5s '):format(cells.age(session.createdAt, now)), 'TempestAge')
  local below = lines_below(session, width)
  return { text = table.concat(parts), id = session.id, marks = marks, below = below }
end

---@param session tempest.Session
---@param filter string
---@return boolean every word of the filter is in the name, branch, prompt, agent or status
function M.matches(session, filter)
  local fields =
    { session.name, session.branch, session.prompt, session.agent, standing.status(session) }
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
---@field conflicts? fun(session: tempest.Session): tempest.Clash[]

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
  local conflicts = options.conflicts or function()
    return {}
  end
  local size, rows = columns(sessions, options.width, conflicts), {}
  for _, repo in ipairs(order) do
    if #order > 1 then
      local text = ' ' .. vim.fs.basename(repo)
      rows[#rows + 1] = { text = text, marks = { { 0, #text, 'TempestHeading' } } }
    end
    for _, session in ipairs(by_repo[repo]) do
      rows[#rows + 1] = row(session, size, options.width, options.now, conflicts(session))
    end
  end
  return rows
end

return M
