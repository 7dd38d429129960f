-- What the person looks at, in words for an agent: paths as they are in its worktree, lines with their
-- numbers, diagnostics, the quickfix list.
local message = require('tempest.message')
local state = require('tempest.state')

local M = {}

---As many lines of a list as an agent has use for.
local longest_list = 200

---@param path string
---@return string
local function real(path)
  return vim.uv.fs_realpath(path) or path
end

---@param path string
---@param folder string
---@return string|nil relative
local function within(path, folder)
  local top = real(folder)
  return vim.startswith(path, top .. '/') and path:sub(#top + 2) or nil
end

---Whether a checkout belongs to the repository: a linked worktree's `.git` is a file that says so.
---@param root string
---@param repo string path of its main worktree, or of its git folder, if bare
---@return boolean
local function is_checkout_of(root, repo)
  if real(root) == real(repo) then
    return true
  end
  local file = io.open(root .. '/.git', 'r')
  local line = file and file:read('*l') or ''
  if file then
    file:close()
  end
  local folder = line:match('^gitdir: (.*)/worktrees/[^/]+$')
  return folder ~= nil and (real(folder) == real(repo .. '/.git') or real(folder) == real(repo))
end

---A path as the session's agent sees it: that of a file of the same repository, in whichever checkout it
---lies, from the top of the worktree; of any other file the whole path. Without a session, from the top of
---the file's own repository.
---@param path string
---@param session? tempest.Session
---@return string
function M.path(path, session)
  local full = real(path)
  if session then
    for _, other in ipairs(state.list(session.repo)) do
      local found = within(full, other.worktree)
      if found then
        return found
      end
    end
  end
  local root = vim.fs.root(full, '.git')
  if root and (not session or is_checkout_of(root, session.repo)) then
    return within(full, root) or full
  end
  return session and full or path
end

---@param buf integer
---@param session? tempest.Session
---@return string
local function path_of(buf, session)
  local name = vim.api.nvim_buf_get_name(buf)
  return name == '' and 'unnamed buffer' or M.path(name, session)
end

---@param text string
---@param language string
---@return string
local function fenced(text, language)
  local fence = '```'
  while text:find(fence, 1, true) do
    fence = fence .. '`'
  end
  return ('%s%s\n%s\n%s'):format(fence, language, text, fence)
end

---@param buf integer
---@param first integer
---@param last integer
---@param session? tempest.Session whose agent it is for
---@return string
function M.of_lines(buf, first, last, session)
  local lines = vim.api.nvim_buf_get_lines(buf, first - 1, last, false)
  local path = path_of(buf, session)
  local where = first == last and ('%s:%d'):format(path, first)
    or ('%s:%d-%d'):format(path, first, last)
  return where .. '\n' .. fenced(table.concat(lines, '\n'), vim.bo[buf].filetype)
end

---@param text string
---@param context string|nil
---@return string
function M.join(text, context)
  if not context then
    return text
  end
  return text == '' and context or text .. '\n\n' .. context
end

---@class tempest.Sight
---@field buf integer
---@field first? integer lines that the person gave, from 1
---@field last? integer

---@type table<integer, string>
local severities = { 'error', 'warning', 'info', 'hint' }

---@param lines string[]
---@return string
local function bounded(lines)
  local more = #lines - longest_list
  if more > 0 then
    lines = vim.list_slice(lines, 1, longest_list)
    lines[#lines + 1] = ('and %d more'):format(more)
  end
  return table.concat(lines, '\n')
end

---@param text string
---@return string
local function one_line(text)
  return vim.trim((text:gsub('%s+', ' ')))
end

---Each gives the words, or nil and why there are none.
---@type table<string, fun(sight: tempest.Sight, session?: tempest.Session): string|nil, string|nil>
M.all = {}

function M.all.file(sight, session)
  local name = vim.api.nvim_buf_get_name(sight.buf)
  if name == '' or vim.bo[sight.buf].buftype ~= '' then
    return nil, 'this buffer is no file'
  end
  return M.path(name, session)
end

function M.all.selection(sight, session)
  local first, last = sight.first, sight.last
  if not first or not last then
    first = vim.api.nvim_buf_get_mark(sight.buf, '<')[1]
    last = vim.api.nvim_buf_get_mark(sight.buf, '>')[1]
  end
  if first == 0 or last == 0 then
    return nil, 'nothing is selected'
  end
  return M.of_lines(sight.buf, first, last, session)
end

function M.all.diagnostics(sight, session)
  local path = path_of(sight.buf, session)
  local found = vim.tbl_filter(function(one)
    return not sight.first or (one.lnum + 1 >= sight.first and one.lnum + 1 <= sight.last)
  end, vim.diagnostic.get(sight.buf))
  if #found == 0 then
    return nil, 'there are no diagnostics here'
  end
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return bounded(vim.tbl_map(function(one)
    local source = one.source and (' (%s)'):format(one.source) or ''
    local what = severities[one.severity] or 'note'
    local where = ('%s:%d:%d'):format(path, one.lnum + 1, one.col + 1)
    return ('%s: %s: %s%s'):format(where, what, one_line(one.message), source)
  end, found))
end

function M.all.quickfix(_, session)
  local lines = {}
  for _, item in ipairs(vim.fn.getqflist()) do
    if item.valid == 1 and item.bufnr > 0 then
      local path = path_of(item.bufnr, session)
      lines[#lines + 1] = ('%s:%d: %s'):format(path, item.lnum, one_line(item.text))
    end
  end
  if #lines == 0 then
    return nil, 'the quickfix list is empty'
  end
  return bounded(lines)
end

---@type string[] as they are typed
M.names = { '@diagnostics', '@file', '@quickfix', '@selection' }

---Puts what `@file` and its like stand for into a text: the path in its place, longer things at the end.
---`\@file` is left as `@file`.
---@param text string
---@param sight tempest.Sight
---@param session? tempest.Session
---@return string|nil nil when something is not there, which is said
function M.expand(text, sight, session)
  local blocks, problem = {}, nil
  local words = (' ' .. text):gsub('(%s)(\\?)@(%a+)', function(blank, escape, name)
    local make = M.all[name]
    if not make then
      return nil
    end
    if escape ~= '' then
      return blank .. '@' .. name
    end
    local found, why = make(sight, session)
    problem = problem or why
    if name == 'file' then
      return blank .. (found or '')
    end
    blocks[#blocks + 1] = found
    return blank
  end)
  if problem then
    message.warn(problem)
    return nil
  end
  local context = #blocks > 0 and table.concat(blocks, '\n\n') or nil
  return M.join(vim.trim(words), context)
end

return M
