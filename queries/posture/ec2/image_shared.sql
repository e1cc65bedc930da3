-- id: ec2_image_shared
-- title: Machine image public or shared with an unknown account
-- kind: posture
-- check: EC2-06
-- severity: critical
-- status: stable
-- resource_type: AWS::EC2::Image
-- changed_by: [ec2:ModifyImageAttribute, ec2:ResetImageAttribute]
-- remediation: aws ec2 reset-image-attribute --image-id {resource_id} --attribute launchPermission --region {region}
-- why: Whoever may launch an image has the disks it was made of, with every key and secret on them.
-- description: >
--   An image may be launched by everyone, or by an account or organization that is not ours.
-- blind_spots:
--   - Without a look at the image, permissions from before the first event of the case are not known.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own. An organization is known by its management account.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.LaunchPermissions') IS NOT NULL AS known,
    list_filter(
      list_transform(
        json_items(s.config -> '$.LaunchPermissions'),
        lambda p: coalesce(nullif(p ->> '$.Group', ''), nullif(p ->> '$.UserId', ''), p ->> '$.OrganizationArn', p ->> '$.OrganizationalUnitArn')
      ),
      lambda g: NOT list_contains(own.ids, regexp_extract(g, '^(?:arn:[^:]*:organizations::)?([0-9]{12})', 1))
    ) AS shared_with,
    s.config ->> '$.Image.Name' AS image_name
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::EC2::Image'
    AND s.status = 'found'
    -- Of an image of somebody else nobody is told who may launch it.
    AND json_type(s.config, '$.LaunchPermissions') IS DISTINCT FROM 'NULL'
),
changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    request_parameters ->> '$.imageId' AS image_id,
    json_items(json_extract(request_parameters, '$.launchPermission.add.items')) AS added,
    json_items(json_extract(request_parameters, '$.launchPermission.remove.items')) AS removed
  FROM events
  WHERE operation = 'ec2:ModifyImageAttribute'
    AND error_code IS NULL
),
steps AS (
  SELECT event_time, event_id, account_id, region, image_id, true AS shares, unnest(added) AS permission FROM changes
  UNION ALL
  SELECT event_time, event_id, account_id, region, image_id, false AS shares, unnest(removed) AS permission FROM changes
),
named AS (
  SELECT event_time, event_id, account_id, region, image_id, shares, coalesce(permission ->> '$.userId', permission ->> '$.group', permission ->> '$.organizationArn', permission ->> '$.organizationalUnitArn') AS grantee
  FROM steps
),
-- A reset takes from everybody what they had.
resets AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.request_parameters ->> '$.imageId' AS image_id,
    false AS shares,
    unnest((SELECT list(DISTINCT n.grantee) FROM named AS n WHERE n.account_id = e.account_id AND n.image_id = (e.request_parameters ->> '$.imageId'))) AS grantee
  FROM events AS e
  WHERE e.operation = 'ec2:ResetImageAttribute'
    AND e.error_code IS NULL
),
-- What was last said about each that is none of the organization's accounts.
permissions AS (
  SELECT
    account_id,
    region,
    image_id,
    grantee,
    arg_max(shares, event_time) AS shared,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM (
    SELECT event_time, event_id, account_id, region, image_id, shares, grantee FROM named
    UNION ALL
    SELECT event_time, event_id, account_id, region, image_id, shares, grantee FROM resets
  ) AS p
  WHERE image_id IS NOT NULL
    AND regexp_extract(grantee, '^(?:arn:[^:]*:organizations::)?([0-9]{12})', 1) NOT IN (SELECT o.account_id FROM own_accounts AS o)
  GROUP BY account_id, region, image_id, grantee
)
SELECT
  CASE WHEN known THEN CASE WHEN len(shared_with) > 0 THEN 'FAIL' ELSE 'PASS' END END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'who may launch ' || resource_id || ' could not be read'
    WHEN list_contains(shared_with, 'all') THEN resource_id || ' may be launched by everyone'
    WHEN len(shared_with) > 0 THEN resource_id || ' may be launched by ' || array_to_string(shared_with, ', ')
    ELSE resource_id || ' may be launched by no account but the organization''s'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  shared_with,
  image_name
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(shared) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  image_id AS resource_id,
  account_id,
  region,
  CASE
    WHEN bool_or(shared AND grantee = 'all') THEN image_id || ' was shared with everyone and not taken back'
    WHEN bool_or(shared) THEN image_id || ' was shared with ' || string_agg(grantee, ', ' ORDER BY grantee) FILTER (WHERE shared) || ' and not taken back'
    ELSE image_id || ' was shared, and all of it was taken back'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  coalesce(list(grantee ORDER BY grantee) FILTER (WHERE shared), []) AS shared_with
FROM permissions
GROUP BY account_id, region, image_id;
