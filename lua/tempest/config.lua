-- The options: one schema gives their defaults, their validation and the text of the help.
local M = {}

---@class tempest.Option
---@field default? any
---@field type? string|string[] what `type()` may say of it
---@field oneof? string[]
---@field desc string

---@alias tempest.Layout 'auto'|'split'|'vsplit'|'tab'|'float'

---@class tempest.Config
---@field node? string
---@field agent? string
---@field layout tempest.Layout
---@field notify boolean|tempest.Reason[]
---@field terminal { insert: boolean, detach_after: integer, size: number }
---@field picker { width: number, height: number, border: string|string[], preview: 'screen'|'diff' }
---@field list { position: 'left'|'right', width: integer }
---@field diff { panel_width: integer, max_lines: integer }
---@field icons table<string, string>

---@type table<string, tempest.Option>
M.schema = {
  node = {
    type = { 'string', 'nil' },
    desc = 'Path of the Node program (20 or later); default: g:tempest_node, else node on PATH.',
  },
  agent = {
    type = { 'string', 'nil' },
    desc = 'Agent of new sessions; default: the one that config.toml names.',
  },
  layout = {
    default = 'auto',
    oneof = { 'auto', 'split', 'vsplit', 'tab', 'float' },
    desc = 'Where terminals open; auto: beside on a wide screen, below on a narrow one.',
  },
  notify = {
    default = true,
    type = { 'boolean', 'table' },
    desc = 'Say in one line when a session wants you: always, never, or for the reasons in a list.',
  },
  ['terminal.insert'] = {
    default = true,
    type = 'boolean',
    desc = 'Begin a terminal in terminal mode; afterwards each keeps the mode it was left in.',
  },
  ['terminal.detach_after'] = {
    default = 3000,
    type = 'number',
    desc = 'Milliseconds after which a terminal that nobody sees is detached.',
  },
  ['terminal.size'] = {
    default = 0.5,
    type = 'number',
    desc = 'Share of the screen that a terminal split takes.',
  },
  ['picker.width'] = { default = 0.9, type = 'number', desc = "The picker's share of the columns." },
  ['picker.height'] = { default = 0.85, type = 'number', desc = "The picker's share of the lines." },
  ['picker.border'] = {
    default = 'rounded',
    type = { 'string', 'table' },
    desc = 'Border of the floating windows, as in nvim_open_win().',
  },
  ['picker.preview'] = {
    default = 'screen',
    oneof = { 'screen', 'diff' },
    desc = 'What the preview shows at first.',
  },
  ['list.position'] = {
    default = 'left',
    oneof = { 'left', 'right' },
    desc = 'Side of the list of sessions.',
  },
  ['list.width'] = { default = 40, type = 'number', desc = 'Columns of the list of sessions.' },
  ['diff.panel_width'] = { default = 36, type = 'number', desc = "Columns of a diff's file panel." },
  ['diff.max_lines'] = {
    default = 20000,
    type = 'number',
    desc = 'Files with more lines are shown without diff mode.',
  },
  ['icons.creating'] = { default = '◌', type = 'string', desc = 'Icon: the worktree is made.' },
  ['icons.starting'] = { default = '◌', type = 'string', desc = 'Icon: the agent starts.' },
  ['icons.working'] = { default = '●', type = 'string', desc = 'Icon: a turn is in progress.' },
  ['icons.waiting'] = {
    default = '◆',
    type = 'string',
    desc = 'Icon: the agent needs an answer.',
  },
  ['icons.idle'] = { default = '○', type = 'string', desc = 'Icon: the turn is over.' },
  ['icons.unseen'] = {
    default = '◉',
    type = 'string',
    desc = 'Icon: finished, not looked at yet.',
  },
  ['icons.problem'] = {
    default = '▲',
    type = 'string',
    desc = 'Icon: stopped by an API error, a rate limit or a missing login.',
  },
  ['icons.exited'] = { default = '■', type = 'string', desc = 'Icon: the agent ended.' },
  ['icons.closed'] = { default = '□', type = 'string', desc = 'Icon: closed by the person.' },
  ['icons.failed'] = { default = '✗', type = 'string', desc = 'Icon: creation or start failed.' },
  ['icons.removed'] = { default = '×', type = 'string', desc = 'Icon: in the trash.' },
}

---@param target table
---@param key string dotted
---@param value any
local function put(target, key, value)
  local group, name = key:match('^(%w+)%.([%w_]+)$')
  if group then
    target[group] = target[group] or {}
    target[group][name] = value
  else
    target[key] = value
  end
end

---@return tempest.Config
function M.defaults()
  local defaults = {}
  for key, option in pairs(M.schema) do
    put(defaults, key, option.default)
  end
  ---@cast defaults tempest.Config
  return defaults
end

---@type tempest.Config
local current = M.defaults()

---@param option tempest.Option
---@param value any
---@return string|nil what is wrong
local function mistake(option, value)
  if option.oneof then
    if not vim.tbl_contains(option.oneof, value) then
      return 'must be one of ' .. table.concat(option.oneof, ', ')
    end
    return nil
  end
  local types = type(option.type) == 'table' and option.type or { option.type }
  ---@cast types string[]
  if not vim.tbl_contains(types, type(value)) then
    return ('must be a %s, not a %s'):format(types[1], type(value))
  end
end

---@param key string
---@return boolean
local function is_group(key)
  for known in pairs(M.schema) do
    if vim.startswith(known, key .. '.') then
      return true
    end
  end
  return false
end

---Takes the person's options; whatever is wrong is left at its default and reported.
---@param options table
---@return string[] problems one line each, sorted
function M.apply(options)
  local problems = {}
  current = M.defaults()
  local function visit(values, prefix)
    for name, value in pairs(values) do
      local key = prefix .. tostring(name)
      local option = M.schema[key]
      if option then
        local wrong = mistake(option, value)
        if wrong then
          problems[#problems + 1] = ('option %s %s'):format(key, wrong)
        else
          put(current, key, value)
        end
      elseif prefix == '' and is_group(key) then
        if type(value) == 'table' then
          visit(value, key .. '.')
        else
          problems[#problems + 1] = ('option %s must be a table'):format(key)
        end
      else
        problems[#problems + 1] = ('unknown option %s'):format(key)
      end
    end
  end
  visit(options, '')
  table.sort(problems)
  return problems
end

---@return tempest.Config
function M.get()
  return current
end

return M
