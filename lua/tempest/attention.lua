-- Says in one line when a session wants the person, unless they are looking at it.
local config = require('tempest.config')
local message = require('tempest.message')

local M = {}

local watching = false

---@param id string
---@return boolean
local function is_looked_at(id)
  return vim.b.tempest_session == id and require('tempest.terminal').has_focus
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
      if not config.get().notify or is_looked_at(session.id) then
        return
      end
      local what = reason == 'waiting' and 'waits for you' or 'has finished'
      local about = session.activity ~= '' and ': ' .. session.activity or ''
      message.show(('%s %s%s'):format(session.name, what, about))
    end,
  })
end

return M
