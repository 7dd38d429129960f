-- From a line of a patch to that line of the worktree's file.
local keys = require('tempest.diff.keys')
local message = require('tempest.message')
local sides = require('tempest.diff.sides')
local unified = require('tempest.diff.unified')

local M = {}

---Shows the file in the window of the patch; `<C-o>` goes back.
---@param review tempest.Review
function M.to_file(review)
  local file, win = review.diff.files[review.current], review.right
  local path = file and sides.path(review, file)
  local buf, opened
  if path and vim.uv.fs_stat(path) then
    buf, opened = sides.open_file(path)
  end
  if not buf or not win then
    message.show('there is no file to go to')
    return
  end
  local line = unified.new_line(vim.api.nvim_win_get_buf(win), vim.fn.line('.', win))
  review:own({ right = buf, diff = false, opened = opened, editable = true })
  vim.api.nvim_win_call(win, function()
    vim.cmd("normal! m'")
  end)
  vim.api.nvim_win_set_buf(win, buf)
  keys.map_side(review, buf)
  vim.api.nvim_win_set_cursor(win, { math.min(line, vim.api.nvim_buf_line_count(buf)), 0 })
end

return M
