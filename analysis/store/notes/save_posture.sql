-- The results of the run that began last.
INSERT INTO notes.posture_rows
SELECT
  (SELECT max(run_id) FROM notes.posture_runs),
  check_id,
  detection_id,
  title,
  severity,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  status,
  basis,
  as_of,
  summary,
  event_ids,
  attributes,
  changed_at,
  changed_by,
  changed_operation,
  changed_event,
  changed_in_window,
  remediation
FROM (
  SELECT unnest(from_json(CAST(? AS JSON), '[{
    "check_id": "VARCHAR", "detection_id": "VARCHAR", "title": "VARCHAR", "severity": "VARCHAR", "resource_type": "VARCHAR",
    "resource_id": "VARCHAR", "resource_arn": "VARCHAR", "account_id": "VARCHAR", "region": "VARCHAR", "status": "VARCHAR",
    "basis": "VARCHAR", "as_of": "TIMESTAMP", "summary": "VARCHAR", "event_ids": ["VARCHAR"], "attributes": "VARCHAR",
    "changed_at": "TIMESTAMP", "changed_by": "VARCHAR", "changed_operation": "VARCHAR", "changed_event": "VARCHAR",
    "changed_in_window": "BOOLEAN", "remediation": "VARCHAR"
  }]'), recursive := true)
) AS given;
