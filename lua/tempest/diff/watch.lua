-- Keeps an open review up to date with the worktree, and notices when the person closes it.
local compared = require('tempest.diff.compared')
local frame = require('tempest.diff.frame')
local state = require('tempest.state')

local M = {}

---How long several changes in a row are gathered before the diff is asked for again, in ms.
local quiet = 150
---How often an open review is compared with the worktree, in ms.
local unannounced = 2000

---@class tempest.DiffWatch
---@field group integer
---@field ticker uv.uv_timer_t
---@field gathering boolean
---@field unsubscribe fun()

---@param review tempest.Review
---@param watch tempest.DiffWatch
local function schedule(review, watch)
  if watch.gathering then
    return
  end
  watch.gathering = true
  vim.defer_fn(function()
    watch.gathering = false
    review:refresh()
  end, quiet)
end

---@param review tempest.Review
---@param group integer
local function watch_windows(review, group)
  vim.api.nvim_create_autocmd('WinClosed', {
    group = group,
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
    group = group,
    callback = function()
      vim.schedule(function()
        if not vim.api.nvim_tabpage_is_valid(review.tab) then
          review:finish()
        end
      end)
    end,
  })
  vim.api.nvim_create_autocmd('VimResized', {
    group = group,
    callback = function()
      if vim.api.nvim_get_current_tabpage() == review.tab and frame.is_open(review.panel) then
        review:draw()
      end
    end,
  })
end

---@param review tempest.Review
---@return { stop: fun(), soon: fun() } `soon` brings it up to date in a moment
function M.start(review)
  local id = review.session.id
  ---@type tempest.DiffWatch
  local watch
  watch = {
    group = vim.api.nvim_create_augroup('tempest_diff_' .. id, {}),
    ticker = assert(vim.uv.new_timer()),
    gathering = false,
    unsubscribe = state.subscribe(function(changed)
      local session = state.get(id)
      if changed == id and not session then
        -- Nothing is left to review.
        vim.schedule(function()
          review:finish()
        end)
      end
      local tree = session and session.changes and session.changes.tree
      if
        changed == id
        and tree
        and tree ~= review.diff.tree
        and compared.is_now(review.compared)
      then
        schedule(review, watch)
      end
    end),
  }
  vim.api.nvim_create_autocmd('BufWritePost', {
    group = watch.group,
    callback = function(event)
      if vim.startswith(vim.api.nvim_buf_get_name(event.buf), review.diff.worktree .. '/') then
        schedule(review, watch)
      end
    end,
  })
  -- What is neither written here nor told by the agent's terminal: looked for while it is looked at.
  watch.ticker:start(
    unannounced,
    unannounced,
    vim.schedule_wrap(function()
      if not review.closed and vim.api.nvim_get_current_tabpage() == review.tab then
        review:refresh({ quietly = true })
      end
    end)
  )
  watch_windows(review, watch.group)
  local function stop()
    watch.unsubscribe()
    watch.ticker:close()
    pcall(vim.api.nvim_del_augroup_by_id, watch.group)
  end
  return {
    stop = stop,
    soon = function()
      schedule(review, watch)
    end,
  }
end

return M
