-- Whether the person has typed anything since something was shown: until then, nothing of it was chosen.
local M = {}

---Begins to watch.
---@return fun(): boolean untouched whether nothing was typed since; ends the watch
function M.watch()
  local namespace = vim.api.nvim_create_namespace('')
  local untouched = true
  local function stop()
    vim.on_key(nil, namespace)
  end
  vim.on_key(function(_, typed)
    -- What a map or a script feeds was not typed.
    if typed ~= '' then
      untouched = false
      stop()
    end
  end, namespace)
  return function()
    stop()
    return untouched
  end
end

return M
