-- Starting a session: what must be asked first, the request, and its progress on the screen.
local Progress = require('tempest.progress')
local config = require('tempest.config')
local confirm = require('tempest.confirm')
local events = require('tempest.events')
local message = require('tempest.message')
local rpc = require('tempest.rpc')
local state = require('tempest.state')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

---@class tempest.NewRequest
---@field prompt? string
---@field agent? string
---@field command? string[]
---@field name? string
---@field base? string
---@field branch? string
---@field context? string
---@field repo? string any path in the repository, default: the one at hand
---@field background? boolean stay where you are
---@field layout? tempest.Layout
---@field fork? string the id of the session to go on from

---@alias tempest.Done fun(failure?: tempest.Failure, session?: tempest.Session)

---Variables of this Neovim that would mislead a program started in a session.
local private = { 'NVIM_LISTEN_ADDRESS', 'NVIM_LOG_FILE', 'VIM', 'VIMRUNTIME', 'MYVIMRC' }

---The person's environment, for the agent in place of the daemon's.
---@return table<string, string>
function M.environment()
  local env = vim.fn.environ()
  for _, name in ipairs(private) do
    env[name] = nil
  end
  env.NVIM = vim.v.servername
  return env
end

---Asks the daemon for `method` once the person has said yes.
---@param question tempest.Confirmation
---@param method string
---@param params table
---@param callback tempest.Done called when nothing comes of it
---@param go_on fun()
local function request_if_yes(question, method, params, callback, go_on)
  confirm.ask(question, function(yes)
    if not yes then
      callback({ kind = 'cancelled', message = 'Nothing was started', hint = '' })
      return
    end
    rpc.request(method, params, function(failure)
      if failure then
        callback(failure)
      else
        go_on()
      end
    end)
  end)
end

---@param path string
---@param step 'init'|'commit'
---@param question tempest.Confirmation
---@param callback tempest.Done
---@param go_on fun()
local function prepare(path, step, question, callback, go_on)
  request_if_yes(question, 'repo/prepare', { path = path, step = step }, callback, go_on)
end

---@param repo tempest.Repo
---@param path string
---@param callback tempest.Done
---@param go_on fun()
local function approve(repo, path, callback, go_on)
  local lines =
    { 'New worktrees of this repository are set up by this command,', 'from .tempest.toml:' }
  lines[#lines + 1] = ''
  vim.list_extend(lines, vim.split(vim.trim(repo.setup.command), '\n'))
  local question = { title = 'Run this setup?', lines = lines, yes = 'approve it' }
  local params = { path = path, hash = repo.setup.hash }
  request_if_yes(question, 'repo/approve', params, callback, go_on)
end

---Sees to it that a session can be made at this path, asking the person where that changes something.
---@param path string
---@param callback tempest.Done called only when it can't
---@param go_on fun(repo: tempest.Repo)
function M.make_ready(path, callback, go_on)
  rpc.request('repo/inspect', { path = path }, function(failure, repo)
    if failure then
      callback(failure)
      return
    end
    ---@cast repo tempest.Repo
    local function again()
      M.make_ready(path, callback, go_on)
    end
    local shown = vim.fn.fnamemodify(path, ':~')
    if not repo.root then
      prepare(path, 'init', {
        title = 'Not a git repository',
        lines = { shown, '', 'Sessions need one. Make it a repository?' },
        yes = 'git init',
      }, callback, again)
    elseif repo.unborn then
      prepare(path, 'commit', {
        title = 'No commit yet',
        lines = {
          vim.fn.fnamemodify(repo.root, ':~'),
          '',
          'Sessions start from one. Make an empty first commit?',
        },
        yes = 'commit',
      }, callback, again)
    elseif repo.setup and not repo.setup.approved then
      approve(repo, path, callback, again)
    else
      go_on(repo)
    end
  end)
end

---@param request tempest.NewRequest
---@param path string
---@param callback tempest.Done
local function create(request, path, callback)
  local view = Progress.new({ background = request.background, layout = request.layout })
  local token, stop = events.on_progress(function(value)
    view:add(value)
  end)
  local cols, rows = windows.estimate(request.layout)
  local agent = request.agent
  if not agent and not request.command and not request.fork then
    agent = config.get().agent
  end
  local params = {
    session = request.fork,
    repo = path,
    prompt = request.prompt,
    agent = agent,
    command = request.command,
    name = request.name,
    base = request.base,
    branch = request.branch,
    context = request.context,
    env = M.environment(),
    cols = math.min(cols, 1000),
    rows = math.min(rows, 1000),
    progressToken = token,
  }
  rpc.request(
    request.fork and 'session/fork' or 'session/create',
    params,
    function(failure, session)
      stop()
      if failure then
        view:drop()
        callback(failure)
        return
      end
      state.apply(session)
      local win, closed = view:finish()
      if request.background or closed then
        message.show(('%s is at work on %s'):format(session.name, session.branch))
      elseif win then
        local focus = vim.api.nvim_get_current_win() == win
        require('tempest.terminal').show(
          session,
          { win = win, focus = focus, layout = request.layout }
        )
      else
        require('tempest.terminal').show(session, { layout = request.layout })
      end
      view:wipe()
      callback(nil, session)
    end
  )
end

---@param request tempest.NewRequest
---@param callback tempest.Done
function M.new(request, callback)
  local path = request.repo or which.here()
  M.make_ready(path, callback, function()
    create(request, path, function(failure, session)
      if failure and failure.kind == 'setup-unapproved' then
        -- The text changed between the look and the request.
        M.new(request, callback)
        return
      end
      callback(failure, session)
    end)
  end)
end

return M
