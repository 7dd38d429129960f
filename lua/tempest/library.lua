-- `:TempestPrompt`: a prompt of the library, filled in with what the person looks at, seen before it is sent.
local context = require('tempest.context')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local which = require('tempest.which')

local M = {}

---@class tempest.Prompt
---@field name string
---@field description string
---@field agent? string
---@field source 'person'|'repository'
---@field path string
---@field placeholders string[]
---@field problem string

---@param prompts tempest.Prompt[]
---@param callback fun(prompt: tempest.Prompt)
local function select(prompts, callback)
  if #prompts == 0 then
    message.warn('the library of prompts is empty: see :help tempest-prompts')
    return
  end
  vim.ui.select(prompts, {
    prompt = 'Prompt',
    kind = 'tempest_prompt',
    format_item = function(prompt)
      local theirs = prompt.source == 'repository' and ' (of this repository)' or ''
      local told = prompt.problem ~= '' and prompt.problem or prompt.description
      return prompt.name .. theirs .. (told ~= '' and '  ' .. told or '')
    end,
  }, function(prompt)
    if prompt then
      callback(prompt)
    end
  end)
end

---What the editor knows of what the prompt wants; nil when something is not there, which is said.
---@param prompt tempest.Prompt
---@param sight tempest.Sight
---@param session? tempest.Session
---@return table<string, string>|nil
local function values_for(prompt, sight, session)
  local values = vim.empty_dict()
  for _, name in ipairs(prompt.placeholders) do
    local make = context.all[name]
    if make then
      local found, problem = make(sight, session)
      if not found then
        message.warn(('%s wants %s: %s'):format(prompt.name, name, problem))
        return nil
      end
      values[name] = found
    end
  end
  return values
end

---@param prompt tempest.Prompt
---@param session? tempest.Session nil for a new one
---@param sight tempest.Sight
---@param here string
---@param done fun(text: string, agent?: string) after the person has seen it
local function fill(prompt, session, sight, here, done)
  local values = values_for(prompt, sight, session)
  if not values then
    return
  end
  local ask = require('tempest.prompt').ask
  local function render()
    local params = {
      name = prompt.name,
      repo = here,
      session = session and session.id or nil,
      values = values,
    }
    rpc.request('prompt/render', params, function(failure, result)
      if failure then
        message.failure(failure)
        return
      end
      local title = session and 'Send to ' .. session.name or 'New session'
      local action = session and 'send' or 'start'
      ask({ title = title, text = result.text, action = action }, function(text)
        if text ~= '' then
          done(text, result.agent)
        end
      end)
    end)
  end
  if not vim.tbl_contains(prompt.placeholders, 'input') then
    render()
    return
  end
  ask({ title = prompt.name, action = 'go on' }, function(input)
    if input ~= '' then
      values.input = input
      render()
    end
  end)
end

---@param name string '' to choose
---@param options { session?: string, queue?: boolean }
---@param how { sight: tempest.Sight, new: boolean, layout?: tempest.Layout }
function M.run(name, options, how)
  local here = which.here()
  local function use(prompt)
    if how.new then
      fill(prompt, nil, how.sight, here, function(text, agent)
        require('tempest.actions').new({ prompt = text, agent = agent, layout = how.layout })
      end)
      return
    end
    which.find(options.session or '', function(session)
      fill(prompt, session, how.sight, here, function(text)
        require('tempest.send').to(session, text, options)
      end)
    end)
  end
  rpc.request('prompt/list', { repo = here }, function(failure, result)
    if failure then
      message.failure(failure)
      return
    end
    if name == '' then
      select(result.prompts, use)
      return
    end
    for _, prompt in ipairs(result.prompts) do
      if prompt.name == name then
        use(prompt)
        return
      end
    end
    message.warn('no prompt is called ' .. name)
  end)
end

return M
