-- A merge or a rebase that the person finishes by hand: its conflicts in a tab page and the quickfix list.
local message = require('tempest.message')

local M = {}

---@class tempest.OpenedConflict
---@field by 'merge'|'rebase'
---@field base? string where it is known
---@field worktree string
---@field files { path: string, text: string, markers: integer[] }[]
---@field conclude string
---@field abort string

---How it goes on, once all is resolved; in one line of a narrow screen. How it is taken back is in the list.
---@type table<'merge'|'rebase', string>
local next_steps = {
  merge = 'resolve, :w, :TempestCommit, :TempestMerge',
  rebase = 'resolve, :w, :!git add -u, :terminal git rebase --continue',
}

---@param session tempest.Session
---@param opened tempest.OpenedConflict
---@return vim.quickfix.entry[]
local function entries(session, opened)
  local items = {}
  for _, file in ipairs(opened.files) do
    for _, line in ipairs(#file.markers > 0 and file.markers or { 1 }) do
      items[#items + 1] =
        { filename = opened.worktree .. '/' .. file.path, lnum = line, text = file.text }
    end
  end
  -- No place to go to, but where somebody looks for what comes next.
  items[#items + 1] = { text = 'Go on: ' .. next_steps[opened.by] }
  if opened.by == 'rebase' and (opened.base or session.base.ref) ~= session.base.ref then
    items[#items + 1] =
      { text = ('Make it the base then: :TempestRebase --onto %s'):format(opened.base) }
  end
  items[#items + 1] = { text = ('Take it back: :!%s'):format(opened.abort) }
  return items
end

---The tab page in which the session's conflicts were shown before.
---@param session tempest.Session
---@return integer|nil
local function page_of(session)
  for _, page in ipairs(vim.api.nvim_list_tabpages()) do
    if vim.t[page].tempest_by_hand == session.id then
      return page
    end
  end
end

---Goes to a window for the files, in the session's tab page: that from before, or one in a new page.
---@param session tempest.Session
local function enter(session)
  local page = page_of(session)
  if not page then
    vim.cmd.tabnew()
    vim.t.tempest_session = session.id
    vim.t.tempest_by_hand = session.id
    return
  end
  vim.api.nvim_set_current_tabpage(page)
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(page)) do
    if vim.bo[vim.api.nvim_win_get_buf(win)].buftype == '' then
      vim.api.nvim_set_current_win(win)
      return
    end
  end
  vim.cmd('topleft new')
end

---Another Neovim may have the file, or had it when it was killed: whatever the person answers to that question, an
---error is what comes of it, also where the text was recovered.
---@param item vim.quickfix.entry
---@return boolean
local function edit(item)
  pcall(vim.cmd.edit, { args = { vim.fn.fnameescape(item.filename) }, mods = { silent = true } })
  -- The name of the buffer may be another one than that of the file, below a link.
  if vim.api.nvim_get_current_buf() ~= vim.fn.bufadd(item.filename) then
    return false
  end
  pcall(vim.api.nvim_win_set_cursor, 0, { item.lnum, 0 })
  return true
end

---A tab page in the worktree: the first conflict under the cursor, all of them in the quickfix list below; without
---the file, the cursor is in the list.
---@param session tempest.Session
---@param title string
---@param opened tempest.OpenedConflict
function M.show(session, title, opened)
  vim.cmd.checktime({ mods = { silent = true } })
  enter(session)
  vim.cmd.tcd({ args = { vim.fn.fnameescape(opened.worktree) }, mods = { silent = true } })
  local items = entries(session, opened)
  vim.fn.setqflist({}, ' ', {
    title = 'Tempest: ' .. title,
    items = items,
    idx = 1,
    context = { tempest_by_hand = session.id },
  })
  local is_open = #opened.files == 0 or edit(items[1])
  vim.cmd('botright copen')
  if is_open then
    vim.cmd.wincmd('p')
  end
  message.show(next_steps[opened.by])
end

---All is resolved and committed: its list, if it is the present one, has nothing left to say.
---@param session tempest.Session
function M.conclude(session)
  local list = vim.fn.getqflist({ context = 1, id = 0 })
  if type(list.context) == 'table' and list.context.tempest_by_hand == session.id then
    vim.fn.setqflist({}, 'r', { id = list.id, items = {}, title = 'Tempest: resolved' })
    vim.cmd.cclose()
  end
end

return M
