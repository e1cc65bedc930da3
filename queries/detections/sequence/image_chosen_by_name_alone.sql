-- id: sequence_image_chosen_by_name_alone
-- title: Image looked up by name without an owner, then a machine started
-- severity: medium
-- status: test
-- attack: [T1204, T1525]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   One identity searched images by name without naming an owner, and started a machine within half an hour
--   from an image that nobody in this case has made. Anybody can publish an image under a familiar name; the
--   newest one wins.
-- false_positives:
--   - Scripts that search without an owner and then take a good image; they should name the owner.
--   - A person who browses public images and takes one on purpose.
-- blind_spots:
--   - CloudTrail does not say who owns the image; look it up.
--   - Launch templates that name the image are not looked into.
-- triage:
--   - Look up the owner of the image in resource, and compare with the publisher that was meant.
--   - If it is a stranger's, isolate the machines of the cited RunInstances.
--   - Name the owner in the search, and allow only known owners (allowed AMIs).
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
--   - https://securitylabs.datadoghq.com/articles/whoami-a-cloud-image-name-confusion-attack/

WITH searched AS (
  SELECT
    event_time,
    event_id,
    identity_arn,
    account_id,
    region,
    request_parameters ->> '$.filterSet' AS search
  FROM events
  WHERE operation = 'ec2:DescribeImages'
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_arn IS NOT NULL
    AND coalesce(request_parameters ->> '$.ownersSet', '{}') = '{}'
    AND coalesce(request_parameters ->> '$.imagesSet', '{}') = '{}'
    AND contains(request_parameters ->> '$.filterSet', '"name":"name"')
    AND NOT regexp_matches(request_parameters ->> '$.filterSet', '"(owner-id|owner-alias)"')
    AND identity_arn IN (SELECT identity_arn FROM events WHERE operation = 'ec2:RunInstances' AND identity_arn IS NOT NULL)
),
started AS (
  SELECT
    event_time,
    event_id,
    operation,
    identity_arn,
    principal_arn,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    regexp_extract(request_parameters, '"imageId":"(ami-[0-9a-f]+)"', 1) AS image_id
  FROM events
  WHERE operation = 'ec2:RunInstances'
    AND error_code IS NULL
    AND invoked_by IS NULL
),
own_images AS (
  SELECT DISTINCT
    response_elements ->> '$.imageId' AS image_id
  FROM events
  WHERE operation IN ('ec2:CreateImage', 'ec2:CopyImage', 'ec2:RegisterImage')
    AND error_code IS NULL
    AND (response_elements ->> '$.imageId') IS NOT NULL
)
SELECT
  min(q.event_time) AS event_time,
  max(a.event_time) AS last_time,
  list(DISTINCT q.event_id) || list(DISTINCT a.event_id) AS event_ids,
  any_value(a.principal_arn) AS principal_arn,
  any_value(a.access_key_id) AS access_key_id,
  any_value(a.source_ip) AS source_ip,
  a.image_id AS resource,
  any_value(a.account_id) AS account_id,
  any_value(a.region) AS region,
  any_value(a.user_agent) AS user_agent,
  any_value(a.principal_arn) || ' searched images by name without an owner at ' || strftime(min(q.event_time), '%H:%M:%S')
    || ' and started ' || a.image_id || ' at '
    || strftime(min(a.event_time), '%H:%M:%S') || '; nobody in this case made that image' AS summary
FROM started AS a
JOIN searched AS q
  ON q.identity_arn = a.identity_arn
 AND q.account_id = a.account_id
 AND q.region = a.region
 AND a.event_time BETWEEN q.event_time AND q.event_time + INTERVAL 30 MINUTE
WHERE a.image_id <> ''
  AND a.image_id NOT IN (SELECT image_id FROM own_images)
GROUP BY a.identity_arn, a.image_id, CAST(a.event_time AS DATE);
