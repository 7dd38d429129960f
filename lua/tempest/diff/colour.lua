-- The same colours on both sides of a review: the language's parser on each where there is one.
local M = {}

---What was started on buffers that are not ours, to be stopped again.
---@alias tempest.HeldColours table<integer, table>

---@param buf integer
---@return table|nil its highlighter
local function active(buf)
  return vim.treesitter.highlighter.active[buf]
end

---@param buf integer
---@param filetype string
---@return boolean started
local function start(buf, filetype)
  local language = vim.treesitter.language.get_lang(filetype) or filetype
  return (pcall(vim.treesitter.start, buf, language))
end

---Colours a buffer of ours as the file whose text it has.
---@param buf integer
---@param path string
function M.of_path(buf, path)
  local filetype = vim.filetype.match({ buf = buf, filename = path })
  -- Not 'filetype': a language server must not take an old version for a file of the project.
  if filetype and not start(buf, filetype) then
    vim.bo[buf].syntax = filetype
  end
end

---Starts the parser on a file of the person's, until `take`: whether one runs is up to their own
---configuration, but beside the other side a file can't have colours of another kind.
---@param held tempest.HeldColours
---@param buf integer
function M.put(held, buf)
  local filetype = vim.bo[buf].filetype
  if active(buf) or filetype == '' or vim.bo[buf].buftype ~= '' then
    return
  end
  if start(buf, filetype) then
    held[buf] = active(buf)
  end
end

---Leaves the buffer as it was; what the person has started meanwhile goes on.
---@param held tempest.HeldColours
---@param buf integer
function M.take(held, buf)
  if held[buf] and held[buf] == active(buf) then
    vim.treesitter.stop(buf)
  end
  held[buf] = nil
end

return M
