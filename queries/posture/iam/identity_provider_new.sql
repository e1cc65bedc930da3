-- id: iam_identity_provider_new
-- title: Identity provider made or changed during the incident
-- kind: posture
-- check: IAM-08
-- severity: high
-- status: stable
-- resource_type: AWS::IAM::SAMLProvider
-- changed_by: [iam:CreateSAMLProvider, iam:UpdateSAMLProvider, iam:CreateOpenIDConnectProvider, iam:AddClientIDToOpenIDConnectProvider, iam:UpdateOpenIDConnectProviderThumbprint]
-- remediation: aws iam delete-saml-provider --saml-provider-arn {resource_arn}
-- why: Whoever controls an identity provider signs in as anybody whom its roles trust, whatever is done about keys and users.
-- description: >
--   A SAML or OIDC identity provider of IAM was made or changed within the incident's
--   time. One that was there before is set back to what it was, and not deleted: people sign
--   in with it.
-- blind_spots:
--   - Where the incident's time is not known, neither is whether a provider is of it.
--   - When a provider was changed, and not made, is known by the logs alone.
--   - The providers that EKS clusters have for their own pods, and changes that Identity Center makes by itself, are left out.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
changes AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    coalesce(
      e.response_elements ->> '$.sAMLProviderArn',
      e.response_elements ->> '$.openIDConnectProviderArn',
      e.request_parameters ->> '$.sAMLProviderArn',
      e.request_parameters ->> '$.openIDConnectProviderArn'
    ) AS provider_arn,
    e.operation IN ('iam:CreateSAMLProvider', 'iam:CreateOpenIDConnectProvider') AS made,
    e.request_parameters ->> '$.clientID' AS client_id,
    i.known AS time_known,
    e.event_time >= i.since AND e.event_time < i.until AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN (
      'iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider', 'iam:CreateOpenIDConnectProvider',
      'iam:AddClientIDToOpenIDConnectProvider', 'iam:UpdateOpenIDConnectProviderThumbprint'
    )
    AND e.error_code IS NULL
    AND coalesce(e.principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
changed AS (
  SELECT
    provider_arn,
    account_id,
    max(region) AS region,
    bool_or(time_known) AS time_known,
    bool_or(in_window) AS in_window,
    bool_or(made AND in_window) AS made_then,
    max(client_id) FILTER (WHERE in_window) AS client_id,
    max(event_time) AS changed_at,
    list(event_id ORDER BY event_time, event_id) FILTER (WHERE in_window OR NOT time_known) AS event_ids
  FROM changes
  WHERE provider_arn IS NOT NULL
  GROUP BY provider_arn, account_id
),
judged AS (
  SELECT
    CASE WHEN c.provider_arn IS NULL THEN 'config' ELSE 'joined' END AS basis,
    s.captured_at AS as_of,
    s.resource_type,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Provider') IS NOT NULL AND i.known AS known,
    coalesce(c.in_window AND i.known, false) AS changed_then,
    i.known AND TRY_CAST(s.config ->> '$.Provider.CreateDate' AS TIMESTAMP) >= i.since AND TRY_CAST(s.config ->> '$.Provider.CreateDate' AS TIMESTAMP) < i.until AS made_then,
    c.client_id,
    coalesce(s.config ->> '$.Provider.EntityID', s.config ->> '$.Provider.Url') AS provider,
    coalesce(c.event_ids, CAST([] AS VARCHAR[])) AS event_ids
  FROM snapshots AS s
  CROSS JOIN incident AS i
  LEFT JOIN changed AS c ON c.provider_arn = s.resource_arn
  WHERE s.resource_type IN ('AWS::IAM::SAMLProvider', 'AWS::IAM::OIDCProvider')
    AND s.status = 'found'
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    changed_at AS as_of,
    CASE WHEN contains(provider_arn, ':saml-provider/') THEN 'AWS::IAM::SAMLProvider' ELSE 'AWS::IAM::OIDCProvider' END AS resource_type,
    regexp_extract(provider_arn, ':(?:saml|oidc)-provider/(.+)$', 1) AS resource_id,
    provider_arn AS resource_arn,
    account_id,
    region,
    time_known AS known,
    in_window AND time_known AS changed_then,
    made_then AND time_known AS made_then,
    client_id,
    coalesce(event_ids, CAST([] AS VARCHAR[])) AS event_ids
  FROM changed
)
SELECT
  CASE
    WHEN NOT regexp_matches(resource_id, '^oidc[.]eks[.][a-z0-9-]+[.]amazonaws[.]com([.]cn)?/') AND (changed_then OR made_then) THEN 'FAIL'
    WHEN known OR regexp_matches(resource_id, '^oidc[.]eks[.][a-z0-9-]+[.]amazonaws[.]com([.]cn)?/') THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  'identity provider ' || resource_id || CASE
    WHEN regexp_matches(resource_id, '^oidc[.]eks[.][a-z0-9-]+[.]amazonaws[.]com([.]cn)?/') THEN ' is one that an EKS cluster has for its pods'
    WHEN made_then THEN ' was made in the incident''s time'
    WHEN changed_then THEN ' was changed in the incident''s time'
    WHEN known THEN ' was not made or changed in the incident''s time'
    ELSE ' is there, and whether it was made in the incident''s time is not known'
  END AS summary,
  event_ids,
  provider,
  client_id,
  CASE
    WHEN resource_type = 'AWS::IAM::SAMLProvider' AND NOT made_then THEN 'aws iam update-saml-provider --saml-provider-arn {resource_arn} --saml-metadata-document file://metadata.xml'
    WHEN resource_type = 'AWS::IAM::OIDCProvider' AND made_then THEN 'aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {resource_arn}'
    WHEN resource_type = 'AWS::IAM::OIDCProvider' AND client_id IS NULL
      THEN 'aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn {resource_arn} --thumbprint-list THUMBPRINT'
    WHEN resource_type = 'AWS::IAM::OIDCProvider'
      THEN 'aws iam remove-client-id-from-open-id-connect-provider --open-id-connect-provider-arn {resource_arn} --client-id {client_id}'
  END AS remediation
FROM judged;
