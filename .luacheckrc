-- What Neovim's Lua knows beyond LuaJIT's.
std = 'luajit'
read_globals = { 'vim' }
globals = { 'vim.g', 'vim.b', 'vim.w', 'vim.t', 'vim.o', 'vim.bo', 'vim.wo', 'vim.go', 'vim.env', 'vim.opt', 'vim.opt_local' }
max_line_length = 120
self = false
unused_args = true
