-- Sets when a new company is to be reviewed first: a supplier after the days of the setting, others after twice
-- as many. An event may come twice, and late: what stands in the record by then is kept.
return {
  ["company.created"] = function(event)
    local found, company = pcall(opsflux.get, "tiers.company", event.record.id)
    if not found then
      if company.code == "entity.no_record" then return end -- deleted in the meantime
      error(company)
    end
    if opsflux.has(company.deleted_at) or opsflux.has(company.next_review) then return end

    local days = opsflux.setting("review_days")
    if company.type ~= "supplier" then days = 2 * days end
    local date = opsflux.add_days(opsflux.today(), days)
    opsflux.update("tiers.company", company.id, { next_review = date })
    opsflux.log("info", company.legal_name .. ": first review on " .. date)
  end,
}
