-- `:TempestQueue`: what waits to be sent to a session, a line for each, always up to date.
local highlight = require('tempest.highlight')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local windows = require('tempest.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_queue')
local hint = 'a add  <CR> edit  dd remove  J K move  h hold this  H hold all  q close'

---@class tempest.QueueItem
---@field id string
---@field text string
---@field held boolean
---@field sending boolean
---@field addedAt integer

---@class tempest.QueueView
---@field buf integer
---@field id string
---@field name string
---@field items tempest.QueueItem[]
---@field hold? { why: string, text: string }
---@field asked integer how often the daemon was asked
---@field shown integer which of these answers is shown

---@param view tempest.QueueView
---@return integer head lines above the first item
local function draw(view)
  local lines, marks = { hint }, { { 0, #hint, 'TempestHint' } }
  local told = view.hold and 'Held: ' .. view.hold.text:gsub('%s+', ' ')
    or (#view.items == 0 and 'Nothing waits' or nil)
  if told then
    lines[#lines + 1] = told
    marks[#marks + 1] = { #lines - 1, #told, view.hold and 'TempestWaiting' or 'TempestHint' }
  end
  local head = #lines
  for index, item in ipairs(view.items) do
    local mark = item.sending and '→ ' or item.held and '‖ ' or '  '
    lines[#lines + 1] = ('%2d %s%s'):format(index, mark, (item.text:gsub('%s+', ' ')))
  end
  windows.set_lines(view.buf, lines)
  vim.api.nvim_buf_clear_namespace(view.buf, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(view.buf, namespace, mark[1], 0, {
      end_col = mark[2],
      hl_group = mark[3],
    })
  end
  return head
end

---@param view tempest.QueueView
---@return tempest.QueueItem|nil
local function at_cursor(view)
  local head = vim.api.nvim_buf_line_count(view.buf) - #view.items
  return view.items[vim.api.nvim_win_get_cursor(0)[1] - head]
end

---Shows the queue as it is now; the cursor stays with its item.
---@param view tempest.QueueView
---@param queue { items: tempest.QueueItem[], hold?: table }
---@param follow? string the item to go to
local function show(view, queue, follow)
  if not vim.api.nvim_buf_is_valid(view.buf) then
    return
  end
  local win = vim.fn.win_findbuf(view.buf)[1]
  local wanted = follow
  if win and not wanted then
    local head = vim.api.nvim_buf_line_count(view.buf) - #view.items
    local item = view.items[vim.api.nvim_win_get_cursor(win)[1] - head]
    wanted = item and item.id
  end
  view.items, view.hold = queue.items, queue.hold
  local head = draw(view)
  for index, item in ipairs(view.items) do
    if win and item.id == wanted then
      vim.api.nvim_win_set_cursor(win, { head + index, 0 })
    end
  end
  if win and not wanted and #view.items > 0 then
    vim.api.nvim_win_set_cursor(win, { head + 1, 0 })
  end
end

---A change is answered once it is on disk, the list at once: an answer that comes late may be an old one.
---@param view tempest.QueueView
---@param method string
---@param params table
---@param follow? string
local function ask(view, method, params, follow)
  params.session = view.id
  view.asked = view.asked + 1
  local number = view.asked
  rpc.request(method, params, function(failure, queue)
    if failure then
      message.failure(failure)
    elseif number > view.shown then
      view.shown = number
      show(view, queue, follow)
    end
  end)
end

---@param view tempest.QueueView
---@param by integer
local function move(view, by)
  local item = at_cursor(view)
  for index, other in ipairs(view.items) do
    local to = index - 1 + by
    if item and other.id == item.id and to >= 0 and to < #view.items then
      ask(view, 'queue/move', { item = item.id, to = to }, item.id)
    end
  end
end

---@param view tempest.QueueView
---@param lhs string
---@param desc string
---@param action fun(item: tempest.QueueItem)
local function on_item(view, lhs, desc, action)
  vim.keymap.set('n', lhs, function()
    local item = at_cursor(view)
    if item then
      action(item)
    end
  end, { buffer = view.buf, nowait = true, desc = 'Tempest: ' .. desc })
end

---@param view tempest.QueueView
local function map(view)
  local function plain(lhs, desc, action)
    vim.keymap.set(
      'n',
      lhs,
      action,
      { buffer = view.buf, nowait = true, desc = 'Tempest: ' .. desc }
    )
  end
  local prompt = require('tempest.prompt')
  plain('a', 'add to the queue', function()
    prompt.ask({ title = 'Queue for ' .. view.name, action = 'add' }, function(text)
      if text ~= '' then
        ask(view, 'queue/add', { text = text })
      end
    end)
  end)
  on_item(view, '<CR>', 'edit this item', function(item)
    prompt.ask({ title = 'Edit', text = item.text, action = 'keep' }, function(text)
      if text ~= '' and text ~= item.text then
        ask(view, 'queue/edit', { item = item.id, text = text })
      end
    end)
  end)
  on_item(view, 'dd', 'remove this item', function(item)
    ask(view, 'queue/remove', { item = item.id })
  end)
  on_item(view, 'h', 'hold this item, or let it go', function(item)
    ask(view, 'queue/hold', { item = item.id, held = not item.held })
  end)
  plain('H', 'hold all, or let them go', function()
    ask(view, 'queue/hold', { held = view.hold == nil })
  end)
  plain('J', 'move this item down', function()
    move(view, 1)
  end)
  plain('K', 'move this item up', function()
    move(view, -1)
  end)
  plain('q', 'close the queue', function()
    windows.close(vim.api.nvim_get_current_win())
  end)
end

---Reads the queue anew whenever the session changed, until the buffer is gone.
---@param view tempest.QueueView
local function follow(view)
  local unsubscribe
  local seen = -1
  unsubscribe = state.subscribe(function(id)
    if not vim.api.nvim_buf_is_valid(view.buf) then
      unsubscribe()
      return
    end
    local session = id == view.id and state.get(id) or nil
    if session and session.revision > seen and vim.fn.win_findbuf(view.buf)[1] then
      seen = session.revision
      ask(view, 'queue/list', {})
    end
  end)
end

---@param session tempest.Session
function M.open(session)
  highlight.ensure()
  local name = ('tempest://%s/queue'):format(session.id)
  local existing = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{}\\') .. '$')
  local win = existing > 0 and vim.fn.win_findbuf(existing)[1]
  if win then
    vim.api.nvim_set_current_win(win)
    return
  end
  local buf = windows.scratch(name)
  vim.b[buf].tempest_session = session.id
  vim.bo[buf].filetype = 'tempest_queue'
  local view = { buf = buf, id = session.id, name = session.name, items = {}, asked = 0, shown = 0 }
  draw(view)
  windows.open(buf, { layout = 'split', focus = true })
  vim.api.nvim_win_set_height(0, math.max(5, math.min(12, math.floor(vim.o.lines / 4))))
  vim.wo[0][0].wrap = false
  map(view)
  follow(view)
  ask(view, 'queue/list', {})
end

return M
