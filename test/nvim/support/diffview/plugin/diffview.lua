-- A stand-in for diffview.nvim: it does what that plugin does to the Neovim around it, in its order and by the same
-- calls, and shows one file. What was taken from where is said by the names of the files at
-- github.com/sindrets/diffview.nvim, of 2024-06-13; none of its text was.

local api = vim.api

---What lua/diffview/vcs/file.lua (`winopts`) sets in each window with a side of the file.
local options = {
  diff = true,
  scrollbind = true,
  cursorbind = true,
  foldmethod = 'diff',
  foldcolumn = '1',
  foldlevel = 0,
  foldenable = true,
  winhighlight = 'DiffAdd:DiffviewDiffAdd,DiffChange:DiffviewDiffChange',
}

---Some of the keys in lua/diffview/config.lua (`keymaps.view`).
local keys = { '<Tab>', '<S-Tab>', '[F', ']F', 'gf', '[x', ']x', 'g<C-x>', '<Leader>e' }

---@class Diffview
---@field tab integer
---@field left integer window
---@field right integer window
---@field panel integer buffer
---@field old integer buffer of the side in the index
---@field file integer buffer of the file itself
---@field before table<string, any> the file's window options

---@type Diffview|nil
local view

---@param name string
---@return integer buf
local function scratch(name)
  local buf = api.nvim_create_buf(false, false)
  api.nvim_buf_set_name(buf, name)
  vim.bo[buf].buftype, vim.bo[buf].swapfile, vim.bo[buf].bufhidden = 'nowrite', false, 'hide'
  return buf
end

---@param win integer
---@param values table<string, any>
local function set_local(win, values)
  for name, value in pairs(values) do
    api.nvim_set_option_value(name, value, { scope = 'local', win = win })
  end
end

---lua/diffview/scene/layout.lua (`open_files`) and lua/diffview/scene/window.lua (`open_file`)
---@param of Diffview
local function open_files(of)
  vim.cmd('diffoff!')
  for win, buf in pairs({ [of.left] = of.old, [of.right] = of.file }) do
    api.nvim_win_set_buf(win, buf)
    if buf == of.file and not next(of.before) then
      for name in pairs(options) do
        of.before[name] = vim.wo[win][name]
      end
    end
    set_local(win, options)
    for _, key in ipairs(keys) do
      vim.keymap.set('n', key, '<Nop>', { buffer = buf, nowait = true, desc = 'Diffview' })
    end
  end
  -- `sync_scroll`
  api.nvim_win_call(of.right, function()
    vim.cmd('normal! ' .. vim.keycode('<C-e><C-y>'))
  end)
end

---lua/diffview/vcs/file.lua (`detach_buffer`)
---@param of Diffview
local function detach(of)
  for _, buf in ipairs({ of.old, of.file }) do
    for _, key in ipairs(keys) do
      pcall(api.nvim_buf_del_keymap, buf, 'n', key)
    end
  end
end

---lua/diffview/scene/window.lua (`_restore_winopts`): the options that the file's next window begins with are set by a
---window that nobody sees, in the tab page where the person is.
---@param of Diffview
local function restore_options(of)
  local place = { relative = 'editor', row = 1, col = 1, width = 1, height = 2, noautocmd = true }
  local ignored = vim.o.eventignore
  vim.opt.eventignore:prepend('WinEnter,WinLeave,WinNew,WinClosed,BufWinEnter,BufWinLeave')
  local win = api.nvim_open_win(of.file, false, place)
  set_local(win, of.before)
  api.nvim_win_close(win, true)
  vim.o.eventignore = ignored
end

---lua/diffview/scene/views/diff/diff_view.lua (`update_files`): later, where the person still is in its tab page.
---@param of Diffview
local function update_files(of)
  vim.defer_fn(function()
    if view == of and of.tab == api.nvim_get_current_tabpage() then
      open_files(of)
    end
  end, 100)
end

