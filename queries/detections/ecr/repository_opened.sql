-- id: ecr_repository_opened
-- title: Container repository opened to an unknown account or to everyone
-- severity: high
-- status: stable
-- attack: [T1537, T1525]
-- requires: [management]
-- key: [principal_arn, resource, opened_to]
-- description: >
--   The policy of a repository or of a registry now allows an account that is neither in the
--   case nor named as known, or everybody. Foreign accounts can pull the images, and with write
--   permission replace them.
-- false_positives:
--   - Images for customers and partners; name their accounts as known.
-- blind_spots:
--   - A policy for everybody with a condition on organization, account, network or source is taken as narrow. Accounts whose logs are in the case count as own. A principal of another kind (service, federated) is not judged.
-- triage:
--   - May opened_to push as well (actions)? Then check every image for a push after event_time.
--   - What do the images of resource contain - source code, secrets in layers?
--   - What else did access_key_id do in the hour before and after?
-- references:
--   - https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html
--   - https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryPolicy.html

WITH policies AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(request_parameters ->> '$.repositoryName', 'registry') AS resource,
    CASE
      WHEN json_valid(request_parameters ->> '$.policyText') THEN request_parameters ->> '$.policyText'
    END AS policy
  FROM events
  WHERE operation IN ('ecr:SetRepositoryPolicy', 'ecr:PutRegistryPolicy')
    AND error_code IS NULL
),
statements AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    unnest(CASE
      WHEN json_type(policy, '$.Statement') = 'ARRAY' THEN json_extract(policy, '$.Statement[*]')
      ELSE [json_extract(policy, '$.Statement')]
    END) AS statement
  FROM policies
  WHERE policy IS NOT NULL
),
allowed AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    CAST(json_extract(statement, '$.Action') AS VARCHAR) AS actions,
    unnest(list_distinct(
      regexp_extract_all(CAST(json_extract(statement, '$.Principal') AS VARCHAR), '"(?:arn:aws[a-z-]*:(?:iam|sts)::)?([0-9]{12})(?::[^"]*)?"', 1)
      || CASE
        WHEN regexp_matches(CAST(json_extract(statement, '$.Principal') AS VARCHAR), '"\*"')
          AND NOT regexp_matches(
            lower(coalesce(CAST(json_extract(statement, '$.Condition') AS VARCHAR), '')),
            'aws:principalorg|aws:principalaccount|aws:principalarn|aws:source(?:vpc|vpce|account|arn|ip|orgid)'
          )
        THEN ['everyone']
        ELSE []
      END
    )) AS opened_to
  FROM statements
  WHERE (statement ->> '$.Effect') = 'Allow'
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  opened_to,
  string_agg(DISTINCT actions, ' ' ORDER BY actions) AS actions,
  coalesce(principal_arn, '?') || ' opened repository ' || resource || ' to ' || opened_to AS summary
FROM allowed
WHERE opened_to IS DISTINCT FROM account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS own WHERE own.account_id = opened_to)
  AND NOT EXISTS (SELECT 1 FROM known AS named WHERE named.kind = 'account_id' AND named.value = opened_to)
GROUP BY
  event_time,
  event_id,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  opened_to;
