-- id: ec2_image_foreign
-- title: Machines launched of a stranger's image
-- kind: posture
-- check: EC2-07
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::Image
-- changed_by: [ec2:RunInstances]
-- remediation: aws ec2 stop-instances --instance-ids {instances} --region {region}
-- why: What a stranger built into an image runs as root inside the network, with the machine's role.
-- description: >
--   Machines were launched of an image that is owned by an account which is none of the
--   organization's or known, nor Amazon or the Marketplace. Vendors that publish images
--   under their own account are strangers until they are named as known.
-- blind_spots:
--   - The logs do not say who owns an image; an image that was not looked up is no result, unless the account made it itself.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html

WITH launches AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    regexp_extract_all(e.request_parameters, '"imageId":\s*"(ami-[0-9a-zA-Z]+)"', 1)
      || regexp_extract_all(coalesce(e.response_elements, ''), '"imageId":\s*"(ami-[0-9a-zA-Z]+)"', 1) AS images,
    regexp_extract_all(coalesce(e.response_elements, ''), '"instanceId":\s*"(i-[0-9a-zA-Z]+)"', 1) AS instances
  FROM events AS e
  WHERE e.operation = 'ec2:RunInstances'
    AND e.error_code IS NULL
),
each_launch AS (
  SELECT event_time, event_id, account_id, region, unnest(list_distinct(images)) AS image_id, instances FROM launches
),
launched AS (
  SELECT
    account_id,
    region,
    image_id,
    list(event_id ORDER BY event_time)[:100] AS event_ids,
    list_sort(list_distinct(flatten(list(instances)))) AS instances
  FROM each_launch
  GROUP BY account_id, region, image_id
),
running AS (
  SELECT
    account_id,
    region,
    config ->> '$.Instance.ImageId' AS image_id,
    list(resource_id ORDER BY resource_id) AS instances
  FROM snapshots
  WHERE resource_type = 'AWS::EC2::Instance'
    AND status = 'found'
    AND (config ->> '$.Instance.State.Name') IS DISTINCT FROM 'terminated'
  GROUP BY ALL
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    s.config ->> '$.Image.OwnerId' AS owner,
    s.config ->> '$.Image.Name' AS image_name,
    coalesce((s.config ->> '$.Image.ImageOwnerAlias') IN ('amazon', 'aws-marketplace', 'aws-backup-vault', 'self'), false)
      OR (s.config ->> '$.Image.OwnerId') IN (SELECT o.account_id FROM own_accounts AS o) AS trusted,
    list_sort(list_distinct(coalesce(l.instances, []) || coalesce(r.instances, []))) AS instances,
    l.event_ids,
    l.event_ids IS NOT NULL OR r.instances IS NOT NULL AS used
  FROM snapshots AS s
  LEFT JOIN launched AS l ON l.account_id = s.account_id AND l.region = s.region AND l.image_id = s.resource_id
  LEFT JOIN running AS r ON r.account_id = s.account_id AND r.region = s.region AND r.image_id = s.resource_id
  WHERE s.resource_type = 'AWS::EC2::Image'
    AND s.status = 'found'
)
SELECT
  CASE
    WHEN owner IS NULL THEN NULL
    WHEN used AND NOT trusted THEN 'FAIL'
    ELSE 'PASS'
  END AS status,
  CASE WHEN event_ids IS NULL THEN 'config' ELSE 'joined' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN owner IS NULL THEN 'who owns image ' || resource_id || ' could not be read'
    WHEN trusted THEN 'image ' || resource_id || ' is of ' || owner || ', which is known'
    WHEN used THEN 'machines were launched of image ' || resource_id || ', which is of account ' || owner
    ELSE 'no machine is known to be launched of image ' || resource_id || ', which is of account ' || owner
  END AS summary,
  coalesce(event_ids, []) AS event_ids,
  owner,
  image_name,
  instances,
  -- Who launched a machine changed what runs of the image.
  instances AS related
FROM looked
UNION ALL BY NAME
-- What the account made itself is its own.
SELECT
  'PASS' AS status,
  'logs' AS basis,
  max(event_time) AS as_of,
  response_elements ->> '$.imageId' AS resource_id,
  account_id,
  region,
  'image ' || (response_elements ->> '$.imageId') || ' was made in the account' AS summary,
  list(event_id ORDER BY event_time) AS event_ids
FROM events
WHERE operation = 'ec2:CreateImage'
  AND error_code IS NULL
  AND (response_elements ->> '$.imageId') IS NOT NULL
GROUP BY account_id, region, response_elements ->> '$.imageId';
