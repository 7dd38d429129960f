-- Selected lines as an agent wants them: which file, which lines, and the text.
local M = {}

---@param path string
---@return string relative to the repository, as the agent sees it
local function in_repository(path)
  local root = vim.fs.root(path, '.git')
  local real = vim.uv.fs_realpath(path) or path
  root = root and (vim.uv.fs_realpath(root) or root)
  if root and vim.startswith(real, root .. '/') then
    return real:sub(#root + 2)
  end
  return path
end

---@param buf integer
---@param first integer
---@param last integer
---@return string
function M.of_lines(buf, first, last)
  local lines = vim.api.nvim_buf_get_lines(buf, first - 1, last, false)
  local name = vim.api.nvim_buf_get_name(buf)
  local path = name == '' and 'unnamed buffer' or in_repository(name)
  local where = first == last and ('%s:%d'):format(path, first)
    or ('%s:%d-%d'):format(path, first, last)
  local text = table.concat(lines, '\n')
  local fence = '```'
  while text:find(fence, 1, true) do
    fence = fence .. '`'
  end
  return ('%s\n%s%s\n%s\n%s'):format(where, fence, vim.bo[buf].filetype, text, fence)
end

---@param text string
---@param context string|nil
---@return string
function M.join(text, context)
  if not context then
    return text
  end
  return text == '' and context or text .. '\n\n' .. context
end

return M
