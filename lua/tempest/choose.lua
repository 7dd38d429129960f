-- A question whose answers carry what they do.
local M = {}

---@class tempest.Choice
---@field [1] string what it is called
---@field [2] fun() what it does

---@param choices tempest.Choice[]
---@param how { prompt: string, kind: string } as for |vim.ui.select()|
function M.ask(choices, how)
  vim.ui.select(choices, {
    prompt = how.prompt,
    kind = how.kind,
    format_item = function(choice)
      return choice[1]
    end,
  }, function(choice)
    if choice then
      choice[2]()
    end
  end)
end

return M
