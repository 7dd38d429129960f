-- The two sides of one file: what was before on the left, the worktree's own file on the right.
local blob = require('tempest.diff.blob')
local compared = require('tempest.diff.compared')
local config = require('tempest.config')
local unified = require('tempest.diff.unified')

local M = {}

---Files above this many bytes are shown as their patch alone, which comes page by page.
local max_bytes = 8 * 1024 * 1024

---@class tempest.Sides
---@field left? integer buffer; nil when the right one shows both
---@field right integer buffer
---@field diff boolean whether diff mode makes sense
---@field opened boolean the right buffer was made for this review
---@field editable boolean the right one is the worktree's file

---@param mode string
---@return boolean a plain file, neither link nor submodule
local function is_plain(mode)
  return vim.startswith(mode, '100')
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@return string path of the file in the worktree, in the bytes that its name has
function M.path(review, file)
  local name = file.rawPath and vim.base64.decode(file.rawPath) or file.path
  return review.diff.worktree .. '/' .. name
end

---The buffer of a file, loaded.
---@param path string
---@return integer|nil buf
---@return boolean opened nobody had it before
function M.open_file(path)
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
local function obstacle(file)
  if file.binary then
    return 'binary file'
  end
  if file.mode == '160000' or file.oldMode == '160000' then
    return 'submodule'
  end
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param why string
---@return tempest.Sides
local function not_shown(review, file, why)
  local id, text = review.session.id, ('%s: not shown\n'):format(why)
  local old = file.oldPath or file.path
  return {
    left = not review.unified and blob.note(id, 'base', old, text) or nil,
    right = blob.note(id, 'worktree', file.path, text),
    diff = false,
    opened = false,
    editable = false,
  }
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param callback fun(sides?: tempest.Sides)
local function load_patch(review, file, callback)
  if file.rawPath then
    local why = review.unified and 'side by side only' or 'large'
    callback(not_shown(review, file, ('name that is not UTF-8, %s'):format(why)))
    return
  end
  unified.load(review, file, function(buf)
    callback(buf and { right = buf, diff = false, opened = false, editable = false })
  end)
end

---@param buf integer
---@return boolean
local function too_long(buf)
  return vim.api.nvim_buf_line_count(buf) > config.get().diff.max_lines
end

---@param review tempest.Review
---@param text string
---@return tempest.Sides
function M.nothing(review, text)
  local note = blob.note(review.session.id, 'none', '', text)
  local left = not review.unified and blob.note(review.session.id, 'base', '', '') or nil
  return { left = left, right = note, diff = false, opened = false, editable = false }
end

---The right side: the worktree's own file where that is what is compared.
---@param review tempest.Review
---@param file tempest.DiffFile
---@param path string
---@param callback fun(right?: integer, opened: boolean, editable: boolean, too_large: boolean)
local function load_right(review, file, path, callback)
  local id, tree = review.session.id, review.diff.tree
  if file.status == 'deleted' then
    callback(blob.note(id, 'deleted', file.path, ''), false, false, false)
    return
  end
  -- A turn that is over is compared as it was then.
  local is_now = compared.is_now(review.compared)
  local stat = is_now and is_plain(file.mode) and vim.uv.fs_stat(path)
  if stat and stat.size > max_bytes then
    callback(nil, false, false, true)
    return
  end
  if stat then
    local buf, opened = M.open_file(path)
    if buf then
      callback(buf, opened, true, false)
      return
    end
  end
  blob.load(id, tree, file, max_bytes, function(right, too_large)
    callback(right, false, false, too_large)
  end)
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param callback fun(left?: integer, too_large: boolean)
local function load_left(review, file, callback)
  if file.status == 'added' then
    callback(blob.note(review.session.id, 'new', file.path, ''), false)
    return
  end
  local old =
    { path = file.oldPath or file.path, rawPath = not file.oldPath and file.rawPath or nil }
  blob.load(review.session.id, review.diff.base, old, max_bytes, callback)
end

---Finds or makes both buffers, or the one with the patch; calls back with nil when the daemon could not give them.
---@param review tempest.Review
---@param file tempest.DiffFile
---@param callback fun(sides?: tempest.Sides)
function M.load(review, file, callback)
  local why = obstacle(file)
  if why then
    callback(not_shown(review, file, why))
    return
  end
  if review.unified then
    load_patch(review, file, callback)
    return
  end
  load_left(review, file, function(left, left_too_large)
    if not left then
      if left_too_large then
        load_patch(review, file, callback)
      else
        callback(nil)
      end
      return
    end
    load_right(review, file, M.path(review, file), function(right, opened, editable, too_large)
      if too_large then
        load_patch(review, file, callback)
        return
      end
      callback(right and {
        left = left,
        right = right,
        diff = not too_long(left) and not too_long(right),
        opened = opened,
        editable = editable,
      })
    end)
  end)
end

return M
