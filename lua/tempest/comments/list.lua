-- `:TempestComments`: the comments of a session in the quickfix list, kept up to date there.
local message = require('tempest.message')
local state = require('tempest.state')
local store = require('tempest.comments.store')
local text = require('tempest.comments.text')

local M = {}

---The list that was made last.
---@type { id: integer, session: string, all: boolean }|nil
local shown = nil

---@param comment tempest.Comment
---@return string
local function line_of(comment)
  local body = vim.trim((comment.body:gsub('%s+', ' ')))
  local before = comment.side == 'old' and ' (before)' or ''
  return ('[%s]%s %s'):format(text.status(comment), before, body)
end

---@param session tempest.Session
---@param comments tempest.Comment[]
---@param all boolean
---@return vim.quickfix.entry[]
local function items_of(session, comments, all)
  local items = {}
  for _, comment in ipairs(comments) do
    if all or comment.status ~= 'resolved' then
      local path = comment.rawPath and vim.base64.decode(comment.rawPath) or comment.path
      items[#items + 1] = {
        filename = session.worktree .. '/' .. path,
        lnum = comment.range.start,
        end_lnum = comment.range['end'],
        text = line_of(comment),
        user_data = { tempest_comment = { session = session.id, id = comment.id } },
      }
    end
  end
  table.sort(items, function(a, b)
    if a.filename ~= b.filename then
      return a.filename < b.filename
    end
    return a.lnum < b.lnum
  end)
  return items
end

---@param session tempest.Session
---@param all boolean resolved ones, too
function M.open(session, all)
  store.ask(session.id, function(failure, comments)
    if failure then
      message.failure(failure)
      return
    end
    local items = items_of(session, comments or {}, all)
    if #items == 0 then
      message.show(session.name .. ' has no comments')
      return
    end
    local title = ('Tempest: comments on %s'):format(session.name)
    vim.fn.setqflist({}, ' ', { title = title, items = items })
    shown = { id = vim.fn.getqflist({ id = 0 }).id, session = session.id, all = all }
    vim.cmd('botright copen')
  end)
end

---The comments of the session have changed: so does the list, where it still is.
---@param id string
function M.update(id)
  local session = state.get(id)
  if not shown or shown.session ~= id or not session then
    return
  end
  if vim.fn.getqflist({ id = shown.id }).id ~= shown.id then
    shown = nil
    return
  end
  local items = items_of(session, store.get(id) or {}, shown.all)
  vim.fn.setqflist({}, 'r', { id = shown.id, items = items })
end

---The comment in the line of the cursor, where that is in such a list.
---@return { session: string, id: string }|nil
function M.at_cursor()
  if vim.bo.buftype ~= 'quickfix' then
    return nil
  end
  local item = vim.fn.getqflist()[vim.api.nvim_win_get_cursor(0)[1]]
  local data = item and item.user_data
  return type(data) == 'table' and data.tempest_comment or nil
end

return M
