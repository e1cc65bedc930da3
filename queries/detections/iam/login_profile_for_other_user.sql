-- id: iam_login_profile_for_other_user
-- title: Console password set for another IAM user
-- severity: medium
-- status: stable
-- attack: [T1098.001]
-- requires: [management]
-- key: [account_id, principal_arn, resource]
-- description: >
--   A principal gave another IAM user a console password, or changed it. With it the
--   console opens as that user, whatever rights it has.
-- false_positives:
--   - On-boarding and forgotten passwords; the administrator then usually demands a change at the first sign-in.
-- blind_spots:
--   - A role session that is named like the user counts as that user.
-- triage:
--   - Look for a ConsoleLogin of the user in resource after event_time, and from which source_ip.
--   - "Ask who asked for it: password_reset_required false means that the caller knows the lasting password."
--   - List the rights of the user in resource.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.privilege-escalation.iam-update-user-login-profile/

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
  request_parameters ->> '$.passwordResetRequired' AS password_reset_required,
  coalesce(identity_arn, principal_arn, identity_type, 'someone')
    || CASE operation WHEN 'iam:CreateLoginProfile' THEN ' gave a console password to user ' ELSE ' changed the console password of user ' END
    || (request_parameters ->> '$.userName')
    || CASE WHEN coalesce((request_parameters ->> '$.passwordResetRequired'), 'false') = 'true' THEN '' ELSE ', without a change at the next sign-in' END AS summary
FROM events
WHERE operation IN ('iam:CreateLoginProfile', 'iam:UpdateLoginProfile')
  AND error_code IS NULL
  AND lower(request_parameters ->> '$.userName') <> lower(coalesce(session_name, split_part(principal_arn, '/', -1)));
