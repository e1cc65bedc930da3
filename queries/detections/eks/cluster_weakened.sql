-- id: eks_cluster_weakened
-- title: Kubernetes cluster opened to the internet or its audit log switched off
-- severity: medium
-- status: stable
-- attack: [T1685.002, T1133, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource, weakened]
-- description: >
--   The configuration of an EKS cluster was changed so that its API endpoint answers every
--   address, or so that the audit or authenticator log is no longer written.
-- false_positives:
--   - A cluster that is public by decision; savings on log cost.
-- blind_spots:
--   - A cluster that was made like this from the start is not shown. The setting is replaced as a whole, and the value before is not in the event.
-- triage:
--   - Which is the configuration now (eks describe-cluster)? Were logs on before event_time?
--   - Look for AssociateAccessPolicy and CreateAccessEntry on resource in the hours before and after.
-- references:
--   - https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
--   - https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html

WITH changes AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName') AS resource,
    CASE
      WHEN (request_parameters ->> '$.resourcesVpcConfig.endpointPublicAccess') = 'true'
        AND (
          NOT json_exists(request_parameters, '$.resourcesVpcConfig.publicAccessCidrs')
          OR regexp_matches(CAST(json_extract(request_parameters, '$.resourcesVpcConfig.publicAccessCidrs') AS VARCHAR), '/0"')
        )
        THEN 'endpoint public'
      WHEN regexp_matches(CAST(json_extract(request_parameters, '$.resourcesVpcConfig.publicAccessCidrs') AS VARCHAR), '/0"')
        THEN 'endpoint public'
      WHEN len(list_filter(
        coalesce(json_extract(request_parameters, '$.logging.clusterLogging[*]'), []),
        lambda part: (part ->> '$.enabled') = 'false' AND regexp_matches(CAST(json_extract(part, '$.types') AS VARCHAR), '"(?:audit|authenticator)"')
      )) > 0
        THEN 'audit log off'
    END AS weakened
  FROM events
  WHERE operation = 'eks:UpdateClusterConfig'
    AND error_code IS NULL
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
  weakened,
  coalesce(principal_arn, '?') || ' changed cluster ' || coalesce(resource, '?') || ': ' || weakened AS summary
FROM changes
WHERE weakened IS NOT NULL;
