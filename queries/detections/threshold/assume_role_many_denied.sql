-- id: threshold_assume_role_many_denied
-- title: One caller was refused many roles
-- severity: high
-- status: stable
-- attack: [T1087.004, T1078.004]
-- requires: [management]
-- key: [principal_arn, caller_account_id, source_ip, event_time]
-- description: >
--   Within one hour one caller was refused sts:AssumeRole for five or more different roles,
--   or in three or more accounts. It tries out which roles trust it, or which names exist.
-- false_positives:
--   - A multi-account tool whose role was not rolled out everywhere.
-- blind_spots:
--   - A refusal of a role in a foreign account is recorded in the caller’s account only.
--   - Slow attempts, fewer than five an hour, are not seen.
-- triage:
--   - List the roles in request_parameters; a word list of names is guessing, a list of
--     accounts is a tool or a sweep.
--   - "Look for an AssumeRole with success by the same caller: error_code IS NULL."
--   - Check the trust policies of the roles that were asked for.
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ec2-get-password-data/

-- Denied calls are wanted here. The role of a refused call is in request_parameters on
-- the caller's side, and in the message where the parameters are left out.
WITH refused AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    caller_account_id,
    access_key_id,
    source_ip,
    account_id,
    user_agent,
    coalesce(
      request_parameters ->> '$.roleArn',
      nullif(regexp_extract(error_message, 'on resource: (arn:[^ ]+)', 1), '')
    ) AS role_arn
  FROM events
  WHERE operation IN ('sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity')
    AND error_code IS NOT NULL
    AND contains(error_code, 'AccessDenied')
    AND invoked_by IS NULL
    AND identity_type <> 'AWSService'
)

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  source_ip,
  arg_min(account_id, event_time) AS account_id,
  arg_min(user_agent, event_time) AS user_agent,
  caller_account_id,
  count(DISTINCT role_arn) AS roles,
  coalesce(principal_arn, 'account ' || caller_account_id, 'somebody') || ' was refused ' || count(DISTINCT role_arn)
  || ' roles within an hour, from ' || coalesce(source_ip, '?') || ': '
  || coalesce(array_to_string(list(DISTINCT role_arn ORDER BY role_arn)[1:5], ', '), '?') AS summary
FROM refused
GROUP BY
  principal_arn,
  caller_account_id,
  source_ip,
  time_bucket(INTERVAL 1 HOUR, event_time)
HAVING count(DISTINCT role_arn) >= 5
  OR count(DISTINCT split_part(role_arn, ':', 5)) >= 3;
