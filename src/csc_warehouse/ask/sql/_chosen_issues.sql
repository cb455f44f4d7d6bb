-- One row per issue that people chose: the condition.
($rule is null or lower(issue.rule_id) = lower($rule))
and ($record is null or issue.record_key = $record)
and (
    $team is null
    or lower(issue.owner) = lower($team)
    or lower(issue.owner_team) = lower($team)
)
and ($la_codes is null or list_contains($la_codes, issue.la_code))
