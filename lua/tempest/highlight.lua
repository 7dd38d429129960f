-- Highlight groups: links that a colour scheme or the person may override.
local M = {}

---Name, what it links to, what it is for: the help is written from this.
---@type { [1]: string, [2]: string, [3]: string }[]
M.groups = {
  { 'TempestCreating', 'Comment', 'icon of a session that is being made or started' },
  { 'TempestWorking', 'DiagnosticInfo', 'icon of a session at work' },
  { 'TempestWaiting', 'DiagnosticWarn', 'icon of a session that waits for an answer' },
  { 'TempestIdle', 'DiagnosticOk', 'icon of a session whose turn is over' },
  { 'TempestUnseen', 'DiagnosticOk', 'icon of a session that finished unseen' },
  { 'TempestProblem', 'DiagnosticError', 'icon and words of a session stopped by a problem' },
  { 'TempestActivity', 'Comment', 'what a session is doing' },
  { 'TempestQuestion', 'DiagnosticWarn', 'what a session asks' },
  { 'TempestExited', 'Comment', 'icon of a session whose agent ended' },
  { 'TempestClosed', 'Comment', 'icon of a closed session' },
  { 'TempestFailed', 'DiagnosticError', 'icon of a session that could not start' },
  { 'TempestTrash', 'Comment', 'icon of a removed session' },
  { 'TempestName', 'Normal', "a session's name" },
  { 'TempestUnseenName', 'Title', 'the name of a session that wants the person' },
  { 'TempestConflict', 'DiagnosticWarn', 'mark of a session that would conflict' },
  { 'TempestPermissionless', 'WarningMsg', 'mark of an agent that asks for no permission' },
  { 'TempestBranch', 'Comment', "a session's agent and branch" },
  { 'TempestWords', 'Comment', 'what an agent at rest said last' },
  { 'TempestExtra', 'Comment', 'what waits for a session, its tokens and cost' },
  { 'TempestAge', 'Comment', "a session's age" },
  { 'TempestAdded', 'Added', 'count of added lines' },
  { 'TempestRemoved', 'Removed', 'count of removed lines' },
  { 'TempestChanged', 'Changed', 'mark of a changed file' },
  { 'TempestComment', 'DiagnosticInfo', 'a comment, and the numbers of its lines' },
  { 'TempestCommentSent', 'Comment', 'a comment that the agent was told' },
  { 'TempestCommentAnswered', 'DiagnosticOk', 'a comment whose code was changed since' },
  { 'TempestCommentGone', 'DiagnosticWarn', 'a comment whose code is gone' },
  { 'TempestAccepted', 'DiagnosticOk', 'sign of a hunk that was accepted' },
  { 'TempestViewed', 'Comment', 'mark of a file that was viewed' },
  { 'TempestHeading', 'Directory', 'name of a repository' },
  { 'TempestHint', 'Comment', 'a hint in an empty list' },
  { 'TempestKey', 'Special', 'a key in the help' },
  { 'TempestSelected', 'CursorLine', 'the row of the cursor' },
  { 'TempestNormal', 'NormalFloat', 'text of the floating windows' },
  { 'TempestBorder', 'FloatBorder', 'border of the floating windows' },
  { 'TempestTitle', 'FloatTitle', 'title of the floating windows' },
  { 'TempestFooter', 'FloatFooter', 'footer of the floating windows' },
}

local function define()
  for _, group in ipairs(M.groups) do
    vim.api.nvim_set_hl(0, group[1], { link = group[2], default = true })
  end
end

local ready = false

---Defines the groups, once, and again whenever the colour scheme changes.
function M.ensure()
  if ready then
    return
  end
  ready = true
  define()
  vim.api.nvim_create_autocmd('ColorScheme', {
    group = vim.api.nvim_create_augroup('tempest_highlight', {}),
    callback = define,
  })
end

---For 'winhighlight' of our floating windows.
M.float = 'NormalFloat:TempestNormal,FloatBorder:TempestBorder,FloatTitle:TempestTitle,'
  .. 'FloatFooter:TempestFooter,CursorLine:TempestSelected'

return M
