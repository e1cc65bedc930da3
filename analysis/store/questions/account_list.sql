-- Every account of the case: those of the directory, those that have log objects, and those
-- that events were recorded in.
WITH delivered AS (
  SELECT
    account_id,
    count(*) AS objects,
    max(delivered_at) AS last_delivered
  FROM objects
  WHERE account_id IS NOT NULL AND kind <> 'digest'
  GROUP BY account_id
),
every AS (
  SELECT account_id FROM account_directory
  UNION
  SELECT account_id FROM delivered
  UNION
  SELECT account_id FROM accounts WHERE account_id IS NOT NULL
)
SELECT
  e.account_id,
  d.name,
  d.kind,
  d.status,
  d.ou,
  d.role,
  d.external_id,
  d.profile,
  d.partition,
  concat_ws(', ', d.origin, CASE WHEN a.events > 0 OR o.objects > 0 THEN 'logs' END) AS origin,
  coalesce(a.events, 0) AS events,
  a.first_seen,
  a.last_seen,
  coalesce(o.objects, 0) AS objects,
  o.last_delivered,
  d.role_works,
  d.problem,
  d.checked_at
FROM every AS e
LEFT JOIN account_directory AS d
  ON d.account_id = e.account_id
LEFT JOIN accounts AS a
  ON a.account_id = e.account_id
LEFT JOIN delivered AS o
  ON o.account_id = e.account_id
ORDER BY e.account_id
