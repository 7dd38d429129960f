-- Puts a text into a file of the worktree: in its buffer, so that `u` undoes it, and on disk.
local blob = require('tempest.diff.blob')
local sides = require('tempest.diff.sides')

local M = {}

---@param buf integer
---@param text string
---@return boolean whether the buffer has exactly this text
local function holds(buf, text)
  local lines, eol, dos = blob.split(text)
  return vim.deep_equal(lines, vim.api.nvim_buf_get_lines(buf, 0, -1, false))
    and (text == '' or eol == vim.bo[buf].endofline)
    and (text == '' or dos == (vim.bo[buf].fileformat == 'dos'))
end

---Writes only the lines that differ, as one change.
---@param buf integer
---@param text string
local function put(buf, text)
  -- An unloaded buffer has no undo left: with 'nohidden' it would be when another file is shown.
  if vim.bo[buf].bufhidden == '' then
    vim.bo[buf].bufhidden = 'hide'
  end
  local lines, eol, dos = blob.split(text)
  local before = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local first, tail = 0, 0
  local least = math.min(#before, #lines)
  while first < least and before[first + 1] == lines[first + 1] do
    first = first + 1
  end
  while tail < least - first and before[#before - tail] == lines[#lines - tail] do
    tail = tail + 1
  end
  local new = vim.list_slice(lines, first + 1, #lines - tail)
  vim.api.nvim_buf_set_lines(buf, first, #before - tail, false, new)
  -- Undo brings lines back, not options: a text of nothing has none to tell.
  if text ~= '' then
    vim.bo[buf].endofline = eol
  end
  if text ~= '' and dos ~= (vim.bo[buf].fileformat == 'dos') then
    vim.bo[buf].fileformat = dos and 'dos' or 'unix'
  end
end

---@param buf integer
---@return string|nil problem
local function write(buf)
  local fix = vim.bo[buf].fixendofline
  -- A file without a final newline was so before, and is so again.
  vim.bo[buf].fixendofline = false
  local ok, problem = pcall(vim.api.nvim_buf_call, buf, function()
    vim.cmd('silent write')
  end)
  vim.bo[buf].fixendofline = fix
  if not ok then
    -- In Neovim's own words, without where it came to that.
    return tostring(problem):match('E%d+: [^\n]*') or tostring(problem)
  end
end

---The file that the agent deleted is there again.
---@param file tempest.DiffFile
---@param path string
---@param text string
---@return integer|nil buf
---@return string|nil problem
function M.bring_back(file, path, text)
  if vim.uv.fs_lstat(path) then
    return nil, 'there is a file of this name again'
  end
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  local buf = sides.open_file(path)
  if not buf then
    return nil, 'the file can not be opened'
  end
  put(buf, text)
  local problem = write(buf)
  local stat = vim.uv.fs_stat(path)
  if not problem and stat and file.oldMode == '100755' then
    vim.uv.fs_chmod(path, bit.bor(stat.mode, tonumber('111', 8)))
  end
  return buf, problem
end

---The file holds `target` in the place of `new`; one that was added and holds nothing then is removed.
---@param file tempest.DiffFile
---@param path string
---@param new string
---@param target string
---@return integer|nil buf
---@return string|nil problem
function M.change(file, path, new, target)
  local buf = sides.open_file(path)
  if not buf then
    return nil, 'the file can not be opened'
  end
  vim.cmd.checktime({ args = { tostring(buf) }, mods = { silent = true } })
  if vim.bo[buf].modified then
    return nil, 'the file has changes that are not written: write it first'
  elseif not holds(buf, new) then
    return nil, 'the file has changed, or is not UTF-8: nothing was rejected'
  end
  put(buf, target)
  if file.status ~= 'added' or target ~= '' then
    return buf, write(buf)
  end
  -- All of a file that was not there before: now it is not there again, but in its buffer.
  local ok, problem = vim.uv.fs_unlink(path)
  vim.bo[buf].modified = false
  return buf, not ok and problem or nil
end

return M
