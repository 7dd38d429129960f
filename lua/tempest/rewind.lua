-- `:TempestRewind`: chooses a checkpoint, shows what would change, and goes back to it.
local cells = require('tempest.cells')
local confirm = require('tempest.confirm')
local message = require('tempest.message')
local rpc = require('tempest.rpc')

local M = {}

---@class tempest.Checkpoint
---@field number integer
---@field at integer ms since 1970
---@field prompt string
---@field ending string
---@field usage? tempest.Spent of the turn

---@param checkpoint tempest.Checkpoint
---@return boolean whether a turn was over then
function M.is_turn(checkpoint)
  return checkpoint.ending ~= 'rewind' and checkpoint.ending ~= 'reject'
end

---@param session tempest.Session
---@param number integer
local function rewind(session, number)
  local env = require('tempest.creation').environment()
  local params = { session = session.id, number = number, env = env }
  rpc.request('checkpoint/rewind', params, function(failure, kept)
    if failure then
      message.failure(failure)
      return
    end
    vim.cmd.checktime({ mods = { silent = true } })
    local who = kept.conversationToo and ' and its conversation are' or ' is'
    local said = '%s%s back at checkpoint %d; what it was is checkpoint %d'
    message.show(said:format(session.name, who, number, kept.number))
  end)
end

---At most this many files are named before a rewind.
local most = 12

---What going back does: the changes since the checkpoint, the other way round.
---@param diff tempest.Diff
---@return string[]
local function lines_of(diff)
  if #diff.files == 0 then
    return { 'No file changes.' }
  end
  local back = { A = 'removed', D = 'back again' }
  local lines = {}
  for index, file in ipairs(diff.files) do
    if index > most then
      lines[#lines + 1] = ('and %d more files'):format(diff.total.files - most)
      break
    end
    local what = back[file.status == 'added' and 'A' or file.status == 'deleted' and 'D' or '']
    local counted = ('+%d -%d'):format(file.removed, file.added)
    local name = file.path:gsub('%c', '?')
    lines[#lines + 1] = ('%s  %s'):format(name, what or counted)
  end
  return vim.list_extend(lines, { '', 'What is there now is kept as a checkpoint.' })
end

---@param session tempest.Session
---@param number integer
local function ask(session, number)
  rpc.request('session/diff', { session = session.id, from = number }, function(failure, diff)
    if failure then
      message.failure(failure)
      return
    end
    confirm.ask({
      title = ('%s back to checkpoint %d?'):format(session.name, number),
      lines = lines_of(diff),
      yes = 'go back',
    }, function(yes)
      if yes then
        rewind(session, number)
      end
    end)
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
        local spent = checkpoint.usage and cells.sum(checkpoint.usage, true) .. '  ' or ''
        local ending = checkpoint.ending
        return ('%d  %s  %s  %s%s'):format(checkpoint.number, at, ending, spent, prompt)
      end,
    }, function(checkpoint)
      if checkpoint then
        ask(session, checkpoint.number)
      end
    end)
  end)
end

return M
