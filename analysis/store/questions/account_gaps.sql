-- Hours in which an account that logs before and after has no event at all.
SELECT
  account_id,
  before + INTERVAL '1 hour' AS since,
  date_diff('hour', before, hour) - 1 AS hours
FROM (
  SELECT
    account_id,
    hour,
    lag(hour) OVER (PARTITION BY account_id ORDER BY hour) AS before
  FROM (SELECT DISTINCT account_id, hour FROM coverage WHERE hour IS NOT NULL) AS hours
) AS pairs
WHERE date_diff('hour', before, hour) > 1
ORDER BY hours DESC, account_id, since;
