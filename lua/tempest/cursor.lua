-- The cursor in a live list: it stays with its session, and goes past headings.
local M = {}

---Puts it where the chosen session is now, or near where it was.
---@param view tempest.View
---@param win integer
function M.keep(view, win)
  local line = math.min(vim.api.nvim_win_get_cursor(win)[1], #view.rows)
  for index, row in ipairs(view.rows) do
    if row.id and row.id == view.selected then
      line = index
    end
  end
  if view.rows[line] and not view.rows[line].id then
    -- A heading: the session below it, or above.
    local below = view.rows[line + 1]
    line = below and below.id and line + 1 or math.max(1, line - 1)
  end
  if vim.api.nvim_win_get_cursor(win)[1] ~= line then
    vim.api.nvim_win_set_cursor(win, { line, 0 })
  end
  view.line = line
  view:moved()
end

---The cursor goes past a heading, the way it came.
---@param view tempest.View
function M.skip_headings(view)
  local win = view:window()
  if not win then
    return
  end
  local line = vim.api.nvim_win_get_cursor(win)[1]
  local by = line < view.line and -1 or 1
  local function has_session(at)
    return view.rows[at] and view.rows[at].id ~= nil
  end
  if not has_session(line) then
    local target = has_session(line + by) and line + by or has_session(line - by) and line - by
    if target then
      vim.api.nvim_win_set_cursor(win, { target, 0 })
      line = target
    end
  end
  view.line = line
end

---@param view tempest.View
---@param by integer rows down, negative: up
function M.move(view, by)
  local win = view:window()
  if not win then
    return
  end
  local line = vim.api.nvim_win_get_cursor(win)[1] + by
  while view.rows[line] and not view.rows[line].id do
    line = line + (by > 0 and 1 or -1)
  end
  if view.rows[line] then
    vim.api.nvim_win_set_cursor(win, { line, 0 })
    view:moved()
  end
end

return M
