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

function M.watch()
  if watching then
    return
  end
  watching = true
  vim.api.nvim_create_autocmd('User', {
    pattern = 'TempestAttention',
    group = vim.api.nvim_create_augroup('tempest_attention', {}),
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
