-- id: logs_group_weakened
-- title: Log group deleted, kept too short or sent to a foreign account
-- kind: posture
-- check: LOG-15
-- severity: medium
-- status: stable
-- resource_type: AWS::Logs::LogGroup
-- changed_by: [logs:DeleteLogGroup, logs:PutRetentionPolicy, logs:DeleteRetentionPolicy, logs:PutSubscriptionFilter, logs:DeleteSubscriptionFilter, route53resolver:DeleteResolverQueryLogConfig, route53resolver:DisassociateResolverQueryLogConfig]
-- remediation: aws logs put-retention-policy --log-group-name {resource_id} --retention-in-days 365 --region {region}
-- why: Evidence runs out in a group that keeps its events for days, and runs away through a subscription.
-- description: >
--   A log group that holds evidence (of a trail, flow logs, DNS queries, a cluster's audit, a
--   firewall, GuardDuty or Security Hub, by its name or as a trail's) keeps it less than 90
--   days or was deleted; any group is sent to an account that is not ours; or the logging of
--   DNS queries was ended.
-- blind_spots:
--   - How long other groups keep their events is not judged.
--   - Subscriptions to a stream or function of the own account are not followed.
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
-- references:
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
--   - https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/CrossAccountSubscriptions.html
--   - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
trail_groups AS (
  SELECT account_id, regexp_extract(config ->> '$.Trail.CloudWatchLogsLogGroupArn', ':log-group:([^:]+)', 1) AS log_group
  FROM snapshots
  WHERE resource_type = 'AWS::CloudTrail::Trail'
    AND status = 'found'
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.LogGroup') IS NOT NULL AND (s.config -> '$.SubscriptionFilters') IS NOT NULL AS known,
    -- Without a number a group keeps everything for ever.
    TRY_CAST(s.config ->> '$.LogGroup.RetentionInDays' AS INTEGER) AS days,
    list_filter(
      s.config ->> '$.SubscriptionFilters[*].DestinationArn',
      lambda d: regexp_matches(split_part(d, ':', 5), '^[0-9]{12}$') AND NOT list_contains(own.ids, split_part(d, ':', 5))
    ) AS foreign_destinations,
    s.resource_id IN (SELECT t.log_group FROM trail_groups AS t WHERE t.account_id = s.account_id)
      OR regexp_matches(s.resource_id, '(?i)(cloud-?trail|flow-?logs?|dns|resolver|route-?53|audit|guardduty|security-?hub|^aws-waf-logs-|^/aws/eks/.*/cluster$|firewall|siem)') AS evidence
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::Logs::LogGroup'
    AND s.status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    operation,
    coalesce(request_parameters ->> '$.logGroupName', regexp_extract(request_parameters ->> '$.logGroupIdentifier', '(?:log-group:)?([^:]+)', 1)) AS log_group,
    TRY_CAST(request_parameters ->> '$.retentionInDays' AS INTEGER) AS days,
    request_parameters ->> '$.filterName' AS filter_name,
    request_parameters ->> '$.destinationArn' AS destination
  FROM events
  WHERE operation IN ('logs:DeleteLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy', 'logs:PutSubscriptionFilter', 'logs:DeleteSubscriptionFilter')
    AND error_code IS NULL
),
facets AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    log_group,
    operation,
    destination,
    days,
    CASE WHEN contains(operation, 'Subscription') THEN 'subscription ' || coalesce(filter_name, '') ELSE 'keeping' END AS facet,
    CASE operation
      WHEN 'logs:PutSubscriptionFilter' THEN regexp_matches(split_part(destination, ':', 5), '^[0-9]{12}$')
        AND split_part(destination, ':', 5) NOT IN (SELECT o.account_id FROM own_accounts AS o)
      WHEN 'logs:PutRetentionPolicy' THEN days < 90
      WHEN 'logs:DeleteLogGroup' THEN true
      ELSE false
    END
    AND (
      operation = 'logs:PutSubscriptionFilter'
      OR regexp_matches(log_group, '(?i)(cloud-?trail|flow-?logs?|dns|resolver|route-?53|audit|guardduty|security-?hub|^aws-waf-logs-|^/aws/eks/.*/cluster$|firewall|siem)')
      OR log_group IN (SELECT t.log_group FROM trail_groups AS t)
    ) AS bad
  FROM changes
  WHERE log_group IS NOT NULL
),
last_facets AS (
  SELECT
    account_id,
    region,
    log_group,
    facet,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id,
    arg_max(operation, (event_time, event_uuid)) AS operation,
    arg_max(bad, (event_time, event_uuid)) AS bad,
    arg_max(destination, (event_time, event_uuid)) AS destination,
    arg_max(days, (event_time, event_uuid)) AS days
  FROM facets
  GROUP BY account_id, region, log_group, facet
  HAVING bool_or(bad)
),
resolver AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    region,
    coalesce(request_parameters ->> '$.resolverQueryLogConfigId', response_elements ->> '$.resolverQueryLogConfig.id') AS config_id
  FROM events
  WHERE operation IN ('route53resolver:DeleteResolverQueryLogConfig', 'route53resolver:DisassociateResolverQueryLogConfig', 'route53resolver:AssociateResolverQueryLogConfig')
    AND error_code IS NULL
    AND coalesce(request_parameters ->> '$.resolverQueryLogConfigId', response_elements ->> '$.resolverQueryLogConfig.id') IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY account_id, region, coalesce(request_parameters ->> '$.resolverQueryLogConfigId', response_elements ->> '$.resolverQueryLogConfig.id')
    ORDER BY event_time DESC, event_uuid DESC
  ) = 1
)
SELECT
  CASE
    WHEN len(foreign_destinations) > 0 OR evidence AND days < 90 THEN 'FAIL'
    WHEN known THEN 'PASS'
  END AS status,
  'config' AS basis,
  captured_at AS as_of,
  'AWS::Logs::LogGroup' AS resource_type,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(foreign_destinations) > 0 THEN resource_id || ' is sent to ' || array_to_string(foreign_destinations, ', ')
    WHEN evidence AND days < 90 THEN resource_id || ' keeps its events for ' || days || ' days'
    WHEN known THEN resource_id || ' is not weakened'
    ELSE 'what becomes of ' || resource_id || ' could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  days,
  foreign_destinations,
  CASE WHEN len(foreign_destinations) > 0 THEN 'aws logs delete-subscription-filter --log-group-name {resource_id} --filter-name FILTER_NAME --region {region}' END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(bad) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  'AWS::Logs::LogGroup' AS resource_type,
  log_group AS resource_id,
  account_id,
  region,
  log_group || CASE
    WHEN bool_or(bad AND operation = 'logs:DeleteLogGroup') THEN ' was deleted'
    WHEN bool_or(bad AND operation = 'logs:PutSubscriptionFilter') THEN ' was sent to ' || string_agg(destination, ', ' ORDER BY destination) FILTER (WHERE bad)
    WHEN bool_or(bad) THEN ' was told to keep its events for ' || min(days) FILTER (WHERE bad) || ' days'
    ELSE ' is as it should be again'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  min(days) FILTER (WHERE bad) AS days,
  coalesce(list(destination ORDER BY destination) FILTER (WHERE bad AND destination IS NOT NULL), []) AS foreign_destinations,
  CASE
    WHEN bool_or(bad AND operation = 'logs:DeleteLogGroup') THEN 'aws logs create-log-group --log-group-name {resource_id} --region {region}'
    WHEN bool_or(bad AND operation = 'logs:PutSubscriptionFilter') THEN 'aws logs delete-subscription-filter --log-group-name {resource_id} --filter-name FILTER_NAME --region {region}'
  END AS remediation
FROM last_facets
GROUP BY account_id, region, log_group
UNION ALL BY NAME
SELECT
  CASE WHEN event_name = 'AssociateResolverQueryLogConfig' THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  event_time AS as_of,
  'AWS::Route53Resolver::ResolverQueryLoggingConfig' AS resource_type,
  config_id AS resource_id,
  account_id,
  region,
  CASE event_name
    WHEN 'AssociateResolverQueryLogConfig' THEN 'DNS queries of a network are logged by ' || config_id
    WHEN 'DeleteResolverQueryLogConfig' THEN 'the logging of DNS queries by ' || config_id || ' was deleted'
    ELSE 'a network was taken out of the logging of DNS queries by ' || config_id
  END AS summary,
  [event_id] AS event_ids,
  'aws route53resolver associate-resolver-query-log-config --resolver-query-log-config-id {resource_id} --resource-id VPC_ID --region {region}' AS remediation
FROM resolver;
