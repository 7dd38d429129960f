-- The right side of the picker: the session's screen, or which files it changed.
local about = require('tempest.about')
local cells = require('tempest.cells')
local counts = require('tempest.diff.lines').counts
local cut = require('tempest.cut')
local fit = require('tempest.fit')
local heading = require('tempest.heading')
local highlight = require('tempest.highlight')
local rpc = require('tempest.rpc')
local standing = require('tempest.standing')
local windows = require('tempest.windows')

local namespace = vim.api.nvim_create_namespace('tempest_preview')

---@class tempest.Preview
---@field win integer
---@field what 'screen'|'diff'
---@field session? tempest.Session
---@field shown? string what is drawn now, so that the same is not drawn twice
---@field busy boolean
---@field conflicts fun(session: tempest.Session): tempest.Clash[] what is known of them
---@field timer uv.uv_timer_t
local Preview = {}
Preview.__index = Preview

---As many files as any screen has lines.
local most_files = 300
---Twice a second at most, and only while the preview can be seen.
local interval = 500

---@param win integer
---@param what 'screen'|'diff'
---@return tempest.Preview
function Preview.new(win, what)
  local self = setmetatable({ win = win, what = what, busy = false }, Preview)
  self.conflicts = function()
    return {}
  end
  self.timer = assert(vim.uv.new_timer())
  self.timer:start(
    interval,
    interval,
    vim.schedule_wrap(function()
      self:refresh()
    end)
  )
  return self
end

function Preview:close()
  self.timer:stop()
  self.timer:close()
  windows.close(self.win)
end

---@param session tempest.Session|nil
function Preview:show(session)
  local other = not session or not self.session or session.id ~= self.session.id
  self.session = session
  if other then
    self.busy = false
    self.shown = nil
    if not session then
      self:draw_lines({ '' }, {}, 'nothing')
    end
  end
  self:title()
  self:refresh()
end

function Preview:toggle()
  self.what = self.what == 'screen' and 'diff' or 'screen'
  self.shown, self.busy = nil, false
  self:refresh()
end

---Above, what session it is and what it does; below, what it took.
function Preview:title()
  if not vim.api.nvim_win_is_valid(self.win) then
    return
  end
  local session = self.session
  local text, spent = '', ''
  if session then
    local why = session.activity ~= '' and session.activity or session.reason
    why = session.notice ~= '' and session.notice or why
    text = ('%s · %s%s'):format(
      session.branch,
      standing.status(session),
      why ~= '' and ' · ' .. why or ''
    )
    spent = cells.spent(session)
  end
  local room = vim.api.nvim_win_get_width(self.win) - 4
  local function label(said)
    return said == '' and '' or (' %s '):format(vim.trim(fit(said, room)))
  end
  vim.api.nvim_win_set_config(self.win, { title = label(text), footer = label(spent) })
end

---@param method string
---@param params table
---@param done fun(value: any)
---@param failed fun()
function Preview:ask(method, params, done, failed)
  if self.busy then
    return
  end
  self.busy = true
  local session, what = self.session, self.what
  rpc.request(method, params, function(failure, value)
    local current = self.session and session and self.session.id == session.id and self.what == what
    if not current or not vim.api.nvim_win_is_valid(self.win) then
      return
    end
    self.busy = false
    if failure then
      failed()
    else
      done(value)
    end
  end)
end

function Preview:refresh()
  local session = self.session
  if not session or not vim.api.nvim_win_is_valid(self.win) then
    return
  end
  if session.removed then
    self:about()
  elseif self.what == 'diff' then
    -- Counted anew only when the session's tree is another one.
    local told = heading.conflicts(self.conflicts(session))
    local tree = (session.changes and session.changes.tree or '') .. table.concat(told)
    if self.shown ~= 'diff ' .. tree then
      self:ask('session/diff', { session = session.id, limit = most_files }, function(diff)
        self:draw_diff(diff, 'diff ' .. tree)
      end, function()
        self:about()
      end)
    end
  else
    self:ask('terminal/screen', { session = session.id, format = 'ansi' }, function(screen)
      self:draw_screen(screen.text)
    end, function()
      self:about()
    end)
  end
end

