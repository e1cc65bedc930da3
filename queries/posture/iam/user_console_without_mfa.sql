-- id: iam_user_console_without_mfa
-- title: IAM user that signs in to the console without MFA
-- kind: posture
-- check: IAM-09
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::User
-- changed_by: [iam:CreateLoginProfile, iam:UpdateLoginProfile, iam:DeleteLoginProfile, iam:DeactivateMFADevice, iam:EnableMFADevice, iam:DeleteVirtualMFADevice]
-- remediation: aws iam delete-login-profile --user-name {resource_id}
-- why: A password alone, guessed, phished or set by the intruder, opens the console.
-- cis: ["1.9"]
-- fsbp: [IAM.5, IAM.19]
-- description: >
--   An IAM user has a password for the console and no MFA device.
-- blind_spots:
--   - Of the logs alone, a device from before the first event is not known; a user who was given a password counts as without.
--   - The report of credentials, where it is all that was read, may be four hours older than the look.
--   - A device that an intruder enabled is one all the same.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    json_type(config, '$.LoginProfile') <> 'NULL' AS signs_in,
    CASE WHEN (config -> '$.MFADevices') IS NOT NULL THEN len(json_items(config -> '$.MFADevices')) > 0 END AS has_mfa
  FROM snapshots
  WHERE resource_type = 'AWS::IAM::User'
    AND status = 'found'
),
reports AS (
  SELECT
    captured_at,
    account_id,
    region,
    unnest(json_items(config -> '$.CredentialReport')) AS line
  FROM snapshots
  WHERE resource_type IN ('AWS::Account', 'AWS::IAM::RootUser')
    AND status = 'found'
),
steps AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    operation,
    CASE operation WHEN 'signin:ConsoleLogin' THEN regexp_extract(identity_arn, '[^/]+$') ELSE request_parameters ->> '$.userName' END AS user_name,
    CASE
      WHEN operation IN ('iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'signin:ConsoleLogin') THEN true
      WHEN operation = 'iam:DeleteLoginProfile' THEN false
    END AS signs_in,
    CASE
      WHEN operation = 'iam:EnableMFADevice' OR (operation = 'signin:ConsoleLogin' AND (additional_event_data ->> '$.MFAUsed') = 'Yes') THEN true
      WHEN operation IN ('iam:CreateUser', 'iam:DeactivateMFADevice') OR (operation = 'signin:ConsoleLogin' AND (additional_event_data ->> '$.MFAUsed') = 'No') THEN false
    END AS has_mfa
  FROM events
  WHERE operation IN (
      'iam:CreateUser', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:DeleteLoginProfile',
      'iam:EnableMFADevice', 'iam:DeactivateMFADevice', 'signin:ConsoleLogin'
    )
    AND error_code IS NULL
    AND (operation <> 'signin:ConsoleLogin' OR identity_type = 'IAMUser' AND (response_elements ->> '$.ConsoleLogin') = 'Success')
),
users AS (
  SELECT
    account_id,
    user_name,
    max(region) AS region,
    arg_max(signs_in, event_time) FILTER (WHERE signs_in IS NOT NULL) AS signs_in,
    coalesce(
      arg_max(has_mfa, event_time) FILTER (WHERE has_mfa IS NOT NULL),
      -- Who had no password so far had hardly a device to sign in with.
      CASE WHEN bool_or(operation = 'iam:CreateLoginProfile') THEN false END
    ) AS has_mfa,
    max(event_time) AS changed_at,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM (
    -- Of each kind of step the last; somebody may sign in every day.
    SELECT event_time, event_id, account_id, region, operation, user_name, signs_in, has_mfa
    FROM steps
    WHERE user_name <> 'AWS ROOT USER' -- as root's own events have it
    QUALIFY row_number() OVER (PARTITION BY account_id, user_name, operation ORDER BY event_time DESC, event_id DESC) = 1
  ) AS s
  GROUP BY account_id, user_name
  HAVING bool_or(signs_in IS NOT NULL) OR bool_or(has_mfa)
),
judged AS (
  SELECT 'config' AS basis, captured_at AS as_of, resource_id, resource_arn, account_id, region, signs_in, has_mfa, CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    line ->> '$.user' AS resource_id,
    line ->> '$.arn' AS resource_arn,
    account_id,
    region,
    (line ->> '$.password_enabled') = 'true' AS signs_in,
    (line ->> '$.mfa_active') = 'true' AS has_mfa,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM reports
  WHERE (line ->> '$.user') <> '<root_account>'
  UNION ALL BY NAME
  SELECT 'logs' AS basis, changed_at AS as_of, user_name AS resource_id, account_id, region, signs_in, has_mfa, event_ids
  FROM users
)
SELECT
  CASE WHEN has_mfa OR NOT signs_in THEN 'PASS' WHEN signs_in AND NOT has_mfa THEN 'FAIL' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  resource_id || CASE
    WHEN NOT signs_in THEN ' has no password for the console'
    WHEN has_mfa THEN ' has an MFA device'
    WHEN signs_in AND NOT has_mfa THEN ' signs in to the console without MFA'
    WHEN signs_in THEN ' signs in to the console, and whether it has an MFA device is not known'
    ELSE ' has no MFA device, and whether it has a password is not known'
  END AS summary,
  event_ids
FROM judged;
