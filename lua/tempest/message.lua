-- Messages: one line, never longer than the screen, never a hit-enter prompt; all of it is in `:messages`.
local M = {}

---@type { text: string, level: integer }[]
local waiting = {}
local scheduled = false
---@type table<string, boolean>
local told = {}

---@param text string
---@return string
local function one_line(text)
  return 'tempest: ' .. vim.trim((text:gsub('%s+', ' ')))
end

---A message now would break a command line or a prompt that the person is at.
---@return boolean
local function is_busy()
  local mode = vim.api.nvim_get_mode()
  return mode.blocking or mode.mode:match('^[cr]') ~= nil
end

---@type table<integer, string>
local groups = {
  [vim.log.levels.WARN] = 'WarningMsg',
  [vim.log.levels.ERROR] = 'ErrorMsg',
}

---Neovim's own Lua is compiled in, without the name of a file or with one below `vim/`.
---@param fn function
---@return boolean
local function is_builtin(fn)
  local source = debug.getinfo(fn, 'S').source
  return source:match('^[=@]?%?$') ~= nil or source:find('vim/_', 1, true) ~= nil
end

---The beginning and the end of a line, as much as the screen has room for.
---@param line string
---@return string
local function shortened(line)
  local room = math.max(20, vim.v.echospace)
  local all, half = vim.fn.strchars(line), math.floor(room / 2)
  local short = line
  while vim.fn.strdisplaywidth(short) > room do
    half = half - 1
    short = vim.fn.strcharpart(line, 0, half) .. '...' .. vim.fn.strcharpart(line, all - half)
  end
  return short
end

---`:echomsg` alone leaves out the middle of what is too long, as 'shortmess' has it, and keeps all of it. Without a
---command line it would wait for Enter.
---@param line string
---@param group string
local function echo(line, group)
  if vim.o.cmdheight == 0 then
    vim.api.nvim_echo({ { shortened(line), group } }, true, {})
    return
  end
  local before = vim.o.shortmess
  if not before:find('T', 1, true) then
    vim.o.shortmess = before .. 'T'
  end
  pcall(vim.cmd, ('echohl %s | echomsg %s | echohl None'):format(group, vim.fn.string(line)))
  if vim.o.shortmess ~= before then
    vim.o.shortmess = before
  end
end

---Neovim's own `vim.notify` raises a true error message for errors, after which it may wait for
---Enter; one that the person put in its place shows all levels in its own way.
---@param line string
---@param level integer
local function say(line, level)
  if is_builtin(vim.notify) then
    echo(line, groups[level] or 'None')
  else
    vim.notify(line, level, { title = 'Tempest' })
  end
end

local function flush()
  if is_busy() then
    vim.api.nvim_create_autocmd('ModeChanged', {
      once = true,
      callback = function()
        vim.schedule(flush)
      end,
    })
    return
  end
  scheduled = false
  local messages = waiting
  waiting = {}
  for _, message in ipairs(messages) do
    -- A redraw empties the message area, so that two in a row don't add up to a prompt.
    vim.cmd.redraw()
    say(one_line(message.text), message.level)
  end
end

---@param text string
---@param level? integer of vim.log.levels
function M.show(text, level)
  waiting[#waiting + 1] = { text = text, level = level or vim.log.levels.INFO }
  if not scheduled then
    scheduled = true
    vim.schedule(flush)
  end
end

---@param text string
function M.warn(text)
  M.show(text, vim.log.levels.WARN)
end

---@param failure tempest.Failure
function M.failure(failure)
  if failure.kind == 'cancelled' then
    return
  end
  if failure.kind == 'unreachable' or failure.kind == 'version-mismatch' then
    if told.daemon then
      return
    end
    told.daemon = true
  end
  local text = failure.message
  if failure.hint and failure.hint ~= '' then
    text = text:gsub('[.%s]+$', '') .. '. ' .. failure.hint
  end
  M.show(text, vim.log.levels.ERROR)
end

---Says something once, until `again` is called with the same key.
---@param key string
---@param text string
function M.once(key, text)
  if told[key] then
    return
  end
  told[key] = true
  M.warn(text)
end

---@param key string
function M.again(key)
  told[key] = nil
end

return M
