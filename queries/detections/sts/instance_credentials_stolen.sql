-- id: sts_instance_credentials_stolen
-- title: Credentials of an EC2 instance used from somewhere else
-- severity: high
-- status: stable
-- attack: [T1552.005, T1078.004]
-- requires: [management]
-- key: [account_id, resource, source_ip]
-- description: >
--   Credentials that the metadata service gave to one instance came from an address that
--   is not the instance's: the instance called from another address before, with other
--   tools; or users of IAM or Identity Center, or root, work from this address too.
--   Gateways, at which several instances begin or that three use, are left out.
-- false_positives:
--   - An instance that gets a new public address, or leaves through several gateways that no other instance uses, and runs several tools.
--   - A host on which users with their own credentials work.
-- blind_spots:
--   - An instance is known by the name of its session (i-…), which the metadata service sets; somebody who assumes the role himself can write it too.
--   - A thief is not seen who comes before the instance itself does, through its gateway, or with the credentials of three instances at one address, or from an address that was in use on two days before.
--   - An instance that called fewer than ten times before counts as elsewhere only when the same access key was at both addresses.
--   - Only the first event of a day, address and tool is cited.
-- triage:
--   - What is source_ip? The address of the instance or of its gateway at that time acquits.
--   - List all events of the session in resource from source_ip, with every key.
--   - Look for SendCommand, StartSession, or a web application with SSRF on the instance in the hours before event_time.
-- references:
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ec2-steal-instance-credentials/
--   - https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html

WITH calls AS (
  SELECT
    account_id,
    principal_arn,
    session_name,
    access_key_id,
    source_ip,
    user_agent,
    -- Some services write the user agent in brackets.
    trim(user_agent, '[]') AS tool,
    events,
    first_time,
    last_time,
    first_event_id,
    NOT regexp_matches(
      source_ip,
      '^(0[.]|10[.]|127[.]|169[.]254[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.]|[fF][cCdD]|[fF][eE]80|::1$)'
    ) AS public
  FROM activity
  WHERE identity_type = 'AssumedRole'
    AND regexp_matches(session_name, '^i-([0-9a-f]{8}|[0-9a-f]{17})$')
    AND invoked_by IS NULL
    AND regexp_matches(source_ip, '^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$|:')
),
home AS (
  SELECT
    account_id,
    principal_arn,
    session_name,
    arg_min(source_ip, first_time) AS source_ip
  FROM calls
  GROUP BY account_id, principal_arn, session_name
),
-- Addresses at which two instances begin, or that three use, are gateways of the
-- organization; so are those that the analyst named.
gateways AS (
  SELECT source_ip
  FROM home
  GROUP BY source_ip
  HAVING count(DISTINCT session_name) >= 2
  UNION
  SELECT source_ip
  FROM calls
  GROUP BY source_ip
  HAVING count(DISTINCT session_name) >= 3
  UNION
  SELECT k.value AS source_ip
  FROM known AS k
  WHERE k.kind = 'source_ip'
),
-- One call from an address says little about where an instance is.
home_use AS (
  SELECT
    c.account_id,
    c.principal_arn,
    c.session_name,
    sum(c.events) AS events,
    list(DISTINCT c.access_key_id) AS keys
  FROM calls AS c
  JOIN home AS h
    ON h.account_id = c.account_id
    AND h.principal_arn = c.principal_arn
    AND h.session_name = c.session_name
    AND h.source_ip = c.source_ip
  GROUP BY c.account_id, c.principal_arn, c.session_name
),
home_tools AS (
  SELECT DISTINCT
    c.account_id,
    c.principal_arn,
    c.session_name,
    c.tool
  FROM calls AS c
  JOIN home AS h
    ON h.account_id = c.account_id
    AND h.principal_arn = c.principal_arn
    AND h.session_name = c.session_name
    AND h.source_ip = c.source_ip
),
-- From the third day on, an address is nothing new.
used AS (
  SELECT
    source_ip,
    list_sort(list(DISTINCT day))[2] AS second_day
  FROM activity
  WHERE source_ip IN (SELECT c.source_ip FROM calls AS c)
  GROUP BY source_ip
),
people AS (
  SELECT
    account_id,
    source_ip,
    min(principal_arn) AS person
  FROM activity
  WHERE invoked_by IS NULL
    AND (identity_type IN ('IAMUser', 'Root') OR contains(principal_arn, ':role/aws-reserved/sso.amazonaws.com/'))
    AND source_ip IN (SELECT c.source_ip FROM calls AS c)
  GROUP BY account_id, source_ip
),
judged AS (
  SELECT
    c.account_id,
    c.principal_arn,
    c.session_name,
    c.access_key_id,
    c.source_ip,
    c.user_agent,
    c.events,
    c.first_time,
    c.last_time,
    c.first_event_id,
    p.person,
    -- The Systems Manager agent answers for the instance wherever it is.
    CASE
      WHEN h.source_ip <> c.source_ip
        AND t.tool IS NULL
        AND NOT contains(coalesce(c.tool, ''), 'amazon-ssm-agent')
        AND (m.events >= 10 OR list_contains(m.keys, c.access_key_id))
        AND (u.second_day IS NULL OR u.second_day >= CAST(c.first_time AS DATE))
      THEN h.source_ip
    END AS other_address
  FROM calls AS c
  ANTI JOIN gateways AS g
    ON g.source_ip = c.source_ip
  JOIN home AS h
    ON h.account_id = c.account_id
    AND h.principal_arn = c.principal_arn
    AND h.session_name = c.session_name
  JOIN home_use AS m
    ON m.account_id = c.account_id
    AND m.principal_arn = c.principal_arn
    AND m.session_name = c.session_name
  JOIN used AS u
    ON u.source_ip = c.source_ip
  LEFT JOIN people AS p
    ON p.account_id = c.account_id
    AND p.source_ip = c.source_ip
  LEFT JOIN home_tools AS t
    ON t.account_id = c.account_id
    AND t.principal_arn = c.principal_arn
    AND t.session_name = c.session_name
    AND t.tool = c.tool
  WHERE c.public
)
SELECT
  min(first_time) AS event_time,
  max(last_time) AS last_time,
  list(first_event_id ORDER BY first_time) AS event_ids,
  principal_arn,
  CASE WHEN count(DISTINCT access_key_id) = 1 THEN any_value(access_key_id) END AS access_key_id,
  source_ip,
  any_value(user_agent) AS user_agent,
  account_id,
  session_name AS resource,
  max(other_address) AS other_address,
  max(person) AS person,
  CAST(sum(events) AS BIGINT) AS events,
  'Credentials of ' || session_name || ' were used from ' || source_ip
    || CASE WHEN max(other_address) IS NULL THEN '' ELSE ', before from ' || max(other_address) END
    || CASE WHEN max(person) IS NULL THEN '' ELSE ', where ' || max(person) || ' works too' END AS summary
FROM judged
WHERE person IS NOT NULL
  OR other_address IS NOT NULL
GROUP BY account_id, principal_arn, source_ip, session_name;
