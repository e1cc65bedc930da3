-- id: eks_endpoint_public
-- title: Kubernetes API open to the whole internet
-- kind: posture
-- check: EKS-01
-- severity: high
-- status: stable
-- resource_type: AWS::EKS::Cluster
-- changed_by: [eks:UpdateClusterConfig, eks:CreateCluster]
-- remediation: aws eks update-cluster-config --name {resource_id} --resources-vpc-config endpointPublicAccess=false,endpointPrivateAccess=true --region {region}
-- why: A stolen Kubernetes token or AWS key works against the cluster from anywhere.
-- description: >
--   The API server of a cluster has a public address and takes connections from everywhere.
-- blind_spots:
--   - Requests still need credentials, unless the cluster lets anonymous ones in.
--   - By the logs alone, a public address that was switched on without naming networks is not known to be open, since the networks stay as they were.
-- references:
--   - https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
--   - https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    CAST(config ->> '$.Cluster.ResourcesVpcConfig.EndpointPublicAccess' AS BOOLEAN) AS public,
    config ->> '$.Cluster.ResourcesVpcConfig.PublicAccessCidrs[*]' AS networks
  FROM snapshots
  WHERE resource_type = 'AWS::EKS::Cluster'
    AND status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName') AS cluster,
    operation,
    -- A new cluster is public and open unless it says otherwise.
    coalesce(
      TRY_CAST(request_parameters ->> '$.resourcesVpcConfig.endpointPublicAccess' AS BOOLEAN),
      CASE WHEN operation = 'eks:CreateCluster' THEN true END
    ) AS public,
    CASE
      WHEN len(json_items(json_extract(request_parameters, '$.resourcesVpcConfig.publicAccessCidrs'))) > 0
        THEN list_transform(json_items(json_extract(request_parameters, '$.resourcesVpcConfig.publicAccessCidrs')), lambda c: c ->> '$')
      WHEN operation = 'eks:CreateCluster' THEN ['0.0.0.0/0']
    END AS networks
  FROM events
  WHERE operation IN ('eks:CreateCluster', 'eks:UpdateClusterConfig')
    AND error_code IS NULL
    AND coalesce(request_parameters ->> '$.name', request_parameters ->> '$.clusterName') IS NOT NULL
    AND json_type(request_parameters, '$.resourcesVpcConfig') = 'OBJECT'
),
clusters AS (
  SELECT
    account_id,
    region,
    cluster,
    max(event_time) AS changed_at,
    list(event_id ORDER BY event_time, event_uuid) AS event_ids,
    -- Networks that are named mean that the address is there.
    coalesce(arg_max(public, (event_time, event_uuid)) FILTER (WHERE public IS NOT NULL), bool_or(networks IS NOT NULL)) AS public,
    arg_max(networks, (event_time, event_uuid)) FILTER (WHERE networks IS NOT NULL) AS networks
  FROM changes
  WHERE public IS NOT NULL
    OR networks IS NOT NULL
  GROUP BY account_id, region, cluster
),
stated AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    public,
    networks,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looked
  UNION ALL BY NAME
  SELECT 'logs' AS basis, changed_at AS as_of, cluster AS resource_id, account_id, region, public, networks, event_ids FROM clusters
),
judged AS (
  SELECT
    basis,
    as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    networks,
    event_ids,
    CASE WHEN NOT public THEN false WHEN public THEN len(list_filter(networks, lambda n: regexp_matches(n, '/[01]$'))) > 0 END AS open
  FROM stated
)
SELECT
  CASE WHEN open THEN 'FAIL' WHEN NOT open THEN 'PASS' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN open IS NULL THEN 'to whom the API of cluster ' || resource_id || ' is open is not known'
    WHEN open THEN 'the API of cluster ' || resource_id || ' is open to ' || array_to_string(networks, ', ')
    ELSE 'the API of cluster ' || resource_id || ' is not open to everyone'
  END AS summary,
  event_ids,
  networks
FROM judged;
