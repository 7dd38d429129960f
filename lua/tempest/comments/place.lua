-- Which file of which session a buffer shows, and on which side of a review.
local state = require('tempest.state')

local M = {}

---@class tempest.CommentPlace: tempest.Path
---@field session string
---@field rev? string nil for the worktree's own file
---@field old? { path: string, rev: string } of a patch: its left side

---@param bytes string
---@return string path
---@return string|nil raw
local function named(bytes)
  -- Bytes that are no character are shown as `<e9>`.
  local is_utf8 = not bytes:find('[\128-\255]') or not vim.fn.strtrans(bytes):find('<%x%x>')
  return bytes, not is_utf8 and vim.base64.encode(bytes) or nil
end

---@param buf integer
---@return tempest.CommentPlace|nil
function M.of(buf)
  local shown = vim.b[buf].tempest_file
  if shown then
    return shown
  end
  local name = vim.api.nvim_buf_get_name(buf)
  if name == '' or vim.bo[buf].buftype ~= '' or not state.known then
    return nil
  end
  local folder = vim.fs.dirname(name)
  local real = vim.uv.fs_realpath(name)
    or ('%s/%s'):format(vim.uv.fs_realpath(folder) or folder, vim.fs.basename(name))
  for _, session in ipairs(state.list()) do
    if vim.startswith(real, session.worktree .. '/') then
      local path, raw = named(real:sub(#session.worktree + 2))
      return { session = session.id, path = path, rawPath = raw }
    end
  end
end

---In a review, what has another file to its right is the side that was before.
---@param win integer
---@return 'old'|'new'
function M.side(win)
  if not vim.t.tempest_diff then
    return 'new'
  end
  local column = vim.api.nvim_win_get_position(win)[2]
  for _, other in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local is_float = vim.api.nvim_win_get_config(other).relative ~= ''
    if not is_float and vim.api.nvim_win_get_position(other)[2] > column then
      return 'old'
    end
  end
  return 'new'
end

---@param lines string[]
---@param quote string[]
---@param at integer from 1
---@return boolean
local function stands(lines, quote, at)
  for offset, line in ipairs(quote) do
    if lines[at + offset - 1] ~= line then
      return false
    end
  end
  return true
end

---The line nearest to `near` at which a text has the quote.
---@param lines string[]
---@param quote string[]
---@param near integer
---@return integer|nil
local function find(lines, quote, near)
  local found
  for at = 1, #lines - #quote + 1 do
    local nearer = not found or math.abs(at - near) < math.abs(found - near)
    if nearer and stands(lines, quote, at) then
      found = at
    end
  end
  return found
end

---@param comment tempest.Comment
---@param place tempest.CommentPlace
---@return boolean
local function is_of(comment, place)
  if comment.rawPath or place.rawPath then
    return comment.rawPath == place.rawPath
  end
  return comment.path == place.path
end

---Where a buffer that shows `place` has the comment's code; nil when it belongs elsewhere.
---@param buf integer
---@param place tempest.CommentPlace
---@param comment tempest.Comment
---@return integer|nil first line, from 1
---@return integer|nil last
function M.lines(buf, place, comment)
  if place.old then
    return require('tempest.comments.patch').lines(buf, place, comment)
  end
  if not is_of(comment, place) or comment.status == 'resolved' then
    return nil
  end
  local first, last = comment.range.start, comment.range['end']
  local count = vim.api.nvim_buf_line_count(buf)
  if not place.rev then
    if comment.side == 'old' then
      return nil
    end
    return math.min(first, count), math.min(last, count)
  end
  -- A text that doesn't change: what was written on it, or on the same lines of another version.
  if comment.rev ~= place.rev and comment.side == 'new' then
    return nil
  end
  local at = find(vim.api.nvim_buf_get_lines(buf, 0, -1, false), comment.quote, first)
  if not at or (comment.rev ~= place.rev and at ~= first) then
    return nil
  end
  return at, at + #comment.quote - 1
end

return M
