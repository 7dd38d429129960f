-- A question in a small floating window, answered by one key; the editor is not blocked.
local windows = require('tempest.windows')

local M = {}

---@class tempest.Confirmation
---@field title string
---@field lines string[]
---@field yes string what `y` does, such as 'remove'
---@field no? string what `n` does, default 'cancel'

---@param question tempest.Confirmation
---@param answer fun(yes: boolean) called exactly once
function M.ask(question, answer)
  local footer = (' y %s   n %s '):format(question.yes, question.no or 'cancel')
  local width = math.max(vim.fn.strdisplaywidth(footer), vim.fn.strdisplaywidth(question.title) + 4)
  for _, line in ipairs(question.lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 2)
  end
  width = math.min(width, vim.o.columns - 4)
  local buf = windows.scratch()
  local lines = vim.tbl_map(function(line)
    return ' ' .. line
  end, question.lines)
  windows.set_lines(buf, lines)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  height = math.max(1, math.min(height, vim.o.lines - 6))
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'editor',
    width = width,
    height = height,
    col = math.floor((vim.o.columns - width) / 2),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    border = require('tempest.config').get().picker.border,
    title = (' %s '):format(question.title),
    title_pos = 'center',
    footer = footer,
    footer_pos = 'center',
    style = 'minimal',
    zindex = 200,
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.cmd.stopinsert()
  local answered = false
  local function finish(yes)
    if answered then
      return
    end
    answered = true
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
    answer(yes)
  end
  local keys = { y = true, Y = true, n = false, N = false, q = false, ['<Esc>'] = false }
  for key, yes in pairs(keys) do
    vim.keymap.set('n', key, function()
      finish(yes)
    end, { buffer = buf, nowait = true, desc = 'Tempest: answer' })
  end
  vim.api.nvim_create_autocmd({ 'BufLeave', 'BufWipeout' }, {
    buffer = buf,
    callback = function()
      vim.schedule(function()
        finish(false)
      end)
    end,
  })
end

return M
