-- id: ec2_user_data_suspicious
-- title: User data replaced, or a script that fetches and runs
-- kind: posture
-- check: EC2-11
-- severity: high
-- status: stable
-- resource_type: AWS::EC2::Instance
-- changed_by: [ec2:ModifyInstanceAttribute, ec2:RunInstances]
-- remediation: aws ec2 modify-instance-attribute --instance-id {resource_id} --attribute userData --value REVIEWED_USER_DATA_IN_BASE64 --region {region}
-- why: User data runs as root when a machine starts, so that replacing it is a way to its role and back onto it.
-- description: >
--   The user data of an instance was replaced within the incident's time (or within the
--   logs, where that is not known), or holds what scripts of intruders hold: a shell over the
--   network, or code that is encoded or fetched and run. Rebuild the machine of a known image.
-- blind_spots:
--   - What the user data says is masked, by AWS in the logs and by trailbench in what was looked up; it is judged by words.
--   - Scripts that fetch with curl or wget alone pass, because most that install something do.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html

WITH incident AS (
  SELECT any_value(since) AS since, any_value(until) AS until FROM scope
),
replaced AS (
  SELECT
    e.account_id,
    e.region,
    e.request_parameters ->> '$.instanceId' AS instance_id,
    max(e.event_time) AS changed_at,
    arg_max(e.event_id, e.event_time) AS event_id,
    bool_or(
      e.event_time >= coalesce(i.since, e.event_time)
      AND e.event_time <= coalesce(i.until, e.event_time)
    ) AS late
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation = 'ec2:ModifyInstanceAttribute'
    AND e.error_code IS NULL
    AND (e.request_parameters ->> '$.instanceId') IS NOT NULL
    AND (json_exists(e.request_parameters, '$.userData') OR (e.request_parameters ->> '$.attribute') = 'userData')
  GROUP BY ALL
),
looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.UserData') IS NOT NULL AS known,
    coalesce(config ->> '$.UserData.matches[*]', []) AS words,
    config ->> '$.UserData.masked' AS masked
  FROM snapshots
  WHERE resource_type = 'AWS::EC2::Instance'
    AND status = 'found'
),
judged AS (
  SELECT
    l.captured_at,
    l.resource_id,
    l.resource_arn,
    l.account_id,
    l.region,
    l.known,
    l.words,
    l.masked,
    coalesce(r.late, false) AS late,
    r.changed_at,
    r.event_id,
    list_has_any(l.words, ['/dev/tcp', 'ncat', 'socat', 'EncodedCommand', 'FromBase64String', 'certutil', 'bitsadmin'])
      OR list_has_any(l.words, ['IEX', 'Invoke-Expression'])
      AND list_has_any(l.words, ['Invoke-WebRequest', 'Invoke-RestMethod', 'DownloadString', 'DownloadFile', 'base64'])
      OR list_contains(l.words, 'base64') AND list_has_any(l.words, ['curl', 'wget']) AS hides
  FROM looked AS l
  LEFT JOIN replaced AS r
    ON r.account_id = l.account_id
    AND r.region = l.region
    AND r.instance_id = l.resource_id
    AND r.changed_at <= l.captured_at
)
SELECT
  CASE WHEN late OR hides THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  CASE WHEN event_id IS NULL THEN 'config' ELSE 'joined' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN late THEN 'the user data of ' || resource_id || ' was replaced ' || strftime(changed_at, 'on %Y-%m-%d %H:%M')
      || CASE WHEN len(words) > 0 THEN ' and holds ' || array_to_string(words, ', ') ELSE '' END
    WHEN NOT known THEN 'the user data of ' || resource_id || ' could not be read'
    WHEN hides THEN 'the user data of ' || resource_id || ' holds ' || array_to_string(words, ', ')
    WHEN len(words) > 0 THEN 'the user data of ' || resource_id || ' fetches something, as most do: ' || array_to_string(words, ', ')
    ELSE 'the user data of ' || resource_id || ' holds nothing suspicious'
  END AS summary,
  CASE WHEN event_id IS NULL THEN CAST([] AS VARCHAR[]) ELSE [event_id] END AS event_ids,
  words,
  masked
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN late THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  instance_id AS resource_id,
  account_id,
  region,
  'the user data of ' || instance_id || ' was replaced ' || strftime(changed_at, 'on %Y-%m-%d %H:%M') || CASE WHEN late THEN '' ELSE ', not in the incident''s time' END AS summary,
  [event_id] AS event_ids
FROM replaced;
