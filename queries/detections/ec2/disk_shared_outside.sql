-- id: ec2_disk_shared_outside
-- title: EBS snapshot or AMI shared with an unknown account or with everyone
-- severity: high
-- status: stable
-- attack: [T1537, T1578]
-- requires: [management]
-- key: [principal_arn, resource, shared_with]
-- description: >
--   Somebody allowed an account that is not the organization's own, an organization, or
--   everyone, to use a snapshot or a machine image. Whoever may use it can copy the whole disk
--   to their own account, where nothing of it is seen any more.
-- false_positives:
--   - Publishing of images, and backup or scanning vendors that read snapshots from their own account; name such accounts as known.
-- blind_spots:
--   - Accounts whose logs are in the case count as the organization's own. Attempts that AWS refused are not shown.
--   - A copy may be shared that was made before the first event of the case.
-- triage:
--   - Was resource encrypted, and with which key? An AWS managed key cannot be used by another account.
--   - Look for SharedSnapshotCopyInitiated and SharedSnapshotVolumeCreated of the same snapshot in the following days; they prove the copy.
--   - What did access_key_id do in the hour before, above all CreateSnapshot, CreateImage and kms:CreateGrant?
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.exfiltration.ec2-share-ebs-snapshot/
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.exfiltration.ec2-share-ami/

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
    coalesce(request_parameters ->> '$.snapshotId', request_parameters ->> '$.imageId') AS resource,
    coalesce(
      json_extract(request_parameters, '$.createVolumePermission.add.items[*]'),
      []
    ) || coalesce(
      json_extract(request_parameters, '$.launchPermission.add.items[*]'),
      []
    ) AS added
  FROM events
  WHERE operation IN ('ec2:ModifySnapshotAttribute', 'ec2:ModifyImageAttribute')
    AND error_code IS NULL
),
shares AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    unnest(added) AS share
  FROM changes
),
targets AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    resource,
    CASE
      WHEN (share ->> '$.group') = 'all' THEN 'everyone'
      ELSE coalesce(share ->> '$.userId', share ->> '$.organizationArn', share ->> '$.organizationalUnitArn')
    END AS shared_with,
    -- The ARN of an organization names its management account.
    CASE
      WHEN (share ->> '$.group') = 'all' THEN 'everyone'
      ELSE coalesce(
        share ->> '$.userId',
        regexp_extract(coalesce(share ->> '$.organizationArn', share ->> '$.organizationalUnitArn'), '::([0-9]{12}):', 1)
      )
    END AS account_shared_with
  FROM shares
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
  shared_with,
  coalesce(principal_arn, '?') || ' shared ' || coalesce(resource, '?') || ' with ' || shared_with AS summary
FROM targets
WHERE shared_with IS NOT NULL
  AND account_shared_with IS DISTINCT FROM account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS own WHERE own.account_id = account_shared_with)
  AND NOT EXISTS (SELECT 1 FROM known AS named WHERE named.kind = 'account_id' AND named.value = account_shared_with);
