-- Opens LIMNER_FILE in a headless Neovim with `limner lsp`, waits until hints, tokens and hover are
-- there, writes what a user would see to LIMNER_REPORT as JSON, and leaves.
vim.opt.swapfile = false

vim.lsp.config("limner", {
  cmd = vim.json.decode(vim.env.LIMNER_COMMAND),
  filetypes = { "python", "markdown", "text" },
})
vim.lsp.enable("limner")

vim.cmd.edit(vim.env.LIMNER_FILE)
vim.bo.filetype = vim.env.LIMNER_FILETYPE
local buffer = vim.api.nvim_get_current_buf()

local function wait(what, condition)
  if not vim.wait(100000, condition, 20) then
    io.stderr:write("no " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

wait("client", function()
  return #vim.lsp.get_clients({ bufnr = buffer, name = "limner" }) == 1
    and vim.lsp.get_clients({ bufnr = buffer })[1].initialized
end)
local client = vim.lsp.get_clients({ bufnr = buffer })[1]
vim.lsp.inlay_hint.enable(true, { bufnr = buffer })

local function label(hint)
  return hint.inlay_hint.label
end

local function hints()
  return vim.tbl_map(label, vim.lsp.inlay_hint.get({ bufnr = buffer }))
end

local function settled(count)
  local found = hints()
  return #found == count
    and vim.iter(found):all(function(text)
      return text:find("δ") ~= nil and text:find("…") == nil
    end)
end

-- what is drawn: the virtual text of the hints, the highlights of the tokens
local function drawn()
  vim.cmd("redraw!")
  local found = { hints = {}, tokens = {} }
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    local marks = vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })
    for _, mark in ipairs(marks) do
      if name:find("inlayhint", 1, true) and mark[4].virt_text then
        local text = ""
        for _, chunk in ipairs(mark[4].virt_text) do
          text = text .. chunk[1]
        end
        table.insert(found.hints, { row = mark[2], column = mark[3], text = text })
      elseif name:find("semantic_tokens") and (mark[4].hl_group or ""):find("typemod") then
        local piece = vim.api.nvim_buf_get_text(
          buffer, mark[2], mark[3], mark[4].end_row, mark[4].end_col, {}
        )[1]
        table.insert(found.tokens, { text = piece, group = mark[4].hl_group })
      end
    end
  end
  return found
end

local count = tonumber(vim.env.LIMNER_HINTS)
wait("hints", function() return settled(count) end)
vim.lsp.semantic_tokens.force_refresh(buffer)
wait("drawing", function()
  local seen = drawn()
  return #seen.hints == count
    and #seen.tokens > 0
    and vim.iter(seen.hints):all(function(hint) return hint.text:find("δ") ~= nil end)
end)
local report = {
  encoding = client.offset_encoding,
  before = drawn(),
  diagnostics = vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(buffer)),
}

-- hover on the character that a user would point at
local row, column = unpack(vim.json.decode(vim.env.LIMNER_HOVER))
vim.api.nvim_win_set_cursor(0, { row, column })
vim.lsp.buf.hover()
wait("hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      report.hover = table.concat(lines, "\n")
      return true
    end
  end
  return false
end)

-- an edit: the same text with another word
local edit = vim.json.decode(vim.env.LIMNER_EDIT)
local old = hints()[1]
vim.api.nvim_buf_set_text(buffer, edit[1], edit[2], edit[1], edit[3], { edit[4] })
wait("hints after the edit", function() return settled(count) and hints()[1] ~= old end)
report.after = hints()

-- unpin by code action: the comment goes, and one undo brings it back
vim.cmd("let &undolevels = &undolevels") -- what was edited so far is a step of its own
vim.api.nvim_win_set_cursor(0, { row, column })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title == "Limner: unpin (remove comment)" end,
})
wait("unpinning", function()
  local first = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
  return not first:find("limner:", 1, true)
end)
vim.cmd.undo()
report.text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")

client:stop()
wait("end", function() return client:is_stopped() end)
vim.fn.writefile({ vim.json.encode(report) }, vim.env.LIMNER_REPORT)
vim.cmd("qall!")
