-- Takes hunks back: in the buffer of the worktree's file, so that `u` undoes it, and on disk. What the file was is in
-- a checkpoint by then.
local compared = require('tempest.diff.compared')
local fetch = require('tempest.diff.fetch')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local sides = require('tempest.diff.sides')
local write = require('tempest.diff.write')

local M = {}

---@param text string
---@return string[] each with its line ending
local function split(text)
  local lines = {}
  for line in text:gmatch('[^\n]*\n?') do
    if line ~= '' then
      lines[#lines + 1] = line
    end
  end
  return lines
end

---The new text with the old lines in the place of these hunks.
---@param old string
---@param new string
---@param hunks tempest.Hunk[] from the top
---@return string text
---@return string what of it is old
local function without(old, new, hunks)
  local old_lines, lines, at, parts, back = split(old), split(new), 1, {}, {}
  for _, hunk in ipairs(hunks) do
    -- A hunk without lines here stands behind the one it names.
    local first = hunk.newLines > 0 and hunk.newStart or hunk.newStart + 1
    local from = hunk.oldLines > 0 and hunk.oldStart or hunk.oldStart + 1
    vim.list_extend(parts, lines, at, first - 1)
    vim.list_extend(parts, old_lines, from, from + hunk.oldLines - 1)
    vim.list_extend(back, old_lines, from, from + hunk.oldLines - 1)
    at = first + hunk.newLines
  end
  vim.list_extend(parts, lines, at)
  return table.concat(parts), table.concat(back)
end

---@param mode string as git has it
---@return boolean
local function is_file(mode)
  return vim.startswith(mode, '100')
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@return string|nil why its hunks can't be taken back
local function obstacle(review, file)
  if not compared.is_now(review.compared) then
    return 'what is over is only looked at'
  end
  local has_file = file.status == 'deleted' or is_file(file.mode)
  if not has_file or (file.status ~= 'added' and not is_file(file.oldMode)) then
    return 'only lines of plain files can be rejected'
  end
end

---@param review tempest.Review
---@param rev string
---@param name tempest.Path
---@param callback fun(text: string)
local function text_of(review, rev, name, callback)
  fetch.text(review.session.id, rev, name, function(failure, value)
    if failure or not value then
      message.failure(assert(failure))
    elseif value.binary then
      message.warn('only lines of text can be rejected')
    else
      -- Neovim keeps the mark of UTF-8 apart from the text.
      local text = (value.text or ''):gsub('^\239\187\191', '')
      callback(text)
    end
  end)
end

---Has the daemon keep the file as it is, unless this review left it so.
---@param review tempest.Review
---@param file tempest.DiffFile
---@param tree string
---@param text string of the file in it
---@param callback fun() called when it is kept
local function keep(review, file, tree, text, callback)
  if review.rejected[file.path] == text then
    callback()
    return
  end
  local params = {
    session = review.session.id,
    tree = tree,
    path = file.path,
    rawPath = file.rawPath,
  }
  rpc.request('checkpoint/keep', params, function(failure)
    if failure then
      message.failure(failure)
    else
      callback()
    end
  end)
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param new string
---@param target string
---@return boolean done
local function take_back(review, file, new, target)
  local path = sides.path(review, file)
  local buf, problem
  if file.status == 'deleted' then
    buf, problem = write.bring_back(file, path, target)
  else
    buf, problem = write.change(file, path, new, target)
  end
  if buf then
    -- What can be undone stays, also when the review is closed.
    review.opened[buf] = nil
    vim.bo[buf].buflisted = true
  end
  if problem then
    message.warn(problem)
    return false
  end
  review.rejected[file.path] = target
  return true
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param of tempest.FileHunks
---@param callback fun(old: string, new: string) with both sides
local function load(review, file, of, callback)
  local function with_old(old)
    if file.status == 'deleted' then
      callback(old, '')
    else
      text_of(review, of.tree, file, function(new)
        callback(old, new)
      end)
    end
  end
  if file.status == 'added' then
    with_old('')
  else
    text_of(review, of.base, {
      path = file.oldPath or file.path,
      rawPath = not file.oldPath and file.rawPath or nil,
    }, with_old)
  end
end

---@param review tempest.Review
---@param file tempest.DiffFile
---@param of tempest.FileHunks
---@param list tempest.Hunk[] of them, from the top
---@param callback fun() called when it is done
function M.hunks(review, file, of, list, callback)
  local why = obstacle(review, file)
  if why then
    message.warn(why)
    return
  end
  load(review, file, of, function(old, new)
    local target, back = without(old, new, list)
    -- What could not be read as it is must not be written.
    if back:find('\239\191\189', 1, true) then
      message.warn('the lines before are not UTF-8: nothing was rejected')
      return
    end
    keep(review, file, of.tree, new, function()
      if take_back(review, file, new, target) then
        local what = #list == 1 and 'hunk' or ('%d hunks'):format(#list)
        local name = vim.fs.basename(sides.path(review, file))
        message.show(('%s rejected: u in %s takes it back'):format(what, name))
        callback()
      end
    end)
  end)
end

return M
