-- Commands and <Plug> maps only: nothing is required until one of them is used.
if vim.g.loaded_tempest then
  return
end
vim.g.loaded_tempest = true

local function run(name)
  return function(args)
    if vim.fn.has('nvim-0.10.4') == 0 then
      vim.api.nvim_echo({ { 'tempest: Neovim 0.10.4 or later is needed', 'ErrorMsg' } }, true, {})
      return
    end
    require('tempest.commands').run(name, args)
  end
end

local function complete(lead, line, position)
  if vim.fn.has('nvim-0.10.4') == 0 then
    return {}
  end
  return require('tempest.completion').complete(lead, line, position)
end

local function command(name, desc, attributes)
  attributes.desc = desc
  if attributes.nargs then
    attributes.complete = complete
  end
  vim.api.nvim_create_user_command(name, run(name), attributes)
end

command('Tempest', 'Tempest: pick a session', {})
command('TempestNew', 'Tempest: start a session', { nargs = '*', bang = true, range = true })
command(
  'TempestRace',
  'Tempest: start several attempts at one prompt',
  { nargs = '*', range = true }
)
command('TempestCompare', 'Tempest: compare attempts, and choose one', { nargs = '*' })
command('TempestList', 'Tempest: show or hide the list of sessions', {})
command('TempestOpen', "Tempest: open a session's terminal", { nargs = '?' })
command('TempestNext', 'Tempest: go to the next session that wants you', {})
command('TempestToggle', 'Tempest: show or hide the last terminal', {})
command('TempestClose', "Tempest: end a session's agent, keep its work", { nargs = '?' })
command('TempestRemove', 'Tempest: move a session to the trash', { nargs = '?', bang = true })
command('TempestRestore', 'Tempest: bring a removed session back', { nargs = '?' })
command(
  'TempestFork',
  'Tempest: go on from a session in a second one',
  { nargs = '*', bang = true }
)
command('TempestSend', 'Tempest: send text or lines to a session', { nargs = '*', range = true })
command(
  'TempestPrompt',
  'Tempest: send a prompt of the library',
  { nargs = '*', bang = true, range = true }
)
command('TempestQueue', 'Tempest: see and change what waits for a session', { nargs = '?' })
command(
  'TempestComment',
  "Tempest: comment on lines of a session's code",
  { nargs = '*', range = true }
)
command('TempestCommentEdit', 'Tempest: change the comment under the cursor', {})
command(
  'TempestCommentResolve',
  'Tempest: resolve the comment under the cursor, or open it again',
  { bang = true }
)
command('TempestCommentRemove', 'Tempest: remove the comment under the cursor', {})
command('TempestComments', "Tempest: list a session's comments", { nargs = '?', bang = true })
command(
  'TempestSendReview',
  'Tempest: send all open comments to the agent',
  { nargs = '?', bang = true }
)
command('TempestDiff', "Tempest: review a session's changes", { nargs = '*' })
command('TempestAccept', 'Tempest: accept the hunks of these lines', { range = true, bang = true })
command('TempestReject', 'Tempest: take the hunks of these lines back', { range = true })
command('TempestCommit', "Tempest: commit a session's work", { nargs = '*' })
command(
  'TempestCheck',
  "Tempest: run the repository's check on a session, or end it",
  { nargs = '?', bang = true }
)
command('TempestCheckLog', "Tempest: show the output of a session's check", { nargs = '?' })
command(
  'TempestMerge',
  'Tempest: merge a session into its base, or take that back',
  { nargs = '*', bang = true }
)
command('TempestRebase', "Tempest: put a session's commits on its base", { nargs = '*' })
command('TempestSquash', "Tempest: make one commit of a session's own", { nargs = '*' })
command('TempestPR', 'Tempest: push a session and begin a pull request', { nargs = '?' })
command('TempestConflicts', 'Tempest: list which sessions would conflict', {})
command('TempestRewind', "Tempest: put a session's files back to a checkpoint", { nargs = '?' })
command('TempestLog', "Tempest: show the output of a session's setup", { nargs = '?' })

-- A session file brings back no more of our buffers than their names.
local function look_for_husks()
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.startswith(vim.api.nvim_buf_get_name(buf), 'tempest://') then
      require('tempest.restored').look()
      return
    end
  end
end
local restored = vim.api.nvim_create_augroup('tempest_restored', {})
vim.api.nvim_create_autocmd('SessionLoadPost', { group = restored, callback = look_for_husks })
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = restored,
  pattern = 'tempest://*',
  callback = vim.schedule_wrap(look_for_husks),
})

