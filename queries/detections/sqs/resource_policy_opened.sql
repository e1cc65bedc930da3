-- id: sqs_resource_policy_opened
-- title: Queue, topic, table, file system or search domain opened to strangers
-- severity: high
-- status: stable
-- attack: [T1537, T1098]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   The policy of a queue, topic, DynamoDB table, Glue catalog, file system or
--   OpenSearch domain was set to allow everyone without a condition, or an account
--   that is neither in this case nor known.
-- false_positives:
--   - An OpenSearch domain inside a VPC often allows everyone, and the network
--     decides; partner accounts that are not yet named as known.
-- blind_spots:
--   - A grant to everyone with any condition is taken as restricted.
--   - Buckets, functions, keys, secrets and images have findings of their own.
-- triage:
--   - Read the policy in request_parameters and decide whether the grantee is
--     expected.
--   - Look for calls by identities of the grantee account on this resource after
--     event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
--   - https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
--   - https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_UpdateDomainConfig.html
--   - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
--   - https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html

WITH policies AS (
  SELECT
    event_time,
    event_id,
    event_source,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(
      request_parameters ->> '$.queueUrl', request_parameters ->> '$.topicArn', request_parameters ->> '$.resourceArn', request_parameters ->> '$.domainName',
      request_parameters ->> '$.fileSystemId', request_parameters ->> '$.queueName', request_parameters ->> '$.name'
    ) AS resource,
    coalesce(
      request_parameters ->> '$.attributes.Policy',
      CASE WHEN (request_parameters ->> '$.attributeName') = 'Policy' THEN request_parameters ->> '$.attributeValue' END,
      request_parameters ->> '$.accessPolicies', request_parameters ->> '$.policy', request_parameters ->> '$.policyInJson'
    ) AS policy,
    -- AddPermission of SQS and SNS names accounts instead of a policy.
    regexp_extract_all(
      CASE WHEN event_name = 'AddPermission' THEN request_parameters ELSE '' END, '"(\d{12})"', 1
    ) AS accounts_added
  FROM events
  WHERE operation IN (
      'sqs:SetQueueAttributes', 'sqs:CreateQueue', 'sqs:AddPermission', 'sns:SetTopicAttributes', 'sns:CreateTopic', 'sns:AddPermission',
      'es:UpdateDomainConfig', 'es:CreateDomain', 'es:UpdateElasticsearchDomainConfig', 'es:CreateElasticsearchDomain',
      'elasticfilesystem:PutFileSystemPolicy', 'dynamodb:PutResourcePolicy', 'glue:PutResourcePolicy'
    )
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_id,
    unnest(
      CASE json_type(policy, '$.Statement')
        WHEN 'ARRAY' THEN json_extract(policy, '$.Statement[*]')
        ELSE [json_extract(policy, '$.Statement')]
      END
    ) AS statement
  FROM policies
  WHERE json_valid(policy)
),
grants AS (
  SELECT
    event_id,
    unnest(
      CASE
        WHEN (statement ->> '$.Principal') = '*' OR regexp_matches(statement ->> '$.Principal', '"AWS":(\[[^\]]*)?"\*"')
        THEN CASE WHEN json_extract(statement, '$.Condition') IS NULL THEN ['everyone'] ELSE [] END
        ELSE regexp_extract_all(statement ->> '$.Principal', '(?:"|::)(\d{12})(?:"|:)', 1)
      END
    ) AS grantee
  FROM statements
  WHERE (statement ->> '$.Effect') = 'Allow'
  UNION ALL
  SELECT
    event_id,
    unnest(accounts_added) AS grantee
  FROM policies
)
SELECT
  p.event_time,
  [p.event_id] AS event_ids,
  p.principal_arn,
  p.access_key_id,
  p.source_ip,
  p.user_agent,
  p.account_id,
  p.region,
  p.resource,
  string_agg(DISTINCT g.grantee, ', ' ORDER BY g.grantee) AS grantees,
  coalesce(p.principal_arn, p.identity_type, 'someone unnamed') || ' opened ' || split_part(p.event_source, '.', 1) || ' ' || coalesce(p.resource, '?')
    || ' to ' || string_agg(DISTINCT g.grantee, ', ' ORDER BY g.grantee) AS summary
FROM policies AS p
JOIN grants AS g ON g.event_id = p.event_id
WHERE g.grantee <> p.account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = g.grantee)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = g.grantee)
GROUP BY p.event_time, p.event_id, p.event_source, p.principal_arn, p.identity_type, p.access_key_id, p.source_ip, p.user_agent, p.account_id, p.region, p.resource;
