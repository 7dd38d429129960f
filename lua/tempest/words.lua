-- Splits a command's text into words the way a shell's reader would, but runs and expands nothing.
local M = {}

---@param text string
---@return string[] words quotes and backslashes taken away
---@return string|nil problem
function M.split(text)
  local words, word, quote = {}, nil, nil
  local i = 1
  while i <= #text do
    local char = text:sub(i, i)
    if quote then
      if char == quote then
        quote = nil
      elseif char == '\\' and quote == '"' and text:sub(i + 1, i + 1):match('["\\$`]') then
        i = i + 1
        word = word .. text:sub(i, i)
      else
        word = word .. char
      end
    elseif char:match('%s') then
      words[#words + 1] = word
      word = nil
    elseif char == '"' or char == "'" then
      quote = char
      word = word or ''
    elseif char == '\\' and i < #text then
      i = i + 1
      word = (word or '') .. text:sub(i, i)
    else
      word = (word or '') .. char
    end
    i = i + 1
  end
  if quote then
    return words, ('a %s is missing'):format(quote)
  end
  words[#words + 1] = word
  return words
end

---@class tempest.NewArguments
---@field prompt string
---@field options table<string, string> agent, name, base, branch
---@field command? string[]

---The options that a command takes, each with a value unless it is one of `flags`.
---@type table<string, string[]>
M.options = {
  TempestNew = { '--agent', '--name', '--base', '--branch' },
  TempestRace = { '--agents', '--count', '--name', '--base' },
  TempestComment = {},
  TempestDiff = { '--scope', '--turn', '--from', '--to', '--against', '--unified' },
  TempestCommit = { '--session' },
  TempestSquash = { '--session' },
  TempestRebase = { '--session', '--onto' },
  TempestMerge = { '--session', '--into', '--strategy', '--last' },
  TempestFork = { '--session', '--agent', '--name' },
  TempestSend = { '--session', '--queue' },
  TempestPrompt = { '--session', '--queue' },
}

---Short forms.
---@type table<string, string>
local short = { ['-n'] = '--count' }

---Those that take no value.
---@type table<string, boolean>
M.flags = { ['--queue'] = true, ['--last'] = true, ['--unified'] = true }

---Takes leading `--option value` or `--option=value` off; what follows is left as it was typed.
---@param text string
---@param allowed string[]
---@return table<string, any>|nil options
---@return string rest what follows them, or what is wrong
function M.take_options(text, allowed)
  local options = {}
  local rest = vim.trim(text)
  while true do
    local option, after = rest:match('^(%-%-[%a-]+)(.*)$')
    local letter, tail = rest:match('^(%-%a)(%s.*)$')
    if letter and vim.tbl_contains(allowed, short[letter]) then
      option, after = short[letter], tail
    end
    if not option then
      return options, rest
    end
    if not vim.tbl_contains(allowed, option) then
      return nil, ('unknown option %s (%s)'):format(option, table.concat(allowed, ', '))
    end
    if M.flags[option] then
      if after:match('^%S') then
        return nil, ('%s takes no value'):format(option)
      end
      options[option:sub(3)] = true
      rest = vim.trim(after)
    else
      local value, remaining = after:match('^[=%s]%s*(%S+)%s*(.*)$')
      if not value or (value:match('^%-%-') and not after:match('^=')) then
        return nil, ('%s needs a value'):format(option)
      end
      options[option:sub(3)] = value
      rest = remaining
    end
  end
end

---The same, with the options wherever they stand.
---@param text string
---@param allowed string[]
---@return table<string, any>|nil options
---@return string rest the other words, or what is wrong
function M.take_mixed(text, allowed)
  local options, plain = {}, {}
  local rest = vim.trim(text)
  while rest ~= '' do
    local found, after = M.take_options(rest, allowed)
    if not found then
      return nil, after
    end
    options = vim.tbl_extend('force', options, found)
    local word, remaining = after:match('^(%S+)%s*(.*)$')
    plain[#plain + 1] = word
    rest = remaining or ''
  end
  return options, table.concat(plain, ' ')
end

---Parses what follows `:TempestNew`.
---@param text string
---@return tempest.NewArguments|nil
---@return string|nil problem
function M.parse_new(text)
  local head, command = (' ' .. text .. ' '):match('^(.-)%s%-%-%s(.*)$')
  local options, rest = M.take_options(head or text, M.options.TempestNew)
  if not options then
    return nil, rest
  end
  local arguments = { prompt = rest, options = options }
  if command then
    local words, problem = M.split(command)
    if problem or #words == 0 then
      return nil, problem or 'no command after --'
    end
    arguments.command = words
  end
  return arguments
end

return M
