-- id: iam_policies_changed
-- title: IAM policies changed
-- severity: informational
-- status: stable
-- attack: [T1098]
-- requires: [management]
-- key: [account_id, principal_arn, access_key_id, event_time]
-- description: >
--   Which policies a principal wrote, attached, detached or deleted on one day: the list
--   to read when its permissions matter.
-- false_positives:
--   - Every deployment that manages permissions.
-- blind_spots:
--   - What is in the policies is judged by other detections.
-- triage:
--   - "Read the list in operations for what was taken away: a deleted deny is a grant."
--   - Compare with the days before of principal_arn.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[1:200] AS event_ids,
  principal_arn,
  access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  array_to_string(list_sort(list(DISTINCT event_name)), ', ') AS operations,
  coalesce(principal_arn, 'someone') || ' changed IAM policies ' || CAST(count(*) AS VARCHAR) || ' times: '
    || array_to_string(list_sort(list(DISTINCT event_name)), ', ') AS summary
FROM events
WHERE operation IN (
    'iam:AttachUserPolicy', 'iam:AttachRolePolicy', 'iam:AttachGroupPolicy',
    'iam:DetachUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachGroupPolicy',
    'iam:PutUserPolicy', 'iam:PutRolePolicy', 'iam:PutGroupPolicy',
    'iam:DeleteUserPolicy', 'iam:DeleteRolePolicy', 'iam:DeleteGroupPolicy',
    'iam:CreatePolicy', 'iam:DeletePolicy', 'iam:CreatePolicyVersion', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'
  )
  AND error_code IS NULL
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
GROUP BY account_id, principal_arn, access_key_id, CAST(event_time AS DATE);
