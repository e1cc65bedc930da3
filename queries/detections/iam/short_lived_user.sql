-- id: iam_short_lived_user
-- title: IAM user created and deleted within a day
-- severity: medium
-- status: stable
-- attack: [T1136.003, T1070]
-- requires: [management]
-- key: [account_id, resource, event_time]
-- description: >
--   An IAM user existed for less than 24 hours. Intruders remove the users that they
--   worked with; what the user did in between is what they did not want to be seen.
-- false_positives:
--   - Tests of deployments that make and remove users.
-- blind_spots:
--   - A user that was created before the case begins is not paired.
--   - Keys that are deleted while the user stays are not seen here.
-- triage:
--   - List everything that the user in resource did between event_time and last_time.
--   - Follow the keys that CreateAccessKey gave it.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

WITH changes AS (
  SELECT
    event_time,
    event_id,
    operation,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.userName' AS user_name
  FROM events
  WHERE operation IN ('iam:CreateUser', 'iam:DeleteUser')
    AND error_code IS NULL
)
SELECT
  c.event_time,
  d.event_time AS last_time,
  [c.event_id, d.event_id] AS event_ids,
  d.principal_arn,
  d.access_key_id,
  d.source_ip,
  d.user_agent,
  c.account_id,
  c.region,
  c.user_name AS resource,
  'User ' || c.user_name || ' lived ' || CAST(date_diff('minute', c.event_time, d.event_time) AS VARCHAR)
    || ' minutes: created by ' || c.who || ', deleted by ' || d.who AS summary
FROM changes AS c
JOIN changes AS d
  ON d.account_id = c.account_id
  AND d.user_name = c.user_name
  AND d.event_time > c.event_time
  AND d.event_time <= c.event_time + INTERVAL 24 HOUR
WHERE c.operation = 'iam:CreateUser'
  AND d.operation = 'iam:DeleteUser'
  AND NOT EXISTS (
    SELECT 1
    FROM changes AS n
    WHERE n.account_id = c.account_id
      AND n.user_name = c.user_name
      AND n.event_time > c.event_time
      AND n.event_time < d.event_time
  );
