-- id: iam_key_quarantined
-- title: AWS found an access key in the open, or its quarantine was removed
-- severity: critical
-- status: stable
-- attack: [T1552.001, T1078.004]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   A quarantine policy was attached to an IAM user, or taken from it. AWS attaches
--   AWSCompromisedKeyQuarantine (once AWSExposedCredentialPolicy_DO_NOT_REMOVE) in the
--   name of the user when its key is found in public; whoever removes it may be the one
--   who has the key.
-- false_positives:
--   - A drill; a removal after all keys of the user are gone.
-- blind_spots:
--   - "The policy denies only some actions: the key works on."
--   - When and where the key became public is not in the log; see the AWS Health event and the support case.
-- triage:
--   - Deactivate all keys of the user in resource.
--   - List everything with these keys, from the first use in the case on and not only since event_time.
--   - Look for keys, users and roles that the user created.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
--   - https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.userName' AS resource,
  CASE
    WHEN operation IN ('iam:DetachUserPolicy', 'iam:DeleteUserPolicy')
    THEN coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' removed the quarantine of a public key from user '
    ELSE 'A key was found in public: quarantine '
      || coalesce(split_part(request_parameters ->> '$.policyArn', '/', -1), request_parameters ->> '$.policyName')
      || ' put on user '
  END || coalesce(request_parameters ->> '$.userName', '?') AS summary
FROM events
WHERE operation IN ('iam:AttachUserPolicy', 'iam:PutUserPolicy', 'iam:DetachUserPolicy', 'iam:DeleteUserPolicy')
  AND error_code IS NULL
  AND (
    contains(request_parameters ->> '$.policyArn', ':aws:policy/AWSCompromisedKeyQuarantine')
    OR regexp_matches(request_parameters ->> '$.policyName', '^AWS(ExposedCredentialPolicy|CompromisedKeyQuarantine)')
  );
