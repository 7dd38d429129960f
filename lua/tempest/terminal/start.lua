-- Starts a program in a terminal, in the current buffer, whatever the Neovim.

---@param command string[]
---@param options table of |jobstart()|
---@return integer job
return function(command, options)
  if vim.fn.has('nvim-0.11') == 1 then
    return vim.fn.jobstart(command, vim.tbl_extend('force', options, { term = true }))
  end
  ---@diagnostic disable-next-line: deprecated
  return vim.fn.termopen(command, options)
end
