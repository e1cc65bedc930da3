-- id: iam_root_without_mfa
-- title: Root user has no MFA
-- kind: posture
-- check: IAM-02
-- severity: critical
-- status: stable
-- resource_type: AWS::Account
-- changed_by: [iam:DeactivateMFADevice, iam:EnableMFADevice]
-- remediation: aws iam enable-organizations-root-credentials-management
-- why: Whoever resets the password of root with its mailbox then has the whole account.
-- cis: ["1.4"]
-- description: >
--   The root user of an account can sign in with its password alone. Root itself enables
--   an MFA device, in the console under security credentials; or the management account
--   manages root access centrally, and takes its password away.
-- blind_spots:
--   - Of the logs alone, root may have had a second device when one was taken away.
--   - An MFA device whose secret an intruder knows is one all the same.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html

WITH looked AS (
  SELECT
    captured_at,
    resource_arn,
    account_id,
    region,
    TRY_CAST(config ->> '$.AccountSummary.AccountPasswordPresent' AS INTEGER) = 0 AS no_password,
    coalesce(
      TRY_CAST(config ->> '$.AccountSummary.AccountMFAEnabled' AS INTEGER) > 0,
      list_transform(
        list_filter(json_items(config -> '$.CredentialReport'), lambda r: (r ->> '$.user') = '<root_account>'),
        lambda r: (r ->> '$.mfa_active') = 'true'
      )[1]
    ) AS has_mfa
  FROM snapshots
  WHERE resource_type IN ('AWS::Account', 'AWS::IAM::RootUser')
    AND status = 'found'
),
signs AS (
  SELECT
    account_id,
    event_time,
    event_id,
    operation,
    operation = 'iam:EnableMFADevice' OR (operation = 'signin:ConsoleLogin' AND (additional_event_data ->> '$.MFAUsed') = 'Yes') AS has_mfa
  FROM events
  WHERE operation IN ('iam:DeactivateMFADevice', 'iam:EnableMFADevice', 'signin:ConsoleLogin')
    AND error_code IS NULL
    AND identity_type = 'Root'
    -- With a user name it is the device of that user.
    AND coalesce(request_parameters ->> '$.userName', 'AWS ROOT USER') = 'AWS ROOT USER'
    AND (
      operation <> 'signin:ConsoleLogin'
      OR (response_elements ->> '$.ConsoleLogin') = 'Success' AND (additional_event_data ->> '$.MFAUsed') IN ('Yes', 'No')
    )
)
SELECT
  CASE WHEN has_mfa OR no_password THEN 'PASS' WHEN NOT has_mfa THEN 'FAIL' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN has_mfa THEN 'root of account ' || account_id || ' has MFA'
    WHEN no_password THEN 'root of account ' || account_id || ' has no password to sign in with'
    WHEN NOT has_mfa THEN 'root of account ' || account_id || ' has no MFA'
    ELSE 'whether root of account ' || account_id || ' has MFA could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN arg_max(has_mfa, event_time) THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  max(event_time) AS as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  account_id,
  'us-east-1' AS region,
  'root of account ' || account_id || CASE arg_max(operation, event_time)
    WHEN 'iam:EnableMFADevice' THEN ' enabled an MFA device'
    WHEN 'iam:DeactivateMFADevice' THEN ' switched its MFA device off and enabled none since'
    ELSE ' signed in with' || CASE WHEN arg_max(has_mfa, event_time) THEN '' ELSE 'out' END || ' MFA'
  END AS summary,
  [arg_max(event_id, event_time)] AS event_ids
FROM signs
GROUP BY account_id;
