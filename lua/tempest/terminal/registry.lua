-- The terminals of this Neovim: at most one buffer a session.
local M = {}

---@class tempest.Terminal
---@field session string
---@field buf? integer
---@field job? integer
---@field mode 't'|'n' the mode it was left in
---@field view? vim.fn.winsaveview.ret where the person was reading, when not at the end
---@field detached boolean nobody looked, so nothing is attached
---@field ended boolean the agent ended
---@field tries integer attachments in a row that ended at once
---@field attached_at integer ms
---@field layout? tempest.Layout

---@type table<string, tempest.Terminal>
local terminals = {}
---The session whose terminal was shown last.
---@type string|nil
M.last = nil

---@param session string
---@return tempest.Terminal
function M.get(session)
  if not terminals[session] then
    terminals[session] = {
      session = session,
      mode = require('tempest.config').get().terminal.insert and 't' or 'n',
      detached = true,
      ended = false,
      tries = 0,
      attached_at = 0,
    }
  end
  return terminals[session]
end

---@param session string
---@return tempest.Terminal|nil
function M.find(session)
  return terminals[session]
end

---@param buf integer
---@return tempest.Terminal|nil
function M.of_buffer(buf)
  for _, terminal in pairs(terminals) do
    if terminal.buf == buf then
      return terminal
    end
  end
end

---@return table<string, tempest.Terminal>
function M.all()
  return terminals
end

---@param session string
function M.forget(session)
  terminals[session] = nil
  if M.last == session then
    M.last = nil
  end
end

return M
