-- id: sts_instance_credentials_from_internet
-- title: Credentials of EC2 instances used from public addresses
-- severity: informational
-- status: stable
-- attack: [T1552.005]
-- requires: [management]
-- key: [account_id, principal_arn]
-- description: >
--   From which public addresses the role of EC2 instances was used: the list to compare
--   with the addresses of the organization's instances and gateways. An address on it
--   that is none of them is a theft.
-- false_positives:
--   - Every instance with a public address, or behind a gateway.
-- blind_spots:
--   - The log does not say which addresses are the instances' own.
--   - Calls of the Systems Manager agent are left out.
-- triage:
--   - Compare addresses with the instances, elastic addresses and gateways of account_id.
--   - List the events of principal_arn from each address that is none of them.
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html

WITH calls AS (
  SELECT
    account_id,
    principal_arn,
    session_name,
    source_ip,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    arg_min(first_event_id, first_time) AS first_event_id
  FROM activity
  WHERE identity_type = 'AssumedRole'
    AND regexp_matches(session_name, '^i-([0-9a-f]{8}|[0-9a-f]{17})$')
    AND invoked_by IS NULL
    AND regexp_matches(source_ip, '^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$|:')
    -- Private, shared, link-local and loopback addresses: the call came through an endpoint of the VPC.
    AND NOT regexp_matches(
      source_ip,
      '^(0[.]|10[.]|127[.]|169[.]254[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.]|[fF][cCdD]|[fF][eE]80|::1$)'
    )
    AND event_source NOT IN ('ssm.amazonaws.com', 'ssmmessages.amazonaws.com', 'ec2messages.amazonaws.com')
  GROUP BY account_id, principal_arn, session_name, source_ip
)
SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  list(first_event_id ORDER BY first_time)[1:100] AS event_ids,
  principal_arn,
  CASE WHEN count(DISTINCT source_ip) = 1 THEN any_value(source_ip) END AS source_ip,
  account_id,
  principal_arn AS resource,
  count(DISTINCT session_name) AS instances,
  count(DISTINCT source_ip) AS address_count,
  array_to_string(list_sort(list(DISTINCT source_ip))[1:50], ', ') AS addresses,
  CAST(count(DISTINCT session_name) AS VARCHAR) || CASE WHEN count(DISTINCT session_name) = 1 THEN ' instance' ELSE ' instances' END
    || ' of ' || coalesce(principal_arn, '?') || ' came from '
    || CAST(count(DISTINCT source_ip) AS VARCHAR) || CASE WHEN count(DISTINCT source_ip) = 1 THEN ' public address: ' ELSE ' public addresses: ' END
    || array_to_string(list_sort(list(DISTINCT source_ip))[1:5], ', ') AS summary
FROM calls
GROUP BY account_id, principal_arn;
