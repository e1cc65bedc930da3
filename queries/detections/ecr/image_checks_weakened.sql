-- id: ecr_image_checks_weakened
-- title: Image scan off or image tags made changeable
-- severity: low
-- status: stable
-- attack: [T1685, T1525]
-- requires: [management]
-- key: [principal_arn, resource, operation]
-- description: >
--   Images of a repository are no longer scanned when pushed, or their tags can be overwritten.
--   A replaced image under a known tag stays unnoticed.
-- false_positives:
--   - Moving from basic scanning to a scan of the registry or to another product.
-- blind_spots:
--   - A repository made without scan or with changeable tags is not shown. A registry scan may still cover the repository.
-- triage:
--   - Were images pushed to resource by the same principal after event_time?
--   - Is the registry scanned otherwise (PutRegistryScanningConfiguration, Inspector)?
-- references:
--   - https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html
--   - https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.repositoryName' AS resource,
  operation,
  coalesce(principal_arn, '?') || CASE
    WHEN operation = 'ecr:PutImageTagMutability' THEN ' made the tags changeable of '
    ELSE ' switched off the scan of '
  END || coalesce(request_parameters ->> '$.repositoryName', '?') AS summary
FROM events
WHERE operation IN ('ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability')
  AND error_code IS NULL
  AND (
    (request_parameters ->> '$.imageScanningConfiguration.scanOnPush') = 'false'
    OR (request_parameters ->> '$.imageTagMutability') = 'MUTABLE'
  );
