-- The keys of picker and side list: one table gives the maps and the help.
local actions = require('tempest.actions')
local wanting = require('tempest.wanting')
local windows = require('tempest.windows')

local M = {}

---@class tempest.KeyContext
---@field view tempest.View
---@field leave fun() the picker closes, the list stays
---@field filter fun()
---@field close fun()
---@field preview? fun()

---@class tempest.Key
---@field [1] string[] keys
---@field [2] string what it does
---@field [3] fun(context: tempest.KeyContext, session?: tempest.Session)
---@field free? boolean works without a session

---@param layout? tempest.Layout
---@return fun(context: tempest.KeyContext, session: tempest.Session)
local function opener(layout)
  return function(context, session)
    if session.removed then
      context.view.trash = false
      actions.restore(session.id)
      context.view:refresh()
      return
    end
    context.leave()
    actions.open(session, { layout = layout })
  end
end

---@type tempest.Key[]
M.all = {
  { { '<CR>' }, 'open its terminal (in the trash: restore)', opener() },
  { { '<C-s>' }, 'open in a split', opener('split') },
  { { '<C-v>' }, 'open in a vertical split', opener('vsplit') },
  { { '<C-t>' }, 'open in a tab page', opener('tab') },
  {
    { 'n' },
    'start a new session',
    function(context)
      context.leave()
      vim.cmd.TempestNew()
    end,
    free = true,
  },
  {
    { 'd' },
    'review its changes',
    function(context, session)
      context.leave()
      require('tempest.diff').open(session)
    end,
  },
  {
    { 'a' },
    'allow what it asks',
    function(_, session)
      actions.answer(session, 'allow')
    end,
  },
  {
    { 'r' },
    'refuse what it asks',
    function(_, session)
      actions.answer(session, 'deny')
    end,
  },
  {
    { '<Tab>' },
    'go to the next that wants you',
    function(context, session)
      local found = wanting.after(session and session.id)
      if found then
        context.view:select(found.id)
      end
    end,
    free = true,
  },
  {
    { 's' },
    'send it a prompt',
    function(_, session)
      require('tempest.send').ask(session)
    end,
  },
  {
    { 'Q' },
    'show what waits to be sent to it',
    function(context, session)
      context.leave()
      require('tempest.queue').open(session)
    end,
  },
  {
    { 'R' },
    'rename it',
    function(_, session)
      actions.ask_name(session, session.name)
    end,
  },
  {
    { 'c' },
    'close: end the agent, keep its work',
    function(_, session)
      actions.close(session)
    end,
  },
  {
    { 'x' },
    'remove: move it to the trash',
    function(_, session)
      actions.remove(session, { force = false })
    end,
  },
  {
    { 'C' },
    "run the repository's check",
    function(_, session)
      require('tempest.check').run(session)
    end,
  },
  {
    { 'l' },
    'show the output of its setup',
    function(context, session)
      context.leave()
      require('tempest.log').open(session)
    end,
  },
  {
    { 'u' },
    'show what was removed, to restore it',
    function(context)
      context.view:toggle_trash()
    end,
    free = true,
  },
  {
    { '/' },
    'filter by typing',
    function(context)
      context.filter()
    end,
    free = true,
  },
  {
    { 'p' },
    'preview: screen or changes',
    function(context)
      if context.preview then
        context.preview()
      end
    end,
    free = true,
  },
  {
    { '?', 'g?' },
    'this help',
    function()
      M.help()
    end,
    free = true,
  },
  {
    { 'q' },
    'close',
    function(context)
      context.close()
    end,
    free = true,
  },
}

---@param context tempest.KeyContext
function M.map(context)
  for _, key in ipairs(M.all) do
    for _, lhs in ipairs(key[1]) do
      vim.keymap.set('n', lhs, function()
        local session = context.view:session()
        if session or key.free then
          key[3](context, session)
        end
      end, { buffer = context.view.buf, nowait = true, desc = 'Tempest: ' .. key[2] })
    end
  end
end

---Lists the keys in a small floating window that any of `q`, `?`, Escape closes.
---@param keys? { [1]: string[], [2]: string }[] by default those of picker and list
function M.help(keys)
  local lines, width = {}, 0
  for _, key in ipairs(keys or M.all) do
    lines[#lines + 1] = (' %-7s %s '):format(table.concat(key[1], ' '), key[2])
    width = math.max(width, vim.fn.strdisplaywidth(lines[#lines]))
  end
  local buf = windows.scratch()
  windows.set_lines(buf, lines)
  local height = math.min(#lines, vim.o.lines - 4)
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'editor',
    width = math.min(width, vim.o.columns - 2),
    height = height,
    col = math.max(0, math.floor((vim.o.columns - width) / 2) - 1),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    border = require('tempest.config').get().picker.border,
    title = ' Keys ',
    title_pos = 'center',
    style = 'minimal',
    zindex = 200,
  })
  vim.wo[win].winhighlight = require('tempest.highlight').float
  local namespace = vim.api.nvim_create_namespace('tempest_help')
  for index = 1, #lines do
    vim.api.nvim_buf_set_extmark(buf, namespace, index - 1, 1, {
      end_col = 8,
      hl_group = 'TempestKey',
    })
  end
  local function close()
    windows.close(win)
  end
  for _, key in ipairs({ 'q', '?', 'g?', '<Esc>', '<CR>' }) do
    vim.keymap.set(
      'n',
      key,
      close,
      { buffer = buf, nowait = true, desc = 'Tempest: close the help' }
    )
  end
  vim.api.nvim_create_autocmd(
    'WinLeave',
    { buffer = buf, once = true, callback = vim.schedule_wrap(close) }
  )
end

return M
