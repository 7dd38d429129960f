-- Whether the person is at this Neovim; the daemon is told, so that the desktop is only called when nobody is.
local M = {}

---@type boolean
M.has = true
local watching = false

---Tells the daemon, if it is there: nothing is started for it.
function M.tell()
  if require('tempest.host').is_running() and require('tempest.state').connected then
    require('tempest.rpc').request('client/focus', { focused = M.has }, function() end)
  end
end

---@param has boolean
local function set(has)
  if M.has ~= has then
    M.has = has
    M.tell()
  end
end

function M.watch()
  if watching then
    return
  end
  watching = true
  M.has = #vim.api.nvim_list_uis() > 0
  local group = vim.api.nvim_create_augroup('tempest_focus', {})
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on({ 'FocusGained', 'UIEnter', 'VimResume' }, function()
    set(true)
  end)
  on({ 'FocusLost', 'VimSuspend' }, function()
    set(false)
  end)
  -- The one that leaves is still listed at that moment.
  on('UILeave', function()
    vim.schedule(function()
      if #vim.api.nvim_list_uis() == 0 then
        set(false)
      end
    end)
  end)
end

return M
