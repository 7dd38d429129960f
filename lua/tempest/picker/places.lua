-- Where the picker's windows are, on a screen as large as it is now.
local config = require('tempest.config')
local windows = require('tempest.windows')

local M = {}

---Below this many columns there is no room for a preview.
local narrow = 72
---Below this many columns the picker takes the whole width.
local small = 110

---@class tempest.PickerPlaces
---@field list vim.api.keyset.win_config
---@field preview? vim.api.keyset.win_config

---@return tempest.PickerPlaces
function M.now()
  local options = config.get().picker
  -- On a small screen every column counts.
  local share = vim.o.columns < small and 1 or options.width
  local width = windows.part(share, vim.o.columns - 2)
  local height = windows.part(options.height, vim.o.lines - vim.o.cmdheight - 3)
  local row = math.max(0, math.floor((vim.o.lines - vim.o.cmdheight - height - 2) / 2))
  local col = math.max(0, math.floor((vim.o.columns - width) / 2))
  local list = width >= narrow and math.max(38, math.min(64, math.floor(width * 0.4))) or width
  local common =
    { relative = 'editor', row = row, height = height, border = options.border, zindex = 50 }
  local result = {
    list = vim.tbl_extend('error', common, { col = col, width = list - 2 }),
  }
  if list < width then
    result.preview = vim.tbl_extend('error', common, { col = col + list, width = width - list - 2 })
  end
  return result
end

return M
