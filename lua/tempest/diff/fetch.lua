-- What a review shows, asked for page by page: the list of files, and the text of one side of a file.
local compared = require('tempest.diff.compared')
local rpc = require('tempest.rpc')

local M = {}

---Files on one page: what is looked at again and again is mostly found unchanged by the first.
local files_at_once = 2000

---@param session tempest.Session
---@param what tempest.Compared
---@param how { known?: boolean, is_enough?: fun(first: tempest.Diff): boolean } the worktree as it was last counted;
---whether the first page will do
---@param callback fun(failure?: tempest.Failure, diff?: tempest.Diff)
function M.diff(session, what, how, callback)
  local whole
  local function ask(page)
    local params = compared.params(session, what)
    params.limit, params.page, params.known = files_at_once, page, how.known
    rpc.request('session/diff', params, function(failure, diff)
      if failure then
        callback(failure)
        return
      end
      if whole then
        vim.list_extend(whole.files, diff.files)
      else
        whole = diff
      end
      if diff.next and not (how.is_enough and how.is_enough(whole)) then
        ask(diff.next)
      else
        callback(nil, whole)
      end
    end)
  end
  ask(nil)
end

---@class tempest.FileText
---@field text? string nil when the file is not there, or has more bytes than were wanted
---@field binary boolean
---@field size integer bytes

---@param session string
---@param rev string
---@param file tempest.Path
---@param callback fun(failure?: tempest.Failure, value?: tempest.FileText)
---@param most? integer bytes: of a larger file only its size is given
function M.text(session, rev, file, callback, most)
  local parts = {}
  local function ask(offset)
    local params =
      { session = session, rev = rev, path = file.path, rawPath = file.rawPath, offset = offset }
    rpc.request('session/file', params, function(failure, page)
      if failure then
        callback(failure)
        return
      end
      parts[#parts + 1] = page.text
      if page.next and not (most and page.size > most) then
        ask(page.next)
        return
      end
      local text = not page.next and #parts > 0 and table.concat(parts) or nil
      callback(nil, { text = text, binary = page.binary, size = page.size })
    end)
  end
  ask(0)
end

return M
