-- Whether a statement of a policy is of the effect, without a condition, and for every
-- resource, or for every one of a kind as an ARN writes it (role, user, policy).
CREATE TEMP MACRO policy_statement_is_wide(statement, effect, kind) AS
  (statement ->> '$.Effect') = effect
  AND coalesce(CAST(json_extract(statement, '$.Condition') AS VARCHAR) IN ('null', '{}'), true)
  AND (
    json_extract(statement, '$.NotResource') IS NOT NULL
    OR len(list_filter(
      json_items(json_extract(statement, '$.Resource')),
      lambda r: regexp_full_match(r ->> '$', '[*]|arn:[^:]*:[a-z0-9*-]*:[^:]*:[^:]*:(' || kind || '/)?[*]')
    )) > 0
  )
