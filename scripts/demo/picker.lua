-- Opens the picker, waits until it lists the names in $DEMO_NAMES, and says so; exit code 1 if it doesn't.
local names = vim.split(vim.env.DEMO_NAMES, ' ')

local function screen()
  local lines = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    vim.list_extend(lines, vim.api.nvim_buf_get_lines(buffer, 0, -1, false))
  end
  return table.concat(lines, '\n')
end

local function shows_all()
  local text = screen()
  return vim.iter(names):all(function(name)
    -- A long name is cut to the width of the list.
    return text:find(name:sub(1, 12), 1, true) ~= nil
  end)
end

vim.o.columns, vim.o.lines = 160, 40
vim.cmd('Tempest')
local shown = vim.wait(20000, shows_all, 50)
io.stdout:write(shown and table.concat(names, ', ') or ('not all sessions in:\n' .. screen()))
vim.cmd(shown and 'qall!' or 'cquit 1')
