-- id: sequence_models_probed_opened_used
-- title: Models probed, access to them opened, then used by the same identity
-- severity: high
-- status: test
-- attack: [T1496.004, T1526]
-- requires: [management]
-- key: [principal_arn, account_id]
-- description: >
--   One identity asked whether prompts are logged, or probed models with calls that were refused, then opened
--   access to models and, within a day, invoked them. The order of somebody who hijacks models to use or
--   resell them.
-- false_positives:
--   - A developer who sets models up with a script; ask.
-- blind_spots:
--   - Models that are already open need no second step.
--   - "What is done in the console is left out: its pages ask for the logging configuration themselves."
-- triage:
--   - Count the invocations by this identity per region since last_time, and look at the bill.
--   - Deactivate access_key_id when its owner does not use models.
--   - Is the logging of invocations on? The prompts show what for.
-- references:
--   - https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationLoggingConfiguration.html
--   - https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html
--   - https://www.sysdig.com/blog/llmjacking-stolen-cloud-credentials-used-in-new-ai-attack

WITH steps AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    request_parameters ->> '$.modelId' AS model,
    CASE
      WHEN operation IN ('bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:DeleteModelInvocationLoggingConfiguration') THEN 'probe'
      -- Refused on purpose: this is how stolen keys are tested for models.
      WHEN operation IN ('bedrock:InvokeModel', 'bedrock:Converse', 'bedrock:InvokeModelWithResponseStream', 'bedrock:ConverseStream')
        AND error_code IS NOT NULL THEN 'probe'
      WHEN error_code IS NOT NULL THEN NULL
      WHEN operation IN ('bedrock:InvokeModel', 'bedrock:Converse', 'bedrock:InvokeModelWithResponseStream', 'bedrock:ConverseStream') THEN 'use'
      ELSE 'open'
    END AS step
  FROM events
  WHERE operation IN (
    'bedrock:GetModelInvocationLoggingConfiguration', 'bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:PutUseCaseForModelAccess',
    'bedrock:CreateFoundationModelAgreement', 'bedrock:PutFoundationModelEntitlement', 'bedrock:InvokeModel', 'bedrock:Converse',
    'bedrock:InvokeModelWithResponseStream', 'bedrock:ConverseStream'
  )
    AND session_from_console IS NOT TRUE
    AND invoked_by IS NULL
),
opened AS (
  SELECT
    identity_arn,
    account_id,
    event_id,
    event_time
  FROM steps
  WHERE step = 'open'
)
SELECT
  min(s.event_time) AS event_time,
  max(s.event_time) AS last_time,
  (list(s.event_id ORDER BY s.event_time))[1:1000] AS event_ids,
  any_value(s.principal_arn) AS principal_arn,
  any_value(s.access_key_id) AS access_key_id,
  any_value(s.source_ip) AS source_ip,
  string_agg(DISTINCT s.model, ', ') AS resource,
  any_value(s.account_id) AS account_id,
  any_value(s.region) AS region,
  any_value(s.user_agent) AS user_agent,
  count(*) FILTER (WHERE s.step = 'use') AS invocations,
  any_value(s.principal_arn) || ' probed models at ' || strftime(min(s.event_time) FILTER (WHERE s.step = 'probe'), '%H:%M:%S')
    || ', opened access at '
    || strftime(any_value(o.event_time), '%H:%M:%S') || ' and invoked ' || count(*) FILTER (WHERE s.step = 'use') || ' times from '
    || strftime(min(s.event_time) FILTER (WHERE s.step = 'use'), '%H:%M:%S') AS summary
FROM opened AS o
JOIN steps AS s
  ON s.identity_arn = o.identity_arn
 AND s.account_id = o.account_id
 AND s.step IS NOT NULL
 AND ((s.step = 'probe' AND s.event_time BETWEEN o.event_time - INTERVAL 1 DAY AND o.event_time)
   OR (s.step = 'open' AND s.event_time BETWEEN o.event_time AND o.event_time + INTERVAL 1 DAY)
   OR (s.step = 'use' AND s.event_time BETWEEN o.event_time AND o.event_time + INTERVAL 1 DAY))
GROUP BY o.event_id
HAVING bool_or(s.step = 'probe')
   AND bool_or(s.step = 'use')
QUALIFY row_number() OVER (PARTITION BY any_value(o.identity_arn), CAST(any_value(o.event_time) AS DATE) ORDER BY any_value(o.event_time)) = 1;
