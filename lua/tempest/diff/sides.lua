-- The two sides of one file: the base on the left, the worktree's own file on the right.
local blob = require('tempest.diff.blob')
local config = require('tempest.config')

local M = {}

---Files above this many bytes are never read into a diff.
local max_bytes = 8 * 1024 * 1024

---@class tempest.Sides
---@field left integer buffer
---@field right integer buffer
---@field diff boolean whether diff mode makes sense
---@field opened boolean the right buffer was made for this review
---@field editable boolean the right one is the worktree's file

---@param mode string
---@return boolean a plain file, neither link nor submodule
local function is_plain(mode)
  return vim.startswith(mode, '100')
end

---@param file tempest.DiffFile
---@return string bytes of the name
local function name_of(file)
  return file.rawPath and vim.base64.decode(file.rawPath) or file.path
end

---@param path string
---@return integer|nil buf
---@return boolean opened nobody had it before
local function open_file(path)
  local before = vim.fn.bufnr(vim.fn.fnameescape(path))
  local known = before > 0 and vim.api.nvim_buf_get_name(before) == path
  local buf = known and before or vim.fn.bufadd(path)
  if not vim.api.nvim_buf_is_loaded(buf) then
    -- A swap file of another Neovim must not stop everything with a question.
    local shortmess = vim.o.shortmess
    vim.opt.shortmess:append('A')
    local ok = pcall(vim.fn.bufload, buf)
    vim.o.shortmess = shortmess
    if not ok then
      return nil, false
    end
  end
  if not known then
    vim.bo[buf].buflisted = true
  end
  return buf, not known
end

---@param file tempest.DiffFile
---@return string|nil why it can't be shown as text
local function obstacle(file, path)
  if file.binary then
    return 'binary file'
  end
  if file.mode == '160000' or file.oldMode == '160000' then
    return 'submodule'
  end
  local stat = vim.uv.fs_stat(path)
  if stat and stat.size > max_bytes then
    return ('file of %d MiB'):format(math.floor(stat.size / 1024 / 1024))
  end
end

---@param buf integer
---@return boolean
local function too_long(buf)
  return vim.api.nvim_buf_line_count(buf) > config.get().diff.max_lines
end

---Finds or makes both buffers; calls back with nil when the daemon could not give them.
---@param session tempest.Session
---@param diff tempest.Diff
---@param file tempest.DiffFile
---@param callback fun(sides?: tempest.Sides)
function M.load(session, diff, file, callback)
  local path = diff.worktree .. '/' .. name_of(file)
  local why = obstacle(file, path)
  local old =
    { path = file.oldPath or file.path, rawPath = not file.oldPath and file.rawPath or nil }
  if why then
    local text = ('%s: not shown\n'):format(why)
    callback({
      left = blob.note(session.id, 'base', old.path, text),
      right = blob.note(session.id, 'worktree', file.path, text),
      diff = false,
      opened = false,
      editable = false,
    })
    return
  end
  local function with_left(left)
    local real = file.status ~= 'deleted' and is_plain(file.mode) and vim.uv.fs_stat(path)
    local buf, opened
    if real then
      buf, opened = open_file(path)
    end
    if buf then
      callback({
        left = left,
        right = buf,
        diff = not too_long(left) and not too_long(buf),
        opened = opened,
        editable = true,
      })
    elseif file.status == 'deleted' then
      local right = blob.note(session.id, 'deleted', file.path, '')
      callback({
        left = left,
        right = right,
        diff = not too_long(left),
        opened = false,
        editable = false,
      })
    else
      blob.load(session.id, diff.tree, file, function(right)
        callback(
          right and { left = left, right = right, diff = true, opened = false, editable = false }
        )
      end)
    end
  end
  if file.status == 'added' then
    with_left(blob.note(session.id, 'new', file.path, ''))
    return
  end
  blob.load(session.id, diff.base, old, function(left)
    if left then
      with_left(left)
    else
      callback(nil)
    end
  end)
end

return M
