-- From hunk to hunk, and at the end of a file on to the next one.
local frame = require('tempest.diff.frame')
local message = require('tempest.message')
local pages = require('tempest.diff.pages')
local unified = require('tempest.diff.unified')

local M = {}

---@param win integer
---@param by 1|-1
---@return boolean moved
local function within(win, by)
  return vim.api.nvim_win_call(win, function()
    local before = vim.fn.line('.')
    if vim.wo.diff then
      vim.cmd('silent! normal! ' .. (by > 0 and ']c' or '[c'))
    elseif unified.is_patch(0) then
      vim.fn.search('^@@ ', by > 0 and 'W' or 'bW')
    end
    return vim.fn.line('.') ~= before
  end)
end

---To the first hunk of what a window shows.
---@param win integer
function M.to_first(win)
  vim.api.nvim_win_call(win, function()
    vim.cmd('keepjumps normal! gg')
    if unified.is_patch(0) then
      vim.fn.search('^@@ ', 'cW')
    elseif vim.wo.diff and vim.fn.diff_hlID(1, 1) == 0 and vim.fn.diff_filler(1) == 0 then
      vim.cmd('keepjumps silent! normal! ]c')
    end
  end)
end

---To the last hunk of what a window shows.
---@param win integer
function M.to_last(win)
  vim.api.nvim_win_call(win, function()
    vim.cmd('keepjumps normal! G')
    local last = vim.fn.line('$')
    if unified.is_patch(0) then
      vim.fn.search('^@@ ', 'bcW')
    elseif vim.wo.diff then
      local ends_with_removed = vim.fn.diff_filler(last + 1) > 0
      local is_changed = vim.fn.diff_hlID(last, 1) ~= 0
      local begins = last == 1 or vim.fn.diff_hlID(last - 1, 1) == 0
      if not ends_with_removed and not (is_changed and begins) then
        vim.cmd('keepjumps silent! normal! [c')
      end
    end
  end)
end

---@param review tempest.Review
---@param buf integer
---@return boolean whether a page of the patch that is still to come has another hunk
local function is_to_come(review, buf)
  local list = review.hunks and review.hunks.list
  local last = list and list[#list]
  local shown = unified.new_line(buf, vim.api.nvim_buf_line_count(buf))
  return pages.has_more(buf) and (not last or last.newStart > shown)
end

---@param review tempest.Review
---@param by 1|-1
local function step(review, by)
  -- What is typed while a file is being loaded counts from there.
  if review.loading then
    review.ahead[#review.ahead + 1] = by
    return
  end
  local here = vim.api.nvim_get_current_win()
  local win = here == review.left and here or review.right
  if win and frame.is_open(win) and within(win, by) then
    return
  end
  local buf = by > 0 and win and frame.is_open(win) and vim.api.nvim_win_get_buf(win)
  if buf and is_to_come(review, buf) then
    local turn = review.turn
    review.loading = true
    pages.more(buf, function(ok)
      if turn == review.turn then
        review.loading = false
        if ok then
          step(review, by)
        end
        M.catch_up(review)
      end
    end, true)
    return
  end
  local next_file = review.list:beside(review.diff.files, review.current, by)
  if next_file then
    review:show(next_file, { at = by > 0 and 'first' or 'last' })
  else
    message.show(by > 0 and 'no hunk after this one' or 'no hunk before this one')
  end
end

---Makes the moves that were typed while a file was being loaded.
---@param review tempest.Review
function M.catch_up(review)
  while #review.ahead > 0 and not review.loading do
    step(review, table.remove(review.ahead, 1))
  end
end

---`]c` and `[c`, with their count.
---@param review tempest.Review
---@param by 1|-1
function M.hunk(review, by)
  for _ = 1, vim.v.count1 do
    step(review, by)
  end
end

return M
