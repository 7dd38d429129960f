-- The windows of a review: the file panel, and beside it both sides of a file, or one for them together.
local compared = require('tempest.diff.compared')
local Panel = require('tempest.diff.panel')
local unified = require('tempest.diff.unified')

local M = {}

---@param win integer|nil
---@return boolean
function M.is_open(win)
  return win ~= nil and vim.api.nvim_win_is_valid(win)
end

---Opens the tab page with the panel alone.
---@param review tempest.Review
function M.open(review)
  vim.cmd(('tab sbuffer %d'):format(review.list.buf))
  review.tab = vim.api.nvim_get_current_tabpage()
  review.panel = vim.api.nvim_get_current_win()
  vim.t.tempest_session = review.session.id
  vim.t.tempest_diff = review.session.id
  if vim.fn.isdirectory(review.diff.worktree) == 1 then
    local folder = vim.fn.fnameescape(review.diff.worktree)
    vim.cmd.tcd({ args = { folder }, mods = { silent = true } })
  end
  Panel.dress(review.panel)
end

---@param review tempest.Review
---@param side 'left'|'right'
---@return string for 'winbar'
local function heading(review, side)
  local file = review.diff.files[review.current]
  local text = file and file.path or ''
  if side == 'left' and file then
    local what = compared.left(review.session, review.compared)
    text = ('%s · %s'):format(file.oldPath or file.path, what)
  elseif file and review.unified and file.oldPath then
    text = ('%s ← %s'):format(file.path, file.oldPath)
  end
  return '%#TempestHeading# ' .. text:gsub('%c', '?'):gsub('%%', '%%%%')
end

---@param review tempest.Review
function M.undiff(review)
  for _, win in ipairs({ review.left, review.right }) do
    if M.is_open(win) and vim.wo[win].diff then
      vim.api.nvim_win_call(win, function()
        vim.cmd.diffoff()
      end)
    end
  end
end

---Shows the buffers, and makes the windows that are missing: at first, or because the person closed them.
---@param review tempest.Review
---@param left integer|nil buffer; nil when the right one shows both sides
---@param right integer buffer
function M.place(review, left, right)
  local width = Panel.width()
  if not left and M.is_open(review.left) then
    pcall(vim.api.nvim_win_close, review.left, true)
    review.left = nil
  end
  if not M.is_open(review.right) then
    local beside = M.is_open(review.left) and review.left or review.panel
    review.right = vim.api.nvim_open_win(right, false, { split = 'right', win = beside })
  end
  if left and not M.is_open(review.left) then
    review.left = vim.api.nvim_open_win(left, false, { split = 'left', win = review.right })
  end
  vim.api.nvim_win_set_buf(review.right, right)
  vim.wo[review.right][0].winbar = heading(review, 'right')
  if left then
    vim.api.nvim_win_set_buf(review.left, left)
    vim.wo[review.left][0].winbar = heading(review, 'left')
  end
  if M.is_open(review.panel) then
    vim.api.nvim_win_set_width(review.panel, width)
    if left then
      local rest = vim.o.columns - width - 2
      vim.api.nvim_win_set_width(review.left, math.floor(rest / 2))
    end
  end
end

---@param review tempest.Review
function M.diff(review)
  for _, win in ipairs({ review.left, review.right }) do
    vim.api.nvim_win_call(win, function()
      vim.cmd.diffthis()
    end)
  end
end

---Brings the left side to where the right one is. Neovim does so when something is typed that scrolls: a file that is
---come back to would begin on each side where that was left.
---@param review tempest.Review
---@param anew boolean the file was not shown just now
function M.sync(review, anew)
  if not M.is_open(review.left) or not vim.wo[review.right].diff then
    return
  end
  if anew then
    -- A right side that is too short to scroll brings none along.
    vim.api.nvim_win_call(review.left, function()
      vim.fn.winrestview({ topline = 1, lnum = 1 })
    end)
  end
  vim.api.nvim_win_call(review.right, function()
    -- Where the window begins is found out only when it is asked for.
    vim.fn.line('w0')
    local view = vim.fn.winsaveview()
    vim.cmd('keepjumps silent! normal! ' .. vim.keycode('<C-e><C-y>'))
    vim.fn.winrestview(view)
  end)
end

---@class tempest.KeptView
---@field view vim.fn.winsaveview.ret
---@field at? { text: string, new: integer, line: integer } where a patch is shown

---Where the person stands in the file.
---@param review tempest.Review
---@return tempest.KeptView|nil
function M.save(review)
  local win = review.right
  if not win or not M.is_open(win) then
    return nil
  end
  local buf = vim.api.nvim_win_get_buf(win)
  local kept = { view = vim.api.nvim_win_call(win, vim.fn.winsaveview) }
  if unified.is_patch(buf) then
    local line = kept.view.lnum
    local text = vim.api.nvim_buf_get_lines(buf, line - 1, line, false)[1]
    kept.at = { text = text, new = unified.new_line(buf, line), line = line }
  end
  return kept
end

---@param review tempest.Review
---@param kept tempest.KeptView
function M.restore(review, kept)
  local win = review.right --[[@as integer]]
  local buf = vim.api.nvim_win_get_buf(win)
  if kept.at and unified.is_patch(buf) then
    local line = unified.find(buf, kept.at)
    kept.view.topline = math.max(1, kept.view.topline + line - kept.view.lnum)
    kept.view.lnum = line
  end
  vim.api.nvim_win_call(win, function()
    vim.fn.winrestview(kept.view)
  end)
end

---Closes the tab page, were it the last one, too.
---@param review tempest.Review
function M.close(review)
  M.undiff(review)
  if vim.api.nvim_tabpage_is_valid(review.tab) then
    if #vim.api.nvim_list_tabpages() == 1 then
      vim.cmd.tabnew()
    end
    local number = vim.api.nvim_tabpage_get_number(review.tab)
    pcall(vim.cmd.tabclose, { args = { tostring(number) } })
  end
end

return M
