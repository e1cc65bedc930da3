-- id: cloudtrail_files_not_validated
-- title: Trail without log file validation
-- kind: posture
-- check: LOG-04
-- severity: medium
-- status: stable
-- resource_type: AWS::CloudTrail::Trail
-- changed_by: [cloudtrail:UpdateTrail, cloudtrail:CreateTrail]
-- remediation: aws cloudtrail update-trail --name {resource_id} --enable-log-file-validation --region {region}
-- why: Without digest files nobody can prove that the evidence is whole and unaltered.
-- cis: ["3.2"]
-- fsbp: [CloudTrail.4]
-- description: >
--   A trail writes no digest files, so that log files can be deleted or altered unnoticed.
-- blind_spots:
--   - By the logs alone only trails are seen that were made or changed within them.
-- references:
--   - https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
--   - https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html

WITH stated AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    resource_id,
    resource_arn,
    account_id,
    region,
    TRY_CAST(config ->> '$.Trail.LogFileValidationEnabled' AS BOOLEAN) AS validated,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    coalesce(response_elements ->> '$.name', regexp_extract(request_parameters ->> '$.name', '[^/]+$')) AS resource_id,
    response_elements ->> '$.trailARN' AS resource_arn,
    account_id,
    region,
    -- The answer says what the trail is like, whatever was asked to be changed.
    TRY_CAST(coalesce(
      response_elements ->> '$.logFileValidationEnabled',
      request_parameters ->> '$.enableLogFileValidation',
      CASE WHEN operation = 'cloudtrail:CreateTrail' THEN 'false' END
    ) AS BOOLEAN) AS validated,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail')
    AND error_code IS NULL
    AND coalesce(response_elements ->> '$.name', request_parameters ->> '$.name') IS NOT NULL
    AND (
      operation = 'cloudtrail:CreateTrail'
      OR coalesce(response_elements ->> '$.logFileValidationEnabled', request_parameters ->> '$.enableLogFileValidation') IS NOT NULL
    )
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, coalesce(response_elements ->> '$.name', regexp_extract(request_parameters ->> '$.name', '[^/]+$'))
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
)
SELECT
  CASE WHEN validated THEN 'PASS' WHEN NOT validated THEN 'FAIL' END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN validated THEN resource_id || ' writes digest files'
    WHEN NOT validated THEN resource_id || ' writes no digest files'
    ELSE 'whether ' || resource_id || ' writes digest files could not be read'
  END AS summary,
  event_ids
FROM stated;
