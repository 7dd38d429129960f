-- What there is to say of a session that has no screen, for the preview.
local standing = require('tempest.standing')

local M = {}

---@param session tempest.Session
---@return string[]
---@return { [1]: integer, [2]: integer, [3]: integer, [4]: string }[] marks by row, with columns and group
function M.lines(session)
  local lines, marks = {}, {}
  local function add(name, value)
    if value and value ~= '' then
      local first = true
      for _, line in ipairs(vim.split(value, '\n')) do
        lines[#lines + 1] = (' %-9s %s'):format(first and name or '', line)
        marks[#marks + 1] = { #lines - 1, 1, 10, 'TempestHint' }
        first = false
      end
    end
  end
  add('status', standing.status(session) .. (session.reason ~= '' and ': ' .. session.reason or ''))
  add('note', session.notice)
  add('check', session.check and require('tempest.check').result(session.check) or '')
  add('agent', session.command and table.concat(session.command, ' ') or session.agent)
  add('branch', session.branch)
  add('base', session.base.ref)
  add('worktree', vim.fn.fnamemodify(session.worktree, ':~'))
  add('prompt', session.prompt)
  return lines, marks
end

return M
