-- Cuts or fills a text to a width on the screen.

---@param text string
---@param width integer
---@return string exactly that wide
return function(text, width)
  if vim.fn.strdisplaywidth(text) > width then
    local kept = math.max(0, width - 1)
    local cut = vim.fn.strcharpart(text, 0, kept)
    while vim.fn.strdisplaywidth(cut) > kept do
      cut = vim.fn.strcharpart(cut, 0, vim.fn.strchars(cut) - 1)
    end
    text = width > 0 and cut .. '…' or ''
  end
  return text .. (' '):rep(width - vim.fn.strdisplaywidth(text))
end
