-- Keeps the two sides of a review level: where one has a comment, the other gets as many empty lines. They are
-- there only while the review's tab page is, since a buffer looks the same in all its windows.
local marks = require('tempest.comments.marks')

local M = {}

---Before Neovim 0.12 it has its former name alone.
---@diagnostic disable-next-line: deprecated
local diff = vim.text.diff or vim.diff

local namespace = vim.api.nvim_create_namespace('tempest_comments_level')

---@type table<integer, true> buffers that have such lines
local levelled = {}

---@param buf integer
---@return string
local function text_of(buf)
  return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n') .. '\n'
end

---The line of the other text that stands beside a line, or above what is missing there.
---@param hunks integer[][] as |vim.text.diff()| gives them: start and count here, start and count there
---@param line integer from 1
---@return integer from 0: above the first line
local function beside(hunks, line)
  local shift = 0
  for _, hunk in ipairs(hunks) do
    local from, count, there, others = unpack(hunk)
    -- Of lines that only the other text has, the one before is named.
    local begins = count == 0 and from + 1 or from
    if line < begins then
      break
    end
    if line < begins + count then
      if others == 0 then
        return there
      end
      return there + math.min(line - begins, others - 1)
    end
    shift = shift + others - count
  end
  return line + shift
end

---@param from integer buffer
---@param to integer buffer
local function level(from, to)
  local heights, there = marks.heights(from), marks.heights(to)
  if not next(heights) then
    return
  end
  local hunks = diff(text_of(from), text_of(to), { result_type = 'indices' })
  ---@cast hunks integer[][]
  for line, height in pairs(heights) do
    local at = math.min(beside(hunks, line), vim.api.nvim_buf_line_count(to))
    local empty = {}
    -- Two comments on the same lines stand side by side.
    for _ = (there[at] or 0) + 1, height do
      empty[#empty + 1] = { { '', 'Normal' } }
    end
    if #empty > 0 then
      vim.api.nvim_buf_set_extmark(to, namespace, math.max(0, at - 1), 0, {
        virt_lines = empty,
        virt_lines_above = at == 0,
      })
      levelled[to] = true
    end
  end
end

---Takes all these lines away.
function M.clear()
  for buf in pairs(levelled) do
    if vim.api.nvim_buf_is_valid(buf) then
      vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
    end
  end
  levelled = {}
end

---Levels the review of the current tab page, if it is one.
function M.update()
  M.clear()
  if not vim.t.tempest_diff then
    return
  end
  local sides = vim.tbl_filter(function(win)
    return vim.wo[win].diff
  end, vim.api.nvim_tabpage_list_wins(0))
  if #sides ~= 2 then
    return
  end
  local left, right = vim.api.nvim_win_get_buf(sides[1]), vim.api.nvim_win_get_buf(sides[2])
  level(left, right)
  level(right, left)
end

return M
