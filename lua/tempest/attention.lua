-- Says in one line when a session wants the person, unless they are looking at it.
local config = require('tempest.config')
local focus = require('tempest.focus')
local message = require('tempest.message')

local M = {}

local watching = false

---@param id string
---@return boolean
local function is_looked_at(id)
  return vim.b.tempest_session == id and focus.has
end

---@type table<tempest.Reason, string>
local words = {
  waiting = 'waits for you',
  problem = 'was stopped',
  exited = 'has ended',
  finished = 'has finished',
}

---@param session tempest.Session
---@param reason tempest.Reason
---@return string
local function sentence(session, reason)
  local about = session.activity
  if reason == 'problem' and session.problem then
    about = require('tempest.standing').problem(session.problem)
  elseif reason == 'exited' then
    about = session.reason
  end
  return ('%s %s%s'):format(session.name, words[reason], about ~= '' and ': ' .. about or '')
end

---@param reason tempest.Reason
---@return boolean
local function is_asked_for(reason)
  local notify = config.get().notify
  return notify == true or type(notify) == 'table' and vim.tbl_contains(notify, reason)
end

---A queue that holds itself says so: what the person counts on doesn't happen.
---@param session tempest.Session|nil
---@param before tempest.Session|nil
local function tell_of_queue(session, before)
  local hold = session and session.queued.hold
  if session and hold and hold.why ~= 'person' and before and not before.queued.hold then
    message.warn(('the queue of %s is held. %s'):format(session.name, hold.text))
  end
end

function M.watch()
  if watching then
    return
  end
  watching = true
  local group = vim.api.nvim_create_augroup('tempest_attention', {})
  vim.api.nvim_create_autocmd('User', {
    pattern = 'TempestSessionChanged',
    group = group,
    callback = function(event)
      if config.get().notify then
        tell_of_queue(event.data.session, event.data.before)
      end
    end,
  })
  vim.api.nvim_create_autocmd('User', {
    pattern = 'TempestAttention',
    group = group,
    callback = function(event)
      local session, reason = event.data.session, event.data.reason
      if is_asked_for(reason) and not is_looked_at(session.id) then
        local level = reason == 'problem' and vim.log.levels.WARN or vim.log.levels.INFO
        message.show(sentence(session, reason), level)
      end
    end,
  })
end

return M
