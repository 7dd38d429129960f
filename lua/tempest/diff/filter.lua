-- Filters the file panel of a review by typing.
local Panel = require('tempest.diff.panel')
local frame = require('tempest.diff.frame')

local M = {}

---@param review tempest.Review
function M.open(review)
  local list = review.list
  ---@type tempest.Filtered
  local target = {
    filter = list.layout.filter,
    window = function()
      return frame.is_open(review.panel) and review.panel or nil
    end,
    set_filter = function(self, text)
      self.filter, list.layout.filter = text, text
      review:draw()
    end,
    move = function(_, by)
      if frame.is_open(review.panel) then
        local line = vim.api.nvim_win_get_cursor(review.panel)[1] + by
        local last = vim.api.nvim_buf_line_count(list.buf)
        vim.api.nvim_win_set_cursor(review.panel, { math.max(1, math.min(line, last)), 0 })
      end
    end,
  }
  local place =
    { relative = 'win', win = review.panel, row = 0, col = 0, width = Panel.width() - 2 }
  require('tempest.filter').open(target, place, {
    accept = function()
      local row = list:at(vim.api.nvim_win_get_cursor(review.panel)[1])
      local index = row and row.index or list:order(review.diff.files)[1]
      if index then
        review:show(index, { focus = true })
      end
    end,
    done = function() end,
  })
end

return M
