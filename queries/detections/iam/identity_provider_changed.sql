-- id: iam_identity_provider_changed
-- title: SAML or OIDC identity provider created or changed
-- severity: high
-- status: stable
-- attack: [T1484.002]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   A principal created or changed an identity provider of IAM. Whoever controls the
--   provider can name anybody in the roles that trust it, without a single key in the
--   account.
-- false_positives:
--   - On-boarding of a directory or of a CI service; renewal of a SAML certificate.
--   - "Clusters of EKS with roles for service accounts: their own providers are left out."
-- blind_spots:
--   - Identity Center's service-linked role is left out; see the detections of sso.
--   - A provider of an EKS cluster in a foreign account looks like an own one.
-- triage:
--   - Which roles trust the provider in resource? Look for CreateRole and UpdateAssumeRolePolicy that name it.
--   - List AssumeRoleWithSAML and AssumeRoleWithWebIdentity events after event_time.
--   - Compare the metadata with the one of the organization's provider.
-- references:
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
--   - https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(
    response_elements ->> '$.sAMLProviderArn',
    response_elements ->> '$.openIDConnectProviderArn',
    request_parameters ->> '$.sAMLProviderArn',
    request_parameters ->> '$.openIDConnectProviderArn',
    request_parameters ->> '$.name',
    request_parameters ->> '$.url'
  ) AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' for ' || coalesce(
    request_parameters ->> '$.url',
    request_parameters ->> '$.name',
    request_parameters ->> '$.sAMLProviderArn',
    request_parameters ->> '$.openIDConnectProviderArn',
    '?'
  ) AS summary
FROM events
WHERE operation IN (
    'iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider', 'iam:CreateOpenIDConnectProvider',
    'iam:AddClientIDToOpenIDConnectProvider', 'iam:UpdateOpenIDConnectProviderThumbprint'
  )
  AND error_code IS NULL
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
  AND NOT regexp_matches(coalesce((request_parameters ->> '$.url'), ''), '^(https://)?oidc[.]eks[.][a-z0-9-]+[.]amazonaws[.]com/');
