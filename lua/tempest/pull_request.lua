-- `:TempestPR`: pushes a session's branch, and begins a pull request by the forge's own tool, else on its page.
local creation = require('tempest.creation')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local windows = require('tempest.windows')

local M = {}

---@class tempest.Pushed
---@field remote string
---@field branch string
---@field base string
---@field url? string
---@field tool? 'gh'|'glab'
---@field command? string[]
---@field uncommitted integer

---@param pushed tempest.Pushed
---@return string|nil
local function left_out(pushed)
  local count = pushed.uncommitted
  if count > 0 then
    local files = count == 1 and '1 file is' or count .. ' files are'
    return files .. ' not committed, and so not in what was pushed'
  end
end

---A key pressed in the terminal mode of a finished job would delete the buffer; what is said while that mode ends
---would be wiped away with its name.
---@param buf integer
---@param callback fun()
local function out_of_terminal_mode(buf, callback)
  if vim.api.nvim_get_current_buf() ~= buf or vim.api.nvim_get_mode().mode ~= 't' then
    callback()
    return
  end
  vim.api.nvim_create_autocmd(
    'ModeChanged',
    { once = true, callback = vim.schedule_wrap(callback) }
  )
  vim.cmd.stopinsert()
end

---The tool's last words stay to be read, with its address in them.
---@param buf integer
---@param code integer
---@param session tempest.Session
---@param pushed tempest.Pushed
local function on_exit(buf, code, session, pushed)
  if vim.v.exiting ~= vim.NIL then
    return
  end
  if vim.api.nvim_buf_is_valid(buf) then
    vim.keymap.set('n', 'q', function()
      windows.close(vim.api.nvim_get_current_win())
    end, { buffer = buf, desc = 'Tempest: close this window' })
  end
  out_of_terminal_mode(buf, function()
    if code ~= 0 then
      local page = pushed.url and '; the page is ' .. pushed.url or ''
      local text = '%s: %s ended with exit code %d%s'
      message.warn(text:format(session.name, pushed.tool, code, page))
    end
  end)
end

---It has the person's own log-in, and may ask: it gets a terminal, in the session's worktree.
---@param session tempest.Session
---@param pushed tempest.Pushed
---@param focus boolean
local function run(session, pushed, focus)
  local buf = windows.scratch()
  local title = ('pull request of %s'):format(session.name)
  local win = windows.open(buf, { focus = focus, title = title })
  local bar = table.concat({ title, left_out(pushed) }, ': ')
  vim.wo[win][0].winbar = ' ' .. bar:gsub('%%', '%%%%')
  vim.api.nvim_win_call(win, function()
    require('tempest.terminal.start')(pushed.command, {
      cwd = session.worktree,
      on_exit = function(_, code)
        on_exit(buf, code, session, pushed)
      end,
    })
  end)
  require('tempest.terminal.attach').dress(win)
  if focus and require('tempest.config').get().terminal.insert then
    vim.cmd.startinsert()
  end
end

---@param pushed tempest.Pushed
local function open_page(pushed)
  if pushed.url then
    message.show(pushed.url)
    vim.ui.open(pushed.url)
  else
    message.show(('%s is pushed to %s'):format(pushed.branch, pushed.remote))
  end
end

---A push takes a while: who went on elsewhere meanwhile keeps the keys that they type.
---@param win integer in which it was begun
---@return boolean
local function is_still_in(win)
  return vim.api.nvim_get_current_win() == win
    and vim.api.nvim_get_mode().mode:match('^nt?$') ~= nil
end

---@param session tempest.Session
function M.begin(session)
  local win = vim.api.nvim_get_current_win()
  message.show('pushing ' .. session.branch)
  local params = { session = session.id, env = creation.environment() }
  rpc.request('session/push', params, function(failure, pushed)
    if failure then
      message.failure(failure)
      return
    end
    ---@cast pushed tempest.Pushed
    if pushed.command and vim.fn.executable(pushed.command[1]) == 1 then
      run(session, pushed, is_still_in(win))
    else
      open_page(pushed)
    end
    local left = left_out(pushed)
    if left then
      message.warn(('%s: %s'):format(session.name, left))
    end
  end)
end

return M
