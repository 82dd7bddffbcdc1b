-- Gives a new item the score of the setting when it has none.
return {
  ["item.created"] = function(event)
    if opsflux.has(event.record.score) then return end
    local score = opsflux.setting("first_score")
    opsflux.update("sample.item", event.record.id, { score = score })
    opsflux.log("info", event.record.name .. " begins with " .. score)
  end,
}
