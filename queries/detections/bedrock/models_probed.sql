-- id: bedrock_models_probed
-- title: Models probed with calls that fail
-- severity: medium
-- status: stable
-- attack: [T1496.004, T1580]
-- requires: [management]
-- key: [principal_arn, access_key_id, account_id, day]
-- description: >
--   One key failed within ten minutes on three or more models, or three times with a
--   request that cannot be valid. Resellers of stolen keys test this way whether
--   models are open: a refused request costs nothing and leaves no prompt. Denied
--   calls are the point here.
-- false_positives:
--   - A new application whose permissions are not complete.
-- blind_spots:
--   - Probing one model a time, and probing that succeeds.
-- triage:
--   - "Read the error messages: max_tokens of minus one is a known probe."
--   - See where the key came from and disable it if its owner does not know these
--     calls.
-- references:
--   - https://www.sysdig.com/blog/llmjacking-stolen-cloud-credentials-used-in-new-ai-attack
--   - https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html

WITH failures AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.modelId' AS model,
    error_code,
    count(DISTINCT request_parameters ->> '$.modelId') OVER w AS models_in_ten_minutes,
    count(*) FILTER (WHERE error_code = 'ValidationException' AND regexp_matches(lower(error_message), 'max_?tokens')) OVER w AS invalid_in_ten_minutes
  FROM events
  WHERE operation IN ('bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream', 'bedrock:InvokeModelWithBidirectionalStream', 'bedrock:Converse', 'bedrock:ConverseStream')
    AND error_code IN ('ValidationException', 'AccessDeniedException', 'AccessDenied', 'ResourceNotFoundException')
  WINDOW w AS (
    PARTITION BY principal_arn, access_key_id, account_id
    ORDER BY event_time
    RANGE BETWEEN INTERVAL 10 MINUTES PRECEDING AND CURRENT ROW
  )
)
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
  CAST(event_time AS DATE) AS day,
  count(DISTINCT model) AS models,
  string_agg(DISTINCT error_code, ', ' ORDER BY error_code) AS errors,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' failed ' || count(*) || ' times on ' || count(DISTINCT model) || ' models: ' || string_agg(DISTINCT error_code, ', ' ORDER BY error_code) AS summary
FROM failures
GROUP BY principal_arn, identity_type, access_key_id, account_id, CAST(event_time AS DATE)
HAVING max(models_in_ten_minutes) >= 3
  OR max(invalid_in_ten_minutes) >= 3;
