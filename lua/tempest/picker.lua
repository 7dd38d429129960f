-- `:Tempest`: a floating window with the live list on the left and a preview on the right.
local Preview = require('tempest.preview')
local View = require('tempest.view')
local config = require('tempest.config')
local filter = require('tempest.filter')
local forecast = require('tempest.forecast')
local highlight = require('tempest.highlight')
local hints = require('tempest.picker.hints')
local keys = require('tempest.keys')
local places = require('tempest.picker.places')
local state = require('tempest.state')
local wanting = require('tempest.wanting')
local which = require('tempest.which')
local windows = require('tempest.windows')

local M = {}

---@class tempest.Picker
---@field view tempest.View
---@field list integer
---@field preview? tempest.Preview
---@field filtering? integer
---@field group integer
---@field unwatch fun()

---@type tempest.Picker|nil
local open

local function close()
  local picker = open
  if not picker then
    return
  end
  open = nil
  vim.api.nvim_del_augroup_by_id(picker.group)
  picker.unwatch()
  if picker.filtering and vim.api.nvim_win_is_valid(picker.filtering) then
    windows.close(picker.filtering)
  end
  if picker.preview then
    picker.preview:close()
  end
  windows.close(picker.list)
end

---The filter's line takes the top of the list's place while it is open.
local function start_filter()
  local picker = assert(open)
  local place = places.now().list
  local function lay_out(list)
    if open == picker and vim.api.nvim_win_is_valid(picker.list) then
      vim.api.nvim_win_set_config(picker.list, list)
    end
  end
  lay_out(
    vim.tbl_extend('force', place, { row = place.row + 3, height = math.max(1, place.height - 3) })
  )
  picker.filtering = filter.open(picker.view, {
    relative = 'editor',
    row = place.row,
    col = place.col,
    width = place.width,
  }, {
    accept = function()
      local session = picker.view:session()
      if session then
        keys.all[1][3](M.context(picker), session)
      end
    end,
    done = function()
      picker.filtering = nil
      lay_out(place)
      if open == picker then
        M.label(picker)
      end
    end,
  })
end

---@param picker tempest.Picker
---@return tempest.KeyContext
function M.context(picker)
  return {
    view = picker.view,
    leave = close,
    close = close,
    filter = start_filter,
    preview = function()
      if picker.preview then
        picker.preview:toggle()
      end
    end,
  }
end

---@param picker tempest.Picker
function M.label(picker)
  local place = places.now().list
  local title = picker.view.filter ~= '' and (' Tempest /%s '):format(picker.view.filter)
    or ' Tempest '
  vim.api.nvim_win_set_config(picker.list, {
    title = title,
    title_pos = 'left',
    footer = hints.line(place.width, picker.view:session()),
    footer_pos = 'left',
  })
end

local function lay_out()
  local picker = assert(open)
  local place = places.now()
  vim.api.nvim_win_set_config(picker.list, place.list)
  if picker.preview and place.preview then
    vim.api.nvim_win_set_config(picker.preview.win, place.preview)
  end
  M.label(picker)
  picker.view:refresh()
end

---Whoever goes to a window of the editor has done with the picker; floats on top of it stay.
local function on_leave()
  vim.schedule(function()
    if open and not windows.is_float(vim.api.nvim_get_current_win()) then
      close()
    end
  end)
end

---@param place tempest.PickerPlaces
---@return tempest.Preview|nil
local function open_preview(place)
  if not place.preview then
    return nil
  end
  local shown =
    vim.tbl_extend('error', place.preview, { style = 'minimal', focusable = false, title = '' })
  local win = vim.api.nvim_open_win(windows.scratch(), false, shown)
  vim.wo[win].winhighlight = highlight.float
  return Preview.new(win, config.get().picker.preview)
end

---@param view tempest.View
---@param preview tempest.Preview|nil
---@return fun() unwatch
local function watch_conflicts(view, preview)
  view.conflicts = forecast.of
  if preview then
    preview.conflicts = forecast.of
  end
  return forecast.watch(function()
    view:refresh()
    if preview then
      preview:refresh()
    end
  end)
end

function M.open()
  if open then
    vim.api.nvim_set_current_win(open.list)
    return
  end
  highlight.ensure()
  local at_hand = which.at_hand()
  local place = places.now()
  local buf = windows.scratch()
  vim.bo[buf].filetype = 'tempest'
  local preview = open_preview(place)
  local list =
    vim.api.nvim_open_win(buf, true, vim.tbl_extend('error', place.list, { style = 'minimal' }))
  vim.wo[list].winhighlight = highlight.float
  vim.wo[list].cursorline = true
  vim.wo[list].wrap = false
  local view = View.new(buf, function(session)
    if preview then
      preview:show(session)
    end
    if open then
      M.label(open)
    end
  end)
  ---Who waits comes first: it is found, answered and left again by three keys.
  local function begin_at()
    local first = wanting.first_waiting()
    local here = at_hand and state.get(at_hand.id) or which.at_hand()
    local waits = here and here.status == 'waiting' or not first
    local chosen = waits and here or first
    view.selected = chosen and chosen.id
  end
  begin_at()
  open = {
    view = view,
    list = list,
    preview = preview,
    group = vim.api.nvim_create_augroup('tempest_picker', {}),
    unwatch = watch_conflicts(view, preview),
  }
  local picker = open
  keys.map(M.context(picker))
  vim.keymap.set('n', '<Esc>', function()
    if view.filter ~= '' then
      view:set_filter('')
      M.label(picker)
    else
      close()
    end
  end, { buffer = buf, nowait = true, desc = 'Tempest: clear the filter, or close' })
  M.label(picker)
  view:refresh()
  vim.api.nvim_create_autocmd('WinEnter', { group = picker.group, callback = on_leave })
  vim.api.nvim_create_autocmd('VimResized', { group = picker.group, callback = lay_out })
  vim.api.nvim_create_autocmd('WinClosed', {
    group = picker.group,
    pattern = tostring(list),
    callback = vim.schedule_wrap(close),
  })
  vim.cmd.stopinsert()
  local was_known = state.known
  which.when_known(function()
    -- Until then there was nothing to begin at, or not all of it.
    if not was_known then
      begin_at()
    end
    view:refresh()
  end)
end

return M
