-- Maps of a review in buffers that may be the person's own: what was there before comes back.
local M = {}

---@alias tempest.HeldMaps table<integer, table<string, table<string, any>|false>>

---@param held tempest.HeldMaps
---@param buf integer
---@param lhs string
---@param action fun()
---@param desc string
function M.put(held, buf, lhs, action, desc)
  held[buf] = held[buf] or {}
  if held[buf][lhs] == nil then
    local before = vim.api.nvim_buf_call(buf, function()
      return vim.fn.maparg(lhs, 'n', false, true)
    end)
    held[buf][lhs] = before.buffer == 1 and before or false
  end
  vim.keymap.set('n', lhs, action, { buffer = buf, nowait = true, desc = 'Tempest: ' .. desc })
end

---Does what the keys did without our map.
---@param held tempest.HeldMaps
---@param buf integer
---@param lhs string
function M.fall_back(held, buf, lhs)
  local before = held[buf] and held[buf][lhs]
  for _, global in ipairs(before and {} or vim.api.nvim_get_keymap('n')) do
    before = global.lhs == lhs and global or before
  end
  local count = vim.v.count > 0 and tostring(vim.v.count) or ''
  if before and before.callback then
    before.callback()
  elseif before then
    local keys = vim.api.nvim_replace_termcodes(count .. before.rhs, true, true, true)
    vim.api.nvim_feedkeys(keys, before.noremap == 1 and 'n' or 'm', false)
  else
    vim.api.nvim_feedkeys(count .. lhs, 'n', false)
  end
end

---@param held tempest.HeldMaps
---@param buf integer
function M.take(held, buf)
  for lhs, before in pairs(held[buf] or {}) do
    pcall(vim.keymap.del, 'n', lhs, { buffer = buf })
    if before then
      vim.api.nvim_buf_call(buf, function()
        vim.fn.mapset('n', false, before)
      end)
    end
  end
  held[buf] = nil
end

return M
