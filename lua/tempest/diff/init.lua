-- `:TempestDiff`: opens reviews, asks for what changed, and ends them.
local Review = require('tempest.diff.review')
local comments = require('tempest.comments.store')
local compared = require('tempest.diff.compared')
local events = require('tempest.events')
local fetch = require('tempest.diff.fetch')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local untouched = require('tempest.diff.untouched')
local verbs = require('tempest.diff.verbs')
local watch = require('tempest.diff.watch')
local which = require('tempest.which')
local words = require('tempest.words')

local M = {}

---@type table<string, tempest.Review>
local reviews = {}

---@class tempest.RefreshHow
---@field quietly? boolean only when the trees are others than before
---@field after? fun() called when the review is up to date

---Reads again from disk what the review shows of it.
---@param review tempest.Review
local function reload_files(review)
  for buf in pairs(review.used) do
    local name = vim.api.nvim_buf_is_valid(buf) and vim.api.nvim_buf_get_name(buf) or ''
    -- With unsaved changes Neovim would ask; the person's text stays as it is. So does that of a file
    -- that is gone.
    if vim.uv.fs_stat(name) and not vim.bo[buf].modified then
      pcall(vim.cmd.checktime, { args = { tostring(buf) }, mods = { silent = true } })
    end
  end
end

---It is asked for every other moment, and would say the same again each time.
---@param review tempest.Review
---@param failure tempest.Failure
local function tell_once(review, failure)
  if review.failed ~= failure.message then
    message.failure(failure)
  end
  review.failed = failure.message
end

---@param review tempest.Review
---@param how? tempest.RefreshHow
local function refresh(review, how)
  if review.closed then
    return
  end
  local asked = review.compared
  ---@param diff tempest.Diff
  local function is_nothing_new(diff)
    local same = diff.tree == review.diff.tree and diff.base == review.diff.base
    return same and how ~= nil and how.quietly == true
  end
  fetch.diff(review.session, asked, { is_enough = is_nothing_new }, function(failure, diff)
    if review.closed or review.compared ~= asked then
      return
    end
    if failure or not diff then
      tell_once(review, assert(failure))
      return
    end
    review.failed = nil
    if not is_nothing_new(diff) then
      review.session = state.get(review.session.id) or review.session
      reload_files(review)
      review:update(diff)
    end
    if how and how.after then
      how.after()
    end
  end)
end

local listening = false

---Marks and comments may be made elsewhere, too.
local function listen()
  if not listening then
    listening = true
    events.on_review(function(id)
      if reviews[id] then
        reviews[id].soon()
      end
    end)
    comments.subscribe(function(id)
      if reviews[id] then
        reviews[id]:draw()
      end
    end)
  end
end

---@param session tempest.Session
---@param diff tempest.Diff
---@param how tempest.ReviewHow
---@return tempest.Review
local function start(session, diff, how)
  local review = Review.open(session, diff, {
    compared = how.compared or {},
    unified = how.unified,
  })
  reviews[session.id] = review
  local watching = watch.start(review)
  review.soon = watching.soon
  review.refresh = refresh
  function review.finish()
    if reviews[session.id] ~= review then
      return
    end
    reviews[session.id] = nil
    watching.stop()
    review:close()
    -- Only now, so that what is new since the last look stays the same while it is looked at.
    if state.get(session.id) and compared.is_now(review.compared) then
      -- What was shown, though there may be more by now.
      local params = { session = session.id, tree = review.diff.tree }
      rpc.request('session/seen', params, function() end)
    end
  end
  listen()
  comments.want(session.id)
  review:show(1)
  return review
end

---After a list that may be behind: the first file is another, unless the person has chosen one by then.
---@param review tempest.Review
local function bring_up(review)
  local is_untouched = untouched.watch()
  refresh(review, {
    quietly = true,
    after = function()
      if is_untouched() and review.current ~= 1 then
        review:show(1)
      end
    end,
  })
end

---@class tempest.ReviewHow
---@field compared? tempest.Compared by default all since the base, or what an open review compares
---@field unified? boolean

---Opens the review of a session, or goes to the one that is open.
---@param session tempest.Session
---@param how? tempest.ReviewHow
function M.open(session, how)
  how = how or {}
  local known = reviews[session.id]
  if known and vim.api.nvim_tabpage_is_valid(known.tab) then
    vim.api.nvim_set_current_tabpage(known.tab)
    known.compared = how.compared or known.compared
    if how.unified and not known.unified then
      known:lay_out(true)
    end
    refresh(known)
    return
  end
  local what = how.compared or {}
  -- What was counted last is there at once, however large the repository; what is there now comes after.
  fetch.diff(session, what, { known = true }, function(_, counted)
    if counted and #counted.files > 0 then
      bring_up(start(session, counted, how))
      return
    end
    fetch.diff(session, what, {}, function(failure, diff)
      if failure or not diff then
        message.failure(assert(failure))
        return
      end
      if #diff.files == 0 then
        local scope = next(what) and (' (%s)'):format(compared.label(session, what)) or ' yet'
        message.show(session.name .. ' has no changes' .. scope)
        return
      end
      start(session, diff, how)
    end)
  end)
end

---@param args tempest.CommandArguments
---@return tempest.Review|nil review of this tab page
---@return integer first
---@return integer last
local function at_hand(args)
  local here = vim.fn.line('.')
  local first, last = here, here
  if args.range > 0 then
    first, last = args.line1, args.line2
  end
  for _, review in pairs(reviews) do
    if review.tab == vim.api.nvim_get_current_tabpage() then
      return review, first, last
    end
  end
  message.warn('there is no review in this tab page: see :TempestDiff')
  return nil, first, last
end

---`:TempestAccept`
---@param args tempest.CommandArguments
function M.accept(args)
  local review, first, last = at_hand(args)
  if review then
    verbs.accept(review, first, last, not args.bang)
  end
end

---`:TempestReject`
---@param args tempest.CommandArguments
function M.reject(args)
  local review, first, last = at_hand(args)
  if review then
    verbs.reject(review, first, last)
  end
end

---`:TempestDiff` with what was typed after it.
---@param text string
function M.run(text)
  local options, name = words.take_mixed(text, words.options.TempestDiff)
  if not options then
    message.warn(name)
    return
  end
  which.find(name, function(session)
    local what, problem = compared.of_options(options)
    if problem then
      message.warn(problem)
      return
    end
    M.open(session, { compared = what, unified = options.unified })
  end)
end

return M
