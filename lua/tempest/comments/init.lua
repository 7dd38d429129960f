-- `:TempestComment` and its like: comments are written, changed, and sent.
local marks = require('tempest.comments.marks')
local message = require('tempest.message')
local place = require('tempest.comments.place')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local store = require('tempest.comments.store')
local which = require('tempest.which')

local M = {}

---@param at tempest.Path
---@param range { start: integer, end: integer }
---@return string
local function title_of(at, range)
  local lines = range.start == range['end'] and range.start
    or ('%d-%d'):format(range.start, range['end'])
  return ('%s:%s'):format(at.path, lines)
end

---@param method string
---@param params table
---@param callback? fun(ok: boolean, result: any)
local function request(method, params, callback)
  rpc.request(method, params, function(failure, result)
    if failure then
      message.failure(failure)
    else
      store.ask(params.session)
    end
    if callback then
      callback(failure == nil, result)
    end
  end)
end

---Comments on lines of the current buffer; asks for the text where there is none.
---@param text string
---@param first integer
---@param last integer
function M.add(text, first, last)
  local buf, win = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  which.when_known(function()
    local at = vim.api.nvim_buf_is_valid(buf) and place.of(buf)
    if not at then
      local is_panel = vim.api.nvim_buf_is_valid(buf) and vim.bo[buf].filetype == 'tempest_diff'
      message.warn(
        is_panel and 'go to the window on the right, to the lines that you comment on'
          or 'this buffer shows no file of a session'
      )
      return
    end
    local is_here = vim.api.nvim_win_is_valid(win) and vim.api.nvim_get_current_win() == win
    local params = at.old and require('tempest.comments.patch').params(buf, at, first, last)
    if not at.old then
      params = {
        session = at.session,
        path = at.path,
        rawPath = at.rawPath,
        range = { start = first, ['end'] = last },
        side = at.rev and is_here and place.side(win) or 'new',
        rev = at.rev,
        quote = vim.api.nvim_buf_get_lines(buf, first - 1, last, false),
      }
    end
    if not params then
      message.warn('these are no lines of the file')
      return
    end
    local function save(body, done)
      params.body = body
      request('comment/add', params, done)
    end
    if text ~= '' then
      save(text)
      return
    end
    require('tempest.comments.editor').write({
      key = ('%s %s %s %d-%d'):format(at.session, params.path, params.side, first, last),
      title = title_of(at, params.range),
      line = is_here and last or nil,
    }, save)
  end)
end

---Calls back with the comment under the cursor, of a file or of the list.
---@param callback fun(session: string, comment: tempest.Comment)
local function under_cursor(callback)
  local listed = require('tempest.comments.list').at_cursor()
  local buf, line = vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1]
  local at = listed or place.of(buf)
  local ids = listed and { listed.id } or marks.at(buf, line)
  local found = vim.tbl_filter(function(comment)
    return vim.tbl_contains(ids, comment.id)
  end, at and store.get(at.session) or {})
  if not at or #found == 0 then
    message.warn('there is no comment in this line')
  elseif #found == 1 then
    callback(at.session, found[1])
  else
    vim.ui.select(found, {
      prompt = 'Comment',
      kind = 'tempest_comment',
      format_item = function(comment)
        return (comment.body:gsub('%s+', ' '))
      end,
    }, function(comment)
      if comment then
        callback(at.session, comment)
      end
    end)
  end
end

---Changes the text of the comment under the cursor.
function M.edit()
  under_cursor(function(session, comment)
    require('tempest.comments.editor').write({
      key = ('%s %s'):format(session, comment.id),
      title = title_of(comment, comment.range),
      text = comment.body,
    }, function(body, done)
      request('comment/edit', { session = session, comment = comment.id, body = body }, done)
    end)
  end)
end

---@param resolved boolean false opens it again
function M.resolve(resolved)
  under_cursor(function(session, comment)
    local params = { session = session, comment = comment.id, resolved = resolved }
    request('comment/resolve', params)
  end)
end

function M.remove()
  under_cursor(function(session, comment)
    request('comment/remove', { session = session, comment = comment.id })
  end)
end

---@param session tempest.Session
---@param queue boolean lets it wait for the end of the turn
function M.send(session, queue)
  local params = { session = session.id, queue = queue }
  request('review/send', params, function(ok, result)
    if not ok then
      return
    end
    local count = #result.comments
    local what = count == 1 and '1 comment' or ('%d comments'):format(count)
    local now = state.get(session.id)
    local hold = result.queued and now and now.queued.hold
    if hold then
      message.warn(('%s: its queue is held. %s'):format(session.name, hold.text))
    elseif result.queued then
      message.show(('%s has %s in its queue'):format(session.name, what))
    else
      message.show(('%s sent to %s'):format(what, session.name))
    end
  end)
end

return M
