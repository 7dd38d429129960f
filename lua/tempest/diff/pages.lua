-- The pages of a patch in its buffer: the next one comes as the person gets near the end of those before.
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_diff_pages')
---The longest page, in bytes: a screen is there at once, and nobody waits for the rest.
local page_size = 512 * 1024
---What the daemon gives at once at most, in bytes.
local most_at_once = 8 * 1024 * 1024
---How many lines before the end the next page is asked for.
local ahead = 200

---@class tempest.PatchPages
---@field params table of the request
---@field bytes integer that were loaded
---@field next? table the page that follows; nil at the end
---@field open boolean the last line goes on in the next page
---@field waiting? (fun(ok: boolean))[] called when the page that was asked for is there
---@field added fun(buf: integer, first: integer) called with the first new line, from 1

---@type table<integer, tempest.PatchPages>
local known = {}

---Says below the last line that more follows.
---@param buf integer
local function tell(buf)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  if not known[buf].next then
    return
  end
  local last = vim.api.nvim_buf_line_count(buf) - 1
  vim.api.nvim_buf_set_extmark(buf, namespace, last, 0, {
    virt_lines = { { { '… more follows: go on, and it comes', 'TempestHint' } } },
  })
end

---@param params table
---@param bytes integer how many are wanted at least
---@param callback fun(text?: string, next?: table, failure?: tempest.Failure)
local function read(params, bytes, callback)
  local parts, got = {}, 0
  local function ask(page)
    params.page, params.limit = page, math.max(page_size, math.min(bytes - got, most_at_once))
    rpc.request('session/patch', params, function(failure, patch)
      if failure then
        callback(nil, nil, failure)
        return
      end
      parts[#parts + 1] = vim.base64.decode(patch.data)
      got = got + #parts[#parts]
      if patch.next and got < bytes then
        ask(patch.next)
      else
        callback(table.concat(parts), patch.next)
      end
    end)
  end
  ask(params.page)
end

---Reads a patch from its beginning: so much of it as was there before.
---@param buf integer|nil the buffer that shows it already
---@param params table
---@param callback fun(text?: string, next?: table)
function M.first(buf, params, callback)
  local before = buf and known[buf]
  read(params, before and before.bytes or page_size, function(text, next_page, failure)
    if failure then
      message.failure(failure)
    end
    callback(text, next_page)
  end)
end

---@param buf integer
---@param text string that it shows
---@param pages { params: table, next?: table, added: fun(buf: integer, first: integer) }
function M.keep(buf, text, pages)
  if not known[buf] then
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = buf,
      once = true,
      callback = function()
        known[buf] = nil
      end,
    })
    vim.api.nvim_create_autocmd({ 'CursorMoved', 'WinScrolled', 'BufEnter' }, {
      buffer = buf,
      callback = function()
        M.follow(buf)
      end,
    })
  end
  known[buf] = {
    params = pages.params,
    added = pages.added,
    next = pages.next,
    bytes = #text,
    open = text:sub(-1) ~= '\n',
  }
  tell(buf)
end

---@param buf integer
---@return boolean whether there is more than the buffer shows
function M.has_more(buf)
  return known[buf] ~= nil and known[buf].next ~= nil
end

---@param buf integer
---@param text string
local function append(buf, text)
  local pages = known[buf]
  local lines = vim.split((text:gsub('%z', '␀')), '\n', { plain = true })
  local open = lines[#lines] ~= ''
  if not open then
    table.remove(lines)
  end
  local count = vim.api.nvim_buf_line_count(buf)
  local from = pages.open and count - 1 or count
  if pages.open then
    lines[1] = vim.api.nvim_buf_get_lines(buf, from, count, false)[1] .. (lines[1] or '')
  end
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, from, count, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
  pages.open = open
  pages.added(buf, from + 1)
end

---Loads the next page.
---@param buf integer
---@param callback? fun(ok: boolean) called when it is there, or could not be had
---@param much? boolean as much as there can be at once, for who looks for something
function M.more(buf, callback, much)
  local pages = known[buf]
  if not pages or not pages.next then
    return
  end
  local is_asked = pages.waiting ~= nil
  pages.waiting = pages.waiting or {}
  table.insert(pages.waiting, callback)
  if is_asked then
    return
  end
  pages.params.page = pages.next
  read(pages.params, much and most_at_once or page_size, function(text, next_page, failure)
    -- Meanwhile it may have been loaded anew, or be gone.
    if known[buf] ~= pages or not vim.api.nvim_buf_is_valid(buf) then
      return
    end
    local waiting = pages.waiting or {}
    pages.waiting = nil
    if text then
      pages.next, pages.bytes = next_page, pages.bytes + #text
      append(buf, text)
      tell(buf)
    else
      message.failure(assert(failure))
    end
    for _, call in ipairs(waiting) do
      call(text ~= nil)
    end
  end)
end

---Loads the next page when the end is near in a window.
---@param buf integer
function M.follow(buf)
  if not M.has_more(buf) or known[buf].waiting then
    return
  end
  local near = vim.api.nvim_buf_line_count(buf) - ahead
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    if vim.fn.line('w$', win) >= near then
      M.more(buf)
      return
    end
  end
end

return M
