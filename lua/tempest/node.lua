-- Where the built programs are, and the Node that runs them.
local config = require('tempest.config')

local M = {}

---The plugin's own folder, however it was installed.
---@type string
M.root = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h:h')
M.host = M.root .. '/rplugin/node/tempest/index.cjs'
M.cli = M.root .. '/dist/cli.js'
M.oldest = 20

---@return string|nil path
---@return tempest.Failure|nil failure
function M.find()
  local named = config.get().node or vim.g.tempest_node
  local path = vim.fn.exepath(named or 'node')
  if path ~= '' then
    return path
  end
  return nil,
    {
      kind = 'no-node',
      message = named and ('There is no program %s'):format(named) or 'Node is not on PATH',
      hint = ('Install Node %d or later, or set g:tempest_node'):format(M.oldest),
    }
end

---@return tempest.Failure|nil
function M.unbuilt()
  for _, file in ipairs({ M.host, M.cli }) do
    if not vim.uv.fs_stat(file) then
      return {
        kind = 'not-built',
        message = 'Tempest is not built',
        hint = ('Run `npm ci` in %s'):format(vim.fn.fnamemodify(M.root, ':~')),
      }
    end
  end
end

---Asks the program itself; bounded by 5 s.
---@param path string
---@return string|nil version such as '20.11.1'
function M.version(path)
  local ok, process = pcall(vim.system, { path, '--version' }, { text = true, timeout = 5000 })
  if not ok then
    return nil
  end
  local result = process:wait()
  return result.code == 0 and result.stdout:match('^v(%d+%.%d+%.%d+)') or nil
end

---@param path string
---@return tempest.Failure|nil
function M.too_old(path)
  local version = M.version(path)
  if version and tonumber(version:match('^%d+')) >= M.oldest then
    return nil
  end
  return {
    kind = 'old-node',
    message = version and ('%s is Node %s'):format(path, version)
      or ('%s gives no version'):format(path),
    hint = ('Tempest needs Node %d or later: set g:tempest_node'):format(M.oldest),
  }
end

return M
