-- id: ec2_account_guard_removed
-- title: Account-wide guard of EC2 switched off
-- severity: medium
-- status: stable
-- attack: [T1578.005, T1685]
-- requires: [management]
-- key: [account_id, region, guard]
-- description: >
--   A setting that guards a whole account and region was switched off - encryption of new
--   volumes, the block of public snapshots and images, the block of public access to VPCs, or
--   the default that asks for IMDSv2. What it forbade becomes possible without another trace.
-- false_positives:
--   - Publishing of images; tests of a new default by the platform team.
-- blind_spots:
--   - A guard that was never on leaves no event. Service control policies and declarative policies are not seen here.
-- triage:
--   - Who is principal_arn, and was the change announced? Switch it on again.
--   - List ModifySnapshotAttribute, ModifyImageAttribute, CreateVolume and RunInstances in region after event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html

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
    operation,
    CASE operation
      WHEN 'ec2:DisableEbsEncryptionByDefault' THEN 'encryption of new volumes'
      WHEN 'ec2:DisableSnapshotBlockPublicAccess' THEN 'block of public snapshots'
      WHEN 'ec2:DisableImageBlockPublicAccess' THEN 'block of public images'
      WHEN 'ec2:ModifyInstanceMetadataDefaults' THEN 'IMDSv2 by default'
      ELSE 'block of public access to VPCs'
    END AS guard,
    coalesce(
      request_parameters ->> '$.ModifyInstanceMetadataDefaultsRequest.HttpTokens',
      request_parameters ->> '$.ModifyVpcBlockPublicAccessOptionsRequest.InternetGatewayBlockMode',
      request_parameters ->> '$.httpTokens',
      request_parameters ->> '$.internetGatewayBlockMode'
    ) AS new_value
  FROM events
  WHERE operation IN (
      'ec2:DisableEbsEncryptionByDefault', 'ec2:DisableSnapshotBlockPublicAccess', 'ec2:DisableImageBlockPublicAccess',
      'ec2:ModifyInstanceMetadataDefaults', 'ec2:ModifyVpcBlockPublicAccessOptions'
    )
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
  guard,
  coalesce(principal_arn, '?') || ' switched off the ' || guard || ' in ' || coalesce(region, '?') || ' of account ' || coalesce(account_id, '?') AS summary
FROM changes
WHERE (operation LIKE 'ec2:Disable%' OR new_value IN ('optional', 'no-preference', 'off'));
