-- What is about to be committed or to land, as a preview shows it: commits by their first lines, files with counts.
local counts = require('tempest.diff.lines').counts

local M = {}

---@class tempest.Landing
---@field changes { files: integer, added: integer, removed: integer }
---@field files tempest.LandingFile[]
---@field commits? integer
---@field subjects? string[] the newest first

---@class tempest.LandingFile
---@field path string
---@field oldPath? string
---@field status string
---@field binary boolean
---@field added integer
---@field removed integer

---A question is no list: what is longer is counted. All of it is in the review.
local most = { subjects = 6, files = 12, named = 3 }

---@param count integer
---@param noun string
---@return string such as '1 commit'
function M.counted(count, noun)
  return ('%d %s%s'):format(count, noun, count == 1 and '' or 's')
end

---@param files string[]
---@return string such as 'a.txt, b.txt, c.txt and 57 more'
function M.few(files)
  local text = table.concat(vim.list_slice(files, 1, most.named), ', '):gsub('%c', '?')
  return #files > most.named and ('%s and %d more'):format(text, #files - most.named) or text
end

---@param plan tempest.Landing
---@return string such as '2 commits: 1 file, +1 -0'
function M.summary(plan)
  local changes = plan.changes
  local files = ('%s, +%d -%d'):format(
    M.counted(changes.files, 'file'),
    changes.added,
    changes.removed
  )
  return plan.commits and ('%s: %s'):format(M.counted(plan.commits, 'commit'), files) or files
end

---@param lines string[]
---@param items any[]
---@param all integer
---@param limit integer
---@param text fun(item: any): string
local function add(lines, items, all, limit, text)
  local shown = math.min(#items, limit)
  for at = 1, shown do
    lines[#lines + 1] = '  ' .. text(items[at]):gsub('%c', '?')
  end
  if all > shown then
    lines[#lines + 1] = ('  … and %d more'):format(all - shown)
  end
end

---@param plan tempest.Landing
---@return string[]
function M.lines(plan)
  local lines = { M.summary(plan) }
  add(lines, plan.subjects or {}, plan.commits or 0, most.subjects, function(subject)
    return '* ' .. subject
  end)
  add(lines, plan.files, plan.changes.files, most.files, function(file)
    local letter = file.status == 'type-changed' and 'T' or file.status:sub(1, 1):upper()
    local name = file.oldPath and ('%s → %s'):format(file.oldPath, file.path) or file.path
    return ('%s %s  %s'):format(letter, name, counts(file))
  end)
  return lines
end

return M
