-- id: reports_instance_credentials
-- title: Where credentials of instances were used, and how they were got
-- answers: [Q18, Q19]
-- requires: [management]
-- description: >
--   Per instance and address: how often its credentials were used there, and which
--   versions of the metadata service handed them out (imds; version 1 is what a forged
--   request of a web server gets). An instance at more than one public address, or at
--   another than main_address (the one of most hours), stands first. The logs do not hold an instance's
--   addresses: compare with its public address or NAT gateway. imds NULL: the record does
--   not say (before 2020, or credentials from elsewhere).

WITH uses AS (
  SELECT
    account_id,
    principal_arn,
    session_name AS instance_id,
    source_ip,
    CASE
      WHEN vpc_endpoint_id IS NOT NULL THEN 'VPC endpoint'
      WHEN regexp_matches(source_ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])') THEN 'private'
      ELSE 'public'
    END AS address_kind,
    list(DISTINCT user_identity ->> '$.sessionContext.ec2RoleDelivery')
      FILTER (WHERE (user_identity ->> '$.sessionContext.ec2RoleDelivery') IS NOT NULL) AS imds,
    count(DISTINCT date_trunc('hour', event_time)) AS hours,
    count(DISTINCT access_key_id) AS access_keys,
    list(DISTINCT user_agent) AS user_agents,
    count(*) AS events,
    count(error_code) AS errors,
    min(event_time) AS first_time,
    max(event_time) AS last_time
  FROM events
  WHERE identity_type = 'AssumedRole'
    AND regexp_matches(session_name, '^i-[0-9a-f]{8,17}$')
    AND source_ip_hi IS NOT NULL
  GROUP BY ALL
),
ranked AS (
  SELECT
    account_id,
    principal_arn,
    instance_id,
    source_ip,
    address_kind,
    imds,
    hours,
    access_keys,
    user_agents,
    events,
    errors,
    first_time,
    last_time,
    count(*) OVER instances AS addresses,
    count(*) FILTER (WHERE address_kind = 'public') OVER instances AS public_addresses,
    row_number() OVER (PARTITION BY account_id, instance_id ORDER BY hours DESC, first_time) = 1 AS main_address
  FROM uses
  WINDOW instances AS (PARTITION BY account_id, instance_id)
)
SELECT
  account_id,
  instance_id,
  principal_arn,
  source_ip,
  address_kind,
  main_address,
  addresses,
  list_sort(imds) AS imds,
  list_contains(imds, '1.0') AS imds_v1_used,
  access_keys,
  hours,
  events,
  errors,
  list_sort(user_agents) AS user_agents,
  first_time,
  last_time
FROM ranked
ORDER BY
  public_addresses > 0 AND addresses > 1 DESC,
  coalesce(imds_v1_used, false) DESC,
  account_id,
  instance_id,
  main_address DESC,
  first_time,
  source_ip
LIMIT 1000;
