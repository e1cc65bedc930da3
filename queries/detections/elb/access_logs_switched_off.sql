-- id: elb_access_logs_switched_off
-- title: Access logs of a load balancer switched off
-- severity: medium
-- status: stable
-- attack: [T1685.002]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   Somebody switched off the access or connection logs of a load balancer, and with them the
--   record of who came in from the internet.
-- false_positives:
--   - Cost savings; a move to another bucket in two steps.
-- blind_spots:
--   - Deleting the bucket or its policy silences the logs as well. A load balancer made without logs is not shown. Classic load balancers write another shape and are not covered.
-- triage:
--   - Were the logs switched on again within the hour, to which bucket?
--   - What did the same access_key_id do in the hour before and after?
-- references:
--   - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.loadBalancerArn' AS resource,
  coalesce(principal_arn, '?') || ' switched off the logs of ' || coalesce(split_part(request_parameters ->> '$.loadBalancerArn', '/', 3), '?') AS summary
FROM events
WHERE operation = 'elasticloadbalancing:ModifyLoadBalancerAttributes'
  AND error_code IS NULL
  AND len(list_filter(
    coalesce(json_extract(request_parameters, '$.attributes[*]'), []),
    lambda pair: (pair ->> '$.key') IN ('access_logs.s3.enabled', 'connection_logs.s3.enabled') AND (pair ->> '$.value') = 'false'
  )) > 0;
