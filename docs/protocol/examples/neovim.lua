-- Lists the sessions from Neovim (0.10 or later) without the plugin: the client for language servers
-- speaks the protocol as it is. With an argument, creates a session on that prompt first, in the
-- repository of the current folder:   nvim -l neovim.lua ['fix the flaky test']

local function fail(message)
  io.stderr:write(message .. '\n')
  os.exit(1)
end

local started = vim.system({ 'tempest', 'serve', '--print-socket' }, { text = true }):wait()
if started.code ~= 0 then
  fail(started.stderr)
end

local rpc = vim.lsp.rpc.connect(vim.trim(started.stdout))({
  notification = function(method, params)
    if method == '$/progress' then
      io.stderr:write((params.value.message or '') .. '\n')
    end
  end,
  on_exit = function() end,
  on_error = function() end,
  server_request = function() end,
})

--- Asks and waits. In a plugin, leave out the waiting and act in the callback.
local function request(method, params)
  local done, failure, result = false, nil, nil
  rpc.request(method, params, function(err, res)
    done, failure, result = true, err, res
  end)
  local answered = vim.wait(60000, function()
    return done or rpc.is_closing()
  end, 10)
  if not answered or not done then
    fail('no answer to ' .. method)
  elseif failure then
    fail(failure.message .. ' ' .. (failure.data and failure.data.hint or ''))
  end
  return result
end

request('initialize', {
  protocolVersion = 1,
  client = { name = 'neovim-example', version = '1' },
})
local prompt = _G.arg[1]
if prompt then
  request('session/create', { repo = vim.uv.cwd(), prompt = prompt, progressToken = 'create' })
end
for _, session in ipairs(request('session/list', vim.empty_dict()).sessions) do
  io.stdout:write(('%s  %s  %s\n'):format(session.id, session.status, session.name))
end
rpc.terminate()
os.exit(0)
