-- Accepting and rejecting what is under the cursor.
local hunks = require('tempest.diff.hunks')
local marks = require('tempest.diff.marks')
local message = require('tempest.message')
local reject = require('tempest.diff.reject')

local M = {}

---The hunks of these lines, of the file as it is at this moment.
---@param review tempest.Review
---@param first integer
---@param last integer
---@param callback fun(file: tempest.DiffFile, of: tempest.FileHunks, list: tempest.Hunk[])
local function find(review, first, last, callback)
  local win = vim.api.nvim_get_current_win()
  local shown = review.diff.files[review.current]
  if not shown or (win ~= review.left and win ~= review.right) then
    message.warn('go to the window on the right, and put the cursor on a hunk there')
    return
  end
  local buf = vim.api.nvim_win_get_buf(review.right)
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  if vim.bo[buf].modified then
    message.warn('the file has changes that are not written: write it first')
    return
  end
  review:refresh({
    after = function()
      local file = review.diff.files[review.current]
      local same = file and file.path == shown.path and not review.loading
      -- The lines are those of the text that the person saw.
      if not same or vim.api.nvim_buf_get_changedtick(buf) ~= tick then
        message.warn('the file has just changed: look again')
        return
      end
      marks.show(review, function(of)
        local list = vim.api.nvim_win_is_valid(win)
            and hunks.under(review, win, first, last, of.list)
          or {}
        if #list == 0 then
          message.show('no hunk here')
        else
          callback(file, of, list)
        end
      end)
    end,
  })
end

---@param list tempest.Hunk[]
---@return boolean
local function all_accepted(list)
  for _, hunk in ipairs(list) do
    if not hunk.accepted then
      return false
    end
  end
  return true
end

---@param review tempest.Review
---@param first integer
---@param last integer
---@param accepted boolean|'toggle'
function M.accept(review, first, last, accepted)
  find(review, first, last, function(_, of, list)
    local wanted = accepted == true or accepted == 'toggle' and not all_accepted(list)
    marks.accept(review, of, list, wanted)
  end)
end

---@param review tempest.Review
---@param first integer
---@param last integer
function M.reject(review, first, last)
  find(review, first, last, function(file, of, list)
    reject.hunks(review, file, of, list, function()
      marks.forget(review, list)
      review:refresh()
    end)
  end)
end

---All hunks of a file, whether it is shown or not.
---@param review tempest.Review
---@param file tempest.DiffFile
function M.accept_file(review, file)
  local function accept(of)
    if of and not review.closed then
      marks.accept(review, of, of.list, not all_accepted(of.list))
    end
  end
  if review.diff.files[review.current] == file then
    marks.show(review, accept)
  else
    hunks.fetch(review, file, accept)
  end
end

return M
