-- Completion of commands: from lists that are at hand, waiting a bounded moment for missing ones.
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')
local words = require('tempest.words')

local M = {}

---How long the first completion may wait for the daemon, in ms.
local patience = 3000
---How long a list of branches or agents is good for, in ms.
local fresh = 5000

---@type table<string, { at: integer, values: string[] }>
local cache = {}

---@param key string
---@param method string
---@param params table
---@param names fun(result: table): string[]
---@return string[]
local function cached(key, method, params, names)
  local entry = cache[key]
  if entry and vim.uv.now() - entry.at < fresh then
    return entry.values
  end
  local result = rpc.wait(method, params, entry and patience / 5 or patience)
  if not result then
    return entry and entry.values or {}
  end
  cache[key] = { at = vim.uv.now(), values = names(result) }
  return cache[key].values
end

---@return string[]
local function sessions()
  if not state.known then
    rpc.wait('daemon/status', {}, patience)
  end
  return vim.tbl_map(function(session)
    return session.name
  end, which.nearest_first())
end

---@return string[]
local function removed()
  local result = rpc.wait('session/list', { removed = true }, patience)
  return vim.tbl_map(function(session)
    return session.name
  end, result and result.sessions or {})
end

---@return string[]
local function agents()
  return cached('agents', 'agent/list', {}, function(result)
    return vim.tbl_map(function(agent)
      return agent.name
    end, result.agents)
  end)
end

---@return string[]
local function branches()
  local here = which.here()
  return cached('branches ' .. here, 'repo/branches', { path = here }, function(result)
    return result.branches
  end)
end

---@return string[]
local function prompts()
  local here = which.here()
  return cached('prompts ' .. here, 'prompt/list', { repo = here }, function(result)
    return vim.tbl_map(function(prompt)
      return prompt.name
    end, result.prompts)
  end)
end

---The checkpoints of the session that is named in the line, or of the one at hand.
---@param line string
---@param of_turns boolean only those that ended a turn
---@return string[]
local function checkpoints(line, of_turns)
  local session = which.at_hand()
  for word in line:gmatch('%S+') do
    session = which.named(word) or session
  end
  local params = { session = session and session.id }
  local result = session and rpc.wait('checkpoint/list', params, patience)
  local numbers = {}
  for _, checkpoint in ipairs(result and result.checkpoints or {}) do
    if not of_turns or require('tempest.rewind').is_turn(checkpoint) then
      numbers[#numbers + 1] = tostring(checkpoint.number)
    end
  end
  return numbers
end

---@type table<string, fun(line: string): string[]>
local values = {
  ['--against'] = sessions,
  ['--scope'] = function()
    return require('tempest.diff.compared').scopes
  end,
  ['--turn'] = function(line)
    return checkpoints(line, true)
  end,
  ['--from'] = checkpoints,
  ['--to'] = checkpoints,
  ['--agent'] = agents,
  ['--agents'] = agents,
  ['--base'] = branches,
  ['--onto'] = branches,
  ['--into'] = branches,
  ['--branch'] = branches,
  ['--session'] = sessions,
  ['--strategy'] = function()
    return { 'merge', 'squash', 'fast-forward' }
  end,
  ['--name'] = function()
    return {}
  end,
}

---@param candidates string[]
---@param lead string
---@param before? string put before each
---@return string[]
local function matching(candidates, lead, before)
  local found = {}
  for _, candidate in ipairs(candidates) do
    if vim.startswith(candidate, lead) then
      found[#found + 1] = (before or '') .. candidate
    end
  end
  return found
end

---@param lead string
---@param line string
---@param position integer
---@return string[]
function M.complete(lead, line, position)
  local command = vim.api.nvim_parse_cmd(line, {}).cmd
  local typed = line:sub(1, position)
  local options = words.options[command]
  if command == 'TempestCompare' then
    local found = matching(require('tempest.compare').groups(), lead)
    return vim.list_extend(found, matching(sessions(), lead))
  end
  if not options then
    return matching(command == 'TempestRestore' and removed() or sessions(), lead)
  end
  if typed:match('%s%-%-%s') then
    return vim.fn.getcompletion(lead, 'file')
  end
  local option, value = lead:match('^(%-%-%a+)=(.*)$')
  if option and values[option] then
    return matching(values[option](typed), value, option .. '=')
  end
  if command == 'TempestSend' and vim.startswith(lead, '@') then
    return matching(require('tempest.context').names, lead)
  end
  local previous = typed:sub(1, #typed - #lead):match('(%S+)%s+$')
  if previous and vim.tbl_contains(options, previous) and values[previous] then
    return matching(values[previous](typed), lead)
  end
  if vim.startswith(lead, '-') then
    return matching(options, lead)
  end
  if command == 'TempestPrompt' then
    return matching(prompts(), lead)
  elseif command == 'TempestDiff' then
    return matching(sessions(), lead)
  end
  return {}
end

return M
