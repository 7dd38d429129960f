-- What the status lines of Tempest's own windows say, where the person has left 'statusline' as it was.
local cells = require('tempest.cells')
local fit = require('tempest.fit')
local standing = require('tempest.standing')
local state = require('tempest.state')

local M = {}

local expression = "%{%v:lua.require'tempest.label'.text()%}"
local position = '%= %l/%L '

---By the last part of a buffer's name; the session's name follows.
---@type table<string, string>
local pages = {
  diff = 'review of ',
  log = 'setup of ',
  check = 'check of ',
  queue = 'messages for ',
}

---@param text string
---@return string as it is, for 'statusline'
local function literal(text)
  return (text:gsub('%c', '?'):gsub('%%', '%%%%'))
end

---@param session tempest.Session
---@return string
local function live(session)
  local icon, group = standing.icon(session)
  icon = literal(icon)
  -- Before 0.11 it would stand on another background.
  if vim.fn.has('nvim-0.11') == 1 then
    icon = ('%%$%s$%s%%*'):format(group, icon)
  end
  local doing = standing.doing(session)
  if doing == '' then
    doing = standing.status(session)
  end
  local added, removed = cells.counts(session)
  local said = ('%s · %s'):format(session.name, doing)
  return ('%s %%<%s%%= %s %s '):format(icon, literal(said), added, removed)
end

---@param buf integer
---@return string for 'statusline'
local function of(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  local id, rest = name:match('^tempest://([^/]+)/(.+)$')
  local session = id and state.get(id)
  if vim.bo[buf].filetype == 'tempest_terminal' then
    return session and live(session) or literal(rest or name)
  elseif name == 'tempest://sessions' then
    return 'Tempest' .. position
  elseif id == 'comment' then
    return 'comment' .. position
  elseif session and pages[rest] then
    local room = vim.api.nvim_win_get_width(0) - 2
    -- Without an item, Neovim would take its first blank away.
    return '%<' .. literal(fit(pages[rest] .. session.name, room))
  end
  return '%<' .. literal(rest and rest:match('^[^/]+/(.+)$') or name) .. position
end

---The text for the window that is being drawn.
---@return string
function M.text()
  return ' ' .. of(vim.api.nvim_get_current_buf())
end

---@return boolean
local function is_left_alone()
  return vim.go.statusline == vim.api.nvim_get_option_info2('statusline', {}).default
end

---@param buf integer
local function show(buf)
  if not is_left_alone() then
    return
  end
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.wo[win][0].statusline = expression
  end
end

---@param id string
local function changed(id)
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buf = vim.api.nvim_win_get_buf(win)
    if vim.wo[win].statusline == expression and vim.b[buf].tempest_session == id then
      vim.schedule(function()
        vim.cmd.redrawstatus({ bang = true })
      end)
      return
    end
  end
end

local watching = false

---Gives every window of ours its text, from now on.
function M.watch()
  if watching then
    return
  end
  watching = true
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'BufFilePost' }, {
    group = vim.api.nvim_create_augroup('tempest_label', {}),
    pattern = 'tempest://*',
    callback = function(event)
      show(event.buf)
    end,
  })
  state.subscribe(changed)
end

return M
