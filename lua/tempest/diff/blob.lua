-- Read-only buffers that hold one side of a file: `tempest://<session>/<revision>/<path>`.
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

---@param name string
---@return integer|nil
local function existing(name)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(buf) == name then
      return buf
    end
  end
end

---@param buf integer
---@param path string
local function colour(buf, path)
  local filetype = vim.filetype.match({ buf = buf, filename = path })
  if not filetype then
    return
  end
  -- Not 'filetype': a language server must not take an old version for a file of the project.
  local language = vim.treesitter.language.get_lang(filetype) or filetype
  if not pcall(vim.treesitter.start, buf, language) then
    vim.bo[buf].syntax = filetype
  end
end

---@param text string
---@return string[] lines
---@return boolean eol whether the last line ends with a newline
---@return boolean dos whether every line ends with CR LF
local function split(text)
  local lines = vim.split(text, '\n', { plain = true })
  local eol = lines[#lines] == '' and #lines > 1
  if eol then
    table.remove(lines)
  end
  local dos = text ~= '' and eol
  for _, line in ipairs(lines) do
    dos = dos and line:sub(-1) == '\r'
  end
  if dos then
    lines = vim.tbl_map(function(line)
      return line:sub(1, -2)
    end, lines)
  end
  return lines, eol, dos
end

---@param buf integer
---@param text string
function M.fill(buf, text)
  -- A NUL can't stand in a line of a buffer as text; Neovim keeps it as a newline.
  local lines, eol, dos = split((text:gsub('%z', '\n')))
  vim.bo[buf].modifiable = true
  local ok = pcall(vim.api.nvim_buf_set_lines, buf, 0, -1, false, lines)
  if not ok then
    lines = vim.tbl_map(function(line)
      return (line:gsub('\n', '␀'))
    end, lines)
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  end
  vim.bo[buf].fileformat = dos and 'dos' or 'unix'
  vim.bo[buf].endofline = eol
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
end

---@param name string
---@return integer buf
---@return boolean new
function M.named(name)
  local buf = existing(name)
  if buf then
    return buf, false
  end
  buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buf, name)
  vim.bo[buf].buftype = 'nofile'
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].swapfile = false
  vim.bo[buf].undolevels = -1
  return buf, true
end

---A buffer with a text of ours, such as a remark on a file that can't be shown.
---@param session string
---@param what string
---@param path string
---@param text string
---@return integer buf
function M.note(session, what, path, text)
  local buf = M.named(('tempest://%s/%s/%s'):format(session, what, path))
  M.fill(buf, text)
  return buf
end

---@param session string
---@param rev string
---@param file { path: string, rawPath?: string }
---@param callback fun(buf?: integer, binary: boolean) nil when it could not be had
function M.load(session, rev, file, callback)
  local name = ('tempest://%s/%s/%s'):format(session, rev:sub(1, 12), file.path)
  local known = existing(name)
  if known then
    callback(known, vim.b[known].tempest_binary == true)
    return
  end
  local params = { session = session, rev = rev, path = file.path, rawPath = file.rawPath }
  rpc.request('session/file', params, function(failure, value)
    if failure then
      message.failure(failure)
      callback(nil, false)
      return
    end
    local buf = M.named(name)
    M.fill(buf, value.binary and 'binary file\n' or value.text or '')
    vim.b[buf].tempest_binary = value.binary
    if not value.binary then
      colour(buf, file.path)
    end
    callback(buf, value.binary)
  end)
end

return M
