-- `:TempestRewind`: chooses a checkpoint and puts the session's files back to it.
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.Checkpoint
---@field number integer
---@field at integer ms since 1970
---@field prompt string
---@field ending string

---@param session tempest.Session
---@param number integer
local function rewind(session, number)
  local params = { session = session.id, number = number }
  rpc.request('checkpoint/rewind', params, function(failure, kept)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    local said = '%s is back at checkpoint %d; what it was is checkpoint %d'
    message.show(said:format(session.name, number, kept.number))
  end)
end

---Asks which one, the newest first.
---@param session tempest.Session
function M.choose(session)
  rpc.request('checkpoint/list', { session = session.id }, function(failure, result)
    if failure then
      message.failure(failure)
      return
    end
    local checkpoints = {}
    for _, checkpoint in ipairs(result.checkpoints) do
      table.insert(checkpoints, 1, checkpoint)
    end
    if #checkpoints == 0 then
      message.show(session.name .. ' has no checkpoint yet: its first turn has not ended')
      return
    end
    vim.ui.select(checkpoints, {
      prompt = 'Back to',
      kind = 'tempest_checkpoint',
      ---@param checkpoint tempest.Checkpoint
      format_item = function(checkpoint)
        local at = os.date('%H:%M', math.floor(checkpoint.at / 1000))
        local prompt = checkpoint.prompt:gsub('%s+', ' ')
        return ('%d  %s  %s  %s'):format(checkpoint.number, at, checkpoint.ending, prompt)
      end,
    }, function(checkpoint)
      if checkpoint then
        rewind(session, checkpoint.number)
      end
    end)
  end)
end

return M
