-- Draws comments into buffers: extmarks, which stay with their lines while these are edited.
local place = require('tempest.comments.place')
local text = require('tempest.comments.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_comments')
---Wide enough to read, where no window shows the buffer yet.
local usual_width = 80

---The mark over each comment's lines, by buffer and comment.
---@type table<integer, table<string, integer>>
local drawn = {}

---@param buf integer
---@param mark integer
---@return integer|nil first line, from 1
---@return integer|nil last
local function lines_of(buf, mark)
  local at = vim.api.nvim_buf_get_extmark_by_id(buf, namespace, mark, { details = true })
  if at[1] then
    return at[1] + 1, at[3].end_row + 1
  end
end

---@param buf integer
---@return integer
local function width_of(buf)
  local width = nil
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    local info = vim.fn.getwininfo(win)[1]
    width = math.min(width or 200, info.width - info.textoff)
  end
  return width or usual_width
end

---@param buf integer
---@param comment tempest.Comment
---@param first integer
---@param last integer
---@return integer mark
local function draw_one(buf, comment, first, last)
  local line = vim.api.nvim_buf_get_lines(buf, last - 1, last, false)[1] or ''
  local mark = vim.api.nvim_buf_set_extmark(buf, namespace, first - 1, 0, {
    end_row = last - 1,
    end_col = #line,
    number_hl_group = text.group(comment),
    strict = false,
  })
  vim.api.nvim_buf_set_extmark(buf, namespace, last - 1, 0, {
    virt_lines = text.lines(comment, width_of(buf)),
    strict = false,
  })
  return mark
end

---Shows these comments in the buffer, and no others.
---@param buf integer
---@param at tempest.CommentPlace what the buffer shows
---@param comments tempest.Comment[]
function M.draw(buf, at, comments)
  require('tempest.highlight').ensure()
  local before, now = drawn[buf] or {}, {}
  -- Of a text with unsaved changes, only the marks know where the lines are.
  local is_ahead = vim.bo[buf].modified and not at.rev
  local found = {}
  for _, comment in ipairs(comments) do
    local first, last = place.lines(buf, at, comment)
    if first and is_ahead and before[comment.id] then
      first, last = lines_of(buf, before[comment.id])
    end
    if first then
      found[#found + 1] = { comment, first, last }
    end
  end
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for _, one in ipairs(found) do
    now[one[1].id] = draw_one(buf, one[1], one[2], one[3])
  end
  drawn[buf] = next(now) and now or nil
end

---How many lines stand below which lines of the buffer, by line, from 1.
---@param buf integer
---@return table<integer, integer>
function M.heights(buf)
  local heights = {}
  local all = vim.api.nvim_buf_get_extmarks(buf, namespace, 0, -1, { details = true })
  for _, mark in ipairs(all) do
    local lines = mark[4].virt_lines
    if lines then
      heights[mark[2] + 1] = (heights[mark[2] + 1] or 0) + #lines
    end
  end
  return heights
end

---Ids of the comments on a line, from 1.
---@param buf integer
---@param line integer
---@return string[]
function M.at(buf, line)
  local ids = {}
  for id, mark in pairs(drawn[buf] or {}) do
    local first, last = lines_of(buf, mark)
    if first and line >= first and line <= last then
      ids[#ids + 1] = id
    end
  end
  table.sort(ids)
  return ids
end

---The buffer was read anew, or is gone: its marks mean nothing any more.
---@param buf integer
function M.forget(buf)
  drawn[buf] = nil
end

return M
