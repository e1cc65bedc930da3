-- The statements of a policy: of a JSON object, or of the JSON text in which IAM and
-- Lambda write one. What is no policy has none.
CREATE TEMP MACRO policy_statements(policy) AS
  json_items(json_extract(
    CASE
      WHEN json_type(CAST(policy AS JSON)) = 'VARCHAR' AND json_valid(CAST(policy AS JSON) ->> '$') THEN CAST(CAST(policy AS JSON) ->> '$' AS JSON)
      ELSE CAST(policy AS JSON)
    END,
    '$.Statement'
  ))
