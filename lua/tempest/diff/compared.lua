-- What a review compares: its scope in the words of the protocol, and in words for the person.
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')

local M = {}

---@class tempest.Compared as the protocol takes it; empty for all changes since the base
---@field scope? 'turn'|'seen'|'uncommitted'
---@field turn? integer
---@field from? integer checkpoint; by default the base
---@field to? integer checkpoint; by default the worktree as it is now
---@field against? string id of a session

---As `--scope` takes them.
---@type string[]
M.scopes = { 'all', 'turn', 'seen', 'uncommitted' }

---@type table<string, string>
local words = {
  turn = 'last turn',
  seen = 'since you looked',
  uncommitted = 'uncommitted',
}
---@type table<string, string>
local lefts = { turn = 'before the turn', seen = 'when you looked', uncommitted = 'HEAD' }

---@param id string
---@return string
local function name_of(id)
  local session = state.get(id)
  return session and session.name or id
end

---@param compared tempest.Compared
---@return boolean whether the right side is the worktree as it is now, not as it was once
function M.is_now(compared)
  return compared.turn == nil and compared.to == nil
end

---@param session tempest.Session
---@param compared tempest.Compared
---@return string such as 'since main'
function M.label(session, compared)
  if compared.against then
    return 'against ' .. name_of(compared.against)
  end
  if compared.turn then
    return 'turn ' .. compared.turn
  end
  if compared.from or compared.to then
    local to = compared.to and 'checkpoint ' .. compared.to or 'now'
    return ('%s → %s'):format(M.left(session, compared), to)
  end
  return words[compared.scope] or ('since ' .. session.base.ref)
end

---@param session tempest.Session
---@param compared tempest.Compared
---@return string what the left side is
function M.left(session, compared)
  if compared.against then
    return name_of(compared.against)
  end
  if compared.turn then
    return 'before turn ' .. compared.turn
  end
  if compared.from then
    return 'checkpoint ' .. compared.from
  end
  return lefts[compared.scope] or session.base.ref
end

---@param session tempest.Session
---@param compared tempest.Compared
---@return table
function M.params(session, compared)
  return vim.tbl_extend('force', { session = session.id }, compared)
end

---@param options table<string, any> of the command
---@param name 'turn'|'from'|'to'
---@return integer|nil
---@return string|nil problem
local function number_of(options, name)
  local text = options[name]
  if text and not text:match('^%d+$') then
    return nil, ('--%s needs the number of a checkpoint, not %s'):format(name, text)
  end
  return text and tonumber(text)
end

---@param options table<string, any>
---@return tempest.Compared|nil
---@return string|nil problem
local function numbers(options)
  local result = {}
  for _, name in ipairs({ 'turn', 'from', 'to' }) do
    local number, problem = number_of(options, name)
    if problem then
      return nil, problem
    end
    result[name] = number
  end
  return result
end

---@param options table<string, any> of the command
---@return tempest.Compared|nil nil when no option names one
---@return string|nil problem
function M.of_options(options)
  local given = vim.tbl_filter(function(name)
    return options[name] ~= nil and not (name == 'to' and options.from)
  end, { 'scope', 'turn', 'from', 'to', 'against' })
  if #given > 1 then
    return nil, ('--%s and --%s exclude each other'):format(given[1], given[2])
  elseif options.scope then
    if not vim.tbl_contains(M.scopes, options.scope) then
      return nil, ('no scope %s (%s)'):format(options.scope, table.concat(M.scopes, ', '))
    end
    return { scope = options.scope ~= 'all' and options.scope or nil }
  elseif options.turn or options.from or options.to then
    return numbers(options)
  elseif options.against then
    local session, problem = which.named(options.against)
    return session and { against = session.id }, problem
  end
end

---@class tempest.Choice
---@field compared? tempest.Compared nil: two checkpoints, to be asked for
---@field text string

---@param session tempest.Session
---@param checkpoints tempest.Checkpoint[]
---@return tempest.Choice[]
local function choices(session, checkpoints)
  local all = { { compared = {}, text = 'all changes ' .. M.label(session, {}) } }
  for _, scope in ipairs({ 'turn', 'seen', 'uncommitted' }) do
    local compared = { scope = scope }
    all[#all + 1] = { compared = compared, text = M.label(session, compared) }
  end
  for index = #checkpoints, 1, -1 do
    local checkpoint = checkpoints[index]
    if require('tempest.rewind').is_turn(checkpoint) then
      local compared = { turn = checkpoint.number }
      local prompt = checkpoint.prompt:gsub('%s+', ' ')
      all[#all + 1] = { compared = compared, text = M.label(session, compared) .. '  ' .. prompt }
    end
  end
  if #checkpoints > 0 then
    all[#all + 1] = { text = 'two checkpoints…' }
  end
  for _, other in ipairs(state.list(session.repo)) do
    if other.id ~= session.id then
      local compared = { against = other.id }
      all[#all + 1] = { compared = compared, text = M.label(session, compared) }
    end
  end
  return all
end

---@param checkpoints tempest.Checkpoint[]
---@param prompt string
---@param other { text: string, number?: integer } what stands for no checkpoint
---@param callback fun(number: integer|nil)
local function choose_checkpoint(checkpoints, prompt, other, callback)
  local all = { other }
  for index = #checkpoints, 1, -1 do
    local checkpoint = checkpoints[index]
    local said = checkpoint.prompt:gsub('%s+', ' ')
    local text = ('checkpoint %d  %s  %s'):format(checkpoint.number, checkpoint.ending, said)
    all[#all + 1] = { number = checkpoint.number, text = text }
  end
  vim.ui.select(all, {
    prompt = prompt,
    kind = 'tempest_checkpoint',
    format_item = function(choice)
      return choice.text
    end,
  }, function(choice)
    if choice then
      callback(choice.number)
    end
  end)
end

---@param session tempest.Session
---@param checkpoints tempest.Checkpoint[]
---@param callback fun(compared: tempest.Compared)
local function choose_two(session, checkpoints, callback)
  choose_checkpoint(checkpoints, 'From', { text = session.base.ref }, function(from)
    choose_checkpoint(checkpoints, 'To', { text = 'now' }, function(to)
      callback({ from = from, to = to })
    end)
  end)
end

---Asks for one: the scopes, each turn, two checkpoints, and the repository's other sessions.
---@param session tempest.Session
---@param callback fun(compared: tempest.Compared)
function M.choose(session, callback)
  rpc.request('checkpoint/list', { session = session.id }, function(failure, result)
    if failure then
      message.failure(failure)
      return
    end
    vim.ui.select(choices(session, result.checkpoints), {
      prompt = 'Review',
      kind = 'tempest_scope',
      format_item = function(choice)
        return choice.text
      end,
    }, function(choice)
      if choice and choice.compared then
        callback(choice.compared)
      elseif choice then
        choose_two(session, result.checkpoints, callback)
      end
    end)
  end)
end

return M
