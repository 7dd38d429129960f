-- Read-only buffers that hold one side of a file: `tempest://<session>/<revision>/<path>`.
local colour = require('tempest.diff.colour')
local fetch = require('tempest.diff.fetch')
local message = require('tempest.message')

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

---@param text string
---@return string[] lines
---@return boolean eol whether the last line ends with a newline
---@return boolean dos whether every line ends with CR LF
function M.split(text)
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
  local lines, eol, dos = M.split((text:gsub('%z', '\n')))
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

---@param session string
---@param what string
---@param path string
---@return integer|nil buf with such a text
function M.find(session, what, path)
  return existing(('tempest://%s/%s/%s'):format(session, what, path))
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
---@param file tempest.Path
---@param most integer bytes
---@param callback fun(buf?: integer, too_large: boolean) no buffer when it could not be had, or has more bytes
function M.load(session, rev, file, most, callback)
  local name = ('tempest://%s/%s/%s'):format(session, rev:sub(1, 12), file.path)
  local known = existing(name)
  if known then
    callback(known, false)
    return
  end
  fetch.text(session, rev, file, function(failure, value)
    if failure or not value then
      message.failure(assert(failure))
      callback(nil, false)
      return
    end
    if not value.binary and value.size > most then
      callback(nil, true)
      return
    end
    local buf = M.named(name)
    M.fill(buf, value.binary and 'binary file\n' or value.text or '')
    vim.b[buf].tempest_file =
      { session = session, rev = rev, path = file.path, rawPath = file.rawPath }
    if not value.binary then
      colour.of_path(buf, file.path)
    end
    callback(buf, false)
  end, most)
end

return M
