vim9script
# Lists the sessions from Vim 9 with +channel: mode 'lsp' of its channels speaks the protocol as it
# is. With g:prompt set, creates a session on it first, in the repository of the current folder:
#   vim -u NONE -es -S vim9.vim            vim -u NONE -es --cmd 'let g:prompt = "fix it"' -S vim9.vim

# In silent mode (-es), :print writes to standard output, and :verbose to standard error.
def Say(line: string)
  setline(1, line)
  :1print
enddef

def Warn(line: string)
  verbose echo line
enddef

def Fail(line: string)
  Warn(line)
  cquit 1
enddef

# A notification, such as '$/progress' or 'session/changed'.
def OnMessage(_: channel, message: dict<any>)
  if get(message, 'method', '') == '$/progress'
    Warn(get(message.params.value, 'message', ''))
  endif
enddef

# Asks and waits. A plugin would use ch_sendexpr() with a callback instead.
def Request(channel: channel, method: string, params: dict<any>): any
  const answer: any = ch_evalexpr(channel, {method: method, params: params}, {timeout: 60'000})
  if type(answer) != v:t_dict
    Fail('no answer to ' .. method)
  elseif has_key(answer, 'error')
    const error = answer.error
    Fail(error.message .. ' ' .. get(get(error, 'data', {}), 'hint', ''))
  endif
  return answer.result
enddef

def Main()
  const path = trim(system('tempest serve --print-socket'))
  if v:shell_error != 0
    Fail(path)
  endif
  const channel = ch_open('unix:' .. path, {mode: 'lsp', callback: OnMessage})
  if ch_status(channel) != 'open'
    Fail('no connection to ' .. path)
  endif
  const client = {name: 'vim-example', version: '1'}
  Request(channel, 'initialize', {protocolVersion: 1, client: client})
  const prompt = get(g:, 'prompt', '')
  if prompt != ''
    Request(channel, 'session/create', {repo: getcwd(), prompt: prompt, progressToken: 'create'})
  endif
  for session in Request(channel, 'session/list', {}).sessions
    Say(session.id .. '  ' .. session.status .. '  ' .. session.name)
  endfor
  ch_close(channel)
enddef

try
  Main()
catch
  Fail(v:exception)
endtry
quitall!
