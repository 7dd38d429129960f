-- Buffers of a session's worktree that are not written: what ships is what is on disk.
local choose = require('tempest.choose')
local landing = require('tempest.landing')
local message = require('tempest.message')

local M = {}

---@param folder string
---@return integer[]
local function within(folder)
  local top = folder .. '/'
  return vim.tbl_filter(function(buf)
    local name = vim.api.nvim_buf_get_name(buf)
    local is_file = vim.bo[buf].modified and vim.bo[buf].buftype == '' and name ~= ''
    return is_file and vim.startswith(vim.uv.fs_realpath(name) or name, top)
  end, vim.api.nvim_list_bufs())
end

---@param folder string
---@return string[] below it
local function names_within(folder)
  return vim.tbl_map(function(buf)
    local name = vim.api.nvim_buf_get_name(buf)
    name = vim.uv.fs_realpath(name) or name
    return name:sub(#folder + 2)
  end, within(folder))
end

---@param session tempest.Session
---@return string|nil such as 'a.txt, b.txt', nil when all is written
function M.names(session)
  local names = names_within(session.worktree)
  return #names > 0 and landing.few(names) or nil
end

---Of the checkout that a merge would bring along: what it would change below what the person has typed.
---@param folder string
---@param files tempest.LandingFile[]
---@return string|nil such as 'a.txt, b.txt', nil when nothing is in the way
function M.in_the_way(folder, files)
  local changed = {}
  for _, file in ipairs(files) do
    changed[file.path] = true
    changed[file.oldPath or file.path] = true
  end
  local names = vim.tbl_filter(function(name)
    return changed[name] ~= nil
  end, names_within(folder))
  return #names > 0 and landing.few(names) or nil
end

---@param session tempest.Session
---@return boolean
local function write(session)
  for _, buf in ipairs(within(session.worktree)) do
    local ok, problem = pcall(vim.api.nvim_buf_call, buf, function()
      vim.cmd.write({ mods = { silent = true } })
    end)
    if not ok then
      message.warn(('%s is not written: %s'):format(vim.fn.bufname(buf), problem))
      return false
    end
  end
  return true
end

---Calls back once all is written, or the person does without it.
---@param session tempest.Session
---@param callback fun()
function M.settle(session, callback)
  local names = M.names(session)
  if not names then
    callback()
    return
  end
  local choices = {
    {
      'Write, and go on',
      function()
        if write(session) then
          callback()
        end
      end,
    },
    { 'Go on without', callback },
    { 'Leave it', function() end },
  }
  choose.ask(choices, {
    prompt = ('%s: not written: %s'):format(session.name, names),
    kind = 'tempest_unwritten',
  })
end

return M