---lua/diffview/hl.lua
local function set_colours()
  for _, name in ipairs({ 'DiffAdd', 'DiffChange' }) do
    api.nvim_set_hl(0, 'Diffview' .. name, { link = name, default = true })
  end
end

---@param of Diffview
local function dispose(of)
  detach(of)
  view = nil
  for _, buf in ipairs({ of.old, of.panel }) do
    pcall(api.nvim_buf_delete, buf, { force = true })
  end
end

---lua/diffview/scene/view.lua (`close`)
local function close()
  local of = view
  if not of or of.tab ~= api.nvim_get_current_tabpage() then
    return
  end
  restore_options(of)
  if #api.nvim_list_tabpages() == 1 then
    vim.cmd('tabnew')
  end
  vim.cmd('tabclose ' .. api.nvim_tabpage_get_number(of.tab))
  dispose(of)
end

---lua/diffview/scene/view.lua (`open`), lua/diffview/scene/layouts/diff_2_hor.lua (`create`), lua/diffview/ui/panel.lua
local function open()
  local file = api.nvim_get_current_buf()
  local path = vim.fn.expand('%:p')
  local index = ':./' .. vim.fn.expand('%:t')
  local committed =
    vim.fn.systemlist({ 'git', '-C', vim.fn.fnamemodify(path, ':h'), 'show', index })
  vim.cmd('tab split')
  local equal = vim.o.equalalways
  vim.o.equalalways = true
  local first = api.nvim_get_current_win()
  ---@type Diffview
  local of = {
    tab = api.nvim_get_current_tabpage(),
    left = first,
    right = first,
    old = scratch('diffview://' .. path .. '/:0:'),
    file = file,
    panel = scratch('diffview:///panels/0/DiffviewFilePanel'),
    before = {},
  }
  api.nvim_buf_set_lines(of.old, 0, -1, false, committed)
  vim.bo[of.old].modifiable = false
  for _, side in ipairs({ 'left', 'right' }) do
    api.nvim_win_call(first, function()
      vim.cmd('aboveleft vsplit')
      of[side] = api.nvim_get_current_win()
      api.nvim_win_set_buf(0, of.old)
    end)
  end
  api.nvim_win_close(first, false)
  vim.cmd('topleft 35vsplit')
  api.nvim_win_set_buf(0, of.panel)
  set_local(0, { diff = false, scrollbind = false, cursorbind = false, winfixwidth = true })
  view = of
  open_files(of)
  vim.o.equalalways = equal
end

set_colours()

-- plugin/diffview.lua
local command = api.nvim_create_user_command
command('DiffviewOpen', open, { nargs = '*' })
command('DiffviewClose', close, { bang = true })
for _, name in ipairs({ 'FileHistory', 'FocusFiles', 'ToggleFiles', 'Refresh', 'Log' }) do
  command('Diffview' .. name, function() end, { nargs = '*', bang = true })
end

-- lua/diffview/init.lua (`init`), lua/diffview/scene/views/diff/listeners.lua
local group = api.nvim_create_augroup('diffview_nvim', {})

---@param event string
---@param callback fun(of: Diffview)
local function in_its_tab(event, callback)
  api.nvim_create_autocmd(event, {
    group = group,
    callback = function()
      if view and view.tab == api.nvim_get_current_tabpage() then
        callback(view)
      end
    end,
  })
end

in_its_tab('TabEnter', function(of)
  open_files(of)
  update_files(of)
end)
in_its_tab('TabLeave', function(of)
  detach(of)
  restore_options(of)
end)
in_its_tab('BufWritePost', update_files)
in_its_tab('WinClosed', function() end)
api.nvim_create_autocmd('ColorScheme', { group = group, callback = set_colours })
api.nvim_create_autocmd('TabClosed', {
  group = group,
  callback = vim.schedule_wrap(function()
    if view and not api.nvim_tabpage_is_valid(view.tab) then
      dispose(view)
    end
  end),
})
