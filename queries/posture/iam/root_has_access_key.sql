-- id: iam_root_has_access_key
-- title: Root user has an access key
-- kind: posture
-- check: IAM-01
-- severity: critical
-- status: stable
-- resource_type: AWS::Account
-- changed_by: [iam:CreateAccessKey, iam:UpdateAccessKey, iam:DeleteAccessKey]
-- remediation: aws sts assume-root --target-principal {account_id} --task-policy-arn arn=arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials --region {region}
-- why: A key of root can do everything, and no policy of the account takes anything from it.
-- cis: ["1.3"]
-- fsbp: [IAM.4]
-- description: >
--   The root user of an account has an access key. It can be deleted by root itself, in
--   the console under security credentials; or from the management account, where root
--   access is managed centrally: with the credentials that the command answers with.
-- blind_spots:
--   - Of the logs alone, only a key that was made or used within them is seen; that one was deleted does not say that there is no other.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_delete-key.html
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html

WITH looked AS (
  SELECT
    captured_at,
    resource_arn,
    account_id,
    region,
    coalesce(
      TRY_CAST(config ->> '$.AccountSummary.AccountAccessKeysPresent' AS INTEGER) > 0,
      -- Of the credential report, which names root in a row of its own.
      list_transform(
        list_filter(json_items(config -> '$.CredentialReport'), lambda r: (r ->> '$.user') = '<root_account>'),
        lambda r: 'true' IN (r ->> '$.access_key_1_active', r ->> '$.access_key_2_active')
      )[1]
    ) AS has_key
  FROM snapshots
  WHERE resource_type IN ('AWS::Account', 'AWS::IAM::RootUser')
    AND status = 'found'
),
keys AS (
  SELECT
    account_id,
    coalesce(response_elements ->> '$.accessKey.accessKeyId', request_parameters ->> '$.accessKeyId') AS access_key,
    event_time,
    event_id,
    region,
    operation <> 'iam:DeleteAccessKey' AS there
  FROM events
  WHERE operation IN ('iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey')
    AND error_code IS NULL
    AND identity_type = 'Root'
    -- With a user name it is the key of that user.
    AND coalesce(request_parameters ->> '$.userName', 'AWS ROOT USER') = 'AWS ROOT USER'
  UNION ALL
  -- A long-term key that root signed with was there then.
  SELECT
    account_id,
    access_key_id AS access_key,
    max(event_time) AS event_time,
    arg_max(event_id, event_time) AS event_id,
    'us-east-1' AS region,
    true AS there
  FROM events
  WHERE identity_type = 'Root'
    AND access_key_id LIKE 'AKIA%'
    AND caller_account_id = account_id
  GROUP BY account_id, access_key_id
),
last_of_each AS (
  SELECT
    account_id,
    access_key,
    max(region) AS region,
    arg_max(there, event_time) AS there,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM keys
  WHERE access_key IS NOT NULL
  GROUP BY account_id, access_key
)
SELECT
  CASE WHEN has_key THEN 'FAIL' WHEN NOT has_key THEN 'PASS' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN has_key THEN 'root of account ' || account_id || ' has an access key'
    WHEN NOT has_key THEN 'root of account ' || account_id || ' has no access key'
    ELSE 'whether root of account ' || account_id || ' has an access key could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(there) THEN 'FAIL' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  account_id,
  max(region) AS region,
  CASE
    WHEN bool_or(there) THEN 'root of account ' || account_id || ' made or used access key ' || string_agg(access_key, ', ' ORDER BY access_key) FILTER (WHERE there)
    ELSE 'root of account ' || account_id || ' deleted access key ' || string_agg(access_key, ', ' ORDER BY access_key) || '; whether it has another one is not known'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  list(access_key ORDER BY access_key) FILTER (WHERE there) AS access_keys
FROM last_of_each
GROUP BY account_id;
