-- id: ec2_metadata_without_token
-- title: Machine that gives its credentials without a token
-- kind: posture
-- check: EC2-04
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::Instance
-- changed_by: [ec2:ModifyInstanceMetadataOptions, ec2:RunInstances]
-- remediation: aws ec2 modify-instance-metadata-options --instance-id {resource_id} --http-tokens required --region {region}
-- why: One request that a web application can be made to send takes the credentials of the machine's role.
-- cis: ["5.7"]
-- fsbp: [EC2.8]
-- description: >
--   The metadata service of an instance answers without a session token (IMDSv1).
-- blind_spots:
--   - By the logs alone only instances are seen that were launched or changed within them.
--   - Whether somebody used it says ec2RoleDelivery in the sessions of the role, not this check.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html

WITH launched AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    unnest(json_items(json_extract(response_elements, '$.instancesSet.items'))) AS instance
  FROM events
  WHERE operation = 'ec2:RunInstances'
    AND error_code IS NULL
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    instance ->> '$.instanceId' AS instance_id,
    instance ->> '$.metadataOptions.httpTokens' AS tokens,
    instance ->> '$.metadataOptions.httpEndpoint' AS endpoint
  FROM launched
  UNION ALL
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    coalesce(request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.InstanceId', request_parameters ->> '$.instanceId') AS instance_id,
    coalesce(
      request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.HttpTokens',
      response_elements ->> '$.ModifyInstanceMetadataOptionsResponse.instanceMetadataOptions.httpTokens'
    ) AS tokens,
    coalesce(
      request_parameters ->> '$.ModifyInstanceMetadataOptionsRequest.HttpEndpoint',
      response_elements ->> '$.ModifyInstanceMetadataOptionsResponse.instanceMetadataOptions.httpEndpoint'
    ) AS endpoint
  FROM events
  WHERE operation = 'ec2:ModifyInstanceMetadataOptions'
    AND error_code IS NULL
),
stated AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    nullif(config ->> '$.Instance.MetadataOptions.HttpTokens', '') AS tokens,
    config ->> '$.Instance.MetadataOptions.HttpEndpoint' AS endpoint,
    config ->> '$.Instance.IamInstanceProfile.Arn' AS instance_profile,
    coalesce((config ->> '$.Instance.State.Name') = 'terminated', false) AS terminated,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::EC2::Instance'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    instance_id AS resource_id,
    account_id,
    region,
    tokens,
    endpoint,
    false AS terminated,
    [event_id] AS event_ids
  FROM changes
  WHERE instance_id IS NOT NULL
    AND (tokens IS NOT NULL OR endpoint = 'disabled')
  QUALIFY row_number() OVER (PARTITION BY account_id, region, instance_id ORDER BY event_time DESC, event_uuid DESC) = 1
)
SELECT
  CASE
    WHEN terminated OR endpoint = 'disabled' OR tokens = 'required' THEN 'PASS'
    WHEN tokens = 'optional' THEN 'FAIL'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN terminated THEN resource_id || ' was terminated'
    WHEN endpoint = 'disabled' THEN 'the metadata service of ' || resource_id || ' is off'
    WHEN tokens = 'required' THEN 'the metadata service of ' || resource_id || ' asks for a token'
    WHEN tokens = 'optional' THEN 'the metadata service of ' || resource_id || ' answers without a token'
      || CASE WHEN instance_profile IS NOT NULL THEN ', with the credentials of ' || regexp_extract(instance_profile, '[^/]+$') ELSE '' END
    ELSE 'the metadata options of ' || resource_id || ' could not be read'
  END AS summary,
  event_ids,
  instance_profile
FROM stated;
