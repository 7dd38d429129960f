-- `:TempestCompare`: the attempts of a group side by side; opened, diffed, and one of them chosen.
local attempts = require('tempest.attempts')
local confirm = require('tempest.confirm')
local highlight = require('tempest.highlight')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_compare')

---@class tempest.Comparison
---@field names string[] what was asked for
---@field buf integer
---@field win integer
---@field attempts tempest.ComparedAttempt[]
---@field asked integer

---@param view tempest.Comparison
local function draw(view)
  local lines = attempts.lines(view.attempts)
  windows.set_lines(view.buf, lines)
  vim.api.nvim_buf_clear_namespace(view.buf, namespace, 0, -1)
  vim.api.nvim_buf_set_extmark(view.buf, namespace, 0, 0, {
    end_col = #lines[1],
    hl_group = 'TempestHeading',
  })
  if not vim.api.nvim_win_is_valid(view.win) then
    return
  end
  local width = 40
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 1)
  end
  width = math.min(width, vim.o.columns - 4)
  local height = math.min(#lines, vim.o.lines - 6)
  vim.api.nvim_win_set_config(view.win, {
    relative = 'editor',
    width = width,
    height = height,
    col = math.floor((vim.o.columns - width) / 2),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
  })
  local line = vim.api.nvim_win_get_cursor(view.win)[1]
  vim.api.nvim_win_set_cursor(view.win, { math.min(math.max(line, 2), #lines), 0 })
end

---@param view tempest.Comparison
local function refresh(view)
  view.asked = view.asked + 1
  local number = view.asked
  rpc.request(
    'group/compare',
    { names = view.names, repo = which.here() },
    function(failure, result)
      if number ~= view.asked or not vim.api.nvim_buf_is_valid(view.buf) then
        return
      end
      if failure then
        message.failure(failure)
        windows.close(view.win)
        return
      end
      view.attempts = result.attempts
      draw(view)
    end
  )
end

---@param view tempest.Comparison
---@return tempest.Session|nil
local function at_cursor(view)
  local attempt = view.attempts[vim.api.nvim_win_get_cursor(0)[1] - 1]
  return attempt and attempt.session
end

---@param view tempest.Comparison
---@param session tempest.Session
local function diff(view, session)
  local others = {}
  for _, attempt in ipairs(view.attempts) do
    if attempt.session.id ~= session.id then
      others[#others + 1] = attempt.session
    end
  end
  local function against(other)
    windows.close(view.win)
    require('tempest.diff').open(session, { compared = { against = other.id } })
  end
  if #others == 1 then
    against(others[1])
  elseif #others > 1 then
    which.select(others, ('What differs in %s from'):format(session.name), against)
  end
end

---@param view tempest.Comparison
---@param session tempest.Session
local function choose(view, session)
  if not session.group then
    message.warn(session.name .. ' is of no group: :TempestRemove removes the others')
    return
  end
  local lines = { 'These go to the trash, and can be restored for 30 days:', '' }
  for _, attempt in ipairs(view.attempts) do
    if attempt.session.id ~= session.id then
      lines[#lines + 1] = attempt.session.name
    end
  end
  local question = { title = ('Keep %s?'):format(session.name), lines = lines, yes = 'keep it' }
  confirm.ask(question, function(yes)
    if not yes then
      return
    end
    windows.close(view.win)
    rpc.request('group/choose', { session = session.id }, function(failure, result)
      if failure then
        message.failure(failure)
        return
      end
      message.show(session.name .. ' is kept; :TempestRestore brings the others back')
      for _, other in ipairs(result.removed) do
        if other.error then
          message.warn(('%s is still there: %s'):format(other.name, other.error.message))
        end
      end
    end)
  end)
end

---@param view tempest.Comparison
local function map(view)
  ---@param lhs string
  ---@param desc string
  ---@param action fun(session: tempest.Session)
  local function on_session(lhs, desc, action)
    vim.keymap.set('n', lhs, function()
      local session = at_cursor(view)
      if session then
        action(session)
      end
    end, { buffer = view.buf, nowait = true, desc = 'Tempest: ' .. desc })
  end
  on_session('<CR>', 'open its terminal', function(session)
    windows.close(view.win)
    require('tempest.actions').open(session, {})
  end)
  on_session('d', 'what differs from another', function(session)
    diff(view, session)
  end)
  on_session('C', "run the repository's check", function(session)
    require('tempest.check').run(session)
  end)
  on_session('c', 'keep it, remove the others', function(session)
    choose(view, session)
  end)
  for _, lhs in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', lhs, function()
      windows.close(view.win)
    end, { buffer = view.buf, nowait = true, desc = 'Tempest: close the comparison' })
  end
end

---Shows what is told of the sessions; asks anew when one has come to another status, or is gone.
---@param view tempest.Comparison
local function update(view)
  local is_old = false
  for _, attempt in ipairs(view.attempts) do
    local now = state.get(attempt.session.id)
    is_old = is_old or not now or now.status ~= attempt.session.status
    attempt.session = now or attempt.session
  end
  if is_old then
    refresh(view)
  elseif #view.attempts > 0 then
    draw(view)
  end
end

---@param view tempest.Comparison
local function follow(view)
  local unsubscribe
  local pending = false
  unsubscribe = state.subscribe(function()
    if not vim.api.nvim_buf_is_valid(view.buf) then
      unsubscribe()
    elseif not pending then
      pending = true
      vim.schedule(function()
        pending = false
        if vim.api.nvim_buf_is_valid(view.buf) then
          update(view)
        end
      end)
    end
  end)
end

---@param names string[]
local function show(names)
  highlight.ensure()
  local buf = windows.scratch()
  vim.bo[buf].filetype = 'tempest_compare'
  windows.set_lines(buf, { ' …' })
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'editor',
    width = 40,
    height = 2,
    col = math.max(0, math.floor(vim.o.columns / 2) - 20),
    row = math.max(0, math.floor(vim.o.lines / 2) - 2),
    border = require('tempest.config').get().picker.border,
    title = (' Compare %s '):format(#names == 1 and names[1] or ''),
    title_pos = 'center',
    footer = ' <CR> open  d diff  C check  c choose  q close ',
    footer_pos = 'center',
    style = 'minimal',
  })
  vim.wo[win].winhighlight = highlight.float
  vim.wo[win].cursorline = true
  vim.wo[win].wrap = false
  local view = { names = names, buf = buf, win = win, attempts = {}, asked = 0 }
  map(view)
  follow(view)
  refresh(view)
end

---@return string[] labels of the groups that are there, the newest first
function M.groups()
  local labels, seen = {}, {}
  for _, session in ipairs(which.nearest_first()) do
    local group = session.group
    if group and not seen[group.id] then
      seen[group.id] = true
      labels[#labels + 1] = group.label
    end
  end
  return labels
end

---@param names string[] a group or one of it, or several sessions; none: the one at hand, else you choose
function M.open(names)
  which.when_known(function()
    local here = which.at_hand()
    local groups = M.groups()
    if #names > 0 then
      show(names)
    elseif here and here.group then
      show({ here.group.id })
    elseif #groups == 0 then
      message.warn('no attempts yet: :TempestRace starts some')
    elseif #groups == 1 then
      show(groups)
    else
      vim.ui.select(groups, { prompt = 'Compare', kind = 'tempest_group' }, function(label)
        if label then
          show({ label })
        end
      end)
    end
  end)
end

return M
