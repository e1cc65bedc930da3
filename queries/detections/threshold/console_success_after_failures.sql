-- id: threshold_console_success_after_failures
-- title: Console sign-in succeeded from a new address that only failed before
-- severity: high
-- status: stable
-- attack: [T1110.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, account_id, event_time]
-- description: >
--   A user, or root, signed in to the console from an address from which this user never
--   signed in before in the case, after three or more failures of the same user from there
--   within the hour before. A person who forgot a password does that where the person always
--   works; here a guess was right.
-- false_positives:
--   - A person who forgot a password on a journey, or early in the case, when no sign-in
--     from the office was recorded yet.
-- blind_spots:
--   - Failures of names that AWS hides are not joined to the user; failures without a
--     success fire only where one address tries many users (signin_password_spraying).
--   - A guess that is right behind another address than the wrong ones is not seen.
-- triage:
--   - Compare source_ip and user_agent of the failures with those of the success, and with
--     the user’s sign-ins of the weeks before.
--   - List what the principal did in the hour after the sign-in, first of all
--     iam:CreateAccessKey and MFA changes.
--   - Ask the user.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
--   - https://attack.mitre.org/techniques/T1110/

WITH sign_ins AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    principal_arn,
    -- A failed sign-in has the name of the user and no ARN.
    coalesce(user_identity ->> '$.userName', identity_type) AS user_name,
    ((response_elements ->> '$.ConsoleLogin') = 'Failure' OR error_code IS NOT NULL) AS failed
  FROM events
  WHERE operation = 'signin:ConsoleLogin'
    AND identity_type IN ('IAMUser', 'Root')
),

rated AS (
  SELECT
    event_time,
    event_id,
    account_id,
    source_ip,
    user_agent,
    principal_arn,
    user_name,
    failed,
    row_number() OVER (PARTITION BY account_id, user_name, source_ip, failed ORDER BY event_time, event_id) AS nth
  FROM sign_ins
)

SELECT
  s.event_time,
  list(f.event_id ORDER BY f.event_time) || [s.event_id] AS event_ids,
  s.principal_arn,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.user_name,
  count(*) AS failures,
  s.user_name || ' signed in from ' || coalesce(s.source_ip, '?') || ', new to this user, after ' || count(*)
  || ' failures from there within the hour before' AS summary
FROM rated AS s
JOIN rated AS f
  ON f.user_name = s.user_name
  AND f.account_id = s.account_id
  AND f.source_ip = s.source_ip
  AND f.event_time < s.event_time
  AND f.event_time >= s.event_time - INTERVAL 1 HOUR
WHERE NOT s.failed
  AND s.nth = 1
  AND f.failed
GROUP BY
  s.event_time,
  s.event_id,
  s.principal_arn,
  s.source_ip,
  s.account_id,
  s.user_agent,
  s.user_name
HAVING count(*) >= 3;
