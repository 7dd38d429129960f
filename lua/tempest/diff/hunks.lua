-- The hunks of a file in a review: asked for once, and found under the cursor.
local compared = require('tempest.diff.compared')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local unified = require('tempest.diff.unified')

local M = {}

---@class tempest.Hunk
---@field id string made of its content
---@field oldStart integer from 1; the line before, where there are no lines
---@field oldLines integer
---@field newStart integer
---@field newLines integer
---@field section string
---@field accepted boolean

---@class tempest.FileHunks
---@field path string
---@field base string
---@field tree string
---@field list tempest.Hunk[]

---@param review tempest.Review
---@param file tempest.DiffFile
---@param callback fun(hunks?: tempest.FileHunks) nil when they could not be had
function M.fetch(review, file, callback)
  local diff, list = review.diff, {}
  local function page(from)
    local params = compared.params(review.session, review.compared)
    params.path, params.rawPath, params.page = file.path, file.rawPath, from
    rpc.request('review/hunks', params, function(failure, result)
      if failure then
        message.failure(failure)
        callback(nil)
        return
      end
      vim.list_extend(list, result.hunks)
      if result.next then
        page(result.next)
      else
        callback({ path = file.path, base = diff.base, tree = diff.tree, list = list })
      end
    end)
  end
  page({ base = diff.base, tree = diff.tree, offset = 0 })
end

---The lines of a hunk on one side; where it has none, the two that it stands between.
---@param hunk tempest.Hunk
---@param side 'old'|'new'
---@return integer first
---@return integer last
function M.range(hunk, side)
  local start, count = hunk.newStart, hunk.newLines
  if side == 'old' then
    start, count = hunk.oldStart, hunk.oldLines
  end
  return start, count > 0 and start + count - 1 or start + 1
end

---@param hunk tempest.Hunk
---@param side 'old'|'new'
---@param first integer
---@param last integer
---@return boolean
local function touches(hunk, side, first, last)
  local from, to = M.range(hunk, side)
  return from <= last and first <= to
end

---@param buf integer
---@param line integer
---@return integer first the whole of what is shown together below one `@@`
---@return integer last
local function around(buf, line)
  local known = unified.lines(buf)
  local first, last = line, line
  while first > 1 and known[first] do
    first = first - 1
  end
  while known[last + 1] do
    last = last + 1
  end
  return first, last
end

---The hunks of these lines of a window. In a patch, on a line that is on both sides: all that are shown with it.
---@param review tempest.Review
---@param win integer
---@param first integer
---@param last integer
---@param hunks tempest.Hunk[]
---@return tempest.Hunk[]
function M.under(review, win, first, last, hunks)
  local buf = vim.api.nvim_win_get_buf(win)
  if not unified.is_patch(buf) then
    local side = win == review.left and 'old' or 'new'
    local function here(hunk)
      return touches(hunk, side, first, last)
    end
    local exact = vim.tbl_filter(function(hunk)
      return here(hunk) and (side == 'old' and hunk.oldLines or hunk.newLines) > 0
    end, hunks)
    -- Beside a removal may be a line that another hunk has: that one is meant.
    return #exact > 0 and first == last and exact or vim.tbl_filter(here, hunks)
  end
  local known = unified.lines(buf)
  if first == last and not (known[first] and known[first].sign ~= ' ') then
    first, last = around(buf, first)
  end
  local found = {}
  for _, hunk in ipairs(hunks) do
    for at = first, last do
      local what = known[at]
      local side = what and ({ ['+'] = 'new', ['-'] = 'old' })[what.sign]
      local start = side and (side == 'new' and hunk.newStart or hunk.oldStart)
      local count = side and (side == 'new' and hunk.newLines or hunk.oldLines)
      if start and what[side] >= start and what[side] < start + count then
        found[#found + 1] = hunk
        break
      end
    end
  end
  return found
end

return M
