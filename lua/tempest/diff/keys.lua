-- The keys of a review: those of its file panel, and those of the files beside it.
local compared = require('tempest.diff.compared')
local filter = require('tempest.diff.filter')
local maps = require('tempest.diff.maps')
local marks = require('tempest.diff.marks')
local move = require('tempest.diff.move')
local unified = require('tempest.diff.unified')
local verbs = require('tempest.diff.verbs')

local M = {}

---@alias tempest.DiffKey { [1]: string[], [2]: string, [3]: fun(review: tempest.Review) }

---@param review tempest.Review
---@return tempest.DiffRow|nil
local function row_at_hand(review)
  return review.list:at(vim.api.nvim_win_get_cursor(review.panel)[1])
end

---@param review tempest.Review
local function toggle_fold(review)
  local row = row_at_hand(review)
  if row and row.kind == 'folder' then
    review.list:toggle(row.key)
    review:draw()
  end
end

---Shows the file, folds or opens the folder.
---@param review tempest.Review
local function choose(review)
  local row = row_at_hand(review)
  if row and row.index then
    review:show(row.index, { focus = true })
  else
    toggle_fold(review)
  end
end

---@param folded boolean
---@return fun(review: tempest.Review)
local function fold_all(folded)
  return function(review)
    review.list:fold_all(folded)
    review:draw()
  end
end

---In all windows of a review.
---@type tempest.DiffKey[]
local everywhere = {
  {
    { ']c' },
    'next hunk, at the end of a file the next file',
    function(review)
      move.hunk(review, 1)
    end,
  },
  {
    { '[c' },
    'previous hunk, at the beginning of a file the one before',
    function(review)
      move.hunk(review, -1)
    end,
  },
  {
    { ']f' },
    'next file',
    function(review)
      review:step(1)
    end,
  },
  {
    { '[f' },
    'previous file',
    function(review)
      review:step(-1)
    end,
  },
}

---@type tempest.DiffKey[]
local panel = {
  { { '<CR>', '<2-LeftMouse>' }, 'show this file; fold or open this folder', choose },
  { { 'za' }, 'fold or open this folder', toggle_fold },
  { { 'zM' }, 'fold all folders', fold_all(true) },
  { { 'zR' }, 'open all folders', fold_all(false) },
  {
    { 'v' },
    'viewed, or not: this file, or all in this folder',
    function(review)
      local row = row_at_hand(review)
      marks.view(review, row and review.list:files(review.diff.files, row) or {})
    end,
  },
  {
    { 'a' },
    'accept all hunks of this file, or no longer',
    function(review)
      local row = row_at_hand(review)
      if row and row.index then
        verbs.accept_file(review, review.diff.files[row.index])
      end
    end,
  },
  {
    { 't' },
    'tree or list',
    function(review)
      review.list:toggle_tree()
      review:draw()
    end,
  },
  {
    { 'u' },
    'unified, or side by side',
    function(review)
      review:lay_out(not review.unified)
    end,
  },
  { { 'f' }, 'filter by typing', filter.open },
  {
    { 's' },
    'choose what is compared',
    function(review)
      compared.choose(review.session, function(chosen)
        if not review.closed then
          review.compared = chosen
          review:refresh()
        end
      end)
    end,
  },
  {
    { 'R' },
    'read the changes again',
    function(review)
      review:refresh()
    end,
  },
  {
    { 'g?' },
    'this help',
    function()
      M.help()
    end,
  },
  {
    { 'q' },
    'close the review',
    function(review)
      review:finish()
    end,
  },
}

---@type tempest.DiffKey[]
M.all = vim.list_extend(vim.list_slice(panel), everywhere)

function M.help()
  local shown = vim.tbl_map(function(key)
    return {
      vim.tbl_filter(function(lhs)
        return not lhs:find('Mouse', 1, true)
      end, key[1]),
      key[2],
    }
  end, M.all)
  require('tempest.keys').help(shown)
end

---@param review tempest.Review
function M.map_panel(review)
  for _, key in ipairs(M.all) do
    for _, lhs in ipairs(key[1]) do
      vim.keymap.set('n', lhs, function()
        key[3](review)
      end, { buffer = review.list.buf, nowait = true, desc = 'Tempest: ' .. key[2] })
    end
  end
end

---In a text of ours, where these keys have nothing else to do.
---@type tempest.DiffKey[]
local fixed = {
  {
    { 'a' },
    'accept this hunk, or no longer',
    function(review)
      local line = vim.fn.line('.')
      verbs.accept(review, line, line, 'toggle')
    end,
  },
  {
    { 'r' },
    'reject this hunk: take it out of the file',
    function(review)
      local line = vim.fn.line('.')
      verbs.reject(review, line, line)
    end,
  },
}

---In a buffer that shows both sides.
---@type tempest.DiffKey[]
local patch = {
  {
    { '<CR>' },
    "go to this line in the worktree's file",
    function(review)
      require('tempest.diff.jump').to_file(review)
    end,
  },
}

---@param review tempest.Review
---@param buf integer
function M.map_side(review, buf)
  local keys = vim.list_slice(everywhere)
  if vim.startswith(vim.api.nvim_buf_get_name(buf), 'tempest://') then
    vim.list_extend(keys, fixed)
  end
  if unified.is_patch(buf) then
    vim.list_extend(keys, patch)
  end
  for _, key in ipairs(keys) do
    for _, lhs in ipairs(key[1]) do
      maps.put(review.maps, buf, lhs, function()
        -- The person may look at the file elsewhere, too.
        if vim.api.nvim_get_current_tabpage() == review.tab then
          key[3](review)
        else
          maps.fall_back(review.maps, buf, lhs)
        end
      end, key[2])
    end
  end
end

return M
