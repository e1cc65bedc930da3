-- id: iam_password_policy_weakened
-- title: Password policy of the account deleted or weak
-- severity: medium
-- status: stable
-- attack: [T1556]
-- requires: [management]
-- key: [account_id, principal_arn]
-- description: >
--   The password policy for IAM users was deleted, or set to fewer than 8 characters or
--   to less than three of the four kinds of characters. Passwords set afterwards may be
--   guessed.
-- false_positives:
--   - Accounts without IAM users that sign in.
-- blind_spots:
--   - "Only what is set is seen, not what it was before: a policy that is weaker than the last one and still decent does not fire."
-- triage:
--   - Compare with GetAccountPasswordPolicy and with what the organization demands.
--   - Look for password changes after event_time.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  account_id AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone')
    || CASE operation
      WHEN 'iam:DeleteAccountPasswordPolicy' THEN ' deleted the password policy of account '
      ELSE ' set a weak password policy (' || coalesce(request_parameters ->> '$.minimumPasswordLength', '6') || ' characters) for account '
    END
    || coalesce(account_id, '?') AS summary
FROM events
WHERE operation IN ('iam:UpdateAccountPasswordPolicy', 'iam:DeleteAccountPasswordPolicy')
  AND error_code IS NULL
  AND (
    operation = 'iam:DeleteAccountPasswordPolicy'
    -- What the call leaves out falls back to 6 characters and no demand.
    OR coalesce(TRY_CAST(request_parameters ->> '$.minimumPasswordLength' AS INTEGER), 6) < 8
    OR CAST(coalesce((request_parameters ->> '$.requireSymbols') = 'true', false) AS INTEGER)
      + CAST(coalesce((request_parameters ->> '$.requireNumbers') = 'true', false) AS INTEGER)
      + CAST(coalesce((request_parameters ->> '$.requireUppercaseCharacters') = 'true', false) AS INTEGER)
      + CAST(coalesce((request_parameters ->> '$.requireLowercaseCharacters') = 'true', false) AS INTEGER) < 3
  );
