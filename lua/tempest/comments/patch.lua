-- Comments in the unified view of a review, whose buffer is a patch: its lines stand for those of both sides.
local unified = require('tempest.diff.unified')

local M = {}

---The lines of a patch that stand for the comment's.
---@param buf integer
---@param place tempest.CommentPlace
---@param comment tempest.Comment
---@return integer|nil first
---@return integer|nil last
function M.lines(buf, place, comment)
  local side, path = comment.side, comment.side == 'old' and place.old.path or place.path
  if comment.path ~= path or comment.status == 'resolved' then
    return nil
  end
  if side == 'old' and comment.rev ~= place.old.rev then
    return nil
  end
  local first, last
  for at, line in pairs(unified.lines(buf)) do
    local number = line[side]
    if number and number >= comment.range.start and number <= comment.range['end'] then
      first, last = math.min(first or at, at), math.max(last or at, at)
    end
  end
  return first, last
end

---Lines of a patch as a comment has them: of the right side, or of the left where they are only there.
---@param buf integer
---@param place tempest.CommentPlace
---@param first integer
---@param last integer
---@return table|nil parameters of comment/add; nil when these are no lines of the file
function M.params(buf, place, first, last)
  local known = unified.lines(buf)
  local side = 'old'
  for at = first, last do
    if known[at] and known[at].new then
      side = 'new'
    end
  end
  local range, quote = nil, {}
  for at = first, last do
    local number = known[at] and known[at][side]
    if number then
      range = { start = range and range.start or number, ['end'] = number }
      quote[#quote + 1] = vim.api.nvim_buf_get_lines(buf, at - 1, at, false)[1]:sub(2)
    end
  end
  local is_old = side == 'old'
  return range
    and {
      session = place.session,
      path = is_old and place.old.path or place.path,
      rawPath = not is_old and place.rawPath or nil,
      rev = is_old and place.old.rev or place.rev,
      range = range,
      side = side,
      quote = quote,
    }
end

return M
