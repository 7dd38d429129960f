-- The commands that bring a session's work home, made into actions.
local message = require('tempest.message')
local which = require('tempest.which')
local words = require('tempest.words')

---@type table<string, fun(args: tempest.CommandArguments)>
local run = {}

function run.TempestCheck(args)
  which.find(args.args, function(session)
    local check = require('tempest.check')
    if args.bang then
      check.cancel(session)
    else
      check.run(session)
    end
  end)
end

function run.TempestCheckLog(args)
  which.find(args.args, function(session)
    require('tempest.log').open(session, 'check')
  end)
end

function run.TempestCommit(args)
  local options, text = words.take_options(args.args, words.options.TempestCommit)
  if not options then
    message.warn(text)
    return
  end
  which.find(options.session or '', function(session)
    require('tempest.commit').commit(session, text)
  end)
end

function run.TempestSquash(args)
  local options, text = words.take_options(args.args, words.options.TempestSquash)
  if not options then
    message.warn(text)
    return
  end
  which.find(options.session or '', function(session)
    require('tempest.rewrite').squash(session, text)
  end)
end

function run.TempestRebase(args)
  local options, name = words.take_options(args.args, words.options.TempestRebase)
  if not options then
    message.warn(name)
    return
  end
  which.find(options.session or name, function(session)
    require('tempest.rewrite').rebase(session, options.onto)
  end)
end

function run.TempestMerge(args)
  local options, text = words.take_options(args.args, words.options.TempestMerge)
  if not options then
    message.warn(text)
    return
  end
  if options.last and text ~= '' then
    message.warn('--last and a message exclude each other')
    return
  end
  local merges = require('tempest.merge')
  which.find(options.session or '', function(session)
    if args.bang then
      merges.undo(session)
      return
    end
    local function merge(typed)
      merges.merge(session, {
        strategy = options.strategy or 'merge',
        base = options.into,
        message = typed ~= '' and typed or nil,
      })
    end
    if options.last then
      require('tempest.commit').last_words(session, merge)
    else
      merge(text)
    end
  end)
end

function run.TempestPR(args)
  which.find(args.args, function(session)
    require('tempest.pull_request').begin(session)
  end)
end

function run.TempestConflicts()
  require('tempest.conflicts').list()
end

function run.TempestRewind(args)
  which.find(args.args, function(session)
    require('tempest.rewind').choose(session)
  end)
end

return run
