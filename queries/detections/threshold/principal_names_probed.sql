-- id: threshold_principal_names_probed
-- title: Names of foreign principals tried out through policies
-- severity: high
-- status: stable
-- attack: [T1087.004]
-- requires: [management]
-- key: [principal_arn, account_id, event_time]
-- description: >
--   Five or more policy changes within one hour were refused because the principal that they
--   name does not exist. AWS checks the names in a trust or resource policy, and so answers
--   which users and roles another account has, without a log in that account.
-- false_positives:
--   - Deployment of a policy whose role does not exist yet, tried again and again; it names
--     one principal, not many.
-- blind_spots:
--   - "Names that exist leave a success, which is not counted here: look at the same resource."
--   - Done in the attacker’s own account, it is in no log of the victim.
-- triage:
--   - "Read the principals in request_parameters: a list of guessed names, of which account?"
--   - "Look for successes on the same resource between the failures: these names exist."
--   - The resource is a tool here; look at what else the principal_arn did in the hour.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
--   - https://hackingthe.cloud/aws/enumeration/enum_iam_user_role/

-- Failed calls are wanted here: the error is the answer that the caller is after.
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  account_id,
  arg_min(user_agent, event_time) AS user_agent,
  count(*) AS failures,
  count(DISTINCT request_parameters) AS policies,
  coalesce(principal_arn, 'somebody') || ' tried ' || count(DISTINCT request_parameters)
  || ' policies within an hour that were refused because their principal does not exist' AS summary
FROM events
WHERE operation IN (
    'iam:UpdateAssumeRolePolicy',
    'iam:CreateRole',
    's3:PutBucketPolicy',
    'kms:PutKeyPolicy',
    'kms:CreateKey',
    'sqs:SetQueueAttributes',
    'sqs:AddPermission',
    'sns:AddPermission',
    'sns:SetTopicAttributes',
    'lambda:AddPermission',
    'secretsmanager:PutResourcePolicy',
    'ecr:SetRepositoryPolicy',
    's3:PutAccessPointPolicy'
  )
  AND error_code IS NOT NULL
  AND (
    error_code IN (
      'MalformedPolicyDocument', 'MalformedPolicyDocumentException', 'MalformedPolicy', 'InvalidParameterException',
      'InvalidParameterValueException', 'InvalidParameterValue', 'InvalidParameter', 'MalformedPolicyException'
    )
  )
  AND regexp_matches(coalesce(error_message, ''), '(?i)principal')
GROUP BY
  principal_arn,
  account_id,
  time_bucket(INTERVAL 1 HOUR, event_time)
HAVING count(DISTINCT request_parameters) >= 5;
