-- The commands: what was typed, made into an action.
local actions = require('tempest.actions')
local message = require('tempest.message')
local which = require('tempest.which')
local words = require('tempest.words')

local M = {}

---@class tempest.CommandArguments
---@field args string
---@field bang boolean
---@field range integer
---@field line1 integer
---@field line2 integer
---@field smods vim.api.keyset.cmd_mods

---@param args tempest.CommandArguments
---@return string|nil
local function selected(args)
  if args.range > 0 then
    return require('tempest.context').of_lines(0, args.line1, args.line2)
  end
end

---`:vertical`, `:tab` and the like rule over the option.
---@param mods vim.api.keyset.cmd_mods
---@return tempest.Layout|nil
local function layout_of(mods)
  if mods.tab and mods.tab >= 0 then
    return 'tab'
  end
  if mods.vertical then
    return 'vsplit'
  end
  return (mods.horizontal or (mods.split or '') ~= '') and 'split' or nil
end

---@type table<string, fun(args: tempest.CommandArguments)>
local run = {}

function run.Tempest()
  require('tempest.picker').open()
end

function run.TempestList()
  require('tempest.list').toggle()
end

function run.TempestToggle()
  require('tempest.terminal').toggle()
end

function run.TempestNew(args)
  local parsed, problem = words.parse_new(args.args)
  if not parsed then
    message.warn(problem or 'wrong arguments')
    return
  end
  local request = vim.tbl_extend('force', parsed.options, {
    prompt = parsed.prompt,
    command = parsed.command,
    context = selected(args),
    background = args.bang,
    layout = layout_of(args.smods),
  })
  if parsed.prompt ~= '' or parsed.command then
    actions.new(request)
    return
  end
  local ask = require('tempest.prompt')
  local title = 'New session'
  ask.ask({ title = title }, function(prompt)
    request.prompt = prompt
    actions.new(request, function(failure)
      if failure then
        ask.keep(title, prompt)
      end
    end)
  end)
end

function run.TempestFork(args)
  local options, prompt = words.take_options(args.args, words.options.TempestFork)
  if not options then
    message.warn(prompt)
    return
  end
  which.find(options.session or '', function(session)
    actions.new({
      fork = session.id,
      prompt = prompt,
      agent = options.agent,
      name = options.name,
      repo = session.repo,
      background = args.bang,
      layout = layout_of(args.smods),
    })
  end)
end

function run.TempestRace(args)
  local options, text = words.take_options(args.args, words.options.TempestRace)
  if not options then
    message.warn(text)
    return
  end
  local request = vim.tbl_extend('force', options, { prompt = text, context = selected(args) })
  ---@cast request tempest.RaceRequest
  if text ~= '' then
    require('tempest.race').run(request)
    return
  end
  require('tempest.prompt').ask({ title = 'Several attempts at' }, function(prompt)
    if prompt ~= '' then
      request.prompt = prompt
      require('tempest.race').run(request)
    end
  end)
end

function run.TempestCompare(args)
  require('tempest.compare').open(vim.split(args.args, '%s+', { trimempty = true }))
end

function run.TempestOpen(args)
  which.find(args.args, function(session)
    actions.open(session, { layout = layout_of(args.smods) })
  end)
end

function run.TempestNext()
  actions.next()
end

function run.TempestClose(args)
  which.find(args.args, actions.close)
end

function run.TempestRemove(args)
  which.find(args.args, function(session)
    actions.remove(session, { force = args.bang })
  end)
end

function run.TempestRestore(args)
  actions.restore(args.args)
end

---@param args tempest.CommandArguments
---@return tempest.Sight
local function sight(args)
  local has_lines = args.range > 0
  return {
    buf = vim.api.nvim_get_current_buf(),
    first = has_lines and args.line1 or nil,
    last = has_lines and args.line2 or nil,
  }
end

function run.TempestSend(args)
  local options, rest = words.take_options(args.args, words.options.TempestSend)
  if not options then
    message.warn(rest)
    return
  end
  require('tempest.send').run(rest, options, sight(args))
end

function run.TempestPrompt(args)
  local options, name = words.take_options(args.args, words.options.TempestPrompt)
  if not options then
    message.warn(name)
    return
  end
  require('tempest.library').run(name, options, {
    sight = sight(args),
    new = args.bang,
    layout = layout_of(args.smods),
  })
end

function run.TempestQueue(args)
  which.find(args.args, function(session)
    require('tempest.queue').open(session)
  end)
end

function run.TempestDiff(args)
  require('tempest.diff').run(args.args)
end

function run.TempestAccept(args)
  require('tempest.diff').accept(args)
end

function run.TempestReject(args)
  require('tempest.diff').reject(args)
end

function run.TempestComment(args)
  local last = args.range > 0 and args.line2 or vim.fn.line('.')
  require('tempest.comments').add(args.args, args.range > 0 and args.line1 or last, last)
end

function run.TempestCommentEdit()
  require('tempest.comments').edit()
end

function run.TempestCommentResolve(args)
  require('tempest.comments').resolve(not args.bang)
end

function run.TempestCommentRemove()
  require('tempest.comments').remove()
end

function run.TempestComments(args)
  which.find(args.args, function(session)
    require('tempest.comments.list').open(session, args.bang)
  end)
end

function run.TempestSendReview(args)
  which.find(args.args, function(session)
    require('tempest.comments').send(session, args.bang)
  end)
end

function run.TempestLog(args)
  which.find(args.args, function(session)
    require('tempest.log').open(session)
  end)
end

---@param name string
---@param args tempest.CommandArguments
function M.run(name, args)
  local command = run[name] or require('tempest.commands.ship')[name]
  command(args)
end

return M
