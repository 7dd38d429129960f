-- A live list of sessions in a buffer, shared by picker and side list: the cursor stays with its session.
local cursor = require('tempest.cursor')
local highlight = require('tempest.highlight')
local message = require('tempest.message')
local rows = require('tempest.rows')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')
local windows = require('tempest.windows')

local namespace = vim.api.nvim_create_namespace('tempest_view')

---@class tempest.View: tempest.Filtered
---@field buf integer
---@field trash boolean shows the removed sessions
---@field removed tempest.Session[]
---@field rows tempest.Row[]
---@field selected? string
---@field told? tempest.Session what `on_select` was called with
---@field line integer where the cursor was
---@field on_select fun(session?: tempest.Session)
---@field conflicts fun(session: tempest.Session): tempest.Clash[] what is known of them
local View = {}
View.__index = View

---How often ages are brought up to date, in ms.
local aging = 20000

---@param buf integer
---@param on_select? fun(session?: tempest.Session) called when another session is under the cursor, and with news of it
---@return tempest.View
function View.new(buf, on_select)
  local self = setmetatable({
    buf = buf,
    filter = '',
    trash = false,
    removed = {},
    rows = {},
    line = 1,
    on_select = on_select or function() end,
    conflicts = function()
      return {}
    end,
  }, View)
  highlight.ensure()
  vim.bo[buf].modifiable = false
  local pending = false
  local unsubscribe = state.subscribe(function()
    if not pending then
      pending = true
      vim.schedule(function()
        pending = false
        self:refresh()
      end)
    end
  end)
  local timer = assert(vim.uv.new_timer())
  timer:start(
    aging,
    aging,
    vim.schedule_wrap(function()
      self:refresh()
    end)
  )
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = buf,
    once = true,
    callback = function()
      unsubscribe()
      timer:stop()
      timer:close()
    end,
  })
  vim.api.nvim_create_autocmd('CursorMoved', {
    buffer = buf,
    callback = function()
      cursor.skip_headings(self)
      self:moved()
    end,
  })
  return self
end

---@return tempest.Session[]
function View:sessions()
  local all = which.nearest_first(self.trash and self.removed or nil)
  return vim.tbl_filter(function(session)
    return rows.matches(session, self.filter)
  end, all)
end

---@return string
function View:hint()
  if self.filter ~= '' then
    return 'nothing matches'
  elseif self.trash then
    return 'nothing was removed'
  elseif not state.known then
    return 'connecting…'
  end
  return 'no sessions yet: n starts one'
end

---@return integer|nil
function View:window()
  return vim.fn.win_findbuf(self.buf)[1]
end

function View:refresh()
  local win = vim.api.nvim_buf_is_valid(self.buf) and self:window()
  if not win then
    return
  end
  local seconds, micros = vim.uv.gettimeofday()
  self.rows = rows.build(self:sessions(), {
    width = vim.api.nvim_win_get_width(win),
    now = seconds * 1000 + math.floor(micros / 1000),
    empty = self:hint(),
    conflicts = self.conflicts,
  })
  local lines = vim.tbl_map(function(row)
    return row.text
  end, self.rows)
  if not vim.deep_equal(lines, vim.api.nvim_buf_get_lines(self.buf, 0, -1, false)) then
    windows.set_lines(self.buf, lines)
  end
  vim.api.nvim_buf_clear_namespace(self.buf, namespace, 0, -1)
  for index, row in ipairs(self.rows) do
    for _, mark in ipairs(row.marks) do
      vim.api.nvim_buf_set_extmark(self.buf, namespace, index - 1, mark[1], {
        end_col = mark[2],
        hl_group = mark[3],
      })
    end
    if row.below then
      vim.api.nvim_buf_set_extmark(self.buf, namespace, index - 1, 0, {
        virt_lines = vim.tbl_map(function(line)
          return { line }
        end, row.below),
      })
    end
  end
  cursor.keep(self, win)
end

function View:moved()
  local session = self:session()
  self.selected = session and session.id or self.selected
  -- Another session, or news of the same one.
  if session ~= self.told or not session then
    self.told = session
    self.on_select(session)
  end
end

---The session under the cursor.
---@return tempest.Session|nil
function View:session()
  local win = self:window()
  local row = win and self.rows[vim.api.nvim_win_get_cursor(win)[1]]
  if not row or not row.id then
    return nil
  end
  for _, session in ipairs(self.trash and self.removed or {}) do
    if session.id == row.id then
      return session
    end
  end
  return state.get(row.id)
end

---Moves the cursor to a session, where the list has it.
---@param id string
function View:select(id)
  self.selected = id
  self:refresh()
end

---@param by integer rows down, negative: up
function View:move(by)
  cursor.move(self, by)
end

---@param filter string
function View:set_filter(filter)
  self.filter = filter
  self:refresh()
end

---Shows the removed sessions, or those at hand again.
function View:toggle_trash()
  if self.trash then
    self.trash = false
    self:refresh()
    return
  end
  rpc.request('session/list', { removed = true }, function(failure, result)
    if failure then
      message.failure(failure)
      return
    end
    self.removed, self.trash = result.sessions, true
    table.sort(self.removed, function(a, b)
      return a.removed.at > b.removed.at
    end)
    -- What was removed last is what one wants back most often.
    local first = self:sessions()[1]
    self.selected = first and first.id
    self:refresh()
  end)
end

return View
