-- id: sagemaker_presigned_url
-- title: Signed address to a notebook or studio made
-- severity: low
-- status: stable
-- attack: [T1550.001, T1078.004]
-- requires: [management]
-- key: [principal_arn, resource, day]
-- description: >
--   An address was made that opens a notebook instance or studio for whoever holds it,
--   with the role of the notebook. One finding for each principal, resource and day.
-- false_positives:
--   - Every user who opens a notebook from the console.
-- blind_spots:
--   - What is done in the notebook runs as its role.
-- triage:
--   - Is the principal one that works with this notebook on other days?
--   - Look for activity of the role of the notebook from new addresses after
--     event_time.
-- references:
--   - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html
--   - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  arg_min(access_key_id, event_time) AS access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.notebookInstanceName', (request_parameters ->> '$.domainId') || '/' || coalesce(request_parameters ->> '$.userProfileName', '')) AS resource,
  CAST(event_time AS DATE) AS day,
  count(*) AS calls,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' made a signed address to '
    || coalesce(coalesce(request_parameters ->> '$.notebookInstanceName', (request_parameters ->> '$.domainId') || '/' || coalesce(request_parameters ->> '$.userProfileName', '')), '?') AS summary
FROM events
WHERE operation IN ('sagemaker:CreatePresignedNotebookInstanceUrl', 'sagemaker:CreatePresignedDomainUrl')
  AND error_code IS NULL
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, account_id, region, CAST(event_time AS DATE),
  coalesce(request_parameters ->> '$.notebookInstanceName', (request_parameters ->> '$.domainId') || '/' || coalesce(request_parameters ->> '$.userProfileName', ''));
