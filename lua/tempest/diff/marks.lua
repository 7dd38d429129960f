-- What the person has marked in a review: files that were viewed, hunks that were accepted.
local frame = require('tempest.diff.frame')
local highlight = require('tempest.highlight')
local hunks = require('tempest.diff.hunks')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local unified = require('tempest.diff.unified')

local M = {}

local namespace = vim.api.nvim_create_namespace('tempest_diff_marks')

---@param buf integer
---@param first integer from 1
---@param last integer
local function sign(buf, first, last)
  local count = vim.api.nvim_buf_line_count(buf)
  for line = math.max(1, first), math.min(last, count) do
    vim.api.nvim_buf_set_extmark(buf, namespace, line - 1, 0, {
      sign_text = line == math.max(1, first) and '✓' or '│',
      sign_hl_group = 'TempestAccepted',
      priority = 5,
    })
  end
end

---@param buf integer
---@param accepted tempest.Hunk[]
local function sign_patch(buf, accepted)
  local added, removed = {}, {}
  for _, hunk in ipairs(accepted) do
    for line = hunk.newStart, hunk.newStart + hunk.newLines - 1 do
      added[line] = true
    end
    for line = hunk.oldStart, hunk.oldStart + hunk.oldLines - 1 do
      removed[line] = true
    end
  end
  for line, what in pairs(#accepted > 0 and unified.lines(buf) or {}) do
    if (what.sign == '+' and added[what.new]) or (what.sign == '-' and removed[what.old]) then
      sign(buf, line, line)
    end
  end
end

---@param buf integer
function M.clear(buf)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
end

---@param review tempest.Review
local function draw(review)
  highlight.ensure()
  local accepted = vim.tbl_filter(function(hunk)
    return hunk.accepted
  end, review.hunks and review.hunks.list or {})
  for _, win in ipairs({ review.left or false, review.right or false }) do
    if win and frame.is_open(win) then
      local buf = vim.api.nvim_win_get_buf(win)
      M.clear(buf)
      if unified.is_patch(buf) then
        sign_patch(buf, accepted)
      elseif review.shown and (buf == review.shown.left or buf == review.shown.right) then
        local side = win == review.left and 'old' or 'new'
        for _, hunk in ipairs(accepted) do
          local first, last = hunks.range(hunk, side)
          local has_lines = (side == 'old' and hunk.oldLines or hunk.newLines) > 0
          sign(buf, first, has_lines and last or first)
        end
      end
    end
  end
end

---Keeps what is accepted of a file, to notice when it changes.
---@param review tempest.Review
---@param of tempest.FileHunks
function M.remember(review, of)
  local ids = {}
  for _, hunk in ipairs(of.list) do
    ids[hunk.id] = hunk.accepted or nil
  end
  review.accepted[of.path] = next(ids) and ids or nil
end

---Asks for the hunks of the file that is shown, and marks those that were accepted.
---@param review tempest.Review
---@param callback? fun(of: tempest.FileHunks)
function M.show(review, callback)
  local file = review.diff.files[review.current]
  if not file or file.binary then
    review.hunks = nil
    return
  end
  hunks.fetch(review, file, function(of)
    local now = review.diff.files[review.current]
    if of and not review.closed and now and now.path == of.path and of.tree == review.diff.tree then
      review.hunks = of
      M.remember(review, of)
      draw(review)
      if callback then
        callback(of)
      end
    end
  end)
end

---@param review tempest.Review
---@param of tempest.FileHunks whose they are
---@param list tempest.Hunk[]
---@param accepted boolean
function M.accept(review, of, list, accepted)
  if #list == 0 then
    message.show('no lines differ')
    return
  end
  local ids = vim.tbl_map(function(hunk)
    return hunk.id
  end, list)
  local params = { session = review.session.id, hunks = ids, accepted = accepted }
  rpc.request('review/accept', params, function(failure)
    if failure then
      message.failure(failure)
      return
    end
    for _, hunk in ipairs(list) do
      hunk.accepted = accepted
    end
    if not review.closed then
      M.remember(review, of)
      draw(review)
    end
    local verb = accepted and 'accepted' or 'no longer accepted'
    message.show(#list == 1 and ('hunk %s'):format(verb) or ('%d hunks %s'):format(#list, verb))
  end)
end

---Forgets that these were accepted, so that nobody is told when they are gone.
---@param review tempest.Review
---@param list tempest.Hunk[]
function M.forget(review, list)
  for _, ids in pairs(review.accepted) do
    for _, hunk in ipairs(list) do
      ids[hunk.id] = nil
    end
  end
end

---After the worktree changed: says how many of the hunks that were accepted are others now.
---@param review tempest.Review
---@param before tempest.Diff
function M.tell_changed(review, before)
  local blobs, waiting, lost = {}, 1, 0
  for _, file in ipairs(before.files) do
    blobs[file.path] = file.blob
  end
  local function done()
    waiting = waiting - 1
    if waiting == 0 and lost > 0 then
      local noun = lost == 1 and 'reviewed hunk' or 'reviewed hunks'
      message.show(('%s: %d %s changed'):format(review.session.name, lost, noun))
    end
  end
  ---@param ids table<string, true>
  ---@param list tempest.Hunk[]
  local function compare(ids, list)
    local there = {}
    for _, hunk in ipairs(list) do
      there[hunk.id] = true
    end
    for id in pairs(ids) do
      lost = lost + (there[id] and 0 or 1)
    end
  end
  local files = {}
  for _, file in ipairs(review.diff.files) do
    files[file.path] = file
  end
  for path, ids in pairs(review.accepted) do
    local file = files[path]
    if not file then
      compare(ids, {})
      review.accepted[path] = nil
    elseif file.blob ~= blobs[path] then
      waiting = waiting + 1
      local known = vim.deepcopy(ids)
      hunks.fetch(review, file, function(of)
        if of then
          compare(known, of.list)
          M.remember(review, of)
        end
        done()
      end)
    end
  end
  done()
end

---Marks files as viewed with what they hold now, or takes that back when all of them are.
---@param review tempest.Review
---@param files tempest.DiffFile[]
function M.view(review, files)
  local viewed = false
  for _, file in ipairs(files) do
    viewed = viewed or file.viewed ~= 'yes'
  end
  for _, file in ipairs(files) do
    local params = {
      session = review.session.id,
      path = file.path,
      rawPath = file.rawPath,
      blob = file.blob,
      viewed = viewed,
    }
    rpc.request('review/view', params, function(failure)
      if failure then
        message.failure(failure)
        return
      end
      file.viewed = viewed and 'yes' or 'no'
      if not review.closed then
        review:draw()
      end
    end)
  end
end

return M
