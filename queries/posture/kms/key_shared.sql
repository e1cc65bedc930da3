-- id: kms_key_shared
-- title: KMS key that everyone or a foreign account may use
-- kind: posture
-- check: KMS-01
-- severity: critical
-- status: stable
-- resource_type: AWS::KMS::Key
-- changed_by: [kms:PutKeyPolicy, kms:CreateKey, kms:CreateGrant, kms:RevokeGrant, kms:RetireGrant, kms:ReplicateKey]
-- remediation: aws kms put-key-policy --key-id {resource_id} --policy-name default --policy file://key-policy.json --region {region}
-- why: What was copied out of the account can be decrypted outside as long as the key may be used from there.
-- fsbp: [KMS.5]
-- description: >
--   The policy of a KMS key lets everyone or an account use it that is none of the
--   organization's or known, or a grant does. For the command, write the policy without
--   that principal; of a grant, revoke it.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - Grants that AWS's services make for themselves are left out.
--   - Of the logs alone, grants from before the first event are not known.
-- references:
--   - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
--   - https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    len(policy_statements(s.config -> '$.Policy')) > 0 AS policy_known,
    (s.config -> '$.Grants') IS NOT NULL AS grants_known,
    policy_outsiders(s.config -> '$.Policy', own.ids) AS by_policy,
    list_filter(
      json_items(s.config -> '$.Grants'),
      lambda g: regexp_matches(g ->> '$.GranteePrincipal', '^arn:[^:]*:(iam|sts)::[0-9]{12}:')
        AND NOT list_contains(own.ids, split_part(g ->> '$.GranteePrincipal', ':', 5))
        AND NOT regexp_matches(coalesce(g ->> '$.RetiringPrincipal', ''), '[.]amazonaws[.]com')
    ) AS grants
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::KMS::Key'
    AND s.status = 'found'
),
-- A record names the key by its id, its ARN, or an alias; then the ARN stands among its resources.
written AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.operation,
    regexp_extract(
      coalesce(
        nullif(regexp_extract(e.resources, 'arn:[^:"]*:kms:[^:"]*:[0-9]{12}:key/[^"]+'), ''),
        e.response_elements ->> '$.keyMetadata.arn',
        e.response_elements ->> '$.keyMetadata.keyId',
        e.request_parameters ->> '$.keyId'
      ),
      '[^/]+$'
    ) AS key_id,
    json_extract(e.request_parameters, '$.policy') AS policy,
    e.request_parameters ->> '$.granteePrincipal' AS grantee,
    coalesce(e.response_elements ->> '$.grantId', e.request_parameters ->> '$.grantId') AS grant_id
  FROM events AS e
  WHERE e.operation IN ('kms:PutKeyPolicy', 'kms:CreateKey', 'kms:CreateGrant', 'kms:RevokeGrant', 'kms:RetireGrant')
    AND e.error_code IS NULL
    AND (e.operation <> 'kms:CreateGrant' OR e.invoked_by IS NULL)
),
policies AS (
  SELECT
    w.event_time AS changed_at,
    w.event_id,
    w.account_id,
    w.region,
    w.key_id,
    len(policy_statements(w.policy)) > 0 AS known,
    policy_outsiders(w.policy, own.ids) AS outsiders
  FROM written AS w
  CROSS JOIN own
  WHERE w.operation IN ('kms:PutKeyPolicy', 'kms:CreateKey')
    AND w.key_id IS NOT NULL
    AND (w.operation = 'kms:PutKeyPolicy' OR w.policy IS NOT NULL)
  QUALIFY row_number() OVER (PARTITION BY w.account_id, w.region, w.key_id ORDER BY w.event_time DESC, w.event_id DESC) = 1
),
-- Of a grant that was given away, whether it was revoked; who retires one does not name its key.
grants AS (
  SELECT
    account_id,
    region,
    key_id,
    max(event_time) AS changed_at,
    list(grantee ORDER BY event_time, event_id) FILTER (WHERE there) AS grantees,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM (
    SELECT
      g.account_id,
      g.region,
      g.key_id,
      g.grantee,
      r.grant_id IS NULL AS there,
      coalesce(r.event_time, g.event_time) AS event_time,
      coalesce(r.event_id, g.event_id) AS event_id
    FROM written AS g
    CROSS JOIN own
    LEFT JOIN written AS r ON r.grant_id = g.grant_id AND r.account_id = g.account_id AND r.operation IN ('kms:RevokeGrant', 'kms:RetireGrant')
    WHERE g.operation = 'kms:CreateGrant'
      AND regexp_matches(g.grantee, '^arn:[^:]*:(iam|sts)::[0-9]{12}:')
      AND NOT list_contains(own.ids, split_part(g.grantee, ':', 5))
  ) AS given
  WHERE key_id IS NOT NULL
  GROUP BY account_id, region, key_id
),
logged AS (
  SELECT
    coalesce(p.account_id, g.account_id) AS account_id,
    coalesce(p.region, g.region) AS region,
    coalesce(p.key_id, g.key_id) AS key_id,
    greatest(coalesce(p.changed_at, g.changed_at), coalesce(g.changed_at, p.changed_at)) AS changed_at,
    p.key_id IS NULL OR p.known AS known,
    coalesce(p.outsiders, []) AS by_policy,
    coalesce(g.grantees, []) AS by_grant,
    CASE WHEN p.event_id IS NULL THEN [] ELSE [p.event_id] END || coalesce(g.event_ids, []) AS event_ids
  FROM policies AS p
  FULL JOIN grants AS g ON g.account_id = p.account_id AND g.region = p.region AND g.key_id = p.key_id
),
judged AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    policy_known AND grants_known AS known,
    by_policy,
    list_transform(grants, lambda g: g ->> '$.GranteePrincipal') AS by_grant,
    grants[1] ->> '$.GrantId' AS grant_id,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT 'logs' AS basis, changed_at AS as_of, key_id AS resource_id, account_id, region, known, by_policy, by_grant, event_ids
  FROM logged
)
SELECT
  CASE WHEN len(by_policy) + len(by_grant) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'key ' || resource_id || CASE
    WHEN len(by_policy) > 0 THEN ' may be used by ' || replace(array_to_string(by_policy, ', '), '*', 'everyone') || ' by its policy'
    WHEN len(by_grant) > 0 THEN ' may be used by ' || array_to_string(by_grant, ', ') || ' by a grant'
    WHEN known THEN ' may be used by nobody outside, as far as is known'
    ELSE ' has a policy or grants that could not be read'
  END AS summary,
  event_ids,
  by_policy AS outsiders,
  by_grant,
  CASE WHEN len(by_policy) = 0 AND grant_id IS NOT NULL THEN 'aws kms revoke-grant --key-id {resource_id} --grant-id {grant_id} --region {region}' END AS remediation,
  grant_id
FROM judged;
