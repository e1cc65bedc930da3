-- id: iam_escalation_denied
-- title: Many ways to more permissions tried and denied
-- severity: medium
-- status: stable
-- attack: [T1098.003, T1548]
-- requires: [management]
-- key: [account_id, principal_arn, access_key_id, event_time]
-- description: >
--   A principal was denied at least four different calls that would have given it, or
--   somebody, more permissions, without a pause of half an hour. Tools for privilege
--   escalation try them one after the other.
-- false_positives:
--   - A new deployment whose role lacks permissions; it is usually denied one call and stops.
-- blind_spots:
--   - "Denied attempts only, on purpose: what succeeded is found by other detections."
--   - A tool that simulates permissions instead of trying makes no such events.
-- triage:
--   - Which of the calls succeeded later, with the same access_key_id?
--   - Compare source_ip and user_agent with the usual ones of principal_arn.
-- references:
--   - https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

WITH denied AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    event_name,
    coalesce(identity_arn, principal_arn, identity_type, 'someone') AS who,
    event_time > coalesce(
      lag(event_time) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) + INTERVAL 30 MINUTE,
      '-infinity'::TIMESTAMP
    ) AS starts
  FROM events
  WHERE operation IN (
      'iam:CreateUser', 'iam:CreateRole', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile',
      'iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:AttachRolePolicy',
      'iam:PutUserPolicy', 'iam:PutGroupPolicy', 'iam:PutRolePolicy',
      'iam:CreatePolicy', 'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion',
      'iam:AddUserToGroup', 'iam:UpdateAssumeRolePolicy', 'iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'
    )
    AND regexp_matches(error_code, 'AccessDenied|UnauthorizedOperation')
),
bursts AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    event_name,
    who,
    count(*) FILTER (WHERE starts) OVER (PARTITION BY account_id, principal_arn, access_key_id ORDER BY event_time) AS burst
  FROM denied
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  count(DISTINCT event_name) AS operations,
  any_value(who) || ' was denied ' || CAST(count(*) AS VARCHAR) || ' calls that give permissions: '
    || array_to_string(list_sort(list(DISTINCT event_name)), ', ') AS summary
FROM bursts
GROUP BY account_id, principal_arn, access_key_id, burst
HAVING count(DISTINCT event_name) >= 4;
