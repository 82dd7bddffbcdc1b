-- Notes which flags are on for whoever made the record.
return {
  ["note.created"] = function(event)
    local seen = tostring(opsflux.flag("new_map")) .. " " .. tostring(opsflux.flag("other.flag"))
    opsflux.update("pennant.note", event.record.id, { seen = seen })
  end,
}
