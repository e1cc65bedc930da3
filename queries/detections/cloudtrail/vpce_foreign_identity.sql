-- id: cloudtrail_vpce_foreign_identity
-- title: Credentials of a foreign account used through a VPC endpoint
-- severity: high
-- status: stable
-- attack: [T1567.002, T1537]
-- requires: [network]
-- key: [caller_account_id, resource, account_id]
-- description: >
--   Network activity events of our own VPC endpoint show calls with credentials of an account
--   that is not ours, or such calls denied by the endpoint policy. Someone inside the network
--   uses keys of their own: a way to carry data out.
-- false_positives:
--   - A vendor or partner whose software in the VPC uses its own account; name that account
--     as known.
-- blind_spots:
--   - Needs network activity events of the endpoint. Own accounts that the case does not hold
--     count as foreign until they are named.
-- triage:
--   - "source_ip is an address in the VPC: which instance or function had it at event_time?"
--   - Look at what the same source_ip did with own credentials in the 2 hours before.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
--   - https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

WITH own AS (
  -- The accounts of the case and those that the analyst named are no strangers.
  SELECT value AS id
  FROM known
  WHERE kind = 'account_id'
  UNION
  SELECT account_id AS id
  FROM accounts
  WHERE account_id IS NOT NULL
),
calls AS (
  -- All services on purpose: an endpoint can belong to any of them.
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    caller_account_id,
    vpc_endpoint_id,
    operation,
    error_code
  FROM events
  WHERE event_category = 'NetworkActivity'
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND caller_account_id IS NOT NULL
    AND coalesce(extra_fields ->> '$.vpcEndpointAccountId', account_id) = account_id
    AND (error_code IS NULL OR error_code = 'VpceAccessDenied')
)
SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  vpc_endpoint_id AS resource,
  caller_account_id,
  count(*) FILTER (WHERE error_code IS NOT NULL) AS denied,
  'Account ' || caller_account_id || ' made ' || count(*) || ' calls through endpoint ' || coalesce(vpc_endpoint_id, '?')
    || ' from ' || coalesce(any_value(source_ip), '?') || ', ' || count(*) FILTER (WHERE error_code IS NOT NULL)
    || ' denied by its policy: ' || string_agg(DISTINCT operation, ', ' ORDER BY operation) AS summary
FROM calls
WHERE caller_account_id <> account_id
  AND caller_account_id NOT IN (SELECT id FROM own)
GROUP BY
  account_id,
  principal_arn,
  caller_account_id,
  vpc_endpoint_id;
