-- A piece of findings as a table, from one JSON array: the engine reads it faster than
-- it takes bound rows.
CREATE TEMP TABLE staged_findings AS
SELECT
  unnest(f)
FROM (
  SELECT
    unnest(from_json(CAST(? AS JSON), '[{
      "finding_id": "VARCHAR", "detection_id": "VARCHAR", "title": "VARCHAR", "kind": "VARCHAR", "severity": "VARCHAR",
      "attack": ["VARCHAR"], "first_time": "TIMESTAMP", "last_time": "TIMESTAMP", "events": "BIGINT",
      "summary": "VARCHAR", "attributes": "VARCHAR", "event_ids": ["VARCHAR"],
      "entities": [{"kind": "VARCHAR", "value": "VARCHAR", "position": "INTEGER", "address": "VARCHAR"}]
    }]')) AS f
) AS given;
