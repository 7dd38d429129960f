-- Cuts a line of a terminal's screen to a width: its escape sequences take no room, and colours go on behind the cut.
local sequence = '^\27%[[%d;:?]*%a'
local character = '^[^\128-\191][\128-\191]*'

---@param text string
---@return integer
local function width_of(text)
  return text:byte() < 128 and 1 or vim.fn.strdisplaywidth(text)
end

---The column after a sequence that moves the cursor along the line; the same after any other.
---@param found string
---@param col integer from 0
---@return integer
local function moved(found, col)
  local count, move = found:match('^\27%[(%d*)([CG])$')
  if not move then
    return col
  end
  local number = tonumber(count) or 1
  return move == 'C' and col + number or number - 1
end

---@param line string with escape sequences
---@param width integer
---@return string
return function(line, width)
  if #line <= width and not line:find('\27%[%d*[CG]') then
    return line
  end
  local kept, col, at, full = {}, 0, 1, false
  while at <= #line do
    local found = line:match(sequence, at)
    if found then
      col = moved(found, col)
      if not full or found:sub(-1) == 'm' then
        kept[#kept + 1] = found
      end
    else
      found = line:match(character, at) or line:sub(at, at)
      col = col + width_of(found)
      full = full or col > width
      if not full then
        kept[#kept + 1] = found
      end
    end
    at = at + #found
  end
  return table.concat(kept)
end
