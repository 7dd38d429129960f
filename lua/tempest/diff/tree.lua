-- The rows of a review's file panel: changed files as a tree of folders, or as a list.
local M = {}

---@class tempest.DiffRow
---@field kind 'folder'|'file'
---@field key string the path; a folder's ends with a slash
---@field depth integer
---@field name string what is shown of the path
---@field index? integer of the file in the diff
---@field folded? boolean
---@field files integer how many files it stands for
---@field added integer
---@field removed integer

---@class tempest.DiffLayout
---@field tree boolean
---@field folded table<string, true> keys of folders
---@field filter string

---@param path string
---@param filter string words that the path must have, whatever their case
---@return boolean
function M.matches(path, filter)
  local lower = path:lower()
  for word in filter:lower():gmatch('%S+') do
    if not lower:find(word, 1, true) then
      return false
    end
  end
  return true
end

---@param name string
---@return string on one line
local function printable(name)
  return (name:gsub('%c', '?'))
end

---@param path string
---@return string[] folders
local function folders_of(path)
  local parts = vim.split(path, '/', { plain = true })
  parts[#parts] = nil
  return parts
end

---How much of the path below `first` all files share, from the folder at `depth` on.
---@param entries { index: integer, folders: string[] }[]
---@param from integer
---@param to integer
---@param depth integer folders that are shown already
---@return integer
local function shared(entries, from, to, depth)
  local folders = entries[from].folders
  local deepest = depth
  while deepest < #folders do
    -- Paths are sorted, so the first and the last tell for all between, but for files right in the folder.
    for at = from, to do
      if entries[at].folders[deepest + 1] ~= folders[deepest + 1] then
        return deepest
      end
    end
    deepest = deepest + 1
  end
  return deepest
end

---@param files tempest.DiffFile[] in the order of their paths
---@param layout tempest.DiffLayout
---@return tempest.DiffRow[]
function M.rows(files, layout)
  local rows, entries = {}, {}
  for index, file in ipairs(files) do
    if M.matches(file.path, layout.filter) then
      entries[#entries + 1] =
        { index = index, folders = layout.tree and folders_of(file.path) or {} }
    end
  end
  ---@param index integer
  ---@param depth integer
  local function add_file(index, depth)
    local file = files[index]
    rows[#rows + 1] = {
      kind = 'file',
      key = file.path,
      depth = depth,
      name = printable(layout.tree and file.path:match('[^/]*$') or file.path),
      index = index,
      files = 1,
      added = file.added,
      removed = file.removed,
    }
  end
  local walk
  ---@param from integer
  ---@param to integer
  ---@param level integer folders of the path that are shown already
  ---@param depth integer
  function walk(from, to, level, depth)
    local at = from
    while at <= to do
      local folder = entries[at].folders[level + 1]
      if not folder then
        add_file(entries[at].index, depth)
        at = at + 1
      else
        local last = at
        while last < to and entries[last + 1].folders[level + 1] == folder do
          last = last + 1
        end
        -- Folders that hold nothing but one folder are joined with it.
        local deepest = shared(entries, at, last, level + 1)
        local folders = entries[at].folders
        local key = table.concat(folders, '/', 1, deepest) .. '/'
        local row = {
          kind = 'folder',
          key = key,
          depth = depth,
          name = printable(table.concat(folders, '/', level + 1, deepest)) .. '/',
          -- What is looked for is shown.
          folded = layout.folded[key] == true and layout.filter == '',
          files = last - at + 1,
          added = 0,
          removed = 0,
        }
        for inside = at, last do
          local file = files[entries[inside].index]
          row.added, row.removed = row.added + file.added, row.removed + file.removed
        end
        rows[#rows + 1] = row
        if not row.folded then
          walk(at, last, deepest, depth + 1)
        end
        at = last + 1
      end
    end
  end
  walk(1, #entries, 0, 0)
  return rows
end

return M
