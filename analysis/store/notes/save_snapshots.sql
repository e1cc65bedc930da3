-- Looks at resources, numbered after those before them.
INSERT INTO notes.looked_up
SELECT
  coalesce((SELECT max(snapshot_no) FROM notes.looked_up), 0) + row_number() OVER (),
  resource_key,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  status,
  source,
  captured_at,
  caller,
  config,
  parts,
  reason,
  failure,
  hint,
  sha256(config)
FROM (
  SELECT unnest(from_json(CAST(? AS JSON), '[{
    "resource_key": "VARCHAR", "resource_type": "VARCHAR", "resource_id": "VARCHAR", "resource_arn": "VARCHAR", "account_id": "VARCHAR",
    "region": "VARCHAR", "status": "VARCHAR", "source": "VARCHAR", "captured_at": "TIMESTAMP", "caller": "VARCHAR", "config": "VARCHAR",
    "parts": "VARCHAR", "reason": "VARCHAR", "failure": "VARCHAR", "hint": "VARCHAR"
  }]'), recursive := true)
) AS given;
