-- id: sequence_outside_trust_then_used
-- title: A role opened to an outside account, which then assumed it
-- severity: critical
-- status: test
-- attack: [T1484.002, T1199, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A role was created for, or its trust widened to, an account that is not in this case, without an external
--   id; and that account has assumed the role within thirty days. The way back in has been tried and works.
-- false_positives:
--   - A partner or another account of the organization whose logs are not in the case; name it with the known
--     accounts.
-- blind_spots:
--   - A trust with an external id is taken for a vendor's and left out.
--   - A trust in everybody, or in an identity provider, is another detection's.
-- triage:
--   - Take the outside account out of the trust of resource, and revoke the sessions of the role.
--   - "List what the outside sessions did: follow the issued key of each AssumeRole among event_ids."
--   - List what else principal_arn changed in the hour around event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

WITH opened AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.roleName' AS role_name,
    unnest(regexp_extract_all(
      coalesce(request_parameters ->> '$.policyDocument', request_parameters ->> '$.assumeRolePolicyDocument'), '(?:iam::|")(\d{12})(?::|")', 1)) AS outsider
  FROM events
  WHERE operation IN ('iam:CreateRole', 'iam:UpdateAssumeRolePolicy')
    AND error_code IS NULL
    AND NOT contains(coalesce(request_parameters ->> '$.policyDocument', request_parameters ->> '$.assumeRolePolicyDocument', ''), 'sts:ExternalId')
),
taken AS (
  SELECT
    event_time,
    event_id,
    account_id,
    caller_account_id,
    source_ip,
    request_parameters ->> '$.roleArn' AS role_arn
  FROM events
  WHERE operation = 'sts:AssumeRole'
    AND error_code IS NULL
    AND caller_account_id <> account_id
)
SELECT
  min(a.event_time) AS event_time,
  max(t.event_time) AS last_time,
  list(DISTINCT a.event_id) || list(DISTINCT t.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  t.role_arn AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  coalesce(any_value(a.principal_arn), 'somebody') || ' opened the role ' || any_value(a.role_name) || ' to account ' || a.outsider
    || ' at ' || strftime(min(a.event_time), '%Y-%m-%d %H:%M:%S')
    || ', and ' || a.outsider || ' assumed it ' || count(DISTINCT t.event_id) || ' times from '
    || strftime(min(t.event_time), '%Y-%m-%d %H:%M:%S') || ' on, from '
    || coalesce(any_value(t.source_ip), '?') AS summary
FROM opened AS a
JOIN taken AS t
  ON t.caller_account_id = a.outsider
 AND t.account_id = a.account_id
 AND regexp_extract(t.role_arn, '[^/]+$') = a.role_name
 AND t.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 30 DAY
WHERE a.outsider NOT IN (SELECT account_id FROM accounts WHERE account_id IS NOT NULL)
  AND a.outsider NOT IN (SELECT value FROM known WHERE kind = 'account_id')
GROUP BY a.identity_arn, t.role_arn, a.outsider;