local function map(mode, name, rhs, desc)
  vim.api.nvim_set_keymap(mode, '<Plug>(tempest-' .. name .. ')', rhs, {
    noremap = true,
    silent = true,
    desc = 'Tempest: ' .. desc,
  })
end

map('n', 'picker', '<Cmd>Tempest<CR>', 'pick a session')
map('n', 'new', '<Cmd>TempestNew<CR>', 'start a session')
map('x', 'new', ':TempestNew<CR>', 'start a session on the selected lines')
map('n', 'race', '<Cmd>TempestRace<CR>', 'start several attempts at one prompt')
map('x', 'race', ':TempestRace<CR>', 'start several attempts on the selected lines')
map('n', 'compare', '<Cmd>TempestCompare<CR>', 'compare attempts, and choose one')
map('n', 'list', '<Cmd>TempestList<CR>', 'show or hide the list of sessions')
map('n', 'open', '<Cmd>TempestOpen<CR>', "open a session's terminal")
map('n', 'next', '<Cmd>TempestNext<CR>', 'go to the next session that wants you')
map('t', 'next', '<Cmd>TempestNext<CR>', 'go to the next session that wants you')
map('n', 'toggle', '<Cmd>TempestToggle<CR>', 'show or hide the last terminal')
map('t', 'toggle', '<Cmd>TempestToggle<CR>', 'show or hide the last terminal')
map('n', 'close', '<Cmd>TempestClose<CR>', "end a session's agent, keep its work")
map('n', 'remove', '<Cmd>TempestRemove<CR>', 'move a session to the trash')
map('n', 'restore', '<Cmd>TempestRestore<CR>', 'bring a removed session back')
map('n', 'fork', '<Cmd>TempestFork<CR>', 'go on from a session in a second one')
map('n', 'send', '<Cmd>TempestSend<CR>', 'send text to a session')
map('x', 'send', ':TempestSend<CR>', 'send the selected lines to a session')
map('n', 'prompt', '<Cmd>TempestPrompt<CR>', 'send a prompt of the library')
map('x', 'prompt', ':TempestPrompt<CR>', 'send a prompt of the library about the selected lines')
map('n', 'queue', '<Cmd>TempestQueue<CR>', 'see and change what waits for a session')
map('n', 'hunk-accept', '<Cmd>TempestAccept<CR>', 'accept the hunk under the cursor')
map('x', 'hunk-accept', ':TempestAccept<CR>', 'accept the hunks of the selected lines')
map('n', 'hunk-reject', '<Cmd>TempestReject<CR>', 'take the hunk under the cursor back')
map('x', 'hunk-reject', ':TempestReject<CR>', 'take the hunks of the selected lines back')
map('n', 'diff', '<Cmd>TempestDiff<CR>', "review a session's changes")
map('n', 'comment', '<Cmd>TempestComment<CR>', "comment on a line of a session's code")
map('x', 'comment', ':TempestComment<CR>', "comment on the selected lines of a session's code")
map('n', 'comment-edit', '<Cmd>TempestCommentEdit<CR>', 'change the comment under the cursor')
map(
  'n',
  'comment-resolve',
  '<Cmd>TempestCommentResolve<CR>',
  'resolve the comment under the cursor'
)
map('n', 'comment-remove', '<Cmd>TempestCommentRemove<CR>', 'remove the comment under the cursor')
map('n', 'comments', '<Cmd>TempestComments<CR>', "list a session's comments")
map('n', 'send-review', '<Cmd>TempestSendReview<CR>', 'send all open comments to the agent')
map('n', 'commit', '<Cmd>TempestCommit<CR>', "commit a session's work")
map('n', 'check', '<Cmd>TempestCheck<CR>', "run the repository's check on a session")
map('n', 'check-log', '<Cmd>TempestCheckLog<CR>', "show the output of a session's check")
map('n', 'squash', '<Cmd>TempestSquash<CR>', "make one commit of a session's own")
map('n', 'rebase', '<Cmd>TempestRebase<CR>', "put a session's commits on its base")
map('n', 'merge', '<Cmd>TempestMerge<CR>', 'merge a session into its base')
map('n', 'pr', '<Cmd>TempestPR<CR>', 'push a session and begin a pull request')
map('n', 'conflicts', '<Cmd>TempestConflicts<CR>', 'list which sessions would conflict')
map('n', 'rewind', '<Cmd>TempestRewind<CR>', "put a session's files back to a checkpoint")
map('n', 'log', '<Cmd>TempestLog<CR>', "show the output of a session's setup")
