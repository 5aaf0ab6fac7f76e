-- Opens LIMNER_FILE, a data file that a task names, in a headless Neovim with `limner lsp`: hints,
-- the least certain row, a label by code action, undo; then a gap in a text, and its completion.
-- What a user would see goes to LIMNER_REPORT.
vim.opt.swapfile = false
vim.lsp.config("limner", {
  cmd = vim.json.decode(vim.env.LIMNER_COMMAND),
  filetypes = { "tsv", "text" },
})
vim.lsp.enable("limner")
vim.cmd.cd(vim.env.LIMNER_FOLDER)
vim.cmd.edit(vim.env.LIMNER_FILE)
vim.bo.filetype = "tsv"
local buffer = vim.api.nvim_get_current_buf()

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    io.stderr:write("no " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local function attached(number)
  wait("client", function()
    local clients = vim.lsp.get_clients({ bufnr = number, name = "limner" })
    return #clients == 1 and clients[1].initialized
  end)
  return vim.lsp.get_clients({ bufnr = number, name = "limner" })[1]
end

local client = attached(buffer)
vim.lsp.inlay_hint.enable(true, { bufnr = buffer })

local function hints()
  vim.cmd("redraw!")
  return vim.iter(vim.lsp.inlay_hint.get({ bufnr = buffer }))
    :map(function(hint) return { line = hint.inlay_hint.position.line, label = hint.inlay_hint.label } end)
    :totable()
end

local wanted = tonumber(vim.env.LIMNER_ROWS)
wait("hints", function() return #hints() == wanted end)
local report = { hints = hints() }

local function labelled()
  return vim.iter(vim.api.nvim_buf_get_lines(buffer, 0, -1, false))
    :map(function(line) return vim.split(line, "\t")[1] end)
    :totable()
end

local first = report.hints[1].line
vim.api.nvim_win_set_cursor(0, { first + 1, 3 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title:find("Limner: label positive", 1, true) ~= nil end,
})
wait("label", function() return labelled()[first + 1] == "positive" end)
report.labelled = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
vim.cmd.undo()
report.undone = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)

local answer = client:request_sync("workspace/executeCommand", {
  command = "limner.cloze.next",
  arguments = { { uri = vim.uri_from_bufnr(buffer) } },
}, 20000, buffer)
report.next = answer.result and answer.result.line

vim.cmd.enew()
local page = vim.api.nvim_get_current_buf()
vim.api.nvim_buf_set_name(page, vim.env.LIMNER_FOLDER .. "/note.txt")
vim.bo.filetype = "text"
vim.api.nvim_buf_set_lines(page, 0, -1, false, { "🎬 房间很____，早餐很丰富。" })
client = attached(page)
local line = vim.api.nvim_buf_get_lines(page, 0, 1, false)[1]
local _, gap = line:find("____", 1, true)
vim.api.nvim_win_set_cursor(0, { 1, gap })
local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
local found
wait("words", function()
  local reply = client:request_sync("textDocument/completion", place, 20000, page)
  found = reply and reply.result and reply.result.items or {}
  return #found > 0
end)
report.words = vim.iter(found):map(function(item) return item.label end):totable()
vim.lsp.util.apply_text_edits({ found[1].textEdit }, page, client.offset_encoding)
report.filled = vim.api.nvim_buf_get_lines(page, 0, 1, false)[1]

client:stop()
wait("end", function() return client:is_stopped() end)
vim.fn.writefile({ vim.json.encode(report) }, vim.env.LIMNER_REPORT)
vim.cmd("qall!")
