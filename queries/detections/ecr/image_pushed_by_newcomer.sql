-- id: ecr_image_pushed_by_newcomer
-- title: Image pushed by somebody who never pushed one
-- severity: medium
-- status: stable
-- attack: [T1525]
-- requires: [management]
-- key: [principal_arn, resource]
-- baseline: true
-- history: 1
-- description: >
--   A repository that at least three pushes of other principals filled over at least seven days
--   got an image from a principal that never pushed any image in the account before. What is deployed from the
--   repository may run a stranger's code.
-- false_positives:
--   - A new pipeline role, a new colleague, a pull by hand in an emergency.
-- blind_spots:
--   - Who pushes to other repositories every day may push to this one unseen.
--   - Says nothing where the case holds fewer than seven days of pushes to the repository, see history_days. A push with the stolen role of the usual pipeline looks ordinary. Copies by replication and pull-through cache are left out by invokedBy.
-- triage:
--   - Is tag one that is deployed, such as latest? Did it exist before?
--   - Compare the image's digest with what the pipeline built.
--   - Which services pulled the image after event_time (BatchGetImage of the repository)?
-- references:
--   - https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html

WITH pushes AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    request_parameters ->> '$.repositoryName' AS resource,
    request_parameters ->> '$.imageTag' AS tag
  FROM events
  WHERE operation = 'ecr:PutImage'
    AND error_code IS NULL
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND principal_arn IS NOT NULL
),
ranked AS (
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
    tag,
    row_number() OVER (PARTITION BY account_id, principal_arn ORDER BY event_time, event_id) AS nth,
    count(*) OVER (PARTITION BY account_id, region, resource ORDER BY event_time, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS pushes_before,
    min(event_time) OVER (PARTITION BY account_id, region, resource) AS first_push
  FROM pushes
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
  tag,
  pushes_before,
  date_diff('day', first_push, event_time) AS history_days,
  principal_arn || ' pushed ' || coalesce(resource, '?') || ':' || coalesce(tag, '?') || ' for the first time, after ' || pushes_before
    || ' pushes of others in ' || date_diff('day', first_push, event_time) || ' days' AS summary
FROM ranked
WHERE nth = 1
  AND pushes_before >= 3
  AND date_diff('day', first_push, event_time) >= 7;
