-- Shows comments wherever their files are shown, and keeps them up to date. Until there is a session,
-- nothing is listened to; a file outside of all worktrees costs one look at its name.
local events = require('tempest.events')
local state = require('tempest.state')

local M = {}

local watching = false
---@type integer|nil
local group = nil
---By session: the tree for which positions were last asked.
---@type table<string, string>
local trees = {}

---Draws the comments of the file that the buffer shows.
---@param buf integer
function M.show(buf)
  local at = require('tempest.comments.place').of(buf)
  if not at then
    return
  end
  local store = require('tempest.comments.store')
  local comments = store.get(at.session)
  store.want(at.session)
  if comments then
    require('tempest.comments.marks').draw(buf, at, comments)
    require('tempest.comments.align').update()
  end
end

---@param session string
local function redraw(session)
  local place = require('tempest.comments.place')
  local comments = require('tempest.comments.store').get(session) or {}
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local at = vim.api.nvim_buf_is_loaded(buf) and place.of(buf)
    if at and at.session == session then
      require('tempest.comments.marks').draw(buf, at, comments)
    end
  end
  require('tempest.comments.align').update()
  require('tempest.comments.list').update(session)
end

---@param events_ string|string[]
---@param callback fun(event: vim.api.keyset.create_autocmd.callback_args)
local function on(events_, callback)
  vim.api.nvim_create_autocmd(events_, { group = group, callback = callback })
end

---The text is another than the one for which the comments' lines were asked.
---@param buf integer
local function touch(buf)
  local at = require('tempest.comments.place').of(buf)
  local store = require('tempest.comments.store')
  local comments = at and store.get(at.session)
  if at and comments and #comments > 0 then
    store.touch(at.session)
  end
end

local function begin()
  if group or #state.list() == 0 then
    return
  end
  group = vim.api.nvim_create_augroup('tempest_comments', {})
  local store = require('tempest.comments.store')
  store.subscribe(redraw)
  on('BufWinEnter', function(event)
    M.show(event.buf)
  end)
  on('BufReadPost', function(event)
    require('tempest.comments.marks').forget(event.buf)
    M.show(event.buf)
    touch(event.buf)
  end)
  on('BufWritePost', function(event)
    touch(event.buf)
  end)
  -- Of a text that changes, and of windows that come and go.
  on({ 'DiffUpdated', 'TabEnter' }, function()
    require('tempest.comments.align').update()
  end)
  on('TabLeave', function()
    require('tempest.comments.align').clear()
  end)
  on('WinResized', function()
    for _, win in ipairs(vim.v.event.windows) do
      if vim.api.nvim_win_is_valid(win) then
        M.show(vim.api.nvim_win_get_buf(win))
      end
    end
  end)
  on('BufWipeout', function(event)
    require('tempest.comments.marks').forget(event.buf)
  end)
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    M.show(vim.api.nvim_win_get_buf(win))
  end
end

---@param id string
local function changed(id)
  begin()
  if not group then
    return
  end
  local store = require('tempest.comments.store')
  local session = state.get(id)
  if id ~= '' and not session then
    trees[id] = nil
    store.forget(id)
    return
  end
  local tree = session and session.changes and session.changes.tree
  local comments = store.get(id)
  if tree and tree ~= trees[id] then
    trees[id] = tree
    if comments and #comments > 0 then
      store.touch(id)
    end
  end
end

---Called whenever the host has a connection to the daemon.
function M.start()
  if watching then
    -- What was said of reviews meanwhile, nobody has told.
    for _, id in ipairs(group and require('tempest.comments.store').wanted() or {}) do
      require('tempest.comments.store').touch(id)
    end
    return
  end
  watching = true
  state.subscribe(changed)
  events.on_review(function(id)
    begin()
    require('tempest.comments.store').touch(id)
  end)
  begin()
end

return M
