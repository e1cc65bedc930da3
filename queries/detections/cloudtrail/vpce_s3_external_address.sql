-- id: cloudtrail_vpce_s3_external_address
-- title: S3 reached through a VPC endpoint from a public address
-- severity: medium
-- status: stable
-- attack: [T1530, T1090]
-- requires: [network]
-- key: [principal_arn, source_ip, resource, account_id]
-- description: >
--   Network activity events show S3 calls through a VPC endpoint whose source is a public
--   address. Requests through an endpoint come from addresses of the VPC; a public one means
--   traffic that is relayed into it, or a proxy.
-- false_positives:
--   - A VPC that uses public addresses of its own, or an endpoint that a data centre reaches
--     by Direct Connect or VPN with public addresses.
-- blind_spots:
--   - Needs network activity events for S3. A relay that hides behind a private address looks
--     ordinary.
-- triage:
--   - Whose address is source_ip? Look for other events from it, in all accounts, within a
--     day.
--   - "What leads from the Internet into the VPC of resource: a load balancer, a NAT, a
--     peer?"
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
--   - https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html

SELECT
  min(event_time) AS event_time,
  max(event_time) AS last_time,
  list(event_id ORDER BY event_time) AS event_ids,
  principal_arn,
  any_value(access_key_id) AS access_key_id,
  source_ip,
  account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  vpc_endpoint_id AS resource,
  count(*) AS calls,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' reached S3 through endpoint ' || coalesce(vpc_endpoint_id, '?') || ' from ' || source_ip
    || ': ' || string_agg(DISTINCT event_name, ', ' ORDER BY event_name) AS summary
FROM events
-- All operations of S3 on purpose: the way in is what matters.
WHERE event_category = 'NetworkActivity'
  AND event_source = 's3.amazonaws.com'
  AND source_ip_lo IS NOT NULL
  AND error_code IS NULL
  AND NOT regexp_matches(source_ip,
    '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|f[cd]|fe80|::1$)')
GROUP BY
  principal_arn,
  source_ip,
  account_id,
  vpc_endpoint_id;
