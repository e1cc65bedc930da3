-- id: bedrock_invoked_by_user_key
-- title: Models used with a long-lived key of a user
-- severity: medium
-- status: stable
-- attack: [T1496.004, T1078.004]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id]
-- description: >
--   A model was used with the access key of an IAM user, or with an API key of
--   Bedrock, instead of the credentials of a role. Such keys are what is stolen from
--   code and sold for access to models. One finding for each key.
-- false_positives:
--   - Desktop tools of developers; applications outside of AWS.
-- blind_spots:
--   - Stolen keys of roles.
-- triage:
--   - "See where else the key is used: addresses, countries, user agents."
--   - "Compare uses per day: a rise within a day is typical of theft."
--   - Ask the owner of the user.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateFoundationModelAgreement.html
--   - https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html
--   - https://www.sysdig.com/blog/llmjacking-stolen-cloud-credentials-used-in-new-ai-attack

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time)[:1000] AS event_ids,
  principal_arn,
  access_key_id,
  arg_min(source_ip, event_time) AS source_ip,
  arg_min(user_agent, event_time) AS user_agent,
  account_id,
  arg_min(region, event_time) AS region,
  count(*) AS uses,
  count(DISTINCT source_ip) AS addresses,
  string_agg(DISTINCT request_parameters ->> '$.modelId', ', ' ORDER BY request_parameters ->> '$.modelId') AS resource,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' used models ' || count(*) || ' times from ' || count(DISTINCT source_ip)
    || ' addresses with long-lived key ' || coalesce(access_key_id, 'of Bedrock') AS summary
FROM events
WHERE operation IN ('bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:InvokeModelWithBidirectionalStream', 'bedrock:Converse', 'bedrock:ConverseStream')
  AND error_code IS NULL
  AND identity_type = 'IAMUser'
  AND (access_key_id LIKE 'AKIA%' OR access_key_id IS NULL)
  AND invoked_by IS NULL
GROUP BY principal_arn, identity_type, access_key_id, account_id;
