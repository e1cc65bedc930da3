-- Whether an identity's policy allows every action on every resource, be it under a
-- condition.
CREATE TEMP MACRO policy_is_admin(policy) AS
  len(list_filter(
    policy_statements(policy),
    lambda s: (s ->> '$.Effect') = 'Allow'
      AND len(list_filter(json_items(s -> '$.Action'), lambda a: (a ->> '$') IN ('*', '*:*'))) > 0
      AND len(list_filter(json_items(s -> '$.Resource'), lambda r: (r ->> '$') = '*')) > 0
  )) > 0
