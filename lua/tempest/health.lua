-- `:checkhealth tempest`: each part that Tempest stands on, and what to do when it is missing.
local node = require('tempest.node')
local rpc = require('tempest.rpc')

local M = {}

local health = vim.health
---How long the daemon may take to answer, in ms.
local patience = 15000
---As in src/cli/doctor/programs.ts.
local oldest_git = '2.38'

---@return boolean
local function check_neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10.4') == 1 then
    health.ok('Neovim ' .. version)
  else
    health.error('Neovim ' .. version .. ' is too old', 'Install Neovim 0.10.4 or later')
    return false
  end
  return true
end

---@return boolean
local function check_node()
  local path, missing = node.find()
  if missing or not path then
    health.error(missing and missing.message or 'Node is missing', missing and missing.hint)
    return false
  end
  local old = node.too_old(path)
  if old then
    health.error(old.message, old.hint)
    return false
  end
  health.ok(('Node %s (%s)'):format(node.version(path), path))
  return true
end

---@return boolean
local function check_build()
  local missing = node.unbuilt()
  if missing then
    health.error(missing.message, missing.hint)
    return false
  end
  health.ok('Built in ' .. node.root)
  return true
end

local function check_git()
  local ok, process = pcall(vim.system, { 'git', '--version' }, { text = true, timeout = 5000 })
  local result = ok and process:wait()
  local version = result and result.code == 0 and result.stdout:match('(%d+%.%d+[%d.]*)')
  local advice = ('Install git %s or later, and see that it is the first on PATH'):format(
    oldest_git
  )
  if not version then
    health.error('git was not found', advice)
  elseif vim.version.lt(version, oldest_git) then
    local said = 'git %s is too old: Tempest needs %s or later'
    health.error(said:format(version, oldest_git), advice)
  else
    health.ok('git ' .. version)
  end
end

---@return boolean
local function check_daemon()
  local done, failure, status = false, nil, nil
  rpc.request('daemon/status', {}, function(problem, value)
    done, failure, status = true, problem, value
  end)
  vim.wait(patience, function()
    return done
  end, 20)
  if not status then
    local advice = { failure and failure.hint or 'Run `tempest doctor` in a shell' }
    vim.list_extend(advice, vim.list_slice(require('tempest.host').stderr(), 1, 3))
    health.error(failure and failure.message or 'The daemon gives no answer', advice)
    return false
  end
  local state = require('tempest.state')
  local said = ('Daemon %s, process %d, %d %s'):format(
    status.version,
    status.pid,
    status.sessions,
    status.sessions == 1 and 'session' or 'sessions'
  )
  health.ok(said)
  health.info('Its log is ' .. status.log)
  if status.hostPid then
    health.ok(('Terminal host, process %d'):format(status.hostPid))
  else
    health.info('The terminal host starts with the first session')
  end
  -- `exists()` does not know a remote function before its first call.
  local has_host, info = pcall(vim.fn.TempestHostInfo)
  local own = has_host and info.version
  if own and own ~= (state.daemon_version or own) then
    health.warn(
      ('The daemon is %s, this plugin is %s'):format(status.version, own),
      'Update this plugin: a daemon that is newer stays, an older one is replaced by itself'
    )
  end
  return true
end

local function check_agents()
  local result = rpc.wait('agent/list', { versions = true }, patience)
  local found = false
  for _, agent in ipairs(result and result.agents or {}) do
    local default = agent.isDefault and ', the default' or ''
    if agent.path then
      found = true
      local version = agent.version and ' ' .. agent.version or ''
      health.ok(('%s%s%s (%s)'):format(agent.name, version, default, agent.path))
      local supports = table.concat(agent.supports, ', ')
      health.info(('  here: %s'):format(supports ~= '' and supports or 'started as it is'))
      if agent.permissionless then
        health.warn(('%s asks for no permission, as config.toml says'):format(agent.name))
      end
    elseif agent.isDefault then
      health.warn(
        ('%s is the default agent, but `%s` is not on PATH'):format(agent.name, agent.file),
        'Install it, or name another one: setup{ agent = … }, or config.toml'
      )
    else
      health.info(('%s is not installed'):format(agent.name))
    end
  end
  if not found then
    health.warn('No agent is installed', 'Install one, such as claude or codex')
  end
end

function M.check()
  health.start('tempest: programs')
  local ok = check_neovim()
  ok = check_node() and ok
  ok = check_build() and ok
  check_git()
  health.start('tempest: daemon')
  if not ok then
    health.info('Not tried: the programs above are missing')
    return
  end
  if check_daemon() then
    health.start('tempest: agents')
    check_agents()
  end
end

return M
