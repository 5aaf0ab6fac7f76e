-- Opens LIMNER_FILE in a headless Neovim with `limner lsp`: highlights, hover, completion and
-- references of terms, and a decision by code action. What a user would see goes to LIMNER_REPORT.
vim.opt.swapfile = false
vim.lsp.config("limner", {
  cmd = vim.json.decode(vim.env.LIMNER_COMMAND),
  filetypes = { "python", "markdown", "text", "tex", "rst" },
})
vim.lsp.enable("limner")
vim.cmd.edit(vim.env.LIMNER_FILE)
vim.bo.filetype = vim.env.LIMNER_FILETYPE
local buffer = vim.api.nvim_get_current_buf()

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    io.stderr:write("no " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

wait("client", function()
  local clients = vim.lsp.get_clients({ bufnr = buffer, name = "limner" })
  return #clients == 1 and clients[1].initialized
end)
local client = vim.lsp.get_clients({ bufnr = buffer, name = "limner" })[1]

local function tokens()
  vim.cmd("redraw!")
  local found = {}
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:find("semantic_tokens") then
      local marks = vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })
      for _, mark in ipairs(marks) do
        local group = mark[4].hl_group or ""
        if group:find("typemod") then
          local text = vim.api.nvim_buf_get_text(
            buffer, mark[2], mark[3], mark[4].end_row, mark[4].end_col, {}
          )[1]
          table.insert(found, { text = text, group = group })
        end
      end
    end
  end
  return found
end

local function has(group)
  return function()
    return vim.iter(tokens()):any(function(token) return token.group:find(group, 1, true) end)
  end
end

local row, column = unpack(vim.json.decode(vim.env.LIMNER_PLACE))
vim.api.nvim_win_set_cursor(0, { row, column })
wait("tokens", has("limnerTerm"))
local report = { before = tokens() }

vim.lsp.buf.hover()
wait("hover", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      report.hover = table.concat(lines, "\n")
      vim.api.nvim_win_close(window, true)
      return true
    end
  end
  return false
end)

vim.lsp.buf.references(nil, { on_list = function(list) report.references = #list.items end })
wait("references", function() return report.references ~= nil end)
vim.lsp.buf.document_symbol({ on_list = function(list) report.symbols = #list.items end })
wait("symbols", function() return report.symbols ~= nil end)

-- pinyin at the end, and the first offer taken
local last = vim.api.nvim_buf_line_count(buffer) - 1
local width = #vim.api.nvim_buf_get_lines(buffer, last, last + 1, false)[1]
vim.api.nvim_buf_set_text(buffer, last, width, last, width, { vim.env.LIMNER_TYPED })
vim.api.nvim_win_set_cursor(0, { last + 1, width + #vim.env.LIMNER_TYPED })
local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
place.position.character = width + #vim.env.LIMNER_TYPED
local answer = client:request_sync("textDocument/completion", place, 20000, buffer)
local offer = answer.result.items[1]
vim.lsp.util.apply_text_edits({ offer.textEdit }, buffer, client.offset_encoding)
report.offered, report.filter = offer.label, offer.filterText
report.last = vim.api.nvim_buf_get_lines(buffer, last, last + 1, false)[1]

vim.api.nvim_win_set_cursor(0, { row, column })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title:find("Limner: accept", 1, true) ~= nil end,
})
wait("acceptance", has("limnerAcceptedTerm"))
report.after = tokens()

client:stop()
wait("end", function() return client:is_stopped() end)
vim.fn.writefile({ vim.json.encode(report) }, vim.env.LIMNER_REPORT)
vim.cmd("qall!")