---@param buf integer
function Preview:put(buf)
  vim.bo[buf].bufhidden = 'wipe'
  vim.api.nvim_win_set_buf(self.win, buf)
  local set = vim.wo[self.win][0]
  set.number, set.relativenumber, set.cursorline, set.list = false, false, false, false
  set.signcolumn, set.foldcolumn, set.statuscolumn, set.colorcolumn = 'no', '0', '', ''
  set.wrap = false
  vim.wo[self.win].winhighlight = highlight.float
end

---The last lines that are not blank, as many as fit. Colours set further up still hold in them.
---@param text string with escape sequences
---@param height integer
---@param width integer
---@return string
local function tail(text, height, width)
  local lines = vim.split(text, '\r?\n')
  local last = 1
  for index, line in ipairs(lines) do
    if line:gsub('\27%[[%d;:?]*%a', ''):match('%S') then
      last = index
    end
  end
  local first = math.max(1, last - height + 1)
  local colours = {}
  for index = 1, first - 1 do
    for colour in lines[index]:gmatch('\27%[[%d;:]*m') do
      colours[#colours + 1] = colour
    end
  end
  for index = first, last do
    lines[index] = cut(lines[index], width)
  end
  return table.concat(colours) .. table.concat(lines, '\r\n', first, last)
end

---@param text string with escape sequences
function Preview:draw_screen(text)
  local width = vim.api.nvim_win_get_width(self.win)
  local lines = heading.lines(assert(self.session), width, self.conflicts(self.session))
  local key = table.concat(lines, '\n') .. '\n' .. text
  if self.shown == key then
    return
  end
  self.shown = key
  local buf = vim.api.nvim_create_buf(false, true)
  self:put(buf)
  vim.api.nvim_win_call(self.win, function()
    local channel = vim.api.nvim_open_term(buf, {})
    -- Nothing wraps, and the cursor is hidden.
    local room = math.max(1, vim.api.nvim_win_get_height(self.win) - #lines)
    lines[#lines + 1] = tail(text, room, width)
    vim.api.nvim_chan_send(channel, '\27[?7l\27[?25l' .. table.concat(lines, '\r\n'))
  end)
end

---@param lines string[]
---@param marks { [1]: integer, [2]: integer, [3]: integer, [4]: string }[] row, start, end, group
---@param key string
function Preview:draw_lines(lines, marks, key)
  if self.shown == key or not vim.api.nvim_win_is_valid(self.win) then
    return
  end
  self.shown = key
  local buf = windows.scratch()
  windows.set_lines(buf, lines)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buf, namespace, mark[1], mark[2], {
      end_col = mark[3],
      hl_group = mark[4],
    })
  end
  self:put(buf)
end

---@param diff tempest.Diff
---@param key string
function Preview:draw_diff(diff, key)
  local lines, marks = {}, {}
  local width = vim.api.nvim_win_get_width(self.win)
  for _, text in ipairs(heading.conflicts(self.conflicts(assert(self.session)))) do
    lines[#lines + 1] = ' ' .. text
    marks[#marks + 1] = { #lines - 1, 1, #lines[#lines], 'TempestConflict' }
  end
  for _, file in ipairs(diff.files) do
    local count = counts(file)
    local line = ' ' .. fit(file.path, math.max(8, width - #count - 4)) .. '  ' .. count
    lines[#lines + 1] = line
    local at, plus = #line - #count, count:match('^%+%d+')
    if plus then
      marks[#marks + 1] = { #lines - 1, at, at + #plus, 'TempestAdded' }
      marks[#marks + 1] = { #lines - 1, at + #plus + 1, #line, 'TempestRemoved' }
    end
  end
  local more = diff.total.files - #diff.files
  if more > 0 then
    lines[#lines + 1] = (' … and %d more'):format(more)
    marks[#marks + 1] = { #lines - 1, 0, #lines[#lines], 'TempestHint' }
  end
  self:draw_lines(#lines > 0 and lines or { ' no changes' }, marks, key)
end

---What there is to say of a session that has no screen.
function Preview:about()
  local session = assert(self.session)
  local lines, marks = about.lines(session)
  self:draw_lines(lines, marks, 'about ' .. session.id .. table.concat(lines, '\n'))
end

return Preview
