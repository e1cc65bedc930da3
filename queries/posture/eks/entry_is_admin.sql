-- id: eks_entry_is_admin
-- title: Cluster administrator from outside or of the incident's time
-- kind: posture
-- check: EKS-02
-- severity: critical
-- status: stable
-- resource_type: AWS::EKS::AccessEntry
-- changed_by: [eks:CreateAccessEntry, eks:AssociateAccessPolicy, eks:DisassociateAccessPolicy, eks:DeleteAccessEntry]
-- remediation: aws eks delete-access-entry --cluster-name {cluster} --principal-arn {principal} --region {region}
-- why: An access entry makes an IAM principal ruler of a cluster without a trace within the cluster.
-- description: >
--   A principal has one of AWS's administrator policies over a whole cluster, and it is of a
--   foreign account, or was given it within the incident's time. Where that time is not
--   known, one that was given it within the logs fails.
-- blind_spots:
--   - Principals in the cluster's aws-auth ConfigMap, and groups that the cluster itself gives rights to, are not seen.
--   - Who made the cluster is its administrator from the beginning, and passes.
-- references:
--   - https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
--   - https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html

WITH incident AS (
  SELECT any_value(since) AS since, any_value(until) AS until FROM scope
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    operation,
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName') AS cluster,
    replace(replace(request_parameters ->> '$.principalArn', '%3A', ':'), '%2F', '/') AS principal,
    split_part(replace(request_parameters ->> '$.policyArn', '%2F', '/'), '/', -1) AS policy
  FROM events
  WHERE operation IN ('eks:AssociateAccessPolicy', 'eks:DisassociateAccessPolicy', 'eks:DeleteAccessEntry')
    AND error_code IS NULL
    AND (request_parameters ->> '$.principalArn') IS NOT NULL
    AND (
      operation = 'eks:DeleteAccessEntry'
      OR regexp_matches(request_parameters ->> '$.policyArn', 'Amazon(EKS(Cluster)?Admin)Policy$')
      AND coalesce(request_parameters ->> '$.accessScope.type', 'cluster') = 'cluster'
    )
),
logged AS (
  SELECT
    account_id,
    region,
    cluster,
    principal,
    arg_max(operation = 'eks:AssociateAccessPolicy', (event_time, event_uuid)) AS admin,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id,
    max(policy) AS policy
  FROM changes
  GROUP BY account_id, region, cluster, principal
  HAVING bool_or(operation = 'eks:AssociateAccessPolicy')
),
looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.AccessPolicies') IS NOT NULL AS known,
    config ->> '$.AccessEntry.ClusterName' AS cluster,
    config ->> '$.AccessEntry.PrincipalArn' AS principal,
    list_filter(
      json_items(config -> '$.AccessPolicies'),
      lambda p: regexp_matches(p ->> '$.PolicyArn', 'Amazon(EKS(Cluster)?Admin)Policy$') AND (p ->> '$.AccessScope.Type') = 'cluster'
    ) AS policies
  FROM snapshots
  WHERE resource_type = 'AWS::EKS::AccessEntry'
    AND status = 'found'
),
stated AS (
  SELECT
    l.captured_at AS as_of,
    CASE WHEN g.event_id IS NULL THEN 'config' ELSE 'joined' END AS basis,
    l.resource_id,
    l.resource_arn,
    l.account_id,
    l.region,
    l.known,
    coalesce(l.cluster, split_part(l.resource_id, '/', 1)) AS cluster,
    coalesce(l.principal, regexp_replace(l.resource_id, '^[^/]*/', '')) AS principal,
    len(l.policies) > 0 AS admin,
    coalesce(TRY_CAST(list_max(list_transform(l.policies, lambda p: p ->> '$.AssociatedAt')) AS TIMESTAMP), g.changed_at) AS given_at,
    g.event_id IS NOT NULL AS in_logs,
    CASE WHEN g.event_id IS NULL THEN CAST([] AS VARCHAR[]) ELSE [g.event_id] END AS event_ids
  FROM looked AS l
  LEFT JOIN logged AS g
    ON g.account_id = l.account_id
    AND g.region = l.region
    AND g.cluster = coalesce(l.cluster, split_part(l.resource_id, '/', 1))
    AND g.principal = coalesce(l.principal, regexp_replace(l.resource_id, '^[^/]*/', ''))
    AND g.admin
    AND g.changed_at <= l.captured_at
  UNION ALL BY NAME
  SELECT
    changed_at AS as_of,
    'logs' AS basis,
    cluster || '/' || principal AS resource_id,
    account_id,
    region,
    true AS known,
    cluster,
    principal,
    admin,
    changed_at AS given_at,
    true AS in_logs,
    [event_id] AS event_ids
  FROM logged
),
judged AS (
  SELECT
    s.as_of,
    s.basis,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.known,
    s.cluster,
    s.principal,
    s.admin,
    s.given_at,
    s.event_ids,
    split_part(s.principal, ':', 5) NOT IN (SELECT o.account_id FROM own_accounts AS o) AS outside,
    CASE
      WHEN i.since IS NULL AND i.until IS NULL THEN s.in_logs
      ELSE s.given_at >= coalesce(i.since, s.given_at) AND s.given_at <= coalesce(i.until, s.given_at)
    END AS late
  FROM stated AS s
  CROSS JOIN incident AS i
)
SELECT
  CASE WHEN known THEN CASE WHEN admin AND (outside OR coalesce(late, false)) THEN 'FAIL' ELSE 'PASS' END END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'what ' || principal || ' may do in cluster ' || cluster || ' could not be read'
    WHEN admin AND outside THEN principal || ', of a foreign account, is administrator of cluster ' || cluster
    WHEN admin THEN principal || ' is administrator of cluster ' || cluster || coalesce(' since ' || strftime(given_at, '%Y-%m-%d %H:%M'), '')
    ELSE principal || ' is not administrator of cluster ' || cluster
  END AS summary,
  event_ids,
  cluster,
  principal,
  given_at
FROM judged;
