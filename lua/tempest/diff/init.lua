-- `:TempestDiff`: opens reviews, keeps them up to date, and ends them.
local Review = require('tempest.diff.review')
local message = require('tempest.message')
local panel = require('tempest.diff.panel')
local rpc = require('tempest.rpc')
local state = require('tempest.state')

local M = {}

---How long several changes in a row are gathered before the diff is asked for again, in ms.
local quiet = 150
---How often an open review is compared with the worktree, in ms.
local unannounced = 2000

---@type table<string, tempest.Review>
local reviews = {}

---@param review tempest.Review
local function reload_files(review)
  for buf in pairs(review.mapped) do
    local ours = vim.api.nvim_buf_is_valid(buf)
      and vim.startswith(vim.api.nvim_buf_get_name(buf), 'tempest://')
    -- With unsaved changes Neovim would ask; the person's text stays as it is.
    if vim.api.nvim_buf_is_valid(buf) and not ours and not vim.bo[buf].modified then
      pcall(vim.cmd.checktime, { args = { tostring(buf) }, mods = { silent = true } })
    end
  end
end

---The index of the file that was shown, or of the one that took its place.
---@param review tempest.Review
---@param diff tempest.Diff
---@return integer
---@return boolean same file, with the same sides
local function find_again(review, diff)
  local shown = review.diff.files[review.current]
  for index, file in ipairs(diff.files) do
    if shown and file.path == shown.path then
      local same = file.status == shown.status
        and file.oldPath == shown.oldPath
        and file.binary == shown.binary
        and file.mode == shown.mode
        and diff.base == review.diff.base
      return index, same
    end
  end
  return math.max(1, math.min(review.current, #diff.files)), false
end

---@param review tempest.Review
---@param quietly? boolean draw only what is new
local function refresh(review, quietly)
  if review.closed then
    return
  end
  rpc.request('session/diff', { session = review.session.id }, function(failure, diff)
    if review.closed then
      return
    end
    if failure then
      message.failure(failure)
      return
    end
    if quietly and diff.tree == review.diff.tree and diff.base == review.diff.base then
      return
    end
    review.session = state.get(review.session.id) or review.session
    local index, same = find_again(review, diff)
    review.diff, review.current = diff, index
    reload_files(review)
    if same then
      review:draw()
      vim.cmd('silent! diffupdate')
    elseif #diff.files == 0 then
      review:undiff()
      review:draw()
    else
      review:show(index)
    end
  end)
end

---@param review tempest.Review
local function schedule(review)
  if review.timer then
    return
  end
  review.timer = vim.defer_fn(function()
    review.timer = nil
    refresh(review)
  end, quiet)
end

---@param review tempest.Review
local function end_review(review)
  reviews[review.session.id] = nil
  review.unsubscribe()
  review.ticker:close()
  pcall(vim.api.nvim_del_augroup_by_id, review.group)
  review:close()
end

---@param review tempest.Review
local function map_panel(review)
  local function map(lhs, action, desc)
    vim.keymap.set('n', lhs, action, {
      buffer = review.panel_buf,
      nowait = true,
      desc = 'Tempest: ' .. desc,
    })
  end
  local function show()
    local line = vim.api.nvim_win_get_cursor(0)[1]
    review:show(line - panel.head, { focus = true })
  end
  map('<CR>', show, 'show this file')
  map('<2-LeftMouse>', show, 'show this file')
  map(']f', function()
    review:step(1)
  end, 'next file')
  map('[f', function()
    review:step(-1)
  end, 'previous file')
  map('R', function()
    refresh(review)
  end, 'read the changes again')
  map('q', function()
    end_review(review)
  end, 'close the review')
end

---@param review tempest.Review
local function watch(review)
  local id = review.session.id
  review.unsubscribe = state.subscribe(function(changed)
    local session = state.get(id)
    local tree = session and session.changes and session.changes.tree
    if changed == id and tree and tree ~= review.diff.tree then
      schedule(review)
    end
  end)
  review.group = vim.api.nvim_create_augroup('tempest_diff_' .. id, {})
  vim.api.nvim_create_autocmd('BufWritePost', {
    group = review.group,
    callback = function(event)
      if vim.startswith(vim.api.nvim_buf_get_name(event.buf), review.diff.worktree .. '/') then
        schedule(review)
      end
    end,
  })
  -- What is neither written here nor told by the agent's terminal: looked for while it is looked at.
  review.ticker = assert(vim.uv.new_timer())
  review.ticker:start(
    unannounced,
    unannounced,
    vim.schedule_wrap(function()
      if not review.closed and vim.api.nvim_get_current_tabpage() == review.tab then
        refresh(review, true)
      end
    end)
  )
  vim.api.nvim_create_autocmd('WinClosed', {
    group = review.group,
    callback = function(event)
      local win = tonumber(event.match)
      if win == review.left or win == review.right then
        -- Else the file's next window would inherit diff mode.
        pcall(vim.api.nvim_win_call, win, function()
          vim.cmd.diffoff()
        end)
      end
    end,
  })
  vim.api.nvim_create_autocmd('TabClosed', {
    group = review.group,
    callback = function()
      vim.schedule(function()
        if not vim.api.nvim_tabpage_is_valid(review.tab) then
          end_review(review)
        end
      end)
    end,
  })
end

---Opens the review of a session, or goes to the one that is open.
---@param session tempest.Session
function M.open(session)
  local known = reviews[session.id]
  if known and vim.api.nvim_tabpage_is_valid(known.tab) then
    vim.api.nvim_set_current_tabpage(known.tab)
    refresh(known)
    return
  end
  rpc.request('session/diff', { session = session.id }, function(failure, diff)
    if failure then
      message.failure(failure)
      return
    end
    if #diff.files == 0 then
      message.show(session.name .. ' has no changes yet')
      return
    end
    local review = Review.open(session, diff)
    reviews[session.id] = review
    map_panel(review)
    watch(review)
    review:show(1)
  end)
end

return M
