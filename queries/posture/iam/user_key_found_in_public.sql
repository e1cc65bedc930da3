-- id: iam_user_key_found_in_public
-- title: IAM user whose key AWS found in public
-- kind: posture
-- check: IAM-16
-- severity: critical
-- status: stable
-- resource_type: AWS::IAM::User
-- changed_by: [iam:AttachUserPolicy, iam:DetachUserPolicy, iam:PutUserPolicy, iam:DeleteUserPolicy, iam:UpdateAccessKey, iam:DeleteAccessKey]
-- remediation: aws iam update-access-key --user-name {resource_id} --access-key-id {leaked_key} --status Inactive
-- why: AWS itself says that the key is public, and who detaches the policy while the key works is mostly who has it.
-- description: >
--   AWS attached its policy AWSCompromisedKeyQuarantine to an IAM user because a key of
--   it was found in public, or the policy was detached and the user's keys were not
--   taken away. Deactivate the keys, make new ones, and detach the policy last.
-- blind_spots:
--   - The policy denies some actions only; the key works on for the others.
--   - Which key was found is in AWS Health and the support case, not in the logs; the oldest active one is named.
--   - Of a detached policy that was attached before the logs only the detaching is known.
-- references:
--   - https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html

WITH steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    coalesce(request_parameters ->> '$.userName', CASE identity_type WHEN 'IAMUser' THEN regexp_extract(identity_arn, '[^/]+$') END) AS user_name,
    operation IN ('iam:AttachUserPolicy', 'iam:PutUserPolicy') AS attached,
    operation IN ('iam:DetachUserPolicy', 'iam:DeleteUserPolicy') AS detached,
    operation = 'iam:DeleteAccessKey' OR (operation = 'iam:UpdateAccessKey' AND (request_parameters ->> '$.status') = 'Inactive') AS key_taken
  FROM events
  WHERE operation IN (
      'iam:AttachUserPolicy', 'iam:DetachUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'
    )
    AND error_code IS NULL
    AND (
      operation IN ('iam:UpdateAccessKey', 'iam:DeleteAccessKey')
      OR contains(request_parameters ->> '$.policyArn', ':iam::aws:policy/AWSCompromisedKeyQuarantine')
      OR regexp_matches(request_parameters ->> '$.policyName', '^AWS(ExposedCredentialPolicy|CompromisedKeyQuarantine)')
    )
),
logged AS (
  SELECT
    account_id,
    user_name,
    max(region) AS region,
    min(event_time) FILTER (WHERE attached OR detached) AS found_at,
    max(event_time) FILTER (WHERE attached) AS attached_at,
    max(event_time) FILTER (WHERE detached) AS detached_at,
    max(event_time) FILTER (WHERE key_taken) AS key_taken_at,
    max(event_time) AS changed_at,
    list(event_id ORDER BY event_time, event_id) FILTER (WHERE attached OR detached OR key_taken) AS event_ids
  FROM steps
  WHERE user_name IS NOT NULL
  GROUP BY account_id, user_name
  HAVING bool_or(attached OR detached)
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.AttachedPolicies') IS NOT NULL AS known,
    list_filter(s.config ->> '$.AttachedPolicies[*].PolicyName', lambda p: p LIKE 'AWSCompromisedKeyQuarantine%')
      || list_filter(s.config ->> '$.InlinePolicies[*].PolicyName', lambda p: regexp_matches(p, '^AWS(ExposedCredentialPolicy|CompromisedKeyQuarantine)')) AS policies,
    (s.config -> '$.AccessKeys') IS NOT NULL AS keys_known,
    list_sort(list_transform(
      list_filter(json_items(s.config -> '$.AccessKeys'), lambda k: (k ->> '$.Status') = 'Active'),
      lambda k: {'made_at': TRY_CAST(k ->> '$.CreateDate' AS TIMESTAMP), 'id': k ->> '$.AccessKeyId'}
    )) AS keys,
    l.found_at,
    l.event_ids
  FROM snapshots AS s
  LEFT JOIN logged AS l ON l.account_id = s.account_id AND l.user_name = s.resource_id
  WHERE s.resource_type = 'AWS::IAM::User'
    AND s.status = 'found'
),
judged AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    policies,
    keys_known,
    keys,
    found_at,
    event_ids,
    -- A key that was there when the policy came, and still works.
    list_filter(keys, lambda k: k.made_at <= found_at) AS found_keys
  FROM looked
)
SELECT
  CASE
    WHEN len(policies) > 0 OR len(found_keys) > 0 THEN 'FAIL'
    WHEN known AND (found_at IS NULL OR keys_known) THEN 'PASS'
  END AS status,
  CASE WHEN found_at IS NULL THEN 'config' ELSE 'joined' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(policies) > 0 THEN 'AWS found a key of ' || resource_id || ' in public: it has ' || array_to_string(policies, ', ')
    WHEN len(found_keys) > 0 THEN 'AWS found a key of ' || resource_id || ' in public, its quarantine was detached, and key ' || found_keys[1].id || ' still works'
    WHEN NOT known THEN 'the policies of ' || resource_id || ' could not be read'
    WHEN found_at IS NOT NULL AND NOT keys_known THEN 'AWS found a key of ' || resource_id || ' in public, and its keys could not be read'
    WHEN found_at IS NOT NULL THEN 'AWS found a key of ' || resource_id || ' in public, and the keys that it had then are gone'
    ELSE resource_id || ' has no quarantine of AWS'
  END AS summary,
  coalesce(event_ids, CAST([] AS VARCHAR[])) AS event_ids,
  keys[1].id AS leaked_key
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN key_taken_at >= found_at AND detached_at >= coalesce(attached_at, detached_at) THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  user_name AS resource_id,
  account_id,
  region,
  CASE
    WHEN detached_at IS NULL OR attached_at > detached_at THEN 'AWS found a key of ' || user_name || ' in public and put its quarantine on it'
    WHEN key_taken_at >= found_at THEN 'the quarantine of ' || user_name || ' was detached, and a key of it taken away'
    ELSE 'the quarantine of ' || user_name || ' was detached, and no key of it taken away'
  END AS summary,
  event_ids
FROM logged;
