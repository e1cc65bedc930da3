-- id: ses_sending_opened
-- title: Sender of mail made, or sending opened, during the incident
-- kind: posture
-- check: SES-01
-- severity: high
-- status: stable
-- resource_type: AWS::SES::EmailIdentity
-- changed_by: [ses:CreateEmailIdentity, ses:VerifyEmailIdentity, ses:VerifyDomainIdentity, ses:VerifyEmailAddress, ses:PutAccountDetails, ses:UpdateAccountSendingEnabled, ses:PutAccountSendingAttributes, ses:PutIdentityPolicy, ses:CreateEmailIdentityPolicy, ses:UpdateEmailIdentityPolicy]
-- remediation: aws sesv2 delete-email-identity --email-identity {resource_id} --region {region}
-- why: Phishing is sent in the organization's name, and its mail is blocked afterwards.
-- description: >
--   Within the incident's time an identity to send mail as was made, in an account that may
--   send to everybody; or sending or production access was switched on; or an identity
--   lets outsiders send by its policy.
-- blind_spots:
--   - When an identity was made is known by the logs alone; without them one that an intruder made passes.
--   - Where the incident's time is not known, neither is whether an identity is of it.
--   - Of the logs alone, whether the account is still in the sandbox is not known, and counts as if it were not.
-- references:
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html
--   - https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
--   - https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
made AS (
  SELECT
    e.account_id,
    e.region,
    coalesce(e.request_parameters ->> '$.emailIdentity', e.request_parameters ->> '$.emailAddress', e.request_parameters ->> '$.domain') AS identity_name,
    max(e.event_time) AS made_at,
    arg_max(e.event_id, e.event_time) AS event_id,
    bool_or(i.known AND e.event_time >= i.since AND e.event_time < i.until) AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN ('ses:CreateEmailIdentity', 'ses:VerifyEmailIdentity', 'ses:VerifyDomainIdentity', 'ses:VerifyEmailAddress')
    AND e.error_code IS NULL
    AND e.invoked_by IS NULL
  GROUP BY ALL
),
policies AS (
  SELECT
    account_id,
    region,
    coalesce(request_parameters ->> '$.emailIdentity', request_parameters ->> '$.identity') AS identity_name,
    event_time,
    event_id,
    CASE WHEN operation NOT LIKE '%:Delete%' THEN json_extract(request_parameters, '$.policy') END AS policy
  FROM events
  WHERE operation IN (
      'ses:PutIdentityPolicy', 'ses:CreateEmailIdentityPolicy', 'ses:UpdateEmailIdentityPolicy', 'ses:DeleteIdentityPolicy', 'ses:DeleteEmailIdentityPolicy'
    )
    AND error_code IS NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, coalesce(request_parameters ->> '$.emailIdentity', request_parameters ->> '$.identity'), request_parameters ->> '$.policyName'
    ORDER BY event_time DESC, event_id DESC
  ) = 1
),
opened AS (
  SELECT
    p.account_id,
    p.region,
    p.identity_name,
    max(p.event_time) AS changed_at,
    list_distinct(flatten(list(policy_outsiders(p.policy, own.ids)))) AS outsiders,
    list(p.event_id ORDER BY p.event_time, p.event_id) AS event_ids
  FROM policies AS p
  CROSS JOIN own
  WHERE p.identity_name IS NOT NULL
  GROUP BY p.account_id, p.region, p.identity_name
),
judged AS (
  SELECT
    CASE WHEN m.event_id IS NULL THEN 'config' ELSE 'joined' END AS basis,
    s.captured_at AS as_of,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    list_distinct(flatten(list_transform(json_items(s.config -> '$.Policies'), lambda p: policy_outsiders(p -> '$.PolicyDocument', own.ids)))) AS outsiders,
    (s.config -> '$.Policies') IS NOT NULL AS policies_known,
    m.event_id IS NOT NULL AS made,
    coalesce(m.in_window, false) AS made_then,
    i.known AS time_known,
    CASE WHEN (s.config -> '$.Account') IS NOT NULL
      THEN (s.config ->> '$.Account.ProductionAccessEnabled') = 'true' AND (s.config ->> '$.Account.SendingEnabled') = 'true'
    END AS sends,
    CASE WHEN m.event_id IS NULL THEN [] ELSE [m.event_id] END AS event_ids
  FROM snapshots AS s
  CROSS JOIN own
  CROSS JOIN incident AS i
  LEFT JOIN made AS m ON m.account_id = s.account_id AND m.region = s.region AND m.identity_name = s.resource_id
  WHERE s.resource_type = 'AWS::SES::EmailIdentity'
    AND s.status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    greatest(coalesce(m.made_at, o.changed_at), coalesce(o.changed_at, m.made_at)) AS as_of,
    coalesce(m.identity_name, o.identity_name) AS resource_id,
    coalesce(m.account_id, o.account_id) AS account_id,
    coalesce(m.region, o.region) AS region,
    coalesce(o.outsiders, []) AS outsiders,
    true AS policies_known,
    m.event_id IS NOT NULL AS made,
    coalesce(m.in_window, false) AS made_then,
    i.known AS time_known,
    true AS sends,
    CASE WHEN m.event_id IS NULL THEN [] ELSE [m.event_id] END || coalesce(o.event_ids, []) AS event_ids
  FROM made AS m
  FULL JOIN opened AS o ON o.account_id = m.account_id AND o.region = m.region AND o.identity_name = m.identity_name
  CROSS JOIN incident AS i
),
switches AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.operation,
    coalesce(
      e.request_parameters ->> '$.productionAccessEnabled',
      e.request_parameters ->> '$.sendingEnabled',
      e.request_parameters ->> '$.enabled'
    ) = 'true' AS opens,
    i.known AS time_known,
    i.known AND e.event_time >= i.since AND e.event_time < i.until AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN ('ses:PutAccountDetails', 'ses:UpdateAccountSendingEnabled', 'ses:PutAccountSendingAttributes')
    AND e.error_code IS NULL
    AND e.invoked_by IS NULL
  QUALIFY row_number() OVER (PARTITION BY e.account_id, e.region, e.operation ORDER BY e.event_time DESC, e.event_id DESC) = 1
)
SELECT
  CASE
    WHEN len(outsiders) > 0 OR (made_then AND sends) THEN 'FAIL'
    WHEN NOT policies_known OR (made AND NOT time_known) OR (made_then AND sends IS NULL) THEN NULL
    ELSE 'PASS'
  END AS status,
  basis,
  as_of,
  'AWS::SES::EmailIdentity' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'identity ' || resource_id || CASE
    WHEN len(outsiders) > 0 THEN ' lets ' || replace(array_to_string(outsiders, ', '), '*', 'everyone') || ' send by its policy'
    WHEN made_then AND sends THEN ' was made in the incident''s time'
    WHEN NOT policies_known THEN ' has policies that could not be read'
    WHEN made AND NOT time_known THEN ' was made within the logs, and whether in the incident''s time is not known'
    WHEN made_then AND sends IS NULL THEN ' was made in the incident''s time, and whether the account may send could not be read'
    WHEN made_then THEN ' was made in the incident''s time, and the account may not send to everybody'
    ELSE ' was not made or opened in the incident''s time, as far as the logs tell'
  END AS summary,
  event_ids,
  outsiders
FROM judged
WHERE resource_id IS NOT NULL
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(opens AND in_window) THEN 'FAIL' WHEN bool_and(time_known) OR NOT bool_or(opens) THEN 'PASS' END AS status,
  'logs' AS basis,
  max(event_time) AS as_of,
  'AWS::Account' AS resource_type,
  account_id AS resource_id,
  account_id,
  max(region) AS region,
  'account ' || account_id || CASE
    WHEN bool_or(opens AND in_window) THEN ' was opened for sending mail in the incident''s time, in ' || string_agg(DISTINCT region, ', ' ORDER BY region) FILTER (WHERE opens AND in_window)
    WHEN NOT bool_or(opens) THEN ' was closed for sending mail'
    WHEN bool_and(time_known) THEN ' was opened for sending mail, and not in the incident''s time'
    ELSE ' was opened for sending mail, and whether in the incident''s time is not known'
  END AS summary,
  list(event_id ORDER BY event_time, event_id) AS event_ids,
  'aws sesv2 put-account-sending-attributes --no-sending-enabled --region {region}' AS remediation
FROM switches
GROUP BY account_id;
