-- id: route53_domain_taken
-- title: Domain transferred, unlocked, redirected or bought
-- severity: high
-- status: stable
-- attack: [T1584.001, T1583.001]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A registered domain was transferred to another account or unlocked for a transfer, its
--   authorisation code was read, its name servers were changed, or a domain was bought.
--   Intruders take domains for mail and phishing, or buy them on the account.
-- false_positives:
--   - "The person in charge of domains at work: few calls in a year, and announced."
-- blind_spots:
--   - Records of a hosted zone that are changed (ChangeResourceRecordSets) are daily work and
--     not counted.
-- triage:
--   - Ask the owner of the domain; a transfer can be cancelled within three days.
--   - "Look for mail set up for the same domain by access_key_id: ses:CreateEmailIdentity
--     within 24 hours."
-- references:
--   - https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_TransferDomainToAnotherAwsAccount.html
--   - https://docs.aws.amazon.com/Route53/latest/APIReference/API_domains_UpdateDomainNameservers.html
--   - https://www.invictus-ir.com/news/the-curious-case-of-dangerdev-protonmail-me

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  request_parameters ->> '$.domainName' AS resource,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || ' called ' || event_name || ' for domain ' || coalesce(request_parameters ->> '$.domainName', '?')
    || coalesce(', to account ' || (request_parameters ->> '$.accountId'), '') AS summary
FROM events
WHERE operation IN (
    'route53domains:TransferDomainToAnotherAwsAccount',
    'route53domains:DisableDomainTransferLock',
    'route53domains:RetrieveDomainAuthCode',
    'route53domains:UpdateDomainNameservers',
    'route53domains:DeleteDomain',
    'route53domains:RegisterDomain',
    'route53domains:TransferDomain'
  )
  AND error_code IS NULL;
