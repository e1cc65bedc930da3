-- id: s3_account_block_off
-- title: Public access block of the account is off
-- kind: posture
-- check: S3-03
-- severity: high
-- status: stable
-- resource_type: AWS::S3::AccountPublicAccessBlock
-- changed_by: [s3:PutAccountPublicAccessBlock, s3:DeleteAccountPublicAccessBlock]
-- remediation: aws s3control put-public-access-block --account-id {account_id} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
-- why: Only the block of the account keeps every bucket closed that is made or opened next.
-- cis: ["2.1.4"]
-- fsbp: [S3.1]
-- gone: fail
-- description: >
--   The account blocks public access to S3 not at all, or not in all four ways.
-- blind_spots:
--   - An account may have public buckets on purpose, and block each of the others by itself.
--   - A block that the organization sets by policy is seen where it was looked up.
-- references:
--   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
--   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html

WITH blocks AS (
  SELECT
    'config' AS basis,
    captured_at AS as_of,
    account_id,
    region,
    config -> '$.PublicAccessBlock' AS block,
    (config -> '$.PublicAccessBlock') IS NOT NULL AS known,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM snapshots
  WHERE resource_type = 'AWS::S3::AccountPublicAccessBlock'
    AND status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    event_time AS as_of,
    account_id,
    region,
    request_parameters -> '$.PublicAccessBlockConfiguration' AS block,
    operation = 's3:DeleteAccountPublicAccessBlock' OR json_type(request_parameters, '$.PublicAccessBlockConfiguration') = 'OBJECT' AS known,
    [event_id] AS event_ids
  FROM events
  WHERE operation IN ('s3:PutAccountPublicAccessBlock', 's3:DeleteAccountPublicAccessBlock')
    AND error_code IS NULL
  QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY event_time DESC, event_uuid DESC) = 1
),
judged AS (
  SELECT
    basis,
    as_of,
    account_id,
    region,
    coalesce(known, false) AS known,
    list_filter(
      ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'],
      lambda way: lower(coalesce(json_extract_string(block, way), 'false')) <> 'true'
    ) AS open_ways,
    event_ids
  FROM blocks
)
SELECT
  CASE WHEN NOT known THEN NULL WHEN len(open_ways) > 0 THEN 'FAIL' ELSE 'PASS' END AS status,
  basis,
  as_of,
  account_id AS resource_id,
  account_id,
  region,
  'account ' || account_id || CASE
    WHEN NOT known THEN ' has a public access block that could not be read'
    WHEN len(open_ways) = 4 THEN ' does not block public access to its buckets'
    WHEN len(open_ways) > 0 THEN ' does not block public access to its buckets in all ways: ' || array_to_string(open_ways, ', ') || ' is off'
    ELSE ' blocks public access to its buckets'
  END AS summary,
  event_ids,
  open_ways
FROM judged;
