-- id: rolesanywhere_trust_created
-- title: Certificate authority or profile of Roles Anywhere added
-- severity: high
-- status: stable
-- attack: [T1098.001, T1556]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   A trust anchor of IAM Roles Anywhere was created, changed or enabled, or a profile
--   that says which roles its certificates get. Whoever holds the private key of the
--   authority can make credentials for these roles as long as the anchor stands, from
--   anywhere.
-- false_positives:
--   - Roll-out of Roles Anywhere for machines outside AWS.
-- blind_spots:
--   - The certificates that are used later show as CreateSession events, with their subject.
-- triage:
--   - Whose authority is it? Read the certificate in request_parameters, or the private CA that it names.
--   - Which roles can the profile give (attribute roles), and do they trust rolesanywhere.amazonaws.com?
--   - List CreateSession events after event_time.
-- references:
--   - https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html
--   - https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html
--   - https://stratus-red-team.cloud/attack-techniques/AWS/aws.persistence.rolesanywhere-create-trust-anchor/

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
    response_elements ->> '$.trustAnchor.trustAnchorArn',
    response_elements ->> '$.profile.profileArn',
    request_parameters ->> '$.trustAnchorId',
    request_parameters ->> '$.profileId',
    request_parameters ->> '$.name'
  ) AS resource,
  request_parameters ->> '$.roleArns' AS roles,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' called ' || event_name || ' of Roles Anywhere for '
    || coalesce(request_parameters ->> '$.name', request_parameters ->> '$.trustAnchorId', request_parameters ->> '$.profileId', '?')
    || coalesce(' with roles ' || (request_parameters ->> '$.roleArns'), '') AS summary
FROM events
WHERE operation IN (
    'rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor', 'rolesanywhere:EnableTrustAnchor',
    'rolesanywhere:CreateProfile', 'rolesanywhere:UpdateProfile', 'rolesanywhere:EnableProfile'
  )
  AND error_code IS NULL;
