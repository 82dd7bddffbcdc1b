-- Says what the host's alert was about.
return {
  ["audit.alert"] = function(event)
    opsflux.log("warn", event.rule .. " " .. event.subject .. " " .. event.count .. " of " .. event.limit)
  end,
}
