-- id: sequence_keys_of_many_users_at_one_new_address
-- title: Long-term keys of several users tried from one address that is new to them all
-- severity: high
-- status: test
-- attack: [T1078.004, T1195.001, T1580]
-- requires: [management]
-- key: [source_ip]
-- description: >
--   Within two hours the long-term keys of three or more users were used from one address for the first time,
--   although each was used elsewhere before; each asked who it is and then looked around. The keys were lost
--   together: a build service, a password store, a repository.
-- false_positives:
--   - An office or a VPN that gets a new address, for people who work with long-term keys.
--   - A build service that moves to new machines.
-- blind_spots:
--   - An intruder who uses one address per key.
--   - Before means within the events of the case, or of the scope that was asked for.
-- triage:
--   - "What do the users have in common: a build service, a repository, a laptop? Rotate all keys that were
--     there."
--   - Whose is source_ip? Look for it in the other accounts.
--   - Which of the keys went on to do more than look?
-- references:
--   - https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
--   - https://circleci.com/blog/jan-4-2023-incident-report/

WITH seen AS (
  SELECT
    access_key_id,
    source_ip,
    min(first_time) AS first_time,
    min(min(first_time)) OVER (PARTITION BY access_key_id) AS key_since
  FROM activity
  WHERE access_key_id LIKE 'AKIA%'
    AND identity_type = 'IAMUser'
    AND invoked_by IS NULL
  GROUP BY access_key_id, source_ip
),
steps AS (
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
    operation = 'sts:GetCallerIdentity' AS who
  FROM events
  WHERE operation IN (
    'sts:GetCallerIdentity', 'iam:ListUsers', 'iam:ListRoles', 'iam:GetUser', 'iam:GetAccountSummary', 'iam:ListAttachedUserPolicies',
    'iam:ListUserPolicies', 's3:ListBuckets', 'ec2:DescribeInstances', 'secretsmanager:ListSecrets', 'ses:GetSendQuota', 'lambda:ListFunctions',
    'rds:DescribeDBInstances', 'ecr:DescribeRepositories', 'organizations:DescribeOrganization'
  )
    AND access_key_id LIKE 'AKIA%'
    AND identity_type = 'IAMUser'
    AND invoked_by IS NULL
),
-- A key that comes to the address for the first time and has been elsewhere before. Refused looks count.
arrivals AS (
  SELECT
    any_value(s.principal_arn) AS principal_arn,
    s.access_key_id,
    s.source_ip,
    any_value(s.account_id) AS account_id,
    any_value(s.region) AS region,
    any_value(s.user_agent) AS user_agent,
    any_value(n.first_time) AS event_time,
    max(s.event_time) AS last_time,
    list(s.event_id ORDER BY s.event_time) AS arrival_events
  FROM seen AS n
  JOIN steps AS s
    ON s.access_key_id = n.access_key_id
   AND s.source_ip = n.source_ip
   AND s.event_time BETWEEN n.first_time AND n.first_time + INTERVAL 1 HOUR
  WHERE n.key_since < n.first_time
  GROUP BY s.access_key_id, s.source_ip
  HAVING bool_or(s.who)
     AND bool_or(NOT s.who)
)
SELECT
  any_value(a.event_time) AS event_time,
  max(b.last_time) AS last_time,
  flatten(list(b.arrival_events ORDER BY b.event_time)) AS event_ids,
  CAST(NULL AS VARCHAR) AS principal_arn,
  CAST(NULL AS VARCHAR) AS access_key_id,
  a.source_ip,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  count(DISTINCT b.principal_arn) AS users,
  'From ' || a.source_ip || ' the keys of ' || count(DISTINCT b.principal_arn) || ' users asked who they are and looked around between '
    || strftime(any_value(a.event_time), '%H:%M:%S') || ' and ' || strftime(max(b.last_time), '%H:%M:%S')
    || ', each for the first time there: '
    || string_agg(DISTINCT b.principal_arn, ', ' ORDER BY b.principal_arn) AS summary
FROM arrivals AS a
JOIN arrivals AS b
  ON b.source_ip = a.source_ip
 AND b.event_time BETWEEN a.event_time AND a.event_time + INTERVAL 2 HOUR
GROUP BY a.source_ip, a.access_key_id
HAVING count(DISTINCT b.principal_arn) >= 3
QUALIFY row_number() OVER (PARTITION BY a.source_ip ORDER BY any_value(a.event_time)) = 1;
