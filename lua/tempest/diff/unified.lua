-- Both sides of a file in one buffer: its patch, with the colours of the file's own language.
local blob = require('tempest.diff.blob')
local pages = require('tempest.diff.pages')
local reading = require('tempest.diff.reading')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_diff_unified')
---Patches with more lines are coloured as patches only.
local most_parsed = 5000

---@param buf integer
---@return boolean whether it is one of ours
function M.is_patch(buf)
  return vim.b[buf].tempest_patch == true
end

---What the lines of a patch stand for.
M.lines = reading.lines

---@param buf integer
---@param row integer from 0
---@param first integer column
---@param last integer column, or -1 for the whole line
---@param group string
local function colour(buf, row, first, last, group)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  vim.api.nvim_buf_set_extmark(buf, namespace, row, math.min(first, #line), {
    end_col = last < 0 and #line or math.min(last, #line),
    hl_group = group,
    priority = vim.hl and vim.hl.priorities.treesitter or 100,
  })
end

---Colours one side as its language has it.
---@param buf integer
---@param language string
---@param texts string[] lines of the side
---@param rows integer[] where they are in the patch, from 0
---@param wanted table<integer, boolean> which of those to colour
local function colour_side(buf, language, texts, rows, wanted)
  local text = table.concat(texts, '\n') .. '\n'
  local parser = vim.treesitter.get_string_parser(text, language)
  parser:parse(true)
  parser:for_each_tree(function(tree, ltree)
    local query = vim.treesitter.query.get(ltree:lang(), 'highlights')
    if not query then
      return
    end
    for id, node in query:iter_captures(tree:root(), text) do
      local name = query.captures[id]
      local from_row, from, to_row, to = node:range()
      for row = from_row, name:sub(1, 1) == '_' and -1 or math.min(to_row, #rows - 1) do
        if wanted[rows[row + 1]] then
          local first = row == from_row and from + 1 or 1
          local last = row == to_row and to + 1 or -1
          colour(buf, rows[row + 1], first, last, ('@%s.%s'):format(name, ltree:lang()))
        end
      end
    end
  end)
end

---@param buf integer
---@param from integer line with which the new page begins
local function paint_lines(buf, from)
  vim.api.nvim_buf_clear_namespace(buf, namespace, from - 1, -1)
  local known = M.lines(buf)
  for at = from, vim.api.nvim_buf_line_count(buf) do
    local sign = known[at] and known[at].sign or ' '
    if sign ~= ' ' then
      vim.api.nvim_buf_set_extmark(buf, namespace, at - 1, 0, {
        line_hl_group = sign == '+' and 'DiffAdd' or 'DiffDelete',
      })
    end
  end
end

---@param buf integer
---@param path string
local function paint(buf, path)
  paint_lines(buf, 1)
  if vim.api.nvim_buf_line_count(buf) > most_parsed then
    return
  end
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local known = M.lines(buf)
  local texts, rows = { old = {}, new = {} }, { old = {}, new = {} }
  local wanted = { old = {}, new = {} }
  for at, line in ipairs(lines) do
    local what = known[at]
    if what then
      for _, side in ipairs({ 'old', 'new' }) do
        if what[side] then
          table.insert(texts[side], line:sub(2))
          table.insert(rows[side], at - 1)
          wanted[side][at - 1] = side == 'new' or what.sign == '-'
        end
      end
    end
  end
  local filetype = vim.filetype.match({ filename = path })
  local language = filetype and (vim.treesitter.language.get_lang(filetype) or filetype)
  if language and pcall(vim.treesitter.language.inspect, language) then
    for _, side in ipairs({ 'old', 'new' }) do
      pcall(colour_side, buf, language, texts[side], rows[side], wanted[side])
    end
  end
end

---@param buf integer
---@param first integer line that is new
local function added(buf, first)
  reading.read_on(buf, first)
  paint_lines(buf, first)
  require('tempest.comments.watch').show(buf)
end

---Shows the first page of the patch, or as much of it as was there before.
---@param review tempest.Review
---@param file tempest.DiffFile
---@param callback fun(buf?: integer)
function M.load(review, file, callback)
  local id = review.session.id
  local params = {
    session = id,
    page = { base = review.diff.base, tree = review.diff.tree, offset = 0 },
    paths = { file.path, file.oldPath },
    binary = false,
  }
  pages.first(blob.find(id, 'unified', file.path), params, function(text, next_page)
    if not text then
      callback(nil)
      return
    end
    text = text == '' and 'no lines differ\n' or text
    local buf = blob.note(id, 'unified', file.path, text)
    if not M.is_patch(buf) then
      vim.b[buf].tempest_patch = true
      vim.bo[buf].filetype = 'diff'
    end
    vim.b[buf].tempest_file = {
      session = id,
      path = file.path,
      rawPath = file.rawPath,
      rev = review.diff.tree,
      old = { path = file.oldPath or file.path, rev = review.diff.base },
    }
    pages.keep(buf, text, { params = params, next = next_page, added = added })
    paint(buf, file.path)
    require('tempest.comments.watch').show(buf)
    callback(buf)
  end)
end

---The line of the right side where a line of the patch is or was; of a header, the one that follows.
---@param buf integer
---@param line integer of the patch
---@return integer
function M.new_line(buf, line)
  local known = M.lines(buf)
  local count = vim.api.nvim_buf_line_count(buf)
  for at = line, count do
    if known[at] and known[at].new then
      return known[at].new
    end
  end
  for at = line, 1, -1 do
    if known[at] and known[at].new then
      return known[at].new
    end
  end
  return 1
end

---The line with this text that is nearest; else where this line of the right side is, or what is nearest to it.
---@param buf integer
---@param wanted { text: string, new: integer, line: integer }
---@return integer
function M.find(buf, wanted)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local best, distance = nil, math.huge
  for at, text in ipairs(lines) do
    local far = math.abs(at - wanted.line)
    if text == wanted.text and far < distance then
      best, distance = at, far
    end
  end
  if best then
    return best
  end
  for at, what in pairs(M.lines(buf)) do
    local far = what.new and math.abs(what.new - wanted.new) or math.huge
    if far < distance then
      best, distance = at, far
    end
  end
  return best or 1
end

return M
