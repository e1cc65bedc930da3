-- id: eks_admin_access_granted
-- title: Administrator of a Kubernetes cluster made by access entry
-- severity: high
-- status: stable
-- attack: [T1098.006]
-- requires: [management]
-- key: [principal_arn, resource, granted_to]
-- description: >
--   An IAM principal was given a cluster-wide administrator policy of an EKS cluster. It works
--   from outside the cluster and leaves nothing in the aws-auth map.
-- false_positives:
--   - A platform team that onboards a role; it happens once a role and cluster, mostly by code.
-- blind_spots:
--   - Access by the aws-auth map stands in the Kubernetes audit log only. An entry with Kubernetes groups that a role binding in the cluster makes powerful is not seen here.
-- triage:
--   - Who is granted_to? If it is the caller, or from another account, treat the cluster as taken.
--   - Look for the CreateAccessEntry of the same principal before, and read the cluster's audit log from event_time on.
--   - Which secrets does the cluster hold, and which roles do its pods have?
-- references:
--   - https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html
--   - https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
--   - https://stratus-red-team.cloud/attack-techniques/EKS/eks.lateral-movement.create-access-entry/

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName') AS resource,
  replace(replace(request_parameters ->> '$.principalArn', '%3A', ':'), '%2F', '/') AS granted_to,
  split_part(request_parameters ->> '$.policyArn', '/', -1) AS policy,
  coalesce(principal_arn, '?') || ' gave ' || coalesce(replace(replace(request_parameters ->> '$.principalArn', '%3A', ':'), '%2F', '/'), '?')
    || ' the policy ' || split_part(request_parameters ->> '$.policyArn', '/', -1) || ' on cluster '
    || coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName', '?') AS summary
FROM events
WHERE operation = 'eks:AssociateAccessPolicy'
  AND error_code IS NULL
  AND (request_parameters ->> '$.policyArn') LIKE '%Admin%'
  AND coalesce(request_parameters ->> '$.accessScope.type', 'cluster') = 'cluster';
